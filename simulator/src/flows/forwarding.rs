//! What happens to a user's incoming calls.

use super::change::Change;
use crate::address::Place;
use crate::protocol::{Failure, Reply};
use crate::state::{CallForwarding, GroupKind, User, World, address};

/// Answers requests about call forwarding; `None` for others.
pub(super) fn act(world: &mut World, change: &Change<'_>) -> Option<Result<Reply, Failure>> {
    const NAMES: [&str; 13] = [
        "callForwardingSettings",
        "turnOffCallForwarding",
        "immediateForwardToContact",
        "immediateForwardToDelegates",
        "immediateForwardToVoicemail",
        "simultaneousRingSettings",
        "simultaneousRingToContact",
        "simultaneousRingToDelegates",
        "simultaneousRingToTeam",
        "unansweredCallSettings",
        "unansweredCallToContact",
        "unansweredCallToVoicemail",
        "resetUnansweredCallSettings",
    ];
    let name = change.item.name();
    if change.item.place != Place::Application || !NAMES.contains(&name) {
        return None;
    }
    let set = change.user(world).and_then(|user| set(user, name, change));
    Some(set.and_then(|()| match change.operation.method {
        ucwa_schema::Method::Put => change.replaced(world),
        _ => Ok(Reply::done()),
    }))
}

fn set(user: &mut User, name: &str, change: &Change<'_>) -> Result<(), Failure> {
    check_members(user, name)?;
    check_unanswered(user, name)?;
    let inputs = change.inputs;
    let contact = address(&inputs.string("target"));
    let delay = inputs.number("ringDelay");
    let or = |name: &str, other: &str| inputs.text(name).unwrap_or(other).to_owned();
    let CallForwarding { contacts, .. } = &mut user.forwarding;
    if name.ends_with("ToContact") {
        let settings = match name {
            "immediateForwardToContact" => "immediateForwardSettings",
            "simultaneousRingToContact" => "simultaneousRingSettings",
            _ => "unansweredCallSettings",
        };
        contacts.insert(settings, contact);
    }
    let target = ["Contact", "Delegates", "Voicemail", "Team"].into_iter().find(|target| name.ends_with(target));
    let target = target.map_or_else(|| inputs.string("target"), str::to_owned);
    let forwarding = &mut user.forwarding;
    match name {
        "callForwardingSettings" => {
            forwarding.active_period = or("activePeriod", "Always");
            forwarding.active_setting = or("activeSetting", "None");
            forwarding.unanswered_handling = or("unansweredCallHandling", "Enabled");
        }
        "turnOffCallForwarding" => forwarding.active_setting = "None".into(),
        "resetUnansweredCallSettings" => {
            let CallForwarding { unanswered_target, unanswered_delay, .. } = CallForwarding::default();
            (forwarding.unanswered_target, forwarding.unanswered_delay) = (unanswered_target, unanswered_delay);
        }
        _ if name.starts_with("immediate") => {
            (forwarding.active_setting, forwarding.immediate_target) = ("ImmediateForward".into(), target);
        }
        _ if name.starts_with("simultaneous") => {
            forwarding.simultaneous_delay = delay.unwrap_or(0);
            (forwarding.active_setting, forwarding.simultaneous_target) = ("SimultaneousRing".into(), target);
        }
        _ => {
            forwarding.unanswered_delay = delay.unwrap_or(forwarding.unanswered_delay);
            forwarding.unanswered_target = if target.is_empty() { "Voicemail".into() } else { target };
        }
    }
    Ok(())
}

/// Where all calls are forwarded at once, none is left that nobody could take.
fn check_unanswered(user: &User, name: &str) -> Result<(), Failure> {
    let is_about_unanswered = name.starts_with("unanswered");
    let is_none_left = user.forwarding.active_setting == "ImmediateForward";
    if is_about_unanswered && is_none_left {
        return Err(Failure::forbidden(None).saying("All calls are forwarded at once; none is left unanswered."));
    }
    Ok(())
}

/// Calls can go to delegates and to the team where there are some.
fn check_members(user: &User, name: &str) -> Result<(), Failure> {
    let is_empty = |kind| user.group_of(kind).is_none_or(|group| group.members.is_empty());
    if name.ends_with("ToDelegates") && is_empty(GroupKind::Delegates) {
        return Err(Failure::new(409, "Conflict", Some("NoDelegatesConfigured")));
    }
    if name.ends_with("ToTeam") && is_empty(GroupKind::Organization) {
        return Err(Failure::new(409, "Conflict", Some("NoTeamMembersConfigured")));
    }
    Ok(())
}
