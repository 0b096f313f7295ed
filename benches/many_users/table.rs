//! What was measured, and what it should be.

/// What was measured, line by line.
#[derive(Debug)]
pub(crate) struct Table {
    /// By what all was measured.
    by: &'static str,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    what: String,
    measured: String,
    goal: Option<Goal>,
}

#[derive(Debug)]
struct Goal {
    text: String,
    is_met: bool,
}

impl Table {
    pub(crate) fn new(by: &'static str) -> Self {
        Self { by, rows: Vec::new() }
    }

    /// Adds something that has no goal.
    pub(crate) fn tell(&mut self, what: impl Into<String>, measured: String) {
        self.add(what.into(), measured, None);
    }

    /// Adds something that must be no more than its goal.
    pub(crate) fn compare(&mut self, what: impl Into<String>, measured: f64, goal: f64, unit: &str) {
        let goal = Goal { text: format!("{goal:.0} {unit}"), is_met: measured <= goal };
        self.add(what.into(), format!("{measured:.1} {unit}"), Some(goal));
    }

    fn add(&mut self, what: String, measured: String, goal: Option<Goal>) {
        eprintln!("{what}: {measured}");
        self.rows.push(Row { what, measured, goal });
    }

    /// Whether no goal is missed.
    pub(crate) fn is_met(&self) -> bool {
        self.rows.iter().filter_map(|row| row.goal.as_ref()).all(|goal| goal.is_met)
    }

    pub(crate) fn print(&self) {
        println!("| over {} | measured | goal |\n|---|--:|--:|", self.by);
        for Row { what, measured, goal } in &self.rows {
            let goal = goal.as_ref().map(|goal| {
                let missed = if goal.is_met { "" } else { ", missed" };
                format!("{}{missed}", goal.text)
            });
            println!("| {what} | {measured} | {} |", goal.unwrap_or_default());
        }
    }
}
