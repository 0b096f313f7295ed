//! Finding pages that were cut off, and operations that lack a part.

use ucwa_schema::Method;

use crate::pages::{Dialect, ExchangePart, Heading, ParsedPage, SampleFormat};

use super::context::PlacingContext;
use super::draft::ResourceDraft;
use crate::extract::samples::SampleKind;

/// The parts that every operation has, in order. Queries and the heading above all samples may be left out.
const PARTS: [Heading; 7] = [
    Heading::RequestBody,
    Heading::ResponseBody,
    Heading::Errors,
    Heading::Sample(SampleFormat::Json, ExchangePart::Request),
    Heading::Sample(SampleFormat::Json, ExchangePart::Response),
    Heading::Sample(SampleFormat::Xml, ExchangePart::Request),
    Heading::Sample(SampleFormat::Xml, ExchangePart::Response),
];

/// What to do about a page that ends too early.
const FETCH: &str = "the page is truncated; fetch it again";

/// Notes what the page of a resource lacks. What is wrong with it otherwise may be the cause, and was told already.
pub(in crate::extract) fn check(context: &mut PlacingContext, parsed: &ParsedPage, draft: &ResourceDraft) {
    if context.has_errors() {
        return;
    }
    let headings: Vec<Heading> = parsed.sections().filter_map(|section| section.heading).collect();
    let last = context.last_line();
    for heading in [Heading::Properties, Heading::Links] {
        if !headings.contains(&heading) {
            let message = format!("the page ends before `{}`", heading.name());
            return context.diagnose(last, None, message, FETCH);
        }
    }
    // The parts of operations are the same on all pages that are written in full.
    if parsed.dialect != Dialect::Markdown || !headings.contains(&Heading::WebLink) {
        return;
    }
    let ends_above = draft.operations.is_empty()
        && (!headings.contains(&Heading::Operations)
            || parsed.sections().any(|part| part.heading == Some(Heading::Operations) && part.line == last));
    if ends_above {
        return context.diagnose(last, None, "the page ends before its operations", FETCH);
    }
    let operations: Vec<OperationHeadings> = parts(parsed);
    for (number, operation) in operations.iter().enumerate() {
        let Some(missing) = operation.missing() else { continue };
        let name = missing.name();
        let follows = operation.headings.iter().find(|(heading, _)| rank(*heading) > rank(missing));
        let next = operations.get(number + 1).map(|next| next.line);
        if let Some(line) = follows.map(|(_, line)| *line).or(next) {
            let message = format!("{} lacks the part `{name}`", operation.method);
            context.diagnose(line, None, message, format!("add the heading `{name}` before this line"));
        } else {
            let message = format!("the page ends before `{name}` of {}", operation.method);
            context.diagnose(last, None, message, FETCH);
        }
        return;
    }
    if is_cut(parsed, draft) {
        context.diagnose(last, None, "the page ends in the middle of a sample", FETCH);
    }
}

/// The headings of an operation, each with its line.
struct OperationHeadings {
    method: Method,
    line: usize,
    headings: Vec<(Heading, usize)>,
}

fn parts(parsed: &ParsedPage) -> Vec<OperationHeadings> {
    let mut operations: Vec<OperationHeadings> = Vec::new();
    for section in parsed.sections() {
        match section.heading {
            Some(Heading::Operation(method)) => {
                operations.push(OperationHeadings { method, line: section.line, headings: Vec::new() });
            }
            // A sample's heading stands for the sample.
            Some(heading) if !(matches!(heading, Heading::Sample(..)) && section.blocks.is_empty()) => {
                if let Some(operation) = operations.last_mut() {
                    operation.headings.push((heading, section.line));
                }
            }
            _ => {}
        }
    }
    operations
}

impl OperationHeadings {
    /// The first part that the operation lacks. Those that show nothing need not say what they would be sent.
    fn missing(&self) -> Option<Heading> {
        let has = |heading: Heading| self.headings.iter().any(|(known, _)| *known == heading);
        let is_short =
            !has(Heading::RequestBody) && !self.headings.iter().any(|(known, _)| matches!(known, Heading::Sample(..)));
        let wanted = if is_short { PARTS.get(1..3).unwrap_or_default() } else { &PARTS };
        wanted.iter().copied().find(|heading| !has(*heading))
    }
}

fn rank(heading: Heading) -> Option<usize> {
    PARTS.iter().position(|part| *part == heading)
}

/// Whether the last sample lacks both its end and its body.
fn is_cut(parsed: &ParsedPage, draft: &ResourceDraft) -> bool {
    let last = draft.operations.last().and_then(|operation| operation.samples.last());
    parsed.is_open
        && last.is_some_and(|sample| {
            let is_empty = matches!(sample.status(), Some(201 | 202 | 204));
            sample.body.is_empty() && !(sample.kind == SampleKind::Response && is_empty)
        })
}
