//! HAR 1.2: what browsers and proxies export.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;
use ucwa_runtime::secret::{Leaf, visit_json};

use super::error::InputError;
use super::http;
use super::recording::Recording;
use crate::message::{Direction, Message, MessagePlace};

/// Base64 with or without the signs at its end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[derive(Deserialize)]
struct Har {
    log: HarLog,
}

#[derive(Deserialize)]
struct HarLog {
    entries: Vec<Json>,
    #[serde(default, deserialize_with = "or_default")]
    pages: Vec<Json>,
}

#[derive(Deserialize)]
struct HarEntry {
    request: HarRequest,
    response: Option<HarResponse>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest {
    method: String,
    url: String,
    #[serde(default, deserialize_with = "or_default")]
    headers: Vec<HarPair>,
    #[serde(default, deserialize_with = "or_default")]
    cookies: Vec<HarPair>,
    #[serde(default, deserialize_with = "or_default")]
    query_string: Vec<HarPair>,
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct HarResponse {
    #[serde(default)]
    status: Json,
    #[serde(default, deserialize_with = "or_default")]
    headers: Vec<HarPair>,
    #[serde(default, deserialize_with = "or_default")]
    cookies: Vec<HarPair>,
    #[serde(default, rename = "redirectURL", deserialize_with = "or_default")]
    redirect_url: String,
    content: Option<HarContent>,
}

#[derive(Deserialize)]
struct HarPair {
    name: String,
    #[serde(default, deserialize_with = "as_text")]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    mime_type: Option<String>,
    text: Option<String>,
    encoding: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    params: Vec<HarPair>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarContent {
    mime_type: Option<String>,
    text: Option<String>,
    encoding: Option<String>,
}

/// Reads `null`, which some recorders write where there is nothing, as nothing.
fn or_default<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads a value that need not be text.
fn as_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Json::deserialize(deserializer)? {
        Json::Null => String::new(),
        Json::String(text) => text,
        other => other.to_string(),
    })
}

/// The status of a response. Where none came, recorders write 0, -1 or nothing.
fn status(found: &Json) -> Option<u16> {
    let number = found.as_u64().or_else(|| found.as_str()?.parse().ok())?;
    u16::try_from(number).ok().filter(|status| *status > 0)
}

/// Takes the requests and responses out of a HAR file. An entry that is none does not spoil the others.
pub(super) fn read(place: &MessagePlace, document: Json, recording: &mut Recording) {
    let (entries, pages) = match Har::deserialize(document) {
        Ok(har) => (har.log.entries, har.log.pages),
        // What serde says would hold a value, which may be a secret.
        Err(_) => return recording.errors.push(InputError::Har { file: place.file.clone() }),
    };
    if entries.is_empty() {
        recording.errors.push(InputError::NoEntries { file: place.file.clone() });
    }
    let first = recording.messages.len();
    // Titles are often addresses, with what stands in those.
    let mut beside = pages;
    for (index, mut entry) in entries.into_iter().enumerate() {
        let place = place.within(format_args!("entry {}", index + 1));
        if let Ok(read) = HarEntry::deserialize(&entry) {
            read_entry(&place, read, recording);
            // What is learned from the messages. The rest is what tools add, such as frames of web sockets.
            for part in MESSAGES {
                entry[part] = Json::Null;
            }
        } else {
            recording.errors.push(InputError::Entry { place });
        }
        beside.push(entry);
    }
    if let Some(message) = recording.messages.get_mut(first) {
        message.parameters.extend(beside.into_iter().flat_map(parameters));
    }
}

/// The parts of an entry that are messages.
const MESSAGES: [&str; 2] = ["request", "response"];

/// The texts of what no message is made of, those that are secrets with the name of one.
fn parameters(mut document: Json) -> Vec<(String, String)> {
    let mut found = Vec::new();
    visit_json(&mut document, &mut |leaf| match leaf {
        Leaf::Secret(secret) => {
            let text = secret.as_str().map_or_else(|| secret.to_string(), str::to_owned);
            found.push(("secret".to_owned(), text));
        }
        Leaf::Text(text) => found.push((String::new(), text.clone())),
    });
    found
}

fn read_entry(place: &MessagePlace, entry: HarEntry, recording: &mut Recording) {
    let HarEntry { request, response } = entry;
    let mut message = Message::new(place.within("request"), Direction::Request);
    (message.method, message.address) = (Some(request.method.clone()), Some(request.url.clone()));
    message.headers = headers(request.headers);
    message.headers.extend(cookies("Cookie", &request.cookies));
    message.parameters = headers(request.query_string);
    if let Some(PostData { mime_type, text, encoding, params }) = request.post_data {
        set_media_type(&mut message, mime_type);
        let text = text.unwrap_or_else(|| form(&params));
        set_body(&mut message, text, encoding.as_deref(), recording);
        // In the text, they may stand in a form that is not looked into, such as that of uploaded files.
        message.parameters.extend(headers(params));
    }
    recording.messages.push(message);
    let Some(response) = response else { return };
    let mut message = Message::new(place.within("response"), Direction::Response);
    (message.method, message.address) = (Some(request.method), Some(request.url));
    message.status = status(&response.status);
    message.headers = headers(response.headers);
    message.headers.extend(cookies("Set-Cookie", &response.cookies));
    message.parameters.push(("redirectURL".to_owned(), response.redirect_url));
    if let Some(HarContent { mime_type, text, encoding }) = response.content {
        set_media_type(&mut message, mime_type);
        set_body(&mut message, text.unwrap_or_default(), encoding.as_deref(), recording);
    }
    recording.messages.push(message);
}

fn headers(pairs: Vec<HarPair>) -> Vec<(String, String)> {
    pairs.into_iter().map(|pair| (pair.name, pair.value)).collect()
}

/// Cookies as the headers that they came in, which some recorders leave out.
fn cookies<'a>(header: &'a str, cookies: &'a [HarPair]) -> impl Iterator<Item = (String, String)> + 'a {
    cookies.iter().map(move |cookie| (header.to_owned(), format!("{}={}", cookie.name, cookie.value)))
}

fn form(params: &[HarPair]) -> String {
    let pairs = params.iter().map(|pair| (&pair.name, &pair.value));
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Browsers leave headers out that they have decoded the body by, and say the media type apart.
fn set_media_type(message: &mut Message, media_type: Option<String>) {
    if let Some(media_type) = media_type.filter(|found| !found.is_empty() && message.media_type().is_none()) {
        message.headers.push(("Content-Type".into(), media_type));
    }
}

/// Gives a message its body, which may be coded for JSON.
fn set_body(message: &mut Message, text: String, encoding: Option<&str>, recording: &mut Recording) {
    let is_base64 = encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"));
    let bytes = if is_base64 { decode(&text) } else { Ok(text.into_bytes()) };
    match bytes {
        Ok(bytes) => http::set_body(message, &bytes, recording),
        Err(problem) => recording.errors.push(InputError::Body { place: message.place.clone(), problem }),
    }
}

fn decode(text: &str) -> Result<Vec<u8>, String> {
    let text: String = text.split_ascii_whitespace().collect();
    BASE64.decode(text).map_err(|error| format!("the body is not valid base64: {error}"))
}
