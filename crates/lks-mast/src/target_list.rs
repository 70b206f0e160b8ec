//! Lists of targets: text with one a line, or columns of a table. The bytes are given; nothing is sent here.
//!
//! What a cell means is decided by the name of its column: a bare number below `tic` is a number of the TIC, `ra` and `dec` are a position.

mod columns;

use std::collections::BTreeMap;

use lks_table::{Cell, Format, Table, read};

use self::columns::{Chosen, catalogue, chosen, has_known_names, short_floats};
use crate::columns::text_types;
use crate::error::Error;
use crate::result::read_table;
use crate::target::{LONGEST, Target};

/// From here on a floating-point number no longer has all digits of an integer, and from here on one of 32 bits.
const LARGEST_WHOLE: f64 = (1_u64 << 53) as f64;
const LARGEST_WHOLE_OF_32_BITS: f64 = (1_u64 << 24) as f64;

/// Targets in the order of a list, as texts: each as it would be given for a search of its own.
///
/// ```
/// use lks_mast::TargetList;
///
/// let list = TargetList::read(b"# my stars\nTOI 1161\n\n285.6794 +50.2413\n")?;
/// assert_eq!(list.inputs, ["TOI 1161", "285.6794 +50.2413"]);
/// let list = TargetList::read_table(b"tic,tmag\n158324245,9.4\n377780790,10.5\n", Some("tic"))?;
/// assert_eq!(list.inputs, ["TIC 158324245", "TIC 377780790"]);
/// # Ok::<(), lks_mast::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TargetList {
    /// One text for each line or row; empty where the row has no value. Whether it is a target shows when it is parsed.
    pub inputs: Vec<String>,
    /// Why rows cannot be read, by their places among the inputs.
    pub refused: BTreeMap<usize, String>,
    /// The column, or the two columns of a position, that hold them; `None` for text.
    pub column: Option<String>,
}

impl TargetList {
    /// Reads a list in whichever form it is: text with one target a line, of which blank lines and those that begin with `#` are skipped; or CSV, JSON,
    /// NDJSON, Parquet, Arrow or VOTable with one column whose name says that it holds targets (`tic`, `kic`, `epic`, `gaia_dr3`, `toi`, `target`, `name`,
    /// `hostname`, …), or columns of a position (`ra` and `dec`).
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] for what is neither text nor a table, a list without targets, and a table of which no column, or more than one, may be meant.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        match Format::detect(bytes) {
            Some(Format::Csv) if !is_written_only(bytes) => {
                let text = text(bytes)?;
                match lines(text).next().is_some_and(has_known_names) {
                    true => Self::read_table(bytes, None),
                    false => Self::of_inputs(lines(text).map(str::to_owned).collect(), None),
                }
            }
            _ => Self::read_table(bytes, None),
        }
    }

    /// Reads a table, of which the column has the targets; `ra,dec` are two columns of a position. Without a column as [`TargetList::read`] finds it. Lines in front
    /// of CSV that begin with `#` are skipped.
    ///
    /// # Errors
    /// As there, and for a column that is not there.
    pub fn read_table(bytes: &[u8], column: Option<&str>) -> Result<Self, Error> {
        let refuse = |why: &str| Err(Error::invalid(why));
        if bytes.trim_ascii().is_empty() {
            return refuse(EMPTY);
        }
        if is_written_only(bytes) {
            return refuse(
                "FITS and ECSV are not read as lists of targets; write the table as Parquet or CSV first: `lksearch fits table FILE -o stars.parquet`",
            );
        }
        let table = match Format::detect(bytes) {
            Some(Format::Csv) => return Self::read_csv(text(bytes)?, column),
            Some(_) => read_table(bytes),
            None => {
                // Says where text goes wrong.
                text(bytes)?;
                return refuse("it is neither text nor a table in CSV, JSON, NDJSON, Parquet, Arrow or VOTable");
            }
        };
        let short = short_floats(bytes);
        Self::of(
            &table.map_err(|error| Error::invalid(error.to_string()))?,
            column,
            &short,
        )
    }

    /// A row with too many or too few cells is an input that is no target; the others are read.
    fn read_csv(text: &str, column: Option<&str>) -> Result<Self, Error> {
        let rows = without_comments(text);
        let lines_before = text[..text.len() - rows.len()].matches('\n').count();
        let read = read::csv_with_refused(rows.as_bytes(), &text_types());
        let (table, all_refused) = read.map_err(|error| Error::invalid(error.to_string()))?;
        let mut list = Self::of_table(&table, column)?;
        for refused in all_refused {
            let reason = format!("line {} has {}", refused.line + lines_before, refused.reason);
            list.refused.insert(refused.row, reason);
            if let Some(input) = list.inputs.get_mut(refused.row) {
                *input = refused.text;
            }
        }
        Ok(list)
    }

    /// The inputs of a search for many targets.
    pub fn into_inputs(mut self) -> impl Iterator<Item = ListedInput> {
        let inputs = self.inputs.into_iter().enumerate();
        inputs.map(move |(place, text)| ListedInput {
            text,
            refused: self.refused.remove(&place),
        })
    }

    /// The targets in a column of a table, as [`TargetList::read_table`].
    ///
    /// # Errors
    /// As there.
    pub fn of_table(table: &Table, column: Option<&str>) -> Result<Self, Error> {
        Self::of(table, column, &[])
    }

    fn of(table: &Table, column: Option<&str>, short: &[String]) -> Result<Self, Error> {
        let names: Vec<&str> = table.column_names().collect();
        let (inputs, column) = match chosen(&names, column)? {
            Chosen::One(name) => {
                let prefix = catalogue(name);
                let largest = match short.iter().any(|short| short == name) {
                    true => LARGEST_WHOLE_OF_32_BITS,
                    false => LARGEST_WHOLE,
                };
                let inputs = table.rows().map(|row| match row.cell(name) {
                    Some(cell) => input(&cell, prefix, largest).ok_or_else(|| digits_are_lost(name)),
                    None => Ok(String::new()),
                });
                (inputs.collect::<Result<_, _>>()?, name.to_owned())
            }
            Chosen::Position(ra, dec) => {
                let angle = |cell: Cell<'_>| match cell {
                    Cell::Text(text) => text.trim().to_owned(),
                    other => other.to_string(),
                };
                let inputs = table.rows().map(|row| match (row.cell(ra), row.cell(dec)) {
                    (Some(ra), Some(dec)) => {
                        let (ra, dec) = (angle(ra), angle(dec));
                        let sign = if dec.starts_with(['+', '-']) { "" } else { "+" };
                        format!("{ra} {sign}{dec}")
                    }
                    _ => String::new(),
                });
                (inputs.collect(), format!("{ra},{dec}"))
            }
        };
        Self::of_inputs(inputs, Some(column))
    }

    fn of_inputs(inputs: Vec<String>, column: Option<String>) -> Result<Self, Error> {
        match inputs.is_empty() {
            true => Err(Error::invalid(EMPTY)),
            false => Ok(Self {
                inputs,
                refused: BTreeMap::new(),
                column,
            }),
        }
    }
}

