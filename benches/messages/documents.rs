//! What is read and written.

use ucwa::people::MyContacts;
use ucwa::{Document as _, Format};

/// A message in both formats.
pub(crate) struct Document<'a> {
    pub(crate) name: &'a str,
    pub(crate) json: &'a str,
    pub(crate) xml: &'a str,
}

macro_rules! sample {
    ($name:literal) => {
        Document {
            name: $name,
            json: include_str!(concat!("../samples/", $name, ".json")),
            xml: include_str!(concat!("../samples/", $name, ".xml")),
        }
    };
}

/// Samples of the reference, as they stand there.
pub(crate) const SAMPLES: [Document<'static>; 5] = [
    sample!("contactPresence"),
    sample!("contactPrivacyRelationship2"),
    sample!("subscribedContacts"),
    sample!("presenceSubscriptionMembership"),
    sample!("pinnedGroup"),
];

/// An answer of the event channel of a megabyte, in JSON and in XML, without white space, as servers send it.
pub(crate) fn events() -> (String, String) {
    let mut senders = Vec::new();
    let mut size = 0;
    for number in 0.. {
        if size > 1 << 20 {
            break;
        }
        let sender = sender(number);
        size += sender.len();
        senders.push(sender);
    }
    let json = format!(
        r#"{{"_links":{{"self":{{"href":"/ucwa/v1/applications/192/events?ack=1"}},"next":{{"href":"/ucwa/v1/applications/192/events?ack=2"}}}},"sender":[{}]}}"#,
        senders.join(",")
    );
    let document = ucwa::decode_events(Format::Json, json.as_bytes()).expect("events");
    let xml = document.encode(Format::Xml).expect("events");
    (json, xml)
}

/// A contact list in JSON and in XML, without white space, as servers send it.
pub(crate) fn contact_list(count: usize) -> (String, String) {
    let contacts: Vec<_> = (0..count).map(contact).collect();
    let json = format!(
        r#"{{"rel":"myContacts","_links":{{"self":{{"href":"/ucwa/v1/applications/192/people/contacts"}}}},"_embedded":{{"contact":[{}]}}}}"#,
        contacts.join(",")
    );
    let list = MyContacts::from_json(json.as_bytes()).expect("a contact list");
    let xml = list.to_xml().expect("a contact list");
    (json, xml)
}

/// A sender with sixteen events: presences and contacts with their resource, and others with the link alone.
fn sender(number: usize) -> String {
    let events: Vec<_> = (0..16).map(|event| event_of(number * 16 + event)).collect();
    format!(r#"{{"rel":"people","href":"/ucwa/v1/applications/192/people","events":[{}]}}"#, events.join(","))
}

fn event_of(number: usize) -> String {
    match number % 8 {
        0 => event("contact", number, "added", &format!(r#""_embedded":{{"contact":{}}},"#, contact(number))),
        1 | 4 | 5 => event("contactPresence", number, "updated", &presence(number)),
        2 => collection_event(number, "added"),
        3 => collection_event(number, "deleted"),
        _ => event("contactNote", number, "updated", ""),
    }
}

fn event(rel: &str, number: usize, kind: &str, embedded: &str) -> String {
    let href = href(rel, number);
    format!(r#"{{"link":{{"rel":"{rel}","href":"{href}"}},{embedded}"type":"{kind}"}}"#)
}

fn collection_event(number: usize, kind: &str) -> String {
    format!(
        r#"{{"link":{{"rel":"contact","href":"{}"}},"in":{{"rel":"pinnedGroup","href":"/ucwa/v1/applications/192/groups/pinnedGroup"}},"type":"{kind}"}}"#,
        href("contact", number)
    )
}

fn href(rel: &str, number: usize) -> String {
    let below = if rel == "contact" { String::new() } else { format!("/{rel}") };
    format!("/ucwa/v1/applications/192/people/{number}{below}")
}

fn presence(number: usize) -> String {
    let availability = ["Online", "Busy", "Away", "DoNotDisturb", "IdleOnline"][number % 5];
    format!(
        r#""_embedded":{{"contactPresence":{{"rel":"contactPresence","activity":"in-a-conference","availability":"{availability}","deviceType":"PC","lastActive":"/Date({})/","_links":{{"self":{{"href":"{}"}}}}}}}},"#,
        1_474_932_023_993_u64 + number as u64,
        href("contactPresence", number)
    )
}

fn contact(number: usize) -> String {
    let links: Vec<_> = [
        "contactLocation",
        "contactNote",
        "contactPhoto",
        "contactPresence",
        "contactPrivacyRelationship",
        "contactSupportedModalities",
    ]
    .into_iter()
    .map(|rel| format!(r#""{rel}":{{"href":"{}"}}"#, href(rel, number)))
    .collect();
    format!(
        r#"{{"rel":"contact","company":"Contoso Corp.","department":"Research & Development","emailAddresses":["person{number}@contoso.com"],"homePhoneNumber":"tel:+19185550107","name":"Person {number}","office":"tel:+1425554321;ext=54321","sourceNetwork":"SameEnterprise","title":"Engineer 2","type":"User","uri":"sip:person{number}@contoso.com","workPhoneNumber":"tel:+1425554321;ext=54321","_links":{{"self":{{"href":"{}"}},{}}}}}"#,
        href("contact", number),
        links.join(",")
    )
}
