//! The words about data for a paper.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Asking, Place, Printed, Sources};

/// A lock of what a search finds.
#[derive(Debug, Args)]
pub(crate) struct Lock {
    /// Which rows.
    #[command(flatten)]
    pub asking: Asking,
    /// Where the bytes come from.
    #[command(flatten)]
    pub sources: Sources,
    /// Size of TESScut cutouts in pixels: `10` or `11x21` (rows x columns)
    #[arg(long, value_name = "N|NYxNX", help_heading = "Download")]
    pub cutout_size: Option<String>,
    /// Write the lock here; `-` is stdout
    #[arg(
        long,
        short,
        value_name = "FILE",
        default_value = "lksearch.lock",
        help_heading = "Output"
    )]
    pub output: PathBuf,
    /// Keep what the lock there has besides, instead of replacing it
    #[arg(long, help_heading = "Output")]
    pub add: bool,
}

/// The files of a lock.
#[derive(Debug, Args)]
pub(crate) struct Sync {
    /// The lock
    #[arg(value_name = "LOCK", default_value = "lksearch.lock")]
    pub lock: PathBuf,
    /// Change nothing: say whether every file is here with the locked bytes, and whether its source still serves them
    #[arg(long, conflicts_with_all = ["flat", "paths"])]
    pub check: bool,
    /// Where the bytes come from.
    #[command(flatten)]
    pub sources: Sources,
    /// Where the files go.
    #[command(flatten)]
    pub place: Place,
    /// What is printed of it.
    #[command(flatten)]
    pub printed: Printed,
}

/// What to cite.
#[derive(Debug, Args)]
pub(crate) struct Cite {
    /// A lock, or a table or manifest that `search` or `download` wrote
    #[arg(value_name = "LOCK|MANIFEST|TABLE", default_value = "lksearch.lock")]
    pub file: PathBuf,
    /// How to write it
    #[arg(
        long,
        value_enum,
        ignore_case = true,
        default_value = "text",
        help_heading = "Output"
    )]
    pub format: CitationFormat,
    /// Write it here instead of stdout
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
}

/// How citations are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CitationFormat {
    /// Words for the acknowledgements, and the DOIs
    Text,
    /// Entries for a bibliography
    Bibtex,
}
