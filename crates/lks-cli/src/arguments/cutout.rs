//! The words of a cutout.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Pace, Place, Printed};

/// Cutouts of full-frame images.
#[derive(Debug, Args)]
pub(crate) struct Cutout {
    /// A name (TOI 1161), an id (TIC 377780790) or a position (285.6794 +50.2413)
    #[arg(allow_negative_numbers = true)]
    pub target: Vec<String>,
    /// Cut around all targets of a list: text with one a line, or a column of a table (`stars.csv:tic`); `-` is stdin
    #[arg(long, value_name = "FILE[:COLUMN]|-", conflicts_with = "target")]
    pub targets: Option<PathBuf>,
    /// TESS sectors, a cutout for each that saw the target: `14`, `14,15`, `14..20`
    #[arg(long, alias = "sectors", value_name = "N", num_args = 1.., value_delimiter = ',', required = true)]
    pub sector: Vec<String>,
    /// Size in pixels of 21 arcseconds: `15` or `11x21` (rows x columns)
    #[arg(long, value_name = "N|NYxNX", default_value = "10")]
    pub size: String,
    /// Where the pixels come from
    #[arg(long, value_enum, value_name = "SOURCE", default_value = "auto")]
    pub source: CutoutWord,
    /// Where the files go.
    #[command(flatten)]
    pub place: Place,
    /// How much is done at once.
    #[command(flatten)]
    pub pace: Pace,
    /// Cut again what is in the cache, and replace it
    #[arg(long, help_heading = "Download")]
    pub force: bool,
    /// Show what would be cut out, and from where, without reading any pixels
    #[arg(long, help_heading = "Download", conflicts_with = "paths")]
    pub dry_run: bool,
    /// What is printed of it.
    #[command(flatten)]
    pub printed: Printed,
}

/// Where cutouts come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CutoutWord {
    /// The cubes, and TESScut where these fail; with `prefer_cloud=false` the other way round
    Auto,
    /// The cubes of images on the cloud
    Cubes,
    /// The service TESScut
    Tesscut,
}
