//! Sends a request with a real HTTP client, to a simulated server on a port of this machine.

use reqwest::Client;
use tokio::net::TcpListener;
use ucwa::prelude::*;
use ucwa::{ResponseUrl, http};
use ucwa_examples::{AnyError, create_application, println};
use ucwa_simulator::{Options, Simulator, Topology, serve};

/// Sends a request and returns the response. This is all that the bindings need from an HTTP client.
async fn send(client: &Client, request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, reqwest::Error> {
    let received = client.execute(request.try_into()?).await?;
    let mut response = http::Response::new(Vec::new());
    *response.status_mut() = received.status();
    *response.headers_mut() = received.headers().clone();
    // Relative links are resolved against the last address, which differs after a redirect.
    response.extensions_mut().insert(ResponseUrl(received.url().clone()));
    *response.body_mut() = received.bytes().await?.into();
    Ok(response)
}

/// Creates an application on the server that listens on a port.
async fn create(port: u16, token: &str) -> Result<(), AnyError> {
    let create = create_application(&format!("http://127.0.0.1:{port}/ucwa/oauth/v1/applications"));
    let mut request = create.to_http(Format::Json)?;
    request.headers_mut().insert("Authorization", format!("Bearer {token}").parse()?);
    // Only needed because this workspace builds reqwest with the feature `rustls-no-provider`.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().build()?;
    let application = create.read(send(&client, request).await?)?;
    println!("created for {:?}", application.user_agent);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let simulator =
        Simulator::with_options(Options { topology: Topology::local("contoso.com", "http", port), ..Options::new(1) });
    let token = simulator.issue_token("ada@contoso.com")?;
    let mut outcome = Ok(());
    serve(simulator, listener, async { outcome = create(port, &token).await }).await;
    outcome
}
