//! One message of recorded traffic, whatever kind of file it came from.

use std::fmt;

use ucwa::Format;

/// Who sent a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The client.
    Request,
    /// The server.
    Response,
    /// A file that holds nothing but a body does not say.
    Unknown,
}

/// Where a message stands: in which file, and where in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessagePlace {
    /// The name of the file.
    pub file: String,
    /// Where in the file, such as `entry 3, response, part 2`; empty where the file is the message.
    pub entry: String,
}

impl MessagePlace {
    /// The start of a file.
    pub fn of_file(file: &str) -> Self {
        Self { file: file.to_owned(), entry: String::new() }
    }

    /// A place in this place.
    #[must_use]
    pub fn within(&self, step: impl fmt::Display) -> Self {
        let entry = if self.entry.is_empty() { step.to_string() } else { format!("{}, {step}", self.entry) };
        Self { file: self.file.clone(), entry }
    }
}

impl fmt::Display for MessagePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.entry.is_empty() { Ok(()) } else { write!(f, ": {}", self.entry) }
    }
}

/// One message.
#[derive(Debug, Clone)]
pub struct Message {
    /// Where it stands.
    pub place: MessagePlace,
    /// Who sent it.
    pub direction: Direction,
    /// The verb of the request, or of the request that a response belongs to.
    pub method: Option<String>,
    /// The address of the request, or of the request that a response belongs to.
    pub address: Option<String>,
    /// The status of a response.
    pub status: Option<u16>,
    /// The headers, in their order.
    pub headers: Vec<(String, String)>,
    /// Names and values that a recording has of the message beside its headers, such as the parameters of its address.
    pub parameters: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Message {
    /// A message of which nothing is known so far.
    pub fn new(place: MessagePlace, direction: Direction) -> Self {
        let (headers, parameters, body) = (Vec::new(), Vec::new(), Vec::new());
        Self { place, direction, method: None, address: None, status: None, headers, parameters, body }
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// What the message says that its body is.
    pub fn media_type(&self) -> Option<&str> {
        self.header("content-type")
    }

    /// Whether there is nothing in the body.
    pub fn is_empty(&self) -> bool {
        self.body.trim_ascii().is_empty()
    }

    /// In which format the body is: what the header says, or where there is none what the body looks like.
    pub fn format(&self) -> Option<Format> {
        if let Some(media_type) = self.media_type() {
            return Format::of_media_type(media_type);
        }
        let body = self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body).trim_ascii_start();
        let start = String::from_utf8_lossy(&body[..body.len().min(16)]).to_ascii_lowercase();
        match start.as_bytes().first() {
            Some(b'{') => Some(Format::Json),
            Some(b'<') if !start.starts_with("<html") && !start.starts_with("<!doctype") => Some(Format::Xml),
            _ => None,
        }
    }
}
