//! The words of `lksearch catalog`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Output;

/// What to look up in catalogues of stars.
#[derive(Debug, Subcommand)]
pub(crate) enum Catalog {
    /// List the stars around a target, as they stand at an epoch
    #[command(
        after_help = "Examples:\n  lksearch catalog cone Kepler-10 --catalog gaiadr3 --radius 30arcsec\n  lksearch catalog cone \"285.6794 +50.2413\" --catalog tic --magnitude-limit 15 --epoch 2019.55"
    )]
    Cone(Cone),
    /// Look up stars by their numbers, or what they are in another catalogue
    #[command(
        after_help = "Examples:\n  lksearch catalog id \"TIC 377780790\" \"KIC 11904151\"\n  lksearch catalog id --targets ids.txt --to gaiadr3 --format csv"
    )]
    Id(Id),
    /// List all names of stars
    #[command(after_help = "Examples:\n  lksearch catalog names Kepler-10 \"TOI 1161\"")]
    Names(Names),
}

/// The stars around a target.
#[derive(Debug, Args)]
pub(crate) struct Cone {
    /// A name (Kepler-10), an id (TIC 377780790, Gaia DR3 …) or a position (285.6794 +50.2413)
    #[arg(required = true, allow_negative_numbers = true)]
    pub target: Vec<String>,
    /// The catalogue: tic, kic, epic, gaiadr3, gaiadr2
    #[arg(long, value_name = "CATALOG")]
    pub catalog: String,
    /// How far around the target, up to 5 degrees; a bare number is in arcseconds
    #[arg(long, value_name = "ANGLE", default_value = "100arcsec")]
    pub radius: String,
    /// Only stars brighter than this, in the catalogue's own band
    #[arg(long, value_name = "M", allow_negative_numbers = true, value_parser = magnitude)]
    pub magnitude_limit: Option<f64>,
    /// When: a year (2025.5) or a Julian date; else 2000.0
    #[arg(long, value_name = "YEAR|JD")]
    pub epoch: Option<String>,
    /// Columns to print, separated by commas, or `all`
    #[arg(long, value_delimiter = ',', value_name = "A,B|all", help_heading = "Output")]
    pub columns: Vec<String>,
    /// How to print them.
    #[command(flatten)]
    pub output: Output,
}

/// Stars by their numbers.
#[derive(Debug, Args)]
pub(crate) struct Id {
    /// Ids with their catalogue, which may differ: "TIC 377780790", "KIC 11904151", "Gaia DR3 …"
    #[arg(allow_negative_numbers = true)]
    pub ids: Vec<String>,
    /// Read ids from this list, one a line, or from a column of a table (`stars.csv:tic`); `-` is stdin
    #[arg(long, value_name = "FILE[:COLUMN]|-")]
    pub targets: Option<PathBuf>,
    /// What they are in this catalogue: tic, kic, epic, gaiadr3, gaiadr2
    #[arg(long, value_name = "CATALOG")]
    pub to: Option<String>,
    /// When: a year (2025.5) or a Julian date; else 2000.0
    #[arg(long, value_name = "YEAR|JD")]
    pub epoch: Option<String>,
    /// Columns to print, separated by commas, or `all`
    #[arg(long, value_delimiter = ',', value_name = "A,B|all", help_heading = "Output")]
    pub columns: Vec<String>,
    /// How to print them.
    #[command(flatten)]
    pub output: Output,
}

/// Names of stars.
#[derive(Debug, Args)]
pub(crate) struct Names {
    /// The names
    pub names: Vec<String>,
    /// Read names from this list, one a line, or from a column of a table (`stars.csv:hostname`); `-` is stdin
    #[arg(long, value_name = "FILE[:COLUMN]|-")]
    pub targets: Option<PathBuf>,
    /// How to print them.
    #[command(flatten)]
    pub output: Output,
}

/// Reads a magnitude.
pub(super) fn magnitude(text: &str) -> Result<f64, &'static str> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or("give a number, such as 15")
}
