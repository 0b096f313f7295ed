//! A request, taken apart.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Uri, header};

#[cfg(feature = "ntlm")]
use super::ConnectionId;
use super::{Failure, Format, MediaType};

/// The cookie by which browsers show a token where photos are.
pub(crate) const PHOTO_COOKIE: &str = "cwt_ucwa";

/// Where photos are below an application.
pub(crate) const PHOTOS: &str = "photos";

/// A request, taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// The host that the client meant, with its port if it named one, in lower case.
    pub(crate) host: String,
    /// The path as it was sent.
    pub(crate) path: String,
    /// The parameters of the query, decoded, in their order.
    pub(crate) query: Vec<(String, String)>,
    /// The media type in which the client wants documents; `None` if it wants none that they come in.
    pub(crate) wanted: Option<MediaType>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The connection on which the request came, where that is known.
    #[cfg(feature = "ntlm")]
    pub(crate) connection: Option<ConnectionId>,
}

impl Call {
    pub(crate) fn new(request: Request<Bytes>) -> Self {
        let (parts, body) = request.into_parts();
        let query = parts.uri.query().unwrap_or_default();
        Self {
            host: host(&parts.uri, &parts.headers),
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            wanted: MediaType::wanted(&parts.headers),
            headers: parts.headers,
            body,
            #[cfg(feature = "ntlm")]
            connection: parts.extensions.get().copied(),
        }
    }

    /// The text of a header, if it has one.
    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The value of a parameter of the query, whatever the case of its name.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The token that the client shows; browsers that show a photo have it as a cookie.
    pub(crate) fn token(&self) -> Option<&str> {
        token(&self.headers).or_else(|| {
            let is_photo = self.path.rsplit('/').nth(1) == Some(PHOTOS);
            self.cookie(PHOTO_COOKIE).filter(|_| is_photo)
        })
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let values = self.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Fails if the client wants nothing that documents come in.
    pub(crate) fn negotiate(&self) -> Result<(), Failure> {
        self.wanted.map(drop).ok_or_else(|| {
            Failure::new(406, "NotAcceptable", None).saying("Documents come as application/json and application/xml.")
        })
    }

    /// The media type of the body, without parameters and in lower case.
    pub(super) fn media_type(&self) -> String {
        let value = self.header(header::CONTENT_TYPE).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The format of the body, by its media type; `None` where it names neither.
    pub(super) fn format(&self) -> Option<Format> {
        let name = self.media_type();
        let is = |suffix: &str| name.rsplit(['/', '+']).next().is_some_and(|last| last == suffix);
        if is("json") {
            Some(Format::Json)
        } else if is("xml") {
            Some(Format::Xml)
        } else {
            None
        }
    }

    /// The fields of a form in the body. What clients leave unescaped is taken as it is.
    pub(crate) fn form(&self) -> BTreeMap<String, String> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }
}

/// The token that a request with these headers shows.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The host that a request means, with its port if it names one, in lower case.
pub(crate) fn host(uri: &Uri, headers: &HeaderMap) -> String {
    let named = uri.authority().map(http::uri::Authority::as_str);
    let named = named.or_else(|| headers.get(header::HOST)?.to_str().ok());
    let host = named.unwrap_or_default();
    // Whoever names the user in an address means the host all the same.
    host.rsplit('@').next().unwrap_or_default().to_ascii_lowercase()
}
