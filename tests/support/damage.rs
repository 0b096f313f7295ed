//! What happens to the lines of pages on their way.

/// A way in which a line of a page is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// The line is lost.
    Cut,
    /// The line is there twice.
    Doubled,
    /// The line has changed places with the next one.
    Swapped,
}

impl Damage {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Cut, Self::Doubled, Self::Swapped];

    /// The text with the line at this place damaged, counted from 0.
    pub fn apply(self, text: &str, at: usize) -> String {
        let mut lines: Vec<&str> = text.lines().collect();
        match self {
            Self::Cut => drop(lines.remove(at)),
            Self::Doubled => lines.insert(at, lines[at]),
            Self::Swapped => {
                let next = (at + 1).min(lines.len() - 1);
                lines.swap(at, next);
            }
        }
        lines.join("\n") + "\n"
    }
}
