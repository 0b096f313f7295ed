//! Names with values behind them, and where these values end.

use std::ops::Range;

use memchr::memchr3_iter;

use super::name::is_secret_name;

/// Headers whose whole value is a secret.
const WHOLE_HEADERS: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

/// How many letters the key in a description of media has at least: `inline:` may also stand before a word of a text.
const SHORTEST_KEY: usize = 16;

/// Where values end. What ends one ends all that begin before it, so that it is looked for once.
struct Ends<'t> {
    text: &'t str,
    find: fn(&str) -> Option<usize>,
    /// A part of the text with its end, in which there is no other.
    known: Range<usize>,
}

impl<'t> Ends<'t> {
    fn new(text: &'t str, find: fn(&str) -> Option<usize>) -> Self {
        Self { text, find, known: 0..0 }
    }

    /// Where a value ends that begins at a place.
    fn of(&mut self, start: usize) -> usize {
        if !self.known.contains(&start) {
            let rest = &self.text[start..];
            self.known = start..start + (self.find)(rest).unwrap_or(rest.len());
        }
        self.known.end
    }
}

/// A name with the value behind it.
struct Pair {
    name: Range<usize>,
    value: Range<usize>,
}

/// Values behind names: `name=value`, `"name": "value"`, `\"name\":\"value\"`, `name='value'`, `name%3Dvalue`,
/// `"name":"name","value":"value"`, and `inline:key` of media.
pub(super) struct Pairs<'t> {
    text: &'t str,
    words: Ends<'t>,
    /// Parameters in addresses and in forms, in which clients leave marks as they are that end other values.
    parameters: Ends<'t>,
    lines: Ends<'t>,
    /// Parameters in an address that is the value of a parameter itself.
    encoded: Ends<'t>,
}

impl<'t> Pairs<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            words: Ends::new(text, |text| text.find(|c: char| c.is_whitespace() || "\"'&;,<>\\[]{}()".contains(c))),
            parameters: Ends::new(text, |text| text.find(|c: char| c.is_whitespace() || "&\"'<>\\".contains(c))),
            lines: Ends::new(text, |text| text.find(['\r', '\n', '"'])),
            encoded: Ends::new(text, |text| text.find("%26")),
        }
    }

    /// Finds the values of pairs with the names of secrets.
    pub(super) fn find(mut self, found: &mut Vec<Range<usize>>) {
        let mut before: Option<Pair> = None;
        for at in memchr3_iter(b'=', b':', b'%', self.text.as_bytes()) {
            let Some(pair) = self.pair(at) else { continue };
            let name = &self.text[pair.name.clone()];
            let is_named_before = name.eq_ignore_ascii_case("value")
                && before.as_ref().is_some_and(|before| {
                    self.text[before.name.clone()].eq_ignore_ascii_case("name")
                        && is_secret_name(&self.text[before.value.clone()])
                });
            let is_key = name.eq_ignore_ascii_case("inline") && pair.value.len() >= SHORTEST_KEY;
            if is_named_before || is_key || is_secret_name(name) {
                found.push(pair.value.clone());
            }
            before = Some(pair);
        }
    }

    /// The pair whose separator is at a place.
    fn pair(&mut self, at: usize) -> Option<Pair> {
        let (text, bytes) = (self.text, self.text.as_bytes());
        let length = match bytes[at] {
            b'%' if text.get(at..at + 3).is_some_and(|sign| sign.eq_ignore_ascii_case("%3d")) => 3,
            b'%' => return None,
            _ => 1,
        };
        let end = text[..at].trim_end().trim_end_matches(['"', '\'', '\\']).len();
        let length_of_name = bytes[..end].iter().rev().take_while(|byte| is_in_name(**byte)).count();
        let name = end - length_of_name..end;
        (length_of_name > 0).then(|| {
            let value = match length {
                3 => self.encoded_value(at + length),
                _ if bytes[at] == b':' && is_whole_header(&text[name.clone()]) => self.whole_value(at + length),
                _ if bytes[at] == b'=' && end == at && is_parameter(text, name.start) => {
                    at + length..self.parameters.of(at + length)
                }
                _ => self.value(at + length),
            };
            Pair { name, value }
        })
    }

    /// The value that begins at a place: what stands in quotation marks, or a word.
    fn value(&mut self, start: usize) -> Range<usize> {
        let rest = self.text[start..].trim_start();
        let unescaped = rest.trim_start_matches('\\');
        let start = self.text.len() - unescaped.len();
        let Some(mark @ ('"' | '\'')) = unescaped.chars().next() else { return start..self.words.of(start) };
        let start = start + 1;
        let is_escaped = rest.len() > unescaped.len();
        start..start + quoted_length(&self.text[start..], mark, is_escaped)
    }

    /// The value of a header that is a secret as a whole, to the end of its line.
    fn whole_value(&mut self, start: usize) -> Range<usize> {
        let rest = self.text[start..].trim_start_matches([' ', '\t']);
        if rest.starts_with(['"', '\'', '\\']) {
            return self.value(start);
        }
        let start = self.text.len() - rest.len();
        start..self.lines.of(start)
    }

    /// The value of a parameter in an address that is the value of a parameter itself.
    fn encoded_value(&mut self, start: usize) -> Range<usize> {
        let value = self.value(start);
        value.start..value.end.min(self.encoded.of(value.start))
    }
}

fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || !byte.is_ascii()
}

fn is_whole_header(name: &str) -> bool {
    WHOLE_HEADERS.iter().any(|header| name.eq_ignore_ascii_case(header))
}

/// Whether the name at a place is that of a parameter in an address or in a form, rather than a word of a text.
fn is_parameter(text: &str, start: usize) -> bool {
    let before = text[..start].chars().next_back();
    before.map_or_else(|| !text.contains(char::is_whitespace), |before| matches!(before, '?' | '&'))
}

/// How long a text is up to the mark that ends it. In an escaped text any backslash ends it, in others one escapes a mark.
fn quoted_length(text: &str, mark: char, is_escaped: bool) -> usize {
    let mut characters = text.char_indices();
    while let Some((index, c)) = characters.next() {
        match c {
            '\\' if !is_escaped => drop(characters.next()),
            '\\' | '\n' => return index,
            c if c == mark => return index,
            _ => {}
        }
    }
    text.len()
}
