//! What pages that are not UCWA say, for messages.

use crate::secret::{redact_line, redact_text};

/// The longest summary, in characters.
const LONGEST: usize = 200;

/// The text of a page in one line, without markup and without credentials: a page may repeat the request.
pub(super) fn summary(page: &str) -> String {
    let text = redact_line(&without_markup(&redact_text(page)));
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// What stands outside of `<` and `>`, and nothing of styles, scripts and comments.
fn without_markup(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, markup)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        let name = markup.get(..6).unwrap_or_default().to_ascii_lowercase();
        let end = match name.as_str() {
            "script" => "</script",
            name if name.starts_with("style") => "</style",
            name if name.starts_with("!--") => "-->",
            _ => "",
        };
        // What is cut off in the middle of markup is markup.
        let behind = markup.to_ascii_lowercase().find(end).map_or("", |found| &markup[found..]);
        rest = behind.split_once('>').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_summed_up_whatever_the_case_of_its_markup() {
        for page in [
            "<style>p { color: red }</style><script>1 < 2</script><p>Gateway <b>down</b>",
            "<STYLE id=a>p > b { color: red }</STYLE><SCRIPT>1 < 2</Script><P>Gateway <B>down</B>",
            "<!-- a > b --><p>Gateway <!--[if IE]><b>not</b><![endif]-->down",
        ] {
            assert_eq!(summary(page), "Gateway down", "{page}");
        }
        assert_eq!(summary("<p>Gateway<style>p { color"), "Gateway", "what is cut off in markup is markup");
    }
}
