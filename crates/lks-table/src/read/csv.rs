//! CSV (RFC 4180), with the one thing other parsers throw away: whether a cell was quoted. A quoted cell is text,
//! whatever is in it.

use std::borrow::Cow;

use crate::decode::{self, RowBuilder, parse_moment};
use crate::error::{Error, InputPosition};
use crate::table::{Cell, Table};
use crate::types::ColumnTypes;

/// A table of a header line and a line per row.
///
/// A column whose type is known has that type. Of the others a quoted cell is text; an unquoted one is a number, a
/// truth value, a moment (`2019-07-18T20:29:21Z`) or else text, and the column is as wide as its cells need. Digits
/// with a zero in front are text. An empty unquoted cell is null; an empty line is skipped if there are several columns, and so is a
/// line that is the header again, as `cat` makes of several files.
///
/// # Errors
/// [`Error::Malformed`] with the line, for bytes that are not UTF-8, a quote that is not closed, a name that occurs
/// twice, a row with more or fewer cells than the header, or the header of another table among the rows.
pub fn csv(bytes: &[u8], types: &ColumnTypes) -> Result<Table, Error> {
    read(bytes, types, |refused| Err(malformed(refused.line, refused.reason)))
}

/// A row of CSV that has more or fewer cells than the header.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedRow {
    /// Its number in the table, from 0.
    pub row: usize,
    /// Its line in the file, from 1.
    pub line: usize,
    /// Its cells, with commas between them.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

/// As [`csv`], but rows with more or fewer cells than the header are rows of nulls, and given besides.
///
/// # Errors
/// As [`csv`] for all else.
pub fn csv_with_refused(bytes: &[u8], types: &ColumnTypes) -> Result<(Table, Vec<RefusedRow>), Error> {
    let mut all_refused = Vec::new();
    let table = read(bytes, types, |refused| {
        all_refused.push(refused);
        Ok(())
    })?;
    Ok((table, all_refused))
}

fn read(
    bytes: &[u8],
    types: &ColumnTypes,
    mut refuse: impl FnMut(RefusedRow) -> Result<(), Error>,
) -> Result<Table, Error> {
    let text = decode::utf8(bytes)?;
    let mut records = Records {
        rest: text.strip_prefix('\u{feff}').unwrap_or(text),
        line: 1,
    };
    let Some(header) = records.next_record()? else {
        return Ok(Table::empty());
    };
    if is_blank(&header) {
        return Ok(Table::empty());
    }
    let rows = RowBuilder::new(types).with_columns(header.iter().map(|name| &*name.text));
    let mut rows = rows.map_err(|message| malformed(1, message))?;
    loop {
        let line = records.line;
        let Some(cells) = records.next_record()? else { break };
        // With one column an empty line is a null.
        if header.len() > 1 && is_blank(&cells) {
            continue;
        }
        match meets_header(&cells, &header) {
            Meeting::Row if cells.len() == header.len() => {}
            Meeting::Row => {
                let texts: Vec<&str> = cells.iter().map(|cell| &*cell.text).collect();
                refuse(RefusedRow {
                    row: rows.num_rows(),
                    line,
                    text: texts.join(","),
                    reason: format!("{} cells where the header has {}", cells.len(), header.len()),
                })?;
                rows.end_row()?;
                continue;
            }
            Meeting::Repeated => continue,
            Meeting::Other(message) => return Err(malformed(line, message)),
        }
        for (number, cell) in cells.iter().enumerate() {
            let row = rows.row();
            let is_declared = types.get(&header[number].text).is_some();
            let column = rows.column(number);
            let pushed = match infer(&cell.text) {
                _ if cell.is_quoted => column.push_text(row, &cell.text),
                None => {
                    column.push_null(row);
                    Ok(())
                }
                Some(_) if is_declared => column.push_text(row, &cell.text),
                Some(Cell::Text(text)) => column.push_text(row, text),
                Some(Cell::Integer(value)) => column.push_integer(row, value),
                Some(Cell::Float(value)) => column.push_float(row, value),
                Some(Cell::Boolean(value)) => column.push_boolean(row, value),
                Some(Cell::Timestamp(micros)) => column.push_moment(row, micros),
            };
            pushed.map_err(|message| malformed(line, message.to_owned()))?;
        }
        rows.end_row()?;
    }
    rows.finish()
}

/// What a line is beside the header.
enum Meeting {
    Row,
    /// The header once more: another table of the same columns follows.
    Repeated,
    /// The header of a table with other columns, and in words what is other.
    Other(String),
}

