//! The lines of HTTP messages as text, and which of them begin a message.

/// What a first line says.
pub(super) enum StartLine {
    Request { method: String, address: String },
    Response { status: u16 },
}

/// Where the next message starts.
pub(super) fn next_start(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    lines(bytes).find_map(|line| {
        let start = at;
        at += line.len();
        is_start(line).then_some(start)
    })
}

/// Whether a line is the first of a message.
pub(super) fn is_start(line: &[u8]) -> bool {
    start_line(line).is_some()
}

/// The lines, each with its end.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n')
}

/// What the first line of a message says.
pub(super) fn start_line(line: &[u8]) -> Option<StartLine> {
    let line = std::str::from_utf8(line).ok()?.trim_end();
    let mut words = line.split(' ');
    let (first, second) = (words.next()?, words.next()?);
    if first.starts_with("HTTP/") {
        return second.parse().ok().map(|status| StartLine::Response { status });
    }
    let method = first.to_ascii_uppercase();
    let is_method = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"].contains(&method.as_str());
    let is_last = words.next().is_some_and(|version| version.starts_with("HTTP/")) && words.next().is_none();
    (is_method && is_last).then(|| StartLine::Request { method, address: second.to_owned() })
}
