//! Undoing what happened to the bodies of samples on their way into the page.

/// The body as it was meant.
pub(in crate::extract) fn body(body: &str, media_type: Option<&str>) -> String {
    if body.contains("<BR>") || body.contains("<br>") {
        let lines = body.replace("<BR>", "\n").replace("<br>", "\n");
        return lines.split('\n').map(header).collect::<Vec<_>>().join("\n");
    }
    if body.starts_with('{') {
        return json(body);
    }
    if media_type == Some("application/sdp") { body.replace(" : ", ":") } else { body.to_string() }
}

/// Headers of parts have a space in front of the colon; JSON lines begin with a quotation mark.
fn header(line: &str) -> String {
    match line.split_once(" : ") {
        Some((name, value)) if !name.contains('"') => format!("{name}: {value}"),
        _ => line.to_string(),
    }
}

/// Repairs the strings of a JSON text.
fn json(text: &str) -> String {
    let mut repaired = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('"') {
        let (before, quoted) = rest.split_at(start);
        let (quoted, after) = quoted.split_at(string_length(quoted));
        repaired.push_str(before);
        repaired.push_str(&string(quoted));
        rest = after;
    }
    repaired.push_str(rest);
    repaired
}

/// A string without line breaks, spaces around colons, and quotation marks within its quotation marks.
fn string(string: &str) -> String {
    let lines = string.split('\n').enumerate();
    let whole: String = lines.map(|(number, line)| if number == 0 { line } else { line.trim_start() }).collect();
    let whole = whole.replace(" : ", ":");
    let inner = whole.strip_prefix("\"\\\"").and_then(|rest| rest.strip_suffix("\\\"\""));
    inner.map(|inner| format!("\"{inner}\"")).unwrap_or(whole)
}

/// The bytes of the JSON string that `text` begins with, quotation marks included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_lose_their_line_breaks_and_the_spaces_around_colons_and_the_rest_stays() {
        let text =
            "{\n  \"to\" : \"sip : john@contoso.com\",\n  \"x\" : \"data : application/sdp;base64,\n      base64\"\n}";
        let repaired = "{\n  \"to\" : \"sip:john@contoso.com\",\n  \"x\" : \"data:application/sdp;base64,base64\"\n}";
        assert_eq!(body(text, None), repaired);
        assert_eq!(body(repaired, None), repaired);
    }

    #[test]
    fn quotation_marks_within_quotation_marks_go() {
        let text = r#"[ "\"sip : a@b.example\"", "say \"so\"" ]"#;
        let document = format!("{{ \"uris\" : {text} }}");
        assert_eq!(body(&document, None), r#"{ "uris" : [ "sip:a@b.example", "say \"so\"" ] }"#);
    }

    #[test]
    fn what_is_no_json_gets_its_lines_and_colons_back() {
        let sdp = "v=0o=Gateway1INIP4172.29.1.2a=rtpmap : 0PCMU";
        assert_eq!(body(sdp, Some("application/sdp")), "v=0o=Gateway1INIP4172.29.1.2a=rtpmap:0PCMU");
        assert_eq!(body("--a<BR>Host : b<BR><BR>GET/ucwaHTTP/1.1", None), "--a\nHost: b\n\nGET/ucwaHTTP/1.1");
    }

    #[test]
    fn text_that_was_cut_off_stays_as_it_is() {
        for text in ["{ \"a\" : {", "{ \"a\" : \"", "{ \"a\\"] {
            assert_eq!(body(text, None), text);
        }
    }
}
