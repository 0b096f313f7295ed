//! Drawing in a terminal, as lines, or as a picture.

use std::convert::Infallible;
use std::future::pending;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::crossterm::event::{self, Event, KeyCode, KeyModifiers};
use ratatui::widgets::Widget;
use ratatui::{DefaultTerminal, Terminal};

use crate::svg;

/// The size of a picture, and of what is printed as lines, in columns and rows.
const SIZE: (u16, u16) = (72, 8);

/// How often the keyboard is looked at.
const KEYBOARD: Duration = Duration::from_millis(50);

/// What the user of a screen wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The program is to end: `q`, Esc or Ctrl+C was pressed.
    Quit,
    /// The size has changed: draw again.
    Redraw,
}

/// Where a program draws.
#[derive(Debug)]
pub struct Screen(Kind);

/// The part of a command line that says where a program draws.
#[derive(Debug, Args)]
pub struct Drawing {
    /// Write a picture of what was drawn last to this file, as SVG, and draw nothing else
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
}

#[derive(Debug)]
enum Kind {
    /// The whole terminal, until the screen is dropped or the program panics.
    Terminal(DefaultTerminal),
    /// Standard output: the lines that have changed.
    Lines(Terminal<TestBackend>, Vec<String>),
    /// A picture of what was drawn last.
    Picture(Terminal<TestBackend>, PathBuf),
}

impl Screen {
    /// A picture if there is a file for it; else the terminal, or lines if standard output is none.
    ///
    /// # Errors
    ///
    /// Fails if the terminal cannot be used.
    pub fn open(drawing: Drawing) -> io::Result<Self> {
        let canvas = || match Terminal::new(TestBackend::new(SIZE.0, SIZE.1)) {
            Ok(terminal) => terminal,
            Err(never) => match never {},
        };
        Ok(Self(match drawing.picture {
            Some(file) => Kind::Picture(canvas(), file),
            // It sees to it that a panic restores the terminal.
            None if io::stdin().is_terminal() && io::stdout().is_terminal() => Kind::Terminal(ratatui::try_init()?),
            None => Kind::Lines(canvas(), Vec::new()),
        }))
    }

    /// Draws a widget on the whole screen.
    ///
    /// # Errors
    ///
    /// Fails if the terminal, or standard output, cannot be written to.
    pub fn draw(&mut self, widget: impl Widget) -> io::Result<()> {
        match &mut self.0 {
            Kind::Terminal(terminal) => {
                terminal.draw(|frame| frame.render_widget(widget, frame.area()))?;
            }
            Kind::Lines(terminal, before) => {
                let lines = lines(painted(terminal, widget));
                for (number, line) in lines.iter().enumerate() {
                    if before.get(number) != Some(line) && !line.is_empty() {
                        crate::println!("{line}");
                    }
                }
                *before = lines;
            }
            Kind::Picture(terminal, _) => drop(painted(terminal, widget)),
        }
        Ok(())
    }

    /// Waits until the user wants something, which only happens in a terminal.
    ///
    /// # Errors
    ///
    /// Fails if the terminal cannot be read.
    pub async fn input(&self) -> io::Result<Input> {
        if !matches!(self.0, Kind::Terminal(_)) {
            return pending().await;
        }
        loop {
            while event::poll(Duration::ZERO)? {
                match event::read()? {
                    Event::Key(key) if key.is_press() => match key.code {
                        KeyCode::Char('q') | KeyCode::Esc => return Ok(Input::Quit),
                        // In a terminal that is drawn on, it is a key and no signal.
                        KeyCode::Char('c') if key.modifiers == KeyModifiers::CONTROL => return Ok(Input::Quit),
                        _ => {}
                    },
                    Event::Resize(..) => return Ok(Input::Redraw),
                    _ => {}
                }
            }
            tokio::time::sleep(KEYBOARD).await;
        }
    }

    /// Restores the terminal, or writes the picture.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    pub fn close(self) -> io::Result<()> {
        match &self.0 {
            Kind::Picture(terminal, file) => std::fs::write(file, svg(terminal.backend().buffer())),
            Kind::Terminal(_) | Kind::Lines(..) => Ok(()),
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A panic has restored it already, and its message must stay.
        if matches!(self.0, Kind::Terminal(_)) && !std::thread::panicking() {
            ratatui::restore();
        }
    }
}

/// What a widget looks like.
fn painted(terminal: &mut Terminal<TestBackend>, widget: impl Widget) -> &Buffer {
    let result: Result<_, Infallible> = terminal.draw(|frame| frame.render_widget(widget, frame.area()));
    match result {
        Ok(_) => terminal.backend().buffer(),
        Err(never) => match never {},
    }
}

/// The rows as text, without the spaces at their ends.
fn lines(buffer: &Buffer) -> Vec<String> {
    let rows = buffer.content().chunks(usize::from(buffer.area.width).max(1));
    rows.map(|row| row.iter().map(Cell::symbol).collect::<String>().trim_end().to_owned()).collect()
}
