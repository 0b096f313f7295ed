//! Sign-in: from a SIP address and credentials to the place where applications are created.

use bytes::Bytes;
use ucwa::discovery::User;
use ucwa::general::Applications;
use ucwa::http::Method;
use ucwa::url::Url;
use ucwa::{Fetched, Link, OperationRequest as _};

use crate::discovery::{Found, discover, follow};
use crate::error::{DiscoveryAttempt, DiscoveryError, Error, RefusedError, SignInError};
use crate::exchange::{Exchange, came_from, redirect};
use crate::guard::Guard;
use crate::settings::{PlainHttp, Settings};
use crate::token::Tokens;

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
}

impl SignIn<'_> {
    /// Finds the user's server, gets a token there, and follows the `user` resource to the applications. All hosts on the way
    /// that see the token are noted in the guard, and the one of the applications.
    pub(crate) async fn run(&self, domain: &str) -> Result<Link<Applications>, Error> {
        let mut found = discover(self.exchange, self.settings, domain).await.map_err(SignInError::from)?;
        for _ in 0..=self.exchange.limits.redirects {
            let url = found.user.clone();
            match self.step(found).await? {
                SignInStep::Applications(link) => {
                    let url = link.url().map_err(RefusedError::from)?;
                    self.guard.trust(&url)?;
                    return Ok(link);
                }
                SignInStep::Redirect(next) if next == url => break,
                SignInStep::Redirect(next) => {
                    let next =
                        follow(self.exchange, next.clone(), PlainHttp::Refused).await.map_err(|(url, problem)| {
                            let attempt = DiscoveryAttempt { start: next.to_string(), url: url.to_string(), problem };
                            SignInError::from(DiscoveryError { domain: domain.to_owned(), attempts: vec![attempt] })
                        });
                    found = next?;
                }
            }
        }
        Err(SignInError::NoApplications { url: domain.to_owned() }.into())
    }

    /// Reads the `user` resource with a token.
    async fn step(&self, found: Found) -> Result<SignInStep, Error> {
        let url = found.user;
        let origin = self.guard.trust(&url)?;
        let token = self.tokens.replace(&origin, &found.challenges, None).await.map_err(Error::SignIn)?;
        let get = Link::<User>::new(url.as_str()).get();
        let admitted = self.guard.admit(get.to_http(self.settings.format)?.map(Bytes::from))?;
        let (request, url) = admitted.authorize(Some(&token));
        let mut response = self.exchange.once(OPERATION, &url, request).await?;
        if let Some(next) = redirect(&Method::GET, &url, &response) {
            return Ok(SignInStep::Redirect(next));
        }
        came_from(&mut response, url.clone());
        match get.read(response.map(Vec::from)) {
            Ok(user) => next(&user, &url),
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
        None => Err(SignInError::NoApplications { url: url.to_string() }.into()),
    }
}
