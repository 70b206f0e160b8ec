//! The words of the command line, as types. What they mean is decided in the module of each command.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::completions::{Suggested, keys, kinds, levels};

/// Find, fetch and keep data of NASA's Kepler, K2 and TESS missions.
#[derive(Debug, Parser)]
#[command(name = "lksearch", version, max_term_width = 110, arg_required_else_help = true)]
#[command(
    after_help = "Examples:\n  lksearch search tess \"TOI 1161\" --sector 14\n  lksearch --sandbox search k2 K2-18"
)]
pub struct Arguments {
    /// What every command understands.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub struct Global {
    /// Read this settings file instead of the one in the configuration directory
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    pub config: Option<PathBuf>,
    /// Keep files below this directory; with --sandbox, below DIR/sandbox
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global options")]
    pub cache_dir: Option<PathBuf>,
    /// Change a setting for this run, e.g. `--set fetch.jobs=2`
    #[arg(long, global = true, value_name = "KEY=VALUE", help_heading = "Global options")]
    pub set: Vec<String>,
    /// Ask the archive that is built into this program (synthetic data, a cache of its own) instead of MAST
    #[arg(long, global = true, help_heading = "Global options")]
    pub sandbox: bool,
    /// Say nothing but errors on stderr
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub quiet: bool,
    /// Show each request; twice: more
    #[arg(long, short, global = true, action = clap::ArgAction::Count, help_heading = "Global options")]
    pub verbose: u8,
    /// Draw no progress bar
    #[arg(long, global = true, help_heading = "Global options")]
    pub no_progress: bool,
    /// When to use colours
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Global options"
    )]
    pub color: ColorWhen,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List what the archive has for a target
    #[command(after_help = "Examples:\n  lksearch search tess \"TOI 1161\" --sector 14 --kind timeseries")]
    Search(Search),
    /// Bring what a search finds into the cache
    #[command(
        after_help = "Examples:\n  lksearch download k2 \"K2-18\" --hlsps --kind timeseries\n  lksearch download --from found.csv"
    )]
    Download(Download),
    /// Look up names: position and what each service says
    #[command(after_help = "Examples:\n  lksearch resolve \"TOI 1161\" K2-18")]
    Resolve(Resolve),
    /// Show and change settings
    #[command(subcommand, arg_required_else_help = false)]
    #[command(after_help = "Examples:\n  lksearch config show --origin\n  lksearch config set fetch.jobs 4")]
    Config(Config),
    /// Look after the files that were brought
    #[command(subcommand, arg_required_else_help = false)]
    #[command(after_help = "Examples:\n  lksearch cache info\n  lksearch cache verify")]
    Cache(Cache),
    /// Look into a FITS file, here or on the cloud, without downloading it
    #[command(subcommand, arg_required_else_help = false)]
    #[command(
        after_help = "Examples:\n  lksearch fits info file.fits\n  lksearch fits table file.fits --columns TIME,PDCSAP_FLUX --rows :10"
    )]
    Fits(Fits),
    /// Draw the light curve of a file, or the mean frame and the aperture of a target pixel file
    #[command(after_help = "Examples:\n  lksearch plot file.fits\n  lksearch plot file.fits -o curve.svg")]
    Plot(Plot),
    /// Serve a miniature archive on this machine until interrupted, and print the settings that point at it
    #[command(after_help = "Examples:\n  lksearch sandbox --port 8765")]
    Sandbox(SandboxArguments),
    /// Print the completions for a shell
    #[command(after_help = "Examples:\n  lksearch completions bash > ~/.local/share/bash-completion/completions/lksearch")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page of this program, or write one for each command
    Man {
        /// Write a page for each command into this directory, which `man` then finds if it is in MANPATH
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

/// Which mission's search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MissionWord {
    /// TESS: sectors, TESScut cutouts, SPOC, TESS-SPOC, QLP and other pipelines
    Tess,
    /// Kepler: quarters
    Kepler,
    /// K2: campaigns
    K2,
    /// All three missions, mission products only
    Mast,
}

