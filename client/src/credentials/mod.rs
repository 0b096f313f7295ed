//! Credentials to sign in with.

mod secret;
mod windows;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use ucwa::Challenge;
use zeroize::Zeroizing;

pub use self::secret::Secret;
#[cfg(feature = "ntlm")]
pub use self::windows::Ntlm;
pub use self::windows::{
    WindowsHandshake, WindowsRequest, WindowsScheme, WindowsSecurity, WindowsSignIn, WindowsToken,
};

use crate::origin::Origin;
use crate::transport::BoxError;

/// The grant type by which somebody without an account joins a meeting.
const ANONYMOUS_MEETING: &str = "urn:microsoft.rtc:anonmeeting";

/// The grant type for Windows accounts.
pub(crate) const WINDOWS: &str = "urn:microsoft.rtc:windows";

/// The grant type for those who have signed in with a browser.
const PASSIVE: &str = "urn:microsoft.rtc:passive";

/// Credentials to sign in with: a [`Password`], an [`AnonymousMeeting`], a [`BrowserSignIn`], a [`WindowsSignIn`], or a [`TokenSource`] of
/// the caller.
#[derive(Debug, Clone)]
pub struct Credentials(CredentialsKind);

#[derive(Clone)]
enum CredentialsKind {
    Password(Password),
    AnonymousMeeting(AnonymousMeeting),
    BrowserSignIn(BrowserSignIn),
    Windows(WindowsSignIn),
    Source(Arc<dyn TokenSource>),
}

/// The user's password.
#[derive(Debug, Clone)]
pub struct Password {
    user_name: Option<String>,
    password: Secret,
}

impl Password {
    /// A password that belongs to the address that the user signs in with.
    pub fn new(password: impl Into<Secret>) -> Self {
        Self { user_name: None, password: password.into() }
    }

    /// Sets the user name (default: the address): a SIP address, a UPN, or `DOMAIN\user`.
    #[must_use]
    pub fn with_user_name(mut self, user_name: impl Into<String>) -> Self {
        self.user_name = Some(user_name.into());
        self
    }
}

/// The id of an online meeting, which lets somebody without an account join it. The identity that the server gives is kept when the
/// token is renewed; a guest whose token has ended, and whom the server no longer knows by it, gets another one. `Debug` shows the
/// organizer alone, as the address has the id in it.
#[derive(Clone)]
pub struct AnonymousMeeting {
    conference_uri: String,
    conference_id: Secret,
}

impl AnonymousMeeting {
    /// A meeting by its address, such as `sip:ada@contoso.com;gruu;opaque=app:conf:focus:id:ABC`, and its conference id.
    pub fn new(conference_uri: impl Into<String>, conference_id: impl Into<Secret>) -> Self {
        Self { conference_uri: conference_uri.into(), conference_id: conference_id.into() }
    }
}

impl fmt::Debug for AnonymousMeeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let organizer = self.conference_uri.split([';', '?']).next().unwrap_or_default();
        let is_shown = !organizer.contains(self.conference_id.expose());
        f.debug_struct("AnonymousMeeting").field("organizer", &is_shown.then_some(organizer)).finish_non_exhaustive()
    }
}

/// A sign-in with a browser, as sites with smart cards or a second factor require.
///
/// Without a cookie, sign-in fails with [`BrowserSignInRequired`](crate::SignInError::BrowserSignInRequired), which has the address to
/// open. A program that shows it in a browser of its own then signs in with the cookie that the browser received.
#[derive(Debug, Clone, Default)]
pub struct BrowserSignIn {
    cookie: Option<Secret>,
}

impl BrowserSignIn {
    /// A sign-in that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the value of the header `Cookie` for the token endpoint, as the browser would send it.
    #[must_use]
    pub fn with_cookie(mut self, cookie: impl Into<Secret>) -> Self {
        self.cookie = Some(cookie.into());
        self
    }
}

/// A token from elsewhere, such as Azure AD or ADFS.
#[derive(Debug, Clone)]
pub struct SuppliedToken {
    pub(crate) text: Secret,
    pub(crate) lifetime: Option<Duration>,
}

