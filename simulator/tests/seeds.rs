//! Five resources of different kinds, from sign-in to what happens to them, in both formats, by the bindings.

mod support;

use serde_json::json;
use support::{Answer, Desk, SEED, accounts};
use ucwa::enumerations::{Availability, PrivacyRelationshipLevel};
use ucwa::people::{
    ContactPresence, ContactPrivacyRelationship2, PinnedGroup, PresenceSubscriptionMembership, SubscribedContacts,
};
use ucwa::{Format, Get, Link, OperationRequest, Resource};
use ucwa_simulator::Simulator;

const FORMATS: [(Format, &str); 2] = [(Format::Json, "application/json"), (Format::Xml, "application/xml")];

/// Sends a request of the bindings.
async fn carry(desk: &Desk, request: http::Request<Vec<u8>>) -> http::Response<Vec<u8>> {
    let (parts, body) = request.into_parts();
    let headers: Vec<_> =
        parts.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().expect("text"))).collect();
    let Answer { response, .. } = desk.send(parts.method.as_str(), &parts.uri.to_string(), &headers, &body).await;
    response.map(|body| body.to_vec())
}

async fn get<T: Resource + Get<Response = ucwa::Fetched<T>>>(
    desk: &Desk,
    href: &str,
    format: Format,
) -> ucwa::Fetched<T>
where
    T::Query: Default,
{
    let link = Link::<T>::new(desk.url(href));
    let get = link.get_with(T::Query::default());
    let request = get.to_http(format).expect("a request");
    get.read(carry(desk, request).await).expect("an answer")
}

#[tokio::test(start_paused = true)]
async fn contact_presence_is_what_the_contact_published() {
    for (format, accept) in FORMATS {
        let simulator = Simulator::new(SEED);
        let mut ada = Desk::available(&simulator, &accounts()[0]).await;
        let ben = Desk::available(&simulator, &accounts()[1]).await;
        let href = ada.below("people/ben@contoso.com/contactPresence");
        let presence = get::<ContactPresence>(&ada, &href, format).await;
        assert_eq!(presence.availability, Some(Availability::Online));
        assert!(presence.last_active.is_some());

        let input = json!({ "duration": 30, "uris": ["sip:ben@contoso.com"] });
        ada.post(&ada.below("people/presenceSubscriptions"), &input).await.expect(201);
        ada.until_quiet().await;
        ben.post(&ben.below("me/presence"), &json!({ "availability": "Away" })).await.expect(204);
        let events = ada.send("GET", &ada.next, &[("accept", accept)], b"").await.expect(200);
        let document = ucwa::decode_events(format, events.response.body()).expect("events");
        let told: Vec<_> =
            document.events().map(|(sender, event)| (&*sender.rel, event.kind.as_str(), &*event.target.rel)).collect();
        assert_eq!(told, [("people", "updated", "contactPresence")]);
        let presence = get::<ContactPresence>(&ada, &href, format).await;
        assert_eq!(presence.availability, Some(Availability::Away));
    }
}

#[tokio::test(start_paused = true)]
async fn contact_privacy_relationship_is_put_as_it_was_read() {
    for (format, _) in FORMATS {
        let ada = Desk::available(&Simulator::new(SEED), &accounts()[0]).await;
        let href = ada.below("people/ben@contoso.com/contactPrivacyRelationship");
        let mut relationship = get::<ContactPrivacyRelationship2>(&ada, &href, format).await;
        assert_eq!(relationship.relationship_level, Some(PrivacyRelationshipLevel::Colleagues));
        relationship.relationship_level = Some(PrivacyRelationshipLevel::Workgroup);
        let put = relationship.put().expect("it was read with its ETag");
        let request = put.to_http(format).expect("a request");
        put.read(carry(&ada, request).await).expect("it is replaced");
        let relationship = get::<ContactPrivacyRelationship2>(&ada, &href, format).await;
        assert_eq!(relationship.relationship_level, Some(PrivacyRelationshipLevel::Workgroup));
        assert!(relationship.reset_contact_privacy_relationship().href().is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn pinned_group_holds_the_favorites() {
    for (format, _) in FORMATS {
        let ada = Desk::available(&Simulator::new(SEED), &accounts()[0]).await;
        let group = get::<PinnedGroup>(&ada, &ada.below("people/groups/pinned"), format).await;
        assert_eq!(group.name.as_deref(), Some("Pinned Contacts"));
        let contacts = group.group_contacts().href().expect("a link").to_owned();
        let contacts = ada.get(&contacts).await.expect(200).json;
        assert_eq!(contacts["_embedded"]["contact"][0]["uri"], "sip:ben@contoso.com");
    }
}

#[tokio::test(start_paused = true)]
async fn presence_subscription_membership_ends_when_it_is_deleted() {
    for (format, _) in FORMATS {
        let mut ada = Desk::available(&Simulator::new(SEED), &accounts()[0]).await;
        let input = json!({ "duration": 30, "uris": ["sip:ben@contoso.com", "sip:cho@contoso.com"] });
        ada.post(&ada.below("people/presenceSubscriptions"), &input).await.expect(201);
        ada.until_quiet().await;
        let followed = get::<SubscribedContacts>(&ada, &ada.below("people/subscribedContacts"), format).await;
        assert_eq!(followed.contact().len(), 2);

        let memberships = ada.get(&ada.below("people/presenceSubscriptionMemberships")).await.expect(200).json;
        let href = support::link(&memberships["_embedded"]["presenceSubscriptionMembership"][0], "self");
        let membership = get::<PresenceSubscriptionMembership>(&ada, &href, format).await;
        assert!(membership.contact().href().is_some_and(|href| href.ends_with("/people/ben@contoso.com")));
        let delete = Link::<PresenceSubscriptionMembership>::new(ada.url(&href)).delete();
        let request = delete.to_http(format).expect("a request");
        delete.read(carry(&ada, request).await).expect("it is deleted");

        let told = ada.until("deleted contact").await;
        assert_eq!(told.event["in"]["rel"], "subscribedContacts");
        let followed = get::<SubscribedContacts>(&ada, &ada.below("people/subscribedContacts"), format).await;
        assert_eq!(followed.contact().len(), 1);
    }
}