/// A search and how to print it.
#[derive(Debug, Args)]
pub struct Search {
    /// The mission
    #[arg(value_enum, ignore_case = true)]
    pub mission: MissionWord,
    /// A name (TOI 1161), an id (KIC 11904151) or a position (285.679 +50.241)
    #[arg(allow_negative_numbers = true)]
    pub target: Vec<String>,
    /// What to keep of it.
    #[command(flatten)]
    pub filters: Filters,
    /// How to print it.
    #[command(flatten)]
    pub output: Output,
    /// Columns to print, separated by commas, or `all`
    #[arg(long, value_delimiter = ',', value_name = "A,B|all", help_heading = "Output")]
    pub columns: Vec<String>,
}

/// Filters of a search. Every list of words or numbers may exclude with a leading `!`: `--pipeline '!QLP'`.
#[derive(Clone, Debug, Args, Default, PartialEq)]
#[command(next_help_heading = "Filters (! excludes a word or number: --pipeline '!QLP')")]
pub struct Filters {
    /// What kinds of products, e.g. `timeseries,dvreports`
    #[arg(long, value_name = "KIND", value_parser = Suggested(kinds))]
    pub kind: Option<String>,
    /// Keep the rows for which this is true, e.g. `sector == 14 & exptime <= 120`
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    pub query: Option<String>,
    /// TESS sectors: `14`, `14,15`, `14..20`
    #[arg(long, value_name = "N", num_args = 1.., value_delimiter = ',')]
    pub sector: Vec<String>,
    /// Kepler quarters
    #[arg(long, value_name = "N", num_args = 1.., value_delimiter = ',')]
    pub quarter: Vec<String>,
    /// Kepler months of short cadence data (1 to 3)
    #[arg(long, value_name = "N", num_args = 1.., value_delimiter = ',')]
    pub month: Vec<String>,
    /// K2 campaigns: `9`, `9a`, `10b`
    #[arg(long, value_name = "N", num_args = 1.., value_delimiter = ',')]
    pub campaign: Vec<String>,
    /// Exposure time in seconds: `120`, `20,120`, `20:200`, `fast`, `short`, `long`, `shortest`, `longest`
    #[arg(long, value_name = "V|A:B|WORD")]
    pub exptime: Option<String>,
    /// Sector, quarter or campaign, whichever a row has
    #[arg(long, value_name = "N", num_args = 1.., value_delimiter = ',')]
    pub sequence: Vec<String>,
    /// Pipelines, e.g. `SPOC,QLP`
    #[arg(long, value_name = "P", num_args = 1.., value_delimiter = ',')]
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
    /// At most so many rows
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = from_one_on)]
    pub limit: Option<NonZeroUsize>,
}

/// How to print a table.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct Output {
    /// How to write the table; else as the ending of the file says, or for people
    #[arg(long, value_enum, ignore_case = true)]
    pub format: Option<Format>,
    /// Write it here instead of stdout
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Formats of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
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
}

/// A download.
#[derive(Debug, Args)]
pub struct Download {
    /// The mission
    #[arg(value_enum, ignore_case = true, required_unless_present = "from")]
    pub mission: Option<MissionWord>,
    /// A name, an id or a position
    #[arg(allow_negative_numbers = true)]
    pub target: Vec<String>,
    /// Fetch the rows of this table or manifest instead of searching (JSON, NDJSON, CSV, Parquet, Arrow or VOTable)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["mission", "target"])]
    pub from: Option<PathBuf>,
    /// What to keep of the search.
    #[command(flatten)]
    pub filters: Filters,
    /// Where the bytes come from and go to.
    #[command(flatten)]
    pub transfer: Transfer,
    /// How to print the manifest.
    #[command(flatten)]
    pub output: Output,
}

