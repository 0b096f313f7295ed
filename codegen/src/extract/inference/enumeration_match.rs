//! Which enumeration a property's values come from, where nobody says so: by names first, by values second.

use std::collections::{BTreeMap, BTreeSet};

/// How well the name of an enumeration fits a property; more is better.
type MatchQuality = u8;

/// From here on, the names alone tell, without values in samples.
pub(in crate::extract) const SURE: MatchQuality = 4;

/// The enumeration that fits best and holds all of `texts`. Two that fit equally well prove nothing.
pub(in crate::extract) fn best<'a>(
    enumerations: &'a BTreeMap<String, BTreeSet<String>>,
    rel: &str,
    property: &str,
    description: &str,
    texts: &BTreeSet<String>,
) -> Option<(&'a str, MatchQuality)> {
    let description = description.to_lowercase();
    let mut best: Option<(&str, MatchQuality)> = None;
    let mut tied = false;
    for (name, members) in enumerations {
        let quality = match_quality(name, rel, property, &description);
        if quality == 0 || !texts.iter().all(|text| members.contains(text)) {
            continue;
        }
        match best {
            Some((_, known)) if quality < known => {}
            Some((_, known)) if quality == known => tied = true,
            _ => {
                best = Some((name, quality));
                tied = false;
            }
        }
    }
    best.filter(|_| !tied)
}

fn match_quality(enumeration: &str, rel: &str, property: &str, description: &str) -> MatchQuality {
    let name = enumeration.to_lowercase();
    let property = property.to_lowercase();
    let rel = rel.to_lowercase();
    let one = singular(&property);
    if name == property || name == one || name.strip_suffix("enum").is_some_and(|name| name == property) {
        return 7;
    }
    // The state of an invitation is an InvitationState, that of an audioVideoInvitation too.
    if belongs(&name, &rel, &property) {
        return 6;
    }
    // Modalities of a conversation are of a ConversationModalityType, others of a ModalityType.
    if let Some(kind) = name.strip_suffix("type") {
        if belongs(kind, &rel, last_word(&one, kind)) {
            return 6;
        }
        if one.ends_with(kind) && kind.len() > 4 {
            return 5;
        }
    }
    if name.len() > 7 && (one.ends_with(&name) || one.starts_with(&name)) {
        return 5;
    }
    if name.starts_with(&property) && name.len() - property.len() <= 4 && property.len() > 7 {
        return 4;
    }
    if description.contains(&spaced(enumeration)) && enumeration.bytes().filter(u8::is_ascii_uppercase).count() > 1 {
        return 4;
    }
    policy(&name, &rel)
}

/// Whether an enumeration is named by the end of a rel and the property.
fn belongs(enumeration: &str, rel: &str, property: &str) -> bool {
    enumeration.strip_suffix(property).is_some_and(|owner| owner.len() > 3 && rel.ends_with(owner))
}

/// The end of `text` that `kind` ends with too, word by word unknown: the longest common end.
fn last_word<'a>(text: &'a str, kind: &str) -> &'a str {
    let common = text.bytes().rev().zip(kind.bytes().rev()).take_while(|(a, b)| a == b).count();
    text.get(text.len() - common..).filter(|word| word.len() > 4).unwrap_or(text)
}

/// Policies are of one of several kinds, which only the values tell apart.
fn policy(enumeration: &str, rel: &str) -> MatchQuality {
    match enumeration {
        _ if !rel.ends_with("policies") => 0,
        "genericpolicy" => 3,
        _ if enumeration.ends_with("policy") => 2,
        _ => 0,
    }
}

fn singular(name: &str) -> String {
    match name.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => name.strip_suffix('s').unwrap_or(name).to_string(),
    }
}

/// `AccessLevel` as `access level`.
fn spaced(name: &str) -> String {
    let mut spaced = String::new();
    for (index, character) in name.chars().enumerate() {
        if character.is_ascii_uppercase() && index > 0 {
            spaced.push(' ');
        }
        spaced.push(character.to_ascii_lowercase());
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enumerations() -> BTreeMap<String, BTreeSet<String>> {
        let known: [(&str, &[&str]); 12] = [
            ("AccessLevel", &["Locked", "Everyone"]),
            ("ContactType", &["User", "Bot"]),
            ("ConversationModalityType", &["Audio", "Messaging"]),
            ("ConversationState", &["Connected", "InLobby"]),
            ("EnforcementPolicy", &["Enforced", "Supported"]),
            ("GenericPolicy", &["Enabled", "Disabled", "None"]),
            ("InvitationState", &["Connected", "Declined"]),
            ("LargeMeetingMode", &["Enabled", "Disabled"]),
            ("LocationRequiredEnum", &["Yes", "No"]),
            ("ModalityType", &["Audio", "Messaging"]),
            ("OnlineMeetingRel", &["myOnlineMeetings"]),
            ("RequirementPolicy", &["Required", "None"]),
        ];
        known.map(|(name, members)| (name.to_string(), members.iter().map(ToString::to_string).collect())).into()
    }

    fn found(rel: &str, property: &str, texts: &[&str]) -> Option<String> {
        let texts = texts.iter().map(ToString::to_string).collect();
        best(&enumerations(), rel, property, "", &texts).map(|(name, _)| name.to_string())
    }

    #[test]
    fn names_tell_where_they_fit() {
        let cases = [
            ("onlineMeeting", "accessLevel", "AccessLevel"),
            ("onlineMeetingEligibleValues", "accessLevels", "AccessLevel"),
            ("onlineMeetingEligibleValues", "eligibleOnlineMeetingRels", "OnlineMeetingRel"),
            ("contact", "type", "ContactType"),
            ("conversation", "state", "ConversationState"),
            ("audioVideoInvitation", "state", "InvitationState"),
            ("policies", "locationRequired", "LocationRequiredEnum"),
            ("conversation", "activeModalities", "ConversationModalityType"),
            ("communication", "supportedModalities", "ModalityType"),
            ("onlineMeeting", "largeMeeting", "LargeMeetingMode"),
        ];
        for (rel, property, expected) in cases {
            assert_eq!(found(rel, property, &[]).as_deref(), Some(expected), "{rel} {property}");
        }
        assert_eq!(found("me", "title", &[]), None);
        assert_eq!(found("phone", "type", &[]), None);
    }

    #[test]
    fn values_that_are_no_members_speak_against_an_enumeration() {
        assert_eq!(found("onlineMeeting", "accessLevel", &["Nobody"]), None);
        assert_eq!(found("policies", "photos", &["Enabled"]).as_deref(), Some("GenericPolicy"));
        assert_eq!(found("mediaPolicies", "encryption", &["Supported"]).as_deref(), Some("EnforcementPolicy"));
        assert_eq!(found("policies", "telephonyMode", &["AudioVideo"]), None);
    }
}
