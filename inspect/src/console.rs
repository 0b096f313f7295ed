//! What is said while files are read: a bar where someone is there to see it, a line for each file if asked for.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use ucwa_inspect::draw::Drawing;
use ucwa_inspect::{Masker, Progress};

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
    pub(crate) fn new(quiet: bool, masker: Masker) -> Self {
        let is_seen = !quiet && io::stderr().is_terminal();
        let bar = if is_seen { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {bar:30} {pos}/{len} messages {elapsed} {wide_msg}")
        {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar, lines: Vec::new(), file: None, messages: 0, masker }
    }

    /// Takes note of a step.
    pub(crate) fn progress(&mut self, progress: Progress<'_>) {
        match progress {
            Progress::File(file) => {
                self.end_file();
                self.begin_file(file);
            }
            Progress::Messages(count) => {
                self.messages = count;
                self.bar.inc_length(count as u64);
            }
            Progress::Message => self.bar.inc(1),
        }
    }

    fn begin_file(&mut self, file: &Path) {
        let name = self.masker.mask(&file.display().to_string());
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

/// How to draw what goes to the standard error.
pub(crate) fn drawing() -> Drawing {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) || !io::stderr().is_terminal();
    if plain { Drawing::Plain } else { Drawing::Coloured }
}

/// Prints. A reader that wants no more of it, such as `head`, is no failure.
pub(crate) fn print(text: &[u8]) -> Result<(), String> {
    let mut output = io::stdout().lock();
    match output.write_all(text).and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("the output is not complete: {error}")),
        _ => Ok(()),
    }
}
