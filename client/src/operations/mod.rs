//! Operations that go on after the response: from the POST that starts one to its typed outcome.
//!
//! # How events reach a handle
//!
//! An application has one event channel, and each response of it must be received once and in order. So all events pass through
//! one place, the state machine behind [`Events`](crate::Events), and the stream that the program reads drives it. An
//! [`Operation`] is registered there before its request is sent, and is told of its events by their `operationId` when a response
//! arrives, before the program receives them. The program still receives all events.
//!
//! There is no task behind this, no second poll, and no queue that grows: a handle keeps its latest 16 events, and nobody who is slow
//! holds up a handle or the stream. In return, a program that waits for an operation has to read the events meanwhile:
//! in a loop of its own, or by [`Events::read_during`](crate::Events::read_during). Where nobody reads them for five minutes, the outcome is
//! [`NotRead`](UnknownOutcome::NotRead): a program that waits for an operation in the loop that reads the events is told so.

mod outcome;
mod registry;
mod slot;

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use ucwa::{
    Conditions, Fetched, GenericError, Link, OperationRequest as _, OperationStatus, Post, PostRequest, Representation,
    Resource, Started, StartsOperation,
};

pub use outcome::{FailedOperation, OperationEvent, OperationFailure};

use self::registry::{Operations, Registration};
use self::slot::{End, Timer};
use crate::application::Application;
use crate::error::{Error, UnknownOutcome};
use crate::request::may_have_run;

/// How an operation ended: with the `completed` event, or with the reason for which it did not succeed.
pub type Outcome<T> = Result<OperationEvent<T>, OperationFailure<T>>;

/// The response to a POST that starts an operation.
pub trait OperationResponse<T> {
    /// The link to the resource of the operation, if the response has one.
    fn operation(&self) -> Option<Link<T>>;
}

impl<T: Representation> OperationResponse<T> for Started<T> {
    fn operation(&self) -> Option<Link<T>> {
        self.link.clone()
    }
}

impl<T: Representation> OperationResponse<T> for Fetched<T> {
    fn operation(&self) -> Option<Link<T>> {
        self.link()
    }
}

/// An operation that was started, whose resource is a `T`, such as an invitation.
///
/// It is a [`Stream`] of its progress, and awaiting it gives its [`Outcome`]. Somebody has to read the [`Events`](crate::Events) of
/// the application meanwhile, as all events pass through there:
///
/// ```no_run
/// use ucwa::communication::StartMessagingInput;
/// use ucwa_client::{Application, OperationFailure};
///
/// # async fn program(application: Application) -> Result<(), Box<dyn std::error::Error>> {
/// let mut events = application.events()?;
/// let start = application.communication().await?.start_messaging().required()?;
/// let invitation = application.start(start.post_with(StartMessagingInput::new("sip:ben@contoso.com"))).await?;
/// match events.read_during(invitation, |item| println!("{item:?}")).await {
///     Ok(completed) => println!("connected: {:?}", completed.resource()),
///     Err(OperationFailure::Failed(failed)) => println!("{failed}: {:?}", failed.reason()),
///     Err(unknown) => println!("{unknown}"),
/// }
/// # Ok(())
/// # }
/// ```
///
/// Dropping it does not cancel the operation, which many resources have a link for. Events about it still reach the program.
#[must_use = "an operation goes on if its handle is dropped, but nothing tells how it ended"]
pub struct Operation<T> {
    registration: Registration,
    timer: Timer,
    is_confirmed: bool,
    resource: PhantomData<fn() -> T>,
}

