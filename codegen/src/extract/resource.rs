//! The page of a resource.

use ucwa_schema::{ErrorRow, EventType, Method};

use crate::pages::{Block, BlockKind, Boilerplate, Columns, Format, Heading, Part, Row};

use super::draft::{Described, EventRow, OperationDraft, ParameterRow, ResourceDraft, Subject};
use super::mend;
use super::page::Context;
use super::sample::{Sample, SampleKind};

/// Takes the page of a resource apart.
pub(super) fn resource(context: &mut Context, name: &str, line: usize, blocks: &[Block]) -> Subject {
    if !context.is_name(line, name, "a resource") {
        return Subject::Unknown;
    }
    let draft = ResourceDraft { name: name.to_string(), ..ResourceDraft::default() };
    let mut walk = Walk { context, draft, section: None };
    for block in blocks {
        walk.block(block);
    }
    for operation in &mut walk.draft.operations {
        mend::compare(&mut operation.samples);
    }
    Subject::Resource(Box::new(walk.draft))
}

/// A walk over the blocks of a page.
struct Walk<'a, 'p> {
    context: &'a mut Context<'p>,
    draft: ResourceDraft,
    /// The last heading; none in front of the first.
    section: Option<Heading>,
}

impl Walk<'_, '_> {
    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Heading(heading) => self.heading(block, *heading),
            BlockKind::Table(table) => match self.columns() {
                Some(columns) => {
                    for row in self.context.rows(block, table, columns) {
                        self.row(row);
                    }
                }
                None => self.context.misplaced(block, &self.place()),
            },
            BlockKind::Sample(text) => self.sample(block, text),
            BlockKind::Boilerplate(boilerplate) => self.boilerplate(block, *boilerplate),
            BlockKind::Text(_) if self.is_prose() => {}
            BlockKind::Nothing if self.columns().is_some() => {}
            BlockKind::Text(_) | BlockKind::Nothing | BlockKind::OtherHeading(_) => {
                self.context.misplaced(block, &self.place());
            }
        }
    }

    fn place(&self) -> String {
        match self.section {
            None => "in front of the first heading".into(),
            Some(heading) => format!("under the heading {heading:?}"),
        }
    }

    /// Whether the page may say here what it likes.
    fn is_prose(&self) -> bool {
        let sections = [Heading::Description, Heading::Operations];
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
            _ => None,
        }
    }

    fn heading(&mut self, block: &Block, heading: Heading) {
        if let Heading::Operation(method) = heading {
            if self.draft.operations.iter().any(|operation| operation.method == method) {
                let expected = "put both under one heading";
                self.context.diagnose(block.line, None, format!("{method} is described twice"), expected);
            }
            self.draft.operations.push(OperationDraft::new(method));
        }
        let needs_operation = matches!(
            heading,
            Heading::Query
                | Heading::RequestBody
                | Heading::ResponseBody
                | Heading::Errors
                | Heading::Examples
                | Heading::Sample(..)
        );
        if heading == Heading::Members {
            self.context.misplaced(block, "on the page of a resource");
        } else if needs_operation && self.draft.operations.is_empty() {
            let expected = "put it under the heading of an operation, such as `GET`";
            self.context.diagnose(block.line, None, "a heading that belongs to no operation", expected);
        }
        self.section = Some(heading);
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
            self.context.misplaced(block, &self.place());
        } else if boilerplate == Boilerplate::Itself
            && let Some(operation) = self.draft.operations.last_mut()
        {
            operation.itself = true;
        }
    }

    fn row(&mut self, row: &Row) {
        let [first, second, rest @ ..] = row.cells.as_slice() else { return };
        match self.section {
            Some(Heading::Properties) if self.context.is_name(row.line, first, "a property") => {
                self.draft.properties.push(Described { name: first.clone(), description: second.clone() });
            }
            Some(Heading::Links) if self.context.is_name(row.line, first, "a relation") => {
                self.draft.links.push(Described { name: first.clone(), description: second.clone() });
            }
            Some(Heading::Scopes) => self.scope(row.line, first),
            Some(Heading::Event(kind)) => self.event(row.line, kind, first, second, rest),
            Some(section @ (Heading::Query | Heading::RequestBody)) => {
                self.parameter(section, row.line, first, second, rest);
            }
            Some(Heading::ResponseBody) => self.item(row.line, first),
            Some(Heading::Errors) => self.error(row.line, first, second, rest),
            _ => {}
        }
    }

    fn scope(&mut self, line: usize, scope: &str) {
        let is_scope = scope.contains('.') && scope.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        if is_scope {
            self.draft.scopes.push(scope.to_string());
        } else {
            let expected = "write the name of a permission, such as `Contacts.ReadWrite`";
            self.context.diagnose(line, Some(scope), format!("`{scope}` is no scope"), expected);
        }
    }

    fn event(&mut self, line: usize, kind: EventType, resource: &str, priority: &str, rest: &[String]) {
        let sender = rest.first().map_or("", String::as_str);
        let priority_name = priority.to_lowercase();
        if !["high", "medium", "low"].contains(&priority_name.as_str()) {
            let message = format!("`{priority}` is no priority of an event");
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
            self.context.diagnose(line, None, "a second item in an answer", "leave one out");
        } else if !name.is_empty() {
            operation.item = Some(name.to_string());
        }
    }

    fn error(&mut self, line: usize, code: &str, status: &str, rest: &[String]) {
        let Some(number) = status.parse().ok().filter(|status| (400..600).contains(status)) else {
            let message = format!("`{status}` is no status of an error");
            self.context.diagnose(line, Some(status), message, "write a number from 400 to 599");
            return;
        };
        let [subcode, description] = rest else { return };
        let subcode = Some(subcode.as_str()).filter(|subcode| !subcode.is_empty() && *subcode != "None");
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

    fn sample(&mut self, block: &Block, text: &str) {
        match self.section {
            Some(Heading::Event(kind)) => {
                let sample = self.parse(block, text, SampleKind::Event, Format::Json, None);
                self.draft.event_samples.push((kind, sample));
            }
            Some(Heading::Sample(format, part)) => {
                let Some(method) = self.draft.operations.last().map(|operation| operation.method) else { return };
                let kind = if part == Part::Request { SampleKind::Request } else { SampleKind::Response };
                let sample = self.parse(block, text, kind, format, Some(method));
                let operation = self.draft.operations.last_mut();
                let again = operation.as_ref().is_some_and(|operation| {
                    operation.samples.iter().any(|known| known.kind == kind && known.format == format)
                });
                if again {
                    self.context.diagnose(block.line, None, "a second sample of one kind", "leave one out");
                } else if let Some(operation) = operation {
                    operation.samples.push(sample);
                }
            }
            // The reader has said that it stands in the wrong place.
            _ => {}
        }
    }

    fn parse(&mut self, block: &Block, text: &str, kind: SampleKind, format: Format, method: Option<Method>) -> Sample {
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
            self.context.diagnose(block.line, None, "this does not read like a message", expected);
        } else if let Some(fault) = sample.fault() {
            let message = format!("the body of this sample cannot be read: {fault}");
            self.context.diagnose(block.line, None, message, "JSON or XML that is complete");
        }
        sample
    }
}
