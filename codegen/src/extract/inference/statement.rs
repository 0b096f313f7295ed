//! What descriptions say about a value: its type, the enumeration it comes from, its limits.

use ucwa_schema::{Type, ValueLimits};

/// The scalar types that descriptions of parameters end with.
const SCALARS: [&str; 10] =
    ["String", "Boolean", "Byte", "Int32", "Int64", "Double", "DateTime", "TimeSpan", "Uri", "ExternalResource"];

/// The type that a parameter's description ends with: `String`, `Nullable Boolean`, `Array of (ModalityType)Audio, or
/// Video`. Mostly no space stands in front of it.
pub(in crate::extract) fn stated_type(description: &str) -> Option<Type> {
    let description = description.trim_end();
    if let Some((before, name)) = listed_enumeration(description) {
        return Some(modified(before, Type::Enumeration(name.to_string())));
    }
    let scalar = SCALARS.iter().find(|scalar| description.ends_with(*scalar))?;
    let before = description.strip_suffix(scalar)?;
    Some(modified(before, scalar.parse().ok()?))
}

/// `kind` behind the `Nullable`, the `Array of` or both that `before` ends with.
fn modified(before: &str, kind: Type) -> Type {
    let before = before.trim_end();
    let (before, kind) = match before.strip_suffix("Array of") {
        Some(before) => (before.trim_end(), Type::Array(Box::new(kind))),
        None => (before, kind),
    };
    if before.ends_with("Nullable") { Type::Nullable(Box::new(kind)) } else { kind }
}

/// The enumeration in parentheses in front of the list of members that a description ends with, and what stands in
/// front of it.
fn listed_enumeration(description: &str) -> Option<(&str, &str)> {
    let (before, rest) = description.rsplit_once('(')?;
    let (name, members) = rest.split_once(')')?;
    let is_member = |member: &str| {
        let member = member.trim();
        let member = member.strip_prefix("or ").unwrap_or(member);
        !member.is_empty() && member.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    (is_type_name(name) && members.split(',').all(is_member)).then_some((before, name))
}

/// The enumeration that a description ends with, and the members that it lists.
pub(crate) fn stated_members(description: &str) -> Option<(&str, impl Iterator<Item = String>)> {
    let (before, name) = listed_enumeration(description.trim_end())?;
    let members = description.get(before.len() + name.len() + 2..)?.split(',');
    let member = |member: &str| member.trim().strip_prefix("or ").unwrap_or(member.trim()).to_string();
    Some((name, members.map(member)))
}

/// Whether a word is written like the name of an enumeration; `UTC` and `PSTN` are not.
fn is_type_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_uppercase())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && word.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// The enumeration that stands in parentheses in a description. Its page need not be known.
pub(in crate::extract) fn parenthesised(description: &str) -> Option<&str> {
    let mut parts = description.split('(');
    // What stands in front of the first parenthesis is in none.
    parts.next();
    parts.filter_map(|part| part.split_once(')')).map(|(word, _)| word).find(|word| is_type_name(word))
}

/// The words of a description that could name an enumeration: all but those that begin a sentence.
pub(in crate::extract) fn words(description: &str) -> impl Iterator<Item = &str> {
    let mut begins = true;
    description.split_whitespace().filter_map(move |word| {
        let first = std::mem::replace(&mut begins, word.ends_with(['.', '!', '?']));
        let name = word.split(|character: char| !character.is_ascii_alphanumeric()).find(|part| !part.is_empty())?;
        (!first && is_type_name(name)).then_some(name)
    })
}

/// The limits that a description tells of.
pub(in crate::extract) fn limits(description: &str) -> ValueLimits {
    let (from, to) = range(description);
    ValueLimits {
        maximum_length: number_after(description, "maximum length is")
            .or_else(|| number_after(description, "maximum length of"))
            .and_then(|length| length.try_into().ok()),
        minimum: first_number(description, &["minimum value is", "minimum possible value is"]).or(from),
        maximum: first_number(description, &["maximum value is", "maximum possible value is"]).or(to),
        default: default(description),
    }
}

fn first_number(text: &str, phrases: &[&str]) -> Option<i64> {
    phrases.iter().find_map(|phrase| number_after(text, phrase))
}

/// The number that follows the first `phrase`.
fn number_after(text: &str, phrase: &str) -> Option<i64> {
    let (_, after) = text.split_once(phrase)?;
    leading_number(after)
}

