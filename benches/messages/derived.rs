//! The same messages as structs written by hand for serde's derive.
//!
//! They are typed as the bindings are: enumerations are enums, times are [`Timestamp`]s, addresses are kept, links have all
//! their parts, and one or many links are read where a list is described. They are written twice: [`lean`] drops what it does not know,
//! [`keeping`] keeps unknown properties, as the bindings do, by `flatten`. Neither keeps enumeration values that are not listed nor
//! links that are not described, says where in a message a mistake is, or limits depth, all of which the bindings do.

use std::fmt;

use serde::de::{SeqAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ucwa::Timestamp;

#[derive(Serialize, Deserialize, Default)]
pub(crate) struct Link {
    href: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revision: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(crate) enum Availability {
    Away,
    BeRightBack,
    Busy,
    DoNotDisturb,
    IdleBusy,
    IdleOnline,
    Offline,
    Online,
    #[serde(other)]
    Unlisted,
}

#[derive(Serialize, Deserialize)]
pub(crate) enum DeviceType {
    Desktop,
    Mobile,
    #[serde(rename = "PC")]
    Pc,
    #[serde(other)]
    Unlisted,
}

#[derive(Serialize, Deserialize)]
pub(crate) enum RelationshipLevel {
    Unknown,
    External,
    Colleagues,
    Workgroup,
    FriendsAndFamily,
    Blocked,
    #[serde(other)]
    Unlisted,
}

#[derive(Serialize, Deserialize)]
pub(crate) enum SourceNetwork {
    SameEnterprise,
    Federated,
    PublicCloud,
    #[serde(other)]
    Unlisted,
}

#[derive(Serialize, Deserialize)]
pub(crate) enum ContactType {
    User,
    Bot,
    Phone,
    #[serde(other)]
    Unlisted,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) enum EventKind {
    Added,
    #[default]
    Updated,
    Deleted,
    Started,
    Completed,
    #[serde(other)]
    Other,
}

/// Reads and writes `/Date(1474932023993)/`.
mod moment {
    use super::{Deserialize, Deserializer, Serializer, Timestamp, Visitor, fmt};

    // The signature is serde's.
    #[expect(clippy::ref_option)]
    pub(super) fn serialize<S: Serializer>(moment: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        match moment {
            Some(moment) => serializer.collect_str(&format_args!("/Date({})/", moment.unix_milliseconds())),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        struct MomentVisitor;

        impl Visitor<'_> for MomentVisitor {
            type Value = Moment;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a point in time")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Moment, E> {
                text.parse().map(Moment).map_err(E::custom)
            }
        }

        struct Moment(Timestamp);

        impl<'de> Deserialize<'de> for Moment {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(MomentVisitor)
            }
        }

        Ok(Option::<Moment>::deserialize(deserializer)?.map(|moment| moment.0))
    }
}

/// Reads one link or a list of links.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Link>, D::Error> {
    struct LinksVisitor;

    impl<'de> Visitor<'de> for LinksVisitor {
        type Value = Vec<Link>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a link or a list of links")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Vec<Link>, A::Error> {
            Ok(vec![Link::deserialize(MapAccessDeserializer::new(map))?])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<Link>, A::Error> {
            let mut links = Vec::new();
            while let Some(link) = items.next_element()? {
                links.push(link);
            }
            Ok(links)
        }
    }

    deserializer.deserialize_any(LinksVisitor)
}

