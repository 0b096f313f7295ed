//! Names of headers as the servers of the field write them. HTTP does not mind their case, but clients are known that do.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Names as they come, a capital at the start of each word, and as they are to be.
const NAMES: [(&str, &str); 5] = [
    ("Www-Authenticate", "WWW-Authenticate"),
    ("Etag", "ETag"),
    ("X-Ms-Ucwaversion", "X-MS-UcwaVersion"),
    ("X-Ms-Server-Fqdn", "X-MS-Server-Fqdn"),
    ("X-Ms-Correlation-Id", "X-MS-Correlation-Id"),
];

/// A stream that writes the names of headers as they are to be.
pub(super) struct Casing<S> {
    stream: S,
    /// What could not be written yet of a head: the names in it are as they are to be.
    pending: Vec<u8>,
    written: usize,
}

impl<S> Casing<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, pending: Vec::new(), written: 0 }
    }
}

/// The head of a response with the names of its headers as they are to be; `None` for what is no head.
fn recased(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.starts_with(b"HTTP/1.") {
        return None;
    }
    let end = memchr::memmem::find(bytes, b"\r\n\r\n").unwrap_or(bytes.len());
    let mut head = bytes[..end].to_vec();
    for (found, wanted) in NAMES {
        let line = format!("\r\n{found}: ");
        let places: Vec<_> = memchr::memmem::find_iter(&head, line.as_bytes()).map(|at| at + 2).collect();
        for at in places {
            head[at..at + wanted.len()].copy_from_slice(wanted.as_bytes());
        }
    }
    Some(head)
}

impl<S: AsyncRead + Unpin> AsyncRead for Casing<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> Casing<S> {
    /// Writes what waits.
    fn poll_pending(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.written < self.pending.len() {
            match Pin::new(&mut self.stream).poll_write(context, &self.pending[self.written..]) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(count)) => self.written += count,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        self.pending.clear();
        self.written = 0;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Casing<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.poll_pending(context) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            Poll::Pending => return Poll::Pending,
        }
        let Some(head) = recased(bytes) else { return Pin::new(&mut self.stream).poll_write(context, bytes) };
        let count = head.len();
        self.pending = head;
        // The head is taken whole: what the stream does not take now, it gets before all else.
        match self.poll_pending(context) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) | Poll::Pending => Poll::Ready(Ok(count)),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.poll_pending(context) {
            Poll::Ready(Ok(())) => Pin::new(&mut self.stream).poll_flush(context),
            other => other,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.poll_pending(context) {
            Poll::Ready(Ok(())) => Pin::new(&mut self.stream).poll_shutdown(context),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_servers_of_the_field_write_them() {
        let head =
            "HTTP/1.1 401 Unauthorized\r\nWww-Authenticate: a\r\nEtag: \"1\"\r\nWww-Authenticate: b\r\n\r\nEtag: body";
        let expected = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: a\r\nETag: \"1\"\r\nWWW-Authenticate: b";
        assert_eq!(recased(head.as_bytes()).as_deref(), Some(expected.as_bytes()));
        assert_eq!(recased(b"Www-Authenticate: in a body"), None);
    }

    #[test]
    fn a_name_keeps_its_length() {
        assert!(NAMES.iter().all(|(found, wanted)| found.eq_ignore_ascii_case(wanted)));
    }
}
