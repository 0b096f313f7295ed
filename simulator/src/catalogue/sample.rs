//! Values for properties about which the simulated world holds nothing: one for each, always the same.

use ucwa_schema::{Type, ValueLimits};

use super::Catalogue;
use crate::document::Value;

/// The moment that samples name: 2026-01-05T09:00:00Z, in milliseconds since 1970.
const MOMENT: i64 = 1_767_603_600_000;

/// A value for a property.
pub(crate) fn sample(name: &str, kind: &Type, limits: &ValueLimits) -> Value {
    match kind {
        Type::Nullable(inner) => sample(name, inner, limits),
        Type::Array(inner) => Value::List(vec![sample(name, inner, limits)]),
        Type::Boolean => Value::Boolean(false),
        Type::Byte | Type::Int32 | Type::Int64 | Type::Double => Value::Number(number(limits)),
        Type::DateTime => Value::Time(MOMENT),
        Type::TimeSpan => Value::text("PT5M"),
        Type::Uri => Value::text(uri(name)),
        Type::ExternalResource => Value::text(sample_content(name)),
        Type::Enumeration(enumeration) => Value::text(member(enumeration, limits)),
        Type::String => Value::text(text(name, limits)),
    }
}

/// The `data:` URI of a relation that holds content.
pub(crate) fn sample_content(name: &str) -> &'static str {
    match name {
        "mediaOffer" | "mediaAnswer" | "mediaProvisionalAnswer" | "customContent" => {
            "data:application/sdp;base64,dj0wDQpzPS0NCnQ9MCAwDQo="
        }
        "htmlMessage" => "data:text/html;charset=utf-8,%3cspan%3eHello%3c%2fspan%3e",
        _ => "data:text/plain;charset=utf-8,Hello+there%0d%0a",
    }
}

fn number(limits: &ValueLimits) -> i64 {
    let default = limits.default.as_deref().and_then(|text| text.parse().ok());
    default.or(limits.minimum).unwrap_or(1)
}

/// A value of an enumeration: the documented default if it is one of the members, or else the first member.
fn member(enumeration: &str, limits: &ValueLimits) -> String {
    let members = Catalogue::get().schema.enumerations.get(enumeration).map_or(&[][..], |found| &found.members);
    let is_default = |name: &str| limits.default.as_deref().is_some_and(|default| default.eq_ignore_ascii_case(name));
    let chosen = members.iter().find(|member| is_default(&member.name)).or(members.first());
    chosen.map(|member| member.name.clone()).unwrap_or_default()
}

fn uri(name: &str) -> &'static str {
    let name = name.to_ascii_lowercase();
    if name.contains("url") || name.contains("directory") {
        "https://www.contoso.com/"
    } else if name.contains("onlinemeeting") {
        "sip:ada@contoso.com;gruu;opaque=app:conf:focus:id:G03W98W4"
    } else {
        "sip:ada@contoso.com"
    }
}

fn text(name: &str, limits: &ValueLimits) -> String {
    let value = match name {
        "name" | "displayName" => "Ada Vale",
        "company" => "Contoso",
        "department" => "Research",
        "title" => "Engineer",
        "emailAddresses" | "attendees" | "leaders" => "ada@contoso.com",
        "culture" | "languages" => "en-US",
        "to" => "sip:ben@contoso.com",
        "subject" => "Plans for the next quarter",
        _ if name.to_ascii_lowercase().contains("number") || name == "office" => "tel:+14255550100",
        _ => "sample",
    };
    let length = limits.maximum_length.map_or(usize::MAX, |length| length as usize);
    value.chars().take(length).collect()
}
