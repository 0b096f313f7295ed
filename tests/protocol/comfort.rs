//! What users of Rust expect of values, links and lists.

use std::collections::{BTreeSet, HashSet};

use ucwa::enumerations::Availability;
use ucwa::people::{Contact, MyContacts};
use ucwa::{Link, LinkData, Object, Resource, Unlisted, Uri};
use url::Url;

use crate::json;

const CONTACTS: &str = r#"{"_links":{"contact":[{"href":"/1","title":"One"},{"href":"/2"},{"href":"/3"}]},
    "_embedded":{"contact":[{"name":"C","_links":{"self":{"href":"/3"}}},{"name":"A","_links":{"self":{"href":"/1"}}},{"name":"D","_links":{"self":{"href":"/4"}}}]}}"#;

#[test]
fn a_list_gives_links_and_resources_as_pairs() {
    let contacts: MyContacts = json(CONTACTS);
    let list = contacts.contact();
    let name = |contact: Option<&Contact>| contact.and_then(|contact| contact.name.clone());
    let pairs: Vec<_> = list
        .targets()
        .map(|target| (target.link.map(|link| link.href().to_owned()).unwrap_or_default(), name(target.embedded)))
        .collect();
    let expected = [("/1", Some("A")), ("/2", None), ("/3", Some("C")), ("/4", Some("D"))];
    assert_eq!(pairs, expected.map(|(href, name)| (href.to_owned(), name.map(str::to_owned))));
    assert_eq!(list.len(), 4);
    assert_eq!(
        list.targets().next().and_then(|target| target.link?.title().map(str::to_owned)).as_deref(),
        Some("One")
    );
}

#[test]
fn resources_without_addresses_belong_to_links_by_position() {
    let contacts: MyContacts = json(
        r#"{"_links":{"contact":[{"href":"/1"},{"href":"/2"}]},"_embedded":{"contact":[{"name":"A"},{"name":"B"}]}}"#,
    );
    let names: Vec<_> = contacts.contact().targets().filter_map(|target| target.embedded?.name.clone()).collect();
    assert_eq!((names, contacts.contact().len()), (vec!["A".to_owned(), "B".to_owned()], 2));
    let contacts: MyContacts =
        json(r#"{"_links":{"contact":[{"href":"/1"}]},"_embedded":{"contact":[{"name":"A"},{"name":"B"}]}}"#);
    assert_eq!(contacts.contact().len(), 3, "nothing says which of them the link leads to");
    assert_eq!(json::<MyContacts>("{}").contact().targets().count(), 0);
}

#[test]
fn an_embedded_resource_has_a_typed_link_to_itself() {
    let mut contacts: MyContacts = json(CONTACTS);
    contacts.envelope_mut().set_base(Url::parse("https://fe1.contoso.com/ucwa").expect("a URL"));
    let first = contacts.contact().embedded().next().expect("there are three");
    let link: Link<Contact> = first.self_link().expect("it has one");
    assert_eq!(link.address().as_deref(), Ok("https://fe1.contoso.com/3"));
    assert!(json::<Contact>("{}").self_link().is_none());
}

#[test]
fn enumerations_are_text_and_have_an_order() {
    assert_eq!("away".parse(), Ok(Availability::Away));
    assert_eq!(Availability::from("Dreaming".to_owned()), Availability::Unlisted(Unlisted::new("Dreaming")));
    assert!(Availability::Away == "Away" && Availability::Away == *"Away" && Availability::Away != "away");
    assert_eq!((Availability::Away.to_string(), Availability::Away.as_ref()), ("Away".to_owned(), "Away"));
    let sorted: BTreeSet<_> = ["Dreaming", "Online", "Away"].map(Availability::from).into();
    assert_eq!(sorted.first(), Some(&Availability::Away));
    assert_eq!(sorted.last().map(ToString::to_string).as_deref(), Some("Dreaming"), "what is not listed comes last");
    assert_eq!(Unlisted::new("Dreaming").to_string(), "Dreaming");
}

#[test]
fn links_and_addresses_are_text_and_can_be_keys() {
    let (link, data): (Link<Contact>, LinkData) =
        ("/1".parse().expect("any text is one"), "/1".parse().expect("any text is one"));
    assert!(link == "/1" && link == *"/1" && data == "/1" && data == *"/1");
    assert_eq!((link.to_string(), data.to_string()), ("/1".to_owned(), "/1".to_owned()));
    assert_eq!(HashSet::from([link.clone(), link.clone(), Link::new("/2")]).len(), 2);
    assert_eq!(BTreeSet::from([Link::<Contact>::new("/2"), link.clone()]).first(), Some(&link));
    let uri: Uri = "sip:a@b".parse().expect("any text is one");
    for equal in [uri == "sip:a@b", "sip:a@b" == uri, *"sip:a@b" == uri] {
        assert!(equal);
    }
}

#[test]
fn debug_output_shows_lists_as_lists_and_values_as_values() {
    let contact: Contact = json(r#"{"name":"Jane","emailAddresses":["a"]}"#);
    assert_eq!(format!("{contact:?}"), r#"contact { emailAddresses: ["a"], name: "Jane" }"#);
    let contact: Contact = json(r#"{"emailAddresses":["a","b"]}"#);
    assert_eq!(format!("{contact:?}"), r#"contact { emailAddresses: ["a", "b"] }"#);
}

#[test]
fn a_glob_import_of_a_module_hides_nothing_of_the_prelude() {
    #[allow(unused_imports, reason = "a glob import is what users write")]
    use ucwa::communication::*;
    fn text(value: impl Into<String> + From<&'static str>) -> String {
        value.into()
    }
    assert_eq!(text(String::from("a")), "a");
    let from = FromResource::default();
    assert_eq!((&from as &dyn Object).rel(), "from");
}
