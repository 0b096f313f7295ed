//! A simulated UCWA 2.0 server, for tests and development.
//!
//! It simulates a small organization whose users can see each other's presence, send messages and meet. Its resources with their
//! links, inputs with their limits, errors and revisions are those of the schema of this repository.
//!
//! A [`Simulator`] is a [`tower::Service`], and so a transport for the crate `ucwa-client`. [`serve`] serves it on a port. [`Options`]
//! sets users, hosts and limits, and has the passwords of the users. A [`Fault`] makes it misbehave.
//!
//! ```
//! use ucwa_simulator::{Account, Options, Simulator};
//!
//! let accounts = vec![
//!     Account::new("ada@contoso.com", "Ada Vale", "secret").with_contacts(["ben@contoso.com"]),
//!     Account::new("ben@contoso.com", "Ben Ortiz", "secret"),
//! ];
//! let simulator = Simulator::with_options(Options { accounts, ..Options::new(7) });
//! assert_eq!(simulator.users().len(), 2);
//! ```

// A request takes this way: `Simulator` takes it apart (`protocol::Call`), `server` finds where it goes, `address` finds what is
// there, `protocol` checks its inputs against the schema (`catalogue`), `flows` change the world (`state`), `views` show it as a
// resource (`document`), and `protocol` writes that as JSON or XML. What an application has to know goes into its `channel`. The
// world is plain data behind one lock that is never held across a wait.

mod address;
mod catalogue;
mod channel;
mod control;
mod discovery;
mod document;
mod faults;
mod flows;
mod moment;
mod options;
mod page;
mod protocol;
mod random;
mod serve;
mod server;
mod service;
mod simulator;
mod state;
mod tokens;
mod views;
mod watch;

pub use control::{ApplicationState, ControlError, ConversationState, InvitationState, UserState};
pub use faults::{Effect, Fault, Memory, Schedule};
pub use options::{Account, Options, OtherHosts, ServerLimits, TokenScope, Topology};
#[cfg(feature = "ntlm")]
pub use protocol::ConnectionId;
pub use serve::serve;
#[cfg(feature = "tls")]
pub use serve::{CertificateError, ServerCertificate, serve_tls};
pub use simulator::{Answer, ConnectionError, Exchange, Simulator};
pub use state::Told;

/// The examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
