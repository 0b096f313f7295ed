//! Any text with a secret in it: what is shown of it does not have the secret. The text goes before and behind the secret,
//! which stands on a line of its own with its name.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use ucwa_runtime::secret::{redact_line, redact_text, redact_url};

const SECRET: &str = "QQgeheimQQ";

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = (redact_text(text), redact_url(text));
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(index, _)| index);
    let (before, behind) = text.split_at(middle);
    if text.contains("QQ") {
        return;
    }
    for named in [
        format!("\npassword={SECRET}\n"),
        format!("\nAuthorization: Bearer {SECRET}\n"),
        format!("\n\"accessToken\":\"{SECRET}\"\n"),
        format!("\n<property name=\"password\">{SECRET}</property>\n"),
        format!("\nhttps://lene:{SECRET}@contoso.com/a\n"),
        format!("\n/a?access_token={SECRET}&b=c\n"),
        format!("\n/a?to=b%3Ftoken%3D{SECRET}%26c%3Dd\n"),
    ] {
        let text = format!("{before}{named}{behind}");
        let shown = redact_text(&text);
        assert!(!shown.contains(SECRET), "{text:?}: {shown:?}");
        let shown = redact_url(&text);
        assert!(!shown.contains(SECRET), "{text:?}: {shown:?}");
        assert!(!redact_line(&text).contains(SECRET), "{text:?}");
    }
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        let document = json!({ "a": value, "password": SECRET, "b": [text, { "name": "token", "value": SECRET }] });
        let shown = redact_text(&document.to_string()).into_owned();
        assert!(!shown.contains(SECRET), "{document}: {shown}");
        assert_eq!(redact_text(&shown), shown, "what was redacted stays as it is");
    }
});
