//! Contacts and groups: read, added, moved, renamed, removed; search; privacy relationships.

mod desk;
mod support;

use std::time::Duration;

use desk::{ADA, BEN, CHO, Desk, soon, within};
use support::{FORMATS, Faulty, edit, pass, proxy_page, respond, sign_in, simulator};
use ucwa::Format;
use ucwa::enumerations::PrivacyRelationshipLevel;
use ucwa::people::Contact;
use ucwa_client::people::{ContactGroup, ContactList, ContactListChanges, GroupKind};
use ucwa_client::{Application, ApplicationSettings, Capability, ContactAddress};
use ucwa_simulator::{Effect, Fault, Memory, Simulator};

async fn list(format: Format) -> (Desk, ContactList) {
    let simulator = simulator();
    let desk = Desk::of(&simulator, ADA, format).await;
    let list = desk.application.contact_list();
    (desk, list)
}

fn addresses(contacts: &[Contact]) -> Vec<String> {
    let address = |contact| ContactAddress::of(contact).expect("contacts have addresses").to_string();
    contacts.iter().map(address).collect()
}

async fn group(list: &ContactList, name: &str) -> ContactGroup {
    list.group_named(name).await.expect("the groups can be read").expect("it is there")
}

#[tokio::test(start_paused = true)]
async fn the_members_of_each_group_can_be_read() {
    for format in FORMATS {
        let (_desk, list) = list(format).await;
        for group in list.groups().await.expect("she has groups") {
            let members = list.members(&group).await.unwrap_or_else(|error| panic!("{:?}: {error}", group.kind));
            if group.kind == GroupKind::Distribution {
                assert_eq!(
                    addresses(&members),
                    [ADA, BEN, CHO],
                    "all of the organization are in the one of the simulator"
                );
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn groups_are_created_filled_renamed_and_deleted() {
    for format in FORMATS {
        let (_desk, list) = list(format).await;
        assert_eq!(addresses(&list.contacts().await.expect("contacts")), [BEN, CHO]);
        list.create_group("Friends").await.expect("she may");
        list.create_group("Family").await.expect("she may");
        let error = list.create_group("friends").await.expect_err("there is one");
        assert_eq!(error.subcode(), Some("AlreadyExists"));
        let (friends, family) = (group(&list, "FRIENDS").await, group(&list, "Family").await);
        assert_eq!(friends.kind, GroupKind::Own);
        list.add(BEN, Some(&friends)).await.expect("she may");
        list.add("sip:Ben@contoso.com", Some(&friends)).await.expect("he is there");
        list.add("dee@fabrikam.com", Some(&friends)).await.expect("she may");
        assert_eq!(addresses(&list.members(&friends).await.expect("members")), [BEN, "dee@fabrikam.com"]);
        list.move_to("dee@fabrikam.com", &friends, &family).await.expect("she may");
        assert_eq!(addresses(&list.members(&friends).await.expect("members")), [BEN]);
        assert_eq!(addresses(&list.members(&family).await.expect("members")), ["dee@fabrikam.com"]);
        list.rename_group(&friends, "Close friends").await.expect("she may");
        let renamed = group(&list, "close friends").await;
        assert_eq!(renamed.id, friends.id);
        list.remove("dee@fabrikam.com").await.expect("she may");
        list.remove("dee@fabrikam.com").await.expect("nobody is there");
        assert_eq!(addresses(&list.contacts().await.expect("contacts")), [BEN, CHO]);
        list.remove_from_group(CHO, &renamed).await.expect("she is not in it");
        assert_eq!(addresses(&list.contacts().await.expect("contacts")), [BEN, CHO], "other groups keep her");
        list.delete_group(&renamed).await.expect("she may");
        list.delete_group(&renamed).await.expect("it is gone");
        assert!(list.group_named("Close friends").await.expect("the groups").is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_moved_to_where_they_are_stays_there() {
    let (_desk, list) = list(Format::Json).await;
    list.create_group("Friends").await.expect("she may");
    let friends = group(&list, "Friends").await;
    for _ in 0..2 {
        list.move_to("dee@fabrikam.com", &friends, &friends).await.expect("she may");
        assert_eq!(addresses(&list.members(&friends).await.expect("members")), ["dee@fabrikam.com"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_that_somebody_else_changes_is_renamed_all_the_same() {
    let (desk, list) = list(Format::Json).await;
    list.create_group("Friends").await.expect("she may");
    let friends = group(&list, "Friends").await;
    let mut is_stale = true;
    desk.faulty.plan(move |request| {
        let is_meant = request.method() == "PUT" && std::mem::replace(&mut is_stale, false);
        is_meant.then(|| respond(412, &[], ""))
    });
    list.rename_group(&friends, "Best friends").await.expect("the second attempt succeeds");
    group(&list, "Best friends").await;
}

#[tokio::test(start_paused = true)]
async fn groups_that_the_server_made_stay_as_they_are() {
    let (_desk, list) = list(Format::Json).await;
    let groups = list.groups().await.expect("the groups");
    let default = groups.iter().find(|group| group.kind == GroupKind::Default).expect("there is one");
    let error = list.rename_group(default, "x").await.expect_err("it is not hers");
    assert_eq!(error.missing_capability(), Some(Capability::ChangeContacts));
    assert!(groups.iter().any(|group| group.kind != GroupKind::Own), "{groups:?}");
}

#[tokio::test(start_paused = true)]
async fn who_leaves_a_group_is_out_of_it_or_an_error_says_why_not() {
    for format in FORMATS {
        let (_desk, list) = list(format).await;
        let groups = list.groups().await.expect("the groups");
        let of = |kind: GroupKind| groups.iter().find(|group| group.kind == kind).expect("there is one");
        let is_in = async |group: &ContactGroup| {
            addresses(&list.members(group).await.expect("members")).contains(&CHO.to_owned())
        };
        // Who may act for a user need not be on the list.
        list.remove(CHO).await.expect("she may");
        let delegates = of(GroupKind::Delegates);
        list.add(CHO, Some(delegates)).await.expect("she may");
        assert!(is_in(delegates).await);
        list.remove_from_group(CHO, delegates).await.expect("she may");
        assert!(!is_in(delegates).await);
        list.remove_from_group(CHO, delegates).await.expect("he is out of it");
        for kind in [GroupKind::Organization, GroupKind::Distribution] {
            assert!(is_in(of(kind)).await);
            let error = list.remove_from_group(CHO, of(kind)).await.expect_err("it is not hers to say");
            let is_told = error.subcode() == Some("OperationNotSupported")
                || error.missing_capability() == Some(Capability::ChangeContacts);
            assert!(is_told, "{error}");
            list.remove_from_group("dee@fabrikam.com", of(kind)).await.expect("nobody is in it of that name");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn people_are_found_by_name_and_address() {
    for format in FORMATS {
        let (_desk, list) = list(format).await;
        let found = list.search("ben", 10).await.expect("she may");
        assert_eq!((addresses(&found.contacts), found.has_more), (vec![BEN.to_owned()], false));
        assert!(list.search("contoso", 1).await.expect("she may").has_more);
        assert!(list.search("x", 0).await.is_err(), "at least one");
        let ben = list.find("sip:BEN@contoso.com").await.expect("she may").expect("he is there");
        assert_eq!(ben.name.as_deref(), Some("Ben Ortiz"));
        let own = list.find(ADA).await.expect("she may").expect("she is in the directory");
        assert_eq!(own.name.as_deref(), Some("Ada Vale"));
        assert!(list.find("nobody@contoso.com").await.expect("she may").is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn privacy_is_read_set_and_reset() {
    for format in FORMATS {
        let (desk, list) = list(format).await;
        let ben = list.find(BEN).await.expect("she may").expect("he is there");
        assert_eq!(list.privacy(&ben).await.expect("she may"), Some(PrivacyRelationshipLevel::Colleagues));
        let mut is_stale = true;
        desk.faulty.plan(move |request| {
            let is_meant = request.method() == "PUT" && std::mem::replace(&mut is_stale, false);
            is_meant.then(|| respond(412, &[], ""))
        });
        list.set_privacy(&ben, PrivacyRelationshipLevel::Workgroup).await.expect("she may");
        assert_eq!(list.privacy(&ben).await.expect("she may"), Some(PrivacyRelationshipLevel::Workgroup));
        let levels = list.privacy_levels().await.expect("she may");
        assert_eq!(levels.get(&PrivacyRelationshipLevel::Workgroup).map(Vec::len), Some(1));
        list.reset_privacy(&ben).await.expect("she may");
        assert_eq!(list.privacy(&ben).await.expect("she may"), Some(PrivacyRelationshipLevel::Colleagues));
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_without_revision_two_is_named_as_the_reason() {
    let (desk, list) = list(Format::Json).await;
    desk.faulty.plan(|request| {
        let body = r#"{"code":"NotFound","subcode":"APIVersionNotSupported"}"#;
        let is_meant = request.headers().contains_key("x-ms-requiresminresourceversion") && request.method() == "POST";
        is_meant.then(|| respond(404, &[("content-type", "application/json")], body))
    });
    let error = list.create_group("Friends").await.expect_err("the server is too old");
    assert_eq!(error.missing_capability(), Some(Capability::ChangeContacts));
    assert!(error.to_string().contains("revision 2"), "{error}");
    assert_eq!(list.add(BEN, None).await.expect_err("too old").missing_capability(), Some(Capability::ChangeContacts));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_offers_no_contacts_is_named_as_the_reason() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let client = sign_in(&faulty, Format::Json).await.expect("the password is right");
    faulty.plan(|request| {
        let body = r#"{"rel":"application","_links":{"self":{"href":"/ucwa/oauth/v1/applications/1"}},"_embedded":{"people":
            {"rel":"people","_links":{"self":{"href":"/p"}}}}}"#;
        let is_meant = request.method() == "POST" && request.uri().path().ends_with("/applications");
        is_meant.then(|| respond(201, &[("content-type", "application/json")], body))
    });
    let application = client.create_application(ApplicationSettings::new("x")).await.expect("an application");
    let list = application.contact_list();
    let missing = |error: ucwa_client::Error| error.missing_capability();
    assert_eq!(list.contacts().await.map_err(missing).err(), Some(Some(Capability::ReadContacts)));
    assert_eq!(list.search("x", 1).await.map_err(missing).err(), Some(Some(Capability::Search)));
    let error = application.presence().expect_err("nobody can be followed");
    assert_eq!(error.missing_capability(), Some(Capability::FollowPresence));
    assert!(error.to_string().contains("what usually grants it"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn who_is_removed_while_the_list_is_read_is_left_out() {
    let (desk, list) = list(Format::Json).await;
    for (subcode, is_lost) in [("", false), (r#","subcode":"ApplicationNotFound""#, true)] {
        desk.faulty.plan(move |request| {
            let (path, json) = (request.uri().path(), [("content-type", "application/json")]);
            let listed = r#"{"rel":"myContacts","_links":{"contact":[{"href":"/gone"}]}}"#;
            if path.ends_with("/myContacts") {
                return Some(respond(200, &json, listed));
            }
            (path == "/gone").then(|| respond(404, &json, &format!(r#"{{"code":"NotFound"{subcode}}}"#)))
        });
        match list.contacts().await {
            Ok(contacts) => assert!(!is_lost && contacts.is_empty(), "{contacts:?}"),
            Err(error) => assert!(is_lost && error.is_application_not_found(), "{error}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn groups_that_cannot_be_read_as_the_application_is_lost_are_not_left_out() {
    let (desk, list) = list(Format::Json).await;
    desk.faulty.plan(|request| {
        let (path, json) = (request.uri().path(), [("content-type", "application/json")]);
        let listed = r#"{"rel":"myGroups","_links":{"defaultGroup":{"href":"/lost"}}}"#;
        if path.ends_with("/myGroups") {
            return Some(respond(200, &json, listed));
        }
        let body = r#"{"code":"NotFound","subcode":"ApplicationNotFound"}"#;
        (path == "/lost").then(|| respond(404, &json, body))
    });
    assert!(list.groups().await.expect_err("nobody knows").is_application_not_found());
}

#[tokio::test(start_paused = true)]
async fn a_group_that_the_server_names_and_does_not_have_is_no_obstacle() {
    let (desk, list) = list(Format::Json).await;
    list.create_group("Friends").await.expect("she may");
    let friends = group(&list, "Friends").await;
    list.add("dee@fabrikam.com", Some(&friends)).await.expect("she may");
    desk.faulty.plan(|request| {
        let links = r#""_links":{"delegatesGroup":{"href":"/vanished"},"#;
        match request.uri().path() {
            path if path.ends_with("/myGroups") => Some(edit(|text| text.replacen(r#""_links":{"#, links, 1))),
            path => (path == "/vanished").then(|| respond(404, &[], "")),
        }
    });
    list.remove_from_group("dee@fabrikam.com", &friends).await.expect("she may");
    assert!(list.members(&friends).await.expect("members").is_empty());
}

#[tokio::test(start_paused = true)]
async fn nobody_leaves_all_groups_because_the_id_of_one_is_not_known() {
    let (desk, list) = list(Format::Json).await;
    list.create_group("Friends").await.expect("she may");
    list.add(BEN, Some(&group(&list, "Friends").await)).await.expect("she may");
    desk.faulty.plan(|request| {
        let is_meant = request.uri().path().ends_with("/myGroups");
        is_meant.then(|| edit(|text| text.replace(r#""id":"#, r#""number":"#)))
    });
    let friends = group(&list, "Friends").await;
    assert_eq!(friends.id, None);
    let error = list.remove_from_group(BEN, &friends).await.expect_err("it has no id");
    assert_eq!(error.missing_capability(), Some(Capability::ChangeContacts));
    list.add("dee@fabrikam.com", Some(&friends)).await.expect_err("it has no id");
    assert_eq!(addresses(&list.contacts().await.expect("contacts")), [BEN, CHO]);
}

#[tokio::test(start_paused = true)]
async fn who_has_no_contact_list_finds_people_in_the_directory() {
    let (desk, list) = list(Format::Json).await;
    desk.faulty.plan(|request| {
        let is_application = request.uri().path().matches('/').count() == 5;
        is_application.then(|| edit(|text| text.replace(r#""myContacts":"#, r#""none":"#)))
    });
    desk.application.refresh().await.expect("it is there");
    let error = list.contacts().await.expect_err("there is no list");
    assert_eq!(error.missing_capability(), Some(Capability::ReadContacts));
    let found = list.find(BEN).await.expect("she may search").expect("he is there");
    assert_eq!(addresses(&[found]), [BEN]);
}

/// The user at another endpoint.
async fn elsewhere(simulator: &Simulator, format: Format) -> Application {
    let client = sign_in(&Faulty::new(simulator), format).await.expect("the password is right");
    let settings = ApplicationSettings::new("elsewhere").with_endpoint_id("elsewhere");
    client.create_application(settings).await.expect("an application")
}

async fn create_elsewhere(simulator: &Simulator, format: Format, group: &str) {
    elsewhere(simulator, format).await.contact_list().create_group(group).await.expect("she may");
}

/// Whether something has changed within half a minute; all that has is taken.
async fn has_changed(changes: &mut ContactListChanges) -> bool {
    let mut has_changed = false;
    while within(Duration::from_secs(30), changes.next()).await.is_some() {
        has_changed = true;
    }
    has_changed
}

#[tokio::test(start_paused = true)]
async fn what_changes_in_contacts_and_groups_is_told_whoever_changes_it() {
    for format in FORMATS {
        let simulator = simulator();
        let desk = Desk::of(&simulator, ADA, format).await;
        let elsewhere = elsewhere(&simulator, format).await;
        let mut changes = soon(desk.application.contact_list().follow()).await.expect("she may");
        assert_eq!(soon(changes.next()).await, Some(()), "there is a list to read");
        assert!(!has_changed(&mut changes).await);
        let list = elsewhere.contact_list();
        list.create_group("Friends").await.expect("she may");
        assert!(has_changed(&mut changes).await);
        let friends = group(&list, "Friends").await;
        list.add("dee@fabrikam.com", Some(&friends)).await.expect("she may");
        assert!(has_changed(&mut changes).await);
        list.rename_group(&friends, "Pals").await.expect("she may");
        assert!(has_changed(&mut changes).await);
        list.remove(CHO).await.expect("she may");
        assert!(has_changed(&mut changes).await);
        list.delete_group(&friends).await.expect("she may");
        assert!(has_changed(&mut changes).await);
        // Presence is not of the list.
        let _board = desk.application.presence().expect("she may").follow([BEN]);
        simulator.set_presence(BEN, "Busy").expect("he is a user");
        assert!(!has_changed(&mut changes).await);
        desk.application.close().await.expect("it closes");
        assert_eq!(soon(changes.next()).await, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_is_followed_for_as_long_as_somebody_wants_it() {
    for format in FORMATS {
        let simulator = simulator();
        let desk = Desk::of(&simulator, ADA, format).await;
        let count = || {
            let requests = simulator.requests().into_iter();
            requests.filter(|request| request.uri.path().contains("ubscriptionToContactsAndGroups")).count()
        };
        let mut changes = soon(desk.application.contact_list().follow()).await.expect("she may");
        let clone = soon(desk.application.contact_list().follow()).await.expect("she may");
        assert!(has_changed(&mut changes).await);
        simulator.clear_requests();
        pass(Duration::from_secs(2 * 60 * 60)).await;
        assert_eq!(count(), 6, "three times in an hour, for both");
        assert!(!has_changed(&mut changes).await, "nothing was missed");
        create_elsewhere(&simulator, format, "Friends").await;
        assert!(has_changed(&mut changes).await);
        drop((changes, clone));
        simulator.clear_requests();
        pass(Duration::from_secs(2 * 60 * 60)).await;
        assert_eq!(count(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_is_followed_again_after_a_loss_and_may_have_changed_meanwhile() {
    for format in FORMATS {
        let simulator = simulator();
        let desk = Desk::of(&simulator, ADA, format).await;
        let mut changes = soon(desk.application.contact_list().follow()).await.expect("she may");
        assert!(has_changed(&mut changes).await);
        simulator.restart(Memory::Lost);
        assert!(has_changed(&mut changes).await);
        pass(Duration::from_secs(60)).await;
        create_elsewhere(&simulator, format, "Friends").await;
        assert!(has_changed(&mut changes).await);

        for application in simulator.applications() {
            simulator.lose_state(application.id).expect("it is there");
        }
        assert!(has_changed(&mut changes).await);
        create_elsewhere(&simulator, format, "Family").await;
        assert!(has_changed(&mut changes).await);

        // What cannot be renewed in time may have missed something.
        let fault = Fault::new(Effect::Error { status: 403, code: "Forbidden".into(), subcode: None });
        simulator.inject(fault.on("startOrRefreshSubscriptionToContactsAndGroups").times(3));
        pass(Duration::from_secs(2 * 60 * 60)).await;
        assert!(has_changed(&mut changes).await);
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_is_followed_again_soon_after_a_proxy_responds_in_place_of_the_server() {
    let simulator = simulator();
    let desk = Desk::of(&simulator, ADA, Format::Json).await;
    let mut changes = soon(desk.application.contact_list().follow()).await.expect("she may");
    assert!(has_changed(&mut changes).await);
    desk.faulty.plan(|request| {
        let is_meant = request.uri().path().ends_with("/startOrRefreshSubscriptionToContactsAndGroups");
        is_meant.then(|| proxy_page(404))
    });
    pass(Duration::from_secs(31 * 60)).await;
    desk.faulty.plan(|_| None);
    // What happened since the subscription expired is not known.
    pass(Duration::from_secs(60)).await;
    assert!(has_changed(&mut changes).await);
    create_elsewhere(&simulator, Format::Json, "Friends").await;
    assert!(has_changed(&mut changes).await);
}

#[tokio::test(start_paused = true)]
async fn who_may_not_follow_the_list_is_told_so() {
    for format in FORMATS {
        let simulator = simulator();
        let desk = Desk::of(&simulator, ADA, format).await;
        let fault = Fault::new(Effect::Error { status: 403, code: "Forbidden".into(), subcode: None });
        simulator.inject(fault.on("startOrRefreshSubscriptionToContactsAndGroups"));
        assert!(desk.application.contact_list().follow().await.expect_err("she may not").is_forbidden());
        let list = desk.application.contact_list();
        let mut changes = soon(list.follow()).await.expect("she may now");
        list.create_group("Friends").await.expect("she may");
        assert!(has_changed(&mut changes).await);
    }
}
