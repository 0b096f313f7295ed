//! Batches: several requests in the body of one, and several responses in the body of its response.
//!
//! ```
//! use ucwa_runtime::{BatchBody, BatchPart, Body, Limits, read_batch};
//!
//! let mut batch = BatchBody::new();
//! batch.push(http::Request::get("https://contoso.com/ucwa/me").body(Vec::new())?)?;
//! let body = batch.into_body()?;
//! assert!(body.media_type.starts_with("multipart/batching; boundary="));
//!
//! let response = Body::new(
//!     "multipart/batching; boundary=x",
//!     "--x\r\nContent-Type: application/http; msgtype=response\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n--x--",
//! );
//! let parts = read_batch(&response, Limits::default())?;
//! assert!(matches!(&parts[0], Ok(BatchPart::Response(response)) if response.status() == 204));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod parts;
mod read;
mod write;

pub use parts::{BatchError, batch_boundary, split_batch};
pub use read::{BatchPart, BatchPartError, read_batch};
pub use write::{BatchBody, BatchBodyError};
