//! Windows sign-in: the user's Windows account proves who the user is, by Negotiate or NTLM.
//!
//! The handshake is a trait, [`WindowsSecurity`], that somebody implements for each kind of proof. With the feature `ntlm` there is one
//! for a name and a password, `Ntlm`.
//!
//! There is none for Kerberos tickets of the user who is logged in. The crates that give access to them, `cross-krb5` and `libgssapi`, bind the
//! system's C library by bindgen, so that whoever builds with them needs its headers and libclang, and the pure Rust one,
//! `sspi`, does not read the system's tickets on all platforms and brings pre-release cryptography with it. A program that has
//! such a library returns its tokens from a [`WindowsHandshake`] in a few lines; the client does the rest.

#[cfg(feature = "ntlm")]
mod ntlm;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

#[cfg(feature = "ntlm")]
pub use ntlm::Ntlm;

use crate::origin::Origin;
use crate::transport::BoxError;

/// How a server lets a connection be authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WindowsScheme {
    /// Kerberos or NTLM, as both sides agree.
    Negotiate,
    /// NTLM.
    Ntlm,
}

impl WindowsScheme {
    /// The name of the scheme in HTTP headers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Negotiate => "Negotiate",
            Self::Ntlm => "NTLM",
        }
    }
}

/// What a handshake is for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WindowsRequest {
    /// The host that wants to know who the user is. In Kerberos, its service is `HTTP/` and the name of the host.
    pub origin: Origin,
    /// What the host takes.
    pub schemes: Vec<WindowsScheme>,
}

/// Somebody who can prove to a host who the user is.
pub trait WindowsSecurity: Send + Sync + 'static {
    /// Begins a handshake, with a scheme that the host takes. It is called once for each token that the client requests.
    ///
    /// # Errors
    ///
    /// Any error; the client reports it as [`Windows`](crate::SignInError::Windows).
    fn begin(&self, request: WindowsRequest) -> Result<Box<dyn WindowsHandshake>, BoxError>;
}

/// The bytes that the client has to send, or why there are none.
pub type WindowsToken<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, BoxError>> + Send + 'a>>;

/// A handshake with a host.
pub trait WindowsHandshake: Send {
    /// The scheme of the handshake.
    fn scheme(&self) -> WindowsScheme;

    /// The next token for the host, after the one that the host sent. There is none of the host before the first.
    ///
    /// # Errors
    ///
    /// Any error; the client reports it as [`Windows`](crate::SignInError::Windows).
    fn next<'a>(&'a mut self, received: Option<&'a [u8]>) -> WindowsToken<'a>;
}

/// Credentials of a Windows account.
///
/// The client authenticates a connection for each token that it requests, and never sends the credentials over
/// another one: see [`SameConnection`](crate::SameConnection) if the transport is your own.
#[derive(Clone)]
pub struct WindowsSignIn {
    pub(crate) security: Arc<dyn WindowsSecurity>,
}

impl WindowsSignIn {
    /// Credentials that somebody can prove.
    pub fn new(security: impl WindowsSecurity) -> Self {
        Self { security: Arc::new(security) }
    }
}

#[cfg(feature = "ntlm")]
impl From<Ntlm> for WindowsSignIn {
    fn from(ntlm: Ntlm) -> Self {
        Self::new(ntlm)
    }
}

impl fmt::Debug for WindowsSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WindowsSignIn")
    }
}
