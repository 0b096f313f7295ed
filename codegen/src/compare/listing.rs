//! The surface as lines for people, to be kept beside the schema and reviewed when it changes.

use std::collections::BTreeMap;
use std::iter;

use ucwa_schema::{Resource, Schema};

use super::subject::ChangeSubject;
use super::surface::{self, IS_SENT_AS, ItemKind, Surface, SurfaceItem, SurfaceKey};
use crate::lower::event_text;

/// What users of the crate can name, call and rely on: a line for each item, with the path to it, and an empty line between
/// what different resources and enumerations give.
///
/// What follows from other lines is left out, such as that an operation without parameters takes none. Permissions and events
/// are no items of the crate, but users rely on them, so they are listed with their resource.
pub fn surface(schema: &Schema) -> String {
    let surface = surface::of(schema);
    let details = details(&surface);
    let mut blocks = BTreeMap::<&ChangeSubject, Vec<String>>::new();
    for (key, item) in surface.iter().filter(|(key, item)| is_told(key, item)) {
        let mut line = format!("{}{}", item.owner, item.signature);
        if let Some(details) = details.get(key) {
            line = format!("{line} ({})", details.join(", "));
        }
        let lines = blocks.entry(&key.subject).or_default();
        if key.kind != ItemKind::Type {
            lines.push(line);
            continue;
        }
        let resource = match &key.subject {
            ChangeSubject::Resource(name) => schema.resources.get(name),
            ChangeSubject::Enumeration(_) | ChangeSubject::Introduction(_) | ChangeSubject::Errors => None,
        };
        let around = resource.into_iter().flat_map(|resource| around(&item.signature, resource));
        lines.splice(0..0, iter::once(line).chain(around));
    }
    let mut text = blocks.values().map(|lines| lines.join("\n")).collect::<Vec<_>>().join("\n\n");
    text.push('\n');
    text
}

/// Whether an item has a line of its own.
fn is_told(key: &SurfaceKey, item: &SurfaceItem) -> bool {
    match key.kind {
        ItemKind::Parameters => !matches!(item.signature.as_str(), "NoInput" | "NoQuery"),
        ItemKind::Representation => !item.signature.ends_with(" = Self>"),
        ItemKind::Order => item.signature != ")",
        ItemKind::Variant => item.signature != "Unlisted(Unlisted)",
        // The variants tell the name of their enum, the order of arguments that there are any, and their fields the types.
        ItemKind::Errors | ItemKind::Bare | ItemKind::Argument | ItemKind::Wire => false,
        _ => true,
    }
}

/// How items are sent, read and checked, but for names that are the same in Rust.
fn details(surface: &Surface) -> BTreeMap<&SurfaceKey, Vec<&str>> {
    let mut details = BTreeMap::<_, Vec<_>>::new();
    for (key, item) in surface.iter().filter(|(key, _)| key.kind == ItemKind::Wire) {
        let name = item.owner.rsplit(['.', ':']).next().unwrap_or_default();
        let rest = item.signature.strip_prefix(IS_SENT_AS).and_then(|signature| signature.strip_prefix(name));
        let detail = match rest {
            Some("") => continue,
            Some(rest) if rest.starts_with(", ") => rest.trim_start_matches(", "),
            _ => item.signature.trim(),
        };
        details.entry(item.parent.as_ref().unwrap_or(key)).or_default().push(detail);
    }
    details
}

/// The permissions that a resource asks for, and the events about it.
fn around(path: &str, resource: &Resource) -> impl Iterator<Item = String> {
    let scopes = resource.scopes.iter().map(move |scope| format!("{path}: permission `{scope}`"));
    let events = resource.events.iter().map(move |event| format!("{path}: event {}", event_text(event)));
    scopes.chain(events)
}
