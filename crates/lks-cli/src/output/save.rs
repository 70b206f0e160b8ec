//! Files that another language writes as the program does.

use std::io::Write;
use std::path::Path;

use clap::ValueEnum;
use lksearch::Error;
use lksearch::table::Table;

use super::place::Place;
use super::{Destination, built, ended, format_of, prepare_text};
use crate::arguments::Format;

/// Writes a table into a file, whole or not at all: in the format of this name, which is one of `--format`, or else in that which the ending of the file stands for.
///
/// # Errors
/// There is no such format, or nothing can be written there.
pub fn save(table: &Table, path: &Path, format: Option<&str>) -> Result<(), Error> {
    let known = match format {
        Some(word) => Format::from_str(word, true).ok(),
        None => format_of(path),
    };
    let Some(format) = known else {
        let word = format.map_or_else(
            || path.extension().unwrap_or_default().display().to_string(),
            str::to_owned,
        );
        let names = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let names: Vec<String> = names.map(|value| value.get_name().to_owned()).collect();
        return Err(Error::Input(format!(
            "{}: there is no format '{word}'; there are {}",
            path.display(),
            names.join(", ")
        )));
    };
    built(format)?;
    let place = Place::of(path)?;
    let names: Vec<&str> = table.column_names().collect();
    Destination { format, place }.write_exactly(table, &names)
}

/// Writes what is no table into a file, whole or not at all.
///
/// # Errors
/// Nothing can be written there.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let destination = prepare_text(path)?;
    let written = destination.writer().and_then(|mut out| {
        out.write_all(bytes)?;
        out.flush()
    });
    let failed = |source| Error::File {
        operation: "write",
        path: path.display().to_string(),
        source,
    };
    ended(written.map_err(failed), destination)
}
