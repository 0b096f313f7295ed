//! Which response of a batch belongs to which request.

use ucwa::http::header::CONTENT_TYPE;
use ucwa::http::{Method, Response};
use ucwa::url::Url;
use ucwa::{BatchPart, BatchPartError, Document as _, Format, GenericResource, Limits, Resource as _};

use crate::transport::BoxError;

/// The part that belongs to a request, as the server sent it.
type FoundPart = Result<Response<Vec<u8>>, BoxError>;

/// What is known of a request whose response is looked for.
pub(super) struct RequestPlace {
    pub(super) method: Method,
    pub(super) url: Option<Url>,
}

/// The response of the batch has no part that surely belongs to a request.
#[derive(Debug, thiserror::Error)]
#[error("the response to the batch has {found} parts for {expected} requests, and none that belongs to this one")]
struct Missing {
    expected: usize,
    found: usize,
}

/// Gives each request its response.
///
/// They stand in the order of the requests. Where there are fewer or more, or where one says of itself that it is the resource of another
/// request, the order is worth nothing: then a response belongs to the `GET` whose resource it says that it is, and to nobody else.
pub(super) fn assign(places: &[RequestPlace], parts: Vec<Result<BatchPart, BatchPartError>>) -> Vec<FoundPart> {
    let (expected, found) = (places.len(), parts.len());
    let parts: Vec<FoundPart> = parts.into_iter().map(response).collect();
    let names: Vec<Option<Url>> = parts.iter().zip(bases(places)).map(|(part, base)| own_url(part, base)).collect();
    if expected == found && !is_shuffled(places, &names) {
        return parts;
    }
    let mut parts: Vec<_> = parts.into_iter().zip(names).map(Some).collect();
    let mut take = |place: &RequestPlace| -> FoundPart {
        let is_its = |part: &&mut Option<(FoundPart, Option<Url>)>| {
            part.as_ref().is_some_and(|(_, name)| place.method == Method::GET && name.is_some() && *name == place.url)
        };
        let part = parts.iter_mut().find(is_its).and_then(Option::take);
        part.map_or_else(|| Err(Missing { expected, found }.into()), |(part, _)| part)
    };
    places.iter().map(&mut take).collect()
}

/// The URLs against which the addresses in responses count, as far as there are requests.
fn bases(places: &[RequestPlace]) -> impl Iterator<Item = Option<&Url>> {
    let rest = places.iter().find_map(|place| place.url.as_ref());
    places.iter().map(|place| place.url.as_ref()).chain(std::iter::repeat(rest))
}

/// Whether a response says that it is the resource of another request than that of its place.
fn is_shuffled(places: &[RequestPlace], names: &[Option<Url>]) -> bool {
    places.iter().zip(names).any(|(place, name)| {
        let Some(name) = name.as_ref().filter(|_| place.method == Method::GET) else { return false };
        let has_own_path = place.url.as_ref().is_some_and(|url| url.path() == name.path());
        // Servers may leave the query out of what a resource calls itself, which is then the name of another one, too.
        let is_other = |(other, own): (&RequestPlace, &Option<Url>)| {
            let is_meant = other.method == Method::GET && other.url.as_ref() == Some(name);
            is_meant && !(has_own_path && own.as_ref() == Some(name))
        };
        place.url.as_ref() != Some(name) && places.iter().zip(names).any(is_other)
    })
}

fn response(part: Result<BatchPart, BatchPartError>) -> FoundPart {
    match part?.into_response() {
        Some(response) => Ok(response),
        None => Err("the part is a request and no response".into()),
    }
}

