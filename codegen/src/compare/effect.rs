//! What changes in the emitted crate, and which change of the schema explains it.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Effect};
use super::rules::{Class, Rule};
use super::subject::Subject;
use super::surface::{Item, ItemKind, Key, Surface};

/// An effect and what it stands for in the reference.
pub(super) struct Found {
    key: Key,
    parent: Option<Key>,
    effect: Effect,
}

/// The effects of going from one surface to another.
pub(super) fn effects(old: &Surface, new: &Surface) -> Vec<Found> {
    let (old, mut found) = follow_types(old, new);
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    found.extend(keys.into_iter().filter_map(|key| effect(key, &old, new)));
    keep_same_names(&mut found);
    found
}

/// The old surface with its types where they are now. A type whose name in the reference is another keeps its name in Rust
/// where the two differ by case alone: what hangs below it has to be held against what hangs below it now.
fn follow_types(old: &Surface, new: &Surface) -> (Surface, Vec<Found>) {
    let text = |item: &Item| format!("{}{}", item.owner, item.signature);
    let types = |surface: &Surface, other: &Surface| -> BTreeMap<String, Key> {
        let types = surface.iter().filter(|(key, _)| key.kind == ItemKind::Type && !other.contains_key(*key));
        types.map(|(key, item)| (text(item), key.clone())).collect()
    };
    let (gone, mut come) = (types(old, new), types(new, old));
    let mut found = Vec::new();
    let mut subjects = BTreeMap::new();
    for (text, before) in gone {
        let Some(after) = come.remove(&text) else { continue };
        subjects.insert(before.subject.clone(), after.subject.clone());
        let effect = Effect { class: Class::Additive, old: Some(text.clone()), new: Some(text) };
        found.extend([before, after].map(|key| Found { key, parent: None, effect: effect.clone() }));
    }
    let follow = |mut key: Key| {
        key.subject = subjects.get(&key.subject).cloned().unwrap_or(key.subject);
        key
    };
    let follow_item = |(key, item): (&Key, &Item)| {
        (follow(key.clone()), Item { parent: item.parent.clone().map(follow), ..item.clone() })
    };
    (old.iter().map(follow_item).collect(), found)
}

fn effect(key: &Key, old: &Surface, new: &Surface) -> Option<Found> {
    let is_there =
        |parent: &Option<Key>, surface: &Surface| parent.as_ref().is_none_or(|key| surface.contains_key(key));
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
    let text = |item: &Item| format!("{}{}", item.owner, item.signature);
    let parent = before.or(after).and_then(|item| item.parent.clone());
    Some(Found { key: key.clone(), parent, effect: Effect { class, old: before.map(text), new: after.map(text) } })
}

/// Whether arguments that were there before stand in another order.
fn is_reordered(old: &Item, new: &Item) -> bool {
    let names = |item: &Item| item.signature.trim_end_matches(')').split(", ").map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (names(old), names(new));
    let before = old.iter().filter(|name| new.contains(name));
    let after = new.iter().filter(|name| old.contains(name));
    !before.eq(after)
}

/// Where something is gone and something of the same name and type is new in its place, programs keep compiling.
fn keep_same_names(found: &mut [Found]) {
    for number in 0..found.len() {
        let (Some(text), None) = (found[number].effect.old.clone(), &found[number].effect.new) else { continue };
        let (kind, parent) = (found[number].key.kind, found[number].parent.clone());
        let same = |other: &&mut Found| {
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
pub(super) fn attribute(changes: &mut Vec<Change>, effects: Vec<Found>) {
    for Found { key, effect, .. } in effects {
        let explaining = explaining(changes, &key);
        for number in &explaining {
            add(&mut changes[*number], effect.clone());
        }
        if explaining.is_empty() {
            add(consequence(changes, &key.subject, &key.place), effect);
        }
    }
}

fn add(change: &mut Change, effect: Effect) {
    change.class = change.class.max(effect.class);
    change.effects.push(effect);
}

/// The changes that explain what happens to `key`: those of its own place, else of the rows below it, else of what it is in.
fn explaining(changes: &[Change], key: &Key) -> Vec<usize> {
    let places: &[String] = match key.kind {
        // An operation that goes on is told by its answer, too.
        ItemKind::Starts => &[key.place.clone(), key.place.replace("/input", "/answer")],
        _ => std::slice::from_ref(&key.place),
    };
    let is_whole = matches!(
        key.kind,
        ItemKind::Parameters | ItemKind::Bare | ItemKind::Order | ItemKind::Input | ItemKind::Starts
    ) || key.place.ends_with("/answer");
    let find = |fits: &dyn Fn(&str, &str) -> bool| -> Vec<usize> {
        let explains = |change: &Change| {
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

fn consequence<'a>(changes: &'a mut Vec<Change>, subject: &Subject, place: &str) -> &'a mut Change {
    let is_known =
        |change: &Change| change.rule == Rule::Consequence && change.subject == *subject && change.place == place;
    let number = changes.iter().position(is_known).unwrap_or_else(|| {
        changes.push(Change::new(subject, place, Rule::Consequence, String::new(), String::new()));
        changes.len() - 1
    });
    &mut changes[number]
}
