//! A client for UCWA 2.0 that stays online.
//!
//! The crate [`ucwa`] has the types of requests and responses. This crate signs a user in, sends the requests, and
//! follows the events for as long as the program runs.
//!
//! ```no_run
//! use ucwa::events::Documented;
//! use ucwa_client::{ApplicationSettings, ChannelItem, Client, Fetch, Password};
//!
//! # async fn program() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::sign_in("user@contoso.com", Password::new("secret")).await?;
//! let application = client.create_application(ApplicationSettings::new("presence-board")).await?;
//! let contacts = application.people().await?.my_contacts().fetch(&client).await?;
//! for contact in contacts.contact().embedded() {
//!     println!("{:?}", contact.name);
//! }
//!
//! let mut events = application.events()?;
//! while let Some(item) = events.next().await {
//!     match item {
//!         ChannelItem::Event(event) => match event.documented() {
//!             Documented::ContactPresenceUpdated(event) => println!("{:?}", event.resource()),
//!             other => println!("{other:?}"),
//!         },
//!         ChannelItem::Lost(loss) => println!("subscribe again: {loss:?}"),
//!         ChannelItem::Ended(end) => println!("no more events: {end:?}"),
//!         other => println!("{other:?}"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Parts
//!
//! - [`Client`] is a signed-in user. [`Client::send`] sends every request of the bindings; it renews tokens, follows redirects and
//!   repeats what can be repeated. Nothing is global: a process can have any number of clients.
//! - [`Credentials`] are a [`Password`], an [`AnonymousMeeting`], a [`BrowserSignIn`], a [`WindowsSignIn`] or a [`TokenSource`] of the
//!   caller.
//! - [`Client::update`] reads a resource, changes it and writes it back, and repeats that where somebody else was faster.
//! - [`Application`] is a session of the user with the server. [`Fetch`] reads a relation, be it linked or embedded.
//! - [`Batch`] sends many requests as one.
//! - [`Events`] is the event channel as a stream.
//! - [`Operation`] is the handle of what goes on after the response, such as an invitation.
//! - [`presence`], [`messaging`], [`meetings`], [`people`] and [`history`] are what programs build with it. Where the server does
//!   not offer what they need, the error names the [`Capability`].
//! - [`Error`] names the layer that failed, and keeps the response of the server.
//! - [`Transport`] connects the client to the network and is made from any `tower::Service`; `Network` is the one of
//!   the feature `reqwest`.
//!
//! # Tokens
//!
//! A token is sent over https to the hosts that discovery led to and to the host of the user's applications, and to no other: a link or a
//! redirect that leads elsewhere is an [error](RefusedError::ForeignHost), and the request is not sent. Passwords and tokens are
//! overwritten in memory when they are dropped, and no `Debug` output, error or trace has them.
//!
//! # Time
//!
//! All delays are those of tokio's clock, and all random values come from one source that [`Settings::seed`] makes repeatable, so that
//! tests run under a paused clock.
//!
//! # Async only
//!
//! There is no blocking interface. The event channel stays open while other requests are sent, so a program would need
//! a thread for each; a runtime of one thread does the same: `tokio::runtime::Builder::new_current_thread()`.
//!
//! # Features
//!
//! - `reqwest` (default): requests over the network by reqwest, with HTTP/2, gzip and the system's proxy settings, and rustls on ring
//!   with the platform's trust store. Without it, the caller supplies a [`Transport`].
//! - `metrics`: counters of requests, events and losses, and times, by the facade `metrics`. The module `metrics` lists them. Without the
//!   feature nothing is counted.
//! - `ntlm`: the name and the password of a Windows account, `Ntlm`. Kerberos tickets of the user who is logged in come from a
//!   [`WindowsSecurity`] of the caller, as the crates for them need the system's C library and its headers.

mod address;
mod application;
mod batch;
mod channel;
mod clock;
mod concurrency;
mod counting;
mod credentials;
mod error;
pub mod history;
mod loss;
pub mod meetings;
pub mod messaging;
mod operations;
mod origin;
mod pace;
mod pages;
pub mod people;
#[cfg(ucwa_planted)]
mod planted;
pub mod presence;
mod random;
mod request;
mod session;
mod settings;
mod sign_in;
mod stored;
mod transport;

pub use address::ContactAddress;
pub use application::{Application, ApplicationSettings};
pub use batch::{Batch, BatchResponse};
pub use channel::{ChannelEnd, ChannelItem, ChannelSettings, ChannelState, Cursor, Events, ParseCursorError};
#[cfg(feature = "metrics")]
pub use counting::metrics;
#[cfg(feature = "ntlm")]
pub use credentials::Ntlm;
pub use credentials::{
    AnonymousMeeting, BrowserSignIn, Credentials, Password, Secret, SuppliedToken, TokenRequest, TokenSource,
    WindowsHandshake, WindowsRequest, WindowsScheme, WindowsSecurity, WindowsSignIn, WindowsToken,
};
pub use error::{
    Capability, Cause, DiscoveryAttempt, DiscoveryError, DiscoveryProblem, Error, RefusedError, SignInError,
    TransportFailure, UnknownOutcome, Unsuccessful,
};
pub use loss::Loss;
pub use operations::{FailedOperation, Operation, OperationEvent, OperationFailure, OperationResponse, Outcome};
pub use origin::Origin;
pub use pace::{Pace, Turn};
pub use pages::Pages;
pub use session::{Client, Fetch, FetchLatest};
pub use settings::{PlainHttp, RequestLimits, RetryPolicy, Settings};
#[cfg(feature = "reqwest")]
pub use transport::Network;
pub use transport::{BodyLimit, BoxError, SameConnection, Transport, TransportError};
#[cfg(feature = "reqwest")]
pub use {reqwest, rustls};

/// The examples of the README.
#[cfg(all(doctest, feature = "reqwest"))]
#[doc = include_str!("../README.md")]
struct Readme;
