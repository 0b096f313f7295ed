//! Undoing what stands within a line: links, emphasis, entities, HTML debris.

use pulldown_cmark::{Event, Parser};

/// The plain text of a cell or of a line of a paragraph.
pub(super) fn plain(text: &str) -> String {
    if !text.contains(['[', '*', '_', '&', '<', '`', '\\']) {
        return collapse(text);
    }
    // A letter in front keeps a cell that begins with a number or a dash from being read as a list.
    let document = format!("x {}", strip_tags(text));
    let mut plain = String::with_capacity(document.len());
    for event in Parser::new(&document) {
        match event {
            Event::Text(text) | Event::Code(text) => plain.push_str(&text),
            Event::SoftBreak | Event::HardBreak => plain.push(' '),
            _ => {}
        }
    }
    collapse(plain.strip_prefix('x').unwrap_or(&plain))
}

/// The plain text of a line in a dialect without markup.
pub(super) fn unmarked(text: &str) -> String {
    if text.contains(['&', '<']) { collapse(&undo_entities(&strip_tags(text))) } else { collapse(text) }
}

/// One space between words, none around.
pub(crate) fn collapse(text: &str) -> String {
    let mut words = text.split_whitespace();
    let mut collapsed = String::with_capacity(text.len());
    if let Some(first) = words.next() {
        collapsed.push_str(first);
    }
    for word in words {
        collapsed.push(' ');
        collapsed.push_str(word);
    }
    collapsed
}

/// The tags that pages are strewn with; other text between angle brackets is text.
const TAGS: [&str; 5] = ["p", "/p", "br", "a", "/a"];

/// `text` with a space in place of each tag that means nothing.
fn strip_tags(text: &str) -> String {
    let mut stripped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        stripped.push_str(before);
        let Some(end) = tag.find('>') else {
            rest = tag;
            break;
        };
        let name =
            tag.get(1..end).unwrap_or_default().trim_end_matches('/').split_whitespace().next().unwrap_or_default();
        if TAGS.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            stripped.push(' ');
        } else {
            stripped.push_str(tag.get(..=end).unwrap_or_default());
        }
        rest = tag.get(end + 1..).unwrap_or_default();
    }
    stripped.push_str(rest);
    stripped
}

/// The entities that pages use, with what they stand for. The ampersand comes last, so that what it uncovers stays.
const ENTITIES: [(&str, &str); 7] =
    [("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&apos;", "'"), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];

/// `text` with its entities undone.
pub(crate) fn undo_entities(text: &str) -> String {
    let mut undone = text.to_string();
    for (entity, character) in ENTITIES {
        if undone.contains(entity) {
            undone = undone.replace(entity, character);
        }
    }
    undone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_undone() {
        let cases = [
            ("The [note](note_ref.md)'s  type", "The note's type"),
            ("**Name**", "Name"),
            ("_**Applies to:** X_", "Applies to: X"),
            ("It changed.</p><p></p>", "It changed."),
            ("a &quot;b&quot; &amp;c", "a \"b\" &c"),
            ("one<br/><br/>two", "one two"),
            ("409", "409"),
            ("1. first", "1. first"),
            ("<a name = \"sectionSection0\"> </a>", ""),
            ("[note](note_ref.md", "[note](note_ref.md"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn text_between_angle_brackets_stays() {
        assert_eq!(unmarked("at most <b and a"), "at most <b and a");
        assert_eq!(strip_tags("a <x y> b"), "a <x y> b");
    }
}
