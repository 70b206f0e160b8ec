//! A table for people: one line per row, cut to the width of the terminal, the middle of long tables left out.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Rows of a long table shown at its head and at its foot on a terminal.
const SHOWN_AT_EACH_END: usize = 8;

/// Text in rows and columns.
#[derive(Debug, Default, PartialEq)]
pub struct Grid {
    /// The names of the columns.
    pub headers: Vec<String>,
    /// One text per column and row.
    pub rows: Vec<Vec<String>>,
    /// The columns of numbers, aligned to the right.
    pub is_number: Vec<bool>,
}

/// How much room there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Room {
    /// A terminal of so many columns: lines are cut and the middle is left out.
    Terminal(u16),
    /// A pipe or a file: everything is printed whole.
    Unlimited,
}

/// Blanks between two columns.
const GAP: usize = 2;
/// No column is made narrower than this.
const NARROWEST: usize = 6;

/// Draws the grid. On a terminal every row is one line: the widest columns are shortened until the line fits, and of a long table
/// both ends are shown with a line between them that says how many rows are left out.
pub fn draw(grid: &Grid, room: Room) -> String {
    let n_rows = grid.rows.len();
    let (n_head, n_tail, limits) = match room {
        Room::Terminal(width) => {
            let is_long = n_rows > 2 * SHOWN_AT_EACH_END + 1;
            let (n_head, n_tail) = if is_long {
                (SHOWN_AT_EACH_END, SHOWN_AT_EACH_END)
            } else {
                (n_rows, 0)
            };
            (n_head, n_tail, limits(grid, usize::from(width)))
        }
        Room::Unlimited => (n_rows, 0, vec![usize::MAX; grid.headers.len()]),
    };
    let fitted = |texts: &[String]| {
        texts
            .iter()
            .zip(&limits)
            .map(|(text, limit)| shorten(text, *limit))
            .collect::<Vec<_>>()
    };
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(fitted(&grid.headers));
    table.add_rows(
        grid.rows[..n_head]
            .iter()
            .chain(&grid.rows[n_rows - n_tail..])
            .map(|row| fitted(row)),
    );
    for (column, is_number) in table.column_iter_mut().zip(&grid.is_number) {
        if *is_number {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP as u16));
    }
    let drawn = table.to_string();
    let mut lines: Vec<String> = drawn.lines().map(|line| line.trim_end().to_owned()).collect();
    if n_tail > 0 {
        lines.insert(1 + n_head, format!("… {} more", n_rows - n_head - n_tail));
    }
    lines.join("\n")
}

/// Widths of the columns that fit into a line: the widest is made narrower until they do. Numbers are never cut.
fn limits(grid: &Grid, width: usize) -> Vec<usize> {
    let widest = |column: usize| {
        grid.rows
            .iter()
            .map(|row| row[column].width())
            .max()
            .unwrap_or(0)
            .max(grid.headers[column].width())
    };
    let mut limits: Vec<usize> = (0..grid.headers.len()).map(widest).collect();
    let is_text = |column: &usize| !grid.is_number.get(*column).copied().unwrap_or(false);
    while limits.iter().map(|limit| limit + GAP).sum::<usize>() > width + GAP {
        let candidates = (0..limits.len())
            .filter(is_text)
            .filter(|column| limits[*column] > NARROWEST);
        let Some(column) = candidates.max_by_key(|column| limits[*column]) else {
            break;
        };
        limits[column] -= 1;
    }
    limits
}

/// The text in so many columns: of a path the middle is left out, because its ends tell files apart; of other text the end.
pub fn shorten(text: &str, limit: usize) -> String {
    if text.width() <= limit {
        return text.to_owned();
    }
    let n_tail = if text.contains('/') { (limit - 1) * 2 / 3 } else { 0 };
    let take = |characters: &mut dyn Iterator<Item = char>, room: usize| {
        let mut used = 0;
        let fits = |character: &char| {
            used += character.width().unwrap_or(0);
            used <= room
        };
        characters.take_while(fits).collect::<String>()
    };
    let head = take(&mut text.chars(), limit - 1 - n_tail);
    let tail: String = take(&mut text.chars().rev(), n_tail).chars().rev().collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests;
