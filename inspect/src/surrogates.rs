//! Halves of characters: what programs whose texts are UTF-16 write of a text that was cut, and no text of Rust can hold.

/// The first character of an escape, and how long one is: `\ud83d`.
const ESCAPE: &[u8] = b"\\u";
const LENGTH: usize = 6;

/// The same JSON with `\ufffd` in place of each escape that is half of a character; `None` where there is none.
pub(crate) fn without_halves(json: &[u8]) -> Option<Vec<u8>> {
    let mut whole = json.to_vec();
    let mut is_changed = false;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', json.get(at..).unwrap_or_default()) {
        at += found;
        at += match (code(json, at), code(json, at + LENGTH)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 2 * LENGTH,
            (Some(0xd800..=0xdfff), _) => {
                whole[at + ESCAPE.len()..at + LENGTH].copy_from_slice(b"fffd");
                is_changed = true;
                LENGTH
            }
            (Some(_), _) => LENGTH,
            // Another escape, such as `\\`.
            (None, _) => 2,
        };
    }
    is_changed.then_some(whole)
}

/// What an escape stands for, if there is one.
fn code(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + LENGTH)?.strip_prefix(ESCAPE)?;
    let is_hexadecimal = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = std::str::from_utf8(digits).ok().filter(|_| is_hexadecimal)?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_replaced_and_whole_characters_are_not() {
        for (json, whole) in [
            (r#""a\ud83d b""#, Some(r#""a\ufffd b""#)),
            (r#""\ude00\ud83d""#, Some(r#""\ufffd\ufffd""#)),
            (r#""\ud83d\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (r#""\\ud83d\u0041\ud83d\ude00\n""#, None),
            (r#""\ud83"#, None),
            ("\"\\", None),
        ] {
            assert_eq!(without_halves(json.as_bytes()).as_deref(), whole.map(str::as_bytes), "{json}");
        }
    }
}
