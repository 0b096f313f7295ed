//! Texts that stand for something else: points in time, durations, content in addresses, bytes. What is written of them is read as
//! the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ucwa::me::Me;
use ucwa::url::Url;
use ucwa::{Bytes, Content, Duration, Link, Timestamp};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(time) = text.parse::<Timestamp>() {
        assert_eq!(time.to_string().parse(), Ok(time), "{text}");
    }
    if let Ok(duration) = text.parse::<Duration>() {
        assert_eq!(duration.to_string().parse(), Ok(duration), "{text}");
    }
    assert_eq!(Content::plain_text(text).text().as_deref(), Ok(text));
    assert_eq!(Content::html(text).text().as_deref(), Ok(text));
    assert_eq!(Content::bytes("a/b", bytes).decode().as_deref(), Ok(bytes));
    let content = Content::from_href(text);
    let _ = (content.media_type(), content.text(), format!("{content:?}"));
    if let Some(read) = Bytes::from_base64(text) {
        assert_eq!(Bytes::from_base64(read.as_base64()).as_ref(), Some(&read));
    }
    let base = Url::parse("https://pool1.contoso.com/ucwa/v1/applications/192/me").expect("a URL");
    let link = Link::<Me>::new(text).based_on(base);
    if let Ok(url) = link.url() {
        assert_eq!(Url::parse(url.as_str()).as_ref(), Ok(&url));
    }
});
