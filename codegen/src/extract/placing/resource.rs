//! The page of a resource.

use std::collections::BTreeSet;

use ucwa_schema::{ErrorRow, EventType, Method, ReasonCode};

use crate::pages::{
    Block, BlockKind, Boilerplate, Columns, ExchangePart, Heading, ParsedPage, Row, SampleFormat, Section, Table,
};

use super::complete;
use super::context::{PlacingContext, is_name};
use super::draft::{EventRow, NamedRow, OperationDraft, PageTopic, ParameterRow, ResourceDraft};
use crate::extract::samples::{Sample, SampleKind};

/// Takes the page of a resource apart.
pub(in crate::extract) fn resource(
    context: &mut PlacingContext,
    name: &str,
    line: usize,
    parsed: &ParsedPage,
) -> PageTopic {
    if !context.is_name(line, name, "a resource") {
        return PageTopic::Unknown;
    }
    let draft = ResourceDraft { name: name.to_string(), ..ResourceDraft::default() };
    let (seen, reasons) = (SeenHeadings::default(), BTreeSet::new());
    let mut walk = Walk { context, draft, section: None, seen, code: None, reasons };
    for section in parsed.sections() {
        walk.section(section);
    }
    let draft = walk.draft;
    complete::check(context, parsed, &draft);
    PageTopic::Resource(Box::new(draft))
}

/// What was seen since the last heading, or since the last heading of an operation.
#[derive(Default)]
struct SeenHeadings {
    /// Whether something under this heading was told to be in the wrong place.
    told: bool,
    /// Whether this heading has its table.
    table: bool,
    /// The line of the first text under this heading.
    text: Option<usize>,
    /// The headings of the operation.
    headings: Vec<Heading>,
    /// Whether the heading of the operation was told to be missing, so that nothing below it has a place.
    lost: bool,
}

/// What was seen under the heading above.
struct Above {
    told: bool,
    text: Option<usize>,
}

/// A walk over the blocks of a page.
struct Walk<'a, 'p> {
    context: &'a mut PlacingContext<'p>,
    draft: ResourceDraft,
    /// The last heading; none in front of the first.
    section: Option<Heading>,
    seen: SeenHeadings,
    /// The code that the next table of subcodes belongs to.
    code: Option<String>,
    /// The reasons that were listed.
    reasons: BTreeSet<ReasonCode>,
}

