//! From the blocks of a page to what it says.

use crate::diagnostics::Diagnostic;
use crate::pages::{BlockKind, Heading, Overview, Page, Reading};

use super::context::Context;
use super::draft::{Counts, Draft, Origin, Topic};
use super::{catalogue, resource};

/// The largest number of errors of one page that are listed; what follows is mostly more of the same.
const MOST: usize = 10;

/// Takes out of a page what it says.
pub(in crate::extract) fn draft(page: &Page, reading: &Reading) -> Draft {
    let mut context = Context::new(page, reading.diagnostics.clone());
    let topic = topic(&mut context, reading);
    let line = reading.title.as_ref().map_or(1, |title| title.line);
    let (path, name) = (page.path().to_path_buf(), page.name().to_string());
    let diagnostics = context.into_diagnostics();
    let (mut errors, mut warnings): (Vec<_>, Vec<_>) = diagnostics.into_iter().partition(Diagnostic::is_error);
    errors.sort();
    warnings.sort();
    let unlisted = errors.len().saturating_sub(MOST);
    errors.truncate(MOST);
    let counts = Counts::of(&topic);
    Draft { page: Origin { path, name, line }, topic, errors, warnings, unlisted, counts }
}

/// What a page is about.
fn topic(context: &mut Context, reading: &Reading) -> Topic {
    let Some(title) = &reading.title else {
        let line = context.first_line();
        return unknown(context, line, "the page has no title");
    };
    match Overview::of(&title.text) {
        Some(Overview::GenericErrors) => return catalogue::generic_errors(context, &reading.blocks),
        Some(Overview::Enumerations) => return Topic::Enumerations,
        Some(Overview::Resources) => return catalogue::resources(context, &reading.blocks),
        None => {}
    }
    let has = |heading: Heading| reading.blocks.iter().any(|block| block.kind == BlockKind::Heading(heading));
    let name = title.text.split_whitespace().next().unwrap_or_default();
    if has(Heading::Members) {
        return catalogue::enumeration(context, name, title.line, reading);
    }
    if [Heading::WebLink, Heading::Properties, Heading::Links, Heading::Operations].into_iter().any(has) {
        return resource::resource(context, name, title.line, reading);
    }
    unknown(context, title.line, "not a page of the UCWA reference")
}

/// Line by line, a page of something else is wrong everywhere: that it is one is all there is to say.
fn unknown(context: &mut Context, line: usize, message: &str) -> Topic {
    context.keep_errors_above(line);
    let expected =
        "a resource has the parts `Properties` and `Links`, an enumeration has `Members`; remove other pages";
    context.diagnose(line, None, message, expected);
    Topic::Unknown
}
