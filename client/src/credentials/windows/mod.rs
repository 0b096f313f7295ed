//! Windows sign-in: the user's Windows account proves who the user is, by Negotiate or NTLM.
//!
//! The handshake is a trait, [`WindowsSecurity`], that somebody implements for each kind of proof. With the feature `ntlm` there is one
//! for a name and a password, `Ntlm`.
//!
//! There is none for Kerberos tickets of the user who is logged in. The crates that give access to them, `cross-krb5` and `libgssapi`, bind the
//! system's C library by bindgen, so that whoever builds with them needs its headers and libclang, and the pure Rust one,
//! `sspi`, does not read the system's tickets on all platforms and brings pre-release cryptography with it. A program that has
//! such a library returns its tokens from a [`WindowsHandshake`] in a few lines, and checks the host's proof in
//! [`finish`](WindowsHandshake::finish); the client does the rest.

#[cfg(feature = "ntlm")]
mod ntlm;
mod security;

use std::fmt;
use std::sync::Arc;

#[cfg(feature = "ntlm")]
pub use ntlm::Ntlm;
pub use security::{WindowsHandshake, WindowsRequest, WindowsScheme, WindowsSecurity, WindowsToken};

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
