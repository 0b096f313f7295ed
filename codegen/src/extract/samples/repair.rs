//! What happened to the bodies of samples, and undoing it.

/// Something that happened to a sample on its way into the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Oddity {
    /// Characters were escaped as HTML entities. They are undone in the body.
    Escaped,
    /// The request or status line and the headers are missing.
    NoHead,
    /// The headers tell of a body that is not there.
    NoBody,
    /// A JSON string is broken over lines.
    BrokenString,
    /// Spaces stand around a colon within a string or header: `sip : john@contoso.com`.
    SpacedColon,
    /// Spaces between words were lost: `HTTP/1.1200OK`, `SkypeforBusiness`.
    LostSpaces,
    /// Line breaks were lost: the lines of a session description run together.
    LostLines,
    /// Line breaks became `<BR>`.
    BreakTags,
    /// The message is cut off, so that the body is not complete.
    CutOff,
    /// Quotation marks stand within the quotation marks of a string.
    QuotedTwice,
}

/// What is wrong with a body.
pub(in crate::extract) fn oddities(body: &str, media_type: Option<&str>) -> Vec<Oddity> {
    let mut found = Vec::new();
    let mut note = |condition: bool, oddity: Oddity| {
        if condition {
            found.push(oddity);
        }
    };
    if body.starts_with('{') {
        let strings = Strings::of(body);
        note(strings.broken, Oddity::BrokenString);
        note(strings.spaced, Oddity::SpacedColon);
        note(strings.quoted, Oddity::QuotedTwice);
        note(strings.depth > 0, Oddity::CutOff);
    } else if media_type == Some("application/sdp") {
        note(body.starts_with("v=0") && !body.contains('\n'), Oddity::LostLines);
        note(body.contains(" : "), Oddity::SpacedColon);
    }
    let has_tags = has_break_tags(body);
    note(has_tags, Oddity::BreakTags);
    note(has_tags && body.contains(" : "), Oddity::SpacedColon);
    note(has_tags && (body.contains("HTTP/1.1200OK") || glued_request(body)), Oddity::LostSpaces);
    found
}

fn has_break_tags(body: &str) -> bool {
    body.contains("<BR>") || body.contains("<br>")
}

/// Whether a request line within a body lost its spaces: `GET/ucwa/v1/...HTTP/1.1`.
fn glued_request(body: &str) -> bool {
    ["GET/", "POST/", "PUT/", "DELETE/"].iter().any(|start| body.contains(start))
}

/// The body as it was meant.
pub(in crate::extract) fn body(body: &str, media_type: Option<&str>) -> String {
    if has_break_tags(body) {
        let lines = body.replace("<BR>", "\n").replace("<br>", "\n");
        return lines.split('\n').map(mend_header).collect::<Vec<_>>().join("\n");
    }
    if body.starts_with('{') {
        return Strings::of(body).mended;
    }
    if media_type == Some("application/sdp") { body.replace(" : ", ":") } else { body.to_string() }
}

/// Headers of parts have a space in front of the colon; JSON lines begin with a quotation mark.
fn mend_header(line: &str) -> String {
    match line.split_once(" : ") {
        Some((name, value)) if !name.contains('"') => format!("{name}: {value}"),
        _ => line.to_string(),
    }
}

/// A walk over JSON that tells strings from the rest.
struct Strings {
    mended: String,
    broken: bool,
    spaced: bool,
    quoted: bool,
    depth: usize,
}

impl Strings {
    fn of(body: &str) -> Self {
        let mut walk =
            Self { mended: String::with_capacity(body.len()), broken: false, spaced: false, quoted: false, depth: 0 };
        let mut rest = body;
        while let Some(character) = rest.chars().next() {
            if character == '"' {
                let length = string_length(rest);
                walk.string(rest.get(..length).unwrap_or(rest));
                rest = rest.get(length..).unwrap_or_default();
                continue;
            }
            match character {
                '{' | '[' => walk.depth += 1,
                '}' | ']' => walk.depth = walk.depth.saturating_sub(1),
                _ => {}
            }
            walk.mended.push(character);
            rest = rest.get(character.len_utf8()..).unwrap_or_default();
        }
        walk
    }

    fn string(&mut self, string: &str) {
        let whole = if string.contains('\n') {
            self.broken = true;
            string.split('\n').enumerate().map(|(n, line)| if n == 0 { line } else { line.trim_start() }).collect()
        } else {
            string.to_string()
        };
        self.spaced |= whole.contains(" : ");
        let whole = whole.replace(" : ", ":");
        match whole.strip_prefix("\"\\\"").and_then(|rest| rest.strip_suffix("\\\"\"")) {
            Some(inner) => {
                self.quoted = true;
                self.mended.extend(["\"", inner, "\""]);
            }
            None => self.mended.push_str(&whole),
        }
    }
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
        let mended = "{\n  \"to\" : \"sip:john@contoso.com\",\n  \"x\" : \"data:application/sdp;base64,base64\"\n}";
        assert_eq!(body(text, None), mended);
        assert_eq!(oddities(text, None), [Oddity::BrokenString, Oddity::SpacedColon]);
        assert_eq!(oddities(mended, None), []);
    }

    #[test]
    fn quotation_marks_within_quotation_marks_go() {
        let text = r#"[ "\"sip : a@b.example\"", "say \"so\"" ]"#;
        let document = format!("{{ \"uris\" : {text} }}");
        assert_eq!(body(&document, None), r#"{ "uris" : [ "sip:a@b.example", "say \"so\"" ] }"#);
        assert_eq!(oddities(&document, None), [Oddity::SpacedColon, Oddity::QuotedTwice]);
    }

    #[test]
    fn text_that_was_cut_off_or_ran_together_is_noticed() {
        assert_eq!(oddities("{ \"a\" : {", None), [Oddity::CutOff]);
        assert_eq!(oddities("{ \"a\" : \"", None), [Oddity::CutOff]);
        let sdp = "v=0o=Gateway1INIP4172.29.1.2a=rtpmap : 0PCMU";
        assert_eq!(oddities(sdp, Some("application/sdp")), [Oddity::LostLines, Oddity::SpacedColon]);
        assert_eq!(body(sdp, Some("application/sdp")), "v=0o=Gateway1INIP4172.29.1.2a=rtpmap:0PCMU");
        let batch = "--a<BR>Host : b<BR><BR>GET/ucwaHTTP/1.1";
        assert_eq!(oddities(batch, None), [Oddity::BreakTags, Oddity::SpacedColon, Oddity::LostSpaces]);
    }
}
