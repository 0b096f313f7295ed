//! Reading files of recorded traffic: bodies, HTTP messages, HAR files.

mod body;
mod har;
mod http;
mod lines;
mod multipart;
mod syntax;

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::message::{Direction, Message, MessagePlace};

/// Why a file, or a part of one, could not be used. The others are.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// A file or folder could not be read.
    #[error("{path}: {source}", path = .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// A file that should be JSON or XML is not.
    #[error("{file}:{line}:{column}: {problem}; the file is not used: record it again, or remove what is broken")]
    Syntax {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The column in the line of the file, in characters from 1.
        column: usize,
        /// What is wrong.
        problem: String,
        /// The line as it may be shown: without secrets.
        excerpt: String,
        /// Where in the excerpt it is wrong.
        at: usize,
    },
    /// A file is of no kind that can be read.
    #[error(
        "{file}: no traffic found; expected a body in JSON or XML, HTTP messages with their start lines, or a HAR file"
    )]
    Kind {
        /// The file.
        file: String,
    },
    /// A file is text, and not in UTF-8.
    #[error("{file}: the file is UTF-16 text; save it as UTF-8")]
    Utf16 {
        /// The file.
        file: String,
    },
    /// A HAR file is not shaped as one.
    #[error("{file}: not a HAR file of version 1.2: `log` has no list of `entries`; export it again")]
    Har {
        /// The file.
        file: String,
    },
    /// A body cannot be brought into the form that it was sent in.
    #[error("{place}: {problem}; the message is not used")]
    Body {
        /// The message.
        place: MessagePlace,
        /// What is wrong.
        problem: String,
    },
}

/// What was read: messages in the order of the traffic, and what could not be used.
#[derive(Debug, Default)]
pub struct Recording {
    /// The messages, parts of batches behind their batch.
    pub messages: Vec<Message>,
    /// What could not be used.
    pub errors: Vec<InputError>,
}

/// The path that stands for the standard input.
pub const STANDARD_INPUT: &str = "-";

/// What reports call the standard input.
const STANDARD_INPUT_NAME: &str = "standard input";

/// The files that paths lead to; of a folder those in it and below it, by name.
pub fn files(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<InputError>) {
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        if path.as_os_str() == STANDARD_INPUT {
            found.push(path.clone());
        } else if let Err(source) = collect(path, &mut found) {
            errors.push(InputError::Read { path: path.clone(), source });
        }
    }
    (found, errors)
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    if !fs::metadata(path)?.is_dir() {
        found.push(path.to_path_buf());
        return Ok(());
    }
    let mut entries =
        fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    // A link that leads back up would never end.
    entries.retain(|entry| !(entry.is_symlink() && entry.is_dir()));
    entries.iter().try_for_each(|entry| collect(entry, found))
}

/// Reads a file, or the standard input where the path is [`STANDARD_INPUT`].
pub fn read_file(path: &Path) -> Recording {
    let result = if path.as_os_str() == STANDARD_INPUT {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| (STANDARD_INPUT_NAME.to_owned(), bytes))
    } else {
        fs::read(path).map(|bytes| (path.display().to_string(), bytes))
    };
    match result {
        Ok((name, bytes)) => read(&name, &bytes),
        Err(source) => {
            Recording { messages: Vec::new(), errors: vec![InputError::Read { path: path.to_path_buf(), source }] }
        }
    }
}

/// Reads what a file holds.
pub fn read(file: &str, bytes: &[u8]) -> Recording {
    let mut recording = Recording::default();
    let place = MessagePlace::of_file(file);
    if http::is_http(bytes) {
        http::read(&place, bytes, &mut recording);
    } else {
        read_document(&place, bytes, &mut recording);
    }
    multipart::expand(&mut recording);
    recording
}

fn read_document(place: &MessagePlace, bytes: &[u8], recording: &mut Recording) {
    let mut message = Message::new(place.clone(), Direction::Unknown);
    message.body = bytes.to_vec();
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match text.trim_ascii_start().first() {
        Some(b'{') => match serde_json::from_slice::<Json>(text) {
            Ok(document) if document["log"].is_object() => har::read(place, document, recording),
            Ok(_) => recording.messages.push(message),
            Err(error) => recording.errors.push(syntax::json(&place.file, text, &error)),
        },
        Some(b'<') => {
            // HTML is passed over and need not be well formed.
            let mistake = message.format().and_then(|_| syntax::xml(&place.file, text));
            match mistake {
                Some(error) => recording.errors.push(error),
                None => recording.messages.push(message),
            }
        }
        _ if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") => {
            recording.errors.push(InputError::Utf16 { file: place.file.clone() });
        }
        _ => recording.errors.push(InputError::Kind { file: place.file.clone() }),
    }
}
