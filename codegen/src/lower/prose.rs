//! Writing documentation: paragraphs and lists, broken into lines, in which nothing but code is taken for markup.

use ucwa_schema::{Evidence, Type, ValueLimits};

use super::names::RustName;

/// Where the reference is published.
const REFERENCE: &str = "https://learn.microsoft.com/en-us/skype-sdk/ucwa";

/// How wide a line of documentation gets, without indentation and slashes.
const WIDTH: usize = 110;

/// Lines of documentation while they are written.
#[derive(Default)]
pub(super) struct Docs {
    pub(super) lines: Vec<String>,
}

impl Docs {
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        self.lines.extend(wrap(&prose(text.as_ref()), "", ""));
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.lines.extend([String::new(), format!("# {text}"), String::new()]);
    }

    pub(super) fn paragraph(&mut self) {
        self.lines.push(String::new());
    }

    pub(super) fn item(&mut self, text: impl AsRef<str>) {
        self.lines.extend(wrap(&prose(text.as_ref()), "- ", "  "));
    }

    /// Where the reference describes it.
    pub(super) fn page(&mut self, page: &str) {
        let stem = page.strip_suffix(".md").unwrap_or(page);
        let address: String = stem.to_lowercase().chars().filter(|letter| is_of_address(*letter)).collect();
        self.lines.push(format!("- Page: [{}]({REFERENCE}/{address})", prose(stem)));
    }

    /// An item of a list that begins with a word in bold.
    pub(super) fn labelled(&mut self, label: &str, text: Option<&str>) {
        match text {
            Some(text) => self.lines.extend(wrap(&format!("**{label}**: {}", prose(text)), "- ", "  ")),
            None => self.lines.push(format!("- **{label}**")),
        }
    }

    /// A summary whose first sentence is a paragraph of its own, which is what lists of items show.
    pub(super) fn lead(&mut self, summary: Option<&str>, known: String) {
        let summary = summary.map_or(known, str::to_owned);
        match summary.find(". ") {
            Some(end) => {
                self.line(&summary[..=end]);
                self.paragraph();
                self.line(&summary[end + 2..]);
            }
            None => self.line(summary),
        }
    }

    pub(super) fn summary(&mut self, summary: Option<&str>, known: String) {
        self.line(summary.map_or(known, str::to_owned));
    }

    /// What is known of a value: its type, how that is known, its limits, and its name on the wire.
    pub(super) fn facts(&mut self, wire: &str, kind: &Type, evidence: Evidence, limits: &ValueLimits, name: &RustName) {
        self.paragraph();
        let doubt = match evidence {
            Evidence::Convention => ", by convention",
            Evidence::Sample => ", as samples show",
            Evidence::Stated | Evidence::Named | Evidence::Elsewhere | Evidence::Erratum => "",
        };
        let range = match (limits.minimum, limits.maximum) {
            (Some(minimum), Some(maximum)) => Some(format!("From {minimum} to {maximum}.")),
            (Some(minimum), None) => Some(format!("At least {minimum}.")),
            (None, Some(maximum)) => Some(format!("At most {maximum}.")),
            (None, None) => None,
        };
        let sentences = [
            Some(format!("Type: `{kind}`{doubt}.")),
            range,
            limits.maximum_length.map(|length| format!("At most {length} characters.")),
            limits.default.as_ref().map(|default| format!("The server's default is {default}.")),
            name.renamed.then(|| format!("Named `{wire}` on the wire.")),
        ];
        let text = sentences.into_iter().flatten().collect::<Vec<_>>().join(" ");
        self.line(text);
    }
}

fn is_of_address(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.')
}

/// Breaks a text into lines that begin with `first` and then with `rest`. A word that would make its line a heading or an
/// item of a list stays in the line before.
fn wrap(text: &str, first: &str, rest: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    for word in text.split(' ') {
        let is_mark = !word.starts_with(|letter: char| letter.is_alphabetic() || "`(\\".contains(letter));
        if line.len() > rest.len() && line.len() + 1 + word.len() > WIDTH && !is_mark {
            lines.push(std::mem::replace(&mut line, format!("{rest}{word}")));
        } else {
            if line.len() > first.len() || !lines.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.push(line);
    lines
}

/// A text without the letters that turn its direction, which the compiler refuses in comments.
pub(super) fn undirected(text: &str) -> String {
    text.replace(|letter: char| matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'), "")
}

/// A text as documentation: code between backticks stays, and nothing else is taken for markup.
///
/// Whatever a schema says must not become a link, HTML or a heading, and least of all an example that is compiled and run.
pub(crate) fn prose(text: &str) -> String {
    let text = undirected(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let has_code = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    let mut prose = String::with_capacity(text.len());
    let mut in_code = false;
    let is_number = |start: &str| !start.is_empty() && start.bytes().all(|byte| byte.is_ascii_digit());
    for (at, letter) in text.char_indices() {
        in_code ^= letter == '`' && has_code;
        let is_markup = match letter {
            '`' => !has_code,
            '<' | '>' | '[' | ']' | '\\' => true,
            '#' | '-' | '+' | '*' | '=' | '~' | '|' => at == 0,
            '.' | ')' => is_number(&text[..at]),
            // What looks like an address would have to be a link.
            ':' => text[at..].starts_with("://"),
            _ => false,
        };
        if is_markup && !in_code {
            prose.push('\\');
        }
        prose.push(letter);
    }
    prose
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_prose_whatever_it_looks_like() {
        for (text, expected) in [
            ("Plain words, and `code <T>`.", "Plain words, and `code <T>`."),
            ("[link] <b> C:\\", r"\[link\] \<b\> C:\\"),
            ("[link](address)", r"\[link\](address)"),
            ("```\nlet x;\n```", r"\`\`\` let x; \`\`\`"),
            ("one ` alone", r"one \` alone"),
            ("    indented", "indented"),
            ("# heading", r"\# heading"),
            ("12. item", r"12\. item"),
            ("about 12. item", "about 12. item"),
            ("~~~", r"\~~~"),
            ("see http://a.example", r"see http\://a.example"),
            ("turned \u{202E}around\u{2069}", "turned around"),
        ] {
            assert_eq!(prose(text), expected, "{text}");
        }
    }

    #[test]
    fn a_long_text_is_broken_between_words() {
        let text = vec!["word"; 50].join(" ");
        let lines = wrap(&text, "- ", "  ");
        assert!(lines.len() > 1 && lines.iter().all(|line| line.len() <= WIDTH), "{lines:#?}");
        assert!(lines[0].starts_with("- word") && lines[1].starts_with("  word"), "{lines:#?}");
        let back: Vec<_> = lines.iter().map(|line| line[2..].to_owned()).collect();
        assert_eq!(back.join(" "), text);
    }

    #[test]
    fn no_line_begins_with_what_makes_a_heading_or_a_list() {
        for mark in ["-", "+", "*", "#", "1.", ">"] {
            let long = "x".repeat(WIDTH - 1);
            assert_eq!(wrap(&format!("{long} {mark} then"), "", ""), [format!("{long} {mark}"), "then".into()]);
        }
        assert_eq!(wrap("", "", ""), [""]);
        let long = "x".repeat(2 * WIDTH);
        assert_eq!(wrap(&format!("{long} {long}"), "- ", "  "), [format!("- {long}"), format!("  {long}")]);
    }
}
