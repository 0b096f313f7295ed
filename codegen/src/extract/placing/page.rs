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
    let (path, name) = (page.path().to_path_buf(), page.name().to_string());
    if let Some(fault) = page.fault() {
        let (page, topic) = (PageOrigin { path, name, line: 1 }, PageTopic::Unknown);
        let (errors, counts) = (vec![fault.clone()], PageCounts::default());
        return Draft { page, topic, errors, warnings: Vec::new(), unlisted: 0, counts };
    }
    let mut context = PlacingContext::new(page, parsed.diagnostics.clone());
    let topic = topic(&mut context, parsed);
    let line = parsed.title.as_ref().map_or(1, |title| title.line);
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
    let is_enumeration = has(Heading::Members);
    let is_resource = [Heading::WebLink, Heading::Properties, Heading::Links, Heading::Operations].into_iter().any(has);
    if !is_enumeration && !is_resource {
        return unknown(context, title.line, "not a page of the UCWA reference");
    }
    let Some(name) = name(&title.text) else {
        let message = format!("the title `{}` does not begin with the name of a resource or enumeration", title.text);
        let expected = "write the name alone, or followed by `reference`, as in `# contactPresence reference`";
        context.diagnose(title.line, None, message, expected);
        return PageTopic::Unknown;
    };
    if is_enumeration {
        return catalogue::enumeration(context, name, title.line, parsed);
    }
    resource::resource(context, name, title.line, parsed)
}

/// The name that a title begins with. In a sentence, the first word is no name.
fn name(title: &str) -> Option<&str> {
    let mut words = title.split_whitespace();
    let name = words.next().unwrap_or_default();
    let is_apart = |word: &str| {
        let word = word.to_lowercase();
        !word.starts_with(char::is_alphanumeric) || ["reference", "resource", "enumeration"].contains(&&*word)
    };
    words.next().is_none_or(is_apart).then_some(name)
}

/// Line by line, a page of something else is wrong everywhere: that it is one is all there is to say.
fn unknown(context: &mut PlacingContext, line: usize, message: &str) -> PageTopic {
    context.keep_errors_above(line);
    let expected =
        "a resource has the parts `Properties` and `Links`, an enumeration has `Members`; remove other pages";
    context.diagnose(line, None, message, expected);
    PageTopic::Unknown
}
