//! The JSON text of schema files, in which a table row is a line, so that a diff shows rows.

use serde_json::Value;

/// How wide a line may get before a row is broken over several.
const WIDTH: usize = 140;

/// The text of a schema file: `value` as JSON, objects and lists on one line where they fit, with a line break at the end.
pub fn to_json_text(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0, 0);
    text.push('\n');
    text
}

/// Writes `value`, which stands `indent` steps deep and `column` characters into its line.
fn write(text: &mut String, value: &Value, indent: usize, column: usize) {
    let line = on_one_line(value);
    let breaks = indent == 0 || holds_rows(value);
    if !breaks && column + line.len() <= WIDTH {
        text.push_str(&line);
        return;
    }
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            write_broken(text, indent, '{', '}', entries.iter().map(|(key, entry)| (Some(key), entry)));
        }
        Value::Array(items) if !items.is_empty() => {
            write_broken(text, indent, '[', ']', items.iter().map(|item| (None, item)));
        }
        _ => text.push_str(&line),
    }
}

/// Lists of objects are tables: a row to a line, however short.
fn holds_rows(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(Value::is_object),
        Value::Object(entries) => entries.values().any(holds_rows),
        _ => false,
    }
}

fn write_broken<'a>(
    text: &mut String,
    indent: usize,
    open: char,
    close: char,
    entries: impl Iterator<Item = (Option<&'a String>, &'a Value)>,
) {
    text.push(open);
    for (number, (key, entry)) in entries.enumerate() {
        text.push_str(if number == 0 { "\n" } else { ",\n" });
        let start = text.len();
        text.extend(std::iter::repeat_n("  ", indent + 1));
        if let Some(key) = key {
            text.push_str(&Value::from(key.as_str()).to_string());
            text.push_str(": ");
        }
        let column = text.len() - start;
        write(text, entry, indent + 1, column);
    }
    text.push('\n');
    text.extend(std::iter::repeat_n("  ", indent));
    text.push(close);
}

fn on_one_line(value: &Value) -> String {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            let entries: Vec<_> = entries
                .iter()
                .map(|(key, entry)| format!("{}: {}", Value::from(key.as_str()), on_one_line(entry)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(on_one_line).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_table_row_is_a_line_and_a_list_of_words_too() {
        let value = json!({
            "name": "contactNote",
            "scopes": ["Contacts.ReadWrite"],
            "properties": [{ "name": "message", "type": "String" }, { "name": "type", "type": "NoteType" }],
        });
        let expected = r#"{
  "name": "contactNote",
  "scopes": ["Contacts.ReadWrite"],
  "properties": [
    { "name": "message", "type": "String" },
    { "name": "type", "type": "NoteType" }
  ]
}
"#;
        assert_eq!(to_json_text(&value), expected);
    }

    #[test]
    fn a_row_too_wide_for_a_line_is_broken() {
        let value = json!({ "rows": [{ "name": "a", "summary": "x".repeat(WIDTH) }] });
        let text = to_json_text(&value);
        assert!(text.contains("    {\n      \"name\": \"a\",\n      \"summary\": "), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).expect("the text is JSON"), value);
    }
}
