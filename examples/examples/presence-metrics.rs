//! Serves the presence of all contacts to Prometheus, at `/metrics`.

use std::{fmt::Write as _, net::SocketAddr, sync::Arc, time::Duration};

use clap::Args;
use http_body_util::Full;
use hyper::{Request, Response, body::Bytes, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, time::sleep};
use ucwa_client::presence::{Followed, Standing};
use ucwa_examples::{AnyError, Scene, Start, println};

#[derive(Args)]
struct Arguments {
    #[arg(long, default_value = "127.0.0.1:9464", help = "Where to listen; port 0 is any that is free")]
    listen: SocketAddr,
}

/// What is known, in the text format of Prometheus.
fn metrics(board: &Followed) -> String {
    let mut availability = String::from("# TYPE ucwa_contact_availability gauge\n");
    let mut is_current = String::from("# TYPE ucwa_contact_is_current gauge\n");
    for contact in board.contacts() {
        let address = contact.address.as_str().replace(['"', '\\', '\n'], "_");
        if let Some(value) = contact.presence.as_ref().and_then(|presence| presence.availability.clone()) {
            let _ =
                writeln!(availability, "ucwa_contact_availability{{contact=\"{address}\",availability=\"{value}\"}} 1");
        }
        let value = u8::from(matches!(contact.standing, Standing::Current));
        let _ = writeln!(is_current, "ucwa_contact_is_current{{contact=\"{address}\"}} {value}");
    }
    availability + &is_current
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let (start, Arguments { listen }) = Start::parse_with();
    let application = start.connect(Scene::Presence).await?.application().await?;
    let board = Arc::new(application.presence()?.follow_contacts(&application.contact_list().contacts().await?));
    let mut reader = tokio::spawn(application.events()?.run());
    let listener = TcpListener::bind(listen).await?;
    println!("http://{}/metrics", listener.local_addr()?);
    let end = loop {
        let board = Arc::clone(&board);
        let accepted = tokio::select! { accepted = listener.accept() => accepted, end = &mut reader => break end? };
        let Ok((stream, _)) = accepted else {
            sleep(Duration::from_secs(1)).await;
            continue;
        };
        let service = service_fn(move |request: Request<_>| {
            let is_found = request.uri().path() == "/metrics";
            let (status, text) = if is_found { (200, metrics(&board)) } else { (404, "See /metrics\n".into()) };
            async move { Response::builder().status(status).body(Full::<Bytes>::from(text)) }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    };
    eprintln!("there are no more events: {end}");
    Ok(application.end().await?)
}