fn leading_number(text: &str) -> Option<i64> {
    let text = text.trim_start();
    let count = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut end = count(text);
    let may_have_thousands = (1..=3).contains(&end);
    // A comma in front of three digits separates thousands.
    while let Some(behind) = text.get(end..).and_then(|rest| rest.strip_prefix(','))
        && may_have_thousands
        && count(behind) == 3
    {
        end += 4;
    }
    text.get(..end)?.replace(',', "").parse().ok()
}

/// The ends of `can range from 5 seconds to 60 seconds`.
fn range(text: &str) -> (Option<i64>, Option<i64>) {
    let Some((_, after)) = text.split_once("range from ") else { return (None, None) };
    (leading_number(after), after.split_once(" to ").and_then(|(_, to)| leading_number(to)))
}

/// The default: a quoted text, a number with its unit where it has one, or a word.
fn default(text: &str) -> Option<String> {
    let phrases = ["default value is", "default priority is", "Default value is"];
    let after = phrases.iter().find_map(|phrase| text.split_once(phrase))?.1.trim_start();
    if let Some(quoted) = after.strip_prefix('"') {
        return quoted.split_once('"').map(|(value, _)| value.to_string());
    }
    let mut words = after.split_whitespace().map(|word| word.trim_end_matches([',', '.', ';']));
    let value = words.next().filter(|word| !word.is_empty())?;
    let unit = words.next().filter(|unit| ["seconds", "minutes", "hours"].contains(unit));
    match unit {
        Some(unit) if leading_number(value).is_some() => Some(format!("{value} {unit}")),
        _ => Some(value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_at_the_end_of_a_description_is_read() {
        let cases = [
            ("What it holds.String", "String"),
            ("At most 50. String", "String"),
            ("Whether muted.Nullable Boolean", "Nullable Boolean"),
            ("Its addresses.Array of String", "Array of String"),
            ("How long.Nullable TimeSpan", "Nullable TimeSpan"),
            ("How urgent (Importance).(Importance)Normal, Urgent, or Emergency", "Importance"),
            ("The kinds.Array of (ModalityType)Audio, or PanoramicVideo", "Array of ModalityType"),
            ("Who may.Nullable (AccessLevel)None, Locked, or Everyone", "Nullable AccessLevel"),
            ("The offer.ExternalResource", "ExternalResource"),
            ("The content.Array of Byte", "Array of Byte"),
            ("The lists, if any.Nullable Array of String", "Nullable Array of String"),
            (&("Array of ".repeat(1_000_000) + "String"), "Array of String"),
        ];
        for (description, expected) in cases {
            assert_eq!(
                stated_type(description).map(|kind| kind.to_string()).as_deref(),
                Some(expected),
                "{description}"
            );
        }
        for description in ["", "The words to search for.", "The time (UTC)", "Its level (AccessLevel), such as this."]
        {
            assert_eq!(stated_type(description), None, "{description}");
        }
    }

    #[test]
    fn an_enumeration_is_told_from_an_abbreviation_and_from_the_start_of_a_sentence() {
        assert_eq!(parenthesised("Coordinated time (UTC) and level (AccessLevel)."), Some("AccessLevel"));
        assert_eq!(parenthesised("The state (of it) (UTC)"), None);
        assert_eq!(words("Status first. Role too. The Direction of it").collect::<Vec<_>>(), ["Direction"]);
        assert_eq!(words("See AccessLevel.Locked").collect::<Vec<_>>(), ["AccessLevel"]);
    }

    #[test]
    fn limits_are_read_from_the_sentences_that_state_them() {
        let found = limits("An ID.The maximum length is 50 characters. String");
        assert_eq!(found, ValueLimits { maximum_length: Some(50), ..ValueLimits::default() });
        let found = limits("Minutes: the maximum value is 30, the minimum value is 10");
        assert_eq!((found.minimum, found.maximum), (Some(10), Some(30)));
        let found = limits("It can range from 5 seconds to 60 seconds. The default value is \"Voicemail\".");
        assert_eq!((found.minimum, found.maximum, found.default.as_deref()), (Some(5), Some(60), Some("Voicemail")));
        assert_eq!(limits("The default value is 5 minutes.").default.as_deref(), Some("5 minutes"));
        let found = limits("The maximum length is 1,024 characters. It can range from 1,000 to 12,000,000.");
        assert_eq!((found.maximum_length, found.minimum, found.maximum), (Some(1024), Some(1000), Some(12_000_000)));
        assert_eq!(limits("The maximum value is 30,10 is usual").maximum, Some(30));
        assert_eq!(limits("The default value is 99999999999999999999").minimum, None);
    }
}
