//! Text of others, made fit for messages and logs.

/// The plain words of a page, without markup. A page may repeat the request with its token, so that whatever is not a short
/// word or number in a sentence is left out, and so are the two words behind a colon.
pub(super) fn plain_words(page: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let text = without_markup(page);
    let mut hidden = 0;
    for word in text.split_whitespace() {
        match (hidden == 0 && is_plain(word), words.last()) {
            (true, _) => words.push(word),
            (false, Some(&LEFT_OUT)) => {}
            (false, _) => words.push(LEFT_OUT),
        }
        hidden = if word.ends_with([':', '=']) { HIDDEN } else { hidden.saturating_sub(1) };
    }
    words.join(" ")
}

const LEFT_OUT: &str = "[...]";

/// How many words are left out behind a colon: `Authorization: Bearer secret`.
const HIDDEN: u8 = 2;

/// The longest word that is shown.
const LONGEST: usize = 20;

fn is_plain(word: &str) -> bool {
    let inner = word.trim_matches(|mark: char| matches!(mark, '.' | ',' | ':' | ';' | '!' | '?' | '(' | ')'));
    let is_word =
        inner.chars().all(|letter| letter.is_alphabetic() || matches!(letter, '-' | '\'')) && inner.len() <= LONGEST;
    let is_number = inner.bytes().all(|digit| digit.is_ascii_digit()) && inner.len() <= 3;
    is_word || is_number
}

/// What stands outside of `<` and `>`, and nothing of styles and scripts.
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
            _ => "",
        };
        // What is cut off in the middle of markup is markup.
        let behind = markup.find(end).map_or("", |found| &markup[found..]);
        rest = behind.split_once('>').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text
}
