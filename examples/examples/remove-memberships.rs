//! Subscribes to the presence of two contacts and removes them from the subscription with DELETE.

use ucwa::people::PresenceSubscriptionsInput;
use ucwa::prelude::*;
use ucwa_examples::{AnyError, Session, println};
use ucwa_simulator::Simulator;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let simulator = Simulator::new(1);
    let (session, application) = Session::start(&simulator, "ada@contoso.com").await?;
    let people = application.people().embedded().ok_or("the application embeds no `people`")?;

    let contacts = ["sip:ben@contoso.com", "sip:cho@contoso.com"];
    let input = PresenceSubscriptionsInput::new(30, contacts);
    let subscribe = people.presence_subscriptions().required()?.post_with(input);
    subscribe.read(session.send(&subscribe).await?)?;

    let get = people.presence_subscription_memberships().required()?.get();
    let memberships = get.read(session.send(&get).await?)?;
    println!("memberships: {}", memberships.presence_subscription_membership().len());
    for membership in memberships.presence_subscription_membership().links() {
        let delete = membership.delete();
        delete.read(session.send(&delete).await?)?;
    }

    let memberships = get.read(session.send(&get).await?)?;
    println!("memberships: {}", memberships.presence_subscription_membership().len());
    Ok(())
}
