//! The token of one issuer, and its renewal.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Shared, WeakShared};
use tokio::time::Instant;
use ucwa::Challenge;

use super::bearer::Token;
use super::issuing::{Issuer, Issuing};
use crate::counting::record;
use crate::error::SignInError;
use crate::joint::join;
use crate::occurrence::{Occurrence, SignInOutcome};

/// How long after a renewal ahead of time that failed the next one is tried.
const NEXT_TRY: Duration = Duration::from_secs(60);

/// The token of one issuer. It is renewed once for all who need it, and all of them get the outcome, be it a token or an error.
#[derive(Debug)]
pub(super) struct TokenSlot {
    issuer: Issuer,
    state: Mutex<TokenState>,
}

#[derive(Debug, Default)]
struct TokenState {
    token: Option<Arc<Token>>,
    /// A host has refused the token, whatever its time says.
    is_refused: bool,
    /// No renewal ahead of time before this moment, as the last one failed.
    not_before: Option<Instant>,
    /// What the hosts asked for at last.
    challenges: Vec<Challenge>,
    /// The renewal that is under way, until nobody waits for it.
    renewal: Option<WeakShared<Renewal>>,
}

type Renewal = Pin<Box<dyn Future<Output = Renewed> + Send>>;

/// What a renewal came to.
type Renewed = Result<Arc<Token>, Arc<SignInError>>;

/// Whether a renewal waits for its turn among those of other users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pacing {
    AtOnce,
    InTurn,
}

impl TokenState {
    /// The token, if it can be used.
    fn good(&self, now: Instant) -> Option<Arc<Token>> {
        self.token.clone().filter(|token| !self.is_refused && !token.is_expired(now))
    }

    /// How a token is renewed that cannot be used. The first one is part of the sign-in, which had its turn.
    fn pacing(&self) -> Pacing {
        if self.token.is_some() { Pacing::InTurn } else { Pacing::AtOnce }
    }
}

impl TokenSlot {
    pub(super) fn new(issuer: Issuer) -> Self {
        Self { issuer, state: Mutex::default() }
    }

    /// Where its tokens come from.
    pub(super) fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The token, renewed if it ends soon. While it is good, a renewal that fails is no error.
    pub(super) async fn current(self: &Arc<Self>, issuing: &Arc<Issuing>) -> Renewed {
        let (good, renewal) = {
            let mut state = self.state();
            let now = Instant::now();
            match state.good(now) {
                Some(token) if !token.is_due(now) || state.not_before.is_some_and(|moment| now < moment) => {
                    return Ok(token);
                }
                Some(token) => (Some(token), self.join(&mut state, issuing, Pacing::AtOnce)),
                None => {
                    let pacing = state.pacing();
                    (None, self.join(&mut state, issuing, pacing))
                }
            }
        };
        renewal.await.or_else(|error| good.ok_or(error))
    }

    /// Another token than the refused one.
    pub(super) async fn replace(
        self: &Arc<Self>,
        issuing: &Arc<Issuing>,
        refused: Option<u64>,
        challenges: &[Challenge],
    ) -> Renewed {
        #[cfg(ucwa_planted)]
        if crate::planted::Planted::SeveralRenewals.is_made() {
            let token = Arc::new(issuing.issue(&self.issuer, challenges, None).await?);
            let mut state = self.state();
            (state.token, state.is_refused) = (Some(Arc::clone(&token)), false);
            return Ok(token);
        }
        let renewal = {
            let mut state = self.state();
            state.is_refused |= state.token.as_ref().is_some_and(|token| Some(token.number) == refused);
            if let Some(token) = state.good(Instant::now()) {
                return Ok(token);
            }
            if !challenges.is_empty() {
                state.challenges = challenges.to_vec();
            }
            let pacing = state.pacing();
            self.join(&mut state, issuing, pacing)
        };
        renewal.await
    }

    /// The renewal that is under way, or a new one.
    fn join(self: &Arc<Self>, state: &mut TokenState, issuing: &Arc<Issuing>, pacing: Pacing) -> Shared<Renewal> {
        join(&mut state.renewal, || Box::pin(Arc::clone(self).renew(Arc::clone(issuing), pacing)))
    }

    async fn renew(self: Arc<Self>, issuing: Arc<Issuing>, pacing: Pacing) -> Renewed {
        if pacing == Pacing::InTurn {
            issuing.turn().await;
        }
        let (challenges, previous) = {
            let state = self.state();
            (state.challenges.clone(), state.token.clone())
        };
        let result = issuing.issue(&self.issuer, &challenges, previous.as_deref()).await;
        if previous.is_some() {
            record(&Occurrence::Renewal(SignInOutcome::of(&result)));
        }
        let mut state = self.state();
        match result {
            Ok(token) => {
                let token = Arc::new(token);
                (state.token, state.is_refused, state.not_before) = (Some(Arc::clone(&token)), false, None);
                Ok(token)
            }
            Err(error) => {
                state.not_before = Some(Instant::now() + NEXT_TRY);
                Err(Arc::new(error))
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, TokenState> {
        // Each field is whole by itself.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
