//! Creates the same group twice and matches the error of the second request.

use ucwa::people::{MyGroups2Input, MyGroups2PostError};
use ucwa::prelude::*;
use ucwa_examples::{AnyError, Session, println};
use ucwa_simulator::Simulator;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let simulator = Simulator::new(1);
    let (session, application) = Session::start(&simulator, "ada@contoso.com").await?;
    let people = application.people().embedded().ok_or("the application embeds no `people`")?;

    // The type of a link is the first revision of a resource; groups are created in the second one.
    let groups = people.my_groups().required()?.later().ok_or("the server has no second revision of `myGroups`")?;
    for _ in 0..2 {
        let create = groups.post_with(MyGroups2Input::new("Friends"));
        match create.read(session.send(&create).await?) {
            Ok(()) => println!("created"),
            // Each operation has an enum of its documented errors.
            Err(error) if error.is(MyGroups2PostError::AlreadyExists) => println!("exists already: {error}"),
            Err(error) if error.is_retryable() => println!("try again in {:?}", error.retry_after()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
