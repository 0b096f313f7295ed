//! Reads the contacts of a user and follows links to their presence.

use ucwa::enumerations::Availability;
use ucwa::prelude::*;
use ucwa_examples::{AnyError, Session, println};
use ucwa_simulator::Simulator;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let simulator = Simulator::new(1);
    let (ben, application) = Session::start(&simulator, "ben@contoso.com").await?;
    ben.make_available(&application).await?;
    simulator.set_presence("ben@contoso.com", "Away")?;
    let (session, application) = Session::start(&simulator, "ada@contoso.com").await?;

    // The server may link a resource, embed it, or both. `embedded` and `required` tell the two apart.
    let people = application.people().embedded().ok_or("the application embeds no `people`")?;
    let get = people.my_contacts().required()?.get();
    let contacts = get.read(session.send(&get).await?)?;

    for contact in contacts.contact().embedded() {
        let get = contact.contact_presence().required()?.get();
        let presence = get.read(session.send(&get).await?)?;
        let name = contact.name.as_deref().unwrap_or("somebody");
        match &presence.availability {
            Some(Availability::Away) => println!("{name} is away"),
            // A value that the reference does not list is kept, and prints as the server sent it.
            Some(other) => println!("{name}: {other}"),
            None => println!("{name}: the server sent no availability"),
        }
    }
    Ok(())
}