impl SuppliedToken {
    /// A token of unknown lifetime. It is used until the server refuses it.
    pub fn new(text: impl Into<Secret>) -> Self {
        Self { text: text.into(), lifetime: None }
    }

    /// Sets how long the token is valid from now on. It is renewed before that.
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }
}

/// A request to a [`TokenSource`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TokenRequest {
    /// The host that the token is for, which is its audience in online topologies.
    pub origin: Origin,
    /// The challenges of the host, from its last response without a token or with one that it refused.
    pub challenges: Vec<Challenge>,
}

/// A source of tokens outside of this crate. It is called once for each host, and again for each renewal; at most once a minute for a host
/// that refuses each new token.
pub trait TokenSource: Send + Sync + 'static {
    /// Returns a token for a host. A cached one must not be returned after the host refused it; as the client keeps tokens
    /// for as long as they are good, no cache is needed.
    ///
    /// It may take as long as it needs. Requests without a good token wait for it; one with a good token that ends soon waits no longer than
    /// a [response may take](crate::RequestLimits::request_time). The future is dropped when no request waits for it any more.
    ///
    /// # Errors
    ///
    /// Any error; the client reports it as [`Source`](crate::SignInError::Source).
    fn token(
        &self,
        request: TokenRequest,
    ) -> Pin<Box<dyn Future<Output = Result<SuppliedToken, BoxError>> + Send + '_>>;
}

impl From<Password> for Credentials {
    fn from(password: Password) -> Self {
        Self(CredentialsKind::Password(password))
    }
}

impl From<AnonymousMeeting> for Credentials {
    fn from(meeting: AnonymousMeeting) -> Self {
        Self(CredentialsKind::AnonymousMeeting(meeting))
    }
}

impl From<BrowserSignIn> for Credentials {
    fn from(sign_in: BrowserSignIn) -> Self {
        Self(CredentialsKind::BrowserSignIn(sign_in))
    }
}

impl From<WindowsSignIn> for Credentials {
    fn from(sign_in: WindowsSignIn) -> Self {
        Self(CredentialsKind::Windows(sign_in))
    }
}

#[cfg(feature = "ntlm")]
impl From<Ntlm> for Credentials {
    fn from(ntlm: Ntlm) -> Self {
        WindowsSignIn::from(ntlm).into()
    }
}

impl<S: TokenSource> From<S> for Credentials {
    fn from(source: S) -> Self {
        Self(CredentialsKind::Source(Arc::new(source)))
    }
}

/// The form by which a token is requested.
pub(crate) struct Form {
    pub(crate) body: Zeroizing<String>,
    pub(crate) cookie: Option<Secret>,
}

impl Credentials {
    /// The caller's source of tokens, if the tokens come from there and not from the server's token endpoint.
    pub(crate) fn source(&self) -> Option<&dyn TokenSource> {
        match &self.0 {
            CredentialsKind::Source(source) => Some(&**source),
            CredentialsKind::Password(_)
            | CredentialsKind::AnonymousMeeting(_)
            | CredentialsKind::BrowserSignIn(_)
            | CredentialsKind::Windows(_) => None,
        }
    }

    /// The Windows account, if the token endpoint wants the connection authenticated.
    pub(crate) fn windows(&self) -> Option<&WindowsSignIn> {
        match &self.0 {
            CredentialsKind::Windows(sign_in) => Some(sign_in),
            _ => None,
        }
    }

    /// Whether a token is renewed by the one before it, so that the user stays the same.
    pub(crate) fn keep_identity(&self) -> bool {
        matches!(self.0, CredentialsKind::AnonymousMeeting(_))
    }

