//! From a domain to the `user` resource of the server that a user belongs to.

use bytes::Bytes;
use ucwa::discovery::Root;
use ucwa::http::Method;
use ucwa::url::{Host, Url};
use ucwa::{Challenge, Fetched, Format, Link, OperationRequest as _};

use crate::error::{DiscoveryAttempt, DiscoveryError, DiscoveryProblem, RefusedError};
use crate::origin::Origin;
use crate::request::{Exchange, redirect};
use crate::settings::{PlainHttp, Settings};

/// What errors call the request.
const OPERATION: &str = "GET root";

/// The resource that a user signs in at.
#[derive(Debug)]
pub(crate) struct FoundUser {
    /// Its URL.
    pub(crate) user: Url,
    /// How to get a token for it.
    pub(crate) challenges: Vec<Challenge>,
}

/// A place that did not lead to the `user` resource: the URL that failed, and why.
pub(crate) type Failed = (Url, DiscoveryProblem);

/// Where one response leads.
enum DiscoveryStep {
    Next(Url),
    Found(FoundUser),
}

/// Looks for the `user` resource of a domain.
pub(crate) async fn discover(
    exchange: &Exchange,
    settings: &Settings,
    domain: &str,
) -> Result<FoundUser, DiscoveryError> {
    let mut attempts = Vec::new();
    for start in starts(settings, domain) {
        match follow(exchange, start.clone(), settings.plain_http).await {
            Ok(found) => return Ok(found),
            Err((url, problem)) => attempts.push(DiscoveryAttempt::new(&start, &url, problem)),
        }
    }
    Err(DiscoveryError { domain: domain.to_owned(), attempts })
}

/// The places where discovery can begin, in order.
fn starts(settings: &Settings, domain: &str) -> Vec<Url> {
    if let Some(start) = &settings.discovery {
        return vec![start.clone()];
    }
    let schemes: &[&str] = match settings.plain_http {
        PlainHttp::Refused => &["https"],
        PlainHttp::FirstHop => &["https", "http"],
    };
    let places = schemes.iter().flat_map(|scheme| ["lyncdiscoverinternal", "lyncdiscover"].map(|name| (scheme, name)));
    places.filter_map(|(scheme, name)| start(scheme, name, domain)).collect()
}

/// A place where discovery can begin; `None` where what is called a domain is none, and may lead elsewhere.
fn start(scheme: &str, name: &str, domain: &str) -> Option<Url> {
    let host = Host::parse(&format!("{name}.{domain}")).ok().filter(|_| !domain.is_empty())?;
    Url::parse(&format!("{scheme}://{host}/")).ok()
}

/// Follows links and redirects until a resource wants a token. Only the first hop may be plain http, and only where that is wanted.
pub(crate) async fn follow(exchange: &Exchange, start: Url, plain_http: PlainHttp) -> Result<FoundUser, Failed> {
    let mut url = start;
    for hop in 0..=exchange.limits.redirects {
        let is_plain = hop == 0 && plain_http == PlainHttp::FirstHop && url.scheme() == "http";
        if !is_plain && let Err(error) = Origin::of(&url) {
            return Err((url, error.into()));
        }
        match step(exchange, &url).await {
            Ok(DiscoveryStep::Found(found)) => return Ok(found),
            Ok(DiscoveryStep::Next(next)) => url = next,
            Err(problem) => return Err((url, problem)),
        }
    }
    let error = RefusedError::redirected(&url);
    Err((url, error.into()))
}

/// One request, without a token.
async fn step(exchange: &Exchange, url: &Url) -> Result<DiscoveryStep, DiscoveryProblem> {
    let get = Link::<Root>::new(url.as_str()).get();
    // Servers respond to anything but JSON with documents of an older protocol.
    let request = get.to_http(Format::Json).map_err(RefusedError::from)?;
    let response = exchange.once(OPERATION, url, request.map(Bytes::from)).await.map_err(|failure| failure.source)?;
    if let Some(next) = redirect(&Method::GET, &response).and_then(|next| url.join(next).ok()) {
        return Ok(DiscoveryStep::Next(next));
    }
    match get.read(response.map(Vec::from)) {
        Ok(root) => next(&root),
        Err(error) if error.is_unauthorized() && error.challenges().iter().any(is_for_tokens) => {
            Ok(DiscoveryStep::Found(FoundUser { user: url.clone(), challenges: error.challenges() }))
        }
        Err(error) => Err(DiscoveryProblem::Server(Box::new(error))),
    }
}

/// Where a document leads: to the user, or to another server.
fn next(root: &Fetched<Root>) -> Result<DiscoveryStep, DiscoveryProblem> {
    let user = root.user().link().map(|link| link.url());
    let redirect = || root.redirect().link().map(|link| link.url());
    let url = user.or_else(redirect).ok_or(DiscoveryProblem::NoLink)?;
    Ok(DiscoveryStep::Next(url.map_err(RefusedError::from)?))
}

/// Whether a challenge is that of a UCWA server, and not of a proxy on the way.
fn is_for_tokens(challenge: &Challenge) -> bool {
    matches!(challenge, Challenge::MsRtcOAuth { .. } | Challenge::Bearer { .. })
}
