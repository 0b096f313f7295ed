//! Records what a client sends and receives as HAR 1.2, without its secrets. `ucwa-inspect` reads such files.

use bytes::Bytes;
use clap::Args;
use tokio::sync::mpsc::unbounded_channel;
use ucwa::http::header::{CONTENT_TYPE, HeaderMap};
use ucwa::serde_json::{Value as Json, json};
use ucwa::time::{OffsetDateTime, format_description::well_known::Rfc3339};
use ucwa_examples::{AnyError, Exchange, Scene, Start, Tap};
use ucwa_runtime::secret::{redact_text, redact_url};

#[derive(Args)]
struct Arguments {
    /// The file to write
    file: std::path::PathBuf,
}

/// The media type of a body, the only header that is recorded: others have tokens and cookies.
fn media_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// A request and its response as an entry. Passwords and tokens are masked by their names, in addresses, forms and documents.
fn entry(Exchange { sent, time, request, response }: Exchange) -> Json {
    let text = |body: &Bytes| redact_text(&String::from_utf8_lossy(body)).into_owned();
    let (given, time) = (media_type(response.headers()), time.as_secs_f64() * 1000.0);
    json!({
        "startedDateTime": OffsetDateTime::from(sent).format(&Rfc3339).unwrap_or_default(),
        "time": time, "cache": {}, "timings": { "send": 0, "wait": time, "receive": 0 },
        "request": {
            "method": request.method().as_str(), "url": redact_url(&request.uri().to_string()), "httpVersion": "HTTP/1.1",
            "headers": [], "cookies": [], "queryString": [], "headersSize": -1, "bodySize": request.body().len(),
            "postData": { "mimeType": media_type(request.headers()), "params": [], "text": text(request.body()) },
        },
        "response": {
            "status": response.status().as_u16(), "statusText": "", "httpVersion": "HTTP/1.1",
            "headers": [], "cookies": [], "redirectURL": "", "headersSize": -1, "bodySize": response.body().len(),
            "content": { "size": response.body().len(), "mimeType": given, "text": text(response.body()) },
        },
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let (start, Arguments { file }) = Start::parse_with();
    let mut output = std::fs::File::create(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut connection = start.connect(Scene::Presence).await?;
    let (sender, mut recorded) = unbounded_channel();
    connection.transport = connection.transport.layer(Tap(move |exchange| drop(sender.send(entry(exchange)))));
    let application = connection.application().await?;
    let contacts = application.contact_list().contacts().await?;
    let _board = application.presence()?.follow_contacts(&contacts);
    application.events()?.run().await;
    application.end().await?;
    let entries: Vec<_> = std::iter::from_fn(|| recorded.try_recv().ok()).collect();
    let creator = json!({ "name": "record-traffic", "version": "1.0" });
    let log = json!({ "log": { "version": "1.2", "creator": creator, "entries": entries } });
    Ok(std::io::Write::write_all(&mut output, log.to_string().as_bytes())?)
}
