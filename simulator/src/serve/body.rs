//! The body of a response, whose length may be other than its header says, and which may be sent slowly.

use std::convert::Infallible;
use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::Response;
use http::header::CONTENT_LENGTH;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::faults::Drip;

/// A body that is sent in one piece, or drip by drip.
#[derive(Debug)]
pub(super) struct Sent {
    bytes: Option<Bytes>,
    hint: SizeHint,
    drip: Option<Drip>,
    /// The pause before the next piece.
    sleep: Option<Pin<Box<Sleep>>>,
    /// How often the end is put off, so that what there is of the body goes out before the connection is cut.
    pauses: u8,
}

impl Sent {
    /// The body of a response. Where the header says another length than the body has, what is missing is not made up for: the
    /// connection is cut; where it says none, the body is sent in chunks.
    pub(super) fn of(mut response: Response<Bytes>) -> Response<Self> {
        let length = u64::try_from(response.body().len()).unwrap_or(u64::MAX);
        let said = response.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        let agrees = said.unwrap_or(if response.body().is_empty() { 0 } else { u64::MAX }) == length;
        let hint = if agrees { SizeHint::with_exact(length) } else { SizeHint::default() };
        let pauses = if agrees { 0 } else { 2 };
        let drip = response.extensions_mut().remove();
        let some = |bytes: Bytes| Some(bytes).filter(|bytes| !bytes.is_empty());
        response.map(|bytes| Self { bytes: some(bytes), hint, drip, sleep: None, pauses })
    }

    /// Takes the next piece. A pause begins if more are to come.
    fn take(&mut self) -> Option<Bytes> {
        let mut bytes = self.bytes.take()?;
        if let Some(drip) = self.drip.filter(|drip| drip.bytes < bytes.len()) {
            self.bytes = Some(bytes.split_off(drip.bytes));
            self.sleep = Some(Box::pin(sleep(drip.pause)));
        }
        Some(bytes)
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(sleep) = &mut self.sleep {
            ready!(sleep.as_mut().poll(context));
            self.sleep = None;
        }
        if let Some(bytes) = self.take() {
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http_body_util::BodyExt as _;
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_body_can_be_sent_drip_by_drip() {
        let mut response = Response::new(Bytes::from_static(b"abcdefg"));
        response.extensions_mut().insert(Drip { bytes: 3, pause: Duration::from_secs(2) });
        let begin = Instant::now();
        let mut body = Sent::of(response).into_body();
        let mut pieces = Vec::new();
        while let Some(Ok(frame)) = body.frame().await {
            pieces.push((frame.into_data().expect("data"), begin.elapsed().as_secs()));
        }
        let expected = [(&b"abc"[..], 0), (b"def", 2), (b"g", 4)];
        assert_eq!(pieces, expected.map(|(bytes, seconds)| (Bytes::from_static(bytes), seconds)));
    }
}
