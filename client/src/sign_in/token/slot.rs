//! The token of one issuer, and its renewal.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Shared, WeakShared};
use tokio::time::{Instant, timeout};
use ucwa::Challenge;

use super::bearer::Token;
use super::issuing::{Issuer, Issuing};
use crate::concurrency::join;
use crate::counting::{Occurrence, SignInOutcome, record};
use crate::error::SignInError;

/// How long after a renewal that was of no use the next one is tried: one ahead of time that failed, or one for a host that refuses the new
/// token as well. A password is not to be sent with each request.
pub(super) const NEXT_TRY: Duration = Duration::from_secs(60);

/// For how long credentials are not sent again that were denied: a password that has changed is not to lock the account.
const DENIED: Duration = Duration::from_secs(600);

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
    /// Why the credentials were denied, and until when they are not sent again.
    denial: Option<(Instant, Arc<SignInError>)>,
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

    /// Why there is no token, if the credentials were denied lately.
    fn denial(&self, now: Instant) -> Option<Arc<SignInError>> {
        let (until, error) = self.denial.as_ref()?;
        (now < *until).then(|| Arc::clone(error))
    }

    /// Whether the token is to be renewed ahead of time by the one who asks now: it ends soon, and nobody else renews it.
    fn has_to_be_renewed(&self, token: &Token, now: Instant) -> bool {
        let is_too_soon = self.not_before.is_some_and(|moment| now < moment);
        let is_under_way = || {
            let under_way = self.renewal.as_ref().and_then(WeakShared::upgrade);
            under_way.is_some_and(|renewal| renewal.peek().is_none())
        };
        token.is_due(now) && !is_too_soon && !is_under_way()
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

    /// The token, renewed if it ends soon. While it is good, a renewal that fails or takes long is no error, and only one of those who
    /// need the token waits for it.
    pub(super) async fn current(self: &Arc<Self>, issuing: &Arc<Issuing>) -> Renewed {
        let (good, renewal) = {
            let mut state = self.state();
            let now = Instant::now();
            match state.good(now) {
                Some(token) if !state.has_to_be_renewed(&token, now) => return Ok(token),
                Some(token) => (Some(token), self.join(&mut state, issuing, Pacing::AtOnce)),
                None => (None, self.renewal(&mut state, issuing, now)?),
            }
        };
        let Some(good) = good else { return renewal.await };
        let Ok(renewed) = timeout(issuing.patience(), renewal).await else {
            self.state().not_before = Some(Instant::now() + NEXT_TRY);
            return Ok(good);
        };
        Ok(renewed.unwrap_or(good))
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
            let now = Instant::now();
            if let Some(token) = state.good(now) {
                return Ok(token);
            }
            if !challenges.is_empty() {
                state.challenges = challenges.to_vec();
            }
            self.renewal(&mut state, issuing, now)?
        };
        renewal.await
    }

    /// The renewal of a token that cannot be used, unless the credentials were denied lately.
    fn renewal(
        self: &Arc<Self>,
        state: &mut TokenState,
        issuing: &Arc<Issuing>,
        now: Instant,
    ) -> Result<Shared<Renewal>, Arc<SignInError>> {
        if let Some(error) = state.denial(now) {
            return Err(error);
        }
        let pacing = state.pacing();
        Ok(self.join(state, issuing, pacing))
    }

    /// The renewal that is under way, or a new one.
    fn join(self: &Arc<Self>, state: &mut TokenState, issuing: &Arc<Issuing>, pacing: Pacing) -> Shared<Renewal> {
        join(&mut state.renewal, || Box::pin(Arc::clone(self).renew(Arc::clone(issuing), pacing)))
    }

    async fn renew(self: Arc<Self>, issuing: Arc<Issuing>, pacing: Pacing) -> Renewed {
        if pacing == Pacing::InTurn {
            issuing.turn().await;
        }
        let (challenges, previous, is_good) = {
            let state = self.state();
            (state.challenges.clone(), state.token.clone(), state.good(Instant::now()).is_some())
        };
        let mut result = issuing.issue(&self.issuer, &challenges, previous.as_deref()).await;
        // A guest whose old token the server no longer knows becomes another one, once that token is of no use.
        let is_as_before = previous.is_some() && issuing.credentials.keep_identity();
        if is_as_before && !is_good && result.as_ref().is_err_and(SignInError::is_denial) {
            result = issuing.issue(&self.issuer, &challenges, None).await;
        }
        if previous.is_some() {
            record(&Occurrence::Renewal(SignInOutcome::of(&result)));
        }
        let mut state = self.state();
        match result {
            Ok(token) => {
                let token = Arc::new(token);
                (state.token, state.is_refused, state.not_before) = (Some(Arc::clone(&token)), false, None);
                state.denial = None;
                Ok(token)
            }
            Err(error) => {
                let (now, error) = (Instant::now(), Arc::new(error));
                let is_denied = error.is_denial();
                state.not_before = Some(now + if is_denied { DENIED } else { NEXT_TRY });
                // While the old token is good, it may be the one that was denied, and not the credentials.
                let is_final = is_denied && !(is_as_before && is_good);
                state.denial = is_final.then(|| (now + DENIED, Arc::clone(&error)));
                Err(error)
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, TokenState> {
        // Each field is whole by itself.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
