//! What changes in the emitted crate, and which change of the schema explains it.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{SchemaChange, SurfaceEffect};
use super::rules::{Action, Class, Rule};
use super::subject::ChangeSubject;
use super::surface::{ItemKind, Surface, SurfaceItem, SurfaceKey};

/// An effect and what it stands for in the reference.
pub(super) struct FoundEffect {
    key: SurfaceKey,
    parent: Option<SurfaceKey>,
    effect: SurfaceEffect,
}

/// The effects of going from one surface to another, where the changes tell what was renamed.
pub(super) fn effects(old: &Surface, new: &Surface, changes: &[SchemaChange]) -> Vec<FoundEffect> {
    let renames = Renames::of(changes);
    let (old, mut found) = renames.follow(old, new);
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    found.extend(keys.into_iter().filter_map(|key| effect(key, &old, new)));
    keep_same_names(&mut found);
    found
}

/// What was renamed: what is emitted for it has to be held against what is emitted for it now.
struct Renames {
    /// The resources and enumerations by their old names.
    subjects: BTreeMap<ChangeSubject, ChangeSubject>,
    /// The rows, as what they are rows of now, their old place and their new one.
    rows: Vec<(ChangeSubject, String, String)>,
}

impl Renames {
    fn of(changes: &[SchemaChange]) -> Self {
        let mut renames = Self { subjects: BTreeMap::new(), rows: Vec::new() };
        for change in changes.iter().filter(|change| change.rule.action() == Action::Renamed) {
            let place = row(&change.place);
            if place.is_empty() {
                renames.subjects.insert(change.subject.with_name(&change.old), change.subject.clone());
            } else if let Some(table) = place.strip_suffix(&change.new) {
                let before = format!("{table}{}", change.old);
                renames.rows.push((change.subject.clone(), before, place));
            }
        }
        renames
    }

    /// The old surface with its items where they are now, and the resources and enumerations that keep their names in Rust: they
    /// are sent and read under another name.
    fn follow(&self, old: &Surface, new: &Surface) -> (Surface, Vec<FoundEffect>) {
        let mut found = Vec::new();
        let mut followed = Surface::new();
        for (before, item) in old {
            let key = self.key(before.clone());
            let item = SurfaceItem { parent: item.parent.clone().map(|key| self.key(key)), ..item.clone() };
            let is_renamed = key.kind == ItemKind::Type && key.subject != before.subject;
            if is_renamed && new.get(&key).is_some_and(|now| now.signature == item.signature) {
                let text = format!("{}{}", item.owner, item.signature);
                let effect = SurfaceEffect { class: Class::Additive, old: Some(text.clone()), new: Some(text) };
                found.push(FoundEffect { key: key.clone(), parent: item.parent.clone(), effect });
            }
            followed.insert(key, item);
        }
        (followed, found)
    }

    fn key(&self, mut key: SurfaceKey) -> SurfaceKey {
        key.subject = self.subjects.get(&key.subject).cloned().unwrap_or(key.subject);
        let is_row =
            |(subject, old, _): &&(ChangeSubject, String, String)| *subject == key.subject && *old == key.place;
        if let Some((_, _, place)) = self.rows.iter().find(is_row) {
            key.place.clone_from(place);
        }
        key
    }
}

fn effect(key: &SurfaceKey, old: &Surface, new: &Surface) -> Option<FoundEffect> {
    let is_there =
        |parent: &Option<SurfaceKey>, surface: &Surface| parent.as_ref().is_none_or(|key| surface.contains_key(key));
    let (before, after) = (old.get(key), new.get(key));
    let class = match (before, after) {
        // What hangs below something new or gone needs no mention of its own.
        (None, Some(item)) if !is_there(&item.parent, old) => return None,
        (Some(item), None) if !is_there(&item.parent, new) => return None,
        _ if key.kind == ItemKind::Wire => Class::Additive,
        // Arguments are told of one by one; what is left is the order of those that were there before.
        _ if key.kind == ItemKind::Order && !is_reordered(before?, after?) => return None,
        (None, Some(_)) if key.kind != ItemKind::Argument => Class::Additive,
        _ => Class::Breaking,
    };
    if before.map(|item| &item.signature) == after.map(|item| &item.signature) {
        return None;
    }
    let text = |item: &SurfaceItem| format!("{}{}", item.owner, item.signature);
    let parent = before.or(after).and_then(|item| item.parent.clone());
    Some(FoundEffect {
        key: key.clone(),
        parent,
        effect: SurfaceEffect { class, old: before.map(text), new: after.map(text) },
    })
}