/// One input of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedInput {
    /// What is written there.
    pub text: String,
    /// Why it cannot be read, if it cannot.
    pub refused: Option<String>,
}

impl From<String> for ListedInput {
    fn from(text: String) -> Self {
        Self { text, refused: None }
    }
}

impl From<&str> for ListedInput {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

const EMPTY: &str = "there is no target in it; write one a line, or give a table with a column of them";

impl ListedInput {
    /// Reads it as [`Target`] does, and refuses what no name can be.
    ///
    /// # Errors
    /// [`Error::InvalidTarget`].
    pub fn target(&self) -> Result<Target, Error> {
        target(self)
    }
}

fn target(listed: &ListedInput) -> Result<Target, Error> {
    let input = &*listed.text;
    if let Some(reason) = &listed.refused {
        let shown: String = input.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        return Err(Error::target(shown, reason));
    }
    if input.trim().is_empty() {
        return Err(Error::target(input, "the row has no value"));
    }
    if input.chars().count() <= LONGEST && input.chars().any(char::is_control) {
        return Err(Error::target(
            input.escape_default().to_string(),
            "no name has control characters",
        ));
    }
    input.parse()
}

/// A cell as a target is written; `None` if a floating-point number has lost digits of the id that it was.
fn input(cell: &Cell<'_>, prefix: Option<&str>, largest: f64) -> Option<String> {
    let text = match cell {
        Cell::Text(text) => text.trim().to_owned(),
        Cell::Float(value) if prefix.is_some() && value.abs() >= largest => return None,
        other => other.to_string(),
    };
    // What numpy writes for a number that is missing.
    if prefix.is_some() && text.eq_ignore_ascii_case("nan") {
        return Some(String::new());
    }
    // What pandas makes of whole numbers where one of the column is missing.
    let number = text.strip_suffix(".0").unwrap_or(&text);
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    Some(match prefix {
        Some(prefix) if is_number => format!("{prefix} {number}"),
        _ => text,
    })
}

fn digits_are_lost(column: &str) -> Error {
    Error::invalid(format!(
        "the column `{column}` holds floating-point numbers, which do not have all digits of ids as long as these; write them as integers or text"
    ))
}

/// Whether it is a table in a format that is for other programs.
fn is_written_only(bytes: &[u8]) -> bool {
    bytes.starts_with(b"SIMPLE  =") || bytes.starts_with(b"# %ECSV")
}

/// The text, if it is text.
fn text(bytes: &[u8]) -> Result<&str, Error> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::invalid(format!(
            "it is neither text in UTF-8 (line {line} is not) nor a table in CSV, JSON, NDJSON, Parquet, Arrow or VOTable"
        ))
    })?;
    match text.contains('\0') {
        true => Err(Error::invalid(
            "it is neither text nor a table: it has bytes that are zero",
        )),
        false => Ok(text.trim_start_matches('\u{feff}')),
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.split(['\n', '\r']).map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// CSV from its header on.
fn without_comments(mut text: &str) -> &str {
    while let Some((line, rest)) = text.split_once('\n') {
        if !(line.trim().is_empty() || line.starts_with('#')) {
            break;
        }
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests;
