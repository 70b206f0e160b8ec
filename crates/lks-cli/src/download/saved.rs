//! Tables that were saved, whose rows are fetched.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use lksearch::archive::CurlScript;
use lksearch::table::Table;
use lksearch::table::read::Parts;
use lksearch::{Error, Expression};

use super::asked::picked;
use super::rows::Rows;
use crate::arguments::Filters;

/// Without these columns nobody knows what to fetch, nor where to keep it.
const NEEDED: [&str; 4] = ["obs_collection", "obs_id", "productFilename", "dataURI"];

/// So many lines of a script are told that name no product.
const MOST_LINES: usize = 5;

/// Most bytes of a table that is read.
pub(crate) const MAX_TABLE_FILE: u64 = 4 << 30;

/// The rows of a table that was saved, as far as `--rows` names them and `--query` and `--limit` let them pass; other filters belong to
/// a search.
pub(super) fn read_table(path: &Path, filters: &Filters, rows: Option<&Rows>) -> Result<(Table, Vec<String>), Error> {
    let narrowing = Filters {
        query: filters.query.clone(),
        limit: filters.limit,
        ..Filters::default()
    };
    if *filters != narrowing {
        let message =
            "of the filters only --query and --limit go with --from, and --rows; the others belong to a search";
        return Err(Error::Input(message.to_owned()));
    }
    let bytes = read_saved(path, MAX_TABLE_FILE)?;
    if let Some(separator) = other_separator(&bytes) {
        return Err(Error::Input(format!(
            "{}: its columns are separated by {separator} and not by commas; write it anew with `lksearch search … -o FILE.csv`, or save it with \
             commas where it was changed",
            path.display()
        )));
    }
    let (mut table, told) = match CurlScript::is_script(&bytes) {
        true => of_script(path, &bytes)?,
        false => (
            lksearch::read_table(&bytes).map_err(|error| unreadable(path, &error))?,
            Vec::new(),
        ),
    };
    let missing: Vec<&str> = NEEDED.into_iter().filter(|name| !table.has_column(name)).collect();
    // A result without rows may have been saved without columns too.
    let has_columns = table.column_names().len() > 0;
    if has_columns && !missing.is_empty() {
        let missing = missing.join(", ");
        return Err(Error::Input(format!(
            "{} lacks the columns {missing}; give a table that `search` or `download` wrote with all columns",
            path.display()
        )));
    }
    // A number is that of the row in the file, whatever else is left out.
    table = picked(table, rows)?;
    if let Some(query) = &filters.query {
        table = table.filter(&query.parse::<Expression>()?.evaluate(&table)?)?;
    }
    if let Some(limit) = filters.limit {
        table = table.slice(0, limit.get());
    }
    Ok((table, told))
}

/// A file with a table of Parquet or Arrow that is read in parts, as often as need be.
pub(crate) struct Saved<'a> {
    path: &'a Path,
    /// What came through a pipe, which can be read but once.
    held: Option<Arc<[u8]>>,
}

impl<'a> Saved<'a> {
    pub(crate) fn of(path: &'a Path) -> Result<Self, Error> {
        let held = match path.metadata().is_ok_and(|there| there.is_file()) {
            true => None,
            false => Some(read_saved(path, MAX_TABLE_FILE)?.into()),
        };
        Ok(Self { path, held })
    }

    /// The table with the named columns, or all, in parts of so many rows; `None` if it is in another format.
    pub(crate) fn parts(&self, columns: Option<&[&str]>, num_rows: usize) -> Result<Option<Parts>, Error> {
        let parts = match &self.held {
            Some(bytes) => Parts::open(Cursor::new(Arc::clone(bytes)), columns, num_rows),
            None => {
                let file = File::open(self.path).map_err(|source| Error::Read {
                    path: self.path.display().to_string(),
                    source,
                })?;
                Parts::open(file, columns, num_rows)
            }
        };
        parts.map_err(|error| unreadable(self.path, &error))
    }
}

/// A table that was saved, with all its rows.
pub(crate) fn read_whole_table(path: &Path) -> Result<Table, Error> {
    let bytes = read_saved(path, MAX_TABLE_FILE)?;
    lksearch::read_table(&bytes).map_err(|error| unreadable(path, &error))
}

/// The products that a bulk script of the archive names, and what is to be told of its other lines.
fn of_script(path: &Path, bytes: &[u8]) -> Result<(Table, Vec<String>), Error> {
    let script = CurlScript::read(bytes).map_err(|error| unreadable(path, &error))?;
    let name = path.display();
    let lines = script.foreign.iter().take(MOST_LINES);
    let mut told: Vec<String> = lines
        .map(|(line, why)| format!("{name}, line {line} is left out: {why}"))
        .collect();
    if let Some(more @ 1..) = script.foreign.len().checked_sub(MOST_LINES) {
        told.push(format!("{name}: {more} more lines are left out"));
    }
    Ok((script.table, told))
}

/// The error of a file that is not what was asked for.
pub(crate) fn unreadable(path: &Path, reason: &dyn std::fmt::Display) -> Error {
    let path = path.display();
    Error::Input(format!(
        "{path}: {reason}; give a table that `search` or `download` wrote"
    ))
}

/// What a file holds, or what comes through stdin for `-`, if it is not more than so many bytes.
pub(crate) fn read_saved(path: &Path, most_bytes: u64) -> Result<Vec<u8>, Error> {
    let source = match path == Path::new("-") {
        true => Path::new("/dev/stdin"),
        false => path,
    };
    let mut bytes = Vec::new();
    let read = File::open(source).and_then(|file| {
        let num_bytes = file.metadata()?.len();
        match num_bytes > most_bytes {
            true => Ok(num_bytes),
            // What comes through a pipe has no length before its end.
            false => Ok(file.take(most_bytes + 1).read_to_end(&mut bytes)? as u64),
        }
    });
    let num_bytes = read.map_err(|source| Error::Read {
        path: path.display().to_string(),
        source,
    })?;
    match num_bytes > most_bytes {
        true => Err(unreadable(path, &format!("it has more than {most_bytes} bytes"))),
        false => Ok(bytes),
    }
}

/// What separates the columns of a table that a spreadsheet has saved in its own way.
fn other_separator(bytes: &[u8]) -> Option<&'static str> {
    let first = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    let first = std::str::from_utf8(first).ok()?.trim_start_matches('\u{feff}');
    let separates = |separator: char| {
        let mut names = first.split(separator).map(|name| name.trim().trim_matches(['"', '\'']));
        first.contains(separator) && names.any(|name| NEEDED.contains(&name))
    };
    let known = [(';', "`;`"), ('\t', "tabs"), ('|', "`|`")];
    known
        .into_iter()
        .find(|(sign, _)| separates(*sign))
        .map(|(_, words)| words)
}
