//! A table for people: one line per row, cut to the width of the terminal, the middle of long tables left out.

mod color;
mod fit;
mod long;

use std::ops::Range;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::visible::{self, Visible};

pub(crate) use fit::{shorten, width, wrap};
pub(crate) use long::LongGrid;

/// Rows of a long table shown at its head and at its foot on a terminal.
const SHOWN_AT_EACH_END: usize = 8;
/// Longer tables are cut on a terminal.
pub(crate) const MOST_SHOWN: usize = 2 * SHOWN_AT_EACH_END + 1;

/// Text in rows and columns.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Grid {
    /// The names of the columns.
    pub headers: Vec<String>,
    /// One text per column and row.
    pub rows: Vec<Vec<String>>,
    /// The columns of numbers, aligned to the right.
    pub is_number: Vec<bool>,
    /// Rows that are not here: between the [`ends`], which are all others.
    pub num_left_out: u64,
}

/// How much room there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Room {
    /// A terminal of so many columns: lines are cut and the middle is left out.
    Terminal(u16),
    /// A pipe or a file: everything is printed whole.
    Unlimited,
}

/// Blanks between two columns.
const GAP: usize = 2;

/// Draws the grid without colours. On a terminal every row is one line: columns that do not fit are left out and named, the widest texts
/// are shortened, and of a long table both ends are shown with a line between them that says how many rows are left out.
pub(crate) fn draw(grid: &Grid, room: Room) -> Visible {
    lines(grid, room, MOST_SHOWN, |_, _| Style::new())
}

/// Draws the grid as [`draw`] does, in colours: those of the pipelines and of how files ended.
pub(crate) fn paint(grid: &Grid, room: Room) -> Visible {
    lines(grid, room, MOST_SHOWN, color::of)
}

/// Draws the grid as [`paint`] does, with every row: settings and sums are looked for one by one.
pub(crate) fn paint_all(grid: &Grid, room: Room) -> Visible {
    lines(grid, room, usize::MAX, color::of)
}

/// The rows of a table of so many that a terminal shows: all of them, or those at its head and at its foot.
pub(crate) fn ends(num_rows: u64) -> [Range<u64>; 2] {
    let num_at_end = SHOWN_AT_EACH_END as u64;
    match num_rows > MOST_SHOWN as u64 {
        true => [0..num_at_end, num_rows - num_at_end..num_rows],
        false => [0..num_rows, num_rows..num_rows],
    }
}

/// What a text is part of, for the one who chooses its colour.
enum Part<'a> {
    Header,
    /// A cell of the column with this name.
    Cell(&'a str),
    /// A line about what is not shown.
    Aside,
}

fn lines(grid: &Grid, room: Room, most_rows: usize, style: impl Fn(Part, &str) -> Style) -> Visible {
    let num_rows = grid.rows.len();
    let (num_head, num_tail) = match room {
        Room::Terminal(_) if num_rows > most_rows || grid.num_left_out > 0 => (SHOWN_AT_EACH_END, SHOWN_AT_EACH_END),
        Room::Terminal(_) | Room::Unlimited => (num_rows, 0),
    };
    let drawn_rows = || grid.rows[..num_head].iter().chain(&grid.rows[num_rows - num_tail..]);
    let columns = fit::columns(grid, drawn_rows(), room);
    let line = |texts: &[String], style: &dyn Fn(&str, &str) -> Style| aligned(grid, &columns, texts, style);
    let aside = |text: String| {
        let mut line = Visible::default();
        line.styled(style(Part::Aside, &text), &text);
        line
    };
    let mut lines = vec![line(&grid.headers, &|_, text| style(Part::Header, text))];
    lines.extend(drawn_rows().map(|row| line(row, &|column, text| style(Part::Cell(column), text))));
    if num_tail > 0 {
        let num_more = (num_rows - num_head - num_tail) as u64 + grid.num_left_out;
        lines.insert(1 + num_head, aside(format!("… {num_more} more")));
    }
    if let (Room::Terminal(width), true) = (room, columns.len() < grid.headers.len()) {
        let is_drawn = |index: &usize| columns.iter().any(|(column, _)| column == index);
        let names = (0..grid.headers.len()).filter(|index| !is_drawn(index));
        let names: Vec<_> = names.map(|index| visible::line(&grid.headers[index])).collect();
        let text = format!("… no room for {}", names.join(", "));
        lines.push(aside(fit::shorten_end(&text, usize::from(width))));
    }
    lines.iter_mut().for_each(|line| line.push("\n"));
    lines.into_iter().collect()
}

/// The texts of a row under each other's columns, of which the number and the width are given.
fn aligned(grid: &Grid, columns: &[(usize, usize)], texts: &[String], style: &dyn Fn(&str, &str) -> Style) -> Visible {
    let mut line = Visible::default();
    let mut blanks = 0;
    for (column, width) in columns {
        let text = fit::shorten(&visible::line(&texts[*column]), *width);
        let missing = width.saturating_sub(text.width());
        let style = style(&grid.headers[*column], &texts[*column]);
        let before = if grid.is_number(*column) { missing } else { 0 };
        line.push(format_args!("{:n$}", "", n = blanks + before));
        line.styled(style, &text);
        blanks = GAP + missing - before;
    }
    line.trim_end();
    line
}

impl Grid {
    fn is_number(&self, column: usize) -> bool {
        self.is_number.get(column).copied().unwrap_or(false)
    }

    /// The grid with the number of each row, from 1 on, as its first column.
    pub(crate) fn numbered(mut self) -> Self {
        self.headers.insert(0, "#".to_owned());
        self.is_number.insert(0, true);
        for (row, number) in self.rows.iter_mut().zip(1_usize..) {
            row.insert(0, number.to_string());
        }
        self
    }

    /// The grid without the columns that have nothing in any row.
    pub(crate) fn without_empty_columns(mut self) -> Self {
        let is_filled: Vec<bool> = (0..self.headers.len())
            .map(|column| self.rows.is_empty() || self.rows.iter().any(|row| !row[column].is_empty()))
            .collect();
        let keep = |texts: &mut Vec<String>| {
            let mut filled = is_filled.iter();
            texts.retain(|_| filled.next().is_none_or(|filled| *filled));
        };
        self.rows.iter_mut().for_each(keep);
        keep(&mut self.headers);
        let mut filled = is_filled.iter();
        self.is_number.retain(|_| filled.next().is_none_or(|filled| *filled));
        self
    }
}

#[cfg(test)]
mod tests;
