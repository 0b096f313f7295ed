//! A request while it is put together.

use std::sync::Arc;

use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, Request};

use crate::codec::Format;
use crate::http::headers::REQUIRED_REVISION;
use crate::http::limits::add_query;
use crate::http::request_error::RequestError;
use crate::http::target::Target;
use crate::model::{Address, Object};
use crate::secret::{redact_text, redact_url};

/// A request while it is put together.
pub(super) struct Parts {
    address: Arc<Address>,
    request: Request<Vec<u8>>,
}

impl Parts {
    pub(super) fn new<T>(method: Method, target: &Target<T>, format: Format) -> Result<Self, RequestError> {
        let address = target.address()?;
        let mut request = Request::new(Vec::new());
        *request.method_mut() = method;
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(format.media_type()));
        if target.revision() > 1 {
            request.headers_mut().insert(REQUIRED_REVISION, target.revision().into());
        }
        Ok(Self { address, request })
    }

    pub(super) fn accept(&mut self, media_type: Option<&'static str>) {
        if let Some(media_type) = media_type {
            self.request.headers_mut().insert(ACCEPT, HeaderValue::from_static(media_type));
        }
    }

    pub(super) fn header(&mut self, name: HeaderName, value: &str) -> Result<(), RequestError> {
        let failed = |_| RequestError::Header { name: name.to_string(), value: redact_text(value).into_owned() };
        let value = HeaderValue::from_str(value).map_err(failed)?;
        self.request.headers_mut().insert(name, value);
        Ok(())
    }

    pub(super) fn query(&mut self, parameters: &dyn Object) {
        add_query(&mut self.address, parameters);
    }

    pub(super) fn document(&mut self, format: Format, text: String) {
        self.request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
        *self.request.body_mut() = text.into_bytes();
    }

    pub(super) fn content(&mut self, media_type: &str, bytes: &[u8]) -> Result<(), RequestError> {
        self.header(CONTENT_TYPE, media_type)?;
        *self.request.body_mut() = bytes.to_vec();
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Request<Vec<u8>>, RequestError> {
        // Servers refuse a POST or PUT that does not say how long it is, even where it is empty.
        if matches!(*self.request.method(), Method::POST | Method::PUT) {
            let length = self.request.body().len();
            self.request.headers_mut().insert(CONTENT_LENGTH, length.into());
        }
        let url = self.address.as_str();
        let failed = |error: http::uri::InvalidUri| RequestError::Uri {
            url: redact_url(url).into_owned(),
            problem: error.to_string(),
        };
        *self.request.uri_mut() = url.parse().map_err(failed)?;
        Ok(self.request)
    }
}
