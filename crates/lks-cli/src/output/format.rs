//! In which format a table is written.

use std::io::Write;
use std::path::Path;

use lksearch::Error;
use lksearch::table::arrow_schema::Schema;
use lksearch::table::write::Writer;

use crate::arguments::{Format, Output};
use crate::sink;

/// The format that is asked for in so many words, or by the ending of the file, or the one for people.
fn format(output: &Output) -> Format {
    let by_ending = || output.output.as_deref().and_then(format_of);
    output.format().or_else(by_ending).unwrap_or(Format::Table)
}

/// The format, if such an output can be written; the disk is not looked at.
///
/// # Errors
/// The ending of the file stands for no format, a terminal would get bytes that are not text, or this program was built without the format.
pub(crate) fn check(output: &Output) -> Result<Format, Error> {
    let format = format(output);
    let path = output.output.as_deref().filter(|path| *path != Path::new("-"));
    if let (Some(path), None) = (path, output.format())
        && format_of(path).is_none()
        && let Some(ending) = path.extension().filter(|ending| *ending != "txt")
    {
        return Err(Error::Input(format!(
            "tables are not written as .{}; known endings are .json, .ndjson, .csv, .ecsv, .fits, .parquet, .arrow and .vot, and .txt for people, \
             or say the format with `--format`",
            ending.display()
        )));
    }
    if let (None, Format::Parquet | Format::Arrow | Format::Fits) = (path, format)
        && sink::is_terminal()
    {
        return Err(Error::Input(
            "this format is binary and not for a terminal; write it with `-o FILE` or into a pipe".to_owned(),
        ));
    }
    built(format)?;
    Ok(format)
}

/// The format of a file that says something of itself besides its columns.
pub(super) fn columnar(path: &Path) -> Result<Format, Error> {
    let format = format_of(path).filter(|format| matches!(format, Format::Parquet | Format::Arrow));
    let Some(format) = format else {
        return Err(Error::Input(format!(
            "{}: a plan is a file that ends in .parquet or .arrow, where it can say what it is; `download --from PLAN --dry-run` prints it",
            path.display()
        )));
    };
    built(format)?;
    Ok(format)
}

/// Refuses a format that this program was built without, before anything is done for it.
fn built(format: Format) -> Result<(), Error> {
    let (is_built, format, feature) = match format {
        Format::Parquet => (cfg!(feature = "parquet"), "Parquet", "parquet"),
        Format::Arrow => (cfg!(feature = "parquet"), "Arrow IPC", "parquet"),
        Format::Fits => (cfg!(feature = "download"), "FITS", "download"),
        _ => return Ok(()),
    };
    match is_built {
        true => Ok(()),
        false => Err(Error::Table(lksearch::table::Error::NotBuilt { format, feature })),
    }
}

/// The format that the ending of a file's name stands for.
fn format_of(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "json" => Some(Format::Json),
        "ndjson" | "jsonl" => Some(Format::Ndjson),
        "csv" => Some(Format::Csv),
        "parquet" => Some(Format::Parquet),
        "arrow" | "feather" => Some(Format::Arrow),
        "vot" | "votable" | "xml" => Some(Format::Votable),
        "ecsv" => Some(Format::Ecsv),
        "fits" => Some(Format::Fits),
        _ => None,
    }
}

/// Begins a format that says nothing of its rows first.
pub(crate) fn begin(
    format: Format,
    schema: &Schema,
    out: Box<dyn Write + Send>,
) -> Result<Writer<Box<dyn Write + Send>>, Error> {
    Ok(match format {
        Format::Ndjson => Writer::ndjson(out),
        Format::Csv => Writer::csv(schema, out)?,
        Format::Ecsv => Writer::ecsv(schema, out)?,
        Format::Parquet => Writer::parquet(schema, out)?,
        Format::Arrow => Writer::arrow(schema, out)?,
        Format::Json | Format::Table | Format::Votable | Format::Fits => Writer::json(out)?,
    })
}
