//! Files that another language writes as the program does.

use std::io::Write;
use std::path::Path;

use clap::ValueEnum;
use lksearch::Error;
use lksearch::table::Table;

use super::{ended, prepare, prepare_text};
use crate::arguments::{Format, Output};

/// Writes a table into a file, whole or not at all: in the format of this name, which is one of `--format`, or else in that which the ending of the file stands for.
///
/// # Errors
/// There is no such format, or nothing can be written there.
pub fn save(table: &Table, path: &Path, format: Option<&str>) -> Result<(), Error> {
    let format = match format {
        Some(word) => Some(Format::from_str(word, true).map_err(|_| unknown(path, word))?),
        None if path.extension().is_none() => return Err(unknown(path, "")),
        None => None,
    };
    let names: Vec<&str> = table.column_names().collect();
    let output = Output::to(path.to_path_buf()).in_format(format);
    prepare(&output)?.write_exactly(table, &names)
}

fn unknown(path: &Path, word: &str) -> Error {
    let names = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let names: Vec<String> = names.map(|value| value.get_name().to_owned()).collect();
    Error::Input(format!(
        "{}: there is no format '{word}'; there are {}",
        path.display(),
        names.join(", ")
    ))
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