    /// The name of the grant by which the token endpoint issues a token.
    pub(crate) fn grant(&self) -> &'static str {
        match &self.0 {
            CredentialsKind::Password(_) => "password",
            CredentialsKind::AnonymousMeeting(_) => ANONYMOUS_MEETING,
            CredentialsKind::BrowserSignIn(_) => PASSIVE,
            CredentialsKind::Windows(_) => WINDOWS,
            CredentialsKind::Source(_) => "a token of another issuer",
        }
    }

    /// The form for the token endpoint. `address` is the user's; `previous` is the token that the new one replaces.
    pub(crate) fn form(&self, address: &str, previous: Option<&Secret>) -> Form {
        let mut fields: Vec<(&str, &str)> = vec![("grant_type", self.grant())];
        let mut cookie = None;
        match &self.0 {
            CredentialsKind::Password(credentials) => {
                fields.push(("username", credentials.user_name.as_deref().unwrap_or(address)));
                fields.push(("password", credentials.password.expose()));
            }
            CredentialsKind::AnonymousMeeting(meeting) => {
                fields.push(("password", meeting.conference_id.expose()));
                fields.push(("ms_rtc_conferenceuri", &meeting.conference_uri));
                fields.extend(previous.map(|token| ("ms_rtc_renew", token.expose())));
            }
            CredentialsKind::BrowserSignIn(sign_in) => cookie.clone_from(&sign_in.cookie),
            CredentialsKind::Windows(_) | CredentialsKind::Source(_) => {}
        }
        Form { body: encoded(&fields), cookie }
    }
}

/// Encodes a form. The text never moves while it grows, so that no copy of a secret stays behind.
fn encoded(fields: &[(&str, &str)]) -> Zeroizing<String> {
    // An encoded byte takes three at most.
    let length = fields.iter().map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum();
    let mut body = Zeroizing::new(String::with_capacity(length));
    form_urlencoded::Serializer::new(&mut *body).extend_pairs(fields);
    body
}

impl fmt::Debug for CredentialsKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password(credentials) => credentials.fmt(f),
            Self::AnonymousMeeting(meeting) => meeting.fmt(f),
            Self::BrowserSignIn(sign_in) => sign_in.fmt(f),
            Self::Windows(sign_in) => sign_in.fmt(f),
            Self::Source(_) => f.write_str("TokenSource"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fields(form: &Form) -> Vec<(String, String)> {
        form_urlencoded::parse(form.body.as_bytes()).into_owned().collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn each_grant_has_its_form() {
        let previous = Secret::from("cwt=old");
        let form = |credentials: Credentials| fields(&credentials.form("ada@contoso.com", Some(&previous)));
        assert_eq!(
            form(Password::new("a+b&c=ä").into()),
            pairs(&[("grant_type", "password"), ("username", "ada@contoso.com"), ("password", "a+b&c=ä")])
        );
        assert_eq!(form(Password::new("x").with_user_name("CONTOSO\\ada").into())[1].1, "CONTOSO\\ada");
        assert_eq!(
            form(AnonymousMeeting::new("sip:ada@contoso.com;gruu;opaque=app:conf:focus:id:ABC", "ABC").into()),
            pairs(&[
                ("grant_type", "urn:microsoft.rtc:anonmeeting"),
                ("password", "ABC"),
                ("ms_rtc_conferenceuri", "sip:ada@contoso.com;gruu;opaque=app:conf:focus:id:ABC"),
                ("ms_rtc_renew", "cwt=old"),
            ])
        );
        assert_eq!(form(BrowserSignIn::new().into()), pairs(&[("grant_type", "urn:microsoft.rtc:passive")]));
    }

    proptest! {
        #[test]
        fn a_form_is_read_as_it_was_written_and_never_moves(password in "\\PC{0,40}") {
            let form = Credentials::from(Password::new(password.as_str())).form("ada@contoso.com", None);
            prop_assert_eq!(&fields(&form)[2].1, &password);
            let fields = ["grant_type", "password", "username", "ada@contoso.com", "password", &password];
            let length: usize = fields.iter().map(|text| 3 * text.len()).sum();
            prop_assert!(form.body.capacity() >= length);
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let all: [Credentials; 3] = [
            Password::new("hunter2").into(),
            AnonymousMeeting::new("sip:ada@contoso.com;gruu;opaque=app:conf:focus:id:hunter2", "hunter2").into(),
            BrowserSignIn::new().with_cookie("hunter2").into(),
        ];
        let shown = format!("{all:?} {:?}", SuppliedToken::new("hunter2"));
        assert!(!shown.contains("hunter2") && shown.contains("ada@contoso.com"), "{shown}");
    }
}
