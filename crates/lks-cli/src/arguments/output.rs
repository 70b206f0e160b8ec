//! How a table is asked for.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// How to print a table.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// How to write the table; else as the ending of the file says, or for people
    #[arg(long, value_enum, ignore_case = true)]
    format: Option<Format>,
    /// The same as `--format json`
    #[arg(long, hide = true, conflicts_with = "format")]
    json: bool,
    /// Write it here instead of stdout
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

impl Output {
    /// Into this file, as its ending says.
    pub(crate) fn to(file: PathBuf) -> Self {
        Self {
            format: None,
            json: false,
            output: Some(file),
        }
    }

    /// In this format, if it is one.
    pub(crate) fn in_format(self, format: Option<Format>) -> Self {
        Self { format, ..self }
    }

    /// The format that is asked for in so many words.
    pub(crate) fn format(&self) -> Option<Format> {
        self.format.or(self.json.then_some(Format::Json))
    }
}

/// Formats of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// An array of objects
    Json,
    /// One object a line
    Ndjson,
    /// Comma-separated values
    Csv,
    /// Apache Parquet
    Parquet,
    /// Apache Arrow IPC file
    Arrow,
    /// VOTable of the Virtual Observatory
    Votable,
    /// CSV with types and units, as astropy reads it
    Ecsv,
    /// FITS file with a binary table
    Fits,
}
