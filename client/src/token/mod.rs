//! Tokens: one for each place that issues them, renewed ahead of time, and by one request for all who wait.

mod endpoint;
mod slot;
mod windows;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use ucwa::Challenge;
use ucwa::http::HeaderValue;
use ucwa::url::Url;
use zeroize::Zeroizing;

use self::slot::Slot;
use crate::credentials::{Credentials, SuppliedToken, TokenRequest};
use crate::error::SignInError;
use crate::exchange::Exchange;
use crate::origin::Origin;
use crate::secret::Secret;

/// How long before its end a token is renewed at the latest. Short-lived ones are renewed after nine tenths of their time.
const RENEWAL_MARGIN: Duration = Duration::from_secs(300);

/// A token, as requests carry it.
pub(crate) struct Token {
    /// Tells tokens of a client apart.
    number: u64,
    text: Secret,
    header: HeaderValue,
    /// When it has to be renewed, and when it ends; unknown for some.
    times: Option<(Instant, Instant)>,
}

impl Token {
    fn new(number: u64, supplied: SuppliedToken, now: Instant) -> Option<Self> {
        let SuppliedToken { text, lifetime } = supplied;
        let mut value = Zeroizing::new(Vec::with_capacity("Bearer ".len() + text.expose().len()));
        value.extend_from_slice(b"Bearer ");
        value.extend_from_slice(text.expose().as_bytes());
        let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(value)).ok()?;
        header.set_sensitive(true);
        let times = lifetime.and_then(|lifetime| times(lifetime, now));
        Some(Self { number, text, header, times })
    }

    /// The value of the header `Authorization`.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    fn is_due(&self, now: Instant) -> bool {
        self.times.is_some_and(|(due, _)| due <= now)
    }

    fn is_expired(&self, now: Instant) -> bool {
        self.times.is_some_and(|(_, end)| end <= now)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("number", &self.number).finish_non_exhaustive()
    }
}

/// When a token has to be renewed, and when it ends. One that ends at once, or later than any clock can tell, is used until a
/// host refuses it.
fn times(lifetime: Duration, now: Instant) -> Option<(Instant, Instant)> {
    let margin = RENEWAL_MARGIN.min(lifetime / 10);
    let end = now.checked_add(lifetime).filter(|_| !lifetime.is_zero())?;
    Some((end - margin, end))
}

/// Where a token comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Issuer {
    /// A token endpoint of the server.
    Endpoint(Url),
    /// The caller's source of tokens, which has one for each host.
    Source(Origin),
}

/// The tokens of one user.
#[derive(Debug)]
pub(crate) struct Tokens {
    exchange: Exchange,
    credentials: Credentials,
    /// The SIP address of the user.
    address: String,
    slots: Mutex<Slots>,
    count: AtomicU64,
}

/// Which token is for which host.
#[derive(Debug, Default)]
struct Slots {
    by_issuer: BTreeMap<Issuer, Arc<Slot>>,
    by_origin: BTreeMap<Origin, Arc<Slot>>,
    /// The one of the host that sign-in began with. On premises it is good for all hosts.
    first: Option<Arc<Slot>>,
}

impl Tokens {
    pub(crate) fn new(exchange: Exchange, credentials: Credentials, address: String) -> Self {
        Self { exchange, credentials, address, slots: Mutex::default(), count: AtomicU64::new(0) }
    }

    /// The token for a host: its own, or else the one that sign-in began with. A token that ends soon is renewed before.
    pub(crate) async fn current(&self, origin: &Origin) -> Result<Option<Arc<Token>>, Arc<SignInError>> {
        match self.slot(origin) {
            Some(slot) => slot.current(self).await.map(Some),
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
        slot.replace(self, refused.map(|token| token.number), challenges).await
    }

    fn slot(&self, origin: &Origin) -> Option<Arc<Slot>> {
        let mut slots = self.slots();
        let own = slots.by_origin.get(origin).cloned();
        own.or_else(|| {
            let source = self.credentials.source().map(|_| Issuer::Source(origin.clone()));
            source.map(|issuer| slots.route(origin, issuer)).or_else(|| slots.first.clone())
        })
    }

    /// The slot of the issuer that a host names; where it names none, the one in use.
    fn slot_for_challenge(&self, origin: &Origin, challenges: &[Challenge]) -> Result<Arc<Slot>, SignInError> {
        match self.issuer(origin, challenges)? {
            Some(issuer) => Ok(self.slots().route(origin, issuer)),
            None => self.slot(origin).ok_or_else(|| SignInError::NoGrant {
                origin: origin.to_string(),
                offered: challenges.iter().map(ToString::to_string).collect(),
                wanted: self.credentials.grant(),
            }),
        }
    }

    /// The issuer that the challenges name, if the credentials are for it.
    fn issuer(&self, origin: &Origin, challenges: &[Challenge]) -> Result<Option<Issuer>, SignInError> {
        if self.credentials.source().is_some() {
            return Ok(Some(Issuer::Source(origin.clone())));
        }
        let grant = self.credentials.grant();
        let endpoint = challenges.iter().find_map(|challenge| match challenge {
            Challenge::MsRtcOAuth { href, grant_types } => {
                grant_types.iter().any(|offered| offered.eq_ignore_ascii_case(grant)).then_some(href)
            }
            _ => None,
        });
        let Some(href) = endpoint else { return Ok(None) };
        let base = Url::parse(origin.as_str());
        let url = base.and_then(|base| base.join(href)).map_err(|error| SignInError::UnreadableToken {
            endpoint: ucwa_runtime::secret::redact_url(href).into_owned(),
            problem: error.to_string(),
        })?;
        Origin::of(&url)?;
        Ok(Some(Issuer::Endpoint(url)))
    }

    /// Has a token issued.
    async fn issue(
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
                (supplied, url.to_string())
            }
            (Issuer::Source(origin), Some(source)) => {
                let request = TokenRequest { origin: origin.clone(), challenges: challenges.to_vec() };
                let supplied = source.token(request).await;
                let failed = |source| SignInError::Source { origin: origin.to_string(), source };
                (supplied.map_err(failed)?, origin.to_string())
            }
            (Issuer::Source(origin), None) => {
                return Err(SignInError::NoGrant {
                    origin: origin.to_string(),
                    offered: Vec::new(),
                    wanted: self.credentials.grant(),
                });
            }
        };
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        Token::new(number, supplied, Instant::now()).ok_or_else(|| SignInError::UnreadableToken {
            endpoint: from,
            problem: "the token has characters that no header can hold".into(),
        })
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, Slots> {
        // Maps of pointers are whole between any two changes.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slots {
    /// Uses the tokens of an issuer for a host from now on.
    fn route(&mut self, origin: &Origin, issuer: Issuer) -> Arc<Slot> {
        let slot = self.by_issuer.entry(issuer.clone()).or_insert_with(|| Arc::new(Slot::new(issuer)));
        let slot = Arc::clone(slot);
        self.by_origin.insert(origin.clone(), Arc::clone(&slot));
        self.first.get_or_insert_with(|| Arc::clone(&slot));
        slot
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::Future;
    use std::pin::Pin;

    use http::{Request, Response};
    use shuttle::future::{block_on, spawn, yield_now};
    use shuttle::scheduler::RandomScheduler;
    use shuttle::{Config, Runner};

    use super::*;
    use crate::clock::Clock;
    use crate::credentials::TokenSource;
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
        let tokens = Arc::new(Tokens::new(exchange, source.into(), "ada@contoso.com".into()));
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
