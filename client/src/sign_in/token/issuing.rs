//! Where tokens come from, and how one is issued.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use ucwa::Challenge;
use ucwa::url::Url;
use ucwa_runtime::secret::redact_url;

use super::bearer::Token;
use super::{endpoint, windows};
use crate::credentials::{Credentials, TokenRequest};
use crate::error::SignInError;
use crate::origin::Origin;
use crate::pace::Pace;
use crate::request::Exchange;

/// Where a token comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Issuer {
    /// A token endpoint of the server.
    Endpoint(Url),
    /// The caller's source of tokens, which has one for each host.
    Source(Origin),
}

/// What it takes to have a token of the user issued.
#[derive(Debug)]
pub(super) struct Issuing {
    exchange: Exchange,
    pub(super) credentials: Credentials,
    /// The SIP address of the user.
    address: String,
    pace: Option<Pace>,
    count: AtomicU64,
}

impl Issuing {
    pub(super) fn new(exchange: Exchange, credentials: Credentials, address: String, pace: Option<Pace>) -> Self {
        Self { exchange, credentials, address, pace, count: AtomicU64::new(0) }
    }

    /// For how long a request that has a good token waits for the next one.
    pub(super) fn patience(&self) -> Duration {
        self.exchange.limits.request_time
    }

    /// Waits for a turn to renew a token that is no longer good, as many users may have to at the same moment. Those that are renewed
    /// ahead of time are as spread out as they were issued.
    pub(super) async fn turn(&self) {
        if let Some(pace) = &self.pace {
            pace.turn_within().await;
        }
    }

    /// Has a token issued.
    pub(super) async fn issue(
        &self,
        issuer: &Issuer,
        challenges: &[Challenge],
        previous: Option<&Token>,
    ) -> Result<Token, SignInError> {
        let previous = previous.map(|token| &token.text);
        let (supplied, from) = match (issuer, self.credentials.source()) {
            (Issuer::Endpoint(url), _) => {
                let form = || self.credentials.form(&self.address, previous);
                let supplied = match self.credentials.windows() {
                    Some(sign_in) => windows::request_token(&self.exchange, url, sign_in, form).await?,
                    None => endpoint::request_token(&self.exchange, url, form()).await?,
                };
                (supplied, redact_url(url.as_str()).into_owned())
            }
            (Issuer::Source(origin), Some(source)) => {
                let request = TokenRequest { origin: origin.clone(), challenges: challenges.to_vec() };
                let supplied = source.token(request).await;
                let failed = |source| SignInError::Source { origin: origin.to_string(), source };
                (supplied.map_err(failed)?, origin.to_string())
            }
            (Issuer::Source(origin), None) => {
                return Err(SignInError::no_grant(origin, &[], self.credentials.grant()));
            }
        };
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        Token::new(number, supplied, Instant::now()).ok_or_else(|| SignInError::UnreadableToken {
            endpoint: from,
            problem: "the token has characters that no header can hold".into(),
        })
    }
}
