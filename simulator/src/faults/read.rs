//! Reading faults that people write: what does not exist is refused where it stands, with what does.

use http::HeaderValue;
use serde::de::{Deserialize, Deserializer, Error};

use crate::catalogue::Catalogue;

/// The methods that a request can have.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "OPTIONS"];

/// What stands for the token endpoint among the names of resources.
const TOKEN: &str = "token";

/// Reads the status of a response.
pub(super) fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let status = u16::deserialize(deserializer)?;
    if (200..=599).contains(&status) {
        return Ok(status);
    }
    Err(Error::custom(format_args!("{status} is no status of a response: use 200 to 599")))
}

/// Reads the value of a header.
pub(super) fn header<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let value = String::deserialize(deserializer)?;
    match HeaderValue::try_from(&value) {
        Ok(_) => Ok(value),
        Err(_) => {
            Err(Error::custom(format_args!("{value:?} is no value of a header: use text without control characters")))
        }
    }
}

/// Reads a number of a thousand.
pub(super) fn of_a_thousand<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = u32::deserialize(deserializer)?;
    if number <= 1000 {
        return Ok(number);
    }
    Err(Error::custom(format_args!("{number} is more than all of a thousand: use 0 to 1000")))
}

/// Reads the name of a method, if there is one.
pub(super) fn method<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let method = Option::<String>::deserialize(deserializer)?;
    match &method {
        Some(name) if !METHODS.iter().any(|known| known.eq_ignore_ascii_case(name)) => {
            Err(Error::custom(format_args!("unknown method `{name}`: use one of {}", METHODS.join(", "))))
        }
        _ => Ok(method),
    }
}

/// Reads the name of a resource, if there is one.
pub(super) fn resource<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let resource = Option::<String>::deserialize(deserializer)?;
    let Some(name) = &resource else { return Ok(None) };
    let known = || Catalogue::get().schema.resources.keys().map(String::as_str).chain([TOKEN]);
    if known().any(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(resource);
    }
    let nearest = known().max_by_key(|known| likeness(known, name)).filter(|known| likeness(known, name) > 3);
    let nearest = nearest.unwrap_or("me");
    Err(Error::custom(format_args!(
        "unknown resource `{name}`: use a name of the reference, such as `{nearest}`, or `{TOKEN}` for the token endpoint"
    )))
}

/// How much two names have in common at their beginnings and ends.
fn likeness(one: &str, other: &str) -> usize {
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    let beginning = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let end = one.bytes().rev().zip(other.bytes().rev()).take_while(|(one, other)| one == other).count();
    beginning + end
}

#[cfg(test)]
mod tests {
    use crate::faults::Fault;

    /// Why a list of faults is refused.
    fn problem(text: &str) -> String {
        Fault::from_json(text).expect_err("it is wrong").to_string()
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place_and_what_is_allowed() {
        let faults =
            Fault::from_json(r#"[{"effect": "gzip"}, {"effect": {"proxy": {"status": 502}}, "resource": "token"}]"#);
        assert_eq!(faults.map(|faults| faults.len()).ok(), Some(2));
        let cases = [
            ("[\n{\"effect\": \"gzap\"}]", "unknown variant `gzap`, expected one of `latency`, ", "line 2"),
            (
                r#"[{"effect": "gzip", "method": "FETCH"}]"#,
                "unknown method `FETCH`: use one of GET, POST",
                "line 1 column 3",
            ),
            (r#"[{"effect": "gzip", "resource": "contactPresense"}]"#, "such as `contactPresence`", "line 1"),
            (r#"[{"effect": "gzip", "colour": "red"}]"#, "unknown field `colour`, expected one of `effect`", "line 1"),
            (r#"[{"effect": {"proxy": {"status": 99}}}]"#, "99 is no status of a response: use 200 to 599", "line 1"),
            (
                r#"[{"effect": {"redirect": {"status": 302, "location": "a\nb"}}}]"#,
                r#""a\nb" is no value of a header"#,
                "line 1",
            ),
            (r#"[{"effect": {"mediaType": {"value": "\u0000"}}}]"#, r#""\0" is no value of a header"#, "line 1"),
            (
                r#"[{"effect": {"retryAfter": {"status": 429, "value": "\r"}}}]"#,
                "use text without control characters",
                "line 1",
            ),
            (r#"[{"effect": {"proxy": {"code": 502}}}]"#, "unknown field `code`, expected `status`", "line 1"),
            (r#"{"effect": "gzip"}"#, "expected a sequence", "line 1"),
        ];
        for (text, expected, place) in cases {
            let problem = problem(text);
            assert!(problem.contains(expected) && problem.contains(place), "{text}: {problem}");
        }
    }
}
