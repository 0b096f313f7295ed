//! Tables: which there are, and how a row falls into cells in each dialect.

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What its columns are.
    pub columns: Columns,
    /// Its rows, without the header.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its line, counted from 1.
    pub line: usize,
    /// Its cells, as many as the table has columns.
    pub cells: Vec<Cell>,
}

/// A cell of a table: its text without markup.
pub type Cell = String;

/// The columns of a table, by its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// Name, description: properties, members, what a link is made of.
    Names,
    /// Link, description.
    Links,
    /// Scope, permission, description.
    Scopes,
    /// Resource, priority, sender, reason.
    Events,
    /// Name, description, whether required.
    Parameters,
    /// Item, description.
    Items,
    /// Error, code, subcode, description.
    Errors,
    /// Error, description.
    GenericErrors,
    /// Subcode, reason.
    Reasons,
}

const HEADERS: [(&[&str], Columns); 9] = [
    (&["name", "description"], Columns::Names),
    (&["link", "description"], Columns::Links),
    (&["scope", "permission", "description"], Columns::Scopes),
    (&["resource", "priority", "sender", "reason"], Columns::Events),
    (&["name", "description", "required?"], Columns::Parameters),
    (&["item", "description"], Columns::Items),
    (&["error", "code", "subcode", "description"], Columns::Errors),
    (&["error", "description"], Columns::GenericErrors),
    (&["subcode", "reason"], Columns::Reasons),
];

/// How the cells of a table are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    /// `|`.
    Pipe,
    /// Spaces, as they stand between words too.
    Space,
}

impl Columns {
    /// The columns that a header row names.
    pub(super) fn find(cells: &[Cell]) -> Option<Self> {
        let is = |names: &[&str]| {
            names.len() == cells.len() && names.iter().zip(cells).all(|(name, cell)| cell.eq_ignore_ascii_case(name))
        };
        HEADERS.iter().find(|(names, _)| is(names)).map(|(_, columns)| *columns)
    }

    /// The columns that a line of words names.
    pub(super) fn find_in_words(line: &str) -> Option<Self> {
        // The longest header has four words.
        let words: Vec<Cell> = line.split_whitespace().take(5).map(str::to_string).collect();
        Self::find(&words)
    }

    /// How many there are.
    pub fn count(self) -> usize {
        HEADERS.iter().find(|(_, columns)| *columns == self).map_or(0, |(names, _)| names.len())
    }

    /// What headers there are, for a reader.
    pub fn all() -> String {
        HEADERS.map(|(names, _)| format!("`{}`", names.join(" | "))).join(", ")
    }

    /// The header, for a reader.
    pub fn header(self) -> String {
        HEADERS.iter().find(|(_, columns)| *columns == self).map_or_else(String::new, |(names, _)| names.join(" | "))
    }

    /// Takes a row of words apart. `None` where the words do not make a row.
    pub(super) fn split_words(self, line: &str) -> Option<Vec<Cell>> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match self {
            Self::Names | Self::Links | Self::GenericErrors | Self::Reasons => leading(&words, 1),
            // A permission has no mark of its own: it is left in front of the description.
            Self::Scopes => leading(&words, 1).map(|mut cells| {
                cells.insert(1, Cell::new());
                cells
            }),
            Self::Events => leading(&words, 3),
            Self::Parameters => {
                let (required, rest) = words.split_last()?;
                let mut cells = leading(rest, 1)?;
                cells.push((*required).to_string());
                Some(cells)
            }
            Self::Items => Some(item(&words)),
            Self::Errors => error(&words),
        }
    }
}

/// The first `count` words as cells, and the rest as the last cell.
fn leading(words: &[&str], count: usize) -> Option<Vec<Cell>> {
    let (first, rest) = words.split_at_checked(count)?;
    let mut cells: Vec<Cell> = first.iter().map(ToString::to_string).collect();
    cells.push(rest.join(" "));
    Some(cells)
}

