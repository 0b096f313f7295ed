//! From reference pages to the schema.
//!
//! [`extract`] takes any set of pages, one page too. Each page is read on its own first (what it says), then all pages
//! together complete it (what types values have, how many resources a relation leads to, which category it is in).
//! What cannot be placed is a [`Diagnostic`](crate::diagnostics::Diagnostic); all of them are found in one run.
//!
//! | module | what it does |
//! |---|---|
//! | `placing` | finds out what each row, sample and sentence of one page means |
//! | `samples` | reads the messages that pages show, and undoes what happened to them |
//! | `inference` | concludes from all pages what no single one states |
//! | `resolve` | makes the schema of all that |
//! | `correct`, `carry_over` | make it one that can be kept: errata, summaries, names |

mod carry_over;
mod correct;
mod extraction;
mod inference;
mod placing;
mod resolve;
mod revision;
mod samples;
mod unresolved;

pub use carry_over::carry_over;
pub use correct::CorrectError;
pub(crate) use correct::apply_errata_of;
pub(crate) use extraction::extract_parsed;
pub use extraction::{Extraction, UnreadablePage, extract};
pub(crate) use inference::statement::stated_members;
pub use placing::draft::PageCounts;
pub use samples::{Sample, SampleKind};
pub(crate) use samples::{SampleObject, documents};
pub use unresolved::Unresolved;