/// A struct whose fields may all be absent, with those of the variant behind them.
macro_rules! messages {
    ($variant:ident, { $($unknown:tt)* }) => {
        #[doc = concat!("The variant `", stringify!($variant), "`.")]
        pub(crate) mod $variant {
            use super::{
                Availability, ContactType, Deserialize, DeviceType, EventKind, Link, RelationshipLevel, Serialize,
                SourceNetwork, Timestamp,
            };

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default)]
            pub(crate) struct SelfLinks {
                #[serde(rename = "self", skip_serializing_if = "Option::is_none")]
                own: Option<Link>,
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default, rename_all = "camelCase")]
            pub(crate) struct ContactPresence {
                #[serde(skip_serializing_if = "Option::is_none")]
                rel: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                activity: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                availability: Option<Availability>,
                #[serde(skip_serializing_if = "Option::is_none")]
                device_type: Option<DeviceType>,
                #[serde(skip_serializing_if = "Option::is_none", with = "super::moment")]
                last_active: Option<Timestamp>,
                #[serde(skip_serializing_if = "Option::is_none")]
                etag: Option<String>,
                #[serde(rename = "_links")]
                links: SelfLinks,
                $($unknown)*
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default, rename_all = "camelCase")]
            pub(crate) struct PrivacyLinks {
                #[serde(rename = "self", skip_serializing_if = "Option::is_none")]
                own: Option<Link>,
                #[serde(skip_serializing_if = "Option::is_none")]
                reset_contact_privacy_relationship: Option<Link>,
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default, rename_all = "camelCase")]
            pub(crate) struct ContactPrivacyRelationship2 {
                #[serde(skip_serializing_if = "Option::is_none")]
                rel: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                relationship_level: Option<RelationshipLevel>,
                #[serde(skip_serializing_if = "Option::is_none")]
                etag: Option<String>,
                #[serde(rename = "_links")]
                links: PrivacyLinks,
                $($unknown)*
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default)]
            pub(crate) struct ContactLinks {
                #[serde(rename = "self", skip_serializing_if = "Option::is_none")]
                own: Option<Link>,
                #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "super::one_or_many")]
                contact: Vec<Link>,
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default)]
            pub(crate) struct SubscribedContacts {
                #[serde(skip_serializing_if = "Option::is_none")]
                rel: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                etag: Option<String>,
                #[serde(rename = "_links")]
                links: ContactLinks,
                $($unknown)*
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default, rename_all = "camelCase")]
            pub(crate) struct MembershipLinks {
                #[serde(rename = "self", skip_serializing_if = "Option::is_none")]
                own: Option<Link>,
                #[serde(skip_serializing_if = "Option::is_none")]
                contact: Option<Link>,
                #[serde(skip_serializing_if = "Option::is_none")]
                presence_subscription: Option<Link>,
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default)]
            pub(crate) struct PresenceSubscriptionMembership {
                #[serde(skip_serializing_if = "Option::is_none")]
                rel: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                etag: Option<String>,
                #[serde(rename = "_links")]
                links: MembershipLinks,
                $($unknown)*
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default, rename_all = "camelCase")]
            pub(crate) struct GroupLinks {
                #[serde(rename = "self", skip_serializing_if = "Option::is_none")]
                own: Option<Link>,
                #[serde(skip_serializing_if = "Option::is_none")]
                group_contacts: Option<Link>,
                #[serde(skip_serializing_if = "Option::is_none")]
                subscribe_to_group_presence: Option<Link>,
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default)]
            pub(crate) struct PinnedGroup {
                #[serde(skip_serializing_if = "Option::is_none")]
                rel: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                id: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                name: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                etag: Option<String>,
                #[serde(rename = "_links")]
                links: GroupLinks,
                $($unknown)*
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default, rename_all = "camelCase")]
            pub(crate) struct PersonLinks {
                #[serde(rename = "self", skip_serializing_if = "Option::is_none")]
                own: Option<Link>,
                #[serde(skip_serializing_if = "Option::is_none")]
                contact_location: Option<Link>,
                #[serde(skip_serializing_if = "Option::is_none")]
                contact_note: Option<Link>,
                #[serde(skip_serializing_if = "Option::is_none")]
                contact_photo: Option<Link>,
                #[serde(skip_serializing_if = "Option::is_none")]
                contact_presence: Option<Link>,
                #[serde(skip_serializing_if = "Option::is_none")]
                contact_privacy_relationship: Option<Link>,
                #[serde(skip_serializing_if = "Option::is_none")]
                contact_supported_modalities: Option<Link>,
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default, rename_all = "camelCase")]
            pub(crate) struct Contact {
                #[serde(skip_serializing_if = "Option::is_none")]
                rel: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                company: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                department: Option<String>,
                #[serde(skip_serializing_if = "Vec::is_empty")]
                email_addresses: Vec<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                home_phone_number: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                source_network_icon_url: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                mobile_phone_number: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                name: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                office: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                other_phone_number: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                source_network: Option<SourceNetwork>,
                #[serde(skip_serializing_if = "Option::is_none")]
                title: Option<String>,
                #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
                kind: Option<ContactType>,
                #[serde(skip_serializing_if = "Option::is_none")]
                uri: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                work_phone_number: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                etag: Option<String>,
                #[serde(rename = "_links")]
                links: PersonLinks,
                $($unknown)*
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default)]
            pub(crate) struct ListedContacts {
                contact: Vec<Contact>,
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default)]
            pub(crate) struct MyContacts {
                #[serde(skip_serializing_if = "Option::is_none")]
                rel: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                etag: Option<String>,
                #[serde(rename = "_links")]
                links: SelfLinks,
                #[serde(rename = "_embedded")]
                embedded: ListedContacts,
                $($unknown)*
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default)]
            pub(crate) struct DocumentLinks {
                #[serde(rename = "self", skip_serializing_if = "Option::is_none")]
                own: Option<Link>,
                #[serde(skip_serializing_if = "Option::is_none")]
                next: Option<Link>,
                #[serde(skip_serializing_if = "Option::is_none")]
                resume: Option<Link>,
                #[serde(skip_serializing_if = "Option::is_none")]
                resync: Option<Link>,
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default)]
            pub(crate) struct EventDocument {
                #[serde(rename = "_links")]
                links: DocumentLinks,
                sender: Vec<Sender>,
                $($unknown)*
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default)]
            pub(crate) struct Sender {
                rel: String,
                href: String,
                #[serde(skip_serializing_if = "Option::is_none")]
                title: Option<String>,
                events: Vec<Event>,
                $($unknown)*
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default)]
            pub(crate) struct Event {
                link: Target,
                #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
                collection: Option<Target>,
                #[serde(rename = "_embedded", skip_serializing_if = "Option::is_none")]
                resource: Option<Embedded>,
                #[serde(rename = "type")]
                kind: EventKind,
                #[serde(skip_serializing_if = "Option::is_none")]
                status: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                reason: Option<Reason>,
                $($unknown)*
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default)]
            pub(crate) struct Target {
                rel: String,
                href: String,
                #[serde(skip_serializing_if = "Option::is_none")]
                title: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                revision: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                etag: Option<String>,
            }

            #[derive(Serialize, Deserialize, Default)]
            #[serde(default)]
            pub(crate) struct Reason {
                code: String,
                #[serde(skip_serializing_if = "Option::is_none")]
                subcode: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                message: Option<String>,
            }

            /// Five of the many resources that events bring.
            #[derive(Serialize, Deserialize)]
            #[serde(rename_all = "camelCase")]
            pub(crate) enum Embedded {
                Contact(Box<Contact>),
                ContactPresence(Box<ContactPresence>),
                ContactPrivacyRelationship(Box<ContactPrivacyRelationship2>),
                PinnedGroup(Box<PinnedGroup>),
                SubscribedContacts(Box<SubscribedContacts>),
            }
        }
    };
}

messages!(lean, {});
messages!(keeping, {
    #[serde(flatten)]
    unknown: std::collections::BTreeMap<String, serde_json::Value>,
});
