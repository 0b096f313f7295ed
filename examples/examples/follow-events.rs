//! Follows the event channel until the presence of a contact has changed.

use ucwa::events::Documented;
use ucwa::people::PresenceSubscriptionsInput;
use ucwa::prelude::*;
use ucwa_examples::{AnyError, Session, println};
use ucwa_simulator::Simulator;

// The clock is paused: it jumps ahead whenever the program waits, so that the example takes no time.
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), AnyError> {
    let simulator = Simulator::new(1);
    let (session, application) = Session::start(&simulator, "ada@contoso.com").await?;
    let people = application.people().embedded().ok_or("the application embeds no `people`")?;
    let input = PresenceSubscriptionsInput::new(30, ["sip:ben@contoso.com"]);
    let subscribe = people.presence_subscriptions().required()?.post_with(input);
    subscribe.read(session.send(&subscribe).await?)?;
    let (ben, application_of_ben) = Session::start(&simulator, "ben@contoso.com").await?;
    ben.make_available(&application_of_ben).await?;
    simulator.set_presence("ben@contoso.com", "Busy")?;

    let mut channel = application.events().required()?;
    loop {
        let get = channel.get();
        let document = get.read(session.send(&get).await?)?;
        for (_, event) in document.events() {
            match event.documented() {
                Documented::ContactPresenceUpdated(event) => {
                    // The server may send the resource along. Here it sends only the link.
                    let get = event.link().ok_or("the event has no link")?.get();
                    let presence = get.read(session.send(&get).await?)?;
                    println!("presence: {:?}", presence.availability);
                    return Ok(());
                }
                // An event that cannot be read is kept with its text and the reason; the others are read all the same.
                Documented::Unreadable(event) => eprintln!("unreadable: {:?}", event.unreadable),
                _ => println!("ignored: {} {:?}", event.rel(), event.kind),
            }
        }
        // Following the link acknowledges the events of this document.
        channel = document.next_link().ok_or("the response has no link to go on with")?.into_link();
    }
}
