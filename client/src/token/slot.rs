//! The token of one issuer, and its renewal.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;
use ucwa::Challenge;

use super::bearer::Token;
use super::issuing::{Issuer, Issuing};
use crate::counting::record;
use crate::error::SignInError;
use crate::occurrence::{Occurrence, SignInOutcome};

/// How long after a renewal ahead of time that failed the next one is tried.
const NEXT_TRY: Duration = Duration::from_secs(60);

/// The token of one issuer. Whoever renews it holds the lock, and all others who need a token wait for the outcome, be it a token or
/// an error.
#[derive(Debug)]
pub(super) struct TokenSlot {
    issuer: Issuer,
    /// How many renewals have ended, so that those who waited for one know that it failed.
    ended: AtomicU64,
    state: Mutex<TokenState>,
}

#[derive(Debug, Default)]
struct TokenState {
    token: Option<Arc<Token>>,
    /// A host has refused the token, whatever its time says.
    is_refused: bool,
    failure: Option<Arc<SignInError>>,
    /// No renewal ahead of time before this moment, as the last one failed.
    not_before: Option<Instant>,
    /// What the hosts asked for at last.
    challenges: Vec<Challenge>,
}

impl TokenSlot {
    pub(super) fn new(issuer: Issuer) -> Self {
        Self { issuer, ended: AtomicU64::new(0), state: Mutex::default() }
    }

    /// Where its tokens come from.
    pub(super) fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The token, renewed if it ends soon. While it is good, a renewal that fails is no error.
    pub(super) async fn current(&self, issuing: &Issuing) -> Result<Arc<Token>, Arc<SignInError>> {
        let seen = self.ended.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        let now = Instant::now();
        let good = state.token.clone().filter(|token| !state.is_refused && !token.is_expired(now));
        match good {
            Some(token) if !token.is_due(now) || state.not_before.is_some_and(|moment| now < moment) => Ok(token),
            Some(token) => Ok(self.renew(issuing, &mut state).await.unwrap_or(token)),
            // Boxed, so that a request has no room for what only few of them do.
            None => Box::pin(self.shared(seen, issuing, &mut state)).await,
        }
    }

    /// Another token than the refused one.
    pub(super) async fn replace(
        &self,
        issuing: &Issuing,
        refused: Option<u64>,
        challenges: &[Challenge],
    ) -> Result<Arc<Token>, Arc<SignInError>> {
        #[cfg(ucwa_planted)]
        if crate::planted::Planted::SeveralRenewals.is_made() {
            let token = Arc::new(issuing.issue(&self.issuer, challenges, None).await?);
            let mut state = self.state.lock().await;
            (state.token, state.is_refused) = (Some(Arc::clone(&token)), false);
            return Ok(token);
        }
        let seen = self.ended.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        let now = Instant::now();
        if let Some(token) = &state.token {
            if Some(token.number) == refused {
                state.is_refused = true;
            } else if !state.is_refused && !token.is_expired(now) {
                return Ok(Arc::clone(token));
            }
        }
        if !challenges.is_empty() {
            state.challenges = challenges.to_vec();
        }
        self.shared(seen, issuing, &mut state).await
    }

    /// A new token, or the error of the renewal that ended while this one waited.
    async fn shared(
        &self,
        seen: u64,
        issuing: &Issuing,
        state: &mut TokenState,
    ) -> Result<Arc<Token>, Arc<SignInError>> {
        match &state.failure {
            Some(failure) if self.ended.load(Ordering::Acquire) != seen => Err(Arc::clone(failure)),
            _ => {
                // The first token is part of the sign-in, which had its turn.
                if state.token.is_some() {
                    issuing.turn().await;
                }
                self.renew(issuing, state).await
            }
        }
    }

    async fn renew(&self, issuing: &Issuing, state: &mut TokenState) -> Result<Arc<Token>, Arc<SignInError>> {
        // Boxed, so that a request has no room for what only few of them do.
        let result = Box::pin(issuing.issue(&self.issuer, &state.challenges, state.token.as_deref())).await;
        self.ended.fetch_add(1, Ordering::Release);
        if state.token.is_some() {
            record(&Occurrence::Renewal(SignInOutcome::of(&result)));
        }
        match result {
            Ok(token) => {
                let token = Arc::new(token);
                state.token = Some(Arc::clone(&token));
                (state.is_refused, state.failure, state.not_before) = (false, None, None);
                Ok(token)
            }
            Err(error) => {
                let error = Arc::new(error);
                state.failure = Some(Arc::clone(&error));
                state.not_before = Some(Instant::now() + NEXT_TRY);
                Err(error)
            }
        }
    }
}
