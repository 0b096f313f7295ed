//! A request of a batch, whatever its type, and who waits for its response.

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;
use ucwa::general::BatchPostError;
use ucwa::http::header::ACCEPT;
use ucwa::http::{Method, Request, Response};
use ucwa::{Format, OperationRequest};

use crate::application::Application;
use crate::error::{Error, RefusedError, TransportFailure};
use crate::retry::{Safety, may_repeat};
use crate::session::is_token_refused;
use crate::transport::{BoxError, TransportError};

/// What a request of a batch came to.
pub(super) type Answer<R> = Result<<R as OperationRequest>::Response, Error<<R as OperationRequest>::Error>>;

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

    /// Reads the response. Gives the request back if it has to be sent again.
    fn settle(self: Box<Self>, response: Response<Vec<u8>>) -> Option<Box<dyn BatchedRequest>>;

    /// Takes note that the batch has no response to the request that can be read. Gives the request back if it can be sent again.
    fn miss(self: Box<Self>, why: BoxError) -> Option<Box<dyn BatchedRequest>>;

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

    fn settle(self: Box<Self>, response: Response<Vec<u8>>) -> Option<Box<dyn BatchedRequest>> {
        let is_token_refused = is_token_refused(&response);
        match self.request.read(response).map_err(Error::from) {
            Err(error) if is_token_refused || may_repeat(&error, self.safety()) => Some(self),
            answer => {
                self.answer(answer);
                None
            }
        }
    }

    fn miss(self: Box<Self>, why: BoxError) -> Option<Box<dyn BatchedRequest>> {
        if self.safety() == Safety::Idempotent {
            return Some(self);
        }
        let error = TransportError::Broken(why);
        let error = match self.request.url() {
            Ok(url) => Error::Transport(TransportFailure::new(R::operation(), url.as_str(), 1, error)),
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
            let Self { request, answer } = *self;
            // Those who dropped their handle do not wait.
            let _ = answer.send(application.send(request).await);
        })
    }
}
