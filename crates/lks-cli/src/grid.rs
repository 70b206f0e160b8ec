//! A table for people: one line per row, cut to the width of the terminal, the middle of long tables left out.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

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

/// Draws the grid. `n_before` rows of a long one are followed by a line that says how many are left out.
pub fn draw(grid: &Grid, room: Room) -> String {
    let n_rows = grid.rows.len();
    let (n_head, n_tail) = match room {
        Room::Terminal(_) if n_rows > 2 * SHOWN_AT_EACH_END + 1 => (SHOWN_AT_EACH_END, SHOWN_AT_EACH_END),
        Room::Terminal(_) | Room::Unlimited => (n_rows, 0),
    };
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_truncation_indicator("…");
    match room {
        Room::Terminal(width) => table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width),
        Room::Unlimited => table.set_content_arrangement(ContentArrangement::Disabled),
    };
    let mut header = comfy_table::Row::from(grid.headers.clone());
    header.max_height(1);
    table.set_header(header);
    for row in grid.rows[..n_head].iter().chain(&grid.rows[n_rows - n_tail..]) {
        let mut line = comfy_table::Row::from(row.clone());
        line.max_height(1);
        table.add_row(line);
    }
    for (position, is_number) in grid.is_number.iter().enumerate() {
        if let (true, Some(column)) = (is_number, table.column_mut(position)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let drawn = table.to_string();
    let mut lines: Vec<String> = drawn.lines().map(|line| line.trim_end().to_owned()).collect();
    if n_tail > 0 {
        lines.insert(1 + n_head, format!("… {} more", n_rows - n_head - n_tail));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests;
