//! Delivering a request: with a token, to where redirects lead, and again with another token if the server refuses the first.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ucwa::http::{Method, Request, Response, StatusCode, Uri};
use ucwa::url::Url;
use ucwa::{AddressError, Challenge, Conditions, Diagnostics};
use ucwa_runtime::secret::redact_url;

use crate::counting::{Occurrence, Stopwatch, record};
use crate::error::{Error, RefusedError, SignInError, TransportFailure};
use crate::origin::Origin;
use crate::request::{Exchange, came_from, redirect};
use crate::sign_in::{Admitted, Guard, Tokens, url_of};
use crate::transport::TransportError;

/// What requests are delivered with.
pub(super) struct Delivery {
    pub(super) exchange: Exchange,
    pub(super) guard: Guard,
    pub(super) tokens: Tokens,
}

/// What is sent, how many times it was with this one, and how long the response may take.
#[derive(Debug)]
pub(super) struct SendAttempt {
    /// What errors name.
    pub(super) operation: fn() -> String,
    pub(super) rel: &'static str,
    pub(super) method: Method,
    pub(super) attempts: u32,
    pub(super) time: Duration,
}

/// Makes the same request each time.
pub(super) type MakeRequest<'a> = dyn Fn() -> Result<Request<Bytes>, RefusedError> + Sync + 'a;

impl SendAttempt {
    /// Counts what came of a request.
    fn count(&self, result: &Result<Response<Bytes>, TransportError>, stopwatch: Stopwatch) {
        let status = result.as_ref().ok().map(Response::status);
        let time = stopwatch.elapsed();
        record(&Occurrence::Request { rel: self.rel, method: &self.method, status, time });
    }
}

/// Why a request got no response.
pub(super) enum Undelivered {
    Refused(RefusedError),
    SignIn(Arc<SignInError>),
    Transport(TransportFailure),
}

impl Delivery {
    /// Sends a request with a token, and follows redirects. A token that is refused is renewed once at each place. `make` makes the
    /// request, for each time that it is sent.
    pub(super) async fn deliver(
        &self,
        sending: &SendAttempt,
        make: &MakeRequest<'_>,
    ) -> Result<Response<Bytes>, Undelivered> {
        let (mut is_renewed, mut redirects) = (false, 0);
        // Where the last redirect led.
        let mut place: Option<Uri> = None;
        loop {
            let (admitted, origin, uri) = self.admit(make, place.as_ref())?;
            let token = self.tokens.current(&origin).await?;
            let stopwatch = Stopwatch::start();
            let response = self.exchange.within(admitted.authorized(token.as_deref()), sending.time).await;
            sending.count(&response, stopwatch);
            let mut response = response.map_err(|error| {
                TransportFailure::new((sending.operation)(), &uri.to_string(), sending.attempts, error)
            })?;
            let is_refused = is_token_refused(&response);
            if !is_refused {
                self.tokens.accepted(&origin);
            }
            if is_refused && !is_renewed && !self.tokens.is_in_vain(&origin, token.as_deref()) {
                let challenges = Challenge::from_headers(response.headers());
                self.tokens.replace(&origin, &challenges, token.as_deref()).await?;
                is_renewed = true;
                continue;
            }
            let next = redirect(&sending.method, &response);
            let Some(next) = next.and_then(|next| url_of(&uri).ok()?.join(next).ok()) else {
                if redirects > 0 {
                    came_from(&mut response, url_of(&uri)?);
                }
                return Ok(response);
            };
            if redirects == self.exchange.limits.redirects {
                return Err(RefusedError::redirected(&next).into());
            }
            #[cfg(ucwa_planted)]
            if crate::planted::Planted::TokenToRedirect.is_made() {
                self.guard.trust(&next)?;
            }
            Origin::of(&next)?;
            place = Some(next.as_str().parse().map_err(|_| invalid(&next))?);
            (is_renewed, redirects) = (false, redirects + 1);
        }
    }

    /// Makes a request that leads to `place`, if that is named, and lets it pass if its host may see tokens. Gives the host and the URI
    /// with it.
    fn admit(&self, make: &MakeRequest<'_>, place: Option<&Uri>) -> Result<(Admitted, Origin, Uri), RefusedError> {
        let mut request = make()?;
        if let Some(place) = place {
            request.uri_mut().clone_from(place);
        }
        let uri = request.uri().clone();
        let admitted = self.guard.admit(request)?;
        let origin = admitted.origin().clone();
        Ok((admitted, origin, uri))
    }
}

fn invalid(url: &Url) -> RefusedError {
    let href = redact_url(url.as_str()).into_owned();
    RefusedError::Address(AddressError { href, problem: "it is not valid in an HTTP request".into() })
}

/// Whether a response says that another token is needed: 401, or the 403 that some servers send instead.
pub(crate) fn is_token_refused<B>(response: &Response<B>) -> bool {
    match response.status() {
        StatusCode::UNAUTHORIZED => true,
        StatusCode::FORBIDDEN => {
            let diagnostics = Diagnostics::from_headers(response.headers());
            diagnostics.is_some_and(|diagnostics| diagnostics.code == Diagnostics::INVALID_TOKEN)
        }
        _ => false,
    }
}

impl From<RefusedError> for Undelivered {
    fn from(error: RefusedError) -> Self {
        Self::Refused(error)
    }
}

impl From<Arc<SignInError>> for Undelivered {
    fn from(error: Arc<SignInError>) -> Self {
        Self::SignIn(error)
    }
}

impl From<TransportFailure> for Undelivered {
    fn from(failure: TransportFailure) -> Self {
        Self::Transport(failure)
    }
}

impl<C: Conditions> From<Undelivered> for Error<C> {
    fn from(undelivered: Undelivered) -> Self {
        match undelivered {
            Undelivered::Refused(error) => Self::Refused(error),
            Undelivered::SignIn(error) => Self::SignIn(error),
            Undelivered::Transport(failure) => Self::Transport(failure),
        }
    }
}
