//! Where the bodies in a dump end. What lies behind a body is looked at once, and not once for each message before it.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use ucwa_runtime::batch_boundary;

use super::body::{chunk, is_chunked};
use super::lines::{is_start, lines, next_start};
use crate::message::Message;

/// How far behind a length the next message must begin. A message that begins later is found all the same, by its first line.
const BEHIND_LENGTH: usize = 8 << 10;

/// How long a boundary may be that is looked for. The bindings take none that are longer.
const MAXIMUM_BOUNDARY: usize = 200;

/// What stands on both sides of a boundary where the last part ends.
const DASHES: &[u8] = b"--";

/// The ends of the bodies of a dump.
pub(super) struct Ends<'b> {
    bytes: &'b [u8],
    /// For each boundary, where what closes it begins, in ascending order. Found when the first is asked for.
    closings: OnceCell<HashMap<&'b [u8], Vec<usize>>>,
    /// Where chunks begin that are followed by no last one.
    unended: HashSet<usize>,
}

impl<'b> Ends<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, closings: OnceCell::new(), unended: HashSet::new() }
    }

    /// Where the body ends that begins at `start`. Dumps that were edited or joined from several places have lengths that are not
    /// true any more: one is believed if another message, or nothing, begins behind it.
    pub(super) fn end(&mut self, message: &Message, start: usize) -> usize {
        let chunks = if is_chunked(message) { self.end_of_chunks(start) } else { None };
        let length = || {
            let length: usize = message.header("content-length")?.trim().parse().ok()?;
            start.checked_add(length).filter(|end| self.is_end(*end))
        };
        let parts = || self.end_of_parts(&batch_boundary(message.media_type()?)?, start);
        let next = || next_start(&self.bytes[start..]).map(|next| start + next);
        chunks.or_else(length).or_else(parts).or_else(next).unwrap_or(self.bytes.len())
    }

    fn is_end(&self, end: usize) -> bool {
        self.bytes.get(end..).is_some_and(|behind| {
            let near = behind[..behind.len().min(BEHIND_LENGTH)].trim_ascii_start();
            lines(near).next().map_or(behind.len() <= BEHIND_LENGTH, is_start)
        })
    }

    /// Where the chunks end that begin at `start`; `None` where there is no last one.
    fn end_of_chunks(&mut self, start: usize) -> Option<usize> {
        let (mut at, mut begun) = (start, Vec::new());
        let end = loop {
            if self.unended.contains(&at) {
                break None;
            }
            begun.push(at);
            match chunk(&self.bytes[at..]) {
                Some(([], behind)) => break Some(at + behind),
                Some((_, behind)) => at += behind,
                None => break None,
            }
        };
        if end.is_none() {
            self.unended.extend(begun);
        }
        end
    }

    fn end_of_parts(&self, boundary: &str, start: usize) -> Option<usize> {
        let closings = self.closings.get_or_init(|| closings(self.bytes)).get(boundary.as_bytes())?;
        let begin = closings.get(closings.partition_point(|begin| *begin < start))?;
        Some(begin + DASHES.len() + boundary.len() + DASHES.len())
    }
}

/// Where boundaries are closed: at the start of a line, whatever follows there, or at the end of one, as some write no line break
/// before the mark.
fn closings(bytes: &[u8]) -> HashMap<&[u8], Vec<usize>> {
    let mut found: HashMap<&[u8], Vec<usize>> = HashMap::new();
    let mut start = 0;
    for line in lines(bytes) {
        let text = line.trim_ascii_end();
        let longest = MAXIMUM_BOUNDARY + DASHES.len();
        if let Some(rest) = text.strip_prefix(DASHES) {
            for end in dashes(&rest[..rest.len().min(longest)]) {
                found.entry(&rest[..end]).or_default().push(start);
            }
        }
        if let Some(rest) = text.strip_suffix(DASHES) {
            let hidden = rest.len().saturating_sub(longest);
            // Those at the start of the line were found before.
            for begin in dashes(&rest[hidden..]).map(|at| hidden + at).filter(|begin| *begin > 0) {
                found.entry(&rest[begin + DASHES.len()..]).or_default().push(start + begin);
            }
        }
        start += line.len();
    }
    found
}

/// Where there are two dashes, also where those are some of more.
fn dashes(text: &[u8]) -> impl Iterator<Item = usize> {
    text.windows(DASHES.len()).enumerate().filter(|(_, pair)| *pair == DASHES).map(|(at, _)| at)
}
