//! The rel and the revision in the names of pages.

/// The rel and the revision that a name stands for: `group2` is the second revision of `group`.
pub(super) fn rel_and_revision(name: &str) -> (&str, u32) {
    let rel = name.trim_end_matches(|last: char| last.is_ascii_digit());
    let digits = name.get(rel.len()..).unwrap_or_default();
    match digits.parse() {
        Ok(revision) if revision > 1 && !rel.is_empty() => (rel, revision),
        _ => (name, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_ends_in_a_number_is_a_later_revision() {
        let cases = [
            ("group", ("group", 1)),
            ("group2", ("group", 2)),
            ("group12", ("group", 12)),
            ("group0", ("group0", 1)),
            ("a99999999999", ("a99999999999", 1)),
            ("2", ("2", 1)),
        ];
        for (name, expected) in cases {
            assert_eq!(rel_and_revision(name), expected);
        }
    }
}
