//! The words about which rows are asked for: those of a search, of a search for each target of a list, or of a file.

use std::path::PathBuf;

use clap::Args;

use super::{Filters, MissionWord};

/// Which rows are asked for.
#[derive(Debug, Args)]
pub(crate) struct Asking {
    /// The mission
    #[arg(value_enum, ignore_case = true, required_unless_present = "from")]
    pub mission: Option<MissionWord>,
    /// A name, an id or a position
    #[arg(allow_negative_numbers = true)]
    pub target: Vec<String>,
    /// Take the rows of this table, manifest, plan or shard instead of searching (JSON, NDJSON, CSV, Parquet, Arrow or VOTable)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["mission", "target"])]
    pub from: Option<PathBuf>,
    /// Take what is found of all targets of a list: text with one a line, or a column of a table (`stars.csv:tic`); `-` is stdin
    #[arg(long, value_name = "FILE[:COLUMN]|-", conflicts_with_all = ["target", "from", "rows"])]
    pub targets: Option<PathBuf>,
    /// Take only these rows, by their numbers in the table that the same search shows, or in the file: `3`, `3,5-7`
    #[arg(long, value_name = "N,A-B")]
    pub rows: Option<String>,
    /// What to keep of the search.
    #[command(flatten)]
    pub filters: Filters,
}
