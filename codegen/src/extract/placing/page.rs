//! From the blocks of a page to what it says.

use crate::diagnostics::Diagnostic;
use crate::pages::{BlockKind, Heading, Overview, Page, ParsedPage};

use super::context::PlacingContext;
use super::draft::{Draft, PageCounts, PageOrigin, PageTopic};
use super::{catalogue, resource};

/// The largest number of errors of one page that are listed; what follows is mostly more of the same.
const MOST: usize = 10;

/// Takes out of a page what it says.
pub(in crate::extract) fn draft(page: &Page, parsed: &ParsedPage) -> Draft {
    let mut context = PlacingContext::new(page, parsed.diagnostics.clone());
    let topic = topic(&mut context, parsed);
    let line = parsed.title.as_ref().map_or(1, |title| title.line);
    let (path, name) = (page.path().to_path_buf(), page.name().to_string());
    let diagnostics = context.into_diagnostics();
    let (mut errors, mut warnings): (Vec<_>, Vec<_>) = diagnostics.into_iter().partition(Diagnostic::is_error);
    errors.sort();
    warnings.sort();
    let unlisted = errors.len().saturating_sub(MOST);
    errors.truncate(MOST);
    let counts = PageCounts::of(&topic);
    Draft { page: PageOrigin { path, name, line }, topic, errors, warnings, unlisted, counts }
}

/// What a page is about.
fn topic(context: &mut PlacingContext, parsed: &ParsedPage) -> PageTopic {
    let Some(title) = &parsed.title else {
        let line = context.first_line();
        return unknown(context, line, "the page has no title");
    };
    match Overview::of(&title.text) {
        Some(Overview::GenericErrors) => return catalogue::generic_errors(context, &parsed.blocks),
        Some(Overview::Enumerations) => return PageTopic::Enumerations,
        Some(Overview::Resources) => return catalogue::resources(context, &parsed.blocks),
        None => {}
    }
    let has = |heading: Heading| parsed.blocks.iter().any(|block| block.kind == BlockKind::Heading(heading));
    let name = title.text.split_whitespace().next().unwrap_or_default();
    if has(Heading::Members) {
        return catalogue::enumeration(context, name, title.line, parsed);
    }
    if [Heading::WebLink, Heading::Properties, Heading::Links, Heading::Operations].into_iter().any(has) {
        return resource::resource(context, name, title.line, parsed);
    }
    unknown(context, title.line, "not a page of the UCWA reference")
}

/// Line by line, a page of something else is wrong everywhere: that it is one is all there is to say.
fn unknown(context: &mut PlacingContext, line: usize, message: &str) -> PageTopic {
    context.keep_errors_above(line);
    let expected =
        "a resource has the parts `Properties` and `Links`, an enumeration has `Members`; remove other pages";
    context.diagnose(line, None, message, expected);
    PageTopic::Unknown
}
