//! Reading and writing messages: the bindings against what a careful engineer would write by hand, in one run.
//!
//! - JSON against serde's derive on hand-written structs ([`derived`]), without and with keeping unknown properties.
//! - XML against the bare event loop of quick-xml ([`bare`]), which every reader built on it has to run.
//!
//! The last lines printed are a table of medians and ratios, for which the contenders take turns.

mod bare;
mod derived;
mod documents;
mod run;
#[path = "../turns.rs"]
mod turns;

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ucwa::people::{
    ContactPresence, ContactPrivacyRelationship2, MyContacts, PinnedGroup, PresenceSubscriptionMembership,
    SubscribedContacts,
};
use ucwa::{Document as _, Format, Representation};

use derived::{keeping, lean};
use documents::{Document, SAMPLES};
use run::{BARE, DERIVED, DERIVED_KEEPING, Measured, Run, UCWA, making};

fn main() {
    let mut run = Run::new();
    let [presence, relationship, subscribed, membership, pinned] = SAMPLES;
    resource::<ContactPresence, lean::ContactPresence, keeping::ContactPresence>(&mut run, &presence);
    resource::<ContactPrivacyRelationship2, lean::ContactPrivacyRelationship2, keeping::ContactPrivacyRelationship2>(
        &mut run,
        &relationship,
    );
    resource::<SubscribedContacts, lean::SubscribedContacts, keeping::SubscribedContacts>(&mut run, &subscribed);
    resource::<
        PresenceSubscriptionMembership,
        lean::PresenceSubscriptionMembership,
        keeping::PresenceSubscriptionMembership,
    >(&mut run, &membership);
    resource::<PinnedGroup, lean::PinnedGroup, keeping::PinnedGroup>(&mut run, &pinned);
    let (json, xml) = documents::contact_list(100);
    let contacts = Document { name: "myContacts, 100 contacts", json: &json, xml: &xml };
    resource::<MyContacts, lean::MyContacts, keeping::MyContacts>(&mut run, &contacts);
    events(&mut run);
    run.finish();
}

/// One resource in both formats and both directions.
fn resource<T: Representation, Lean: DeserializeOwned + Serialize, Keeping: DeserializeOwned + Serialize>(
    run: &mut Run,
    document: &Document<'_>,
) {
    let (json, xml) = (document.json.as_bytes(), document.xml.as_bytes());
    let ours = T::from_json(json).expect("a sample");
    let (lean, keeping) = (parse::<Lean>(json), parse::<Keeping>(json));
    let read_json = &mut making(|| T::from_json(json).expect("a sample"));
    let read_xml = &mut making(|| T::from_xml(xml).expect("a sample"));
    let write_json = &mut making(|| ours.to_json().expect("what was read"));
    let write_xml = &mut making(|| ours.to_xml().expect("what was read"));
    compare(run, document, &lean, &keeping, [read_json, read_xml, write_json, write_xml]);
}

/// An answer of the event channel of about a megabyte, many of whose events bring their resource with them.
fn events(run: &mut Run) {
    let (json, xml) = documents::events();
    let document = &Document { name: "events of 1 MB", json: &json, xml: &xml };
    let decode = |format, text: &str| ucwa::decode_events(format, text.as_bytes()).expect("events");
    let ours = decode(Format::Json, &json);
    let lean: lean::EventDocument = parse(json.as_bytes());
    let keeping: keeping::EventDocument = parse(json.as_bytes());
    assert_eq!(text(&lean), json, "the structs hold all that the document says");
    assert_eq!(ours.encode(Format::Json).expect("events"), json, "and so do the bindings");
    assert_eq!(decode(Format::Xml, &xml), ours, "in both formats");
    let read_json = &mut making(|| decode(Format::Json, &json));
    let read_xml = &mut making(|| decode(Format::Xml, &xml));
    let write_json = &mut making(|| ours.encode(Format::Json).expect("events"));
    let write_xml = &mut making(|| ours.encode(Format::Xml).expect("events"));
    compare(run, document, &lean, &keeping, [read_json, read_xml, write_json, write_xml]);
}

/// Sets the four ways of the bindings against their rivals.
fn compare<Lean: DeserializeOwned + Serialize, Keeping: DeserializeOwned + Serialize>(
    run: &mut Run,
    document: &Document<'_>,
    lean: &Lean,
    keeping: &Keeping,
    [read_json, read_xml, write_json, write_xml]: [&mut dyn FnMut(u32) -> Duration; 4],
) {
    let json = document.json.as_bytes();
    run.measure(
        Measured::ReadJson,
        document,
        &mut [
            (UCWA, read_json),
            (DERIVED, &mut making(|| parse::<Lean>(json))),
            (DERIVED_KEEPING, &mut making(|| parse::<Keeping>(json))),
        ],
    );
    run.measure(
        Measured::WriteJson,
        document,
        &mut [
            (UCWA, write_json),
            (DERIVED, &mut making(|| text(lean))),
            (DERIVED_KEEPING, &mut making(|| text(keeping))),
        ],
    );
    let walk = || bare::walk(document.xml);
    run.measure(Measured::ReadXml, document, &mut [(UCWA, read_xml), (BARE, &mut making(walk))]);
    run.measure(Measured::WriteXml, document, &mut [(UCWA, write_xml), (BARE, &mut making(walk))]);
}

fn parse<T: DeserializeOwned>(json: &[u8]) -> T {
    serde_json::from_slice(json).expect("a sample")
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("what was read")
}
