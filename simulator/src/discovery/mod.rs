//! Discovery: from a host to the user's applications, and the frame for browsers.

use bytes::Bytes;

use crate::document::Resource;
use crate::protocol::{Call, Failure, Reply};
use crate::state::{Application, Identity, World};
use crate::tokens;

/// The path of discovery behind its redirect.
const ROOT: &str = "/Autodiscover/AutodiscoverService.svc/root";

/// The path of the frame for browsers.
const FRAME: &str = "/Autodiscover/XFrame/XFrame.html";

/// The name of the resource at a path of discovery, if it is one.
pub(crate) fn resource(path: &str) -> Option<&'static str> {
    match below_root(path).as_deref() {
        Some("" | "/") => Some("root"),
        Some("/oauth/user" | "/user") => Some("user"),
        Some(_) => None,
        None if path == "/" => Some("root"),
        None => path.eq_ignore_ascii_case(FRAME).then_some("xframe"),
    }
}

/// The rest of a path that begins with that of discovery, in lower case.
fn below_root(path: &str) -> Option<String> {
    let (start, rest) = path.split_at_checked(ROOT.len())?;
    start.eq_ignore_ascii_case(ROOT).then(|| rest.to_ascii_lowercase())
}

/// Answers a request for discovery; `None` for paths that are elsewhere. Case does not matter in these paths.
pub(crate) fn answer(world: &World, call: &Call) -> Option<Result<Reply, Failure>> {
    let answer: fn(&World, &Call) -> Reply = match (resource(&call.path), below_root(&call.path)) {
        (Some("user"), _) => user,
        (Some("xframe"), _) => |_, _| frame(),
        (Some(_), Some(_)) => root,
        (Some(_), None) => begin,
        (None, Some(_)) => return Some(Err(Failure::not_found())),
        (None, None) => return None,
    };
    if call.method != http::Method::GET {
        return Some(Err(Failure::new(405, "MethodNotAllowed", None).with_header("allow", "GET")));
    }
    Some(Ok(answer(world, call)))
}

/// Where discovery begins: a redirect in the body to the host of the user, in the case that its administrator typed.
fn begin(world: &World, call: &Call) -> Reply {
    let topology = &world.options.topology;
    let here = format!("{}/", topology.discovery);
    let there = format!("{}{ROOT}?originalDomain={}", topology.web, original_domain(world, call));
    Reply::resource(Resource::new("root", here).link("redirect", there).link("xframe", frame_address(world)))
}

fn root(world: &World, call: &Call) -> Reply {
    let (web, domain) = (&world.options.topology.web, original_domain(world, call));
    let here = format!("{web}{ROOT}?originalDomain={domain}");
    let user = format!("{web}{ROOT}/oauth/user?originalDomain={domain}");
    Reply::resource(Resource::new("root", here).link("user", user).link("xframe", frame_address(world)))
}

fn user(world: &World, call: &Call) -> Reply {
    let topology = &world.options.topology;
    let identity = match tokens::identify(world, call, &topology.web) {
        Ok(identity) => identity,
        Err(challenge) => return challenge,
    };
    let here = format!("{}{ROOT}/oauth/user?originalDomain={}", topology.web, original_domain(world, call));
    let applications = match identity {
        Identity::User(_) => format!("{}{}", topology.pool, Application::COLLECTION),
        Identity::Anonymous { .. } => format!("{}{}", topology.pool, Application::ANONYMOUS_COLLECTION),
    };
    let user = Resource::new("user", here).link("applications", applications);
    Reply::resource(user.link("xframe", frame_address(world)))
}

/// The domain that the client began with. What is no domain is not repeated.
fn original_domain<'a>(world: &'a World, call: &'a Call) -> &'a str {
    let is_domain = |text: &&str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
    };
    call.parameter("originalDomain").filter(is_domain).unwrap_or(&world.options.topology.domain)
}

fn frame_address(world: &World) -> String {
    format!("{}{FRAME}", world.options.topology.web)
}

/// The frame through which browsers of another origin used to reach the server.
pub(crate) fn frame() -> Reply {
    let page = "<!DOCTYPE html><html><head><title>XFrame</title></head><body></body></html>";
    Reply::Content { media_type: "text/html".into(), bytes: Bytes::from_static(page.as_bytes()), etag: None }
}