/// How a download tells how it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProgressWord {
    /// A bar on a terminal, else nothing
    Bar,
    /// One JSON object a line, for programs
    Json,
}

/// Options of a transfer.
#[derive(Debug, Args)]
#[command(next_help_heading = "Download")]
pub struct Transfer {
    /// Ask MAST first, and the cloud only if MAST fails (`prefer_cloud=false`, `cloud_only=false`, `download_cloud=true`)
    #[arg(long, conflicts_with_all = ["cloud_only", "link"])]
    pub no_cloud: bool,
    /// Take only what is on the cloud; the other rows are SKIPPED
    #[arg(long)]
    pub cloud_only: bool,
    /// Give the s3:// URI of cloud products instead of downloading them (`download_cloud=false`)
    #[arg(long)]
    pub link: bool,
    /// Keep the files below this directory instead of the cache; with --sandbox, below DIR/sandbox
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Fetch again what is there already, and replace it
    #[arg(long)]
    pub force: bool,
    /// Files in flight
    #[arg(long, value_name = "N")]
    pub jobs: Option<String>,
    /// Say what would be fetched, from where and how much, and fetch nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How to tell on stderr how it goes
    #[arg(long, value_enum, value_name = "HOW", default_value = "bar")]
    pub progress: ProgressWord,
    /// Size of TESScut cutouts in pixels: `10` or `11x21` (rows x columns)
    #[arg(long, value_name = "N|NYxNX")]
    pub cutout_size: Option<String>,
}

/// Names to look up.
#[derive(Debug, Args)]
pub struct Resolve {
    /// The names
    #[arg(required = true)]
    pub names: Vec<String>,
    /// How to print the answer.
    #[command(flatten)]
    pub output: Output,
}

/// Settings.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Print every setting and its value
    Show {
        /// Also print where each value came from
        #[arg(long)]
        origin: bool,
    },
    /// Print where the settings file is or would be
    Path,
    /// Write a settings file with every key, commented out
    Init {
        /// Replace a file that is there
        #[arg(long)]
        force: bool,
    },
    /// Print one value
    #[command(after_help = "Examples:\n  lksearch config get fetch.jobs\n  lksearch config show")]
    Get {
        /// The key, e.g. `fetch.jobs`
        #[arg(value_parser = Suggested(keys), hide_possible_values = true)]
        key: String,
    },
    /// Change one value in the settings file
    #[command(after_help = "Examples:\n  lksearch config set fetch.jobs 4\n  lksearch config show")]
    Set {
        /// The key, e.g. `fetch.jobs`
        #[arg(value_parser = Suggested(keys), hide_possible_values = true)]
        key: String,
        /// The value
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
}

/// The store of files.
#[derive(Debug, Subcommand)]
pub enum Cache {
    /// Print where files are kept
    Path,
    /// Sizes and counts
    Info,
    /// List the files
    Ls {
        /// How to print them.
        #[command(flatten)]
        output: Output,
    },
    /// Look for damage; what is damaged is set aside, and `cache repair` fetches it again
    #[command(after_help = "Examples:\n  lksearch cache verify --level fits")]
    Verify {
        /// What a file must pass
        #[arg(long, default_value = "sha256", value_parser = Suggested(levels))]
        level: String,
    },
    /// Look for damage and fetch again what is damaged or missing
    #[command(after_help = "Examples:\n  lksearch cache repair --level fits")]
    Repair {
        /// What a file must pass
        #[arg(long, default_value = "sha256", value_parser = Suggested(levels))]
        level: String,
    },
    /// Take over the files below DIR/mastDownload that other programs left and that are whole
    ///
    /// In the cache itself they stay as they are. From another directory, such as ~/.lightkurve/cache, they are copied.
    Adopt {
        /// The directory that holds mastDownload; without it the cache itself
        directory: Option<PathBuf>,
    },
    /// Remove files whose path below the cache matches
    #[command(after_help = "Examples:\n  lksearch cache rm 'mastDownload/TESS/*'")]
    Rm {
        /// Patterns with `*` and `?`, e.g. `mastDownload/TESS/*`
        #[arg(required = true)]
        patterns: Vec<String>,
        /// Really remove
        #[arg(long)]
        yes: bool,
    },
    /// Remove everything below mastDownload; only lists it unless --yes is given
    Clear {
        /// Really remove
        #[arg(long)]
        yes: bool,
    },
    /// Remove left-overs of runs that were killed, and on request what was set aside
    #[command(after_help = "Examples:\n  lksearch cache gc --quarantine 30d")]
    Gc {
        /// Also remove from the quarantine what is older than this, e.g. `30d`
        #[arg(long, value_name = "AGE")]
        quarantine: Option<String>,
    },
}

