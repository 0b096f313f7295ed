//! Sign-in: from a SIP address and credentials to the place where applications are created.

mod discovery;
mod guard;
mod token;

use std::future::Future;

use bytes::Bytes;
use tokio::time::sleep;
use ucwa::discovery::User;
use ucwa::general::Applications;
use ucwa::http::Method;
use ucwa::url::Url;
use ucwa::{Fetched, Link, OperationRequest as _};
use ucwa_runtime::secret::redact_url;

pub(crate) use self::guard::{Admitted, Guard, url_of};
pub(crate) use self::token::Tokens;

use self::discovery::{Failed, FoundUser, discover, follow};
use crate::error::{DiscoveryAttempt, DiscoveryError, Error, RefusedError, SignInError};
use crate::random::Random;
use crate::request::{Exchange, Retries, Safety, came_from, redirect};
use crate::settings::{PlainHttp, Settings};

/// What errors call the request.
const OPERATION: &str = "GET user";

/// Where the resource `user` leads.
enum SignInStep {
    Applications(Link<Applications>),
    Redirect(Url),
}

/// What sign-in is done with.
pub(crate) struct SignIn<'a> {
    pub(crate) exchange: &'a Exchange,
    pub(crate) settings: &'a Settings,
    pub(crate) guard: &'a Guard,
    pub(crate) tokens: &'a Tokens,
    pub(crate) retries: &'a Retries,
    pub(crate) random: &'a Random,
}

impl SignIn<'_> {
    /// Finds the user's server, gets a token there, and follows the `user` resource to the applications. All hosts on the way
    /// that see the token are noted in the guard, and the one of the applications. What fails for a reason that passes is repeated.
    pub(crate) async fn run(&self, domain: &str) -> Result<Link<Applications>, Error> {
        let mut found = self.repeat(|| self.look(domain)).await?;
        for _ in 0..=self.exchange.limits.redirects {
            match self.repeat(|| self.step(&found)).await? {
                SignInStep::Applications(link) => {
                    let url = link.url().map_err(RefusedError::from)?;
                    self.guard.trust(&url)?;
                    return Ok(link);
                }
                SignInStep::Redirect(next) if next == found.user => break,
                SignInStep::Redirect(next) => {
                    found = self.repeat(|| self.look_at(&next, domain)).await?;
                }
            }
        }
        Err(SignInError::from(RefusedError::redirected(&found.user)).into())
    }

    /// Does something, and again after a delay where it fails for a reason that passes. Nothing in sign-in does harm when it is done
    /// twice: a token that nobody received ends by itself.
    async fn repeat<T, F: Future<Output = Result<T, Error>>>(&self, act: impl Fn() -> F) -> Result<T, Error> {
        let mut attempts = 1;
        loop {
            // Boxed, as what a step needs is more than a program that signs in should hold.
            let error = match Box::pin(act()).await {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            let delay = self.retries.delay(&error, attempts, Safety::Idempotent, self.random);
            let Some(delay) = delay else { return Err(error) };
            tracing::debug!(attempts, ?delay, %error, "a step of the sign-in is repeated");
            sleep(delay).await;
            attempts += 1;
        }
    }

    /// Looks for the `user` resource at all places where it can be.
    async fn look(&self, domain: &str) -> Result<FoundUser, Error> {
        Ok(discover(self.exchange, self.settings, domain).await.map_err(SignInError::from)?)
    }

    /// Looks for the `user` resource where another one redirected to.
    async fn look_at(&self, start: &Url, domain: &str) -> Result<FoundUser, Error> {
        let found = follow(self.exchange, start.clone(), PlainHttp::Refused).await;
        let failed = |(url, problem): Failed| {
            let attempt = DiscoveryAttempt::new(start, &url, problem);
            SignInError::from(DiscoveryError { domain: domain.to_owned(), attempts: vec![attempt] })
        };
        Ok(found.map_err(failed)?)
    }

    /// Reads the `user` resource with a token.
    async fn step(&self, found: &FoundUser) -> Result<SignInStep, Error> {
        let url = &found.user;
        let origin = self.guard.trust(url)?;
        let token = self.tokens.replace(&origin, &found.challenges, None).await.map_err(Error::SignIn)?;
        let get = Link::<User>::new(url.as_str()).get();
        let request = get.to_http(self.settings.format)?.map(Bytes::from);
        let request = self.guard.admit(request)?.authorized(Some(&token));
        let mut response = self.exchange.once(OPERATION, url, request).await?;
        if let Some(next) = redirect(&Method::GET, &response).and_then(|next| url.join(next).ok()) {
            return Ok(SignInStep::Redirect(next));
        }
        came_from(&mut response, url.clone());
        match get.read(response.map(Vec::from)) {
            Ok(user) => next(&user, url),
            Err(error) if error.is_unauthorized() => {
                Err(SignInError::TokenRefused { origin: origin.to_string() }.into())
            }
            Err(error) => Err(Error::from(error).into_general()),
        }
    }
}

fn next(user: &Fetched<User>, url: &Url) -> Result<SignInStep, Error> {
    if let Some(link) = user.applications().link() {
        return Ok(SignInStep::Applications(link));
    }
    match user.redirect().link() {
        Some(link) => Ok(SignInStep::Redirect(link.url().map_err(RefusedError::from)?)),
        None => Err(SignInError::NoApplications { url: redact_url(url.as_str()).into_owned() }.into()),
    }
}
