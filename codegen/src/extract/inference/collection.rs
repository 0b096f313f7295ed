//! The collections that events are about, from the samples of events.

use ucwa_schema::EventType;

use crate::extract::placing::draft::EventRow;
use crate::extract::revision::rel_and_revision;
use crate::extract::samples::Sample;

/// The collection that the target of an event joined or left, where a sample under the same heading shows this event.
pub(in crate::extract) fn collection(samples: &[(EventType, Sample)], row: &EventRow) -> Option<String> {
    samples.iter().filter(|(kind, _)| *kind == row.kind).find_map(|(_, sample)| in_sample(sample, row))
}

fn in_sample(sample: &Sample, row: &EventRow) -> Option<String> {
    let document = sample.json()?;
    let senders = document.get("sender")?.as_array()?;
    let mut events = senders.iter().filter_map(|sender| sender.get("events")?.as_array()).flatten();
    events.find_map(|event| {
        let rel = event.pointer("/link/rel")?.as_str()?;
        let (name, _) = rel_and_revision(&row.resource);
        if rel == row.resource || rel == name { Some(event.pointer("/in/rel")?.as_str()?.to_string()) } else { None }
    })
}
