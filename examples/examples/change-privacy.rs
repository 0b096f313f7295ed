//! Changes a privacy relationship with GET and PUT.

use ucwa::enumerations::PrivacyRelationshipLevel;
use ucwa::prelude::*;
use ucwa_examples::{AnyError, Session, println};
use ucwa_simulator::Simulator;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let simulator = Simulator::new(1);
    let (session, application) = Session::start(&simulator, "ada@contoso.com").await?;
    let people = application.people().embedded().ok_or("the application embeds no `people`")?;
    let get = people.my_contacts().required()?.get();
    let contacts = get.read(session.send(&get).await?)?;
    let contact = contacts.contact().embedded().next().ok_or("the user has no contacts")?;

    // A PUT exists only on what a GET returned: it sends the ETag and every property, known or not.
    let link = contact.contact_privacy_relationship().required()?.later().ok_or("the server has no second revision")?;
    let get = link.get();
    let mut relationship = get.read(session.send(&get).await?)?;
    println!("before: {:?}", relationship.relationship_level);
    relationship.relationship_level = Some(PrivacyRelationshipLevel::Workgroup);
    let put = relationship.put()?;
    put.read(session.send(&put).await?)?;

    let relationship = get.read(session.send(&get).await?)?;
    println!("after: {:?}", relationship.relationship_level);
    Ok(())
}
