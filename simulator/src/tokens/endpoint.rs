//! The endpoint that issues tokens.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::challenge::ENDPOINT;
use super::passive;
use super::password::password;
use super::responses::{json_reply, unauthorized};
#[cfg(feature = "ntlm")]
use super::windows;
use crate::options::TokenScope;
use crate::protocol::{Call, Reply};
use crate::state::{Identity, Token, World, milliseconds};

/// How long a token that has ended is remembered, for those who renew it late.
const RENEWABLE: Duration = Duration::from_secs(24 * 3600);

/// Answers a request for a token; `None` for paths that are elsewhere.
pub(crate) fn answer(world: &mut World, call: &Call) -> Option<Reply> {
    if !call.path.eq_ignore_ascii_case(ENDPOINT) {
        return None;
    }
    if call.method != http::Method::POST {
        return Some(refuse("invalid_request", &[]));
    }
    #[cfg(feature = "ntlm")]
    if let Some(challenge) = windows::challenge(world, call) {
        return Some(challenge);
    }
    let form = call.form();
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let granted = match field("grant_type") {
        "password" => password(world, field("username"), field("password")).ok_or_else(|| refuse("invalid_grant", &[])),
        "urn:microsoft.rtc:anonmeeting" => anonymous(world, &form),
        "urn:microsoft.rtc:passive" => passive::signed_in(world, call)
            .ok_or_else(|| refuse("invalid_grant", &[("ms_rtc_passiveauthuri", passive::address(world))])),
        "urn:microsoft.rtc:windows" => windows_user(world, call).ok_or_else(|| unauthorized(&["Negotiate", "NTLM"])),
        "" => Err(refuse("invalid_request", &[])),
        _ => Err(refuse("unsupported_grant_type", &[])),
    };
    Some(granted.map_or_else(|refusal| refusal, |identity| issue(world, call, identity)))
}

/// Somebody who knows the id of a meeting; the same as before if they show their old token, which was for that meeting.
fn anonymous(world: &mut World, form: &BTreeMap<String, String>) -> Result<Identity, Reply> {
    let key = form.get("password").map(String::as_str).unwrap_or_default();
    let uri = form.get("ms_rtc_conferenceuri").map(String::as_str).unwrap_or_default();
    let renewed = form.get("ms_rtc_renew").and_then(|token| world.tokens.get(token.trim()));
    let is_of_meeting =
        |identity: &&Identity| matches!(identity, Identity::Anonymous { conference, .. } if conference == key);
    if let Some(identity) = renewed.map(|token| &token.identity).filter(is_of_meeting) {
        return Ok(identity.clone());
    }
    let meeting = world.meetings.get(key).filter(|meeting| meeting.uri().eq_ignore_ascii_case(uri));
    let conference =
        meeting.map(|meeting| meeting.conference_id.clone()).ok_or_else(|| refuse("invalid_grant", &[]))?;
    let address = format!("{}@anonymous.{}", world.random.guid(), world.options.topology.domain);
    Ok(Identity::Anonymous { address, conference })
}

fn issue(world: &mut World, call: &Call, identity: Identity) -> Reply {
    let limits = &world.options.limits;
    let lifetime = if identity.is_anonymous() { limits.anonymous_token_lifetime } else { limits.token_lifetime };
    let audience = audience(world, call);
    let text = world.issue_token(identity, lifetime, audience);
    let body = json!({
        "access_token": text,
        "token_type": "Bearer",
        "expires_in": lifetime.as_secs(),
        "ms_rtc_identityscope": "local",
    });
    json_reply(200, &body)
}

/// The origin that a token is good for, by the host that was asked for it; none where it is good for all.
fn audience(world: &World, call: &Call) -> Option<String> {
    let topology = &world.options.topology;
    match topology.token_scope {
        TokenScope::Topology => None,
        TokenScope::Host if topology.is_pool(&call.host) => Some(topology.pool.clone()),
        TokenScope::Host => Some(topology.web.clone()),
    }
}

impl World {
    /// Issues a token.
    pub(crate) fn issue_token(&mut self, identity: Identity, lifetime: Duration, audience: Option<String>) -> String {
        let text = self.random.token();
        let expires = self.now.saturating_add(milliseconds(lifetime));
        // Now and then is enough for those that nobody can use any more.
        if self.tokens.len().is_power_of_two() {
            let now = self.now;
            self.tokens.retain(|_, token| token.expires.saturating_add(milliseconds(RENEWABLE)) > now);
        }
        self.tokens.insert(text.clone(), Token { identity, expires, audience });
        text
    }
}

/// The user whom Windows authentication has signed in.
#[cfg(feature = "ntlm")]
fn windows_user(world: &mut World, call: &Call) -> Option<Identity> {
    windows::signed_in(world, call)
}

/// Nobody: the simulator was built without Windows authentication, and asks for it for ever.
#[cfg(not(feature = "ntlm"))]
fn windows_user(_: &mut World, _: &Call) -> Option<Identity> {
    None
}

fn refuse(error: &str, more: &[(&str, String)]) -> Reply {
    let mut body = json!({ "error": error });
    for (name, value) in more {
        body[*name] = value.as_str().into();
    }
    json_reply(400, &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[test]
    fn tokens_of_long_ago_are_forgotten() {
        let mut world = World::new(Options::new(1));
        for _ in 0..1000 {
            world.now += milliseconds(RENEWABLE);
            world.issue_token(Identity::User("ada@contoso.com".into()), Duration::from_secs(3600), None);
        }
        assert!(world.tokens.len() < 10, "{}", world.tokens.len());
    }
}
