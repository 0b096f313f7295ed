//! Corrections of the text of pages, for what cannot be read as it stands.

use serde::{Deserialize, Serialize};

/// A correction of one line of a reference page, applied before the page is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TextErratum {
    /// A name for it, unique among all errata.
    pub id: String,
    /// The file name of the reference page that is wrong.
    pub page: String,
    /// The lines above, as they stand: as many as it takes to tell the line from others like it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// The line as it stands. Spaces at its end do not count.
    pub line: String,
    /// The lines below, as they stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// The line as it should be, or several with line breaks between them; `null` removes the line.
    pub value: Option<String>,
    /// Why, with what proves it.
    pub reason: String,
}

/// A text erratum that does not apply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("erratum `{id}` ({page}, the line `{line}`): {problem}")]
pub struct TextErratumError {
    /// The erratum.
    pub id: String,
    /// Its page.
    pub page: String,
    /// Its line as it should stand in the page.
    pub line: String,
    /// Why it does not apply.
    pub problem: TextErratumProblem,
}

/// Why a text erratum does not apply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextErratumProblem {
    /// Two errata have the same id.
    #[error("another erratum has the same id: rename or remove one")]
    Duplicate,
    /// The page does not have the line between these lines.
    #[error(
        "the page has no such line between these lines: correct the erratum, or remove it if the page was corrected"
    )]
    Missing,
    /// The page has the line between these lines several times.
    #[error("the page has this line {count} times: add lines to `before` or `after` until it is unique")]
    Ambiguous {
        /// How often it is there.
        count: usize,
    },
    /// The page is gone.
    #[error("there is no such page: correct `page`, or remove the erratum with its page")]
    Page,
}

impl TextErratum {
    /// Corrects the lines of the page, which have their numbers. The corrected line keeps the number of the one it replaces.
    pub fn apply(&self, lines: &mut Vec<(usize, String)>) -> Result<(), TextErratumError> {
        let wanted: Vec<&str> =
            self.before.iter().chain([&self.line]).chain(&self.after).map(|line| line.trim_end()).collect();
        let is_here =
            |window: &[(usize, String)]| window.iter().map(|(_, line)| line.trim_end()).eq(wanted.iter().copied());
        let found: Vec<usize> =
            lines.windows(wanted.len()).enumerate().filter(|(_, window)| is_here(window)).map(|(at, _)| at).collect();
        let at = match found.as_slice() {
            [at] => at + self.before.len(),
            [] => return Err(self.failed(TextErratumProblem::Missing)),
            several => return Err(self.failed(TextErratumProblem::Ambiguous { count: several.len() })),
        };
        let number = lines.get(at).map_or(0, |(number, _)| *number);
        let value = self.value.iter().flat_map(|value| value.split('\n')).map(|line| (number, line.to_owned()));
        lines.splice(at..=at, value);
        Ok(())
    }

    /// The error that this erratum does not apply.
    pub fn failed(&self, problem: TextErratumProblem) -> TextErratumError {
        TextErratumError { id: self.id.clone(), page: self.page.clone(), line: self.line.clone(), problem }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn erratum(before: &[&str], line: &str, value: Option<&str>) -> TextErratum {
        TextErratum {
            id: "stray".into(),
            page: "note_ref.md".into(),
            before: before.iter().map(ToString::to_string).collect(),
            line: line.into(),
            after: Vec::new(),
            value: value.map(ToString::to_string),
            reason: "It is too much.".into(),
        }
    }

    fn lines(text: &str) -> Vec<(usize, String)> {
        text.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned())).collect()
    }

    #[test]
    fn a_line_is_replaced_removed_or_followed_by_others_where_it_stands_once() {
        let mut page = lines("a\n``` \nb\n```\nc");
        assert_eq!(erratum(&["b"], "```", None).apply(&mut page), Ok(()));
        assert_eq!(erratum(&[], "c", Some("d\n```")).apply(&mut page), Ok(()));
        let expected = [(1, "a"), (2, "``` "), (3, "b"), (5, "d"), (5, "```")];
        assert_eq!(page, expected.map(|(number, line)| (number, line.to_owned())));
    }

    #[test]
    fn an_erratum_whose_line_is_not_there_once_says_so_and_changes_nothing() {
        let mut page = lines("a\n```\nb\n```");
        let problem = |erratum: &TextErratum, page: &mut Vec<_>| erratum.apply(page).map_err(|error| error.problem);
        let ambiguous = Err(TextErratumProblem::Ambiguous { count: 2 });
        assert_eq!(problem(&erratum(&[], "```", None), &mut page), ambiguous);
        assert_eq!(problem(&erratum(&["c"], "```", None), &mut page), Err(TextErratumProblem::Missing));
        assert_eq!(page, lines("a\n```\nb\n```"));
    }
}
