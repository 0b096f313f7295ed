//! The collections that events are about, from the samples of events.

use std::collections::HashMap;

use serde_json::Value;
use ucwa_schema::EventType;

use crate::extract::placing::draft::EventRow;
use crate::extract::revision::rel_and_revision;
use crate::extract::samples::Sample;

/// The collections that samples of events show. A page may have thousands of events and a sample as long, so that each sample is
/// read once.
pub(in crate::extract) struct Collections {
    /// The first collection of the events of a type about a rel, and how many others were found before.
    found: HashMap<(EventType, String), (usize, String)>,
}

impl Collections {
    /// What the samples show, each with the type that it stands under.
    pub(in crate::extract) fn of(samples: &[(EventType, Sample)]) -> Self {
        let mut found = HashMap::new();
        for (kind, sample) in samples {
            let Some(document) = sample.json() else { continue };
            let senders = document.get("sender").and_then(Value::as_array).into_iter().flatten();
            let events = senders.filter_map(|sender| sender.get("events")?.as_array()).flatten();
            for event in events {
                let text = |pointer| event.pointer(pointer).and_then(Value::as_str);
                let (Some(rel), Some(collection)) = (text("/link/rel"), text("/in/rel")) else { continue };
                let before = found.len();
                found.entry((*kind, rel.to_owned())).or_insert_with(|| (before, collection.to_owned()));
            }
        }
        Self { found }
    }

    /// The collection that the target of an event joined or left, where a sample under the same heading shows this event. Samples
    /// may name a later revision with or without its number.
    pub(in crate::extract) fn of_row(&self, row: &EventRow) -> Option<String> {
        let (rel, _) = rel_and_revision(&row.resource);
        let of = |rel: &str| self.found.get(&(row.kind, rel.to_owned()));
        let first = [of(&row.resource), of(rel)].into_iter().flatten().min_by_key(|(before, _)| *before);
        first.map(|(_, collection)| collection.clone())
    }
}
