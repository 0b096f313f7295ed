//! Shows a session in XML as it goes over the wire, without its secrets: what does this server really send?

use bytes::Bytes;
use ucwa::Format;
use ucwa::http::header::{CONTENT_TYPE, HeaderMap};
use ucwa_examples::{AnyError, Exchange, Scene, Start, Tap, println};
use ucwa_runtime::secret::{redact_text, redact_url};

/// A body, unless it is something else than XML, such as a form with a password.
fn document<'a>(headers: &HeaderMap, body: &'a Bytes) -> Option<&'a str> {
    let media_type = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    std::str::from_utf8(body).ok().filter(|text| media_type.contains("xml") && !text.is_empty())
}

/// Prints a request and its response.
fn show(Exchange { request, response, .. }: Exchange) {
    println!("> {} {}", request.method(), redact_url(&request.uri().to_string()));
    if let Some(sent) = document(request.headers(), request.body()) {
        println!("{}", redact_text(sent));
    }
    println!("< {}", response.status());
    if let Some(received) = document(response.headers(), response.body()) {
        println!("{}", redact_text(received));
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let mut connection = Start::parse().connect(Scene::Presence).await?;
    connection.settings.format = Format::Xml;
    connection.transport = connection.transport.layer(Tap(show));
    let application = connection.application().await?;
    let contacts = application.contact_list().contacts().await?;
    application.contact_list().groups().await?;
    application.meetings().defaults().await?;
    // From here on, everything that happens to the contacts.
    let _board = application.presence()?.follow_contacts(&contacts);
    application.events()?.run().await;
    Ok(application.end().await?)
}
