//! Tables that were saved, whose rows are fetched.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lksearch::Error;
use lksearch::archive::CurlScript;
use lksearch::fetch::{PlanHeader, PortablePlan};
use lksearch::table::read::Parts;
use lksearch::table::{Table, concat};

use super::narrowing::Narrowing;
use crate::shard;
use crate::ui::Ui;

/// Without these columns nobody knows what to fetch, nor where to keep it.
const NEEDED: [&str; 4] = ["obs_collection", "obs_id", "productFilename", "dataURI"];

/// Rows that are read at once.
const ROWS: usize = 1 << 13;

/// So many lines of a script are told that name no product.
const MOST_LINES: usize = 5;

/// Most bytes of a table that is read.
pub(crate) const MAX_TABLE_FILE: u64 = 4 << 30;

/// The rows of a table that was saved, as far as they are wanted, in parts.
pub(crate) struct SavedRows {
    path: PathBuf,
    narrowing: Narrowing,
    head: Table,
    rest: Rest,
    /// What is to be told of lines that name no product.
    told: Vec<String>,
}

/// What was not given yet.
enum Rest {
    Held(Option<Table>),
    Read(Parts),
}

impl SavedRows {
    /// Those of a table of any format, of which one of Parquet or Arrow is read while they are asked for.
    pub(super) fn open(path: &Path, narrowing: Narrowing) -> Result<Self, Error> {
        let saved = Saved::of(path)?;
        match saved.parts(None, ROWS)? {
            Some(parts) => Self::begin(path, narrowing, parts.head().clone(), Rest::Read(parts), Vec::new()),
            None => Self::of_bytes(path, narrowing, &saved.bytes()?),
        }
    }

    /// As [`open`](Self::open), but the table is held, which takes no more memory than one file may.
    pub(super) fn hold(path: &Path, narrowing: Narrowing) -> Result<Self, Error> {
        Self::of_bytes(path, narrowing, &read_saved(path, MAX_TABLE_FILE)?)
    }

    fn of_bytes(path: &Path, narrowing: Narrowing, bytes: &[u8]) -> Result<Self, Error> {
        if let Some(separator) = other_separator(bytes) {
            return Err(Error::Input(format!(
                "{}: its columns are separated by {separator} and not by commas; write it anew with `lksearch search … -o FILE.csv`, or save it with \
                 commas where it was changed",
                path.display()
            )));
        }
        let (table, told) = match CurlScript::is_script(bytes) {
            true => of_script(path, bytes)?,
            false => (
                lksearch::read_table(bytes).map_err(|error| unreadable(path, &error))?,
                Vec::new(),
            ),
        };
        Self::begin(path, narrowing, table.clone(), Rest::Held(Some(table)), told)
    }

    fn begin(path: &Path, narrowing: Narrowing, head: Table, rest: Rest, told: Vec<String>) -> Result<Self, Error> {
        let missing: Vec<&str> = NEEDED.into_iter().filter(|name| !head.has_column(name)).collect();
        // A result without rows may have been saved without columns too.
        let has_columns = head.column_names().len() > 0;
        if has_columns && !missing.is_empty() {
            let missing = missing.join(", ");
            return Err(Error::Input(format!(
                "{} lacks the columns {missing}; give a table that `search` or `download` wrote with all columns",
                path.display()
            )));
        }
        let saved = Self {
            path: path.to_path_buf(),
            narrowing,
            head: head.slice(0, 0),
            rest,
            told,
        };
        saved.plan_of(&head)?;
        Ok(saved)
    }

    /// What the plan or shard says of itself, if it is one.
    pub(super) fn plan(&self) -> Result<Option<PlanHeader>, Error> {
        self.plan_of(&self.head)
    }

    fn plan_of(&self, rows: &Table) -> Result<Option<PlanHeader>, Error> {
        let plan = PortablePlan::of_table(rows).map_err(|error| shard::unusable(&self.path, &error))?;
        Ok(plan.map(|plan| plan.header))
    }

    /// The columns.
    pub(super) fn head(&self) -> &Table {
        &self.head
    }

    /// The next rows; a part may have none.
    pub(crate) fn next(&mut self) -> Result<Option<Table>, Error> {
        let part = match &mut self.rest {
            Rest::Held(table) => table.take(),
            Rest::Read(_) if self.narrowing.is_over() => return Ok(None),
            Rest::Read(parts) => parts
                .next()
                .transpose()
                .map_err(|error| unreadable(&self.path, &error))?,
        };
        let Some(part) = part else {
            self.narrowing.end()?;
            return Ok(None);
        };
        self.plan_of(&part)?;
        self.narrowing.part(part).map(Some)
    }

    /// All rows, with what their file says besides; where none is left, that is said.
    pub(super) fn into_table(mut self, ui: &Ui) -> Result<Table, Error> {
        let mut parts = Vec::new();
        while let Some(part) = self.next()? {
            parts.push(part);
        }
        let table = match parts.is_empty() {
            true => self.head.clone(),
            false => concat(&parts)?.with_metadata(self.head.metadata().clone())?,
        };
        if table.is_empty() {
            self.tell_of_none(ui);
        }
        Ok(table)
    }

    /// Says what the user should know before anything is asked.
    pub(crate) fn tell(&self, ui: &Ui) {
        self.told.iter().for_each(|told| ui.warning(told));
    }

    /// Says that no row is left.
    pub(crate) fn tell_of_none(&self, ui: &Ui) {
        ui.note(format!("nothing to fetch: no row of {} is left", self.path.display()));
    }
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

    /// What the file holds.
    fn bytes(&self) -> Result<Cow<'_, [u8]>, Error> {
        match &self.held {
            Some(bytes) => Ok(Cow::Borrowed(bytes)),
            None => read_saved(self.path, MAX_TABLE_FILE).map(Cow::Owned),
        }
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
