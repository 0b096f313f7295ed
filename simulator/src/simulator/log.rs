//! The log of requests and of what became of them.

use std::collections::VecDeque;

use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode, Uri};

use super::error::ConnectionError;

/// A request, and what became of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Exchange {
    /// The number of the request, counted from 1 in the order in which requests came.
    pub number: u64,
    /// When the request came, in milliseconds since 1970 by the clock of the simulated world.
    pub time: i64,
    /// The SIP address of the user whose token the request has, without `sip:`; `None` without a token that the
    /// server knows. The token may have expired.
    pub user: Option<String>,
    /// The method.
    pub method: Method,
    /// The address, as the request had it.
    pub uri: Uri,
    /// The headers of the request, among them its token.
    pub headers: HeaderMap,
    /// The body of the request.
    pub body: Bytes,
    /// What became of the request; `None` while it is being answered, and for good if its sender gave up.
    pub outcome: Option<Result<Answer, ConnectionError>>,
    /// How long the response took, in milliseconds by the clock of the simulated world; `None` while there is no outcome.
    pub duration: Option<i64>,
}

/// A response, as the log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Exchange {
    /// The status of the response; `None` where there is none.
    pub fn status(&self) -> Option<u16> {
        Some(self.outcome.as_ref()?.as_ref().ok()?.status.as_u16())
    }
}

/// The latest exchanges.
#[derive(Debug)]
pub(crate) struct RequestLog {
    entries: VecDeque<Exchange>,
    /// How many are kept.
    length: usize,
    count: u64,
}

impl RequestLog {
    pub(crate) fn new(length: usize) -> Self {
        Self { entries: VecDeque::new(), length, count: 0 }
    }

    /// Notes a request.
    pub(crate) fn begin(&mut self, request: &http::Request<Bytes>, user: Option<String>, time: i64) -> u64 {
        self.count += 1;
        if self.length == 0 {
            return self.count;
        }
        if self.entries.len() == self.length {
            self.entries.pop_front();
        }
        self.entries.push_back(Exchange {
            number: self.count,
            time,
            user,
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
            body: request.body().clone(),
            outcome: None,
            duration: None,
        });
        self.count
    }

    /// Notes what became of a request at a moment.
    pub(crate) fn end(&mut self, number: u64, outcome: &Result<Response<Bytes>, ConnectionError>, time: i64) {
        // Those who are kept have numbers without gaps.
        let first = self.entries.front().map_or(0, |first| first.number);
        let at = number.checked_sub(first).and_then(|at| usize::try_from(at).ok());
        if let Some(entry) = at.and_then(|at| self.entries.get_mut(at)) {
            let answer = |response: &Response<Bytes>| Answer {
                status: response.status(),
                headers: response.headers().clone(),
                body: response.body().clone(),
            };
            entry.outcome = Some(outcome.as_ref().map(answer).map_err(Clone::clone));
            entry.duration = Some(time.saturating_sub(entry.time));
        }
    }

    /// How many requests there were, kept or not.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The exchanges that are kept, the latest first.
    pub(crate) fn latest(&self) -> impl Iterator<Item = &Exchange> {
        self.entries.iter().rev()
    }

    /// The exchanges that are kept, the oldest first.
    pub(crate) fn entries(&self) -> Vec<Exchange> {
        self.entries.iter().cloned().collect()
    }

    /// Forgets all exchanges.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str) -> http::Request<Bytes> {
        http::Request::get(path).body(Bytes::new()).expect("a request")
    }

    #[test]
    fn the_latest_are_kept_with_what_became_of_them() {
        let mut log = RequestLog::new(2);
        let numbers: Vec<_> = ["/1", "/2", "/3"].map(|path| log.begin(&request(path), None, 5)).into();
        log.end(numbers[0], &Err(ConnectionError::Cut), 6);
        log.end(numbers[2], &Ok(Response::new(Bytes::new())), 12);
        let kept: Vec<_> =
            log.entries().iter().map(|entry| (entry.uri.to_string(), entry.status(), entry.duration)).collect();
        assert_eq!(kept, [("/2".to_owned(), None, None), ("/3".to_owned(), Some(200), Some(7))]);
        assert_eq!((log.latest().next().map(|latest| latest.number), log.count()), (Some(3), 3));
        log.clear();
        log.end(numbers[1], &Err(ConnectionError::Cut), 13);
        assert!(log.entries().is_empty());
    }
}
