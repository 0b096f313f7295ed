//! Tokens: one for each place that issues them, renewed ahead of time, and by one request for all who wait.

mod bearer;
mod endpoint;
mod issuing;
mod slot;
mod windows;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;
use ucwa::Challenge;
use ucwa::url::Url;
use ucwa_runtime::secret::{redact_line, redact_url};

pub(crate) use self::bearer::Token;

use self::issuing::{Issuer, Issuing};
use self::slot::{NEXT_TRY, TokenSlot};
use crate::credentials::Credentials;
use crate::error::SignInError;
use crate::origin::Origin;
use crate::pace::Pace;
use crate::request::Exchange;

/// The tokens of one user.
#[derive(Debug)]
pub(crate) struct Tokens {
    issuing: Arc<Issuing>,
    slots: Mutex<Slots>,
}

/// Which token is for which host. A user has few, so that lists take less than maps.
#[derive(Debug, Default)]
struct Slots {
    /// One for each issuer.
    all: Vec<Arc<TokenSlot>>,
    by_origin: Vec<(Origin, Arc<TokenSlot>)>,
    /// The one of the host that sign-in began with. On premises it is good for all hosts.
    first: Option<Arc<TokenSlot>>,
    /// What hosts were given in place of tokens that they refused, until they accept a token.
    replacements: Vec<Replacement>,
}

/// What a host was given in place of a token that it refused.
#[derive(Debug)]
struct Replacement {
    origin: Origin,
    /// The number of the token.
    token: u64,
    since: Instant,
}

impl Tokens {
    pub(crate) fn new(exchange: Exchange, credentials: Credentials, address: String, pace: Option<Pace>) -> Self {
        let issuing = Arc::new(Issuing::new(exchange, credentials, address, pace));
        Self { issuing, slots: Mutex::default() }
    }

    /// The token for a host: its own, or else the one that sign-in began with. A token that ends soon is renewed before.
    pub(crate) async fn current(&self, origin: &Origin) -> Result<Option<Arc<Token>>, Arc<SignInError>> {
        match self.slot(origin) {
            Some(slot) => slot.current(&self.issuing).await.map(Some),
            None => Ok(None),
        }
    }

    /// Another token for a host than the one that it refused, by the challenges of that response. Where somebody else has
    /// renewed the token already, it is that one.
    pub(crate) async fn replace(
        &self,
        origin: &Origin,
        challenges: &[Challenge],
        refused: Option<&Token>,
    ) -> Result<Arc<Token>, Arc<SignInError>> {
        let slot = self.slot_for_challenge(origin, challenges)?;
        let token = slot.replace(&self.issuing, refused.map(|token| token.number), challenges).await?;
        if refused.is_some() {
            self.slots().note_replacement(origin, &token);
        }
        Ok(token)
    }

    /// Whether a host refuses a token that it was given just now in place of another one, or a later one that another host has made necessary,
    /// so that the next one would be refused as well.
    pub(crate) fn is_in_vain(&self, origin: &Origin, refused: Option<&Token>) -> bool {
        let slots = self.slots();
        let mut replacements = slots.replacements.iter();
        replacements.any(|found| {
            let is_new = found.origin == *origin && refused.is_some_and(|token| token.number >= found.token);
            is_new && Instant::now().saturating_duration_since(found.since) < NEXT_TRY
        })
    }

    /// Notes that a host has accepted a token.
    pub(crate) fn accepted(&self, origin: &Origin) {
        self.slots().replacements.retain(|found| found.origin != *origin);
    }

    fn slot(&self, origin: &Origin) -> Option<Arc<TokenSlot>> {
        let mut slots = self.slots();
        slots.of(origin).or_else(|| {
            let source = self.issuing.credentials.source().map(|_| Issuer::Source(origin.clone()));
            source.map(|issuer| slots.route(origin, issuer)).or_else(|| slots.first.clone())
        })
    }

    /// The slot of the issuer that a host names; where it names none, the one in use.
    fn slot_for_challenge(&self, origin: &Origin, challenges: &[Challenge]) -> Result<Arc<TokenSlot>, SignInError> {
        match self.issuer(origin, challenges)? {
            Some(issuer) => Ok(self.slots().route(origin, issuer)),
            None => self.slot(origin).ok_or_else(|| self.no_grant(origin, challenges)),
        }
    }