/// Whether arguments that were there before stand in another order.
fn is_reordered(old: &SurfaceItem, new: &SurfaceItem) -> bool {
    let names =
        |item: &SurfaceItem| item.signature.trim_end_matches(')').split(", ").map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (names(old), names(new));
    let before = old.iter().filter(|name| new.contains(name));
    let after = new.iter().filter(|name| old.contains(name));
    !before.eq(after)
}

/// Where something is gone and something of the same name and type is new in its place, programs keep compiling.
fn keep_same_names(found: &mut [FoundEffect]) {
    for number in 0..found.len() {
        let (Some(text), None) = (found[number].effect.old.clone(), &found[number].effect.new) else { continue };
        let (kind, parent) = (found[number].key.kind, found[number].parent.clone());
        let same = |other: &&mut FoundEffect| {
            other.effect.old.is_none()
                && other.effect.new.as_ref() == Some(&text)
                && other.key.kind == kind
                && other.parent == parent
        };
        if let Some(other) = found.iter_mut().find(same) {
            other.effect.class = Class::Additive;
            other.effect.old = Some(text.clone());
            found[number].effect.class = Class::Additive;
            found[number].effect.new = Some(text);
        }
    }
}

/// Puts each effect to the changes that explain it, and adds a change for those that nothing explains.
pub(super) fn attribute(changes: &mut Vec<SchemaChange>, effects: Vec<FoundEffect>) {
    for FoundEffect { key, effect, .. } in effects {
        let explaining = explaining(changes, &key);
        for number in &explaining {
            add(&mut changes[*number], effect.clone());
        }
        if explaining.is_empty() {
            // It explains other effects at the same place, too.
            let nothing = String::new();
            let mut consequence =
                SchemaChange::new(&key.subject, &key.place, Rule::Consequence, nothing.clone(), nothing);
            add(&mut consequence, effect);
            changes.push(consequence);
        }
    }
}

fn add(change: &mut SchemaChange, effect: SurfaceEffect) {
    change.class = change.class.max(effect.class);
    change.effects.push(effect);
}

/// The changes that explain what happens to `key`: those of its own place, else of the rows below it, else of what it is in.
fn explaining(changes: &[SchemaChange], key: &SurfaceKey) -> Vec<usize> {
    let places: &[String] = match key.kind {
        // An operation that goes on is told by its response, too.
        ItemKind::Starts => &[key.place.clone(), key.place.replace("/input", "/response")],
        _ => std::slice::from_ref(&key.place),
    };
    let is_whole = matches!(
        key.kind,
        ItemKind::Parameters | ItemKind::Bare | ItemKind::Order | ItemKind::Input | ItemKind::Starts
    ) || key.place.ends_with("/response")
        || key.place == "reasons";
    let find = |fits: &dyn Fn(&str, &str) -> bool| -> Vec<usize> {
        let explains = |change: &SchemaChange| {
            let place = row(&change.place);
            change.subject == key.subject
                && change.rule.explains().explains(key.kind)
                && places.iter().any(|wanted| fits(&place, wanted))
        };
        (0..changes.len()).filter(|number| explains(&changes[*number])).collect()
    };
    let below = |place: &str, wanted: &str| is_below(place, wanted);
    let own = find(&|place, wanted| place == wanted);
    if !own.is_empty() {
        return own;
    }
    let rows = if is_whole { find(&below) } else { Vec::new() };
    if rows.is_empty() { find(&|place, wanted| is_below(wanted, place)) } else { rows }
}

fn is_below(place: &str, above: &str) -> bool {
    above.is_empty() || place.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

/// The place of the row that a change is about. Parameters are one list, wherever they go.
fn row(place: &str) -> String {
    let steps: Vec<_> = place.split('/').collect();
    match steps[..] {
        // Rows that differ in collection and sender are one kind of event.
        ["events", event, ..] => {
            let kind: Vec<_> = event.split(' ').take(2).collect();
            format!("events/{}", kind.join(" "))
        }
        [table @ ("properties" | "links" | "members"), name, ..] => format!("{table}/{name}"),
        ["operations", verb, "input" | "query", name, ..] => format!("operations/{verb}/input/{name}"),
        ["operations", verb, "errors", code, subcode, ..] => format!("operations/{verb}/errors/{code}/{subcode}"),
        _ => place.to_owned(),
    }
}
