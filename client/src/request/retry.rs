//! When a request is repeated, and after how long.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ucwa::{Conditions, OperationRequest};

use crate::error::Error;
use crate::random::Random;
use crate::settings::RetryPolicy;

/// What one repetition costs, in the units in which the budget is kept.
const COST: u32 = 10;

/// Whether executing a request twice does the same as executing it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Safety {
    Idempotent,
    /// A POST, which is repeated only if the server has certainly not executed it.
    OnlyOnce,
}

impl Safety {
    /// What the method of a request says.
    pub(crate) fn of<R: OperationRequest>(request: &R) -> Self {
        if request.is_idempotent() { Self::Idempotent } else { Self::OnlyOnce }
    }
}

/// Decides about repetitions, within one budget for all requests of a client.
#[derive(Debug)]
pub(crate) struct Retries {
    policy: RetryPolicy,
    /// How many tenths of a repetition are left.
    left: Mutex<u32>,
}

impl Retries {
    pub(crate) fn new(policy: RetryPolicy) -> Self {
        let left = Mutex::new(policy.budget.saturating_mul(COST));
        Self { policy, left }
    }

    /// After how long a request is sent again that failed; `None` where it is not. `attempts` is how many times it was sent.
    pub(crate) fn delay<C: Conditions>(
        &self,
        error: &Error<C>,
        attempts: u32,
        safety: Safety,
        random: &Random,
    ) -> Option<Duration> {
        if attempts >= self.policy.attempts || !may_repeat(error, safety) {
            return None;
        }
        let asked = error.retry_after().unwrap_or_default();
        if asked > self.policy.longest_retry_after || !self.spend() {
            return None;
        }
        Some(asked.saturating_add(self.backoff(attempts, random)))
    }

    /// A random part of a delay that doubles with each attempt, up to the longest one.
    pub(crate) fn backoff(&self, attempts: u32, random: &Random) -> Duration {
        let factor = 1_u32.checked_shl(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
        #[cfg(ucwa_planted)]
        if crate::planted::Planted::UncappedBackOff.is_made() {
            return random.delay(self.policy.delay.saturating_mul(factor));
        }
        random.delay(self.policy.delay.saturating_mul(factor).min(self.policy.longest_delay))
    }

    /// Notes a request that succeeded.
    pub(crate) fn succeeded(&self) {
        let mut left = self.left();
        *left = left.saturating_add(1).min(self.policy.budget.saturating_mul(COST));
    }

    fn spend(&self) -> bool {
        let mut left = self.left();
        let rest = left.checked_sub(COST);
        *left = rest.unwrap_or(*left);
        rest.is_some()
    }

    fn left(&self) -> std::sync::MutexGuard<'_, u32> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a request may be repeated that failed. An `operationId` makes no POST safe: servers do not promise to look at it.
pub(crate) fn may_repeat<C: Conditions>(error: &Error<C>, safety: Safety) -> bool {
    let is_safe = safety == Safety::Idempotent || !may_have_run(error);
    #[cfg(ucwa_planted)]
    let is_safe = is_safe || crate::planted::Planted::RepeatedPost.is_made();
    error.is_retryable() && is_safe
}

/// Whether the server may have done what a request asks for, although it failed.
pub(crate) fn may_have_run<C: Conditions>(error: &Error<C>) -> bool {
    match error {
        Error::Transport(failure) => failure.source.may_have_been_sent(),
        // What says more than that the server is busy or failed, says that it refused.
        Error::Server(response) => {
            let has_failed = response.status().is_server_error() && response.subcode().is_none();
            (response.is_retryable() || has_failed) && !response.is_too_many_requests()
        }
        Error::Unreadable(_) | Error::Unsuccessful(_) => true,
        Error::Refused(_) | Error::SignIn(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use ucwa::{ErrorBody, GenericError, OperationError};

    use super::*;
    use crate::error::{RefusedError, TransportFailure};
    use crate::transport::TransportError;

    fn server(code: &str, subcode: Option<&str>) -> Error {
        let mut reason = ErrorBody::default();
        (reason.code, reason.subcode) = (code.into(), subcode.map(Into::into));
        OperationError::<GenericError>::from_reason("POST me", reason).into()
    }

    fn transport(error: TransportError) -> Error {
        TransportFailure::new("POST me", "https://pool1.contoso.com/", 1, error).into()
    }

    #[test]
    fn the_table_of_the_protocol_holds() {
        let broken = || transport(TransportError::Broken("cut".into()));
        let timed_out = || transport(TransportError::TimedOut { after: Duration::ZERO });
        let rows = [
            // Error, repeated if idempotent, repeated otherwise.
            (server("ClientTimeout", None), true, false),
            (server("TooManyRequests", None), true, true),
            (server("ServiceFailure", Some("ServiceTimeout")), true, false),
            (server("ServiceFailure", None), false, false),
            (server("ServiceUnavailable", None), true, false),
            (server("Timeout", None), true, false),
            (server("Conflict", None), false, false),
            (server("Gone", None), false, false),
            (broken(), true, false),
            (timed_out(), true, false),
            (transport(TransportError::NotConnected("no host".into())), true, true),
            (transport(TransportError::BodyTooLarge { limit: 1 }), false, false),
            (transport(TransportError::Closed), false, false),
            (RefusedError::Closed.into(), false, false),
        ];
        for (error, idempotent, only_once) in rows {
            assert_eq!(may_repeat(&error, Safety::Idempotent), idempotent, "{error}");
            assert_eq!(may_repeat(&error, Safety::OnlyOnce), only_once, "{error}");
        }
    }

    #[test]
    fn a_server_that_only_says_that_it_failed_may_have_done_what_was_asked() {
        for (error, may_have) in [
            (server("ServiceFailure", None), true),
            (server("ServiceFailure", Some("ServiceTimeout")), true),
            (server("ServiceFailure", Some("ExchangeServiceFailure")), false),
            (server("ServiceUnavailable", None), true),
            (server("TooManyRequests", None), false),
            (server("Conflict", None), false),
            (transport(TransportError::Closed), true),
            (RefusedError::Closed.into(), false),
        ] {
            assert_eq!(may_have_run(&error), may_have, "{error}");
        }
    }

    #[test]
    fn delays_grow_up_to_the_cap_and_are_random() {
        let retries = Retries::new(RetryPolicy::default());
        let random = Random::new(Some(1));
        for (attempts, longest) in [(1, 500), (2, 1000), (3, 2000), (7, 30_000), (100, 30_000)] {
            let delays: Vec<_> = (0..200).map(|_| retries.backoff(attempts, &random).as_millis()).collect();
            assert!(delays.iter().all(|delay| *delay <= longest), "{delays:?}");
            let spread =
                |part: u128| delays.iter().any(|delay| (longest * part / 4..=longest * (part + 1) / 4).contains(delay));
            assert!((0..4).all(spread), "{delays:?}");
        }
    }

    #[test]
    fn repetitions_end_with_the_attempts_and_with_the_budget() {
        let retries = Retries::new(RetryPolicy { budget: 2, ..RetryPolicy::default() });
        let random = Random::new(Some(1));
        let error = server("ServiceUnavailable", None);
        let delay = |attempts| retries.delay(&error, attempts, Safety::Idempotent, &random);
        assert!(delay(4).is_none(), "four attempts are enough");
        assert!(delay(1).is_some() && delay(1).is_some());
        assert!(delay(1).is_none(), "the budget is used up");
        (0..9).for_each(|_| retries.succeeded());
        assert!(delay(1).is_none());
        retries.succeeded();
        assert!(delay(1).is_some(), "ten requests that succeed pay for a repetition");
    }
}
