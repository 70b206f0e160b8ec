//! The words of a search.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Output;
use crate::completions::{Suggested, kinds};

/// Which mission's search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MissionWord {
    /// TESS: sectors, TESScut cutouts, SPOC, TESS-SPOC, QLP and other pipelines
    Tess,
    /// Kepler: quarters
    Kepler,
    /// K2: campaigns
    K2,
    /// All three missions, mission products only
    Mast,
    /// All three missions, each by the number that it has of the star, with high-level science products
    All,
}

/// A search and how to print it.
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// The mission
    #[arg(value_enum, ignore_case = true)]
    pub mission: MissionWord,
    /// A name (TOI 1161), an id (KIC 11904151) or a position (285.6794 +50.2413); without one, all of a --sector, --quarter or --campaign
    #[arg(allow_negative_numbers = true)]
    pub target: Vec<String>,
    /// Search for all targets of a list: text with one a line, or a column of a table (`stars.csv:tic`); `-` is stdin
    #[arg(long, value_name = "FILE[:COLUMN]|-", conflicts_with_all = ["target", "new"])]
    pub targets: Option<PathBuf>,
    /// Count the observations of a sector, quarter or campaign, by pipeline, and list none
    #[arg(long, conflicts_with_all = ["target", "targets", "new"])]
    pub count: bool,
    /// Write the targets without rows here, each with the reason
    #[arg(long, value_name = "FILE", requires = "targets", help_heading = "Output")]
    pub unanswered: Option<PathBuf>,
    /// What to keep of it.
    #[command(flatten)]
    pub filters: Filters,
    /// How to print it.
    #[command(flatten)]
    pub output: Output,
    /// Only rows that came since the same search was asked the last time; the archive is asked
    #[arg(long, conflicts_with = "offline")]
    pub new: bool,
    /// Columns to print, separated by commas, or `all`
    #[arg(long, value_delimiter = ',', value_name = "A,B|all", help_heading = "Output")]
    pub columns: Vec<String>,
}

/// Filters of a search. Every list of words or numbers may exclude with a leading `!`: `--pipeline '!QLP'`.
#[derive(Clone, Debug, Args, Default, PartialEq)]
#[command(next_help_heading = "Filters (! excludes a word or number: --pipeline '!QLP')")]
pub(crate) struct Filters {
    /// What kinds of products, e.g. `timeseries,dvreports`; `cubedata` with cutouts, `tpf` without
    #[arg(long, value_name = "KIND", value_parser = Suggested(kinds))]
    pub kind: Option<String>,
    /// Keep the rows for which this is true, e.g. `sector == 14 & exptime <= 120`
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    pub query: Option<String>,
    /// TESS sectors: `14`, `14,15`, `14..20`
    #[arg(long, alias = "sectors", value_name = "N", num_args = 1.., value_delimiter = ',')]
    pub sector: Vec<String>,
    /// Kepler quarters
    #[arg(long, alias = "quarters", value_name = "N", num_args = 1.., value_delimiter = ',')]
    pub quarter: Vec<String>,
    /// Kepler months of short cadence data (1 to 3)
    #[arg(long, value_name = "N", num_args = 1.., value_delimiter = ',')]
    pub month: Vec<String>,
    /// K2 campaigns: `9`, `9a`, `10b`
    #[arg(long, alias = "campaigns", value_name = "N", num_args = 1.., value_delimiter = ',')]
    pub campaign: Vec<String>,
    /// Exposure time in seconds: `120`, `20,120`, `20:200`, `fast`, `short`, `long`, `shortest`, `longest`
    #[arg(long, alias = "cadence", value_name = "V|A:B|WORD")]
    pub exptime: Option<String>,
    /// Sector, quarter or campaign, whichever a row has
    #[arg(long, value_name = "N", num_args = 1.., value_delimiter = ',')]
    pub sequence: Vec<String>,
    /// Pipelines, e.g. `SPOC,QLP`
    #[arg(long, aliases = ["author", "provenance"], value_name = "P", num_args = 1.., value_delimiter = ',')]
    pub pipeline: Vec<String>,
    /// Only the mission's own pipelines, and cutouts
    #[arg(long, conflicts_with = "hlsps")]
    pub no_hlsp: bool,
    /// Also what lies within this angle of the target: `20arcsec`, `0.1deg`; a bare number is in arcseconds
    #[arg(long, value_name = "ANGLE")]
    pub radius: Option<String>,
    /// Years: `2019`, `2018:2020`
    #[arg(long, value_name = "N|A:B")]
    pub year: Option<String>,
    /// Words of which the description must contain one
    #[arg(long, value_name = "WORD", num_args = 1..)]
    pub description: Vec<String>,
    /// Words all of which the description must contain
    #[arg(long, value_name = "WORD", num_args = 1.., conflicts_with = "description")]
    pub description_all: Vec<String>,
    /// Names under which the archive files the target
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub target_name: Vec<String>,
    /// The table's column `mission`: `TESS`, `Kepler`, `K2`, `HLSP`
    #[arg(long = "mission", value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    pub mission_name: Vec<String>,
    /// Distance that MAST reports, in arcseconds: at most `X`, or `A:B`
    #[arg(long, value_name = "X|A:B")]
    pub distance: Option<String>,
    /// Only products of the mission itself
    #[arg(long, conflicts_with = "hlsps")]
    pub mission_products: bool,
    /// Only what others made of the mission's data: high-level science products, and cutouts
    #[arg(long)]
    pub hlsps: bool,
    /// Return at most this many rows
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = from_one_on)]
    pub limit: Option<NonZeroUsize>,
}

fn from_one_on(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse()
        .map_err(|_| "give a whole number from 1 on, or leave it out for all rows")
}
