//! Which fences begin a sample, which end one, and which are there by mistake.
//!
//! Whether a fence, a line of three backticks, opens or closes is not told by counting them from the top of the page: one that
//! is missing or too many would turn all that follows inside out. A heading and the header of a table never stand in a sample,
//! so each part of the page between two of them is looked at on its own.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use crate::diagnostics::Diagnostic;

use super::headings::{Boilerplate, Heading};
use super::inline;
use super::page::Page;
use super::tables::{self, Columns};

/// What a line is to the samples around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// A fence behind which a sample begins.
    Opens,
    /// A fence that ends a sample.
    Closes,
    /// A line that is there by mistake, and is not read.
    Stray,
    /// A heading, or the header of a table, in front of which any sample ends.
    Boundary,
}

/// The marks of a page. Lines are told by their places, as corrected pages may have several of one number.
#[derive(Debug, Default)]
pub(super) struct Fences {
    marks: HashMap<usize, Mark>,
    /// Whether the page ends within a sample.
    pub(super) is_open: bool,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A part of a page in which at most one sample stands.
struct Region<'a> {
    /// Whether the heading or sentence that it begins with announces a sample.
    announced: Announced,
    /// The lines below that, with their places.
    lines: Vec<(usize, &'a str)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Announced {
    Yes,
    No,
}

impl Fences {
    /// Looks through a page. `is_heading` tells the lines that are headings in its dialect.
    pub(super) fn of(page: &Page, is_heading: impl Fn(&str) -> bool) -> Self {
        let mut fences = Self::default();
        let mut regions = vec![Region { announced: Announced::No, lines: Vec::new() }];
        for (place, (_, line)) in page.lines().enumerate() {
            let trimmed = line.trim();
            let begins = if is_heading(trimmed) {
                let heading = Heading::find(&inline::plain(trimmed.trim_matches('#')));
                let announced =
                    if matches!(heading, Some(Heading::Sample(..))) { Announced::Yes } else { Announced::No };
                fences.marks.insert(place, Mark::Boundary);
                Some(announced)
            } else if is_table_header(trimmed) {
                fences.marks.insert(place, Mark::Boundary);
                Some(Announced::No)
            } else if sentence(trimmed) == Some(Boilerplate::EventSample) {
                Some(Announced::Yes)
            } else {
                None
            };
            if let Some(announced) = begins {
                regions.push(Region { announced, lines: Vec::new() });
            } else if let Some(region) = regions.last_mut() {
                region.lines.push((place, line));
            }
        }
        let last = regions.len();
        for (number, region) in regions.iter().enumerate() {
            let at_end = number + 1 == last;
            fences.region(page, region, at_end);
        }
        fences
    }

    pub(super) fn mark(&self, place: usize) -> Option<Mark> {
        self.marks.get(&place).copied()
    }

