//! Writing Markdown pages the way the other dialects are written.

/// How a flattened page looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `a | b |` rows, no heading marks, no blank lines, no indentation.
    Piped,
    /// Words, with samples of events under the sentence that announces them.
    Text,
    /// Words, with samples of events within that sentence.
    InLine,
}

/// Writes a Markdown page in another form.
pub(crate) fn flatten(text: &str, form: Form) -> String {
    let mut flat = Flat { form, text: String::new(), event: None };
    let mut fenced = false;
    for line in body(text) {
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            flat.sample(&line.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">"));
        } else {
            flat.line(trimmed);
        }
    }
    flat.end_event();
    flat.text
}

/// The lines without front matter.
fn body(text: &str) -> impl Iterator<Item = &str> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().peekable();
    let mut in_front = lines.next_if_eq(&"---").is_some();
    lines.filter(move |line| {
        let keep = !in_front;
        in_front = in_front && *line != "---";
        keep
    })
}

struct Flat {
    form: Form,
    text: String,
    /// The announcement of an event, with as much of its sample as has come, where both stand in one line.
    event: Option<String>,
}

impl Flat {
    fn push(&mut self, line: &str) {
        let line = if self.form == Form::Piped { line.trim() } else { line };
        if self.form == Form::Piped && line.is_empty() {
            return;
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn end_event(&mut self) {
        if let Some(event) = self.event.take() {
            self.push(&event);
            self.push("");
        }
    }

    fn sample(&mut self, line: &str) {
        match &mut self.event {
            Some(event) => {
                event.push(' ');
                event.push_str(line.trim());
            }
            None => self.push(line),
        }
    }

    fn line(&mut self, line: &str) {
        if line.starts_with('#') {
            self.end_event();
            self.heading(line.trim_matches('#').trim());
        } else if line.starts_with('|') {
            self.row(line);
        } else if self.event.is_some() && !line.is_empty() {
            self.sample(&plain(line));
        } else if self.form == Form::InLine && plain(line).starts_with("Sample of returned") {
            self.event = Some(plain(line));
        } else {
            self.push(&plain(line));
        }
    }

    fn heading(&mut self, heading: &str) {
        // These two are missing in pages of running text.
        let is_lost = ["Web Link", "Web link", "Links"].contains(&heading) && self.form != Form::Piped;
        if !is_lost {
            self.push("");
            self.push(heading);
            self.push("");
        }
    }

    fn row(&mut self, line: &str) {
        let inner = line.strip_prefix('|').unwrap_or(line);
        let cells: Vec<_> = inner.strip_suffix('|').unwrap_or(inner).split('|').map(plain).collect();
        let is_rule = line.contains("--") && line.chars().all(|character| "|-: ".contains(character));
        match (self.form, is_rule) {
            (Form::Piped, true) => self.push(&"---|".repeat(cells.len())),
            (Form::Piped, false) => self.push(&format!("{} |", cells.join(" | "))),
            (_, true) => {}
            (_, false) => self.push(cells.join(" ").trim()),
        }
    }
}

/// A line without links, emphasis, tags and entities.
fn plain(line: &str) -> String {
    let mut text = line.replace("**", "").replace("<br/>", " ").replace("&quot;", "\"").replace("&lt;", "<");
    while let Some(start) = text.find('<') {
        let Some(length) = text[start..].find('>') else { break };
        text.replace_range(start..=start + length, " ");
    }
    while let Some(middle) = text.find("](") {
        let (Some(start), Some(end)) = (text[..middle].rfind('['), text[middle..].find(')')) else { break };
        let label = text[start + 1..middle].to_string();
        text.replace_range(start..=middle + end, &label);
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.trim_matches('_').to_string()
}
