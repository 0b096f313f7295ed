//! A screen as a picture.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

/// The size of a cell, in pixels.
const CELL: (usize, usize) = (9, 20);

/// How far the text is from the edge, in pixels.
const MARGIN: usize = 12;

const TEXT: &str = "#d4d4d4";
const BACKGROUND: &str = "#1e1e1e";

/// Draws what is on a screen as SVG: the characters with their colours, bold and dim, on a dark ground.
pub fn svg(buffer: &Buffer) -> String {
    let columns = usize::from(buffer.area.width).max(1);
    let rows: Vec<_> = buffer.content().chunks(columns).collect();
    let (width, height) = (columns * CELL.0 + 2 * MARGIN, rows.len() * CELL.1 + 2 * MARGIN);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"15\">\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    );
    for (row, cells) in rows.iter().enumerate() {
        let mut column = 0;
        for run in cells.chunk_by(|left, right| left.style() == right.style()) {
            draw(&mut text, run, column, row);
            column += run.len();
        }
    }
    text + "</svg>\n"
}

/// Draws cells of one style.
fn draw(text: &mut String, run: &[Cell], column: usize, row: usize) {
    let whole: String = run.iter().map(Cell::symbol).collect();
    let shown = whole.trim();
    let Some(style) = run.first().map(Cell::style).filter(|_| !shown.is_empty()) else { return };
    let before = whole.chars().take_while(|character| *character == ' ').count();
    let (x, y) = (MARGIN + (column + before) * CELL.0, MARGIN + row * CELL.1 + CELL.1 * 3 / 4);
    // Fonts differ in width; the columns stay where they are.
    let length = shown.chars().count() * CELL.0;
    let colour = colour(style.fg.unwrap_or_default());
    let bold = if style.add_modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let dim = if style.add_modifier.contains(Modifier::DIM) { " opacity=\"0.6\"" } else { "" };
    let shown = shown.replace('&', "&amp;").replace('<', "&lt;");
    // Writing to a string does not fail.
    let _ = writeln!(
        text,
        "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" fill=\"{colour}\"{bold}{dim} xml:space=\"preserve\">{shown}</text>"
    );
}

/// The colours that the programs use, as terminals show them on a dark ground.
fn colour(colour: Color) -> &'static str {
    match colour {
        Color::Green => "#23d18b",
        Color::Yellow => "#f5f543",
        Color::Red => "#f14c4c",
        Color::DarkGray => "#808080",
        _ => TEXT,
    }
}
