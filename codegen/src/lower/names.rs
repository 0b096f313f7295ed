//! Names in Rust: one table from role to case, and one rule for every name that cannot be had.
//!
//! | role | case |
//! |---|---|
//! | type, variant | `UpperCamelCase`; what is in it already stays as it is |
//! | field, method, module | `snake_case` |
//!
//! A name that cannot be had is changed, and the documentation of what it names says what it is on the wire:
//!
//! - keywords end in an underscore (`type_`), as raw identifiers break when names are joined;
//! - what is taken gets a suffix of its role, or else a number (`to_relation`, `name_2`, `Name2`);
//! - what is no letter, digit or underscore separates words; a leading digit gets an `n` before it (`n3des`, `N3DES`);
//! - what has no letter or digit at all is called `unnamed`.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase, ToUpperCamelCase};

/// What a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameRole {
    /// A struct or enum.
    Type,
    /// A variant of an enum.
    Variant,
    /// A field of a struct.
    Field,
    /// A method.
    Method,
    /// A module.
    Module,
}

/// A name in Rust, and whether a reader of the reference would have expected it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RustName {
    /// The name in Rust.
    pub rust: String,
    /// Whether it is more than a change of case away from the name on the wire.
    pub renamed: bool,
}

/// The names that are taken in one place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameScope {
    taken: BTreeSet<String>,
    /// The numbers that were tried so far for each name in its case: those below are taken.
    numbers: BTreeMap<String, u32>,
}

impl NameScope {
    /// A scope in which some names are taken from the start.
    pub fn with_reserved(reserved: &[&str]) -> Self {
        Self { taken: reserved.iter().map(|name| (*name).to_owned()).collect(), numbers: BTreeMap::new() }
    }

    /// Takes a name.
    pub fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// Finds a name for `wire` and takes it.
    pub fn add(&mut self, role: NameRole, wire: &str) -> RustName {
        let suffix = match role {
            NameRole::Type => "Value",
            NameRole::Variant | NameRole::Field | NameRole::Method | NameRole::Module => "_",
        };
        self.add_with(role, wire, suffix)
    }

    /// Finds a name for `wire` and takes it; `suffix` is put behind one that is taken.
    pub fn add_with(&mut self, role: NameRole, wire: &str, suffix: &str) -> RustName {
        let cased = to_case(role, wire);
        let plain = if is_keyword(&cased) { format!("{cased}_") } else { cased.clone() };
        let separator = match role {
            NameRole::Type | NameRole::Variant => "",
            NameRole::Field | NameRole::Method | NameRole::Module => "_",
        };
        let number = self.numbers.entry(cased.clone()).or_insert(2);
        let numbered = std::iter::repeat_with(|| {
            let candidate = format!("{cased}{separator}{number}");
            *number = number.saturating_add(1);
            candidate
        });
        let candidates = [plain.clone(), format!("{cased}{suffix}")].into_iter().chain(numbered);
        let mut free = candidates.filter(|candidate| !self.taken.contains(candidate));
        // There is always a number that is not taken.
        let rust = free.next().unwrap_or(plain);
        self.taken.insert(rust.clone());
        let letters =
            |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase();
        let renamed = rust != cased || letters(&rust) != letters(wire);
        RustName { rust, renamed }
    }
}

fn to_case(role: NameRole, wire: &str) -> String {
    let words: String = wire.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { ' ' }).collect();
    let words = words.trim();
    let cased = match role {
        NameRole::Type | NameRole::Variant => {
            let is_camel = words.starts_with(|first: char| first.is_ascii_uppercase() || first.is_ascii_digit());
            let is_camel = is_camel && !words.contains(' ');
            if is_camel { words.to_owned() } else { words.to_upper_camel_case() }
        }
        NameRole::Field | NameRole::Method | NameRole::Module => words.to_snake_case(),
    };
    match (role, cased.chars().next()) {
        (NameRole::Type | NameRole::Variant, None) => "Unnamed".into(),
        (_, None) => "unnamed".into(),
        (NameRole::Type | NameRole::Variant, Some('0'..='9')) => format!("N{cased}"),
        (_, Some('0'..='9')) => format!("n{cased}"),
        _ => cased,
    }
}

fn is_keyword(name: &str) -> bool {
    // `syn` refuses to read keywords as identifiers; the words it allows in some places are told apart by it too.
    // `gen` is a keyword since the edition of 2024 only.
    syn::parse_str::<syn::Ident>(name).is_err() || name == "gen"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(role: NameRole, wire: &str) -> (String, bool) {
        let name = NameScope::default().add(role, wire);
        (name.rust, name.renamed)
    }

    #[test]
    fn names_follow_the_table() {
        for (role, wire, rust) in [
            (NameRole::Type, "contactPrivacyRelationship2", "ContactPrivacyRelationship2"),
            (NameRole::Type, "IPv6NotSupported", "IPv6NotSupported"),
            (NameRole::Variant, "work", "Work"),
            (NameRole::Variant, "AVRinging", "AVRinging"),
            (NameRole::Field, "useLocationForE911Only", "use_location_for_e911_only"),
            (NameRole::Field, "totalReceivedVideoBitRateKB", "total_received_video_bit_rate_kb"),
            (NameRole::Field, "ipv6", "ipv6"),
            (NameRole::Module, "OnlineMeeting", "online_meeting"),
        ] {
            assert_eq!(name(role, wire), (rust.into(), false), "{wire}");
        }
    }

    #[test]
    fn names_that_cannot_be_had_are_changed_by_rule() {
        for (role, wire, rust) in [
            (NameRole::Field, "type", "type_"),
            (NameRole::Field, "self", "self_"),
            (NameRole::Method, "in", "in_"),
            (NameRole::Variant, "Self", "Self_"),
            (NameRole::Variant, "3DES", "N3DES"),
            (NameRole::Field, "3des", "n3des"),
            (NameRole::Field, "!?", "unnamed"),
            (NameRole::Type, "", "Unnamed"),
            (NameRole::Module, "async", "async_"),
            (NameRole::Field, "ünïcode", "n_code"),
        ] {
            assert_eq!(name(role, wire), (rust.into(), true), "{wire}");
        }
    }

    #[test]
    fn what_is_taken_gets_a_suffix_and_then_a_number() {
        let mut scope = NameScope::with_reserved(&["to"]);
        let names: Vec<_> =
            ["to", "To", "tO"].map(|wire| scope.add_with(NameRole::Method, wire, "_relation").rust).into();
        assert_eq!(names, ["to_relation", "to_2", "t_o"]);
        assert_eq!(scope.add(NameRole::Field, "name_free"), RustName { rust: "name_free".into(), renamed: false });
    }
}