    fn region(&mut self, page: &Page, region: &Region, at_end: bool) {
        let fences: Vec<usize> =
            region.lines.iter().filter(|(_, line)| is_fence(line)).map(|(place, _)| *place).collect();
        if fences.is_empty() {
            return;
        }
        let parts: Vec<BetweenFences> = region.lines.split(|(_, line)| is_fence(line)).map(BetweenFences::of).collect();
        let is_filled = |part: usize| parts.get(part).is_some_and(|part| part.first.is_some());
        let first_of = |part: usize| parts.get(part).and_then(|part| part.first);
        let last_of = |part: usize| parts.get(part).and_then(|part| part.last);
        match (region.announced, fences.as_slice()) {
            (Announced::Yes, [open, close]) if !is_filled(0) => self.sample(*open, *close),
            (Announced::Yes, [open]) if !is_filled(0) && is_filled(1) => {
                self.set(*open, Mark::Opens);
                let last = last_of(1).unwrap_or(*open);
                let expected = "add a line of ``` after this line";
                let message = "the fence around this sample is not closed";
                self.fault(page, last, message, expected);
                if at_end {
                    // Markdown closes it at the end of the page.
                    self.is_open = true;
                    let fault = self.diagnostics.pop().map(Diagnostic::as_warning);
                    self.diagnostics.extend(fault);
                }
            }
            (Announced::Yes, [close]) if is_filled(0) && !is_filled(1) => {
                let first = first_of(0).unwrap_or(*close);
                self.set(*close, Mark::Closes);
                let expected = "add a line of ``` before this line";
                self.fault(page, first, "the fence around this sample is not opened", expected);
            }
            (Announced::Yes, [open, middle, close]) if !is_filled(0) => {
                let is_doubled_end = is_filled(1) && !is_filled(2);
                let (close, stray) = if is_doubled_end { (middle, close) } else { (close, middle) };
                self.sample(*open, *close);
                self.stray(page, *stray);
            }
            (Announced::Yes, [open, close, others @ ..]) if !is_filled(0) && is_filled(3) && !is_filled(2) => {
                self.sample(*open, *close);
                let second = others.first().copied().unwrap_or(*close);
                let place = parts.get(2).and_then(|part| part.above_text).unwrap_or(second);
                let expected = "add the heading of the second sample before it, such as `#### JSON Response`";
                self.fault(page, place.max(*close), "two samples under one heading", expected);
                self.skip(region, second..=others.last().copied().unwrap_or(second));
            }
            (Announced::Yes, [open, close]) if is_filled(1) => {
                let (first, last) = (first_of(0).unwrap_or(*open), last_of(0).unwrap_or(*open));
                self.sample(*open, *close);
                let expected = "remove it, or put all of the sample between the lines of ```";
                self.fault(page, first, "text before the sample", expected);
                self.skip(region, first..=last);
            }
            (Announced::No, [open, close]) if is_filled(1) => {
                let place = parts.first().and_then(|part| part.above_end).unwrap_or(*open);
                let expected =
                    "put it under a heading such as `JSON Request`, or under the sentence that announces an event";
                self.fault(page, place, "a sample where none is expected", expected);
                self.skip(region, *open..=*close);
            }
            (_, [stray, others @ ..]) => {
                self.stray(page, *stray);
                for other in others {
                    self.set(*other, Mark::Stray);
                }
            }
            (_, []) => {}
        }
    }

    fn set(&mut self, place: usize, mark: Mark) {
        self.marks.insert(place, mark);
    }

    fn sample(&mut self, open: usize, close: usize) {
        self.set(open, Mark::Opens);
        self.set(close, Mark::Closes);
    }

    /// Leaves lines out that belong to what was told already.
    fn skip(&mut self, region: &Region, places: RangeInclusive<usize>) {
        for (place, _) in region.lines.iter().filter(|(place, _)| places.contains(place)) {
            self.set(*place, Mark::Stray);
        }
    }

    fn stray(&mut self, page: &Page, place: usize) {
        self.set(place, Mark::Stray);
        self.fault(page, place, "a line of ``` that neither begins nor ends a sample", "remove this line");
    }

    fn fault(&mut self, page: &Page, place: usize, message: &str, expected: &str) {
        let line = page.number(place);
        self.diagnostics.push(page.diagnostic(line, None, message, expected));
    }
}

/// What stands between two fences, or between one and the end of a region.
struct BetweenFences {
    /// The first line that could be of a sample.
    first: Option<usize>,
    /// The last such line.
    last: Option<usize>,
    /// The last blank line in front of the first line with text, where a heading would belong.
    above_text: Option<usize>,
    /// The last line, where a heading for what follows would belong.
    above_end: Option<usize>,
}

impl BetweenFences {
    fn of(lines: &[(usize, &str)]) -> Self {
        let could_be_sample = |line: &&(usize, &str)| {
            let text = line.1.trim();
            !text.is_empty() && !text.starts_with("<a ") && sentence(text).is_none()
        };
        let place = |line: &(usize, &str)| line.0;
        Self {
            first: lines.iter().find(could_be_sample).map(place),
            last: lines.iter().rev().find(could_be_sample).map(place),
            above_text: lines.iter().take_while(|(_, line)| line.trim().is_empty()).last().map(place),
            above_end: lines.last().map(place),
        }
    }
}

/// The sentence that a line begins with, with or without emphasis.
fn sentence(line: &str) -> Option<Boilerplate> {
    Boilerplate::find(line.trim_start_matches(['*', '_']))
}

/// Whether a line is a fence.
pub(super) fn is_fence(line: &str) -> bool {
    line.trim_start().starts_with("```")
}

/// Whether a line is the header of a table of the reference, between pipes.
fn is_table_header(line: &str) -> bool {
    line.starts_with('|') && {
        let cells: Vec<_> = tables::split_pipes(line).into_iter().map(inline::plain).collect();
        Columns::find(&cells).is_some()
    }
}
