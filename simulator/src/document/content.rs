//! Content in addresses: `data:` URIs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

/// Content as a `data:` URI.
pub(crate) fn data_uri(media_type: &str, bytes: &[u8]) -> String {
    let media_type: String = media_type.chars().filter(|letter| !letter.is_whitespace()).collect();
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let essence = media_type.split(';').next().unwrap_or_default().to_ascii_lowercase();
            let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
            format!("data:{essence};charset=utf-8,{encoded}")
        }
        Err(_) => format!("data:{media_type};base64,{}", STANDARD.encode(bytes)),
    }
}

/// The text of a `data:` URI, without markup.
pub(crate) fn plain_text(content: &str) -> String {
    let (head, data) = content.split_once(',').unwrap_or(("", content));
    let text = if head.ends_with(";base64") {
        String::from_utf8_lossy(&STANDARD.decode(data).unwrap_or_default()).into_owned()
    } else {
        percent_decode_str(&data.replace('+', " ")).decode_utf8_lossy().into_owned()
    };
    if head.contains("text/html") { without_markup(&text) } else { text.trim_end().to_owned() }
}

fn without_markup(text: &str) -> String {
    let mut inside = false;
    let visible = text.chars().filter(|letter| {
        let was_inside = inside;
        inside = *letter == '<' || inside && *letter != '>';
        !inside && !was_inside
    });
    visible.collect::<String>().trim().to_owned()
}
