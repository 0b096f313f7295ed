//! What is said while files are read: a bar where someone is there to see it, a line for each file if asked for.

use std::path::Path;
use std::time::Instant;

use ucwa_console::printable;
use ucwa_console::progress::{Progress as Shown, ProgressBar, bar};
use ucwa_inspect::{InspectionStep, Masker};

/// Shows how far reading has come.
pub(crate) struct Console {
    bar: ProgressBar,
    /// What is said of files in the end: a bar would be torn by lines between.
    lines: Vec<String>,
    file: Option<(String, Instant)>,
    messages: usize,
    masker: Masker,
}

impl Console {
    pub(crate) fn new(shown: Shown, masker: Masker) -> Self {
        let bar = bar(shown, "{spinner} {bar:30} {pos}/{len} messages {elapsed} {wide_msg}");
        Self { bar, lines: Vec::new(), file: None, messages: 0, masker }
    }

    /// Takes note of a step.
    pub(crate) fn progress(&mut self, progress: InspectionStep<'_>) {
        match progress {
            InspectionStep::File(file) => {
                self.end_file();
                self.begin_file(file);
            }
            InspectionStep::Messages(count) => {
                self.messages = count;
                self.bar.inc_length(count as u64);
            }
            InspectionStep::Message => self.bar.inc(1),
        }
    }

    fn begin_file(&mut self, file: &Path) {
        let name = printable(&self.masker.mask(&file.display().to_string()));
        self.bar.set_message(name.clone());
        self.file = Some((name, Instant::now()));
    }

    fn end_file(&mut self) {
        let Some((name, start)) = self.file.take() else { return };
        let (count, seconds) = (std::mem::take(&mut self.messages), start.elapsed().as_secs_f64());
        let messages = if count == 1 { "message" } else { "messages" };
        self.lines.push(format!("{name}: {count} {messages}, {seconds:.2} s"));
    }

    /// Takes the bar away, and gives the lines about the files.
    pub(crate) fn finish(mut self) -> Vec<String> {
        self.end_file();
        self.bar.finish_and_clear();
        self.lines
    }
}