    fn no_grant(&self, origin: &Origin, challenges: &[Challenge]) -> SignInError {
        SignInError::no_grant(origin, challenges, self.issuing.credentials.grant())
    }

    /// The issuer that the challenges name, if the credentials are for it.
    fn issuer(&self, origin: &Origin, challenges: &[Challenge]) -> Result<Option<Issuer>, SignInError> {
        if self.issuing.credentials.source().is_some() {
            return Ok(Some(Issuer::Source(origin.clone())));
        }
        let grant = self.issuing.credentials.grant();
        let endpoint = challenges.iter().find_map(|challenge| match challenge {
            Challenge::MsRtcOAuth { href, grant_types } => {
                grant_types.iter().any(|offered| offered.eq_ignore_ascii_case(grant)).then_some(href)
            }
            _ => None,
        });
        let Some(href) = endpoint else { return Ok(None) };
        let base = Url::parse(origin.as_str());
        let url = base.and_then(|base| base.join(href)).map_err(|error| SignInError::UnreadableToken {
            // As it was written, it may have characters in it that command a terminal.
            endpoint: redact_line(&redact_url(href)),
            problem: error.to_string(),
        })?;
        Origin::of(&url)?;
        Ok(Some(Issuer::Endpoint(url)))
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, Slots> {
        // Lists of pointers are whole between any two changes.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slots {
    /// Uses the tokens of an issuer for a host from now on.
    fn route(&mut self, origin: &Origin, issuer: Issuer) -> Arc<TokenSlot> {
        let known = self.all.iter().find(|slot| *slot.issuer() == issuer).cloned();
        let slot = known.unwrap_or_else(|| {
            let slot = Arc::new(TokenSlot::new(issuer));
            self.all.push(Arc::clone(&slot));
            slot
        });
        self.by_origin.retain(|(known, _)| known != origin);
        self.by_origin.push((origin.clone(), Arc::clone(&slot)));
        // An issuer that no host names any more is forgotten with its token.
        self.all.retain(|slot| Arc::strong_count(slot) > 1);
        self.first.get_or_insert_with(|| Arc::clone(&slot));
        slot
    }

    fn note_replacement(&mut self, origin: &Origin, token: &Token) {
        let since = Instant::now();
        match self.replacements.iter_mut().find(|found| found.origin == *origin) {
            // Of several who are given the same one, the first says since when.
            Some(found) if found.token == token.number => {}
            Some(found) => (found.token, found.since) = (token.number, since),
            None => self.replacements.push(Replacement { origin: origin.clone(), token: token.number, since }),
        }
    }

    /// The tokens for a host, if they were decided on.
    fn of(&self, origin: &Origin) -> Option<Arc<TokenSlot>> {
        self.by_origin.iter().find(|(known, _)| known == origin).map(|(_, slot)| Arc::clone(slot))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::atomic::{AtomicU64, Ordering};

    use bytes::Bytes;
    use http::{Request, Response};
    use shuttle::future::{block_on, spawn, yield_now};
    use shuttle::scheduler::RandomScheduler;
    use shuttle::{Config, Runner};

    use super::*;
    use crate::clock::Clock;
    use crate::credentials::{Password, SuppliedToken, TokenRequest, TokenSource};
    use crate::settings::RequestLimits;
    use crate::transport::{BoxError, Transport};

    /// How many orders of events are tried.
    const SCHEDULES: usize = 500;

    /// How many requests need a token at the same time.
    const REQUESTS: usize = 4;

    /// A source that counts, and takes its time.
    struct Counting {
        count: Arc<AtomicU64>,
        /// Which renewal fails, if one does.
        failing: Option<u64>,
    }

    impl TokenSource for Counting {
        fn token(&self, _: TokenRequest) -> Pin<Box<dyn Future<Output = Result<SuppliedToken, BoxError>> + Send + '_>> {
            Box::pin(async {
                let number = self.count.fetch_add(1, Ordering::SeqCst);
                yield_now().await;
                yield_now().await;
                if self.failing == Some(number) {
                    Err("no".into())
                } else {
                    Ok(SuppliedToken::new(format!("{number}")))
                }
            })
        }
    }

    fn origin() -> Origin {
        Origin::of(&Url::parse("https://pool1.contoso.com/").expect("a URL")).expect("it is https")
    }

    /// Runs a test again and again, each time in another order of what happens at the same time.
    fn in_all_orders(test: impl Fn() + Send + Sync + 'static) {
        let mut config = Config::new();
        // Futures without optimization take more of the stack than shuttle gives them.
        config.stack_size = 1 << 20;
        Runner::new(RandomScheduler::new(SCHEDULES), config).run(test);
    }

    /// What requests get whose common token was refused, and how many tokens were issued before and after.
    async fn renew(failing: Option<u64>) -> (Vec<Result<u64, ()>>, u64) {
        let nowhere = tower::service_fn(|_: Request<Bytes>| async { Ok::<_, Infallible>(Response::new(Bytes::new())) });
        let exchange =
            Exchange { transport: Transport::new(nowhere), limits: RequestLimits::default(), clock: Clock::new(None) };
        let count = Arc::new(AtomicU64::new(0));
        let source = Counting { count: Arc::clone(&count), failing };
        let tokens = Arc::new(Tokens::new(exchange, source.into(), "ada@contoso.com".into(), None));
        let first = tokens.current(&origin()).await.expect("a token").expect("there is a source");
        let request = |number: usize| {
            let (tokens, first) = (Arc::clone(&tokens), Arc::clone(&first));
            spawn(async move {
                yield_now().await;
                let result = if number.is_multiple_of(2) {
                    tokens.replace(&origin(), &[], Some(&first)).await.map(Some)
                } else {
                    // This one learns of the refusal by looking for a token at some moment.
                    let refused = tokens.replace(&origin(), &[], Some(&first)).await;
                    yield_now().await;
                    match refused {
                        Ok(_) => tokens.current(&origin()).await,
                        Err(error) => Err(error),
                    }
                };
                result.map(|token| token.map_or(u64::MAX, |token| token.number)).map_err(drop)
            })
        };
        let requests: Vec<_> = (0..REQUESTS).map(request).collect();
        let mut results = Vec::new();
        for request in requests {
            results.push(request.await.expect("it does not panic"));
        }
        (results, count.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn an_issuer_that_no_host_names_any_more_is_forgotten() {
        let issuing = tower::service_fn(|_: Request<Bytes>| async {
            Ok::<_, Infallible>(Response::new(Bytes::from_static(br#"{"access_token":"cwt=1"}"#)))
        });
        let exchange =
            Exchange { transport: Transport::new(issuing), limits: RequestLimits::default(), clock: Clock::new(None) };
        let tokens = Tokens::new(exchange, Password::new("x").into(), "ada@contoso.com".into(), None);
        for number in 0..10 {
            let (href, grant_types) = (format!("/token/{number}"), vec!["password".into()]);
            let challenge = Challenge::MsRtcOAuth { href, grant_types };
            tokens.replace(&origin(), &[challenge], None).await.expect("a token");
        }
        assert_eq!(tokens.slots().all.len(), 2, "the first and the latest");
    }

    #[test]
    fn one_renewal_serves_all_who_wait_in_whatever_order_they_come() {
        in_all_orders(|| block_on(async { assert_eq!(renew(None).await, (vec![Ok(1); REQUESTS], 2)) }));
    }

    #[test]
    fn a_renewal_that_fails_does_so_for_those_who_waited_and_another_serves_the_rest() {
        in_all_orders(|| {
            block_on(async {
                let (results, count) = renew(Some(1)).await;
                let failed = results.iter().filter(|result| result.is_err()).count();
                assert!(failed >= 1 && count <= 3, "{results:?}, {count} tokens");
                // A source that worked again has served all who came after the failure.
                assert_eq!(count == 3, failed < REQUESTS, "{results:?}, {count} tokens");
            });
        });
    }
}
