//! Windows sign-in at the token endpoint: a connection is authenticated first, and then the token is requested over it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use ucwa::Challenge;
use ucwa::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use ucwa::http::{HeaderValue, Response, StatusCode};
use ucwa::url::Url;
use zeroize::Zeroizing;

use super::endpoint::{OPERATION, is_of_endpoint, post, token_in};
use crate::credentials::{Form, SuppliedToken, WINDOWS, WindowsRequest, WindowsScheme, WindowsSignIn};
use crate::error::{SignInError, TransportFailure};
use crate::origin::Origin;
use crate::request::Exchange;
use crate::transport::{BoxError, ConnectionNumber, SameConnection, TransportError};

/// How many tokens the client sends in one handshake at most. NTLM has two, Kerberos one or two.
const ROUNDS: usize = 5;

/// Requests a token. `form` makes the form anew for each request.
pub(super) async fn request_token(
    exchange: &Exchange,
    url: &Url,
    sign_in: &WindowsSignIn,
    form: impl Fn() -> Form,
) -> Result<SuppliedToken, SignInError> {
    let connection = SameConnection::default();
    let failed = |source: BoxError| SignInError::Windows { origin: url.origin().ascii_serialization(), source };
    let mut response = post(exchange, url, form(), |request| {
        request.extensions_mut().insert(connection.clone());
    })
    .await?;
    if response.status() != StatusCode::UNAUTHORIZED || !is_of_endpoint(&response) {
        return token_in(response, url);
    }
    let (origin, schemes) = (Origin::of(url)?, offered(&response));
    if schemes.is_empty() {
        let offered = Challenge::from_headers(response.headers());
        return Err(SignInError::no_grant(&origin, &offered, WINDOWS));
    }
    let request = WindowsRequest { origin, schemes };
    let mut handshake = sign_in.security.begin(request).map_err(failed)?;
    let scheme = handshake.scheme();
    let mut received: Option<Vec<u8>> = None;
    // The connection over which the server has sent its token.
    let mut begun = None;
    for _ in 0..ROUNDS {
        let token = handshake.next(received.as_deref()).await.map_err(failed)?;
        let header = header(scheme, token).map_err(failed)?;
        response = post(exchange, url, form(), |request| {
            request.extensions_mut().insert(connection.clone());
            request.headers_mut().insert(AUTHORIZATION, header);
        })
        .await?;
        received = challenge(&response, scheme);
        if response.status() != StatusCode::UNAUTHORIZED {
            break;
        }
        let over = response.extensions().get::<ConnectionNumber>().copied();
        if begun.is_some() && over != begun {
            return Err(interrupted(url).into());
        }
        if received.is_none() {
            break;
        }
        begun = over;
    }
    if response.status().is_success() {
        handshake.finish(received.as_deref()).map_err(failed)?;
    }
    token_in(response, url)
}

/// The server knows nothing of a handshake that began over another connection. Whether the account is right is still open.
fn interrupted(url: &Url) -> TransportFailure {
    let cause = "the server closed the connection within the handshake";
    TransportFailure::new(OPERATION, url.as_str(), 1, TransportError::Broken(cause.into()))
}

/// The schemes that a response offers.
fn offered(response: &Response<Bytes>) -> Vec<WindowsScheme> {
    let is_offered = |scheme: &WindowsScheme| values(response).any(|value| parameter(value, *scheme).is_some());
    [WindowsScheme::Negotiate, WindowsScheme::Ntlm].into_iter().filter(is_offered).collect()
}

/// The token that the server sent, if it goes on with the handshake.
fn challenge(response: &Response<Bytes>, scheme: WindowsScheme) -> Option<Vec<u8>> {
    let mut tokens = values(response).filter_map(|value| parameter(value, scheme)).filter(|token| !token.is_empty());
    STANDARD.decode(tokens.next()?).ok()
}

fn values(response: &Response<Bytes>) -> impl Iterator<Item = &str> {
    let values = response.headers().get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
    // What stands before the server may put several into one header.
    values.flat_map(|value| value.split(','))
}

/// What follows the name of a scheme, if the challenge is of that scheme.
fn parameter(value: &str, scheme: WindowsScheme) -> Option<&str> {
    let (name, token) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    name.eq_ignore_ascii_case(scheme.as_str()).then(|| token.trim())
}

fn header(scheme: WindowsScheme, token: Vec<u8>) -> Result<HeaderValue, BoxError> {
    let token = Zeroizing::new(token);
    let mut header = HeaderValue::from_str(&format!("{} {}", scheme.as_str(), STANDARD.encode(&*token)))?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(values: &[&'static str]) -> Response<Bytes> {
        let mut response = Response::new(Bytes::new());
        for value in values {
            response.headers_mut().append(WWW_AUTHENTICATE, HeaderValue::from_static(value));
        }
        response
    }

    #[test]
    fn schemes_and_tokens_are_found_among_the_headers() {
        let (negotiate, ntlm) = (WindowsScheme::Negotiate, WindowsScheme::Ntlm);
        let both = response(&["negotiate", "NTLM", "Bearer realm=\"NTLM\""]);
        assert_eq!(offered(&both), [negotiate, ntlm]);
        assert_eq!(offered(&response(&["Negotiate, NTLM"])), [negotiate, ntlm]);
        assert_eq!((challenge(&both, ntlm), offered(&response(&["Basic"]))), (None, vec![]));
        let token = response(&["Negotiate", "NTLM  aGVsbG8= "]);
        assert_eq!((challenge(&token, ntlm), challenge(&token, negotiate)), (Some(b"hello".to_vec()), None));
        assert_eq!(challenge(&response(&["NTLM ???"]), ntlm), None);
    }
}