/// FITS files.
#[derive(Debug, Subcommand)]
pub enum Fits {
    /// List the HDUs with their offsets
    #[command(after_help = "Examples:\n  lksearch fits info file.fits")]
    Info {
        /// s3://…, https://…, mast:… or a path
        location: String,
        /// How to print them.
        #[command(flatten)]
        output: Output,
    },
    /// Print the header cards as they stand in the file, or as a table of one row per card
    #[command(after_help = "Examples:\n  lksearch fits header file.fits --hdu 1")]
    Header {
        /// s3://…, https://…, mast:… or a path
        location: String,
        /// Only this HDU, by its number or its name; without it all, each after a line `# HDU N NAME`
        #[arg(long, value_name = "N|NAME")]
        hdu: Option<String>,
        /// How to print them.
        #[command(flatten)]
        output: Output,
    },
    /// Print the rows of a table
    #[command(after_help = "Examples:\n  lksearch fits table file.fits --columns TIME,PDCSAP_FLUX --rows :10")]
    Table {
        /// s3://…, https://…, mast:… or a path
        location: String,
        /// The table's HDU, by its number or its name; without it the first table of the file
        #[arg(long, value_name = "N|NAME")]
        hdu: Option<String>,
        /// Columns to print, separated by commas, in this order
        #[arg(long, value_delimiter = ',', value_name = "A,B")]
        columns: Vec<String>,
        /// Rows from A up to but not including B, the first row being 0; `:100`, `1000:`, and from the end `-10:`
        #[arg(long, value_name = "A:B", allow_hyphen_values = true)]
        rows: Option<String>,
        /// How to print them.
        #[command(flatten)]
        output: Output,
    },
    /// Say whether a file is whole: structure, CHECKSUM and DATASUM of every HDU; exit code 6 if it is not
    #[command(after_help = "Examples:\n  lksearch fits verify file.fits")]
    Verify {
        /// s3://…, https://…, mast:… or a path
        location: String,
        /// How to print the result.
        #[command(flatten)]
        output: Output,
    },
}

impl Fits {
    /// What is looked into.
    pub fn location(&self) -> &str {
        match self {
            Self::Info { location, .. }
            | Self::Header { location, .. }
            | Self::Table { location, .. }
            | Self::Verify { location, .. } => location,
        }
    }
}

/// A picture.
#[derive(Debug, Args)]
pub struct Plot {
    /// s3://…, https://…, mast:… or a path
    pub location: String,
    /// The column of the light curve, e.g. `SAP_FLUX`
    #[arg(long, value_name = "NAME")]
    pub column: Option<String>,
    /// Write a picture instead of a chart in the terminal
    #[arg(long, short, value_name = "FILE.svg|FILE.png")]
    pub output: Option<PathBuf>,
}

/// The miniature archive.
#[derive(Debug, Args)]
pub struct SandboxArguments {
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Wait so many milliseconds before each answer
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub latency: u64,
    /// Add so many synthetic targets of one sector
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub bulk: usize,
}

fn from_one_on(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "give a whole number from 1 on")
}

#[cfg(test)]
mod tests;
