//! The words of a download.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Asking, Output};

/// A download.
#[derive(Debug, Args)]
pub(crate) struct Download {
    /// Which rows.
    #[command(flatten)]
    pub asking: Asking,
    /// Where the bytes come from and go to.
    #[command(flatten)]
    pub transfer: Transfer,
    /// What is printed of it.
    #[command(flatten)]
    pub printed: Printed,
}

/// What is printed of a run.
#[derive(Debug, Args)]
pub(crate) struct Printed {
    /// How to print the manifest.
    #[command(flatten)]
    pub output: Output,
    /// Columns to print, separated by commas, or `all`
    #[arg(long, value_delimiter = ',', value_name = "A,B|all", help_heading = "Output")]
    pub columns: Vec<String>,
    /// Print where the files are, one path a line, and nothing else; with -o FILE the manifest still goes there
    #[arg(long, help_heading = "Output")]
    pub paths: bool,
}

/// How a download reports its progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressWord {
    /// A bar on a terminal, else nothing
    Bar,
    /// One JSON object a line, for programs
    Json,
}

/// Which places are used, and in which order.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Download")]
pub(crate) struct Order {
    /// Ask MAST first, and the cloud only if MAST fails (`prefer_cloud=false`, `cloud_only=false`, `download_cloud=true`)
    #[arg(long, conflicts_with = "cloud_only")]
    pub no_cloud: bool,
    /// Take only what is on the cloud; the other rows are SKIPPED
    #[arg(long)]
    pub cloud_only: bool,
}

/// Where the bytes come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Download")]
pub(crate) struct Sources {
    /// Which places are used.
    #[command(flatten)]
    pub order: Order,
    /// How much is done at once.
    #[command(flatten)]
    pub pace: Pace,
}

/// How much is done at once, and how that is reported.
#[derive(Debug, Args)]
#[command(next_help_heading = "Download")]
pub(crate) struct Pace {
    /// Take this part of each host's limits, because other workers take the rest: `1/8` for each of eight (`share`)
    #[arg(long, value_name = "1/N")]
    pub share: Option<String>,
    /// Number of files to fetch at once
    #[arg(long, value_name = "N")]
    pub jobs: Option<String>,
    /// How to report progress on stderr
    #[arg(long, value_enum, value_name = "HOW", default_value = "bar")]
    pub progress: ProgressWord,
}

/// Where the files go.
#[derive(Debug, Args)]
#[command(next_help_heading = "Download")]
pub(crate) struct Place {
    /// Keep the files below this directory instead of the cache; with --sandbox, below DIR/sandbox
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Put the files into --dir itself, without directories below it; the cache keeps its copies
    #[arg(long, requires = "dir")]
    pub flat: bool,
}

/// Options of a transfer.
#[derive(Debug, Args)]
#[command(next_help_heading = "Download")]
pub(crate) struct Transfer {
    /// Where the bytes come from.
    #[command(flatten)]
    pub sources: Sources,
    /// Give the s3:// URI of cloud products instead of downloading them (`download_cloud=false`)
    #[arg(long, conflicts_with = "no_cloud")]
    pub link: bool,
    /// Where the files go.
    #[command(flatten)]
    pub place: Place,
    /// Fetch files again even if they are in the cache, and replace them
    #[arg(long)]
    pub force: bool,
    /// Show what would be fetched, from where and how much, without fetching it
    #[arg(long, conflicts_with = "paths")]
    pub dry_run: bool,
    /// Size of TESScut cutouts in pixels: `10` or `11x21` (rows x columns)
    #[arg(long, value_name = "N|NYxNX")]
    pub cutout_size: Option<String>,
}