impl Walk<'_, '_> {
    fn section(&mut self, section: Section) {
        if let Some(heading) = section.heading {
            self.heading(section.line, heading);
        }
        for block in section.blocks {
            if !self.seen.lost {
                self.block(block);
            }
        }
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Heading(_) => {}
            BlockKind::Table(table) => self.table(block, table),
            BlockKind::Sample(text) => self.sample(block, text),
            BlockKind::Boilerplate(boilerplate) => self.boilerplate(block, *boilerplate),
            BlockKind::OtherHeading(text) | BlockKind::Text(text) if self.section == Some(Heading::Reasons) => {
                self.reason_code(block, text);
            }
            BlockKind::Text(_) if self.is_prose() => {
                self.seen.text.get_or_insert(block.line);
            }
            BlockKind::Nothing if self.columns().is_some() && !self.seen.table => {}
            BlockKind::Text(_) | BlockKind::Nothing | BlockKind::OtherHeading(_) => self.misplaced(block),
        }
    }

    /// Notes a block that stands in the wrong place. What follows under the same heading is mostly the same mistake.
    fn misplaced(&mut self, block: &Block) {
        if !self.seen.told {
            self.seen.told = true;
            self.context.misplaced(block, &place(self.section));
        }
    }

    /// Whether the page may say here what it likes.
    fn is_prose(&self) -> bool {
        let sections = [Heading::Description, Heading::Operations, Heading::Remarks, Heading::SeeAlso];
        self.section.is_none_or(|section| sections.contains(&section) || matches!(section, Heading::Operation(_)))
    }

    /// The table that belongs under the last heading.
    fn columns(&self) -> Option<Columns> {
        match self.section? {
            Heading::WebLink | Heading::Properties => Some(Columns::Names),
            Heading::Links => Some(Columns::Links),
            Heading::Scopes => Some(Columns::Scopes),
            Heading::Event(_) => Some(Columns::Events),
            Heading::Query | Heading::RequestBody => Some(Columns::Parameters),
            Heading::ResponseBody => Some(Columns::Items),
            Heading::Errors => Some(Columns::Errors),
            Heading::Reasons => Some(Columns::Reasons),
            _ => None,
        }
    }

    fn heading(&mut self, line: usize, heading: Heading) {
        let above = Above { told: std::mem::take(&mut self.seen.told), text: self.seen.text.take() };
        self.seen.table = false;
        if let Heading::Operation(method) = heading {
            self.operation(line, method);
        } else if is_part_of_operation(heading) {
            self.part_of_operation(line, heading, &above);
        } else {
            self.seen.lost = false;
            if heading == Heading::Members {
                self.context.misplaced_heading(line, "on the page of a resource");
            }
        }
        self.section = Some(heading);
    }

    fn operation(&mut self, line: usize, method: Method) {
        self.seen = SeenHeadings::default();
        if self.draft.operations.iter().any(|operation| operation.method == method) {
            let expected = "put both under one heading";
            self.context.diagnose(line, None, format!("{method} is described twice"), expected);
            self.seen.lost = true;
        }
        self.draft.operations.push(OperationDraft::new(method));
    }

    fn part_of_operation(&mut self, line: usize, heading: Heading, above: &Above) {
        if self.seen.lost {
            return;
        }
        let Some(operation) = self.draft.operations.last() else {
            let expected = "put it under the heading of an operation, such as `GET`";
            // The heading would stand above what the page says about the operation.
            let line = above.text.filter(|_| self.section == Some(Heading::Operations)).unwrap_or(line);
            self.context.diagnose(line, None, "a heading that does not belong to an operation", expected);
            self.seen.lost = true;
            return;
        };
        let is_sample = matches!(heading, Heading::Sample(..));
        if self.seen.headings.contains(&heading) && !is_sample {
            let message = format!("a second `{}` of {}", heading.name(), operation.method);
            let expected = "the heading of another operation, such as `### POST`, is missing above it";
            // What that heading's operation is for was told to be in the wrong place.
            if !above.told {
                self.context.diagnose(line, None, message, expected);
            }
            self.seen.lost = true;
        }
        self.seen.headings.push(heading);
    }

    fn table(&mut self, block: &Block, table: &Table) {
        if self.columns() != Some(table.columns)
            && let Some(heading) = self.heading_of_table(table.columns)
        {
            self.missing(block, heading);
        }
        let Some(columns) = self.columns() else { return self.misplaced(block) };
        let is_one_of_many = columns == Columns::Reasons;
        if self.seen.table && !is_one_of_many {
            let expected = "add the heading of the second table before it";
            self.context.diagnose(block.line, None, "two tables under one heading", expected);
            return;
        }
        self.seen.table = true;
        for row in self.context.rows(block, table, columns) {
            self.row(row);
        }
    }

    /// Notes that a heading is missing in front of a block, and goes on as if it was there.
    fn missing(&mut self, block: &Block, heading: Heading) {
        // A heading in other words was told already.
        if !self.seen.told {
            let message = format!("the heading `{}` is missing", heading.name());
            self.context.diagnose(block.line, None, message, "add it before this line");
        }
        self.seen.headings.push(heading);
        self.seen.told = true;
        self.seen.table = false;
        self.section = Some(heading);
    }

    /// The heading that a table would stand under, where that is not on the page yet.
    fn heading_of_table(&self, columns: Columns) -> Option<Heading> {
        let heading = match columns {
            Columns::Names if self.section == Some(Heading::Description) => Heading::Properties,
            Columns::Links => Heading::Links,
            Columns::Scopes => Heading::Scopes,
            Columns::Errors => Heading::Errors,
            Columns::Items => Heading::ResponseBody,
            Columns::Parameters => Heading::RequestBody,
            _ => return None,
        };
        self.is_wanting(heading).then_some(heading)
    }

    /// The heading that a sentence stands under, where that is not on the page yet.
    fn heading_of_sentence(&self, boilerplate: Boilerplate) -> Option<Heading> {
        let heading = match boilerplate {
            Boilerplate::WebLinks => Heading::WebLink,
            Boilerplate::Relations => Heading::Links,
            Boilerplate::Scopes => Heading::Scopes,
            Boilerplate::Errors => Heading::Errors,
            Boilerplate::Itself => Heading::ResponseBody,
            _ => return None,
        };
        self.is_wanting(heading).then_some(heading)
    }

    fn is_wanting(&self, heading: Heading) -> bool {
        match heading {
            Heading::Properties => self.draft.properties.is_empty(),
            Heading::Links => self.draft.links.is_empty(),
            Heading::Scopes => self.draft.scopes.is_empty(),
            Heading::WebLink => true,
            _ => !self.draft.operations.is_empty() && !self.seen.headings.contains(&heading),
        }
    }

    fn boilerplate(&mut self, block: &Block, boilerplate: Boilerplate) {
        let section = self.section;
        let fits = match boilerplate {
            Boilerplate::AppliesTo => section.is_none(),
            Boilerplate::WebLinks => section == Some(Heading::WebLink),
            Boilerplate::Relations => section == Some(Heading::Links),
            Boilerplate::Scopes => section == Some(Heading::Scopes),
            Boilerplate::EventSample => matches!(section, Some(Heading::Event(_))),
            Boilerplate::Illustration => matches!(section, Some(Heading::Event(_) | Heading::Sample(..))),
            Boilerplate::Errors => section == Some(Heading::Errors),
            Boilerplate::QueryInSample => section == Some(Heading::Examples),
            Boilerplate::Itself => section == Some(Heading::ResponseBody),
            Boilerplate::OperationsFollow => true,
        };
        if !fits {
            match self.heading_of_sentence(boilerplate) {
                Some(heading) => self.missing(block, heading),
                None => self.misplaced(block),
            }
        }
        if boilerplate == Boilerplate::Itself
            && let Some(operation) = self.draft.operations.last_mut()
        {
            operation.itself = true;
        }
    }

    /// The heading or list item that names a code; other text says what such codes are.
    fn reason_code(&mut self, block: &Block, text: &str) {
        let item = text.strip_prefix(['-', '*', '+']).map(str::trim);
        let is_heading = matches!(block.kind, BlockKind::OtherHeading(_));
        let code = if is_heading { Some(text) } else { item };
        match code.filter(|code| is_name(code)) {
            Some(code) => self.code = Some(code.to_string()),
            None if is_heading => self.misplaced(block),
            None => {}
        }
    }

    fn row(&mut self, row: &Row) {
        let [first, second, rest @ ..] = row.cells.as_slice() else { return };
        match self.section {
            Some(Heading::Properties) if self.context.is_name(row.line, first, "a property") => {
                self.draft.properties.push(NamedRow { name: first.clone(), description: second.clone() });
            }
            Some(Heading::Links) if self.context.is_name(row.line, first, "a relation") => {
                self.draft.links.push(NamedRow { name: first.clone(), description: second.clone() });
            }
            Some(Heading::Scopes) => self.scope(row.line, first),
            Some(Heading::Event(kind)) => self.event(row.line, kind, first, second, rest),
            Some(section @ (Heading::Query | Heading::RequestBody)) => {
                self.parameter(section, row.line, first, second, rest);
            }
            Some(Heading::ResponseBody) => self.item(row.line, first),
            Some(Heading::Errors) => self.error(row.line, first, second, rest),
            Some(Heading::Reasons) => self.reason(row.line, first),
            _ => {}
        }
    }

    fn scope(&mut self, line: usize, scope: &str) {
        let is_scope = scope.contains('.') && scope.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        if is_scope {
            self.draft.scopes.push(scope.to_string());
        } else {
            let expected = "write the name of a permission, such as `Contacts.ReadWrite`";
            self.context.diagnose(line, Some(scope), format!("`{scope}` is not a permission"), expected);
        }
    }

    fn event(&mut self, line: usize, kind: EventType, resource: &str, priority: &str, rest: &[String]) {
        let sender = rest.first().map_or("", String::as_str);
        let priority_name = priority.to_lowercase();
        if !["high", "medium", "low"].contains(&priority_name.as_str()) {
            let message = format!("`{priority}` is not a priority");
            self.context.diagnose(line, Some(priority), message, "write High, Medium or Low");
            return;
        }
        if self.context.is_name(line, resource, "a resource") && self.context.is_name(line, sender, "a sender") {
            let (resource, sender) = (resource.to_string(), sender.to_string());
            self.draft.events.push(EventRow { kind, resource, priority: priority_name, sender });
        }
    }

    fn parameter(&mut self, section: Heading, line: usize, name: &str, description: &str, rest: &[String]) {
        let required = rest.first().map_or("", String::as_str);
        let required = match required.to_lowercase().as_str() {
            "yes" => true,
            "no" => false,
            _ => {
                let message = format!("`{required}` does not say whether the parameter is required");
                self.context.diagnose(line, Some(required), message, "write Yes or No");
                return;
            }
        };
        if !self.context.is_name(line, name, "a parameter") {
            return;
        }
        let row = ParameterRow { name: name.to_string(), description: description.to_string(), required };
        if let Some(operation) = self.draft.operations.last_mut() {
            if section == Heading::Query { operation.query.push(row) } else { operation.input.push(row) }
        }
    }

    fn item(&mut self, line: usize, item: &str) {
        // The link around a name may lack its end.
        let name = item.trim_start_matches('[').split(']').next().unwrap_or_default().trim();
        let Some(operation) = self.draft.operations.last_mut() else { return };
        if operation.item.is_some() {
            self.context.diagnose(line, None, "a second item in a response", "remove one");
        } else if !name.is_empty() {
            operation.item = Some(name.to_string());
        }
    }

    fn error(&mut self, line: usize, code: &str, status: &str, rest: &[String]) {
        let Some(number) = status.parse().ok().filter(|status| (400..600).contains(status)) else {
            let message = format!("`{status}` is not an error status");
            self.context.diagnose(line, Some(status), message, "write a number from 400 to 599");
            return;
        };
        let [subcode, description] = rest else { return };
        let subcode = subcode_of(subcode);
        let names = [Some(code), subcode];
        if !names.into_iter().flatten().all(|name| self.context.is_name(line, name, "an error")) {
            return;
        }
        let cause = String::new();
        let row = ErrorRow { status: number, code: code.to_string(), subcode: subcode.map(str::to_string), cause };
        if let Some(operation) = self.draft.operations.last_mut() {
            operation.errors.push((row, description.clone()));
        }
    }

    fn reason(&mut self, line: usize, subcode: &str) {
        let Some(code) = self.code.clone() else {
            if !self.seen.told {
                self.seen.told = true;
                let expected = "write a heading with the code, such as `##### Conflict`, before the table";
                self.context.diagnose(line, None, "a table of subcodes without a code", expected);
            }
            return;
        };
        let subcode = subcode_of(subcode);
        if subcode.is_none_or(|subcode| self.context.is_name(line, subcode, "a subcode")) {
            let row = ReasonCode { code, subcode: subcode.map(str::to_string) };
            if self.reasons.insert(row.clone()) {
                self.draft.reasons.push(row);
            }
        }
    }

    fn sample(&mut self, block: &Block, text: &str) {
        match self.section {
            Some(Heading::Event(kind)) => {
                let sample = self.parse(block, text, SampleKind::Event, SampleFormat::Json, None);
                self.draft.event_samples.push((kind, sample));
            }
            Some(Heading::Sample(format, part)) => {
                let Some(method) = self.draft.operations.last().map(|operation| operation.method) else { return };
                let kind = if part == ExchangePart::Request { SampleKind::Request } else { SampleKind::Response };
                let sample = self.parse(block, text, kind, format, Some(method));
                let operation = self.draft.operations.last_mut();
                let again = operation.as_ref().is_some_and(|operation| {
                    operation.samples.iter().any(|known| known.kind == kind && known.format == format)
                });
                if again {
                    self.context.diagnose(block.line, None, "a second sample of the same kind", "remove one");
                } else if let Some(operation) = operation {
                    operation.samples.push(sample);
                }
            }
            // The reader has said that it stands in the wrong place.
            _ => {}
        }
    }

    fn parse(
        &mut self,
        block: &Block,
        text: &str,
        kind: SampleKind,
        format: SampleFormat,
        method: Option<Method>,
    ) -> Sample {
        let mut sample = Sample::parse(text, kind, format, block.line);
        sample.page = self.context.page_name().to_string();
        sample.resource.clone_from(&self.draft.name);
        sample.method = method;
        let is_shown = match kind {
            SampleKind::Event => sample.body.starts_with(['{', '<']),
            SampleKind::Request | SampleKind::Response => {
                !sample.start_line.is_empty() || sample.body.starts_with(['{', '<'])
            }
        };
        if !is_shown {
            let expected = "a request line, a status line, JSON or XML";
            self.context.diagnose(block.line, None, "this is not a message", expected);
        } else if let Some(fault) = sample.fault() {
            let message = format!("the body of this sample cannot be read: {}", fault.message);
            self.context.diagnose(fault.line, None, message, "JSON or XML that is complete");
        }
        sample
    }
}

/// Where a block stands, for a reader.
fn place(section: Option<Heading>) -> String {
    section.map_or("before the first heading".into(), |heading| format!("under the heading `{}`", heading.name()))
}

fn is_part_of_operation(heading: Heading) -> bool {
    matches!(
        heading,
        Heading::Query
            | Heading::RequestBody
            | Heading::ResponseBody
            | Heading::Errors
            | Heading::Examples
            | Heading::Sample(..)
    )
}

/// The subcode that a cell names; tables write `None` where there is none.
fn subcode_of(cell: &str) -> Option<&str> {
    Some(cell).filter(|subcode| !subcode.is_empty() && *subcode != "None")
}
