//! Starts a conversation with the client, which signs in and sends requests by itself.

use ucwa::communication::StartMessagingInput;
use ucwa::me::MakeMeAvailableInput;
use ucwa_client::{ApplicationSettings, Client, Password, Settings, Transport};
use ucwa_examples::AnyError;
use ucwa_simulator::Simulator;

async fn start(client: &Client) -> Result<(), AnyError> {
    let application = client.create_application(ApplicationSettings::new("Example/1.0")).await?;
    application.make_me_available(MakeMeAvailableInput::new()).await?;
    let communication = application.communication().await?;
    let input = StartMessagingInput::new("sip:ben@contoso.com").subject("Lunch").operation_id("7d1e");
    let started = client.send(communication.start_messaging().required()?.post_with(input)).await?;
    println!("started: {}", started.link.is_some());
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    // With a real server: `Client::sign_in("ada@contoso.com", Password::new("secret"))`.
    let transport = Transport::new(Simulator::new(1));
    let password = Password::new("ada-4890");
    let client = Client::sign_in_with(transport, Settings::default(), "ada@contoso.com", password).await?;
    start(&client).await
}
