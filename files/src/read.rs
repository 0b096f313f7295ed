//! Reading files, and nothing else that has a path.

use std::fs;
use std::io;
use std::path::Path;

/// Reads a file.
///
/// # Errors
///
/// Fails where the path leads to a named pipe, a device or a socket, which would be waited for without end.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if metadata.is_file() || metadata.is_dir() {
        fs::read(path)
    } else {
        Err(io::Error::other("this is neither a file nor a folder; remove it"))
    }
}
