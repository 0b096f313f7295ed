//! Proving to a host who the user is, as a handshake: what a program implements for each kind of proof.

use std::future::Future;
use std::pin::Pin;

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
    /// It may take as long as it needs, as a [`TokenSource`](crate::TokenSource) may.
    ///
    /// # Errors
    ///
    /// Any error; the client reports it as [`Windows`](crate::SignInError::Windows).
    fn next<'a>(&'a mut self, received: Option<&'a [u8]>) -> WindowsToken<'a>;

    /// Ends the handshake, once the host has accepted the account. `received` is the last token of the host, if it sent one: where both sides
    /// prove who they are, as Kerberos can, the proof of the host is in it.
    ///
    /// The default takes whatever comes: the certificate of the host has said who it is.
    ///
    /// # Errors
    ///
    /// Any error, such as a missing proof; the client reports it as [`Windows`](crate::SignInError::Windows), and does not use what the
    /// host has issued.
    fn finish(&mut self, received: Option<&[u8]>) -> Result<(), BoxError> {
        let _ = received;
        Ok(())
    }
}
