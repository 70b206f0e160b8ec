//! The words about work that several machines share: plan, shard, merge.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;

use super::{Asking, Order, Output};

/// A plan.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// Which rows.
    #[command(flatten)]
    pub asking: Asking,
    /// Where the workers take the bytes from.
    #[command(flatten)]
    pub order: Order,
    /// Give the s3:// URI of cloud products instead of downloading them (`download_cloud=false`)
    #[arg(long, conflicts_with = "no_cloud", help_heading = "Download")]
    pub link: bool,
    /// Size of TESScut cutouts in pixels: `10` or `11x21` (rows x columns)
    #[arg(long, value_name = "N|NYxNX", help_heading = "Download")]
    pub cutout_size: Option<String>,
    /// Write the plan here: a file that ends in .parquet or .arrow
    #[arg(long, short, value_name = "PLAN", help_heading = "Output")]
    pub output: PathBuf,
}

/// A plan in pieces.
#[derive(Debug, Args)]
pub(crate) struct Shard {
    /// What `lksearch plan` wrote
    pub plan: PathBuf,
    /// Into so many shards
    #[arg(long, value_name = "N", value_parser = from_one_on)]
    pub of: NonZeroU32,
    /// Write them into this directory, as shard-0000.parquet and so on
    #[arg(long, short, value_name = "DIR", help_heading = "Output")]
    pub output: PathBuf,
}

/// Manifests to be put together.
#[derive(Debug, Args)]
pub(crate) struct Merge {
    /// Manifests, and directories with manifests directly in them
    #[arg(required = true, value_name = "MANIFEST|DIR")]
    pub inputs: Vec<PathBuf>,
    /// The plan, so that rows that no manifest has are among the rows, too
    #[arg(long, value_name = "PLAN")]
    pub plan: Option<PathBuf>,
    /// How to print the manifest.
    #[command(flatten)]
    pub output: Output,
}

fn from_one_on(text: &str) -> Result<NonZeroU32, &'static str> {
    text.parse().map_err(|_| "give a whole number from 1 on")
}
