//! Finding the line at which JSON or XML that is written over several lines breaks, by how the lines are indented.

/// The first line, counted from 0, whose indentation does not follow from the line above it, or behind which a comma is
/// missing or too many. `None` where the text is not laid out so, or all lines follow.
pub(in crate::extract) fn broken_line(text: &str) -> Option<usize> {
    let rules: Rules = if text.starts_with('<') { xml } else { json };
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (_, mut above) = lines.next()?;
    for (number, line) in lines {
        if rules(above.trim(), line.trim()).is_none_or(|step| indent(line) != indent(above) + step) {
            return Some(number);
        }
        above = line;
    }
    None
}

/// How much further a line is indented than the one above it; `None` where it cannot follow it.
type Rules = fn(above: &str, line: &str) -> Option<isize>;

/// How much each level is indented.
const STEP: isize = 2;

fn indent(line: &str) -> isize {
    let spaces = line.len() - line.trim_start().len();
    isize::try_from(spaces).unwrap_or(isize::MAX)
}

fn json(above: &str, line: &str) -> Option<isize> {
    let opens = above.ends_with(['{', '[']);
    let closes = line.starts_with(['}', ']']);
    match (opens, closes, above.ends_with(',')) {
        (true, true, _) | (false, false, true) => Some(0),
        (true, false, _) => Some(STEP),
        (false, true, false) => Some(-STEP),
        (false, true, true) | (false, false, false) => None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the rules of both formats have one type")]
fn xml(above: &str, line: &str) -> Option<isize> {
    let is_tag = |text: &str| text.starts_with('<') && text.ends_with('>');
    let opens = is_tag(above) && !above.starts_with("<?") && !above.ends_with("/>") && !above.contains("</");
    match (opens, line.starts_with("</")) {
        (true, true) | (false, false) => Some(0),
        (true, false) => Some(STEP),
        (false, true) => Some(-STEP),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = "{\n  \"a\" : [\n    {\n      \"b\" : 1,\n      \"c\" : 2\n    }\n  ]\n}";
    const XML: &str =
        "<?xml?>\n<resource>\n  <link />\n  <resource>\n    <property>x</property>\n  </resource>\n</resource>";

    #[test]
    fn a_text_without_one_of_its_lines_breaks_there() {
        for text in [JSON, XML] {
            assert_eq!(broken_line(text), None);
            let count = text.lines().count();
            for left_out in 1..count - 1 {
                let kept: Vec<_> =
                    text.lines().enumerate().filter(|(number, _)| *number != left_out).map(|(_, line)| line).collect();
                let Some(found) = broken_line(&kept.join("\n")) else { continue };
                assert!(found.abs_diff(left_out) <= 1, "{left_out}: {found}\n{}", kept.join("\n"));
            }
        }
    }
}
