//! Accepts an invitation to a conversation and sends a message.

use ucwa::Body;
use ucwa::communication::{MessagingInvitation, SendMessageInput};
use ucwa::prelude::*;
use ucwa_examples::{AnyError, Session, println};
use ucwa_simulator::Simulator;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let simulator = Simulator::new(1);
    let (session, application) = Session::start(&simulator, "ada@contoso.com").await?;
    session.make_available(&application).await?;
    let conversation = simulator.send_message("ben@contoso.com", "ada@contoso.com", "Lunch?")?;

    // The event channel brings the invitation.
    let get = application.events().required()?.get();
    let events = get.read(session.send(&get).await?)?;
    let mut invitations = events.events().filter_map(|(_, event)| event.about::<MessagingInvitation>()?.resource());
    let invitation = invitations.next().ok_or("there is no invitation")?;
    let accept = invitation.accept().required()?.post();
    accept.read(session.send(&accept).await?)?;

    let get = invitation.messaging().required()?.get();
    let messaging = get.read(session.send(&get).await?)?;

    // `new` takes what the operation requires. Documented limits are checked before anything is sent.
    let input = SendMessageInput::new("7d1e", Body::plain_text("At noon"));
    let send = messaging.send_message().required()?.post_with(input);
    let message = send.read(session.send(&send).await?)?;
    // Events about the message have the same `operationId`.
    println!("started: {}, operation {:?}", message.link.is_some(), send.operation_id());
    for (sender, text) in simulator.messages(&conversation)? {
        println!("{sender}: {text}");
    }
    Ok(())
}
