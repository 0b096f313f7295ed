//! The body of a response, whose length may be other than its header says.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Response;
use http::header::CONTENT_LENGTH;
use hyper::body::{Body, Frame, SizeHint};

/// A body that is sent in one piece.
#[derive(Debug)]
pub(super) struct Sent {
    bytes: Option<Bytes>,
    hint: SizeHint,
    /// How often the end is put off, so that what there is of the body goes out before the connection is cut.
    pauses: u8,
}

impl Sent {
    /// The body of a response. Where the header says another length than the body has, what is missing is not made up for: the
    /// connection is cut; where it says none, the body is sent in chunks.
    pub(super) fn of(response: Response<Bytes>) -> Response<Self> {
        let length = u64::try_from(response.body().len()).unwrap_or(u64::MAX);
        let said = response.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        let agrees = said.unwrap_or(if response.body().is_empty() { 0 } else { u64::MAX }) == length;
        let hint = if agrees { SizeHint::with_exact(length) } else { SizeHint::default() };
        let pauses = if agrees { 0 } else { 2 };
        response.map(|bytes| Self { bytes: Some(bytes).filter(|bytes| !bytes.is_empty()), hint, pauses })
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(bytes) = self.bytes.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if self.pauses > 0 {
            self.pauses -= 1;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && self.hint.exact().is_some()
    }

    fn size_hint(&self) -> SizeHint {
        self.hint
    }
}