/// A response is named by a resource, whose name begins in lower case, by two or three words in front of a capital, or
/// not at all.
fn item(words: &[&str]) -> Vec<Cell> {
    let is_capital = |word: &&str| word.starts_with(|first: char| first.is_ascii_uppercase());
    let count = if words.first().is_some_and(|first| !is_capital(first)) {
        1
    } else {
        let second = words.iter().skip(1).position(is_capital).map_or(0, |position| position + 1);
        if second <= 3 { second } else { 0 }
    };
    let (name, description) = words.split_at(count);
    vec![name.join(" "), description.join(" ")]
}

/// An error's status is the first word of three digits; a subcode is a word of several capitals behind it.
fn error(words: &[&str]) -> Option<Vec<Cell>> {
    let is_status = |word: &&str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    let position = words.iter().position(is_status)?;
    let (code, rest) = words.split_at(position);
    let (status, rest) = rest.split_first()?;
    let (subcode, description) = match rest.split_first() {
        Some((word, rest)) if is_subcode(word, rest.first()) => (*word, rest),
        _ => ("", rest),
    };
    Some(vec![code.join(" "), (*status).to_string(), subcode.to_string(), description.join(" ")])
}

fn is_subcode(word: &str, next: Option<&&str>) -> bool {
    let capitals = word.bytes().filter(u8::is_ascii_uppercase).count();
    let is_name = word.bytes().all(|byte| byte.is_ascii_alphanumeric()) && capitals > 0;
    let before_capital = next.is_some_and(|next| next.starts_with(|first: char| first.is_ascii_uppercase()));
    is_name && (word == "None" || capitals > 1 || before_capital)
}

/// The raw cells of a row between pipes, with or without pipes at its ends.
pub(super) fn split_pipes(line: &str) -> Vec<&str> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = if line.ends_with("\\|") { line } else { line.strip_suffix('|').unwrap_or(line) };
    let mut cells = Vec::new();
    let mut start = 0;
    let bytes = line.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        if *byte == b'|' && (index == 0 || bytes.get(index - 1) != Some(&b'\\')) {
            cells.push(line.get(start..index).unwrap_or_default().trim());
            start = index + 1;
        }
    }
    cells.push(line.get(start..).unwrap_or_default().trim());
    cells
}

/// Whether a line is the rule between a table's header and its rows.
pub(super) fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.contains('-') && line.contains('|') && line.bytes().all(|byte| b"|-: \t".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_between_pipes_fall_into_the_same_cells_with_or_without_outer_pipes() {
        for line in ["|self|Itself.|", "| self | Itself. |", "self | Itself. |", "self | Itself."] {
            assert_eq!(split_pipes(line), ["self", "Itself."], "{line}");
        }
        assert_eq!(split_pipes("||Nothing.|"), ["", "Nothing."]);
        assert_eq!(split_pipes("|a|b\\|c|"), ["a", "b\\|c"]);
        assert!(is_rule("|:-----|:-----|") && is_rule("---|---|") && !is_rule("---") && !is_rule("|a|-|"));
    }

    #[test]
    fn rows_of_words_fall_into_cells_by_what_the_columns_hold() {
        let cases: [(Columns, &str, &[&str]); 9] = [
            (Columns::Names, "id The number.", &["id", "The number."]),
            (Columns::Names, "Unknown", &["Unknown", ""]),
            (Columns::Events, "contact High people It came.", &["contact", "High", "people", "It came."]),
            (Columns::Parameters, "to The target.String Yes", &["to", "The target.String", "Yes"]),
            (Columns::Errors, "Gone 410 CannotRedirect No pool.", &["Gone", "410", "CannotRedirect", "No pool."]),
            (Columns::Errors, "Forbidden 403 The user may not.", &["Forbidden", "403", "", "The user may not."]),
            (Columns::Items, "message Represents one.", &["message", "Represents one."]),
            (Columns::Items, "Some entity Represents one.", &["Some entity", "Represents one."]),
            (Columns::Items, "Tells what of it was done by HTTP.", &["", "Tells what of it was done by HTTP."]),
        ];
        for (columns, line, cells) in cases {
            assert_eq!(
                columns.split_words(line).as_deref(),
                Some(cells.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice()),
                "{line}"
            );
        }
        assert_eq!(Columns::Events.split_words("contact High"), None);
        assert_eq!(Columns::Errors.split_words("Gone"), None);
    }
}
