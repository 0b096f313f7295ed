//! A request of a batch, whatever its type, and who waits for its response.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;
use ucwa::general::BatchPostError;
use ucwa::http::header::ACCEPT;
use ucwa::http::{Method, Request, Response};
use ucwa::{Format, OperationRequest};

use crate::application::Application;
use crate::counting::record_repetition;
use crate::error::{Error, RefusedError, TransportFailure};
use crate::request::Safety;
use crate::session::{Client, is_token_refused};
use crate::transport::{BoxError, TransportError};

/// What a request of a batch came to.
pub(super) type Answer<R> = Result<<R as OperationRequest>::Response, Error<<R as OperationRequest>::Error>>;

/// Where a request was sent to, once it was.
pub(super) type SentTo = Arc<OnceLock<String>>;

/// A request that is sent again, and after how long.
pub(super) type Again = (Box<dyn BatchedRequest>, Duration);

/// How a request can be sent.
pub(super) enum Way {
    /// In a batch.
    Batched(Request<Vec<u8>>),
    /// By itself, as batches do not take it.
    Alone,
    /// Not at all.
    Refused(RefusedError),
}

/// A request of a batch, whatever its type.
pub(super) trait BatchedRequest: Send + Sync {
    /// Decides how the request is sent.
    fn way(&self, format: Format) -> Way;

    /// Whether executing the request twice does harm.
    fn safety(&self) -> Safety;

    /// Takes note that the request is sent now.
    fn begin(&self);

    /// Reads the response. Gives the request back if it has to be sent again.
    fn settle(self: Box<Self>, response: Response<Vec<u8>>, client: &Client) -> Option<Again>;

    /// Takes note that the batch has no response to the request that can be read. Gives the request back if it can be sent again.
    fn miss(self: Box<Self>, why: BoxError) -> Option<Again>;

    /// Takes note of why the batch failed.
    fn fail(self: Box<Self>, error: &Error<BatchPostError>);

    /// Takes note of why the request is not sent.
    fn refuse(self: Box<Self>, error: RefusedError);

    /// Sends the request by itself.
    fn send_alone(self: Box<Self>, application: &Application) -> BoxFuture<'_, ()>;
}

/// A request of a known type, and who waits for its response.
pub(super) struct Typed<R: OperationRequest> {
    pub(super) request: R,
    pub(super) answer: oneshot::Sender<Answer<R>>,
    pub(super) sent_to: SentTo,
}

/// The error of a request that was sent, and whose response is missing.
pub(super) fn broken<R: OperationRequest>(url: &str, why: BoxError) -> Error<R::Error> {
    Error::Transport(TransportFailure::new(R::operation(), url, 1, TransportError::Broken(why)))
}

impl<R: OperationRequest> Typed<R> {
    /// Tells whoever waits. Those who dropped their handle do not.
    fn answer(self, answer: Answer<R>) {
        let _ = self.answer.send(answer);
    }
}

impl<R: OperationRequest + 'static> BatchedRequest for Typed<R> {
    fn way(&self, format: Format) -> Way {
        let request = match self.request.to_http(format) {
            Ok(request) => request,
            Err(error) => return Way::Refused(error.into()),
        };
        let is_batch = request.uri().path().ends_with("/batch") && R::METHOD == Method::POST;
        if is_batch || self.request.is_long_poll() {
            return Way::Refused(RefusedError::NotInBatch { operation: R::operation() });
        }
        let accepted = request.headers().get(ACCEPT).and_then(|accepted| accepted.to_str().ok());
        let is_document = accepted.and_then(Format::of_media_type).is_some();
        if is_document { Way::Batched(request) } else { Way::Alone }
    }

    fn safety(&self) -> Safety {
        Safety::of(&self.request)
    }

    fn begin(&self) {
        self.sent_to.get_or_init(|| self.request.url().map(|url| url.to_string()).unwrap_or_default());
    }

    fn settle(self: Box<Self>, response: Response<Vec<u8>>, client: &Client) -> Option<Again> {
        if is_token_refused(&response) {
            return Some((self, Duration::ZERO));
        }
        let answer = self.request.read(response).map_err(Error::from);
        let delay = answer.as_ref().err().and_then(|error| client.delay(error, 1, self.safety()));
        if let Some(delay) = delay {
            record_repetition::<R>();
            return Some((self, delay));
        }
        self.answer(answer);
        None
    }

    fn miss(self: Box<Self>, why: BoxError) -> Option<Again> {
        if self.safety() == Safety::Idempotent {
            record_repetition::<R>();
            return Some((self, Duration::ZERO));
        }
        let error = match self.request.url() {
            Ok(url) => broken::<R>(url.as_str(), why),
            Err(error) => Error::Refused(error.into()),
        };
        self.answer(Err(error));
        None
    }

    fn fail(self: Box<Self>, error: &Error<BatchPostError>) {
        self.answer(Err(error.for_operation(R::operation())));
    }

    fn refuse(self: Box<Self>, error: RefusedError) {
        self.answer(Err(error.into()));
    }

    fn send_alone(self: Box<Self>, application: &Application) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            self.begin();
            let Self { request, answer, .. } = *self;
            // Those who dropped their handle do not wait.
            let _ = answer.send(application.send(request).await);
        })
    }
}
