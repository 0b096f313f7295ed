//! The token endpoint of the server.

use std::time::Duration;

use bytes::Bytes;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use ucwa::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, WWW_AUTHENTICATE};
use ucwa::http::{HeaderValue, Request, Response, StatusCode};
use ucwa::url::Url;
use ucwa::{Format, ReceivedAt};
use ucwa_runtime::retry_after;
use ucwa_runtime::secret::{redact_line, redact_url};
use zeroize::{Zeroize as _, Zeroizing};

use crate::credentials::{Form, Secret, SuppliedToken};
use crate::error::{RefusedError, SignInError};
use crate::request::Exchange;

/// What errors call the request.
pub(super) const OPERATION: &str = "POST token";

/// The longest explanation of an error that is kept, in characters.
const LONGEST_DESCRIPTION: usize = 200;

/// A token, as OAuth has it.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<u64>,
}

/// An error, as OAuth has it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Denied {
    #[serde(deserialize_with = "text")]
    error: Option<String>,
    #[serde(deserialize_with = "text")]
    error_description: Option<String>,
    #[serde(deserialize_with = "text")]
    ms_rtc_passiveauthuri: Option<String>,
}

/// Requests a token.
pub(super) async fn request_token(exchange: &Exchange, url: &Url, form: Form) -> Result<SuppliedToken, SignInError> {
    token_in(post(exchange, url, form, |_| {}).await?, url)
}

/// Sends a form to the endpoint. `complete` adds what the request has beside it.
pub(super) async fn post(
    exchange: &Exchange,
    url: &Url,
    form: Form,
    complete: impl FnOnce(&mut Request<Bytes>),
) -> Result<Response<Bytes>, SignInError> {
    let mut request = Request::post(url.as_str())
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded;charset=UTF-8")
        .header(CONTENT_LENGTH, form.body.len())
        .body(body(form.body))
        .map_err(|error| SignInError::UnreadableToken { endpoint: shown(url), problem: error.to_string() })?;
    if let Some(cookie) = form.cookie {
        request.headers_mut().insert(COOKIE, cookie_header(&cookie, url)?);
    }
    complete(&mut request);
    Ok(exchange.once(OPERATION, url, request).await?)
}

/// The token in a response.
pub(super) fn token_in(response: Response<Bytes>, url: &Url) -> Result<SuppliedToken, SignInError> {
    if !is_of_endpoint(&response) {
        let error = no_token_response(&response, url);
        // It may begin like one.
        wipe(response);
        return Err(error);
    }
    if !response.status().is_success() {
        return Err(denied(&response, url));
    }
    let granted = serde_json::from_slice::<Granted>(json(&response));
    wipe(response);
    // The error of a reader could repeat what it read.
    let granted = granted.ok().filter(|granted| !granted.access_token.trim().is_empty());
    let unreadable = || SignInError::UnreadableToken {
        endpoint: shown(url),
        problem: "expected a JSON object with `access_token`".into(),
    };
    let Granted { access_token, expires_in } = granted.ok_or_else(unreadable)?;
    let token = SuppliedToken::new(Secret::from(access_token));
    Ok(match expires_in {
        Some(seconds) => token.with_lifetime(Duration::from_secs(seconds)),
        None => token,
    })
}

/// Whether a response is that of the endpoint: a token has to be JSON, as has what an error says. Windows accounts are refused with a page,
/// which says how the server wants to know who asks; that of a proxy does not. The endpoint redirects nobody, and proxies do: to where people
/// sign in to the network.
pub(super) fn is_of_endpoint(response: &Response<Bytes>) -> bool {
    if response.status().is_redirection() {
        return false;
    }
    let body = json(response).trim_ascii();
    let is_json = || serde_json::from_slice::<IgnoredAny>(body).is_ok();
    let may_be_without = !response.status().is_success() && body.is_empty();
    let is_refusal = response.status() == StatusCode::UNAUTHORIZED && response.headers().contains_key(WWW_AUTHENTICATE);
    is_refusal || may_be_without || is_json()
}

/// The error for a response that is not that of the endpoint.
fn no_token_response(response: &Response<Bytes>, url: &Url) -> SignInError {
    let media_type = response.headers().get(CONTENT_TYPE).and_then(|media_type| media_type.to_str().ok());
    let found = match media_type {
        _ if response.body().is_empty() => "no body".into(),
        Some(media_type) if Format::of_media_type(media_type) != Some(Format::Json) => short(media_type),
        _ => "a body that is no JSON".into(),
    };
    let (status, retry_after) = (response.status(), asked_to_wait(response));
    SignInError::NoTokenResponse { endpoint: shown(url), status, found, retry_after }
}

fn asked_to_wait(response: &Response<Bytes>) -> Option<Duration> {
    let received = response.extensions().get::<ReceivedAt>().map(|ReceivedAt(time)| *time);
    retry_after(response.headers(), received)
}

/// What errors call the endpoint.
fn shown(url: &Url) -> String {
    redact_url(url.as_str()).into_owned()
}

/// A part of a text that can be shown.
fn short(text: &str) -> String {
    redact_line(text).chars().take(LONGEST_DESCRIPTION).collect()
}

/// The body of a response, without a byte order mark.
fn json(response: &Response<Bytes>) -> &[u8] {
    response.body().strip_prefix(b"\xEF\xBB\xBF").unwrap_or(response.body())
}

/// The form as a body, whose memory is overwritten when the last who sends it drops it.
fn body(mut form: Zeroizing<String>) -> Bytes {
    Bytes::from_owner(Zeroizing::new(std::mem::take(&mut *form).into_bytes()))
}

fn cookie_header(cookie: &Secret, url: &Url) -> Result<HeaderValue, SignInError> {
    let mut header = HeaderValue::from_str(cookie.expose()).map_err(|_| SignInError::UnreadableToken {
        endpoint: shown(url),
        problem: "the cookie has characters that no header can hold".into(),
    })?;
    header.set_sensitive(true);
    Ok(header)
}

/// Overwrites a body, if nobody else has it.
fn wipe(response: Response<Bytes>) {
    if let Ok(mut body) = response.into_body().try_into_mut() {
        body.as_mut().zeroize();
    }
}

fn denied(response: &Response<Bytes>, url: &Url) -> SignInError {
    let Denied { error, error_description, ms_rtc_passiveauthuri } =
        serde_json::from_slice(json(response)).unwrap_or_default();
    if let Some(address) = ms_rtc_passiveauthuri {
        return match Url::parse(&address) {
            // As it was written, it may have characters in it that command a terminal.
            Ok(url) if url.scheme() == "https" => SignInError::BrowserSignInRequired { address: url.into() },
            Ok(url) => RefusedError::insecure(&url).into(),
            Err(_) => SignInError::UnreadableToken {
                endpoint: shown(url),
                problem: "the address of the browser sign-in is not a URL".into(),
            },
        };
    }
    SignInError::Denied {
        endpoint: shown(url),
        status: response.status(),
        code: error.as_deref().map(short),
        description: error_description.as_deref().map(short),
        retry_after: asked_to_wait(response),
    }
}

/// Seconds, as a number or as text; a lifetime that is neither is unknown.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::Number(number) => number.as_u64(),
        serde_json::Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

/// A text; what is none spoils nothing but itself.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(text) => Some(text),
        _ => None,
    })
}