impl Application {
    /// Starts an operation, and returns a handle by which the program waits for it.
    ///
    /// Where the request has no `operationId`, it gets one. Where its response is lost, so that nobody knows if the server executed it,
    /// there is a handle all the same: an event about the operation shows that it was executed. Where none comes within a minute,
    /// the outcome is [`NoResponse`](UnknownOutcome::NoResponse). The request is not repeated in that case.
    ///
    /// # Errors
    ///
    /// Fails with [`OperationIdInUse`](crate::RefusedError::OperationIdInUse) if an operation with the same `operationId` has not
    /// ended, and as [`send`](Self::send) does where the server has certainly not started the operation.
    pub async fn start<T>(
        &self,
        mut post: PostRequest<T>,
    ) -> Result<Operation<<T::Input as StartsOperation>::Operation>, Error<T::Error>>
    where
        T: Post,
        T::Input: StartsOperation,
        T::Response: OperationResponse<<T::Input as StartsOperation>::Operation>,
        T::Error: Conditions<Generic = GenericError>,
    {
        let id = post.operation_id().map_or_else(|| self.client().new_id(), str::to_owned);
        post.input.set_operation_id(id.clone());
        let registration = Operations::of(self).register(&id)?;
        let is_confirmed = match self.send(post).await {
            Ok(response) => {
                let link = response.operation();
                link.and_then(|link| link.url().ok()).iter().for_each(|url| registration.locate(url));
                true
            }
            // Closed in the meantime: the handle knows that nobody waits for the events any more.
            Err(error) if error.is_closed() => false,
            Err(error) if may_have_run(&error) => {
                registration.slot.doubt(UnknownOutcome::NoResponse(Box::new(error.into_general())));
                false
            }
            Err(error) => return Err(error),
        };
        Ok(Operation { registration, timer: None, is_confirmed, resource: PhantomData })
    }
}

impl<T: Resource> Operation<T> {
    /// The `operationId`, which all events about the operation repeat.
    pub fn id(&self) -> &str {
        &self.registration.id
    }

    /// Whether the server responded that it started the operation. Where the response was lost, events have to show it.
    pub fn is_confirmed(&self) -> bool {
        self.is_confirmed
    }

    /// The link to the resource of the operation: from the response, or from the first event. `None` before both.
    pub fn link(&self) -> Option<Link<T>> {
        Some(Link::new(self.registration.slot.url()?.as_str()))
    }

    /// The next event before the operation ends: that it started, or how far it is. Servers may skip both. `None` once it has ended.
    ///
    /// The latest 16 events are kept. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<OperationEvent<T>> {
        std::future::poll_fn(|context| self.poll_progress(context)).await
    }

    /// Waits until the operation has ended, and keeps its progress and its outcome for later. Dropping the future loses nothing.
    pub async fn ended(&mut self) {
        let Self { registration, timer, .. } = self;
        std::future::poll_fn(|context| registration.slot.poll_ended(timer, context)).await;
    }

    /// The event by which the operation has ended, if one has.
    pub(crate) fn completed(&self) -> Option<OperationEvent<T>> {
        self.registration.slot.completed().map(OperationEvent::new)
    }

    /// Waits until the operation has ended, and returns how. Progress that was not read is dropped.
    ///
    /// # Errors
    ///
    /// Fails if the operation did, and if its outcome cannot be known.
    pub async fn outcome(mut self) -> Outcome<T> {
        let Self { registration, timer, .. } = &mut self;
        match std::future::poll_fn(|context| registration.slot.poll_end(timer, context)).await {
            End::Unknown(cause) => Err(OperationFailure::Unknown(cause)),
            End::Completed(event) => {
                let is_success = match &event.status {
                    Some(status) => *status == OperationStatus::Success,
                    None => event.reason.is_none(),
                };
                let event = OperationEvent::new(*event);
                if is_success { Ok(event) } else { Err(OperationFailure::Failed(FailedOperation::new(event))) }
            }
        }
    }

    fn poll_progress(&mut self, context: &mut Context<'_>) -> Poll<Option<OperationEvent<T>>> {
        let event = self.registration.slot.poll_progress(&mut self.timer, context);
        event.map(|event| event.map(OperationEvent::new))
    }
}

impl<T: Resource> Stream for Operation<T> {
    type Item = OperationEvent<T>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<OperationEvent<T>>> {
        self.get_mut().poll_progress(context)
    }
}

impl<T: Resource> IntoFuture for Operation<T> {
    type Output = Outcome<T>;
    type IntoFuture = Pin<Box<dyn Future<Output = Outcome<T>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.outcome())
    }
}

impl<T> fmt::Debug for Operation<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").field("id", &self.registration.id).finish_non_exhaustive()
    }
}
