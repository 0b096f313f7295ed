//! Starts a conversation with the client, which signs in and sends requests by itself.

use ucwa::communication::StartMessagingInput;
use ucwa::me::MakeMeAvailableInput;
use ucwa_client::{ApplicationSettings, Client};
use ucwa_examples::{AnyError, Scene, Start, println};

async fn start(client: &Client) -> Result<(), AnyError> {
    let application = client.create_application(ApplicationSettings::new("Example/1.0")).await?;
    application.make_me_available(MakeMeAvailableInput::new()).await?;
    let communication = application.communication().await?;
    let input = StartMessagingInput::new("sip:ben@contoso.com").subject("Lunch").operation_id("7d1e");
    let started = client.send(communication.start_messaging().required()?.post_with(input)).await?;
    println!("started: {}", started.link.is_some());
    Ok(application.close().await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let client = Start::parse().connect(Scene::Quiet).await?.sign_in().await?;
    start(&client).await
}
