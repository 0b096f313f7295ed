//! What samples show: the names and texts in each resource and input.

use std::collections::{BTreeMap, BTreeSet};

use crate::extract::{Sample, SampleObject, documents};

/// How the value of the property begins that a PUT has to send back. The property has another name every time.
const PUT_MARKER: &str = "please pass";

/// A resource or the input of an operation, as a sample shows it. What it embeds is shown on its own.
#[derive(Debug)]
pub(super) struct ShownObject {
    /// The number of the sample.
    pub(super) sample: usize,
    /// The relation by which another resource in the sample, or an event, embeds it; none for the message itself.
    pub(super) relation: Option<String>,
    /// The rel that it calls itself by.
    pub(super) rel: Option<String>,
    /// The texts that each property has; none where its values are no texts.
    pub(super) values: BTreeMap<String, BTreeSet<String>>,
    /// The relations that hold content in place.
    pub(super) content: BTreeSet<String>,
    /// The relations that are linked to.
    pub(super) links: BTreeSet<String>,
    /// The relation and the rel of each resource that it embeds.
    pub(super) embedded: Vec<(String, Option<String>)>,
}

/// Takes the documents of samples apart into the objects in them.
pub(super) fn shown(samples: &[Sample]) -> Vec<ShownObject> {
    let mut all = Vec::new();
    for (number, sample) in samples.iter().enumerate() {
        for (relation, object) in documents(sample) {
            flatten(number, relation, &object, &mut all);
        }
    }
    all
}

fn flatten(sample: usize, relation: Option<String>, object: &SampleObject, all: &mut Vec<ShownObject>) {
    let mut embedded = Vec::new();
    for relation in &object.embedded {
        for object in &relation.objects {
            embedded.push((relation.rel.clone(), object.rel.clone()));
            flatten(sample, Some(relation.rel.clone()), object, all);
        }
    }
    let mut values = BTreeMap::<_, BTreeSet<_>>::new();
    for (name, value) in &object.properties {
        let texts = value.texts();
        if !texts.iter().any(|text| text.starts_with(PUT_MARKER)) {
            values.entry(name.clone()).or_default().extend(texts.into_iter().map(str::to_owned));
        }
    }
    let rels = |is_content: bool| {
        let links = object.links.iter().filter(|link| link.is_content == is_content);
        links.map(|link| link.rel.clone()).collect()
    };
    let (content, links) = (rels(true), rels(false));
    all.push(ShownObject { sample, relation, rel: object.rel.clone(), values, content, links, embedded });
}
