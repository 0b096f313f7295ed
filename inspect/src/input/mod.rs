//! Reading files of recorded traffic: bodies, HTTP messages, HAR files.

mod body;
mod ends;
mod error;
mod har;
mod http;
mod lines;
mod multipart;
mod recording;
mod syntax;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

pub use error::InputError;
pub use recording::Recording;

use crate::message::{Direction, Message, MessagePlace};
use crate::surrogates::without_halves;

/// The path that stands for the standard input.
pub const STANDARD_INPUT: &str = "-";

/// What reports call the standard input.
const STANDARD_INPUT_NAME: &str = "standard input";

/// How large a file may be. Recordings are kept in memory while they are read, and some devices never end.
const LARGEST_FILE: u64 = 2 << 30;

/// The files that paths lead to; of a folder those in it and below it, by name.
pub fn files(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<InputError>) {
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        let before = found.len() + errors.len();
        if path.as_os_str() == STANDARD_INPUT {
            found.push(path.clone());
        } else {
            collect(path, FoundBy::Named, &mut found, &mut errors);
        }
        if found.len() + errors.len() == before {
            errors.push(InputError::Empty { path: path.clone() });
        }
    }
    (found, errors)
}

/// How a path was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FoundBy {
    /// It was named. Pipes may be, as shells make them for the output of a command.
    Named,
    /// It lies in a folder. A pipe there would be waited for without end.
    InFolder,
}

/// Finds the files at or below a path. What cannot be read hides nothing of the rest.
fn collect(path: &Path, how: FoundBy, found: &mut Vec<PathBuf>, errors: &mut Vec<InputError>) {
    match entries(path, how) {
        Ok(None) => found.push(path.to_path_buf()),
        Ok(Some(entries)) => entries.iter().for_each(|entry| collect(entry, FoundBy::InFolder, found, errors)),
        Err(source) => errors.push(InputError::Read { path: path.to_path_buf(), source }),
    }
}

/// What is in a folder; `None` where it is none.
fn entries(path: &Path, how: FoundBy) -> io::Result<Option<Vec<PathBuf>>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_dir() {
        return if metadata.is_file() || how == FoundBy::Named {
            Ok(None)
        } else {
            Err(io::Error::other("this is neither a file nor a folder; remove it, or name it itself"))
        };
    }
    let mut entries =
        fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    // A link that leads back up would never end.
    entries.retain(|entry| !(entry.is_symlink() && entry.is_dir()));
    Ok(Some(entries))
}

/// Reads a file, or the standard input where the path is [`STANDARD_INPUT`].
pub fn read_file(path: &Path) -> Recording {
    let result = if path.as_os_str() == STANDARD_INPUT {
        read_bytes(io::stdin().lock(), 0).map(|bytes| (STANDARD_INPUT_NAME.to_owned(), bytes))
    } else {
        let bytes = File::open(path).and_then(|file| read_bytes(&file, file.metadata()?.len()));
        bytes.map(|bytes| (path.display().to_string(), bytes))
    };
    match result {
        Ok((name, bytes)) => read(&name, &bytes),
        Err(source) => {
            Recording { messages: Vec::new(), errors: vec![InputError::Read { path: path.to_path_buf(), source }] }
        }
    }
}

/// Reads to the end of a file of this length; 0 where it is not known.
fn read_bytes(file: impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if length <= LARGEST_FILE {
        bytes.reserve_exact(usize::try_from(length).unwrap_or_default());
        let read = file.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
        if read as u64 <= LARGEST_FILE {
            return Ok(bytes);
        }
    }
    let limit = LARGEST_FILE >> 30;
    Err(io::Error::other(format!("this is larger than {limit} GiB; record less at once, or split the recording")))
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
            Err(error) => match har_without_halves(text) {
                Some(document) => har::read(place, document, recording),
                None => recording.errors.push(syntax::json(&place.file, text, &error)),
            },
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

/// A HAR file whose texts were cut within characters, as browsers write them. A message that is so itself is no business of ours.
fn har_without_halves(text: &[u8]) -> Option<Json> {
    let document: Json = serde_json::from_slice(&without_halves(text)?).ok()?;
    document["log"].is_object().then_some(document)
}