/// A line of which most cells are names of columns is a header; with one column alone there is no telling.
fn meets_header(cells: &[RawCell<'_>], header: &[RawCell<'_>]) -> Meeting {
    let is_same =
        |(cell, name): &(&RawCell<'_>, &RawCell<'_>)| cell.text == name.text && cell.is_quoted == name.is_quoted;
    let pairs = || cells.iter().zip(header);
    let num_same = pairs().filter(is_same).count();
    // Rows share nothing with the header, and are many.
    if header.len() < 2 || num_same == 0 {
        return Meeting::Row;
    }
    if num_same == header.len() && cells.len() == header.len() {
        return Meeting::Repeated;
    }
    let is_known = |cell: &&RawCell<'_>| !cell.is_quoted && header.iter().any(|name| name.text == cell.text);
    if 2 * cells.iter().filter(is_known).count() <= cells.len().max(header.len()) {
        return Meeting::Row;
    }
    let other = match pairs().find(|pair| !is_same(pair)) {
        Some((cell, name)) => format!("has `{}` where the first has `{}`", cell.text, name.text),
        None => format!("has {} columns and the first {}", cells.len(), header.len()),
    };
    Meeting::Other(format!(
        "the header of another table begins here, which {other}; read the tables one by one"
    ))
}

fn is_blank(cells: &[RawCell<'_>]) -> bool {
    matches!(cells, [cell] if cell.text.is_empty() && !cell.is_quoted)
}

/// Whether the text, unquoted, is read as this text.
pub(crate) fn is_plain_text(text: &str) -> bool {
    let is_special = |byte: u8| matches!(byte, b'"' | b',' | b'\n' | b'\r');
    !text.bytes().any(is_special) && text.trim() == text && matches!(infer(text), Some(Cell::Text(_)))
}

/// What an unquoted cell is; `None` for null.
fn infer(text: &str) -> Option<Cell<'_>> {
    if text.is_empty() {
        return None;
    }
    if text.ends_with('Z')
        && text.contains('T')
        && let Some(micros) = parse_moment(text)
    {
        return Some(Cell::Timestamp(micros));
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    Some(match unsigned.as_bytes() {
        [b'0', b'0'..=b'9', ..] => Cell::Text(text),
        [b'0'..=b'9', ..] => match (text.parse(), text.parse()) {
            (Ok(integer), _) => Cell::Integer(integer),
            // Digits too many for an integer stay as they are: as a float they would be another number.
            (Err(_), Ok(float)) if !unsigned.bytes().all(|byte| byte.is_ascii_digit()) => Cell::Float(float),
            (Err(_), _) => Cell::Text(text),
        },
        b"NaN" if text == unsigned => Cell::Float(f64::NAN),
        b"inf" => text.parse().map_or(Cell::Text(text), Cell::Float),
        b"true" | b"True" if text == unsigned => Cell::Boolean(true),
        b"false" | b"False" if text == unsigned => Cell::Boolean(false),
        _ => Cell::Text(text),
    })
}

struct RawCell<'a> {
    text: Cow<'a, str>,
    is_quoted: bool,
}

struct Records<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Records<'a> {
    /// The cells of the next line; a quoted cell may hold several lines.
    fn next_record(&mut self) -> Result<Option<Vec<RawCell<'a>>>, Error> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let mut cells = Vec::new();
        loop {
            cells.push(self.next_cell()?);
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
                continue;
            }
            // What is left starts with the end of the line, or is nothing.
            self.rest = self.rest.strip_prefix('\r').unwrap_or(self.rest);
            self.rest = self.rest.strip_prefix('\n').unwrap_or(self.rest);
            self.line += 1;
            return Ok(Some(cells));
        }
    }

    fn next_cell(&mut self) -> Result<RawCell<'a>, Error> {
        let Some(inner) = self.rest.strip_prefix('"') else {
            let end = self.rest.find([',', '\n', '\r']).unwrap_or(self.rest.len());
            let (text, rest) = self.rest.split_at(end);
            self.rest = rest;
            return Ok(RawCell {
                text: Cow::Borrowed(text),
                is_quoted: false,
            });
        };
        let mut end = 0;
        let mut has_quotes = false;
        loop {
            match inner[end..].find('"') {
                Some(at) if inner[end + at + 1..].starts_with('"') => {
                    has_quotes = true;
                    end += at + 2;
                }
                Some(at) => {
                    end += at;
                    break;
                }
                None => return Err(malformed(self.line, "a quote is opened and never closed".to_owned())),
            }
        }
        let (text, rest) = (&inner[..end], &inner[end + 1..]);
        if !rest.is_empty() && !rest.starts_with([',', '\n', '\r']) {
            return Err(malformed(self.line, "text after a closing quote".to_owned()));
        }
        self.line += text.matches('\n').count();
        self.rest = rest;
        let text = if has_quotes {
            Cow::Owned(text.replace("\"\"", "\""))
        } else {
            Cow::Borrowed(text)
        };
        Ok(RawCell { text, is_quoted: true })
    }
}

fn malformed(line: usize, message: String) -> Error {
    Error::Malformed {
        format: "CSV",
        position: Some(InputPosition::Line(line, 1)),
        message,
    }
}
