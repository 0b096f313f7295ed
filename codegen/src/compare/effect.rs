//! What changes in the emitted crate, and which change of the schema explains it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

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
    /// The new places of rows, by what they are rows of now and their old places.
    rows: BTreeMap<(ChangeSubject, String), String>,
}

impl Renames {
    fn of(changes: &[SchemaChange]) -> Self {
        let mut renames = Self { subjects: BTreeMap::new(), rows: BTreeMap::new() };
        for change in changes.iter().filter(|change| change.rule.action() == Action::Renamed) {
            let place = row(&change.place);
            if place.is_empty() {
                renames.subjects.insert(change.subject.with_name(&change.old), change.subject.clone());
            } else if let Some(table) = place.strip_suffix(&change.new) {
                let before = format!("{table}{}", change.old);
                renames.rows.entry((change.subject.clone(), before)).or_insert(place);
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
        let row = (key.subject, key.place);
        let place = self.rows.get(&row).cloned();
        (key.subject, key.place) = row;
        SurfaceKey { place: place.unwrap_or(key.place), ..key }
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
    let mut new = BTreeMap::<_, VecDeque<usize>>::new();
    for (number, FoundEffect { key, parent, effect }) in found.iter().enumerate() {
        if let (None, Some(text)) = (&effect.old, &effect.new) {
            new.entry((text.clone(), key.kind, parent.clone())).or_default().push_back(number);
        }
    }
    for number in 0..found.len() {
        let FoundEffect { key, parent, effect } = &found[number];
        let (Some(text), None) = (&effect.old, &effect.new) else { continue };
        let text = text.clone();
        let same = new.get_mut(&(text.clone(), key.kind, parent.clone()));
        if let Some(other) = same.and_then(VecDeque::pop_front) {
            found[other].effect.class = Class::Additive;
            found[other].effect.old = Some(text.clone());
            found[number].effect.class = Class::Additive;
            found[number].effect.new = Some(text);
        }
    }
}

/// Puts each effect to the changes that explain it, and adds a change for those that nothing explains.
pub(super) fn attribute(changes: &mut Vec<SchemaChange>, effects: Vec<FoundEffect>) {
    let mut rows = ChangedRows::default();
    changes.iter().enumerate().for_each(|(number, change)| rows.add(number, change));
    for FoundEffect { key, effect, .. } in effects {
        let explaining = rows.explaining(changes, &key);
        for number in &explaining {
            add(&mut changes[*number], effect.clone());
        }
        if explaining.is_empty() {
            // It explains other effects at the same place, too.
            let nothing = String::new();
            let mut consequence =
                SchemaChange::new(&key.subject, &key.place, Rule::Consequence, nothing.clone(), nothing);
            add(&mut consequence, effect);
            rows.add(changes.len(), &consequence);
            changes.push(consequence);
        }
    }
}

fn add(change: &mut SchemaChange, effect: SurfaceEffect) {
    change.class = change.class.max(effect.class);
    change.effects.push(effect);
}

/// The numbers of changes, by what they are about and the places of their rows.
#[derive(Default)]
struct ChangedRows(BTreeMap<ChangeSubject, BTreeMap<String, Vec<usize>>>);

impl ChangedRows {
    fn add(&mut self, number: usize, change: &SchemaChange) {
        let of_subject = self.0.entry(change.subject.clone()).or_default();
        of_subject.entry(row(&change.place)).or_default().push(number);
    }

    /// The changes that explain what happens to `key`: those of its own place, else of the rows below it, else of what it is in.
    fn explaining(&self, changes: &[SchemaChange], key: &SurfaceKey) -> Vec<usize> {
        let Some(rows) = self.0.get(&key.subject) else { return Vec::new() };
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
        let that_explain = |numbers: &mut dyn Iterator<Item = &usize>| -> Vec<usize> {
            let explains = |number: &usize| changes[*number].rule.explains().explains(key.kind);
            let numbers: BTreeSet<_> = numbers.copied().filter(explains).collect();
            numbers.into_iter().collect()
        };
        let own = that_explain(&mut places.iter().filter_map(|place| rows.get(place)).flatten());
        if !own.is_empty() {
            return own;
        }
        let below = if is_whole {
            that_explain(&mut places.iter().flat_map(|place| below(rows, place)).flatten())
        } else {
            Vec::new()
        };
        let around = |place| around(place).filter_map(|place| rows.get(place)).flatten();
        if below.is_empty() { that_explain(&mut places.iter().flat_map(|place| around(place))) } else { below }
    }
}

/// What stands at the places below one.
fn below<'r, T>(rows: &'r BTreeMap<String, T>, place: &str) -> impl Iterator<Item = &'r T> {
    let start = if place.is_empty() { String::new() } else { format!("{place}/") };
    let from_there = rows.range(start.clone()..);
    from_there.take_while(move |(place, _)| place.starts_with(&start)).map(|(_, found)| found)
}

/// The places that a place is in, up to the whole.
fn around(place: &str) -> impl Iterator<Item = &str> {
    let steps = place.rmatch_indices('/').filter_map(|(at, _)| place.get(..at));
    steps.chain([""])
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