/// The URL of the resource in a response, by its link to itself.
fn own_url(part: &FoundPart, base: Option<&Url>) -> Option<Url> {
    let response = part.as_ref().ok().filter(|response| response.status().is_success())?;
    let format = Format::of_media_type(response.headers().get(CONTENT_TYPE)?.to_str().ok()?)?;
    let resource = GenericResource::decode(format, response.body(), Limits::default()).ok()?;
    base?.join(resource.href()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(path: &str) -> RequestPlace {
        RequestPlace {
            method: Method::GET,
            url: Url::parse("https://pool1.contoso.com/").and_then(|url| url.join(path)).ok(),
        }
    }

    fn post() -> RequestPlace {
        RequestPlace { method: Method::POST, ..get("/post") }
    }

    fn part(path: &str) -> Result<BatchPart, BatchPartError> {
        let body = format!(r#"{{"rel":"x","_links":{{"self":{{"href":"{path}"}}}}}}"#);
        let response = Response::builder().header("content-type", "application/json").body(body.into_bytes());
        let bytes = response.expect("a response");
        let mut text = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n".to_vec();
        text.extend_from_slice(bytes.body());
        read(&[&String::from_utf8(text).expect("text")]).remove(0)
    }

    fn empty() -> Result<BatchPart, BatchPartError> {
        read(&["HTTP/1.1 204 No Content\r\n\r\n"]).remove(0)
    }

    fn read(messages: &[&str]) -> Vec<Result<BatchPart, BatchPartError>> {
        let head = "--b\r\nContent-Type: application/http; msgtype=response\r\n\r\n";
        let parts: String = messages.iter().flat_map(|message| [head, message, "\r\n"]).collect();
        let body = ucwa::Body::new("multipart/batching; boundary=b", format!("{parts}--b--\r\n"));
        ucwa::read_batch(&body, Limits::default()).expect("it has parts")
    }

    /// What each request got: the path that the response names, `-` for one without a body, `?` for none.
    fn assigned(places: &[RequestPlace], parts: Vec<Result<BatchPart, BatchPartError>>) -> Vec<String> {
        let base = Url::parse("https://pool1.contoso.com/").expect("a URL");
        let name = |found: &FoundPart| match (found, own_url(found, Some(&base))) {
            (_, Some(url)) => url.path().to_owned(),
            (Ok(_), None) => "-".into(),
            (Err(_), None) => "?".into(),
        };
        assign(places, parts).iter().map(name).collect()
    }

    #[test]
    fn responses_belong_to_requests_in_their_order() {
        let places = [get("/a"), post(), get("/b")];
        assert_eq!(assigned(&places, vec![part("/a"), empty(), part("/b")]), ["/a", "-", "/b"]);
        // An address of its own that nobody asked for says nothing.
        assert_eq!(assigned(&places, vec![part("/other"), part("/new"), part("/b")]), ["/other", "/new", "/b"]);
        let queries = [get("/a?x=1"), get("/a?x=2")];
        assert_eq!(assigned(&queries, vec![part("/a"), part("/a?x=2")]), ["/a", "/a"]);
        assert_eq!(assigned(&[get("/a?x=1"), get("/a")], vec![part("/a"), part("/a")]), ["/a", "/a"]);
    }

    #[test]
    fn what_came_out_of_order_is_found_by_its_address() {
        let places = [get("/a"), post(), get("/b"), get("/b")];
        let parts = vec![part("/b"), empty(), part("/a"), part("/b")];
        assert_eq!(assigned(&places, parts), ["/a", "?", "/b", "/b"]);
        // By the whole of it.
        let places = [get("/a?x=1"), get("/a?x=2"), get("/a?x=3")];
        let base = Url::parse("https://pool1.contoso.com/").expect("a URL");
        let found = assign(&places, vec![part("/a?x=2"), part("/a?x=3"), part("/a?x=1")]);
        let names: Vec<_> = found.iter().map(|part| own_url(part, Some(&base))).collect();
        assert_eq!(names, places.map(|place| place.url));
    }

    #[test]
    fn where_parts_are_missing_only_those_are_taken_that_say_what_they_are() {
        let places = [get("/a"), post(), get("/b"), get("/c")];
        assert_eq!(assigned(&places, vec![part("/a"), part("/c"), empty()]), ["/a", "?", "?", "/c"]);
        assert_eq!(assigned(&places, vec![]), ["?", "?", "?", "?"]);
        let more = vec![part("/a"), empty(), part("/b"), part("/c"), part("/d")];
        assert_eq!(assigned(&places, more), ["/a", "?", "/b", "/c"]);
    }
}
