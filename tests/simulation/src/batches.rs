//! The batches of a user's program, and whether each request in them gets its own response.

use ucwa::communication::StartMessagingInput;
use ucwa::me::{Me, NoteInput};
use ucwa::{Conditions, Fetched, GetRequest, Link, Representation};
use ucwa_client::{Application, Batch, BatchResponse, Error, RefusedError};

use crate::address::path_of;
use crate::user::User;

/// Of so many requests for the user's own resource, one goes to a resource that does not exist.
const WRONG: usize = 7;

/// A request of a batch that reads a resource.
struct Read<T: ucwa::Get> {
    href: String,
    is_wrong: bool,
    response: BatchResponse<GetRequest<T>>,
}

/// Sends a batch that reads resources, sets a note, and invites another user.
pub(crate) async fn send(
    user: &User,
    application: &Application,
    to: usize,
    reads: usize,
    operation: String,
) -> Result<(), Error> {
    let me = application.me().await?;
    let (Some(own), Some(people)) = (me.link(), application.people().await?.link()) else { return Ok(()) };
    let mut batch = application.batch();
    let first: Vec<_> = (0..reads / 2).map(|number| read(&mut batch, &own, number)).collect();
    let mut note = NoteInput::new();
    note.message = Some(format!("note of {operation}"));
    let note = me.note().link().map(|link| batch.add(link.post_with(note)));
    let second: Vec<_> = (reads / 2..reads).map(|number| read(&mut batch, &own, number)).collect();
    let mut input = StartMessagingInput::new(format!("sip:{}", user.world.accounts[to].address));
    input.operation_id = Some(operation);
    let start = application.communication().await?.start_messaging().link();
    let start = start.map(|link| batch.add(link.post_with(input)));
    let href = people.href().to_owned();
    let people = batch.add(people.get());
    batch.send().await;
    for read in first.into_iter().chain(second) {
        check(user, &read.href, read.is_wrong, read.response.await);
    }
    check(user, &href, false, people.await);
    if let Some(note) = note {
        note_error(user, note.await);
    }
    if let Some(start) = start {
        note_error(user, start.await.map(drop));
    }
    Ok(())
}

/// Adds a request that reads the user's own resource, or another that does not exist.
fn read(batch: &mut Batch, own: &Link<Me>, number: usize) -> Read<Me> {
    let is_wrong = number % WRONG == WRONG / 2;
    let mut link = own.clone();
    if is_wrong && let Ok(url) = own.url() {
        link = Link::new(format!("{}9", own.href())).based_on(url);
    }
    Read { href: link.href().to_owned(), is_wrong, response: batch.add(link.get()) }
}

/// Looks whether a response is that of its request.
fn check<T: Representation, C: Conditions>(
    user: &User,
    href: &str,
    is_wrong: bool,
    result: Result<Fetched<T>, Error<C>>,
) {
    let found = match &result {
        Ok(_) if is_wrong => Some("a resource that does not exist".to_owned()),
        Ok(resource) => resource.link().map(|link| link.href().to_owned()),
        // Where all of a batch failed, it is the batch that the error names.
        Err(error) => error.url().filter(|url| !url.ends_with("/batch")).map(str::to_owned),
    };
    if let Some(found) = found
        && path_of(&found) != path_of(href)
    {
        user.world.record.violate(user.index, format!("the response to {href} in a batch is that of {found}"));
    }
    note_error(user, result.map(drop));
}

/// Looks whether a request of a batch was forgotten.
fn note_error<C: Conditions>(user: &User, result: Result<(), Error<C>>) {
    let Err(error) = result else { return };
    // No user gives up while a batch is on its way.
    let is_dropped = error.is_transport() && error.to_string().contains("the batch was dropped");
    if is_dropped || matches!(error, Error::Refused(RefusedError::BatchNotSent)) {
        user.world.record.violate(user.index, "a request of a batch was forgotten".into());
    }
    user.note_shown(format_args!("fails in a batch: {error}; {error:?}"));
}
