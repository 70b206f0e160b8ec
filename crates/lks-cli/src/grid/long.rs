//! A grid of which only one row is held at a time, for pipes and files. Its rows come twice: to be measured, and to be drawn.

use anstyle::Style;

use super::{Grid, aligned, width};
use crate::visible::Visible;

/// The headers of a grid and how wide its columns are.
pub(crate) struct LongGrid {
    headers: Grid,
    /// Each column with its width.
    columns: Vec<(usize, usize)>,
}

impl LongGrid {
    /// Without rows so far. Those of the grid are not looked at.
    pub(crate) fn new(headers: Grid) -> Self {
        let widths = headers.headers.iter().map(|header| width(header));
        Self {
            columns: widths.enumerate().collect(),
            headers,
        }
    }

    /// Makes room for a row.
    pub(crate) fn measure(&mut self, row: &[String]) {
        for ((_, widest), text) in self.columns.iter_mut().zip(row) {
            *widest = width(text).max(*widest);
        }
    }

    /// The line of the headers.
    pub(crate) fn first_line(&self) -> Visible {
        self.line(&self.headers.headers)
    }

    /// The line of a row that was measured.
    pub(crate) fn line(&self, row: &[String]) -> Visible {
        let mut line = aligned(&self.headers, &self.columns, row, &|_, _| Style::new());
        line.push("\n");
        line
    }
}
