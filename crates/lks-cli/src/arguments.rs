//! The words of the command line, as types. What they mean is decided in the module of each command.

#[cfg(feature = "download")]
mod asking;
#[cfg(feature = "download")]
mod cache;
mod catalog;
mod config;
#[cfg(feature = "download")]
mod cutout;
#[cfg(feature = "download")]
mod download;
#[cfg(feature = "download")]
mod fits;
#[cfg(feature = "download")]
mod location;
#[cfg(feature = "download")]
mod lock;
mod output;
#[cfg(feature = "download")]
mod plot;
mod search;
#[cfg(feature = "download")]
mod shards;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

#[cfg(feature = "download")]
pub(crate) use asking::Asking;
#[cfg(feature = "download")]
pub(crate) use cache::Cache;
pub(crate) use catalog::{Catalog, Cone, Id, Names};
pub(crate) use config::Config;
#[cfg(feature = "download")]
pub(crate) use cutout::{Cutout, CutoutWord};
#[cfg(feature = "download")]
pub(crate) use download::{Download, Order, Pace, Place, Printed, ProgressWord, Sources, Transfer};
#[cfg(feature = "download")]
pub(crate) use fits::Fits;
#[cfg(feature = "download")]
pub(crate) use location::FileLocation;
#[cfg(feature = "download")]
pub(crate) use lock::{CitationFormat, Cite, Lock, Sync};
pub(crate) use output::{Format, Output};
#[cfg(feature = "download")]
pub(crate) use plot::Plot;
pub(crate) use search::{Filters, MissionWord, Search};
#[cfg(feature = "download")]
pub(crate) use shards::{Merge, Plan, Shard};

/// Find, fetch and keep data of NASA's Kepler, K2 and TESS missions.
#[derive(Debug, Parser)]
#[command(name = "lksearch", version, max_term_width = 110, arg_required_else_help = true)]
#[command(
    after_help = "Examples:\n  lksearch search tess \"TOI 1161\" --sector 14\n  lksearch --sandbox search k2 K2-18"
)]
pub(crate) struct Arguments {
    /// What every command understands.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
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
    /// Open no connection: answers that were kept, however old, and files that are in the cache
    #[arg(long, global = true, help_heading = "Global options")]
    pub offline: bool,
    /// Ask the archive again, also where a kept answer is fresh
    #[arg(long, global = true, conflicts_with = "offline", help_heading = "Global options")]
    pub refresh: bool,
    /// Fail with exit code 4 where rows are missing or an older answer is given because a service does not answer now
    #[arg(long, global = true, help_heading = "Global options")]
    pub strict: bool,
    /// Print nothing but errors on stderr
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub quiet: bool,
    /// Log each request; give it twice for more detail
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
    /// All words as they were given, the program's name first.
    #[arg(skip)]
    pub words: Vec<OsString>,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List what the archive has for a target
    #[command(after_help = "Examples:\n  lksearch search tess \"TOI 1161\" --sector 14 --kind timeseries")]
    Search(Search),
    #[cfg(feature = "download")]
    /// Download what a search finds into the cache
    #[command(
        after_help = "Examples:\n  lksearch download k2 \"K2-18\" --hlsps --kind timeseries\n  lksearch download --from found.csv"
    )]
    Download(Download),
    #[cfg(feature = "download")]
    /// Cut target pixel files out of the full-frame images of TESS
    ///
    /// The pixels are read from the cubes of images on the cloud, of which a cutout is a few ranges; where that fails, the service TESScut cuts. The files
    /// are kept in the cache as those of `download --kind tesscut`, and are not asked for again.
    #[command(
        after_help = "Examples:\n  lksearch cutout \"TOI 1161\" --sector 14 --size 15\n  lksearch cutout --targets stars.csv:tic --sector 14,15 --size 11x21 --source cubes"
    )]
    Cutout(Cutout),
    #[cfg(feature = "download")]
    /// Write down what to download, and where each file lies, for machines that then ask nobody
    ///
    /// Nothing is fetched. `download --from PLAN` fetches all of it; `shard` cuts it for several workers.
    #[command(
        after_help = "Examples:\n  lksearch plan tess \"TOI 1161\" --kind timeseries -o plan.parquet\n  lksearch plan --from found.parquet -o plan.parquet"
    )]
    Plan(Plan),
    #[cfg(feature = "download")]
    /// Cut a plan into shards, each a file for one worker: `download --from shards/shard-0000.parquet`
    #[command(after_help = "Examples:\n  lksearch shard plan.parquet --of 8 -o shards")]
    Shard(Shard),
    #[cfg(feature = "download")]
    /// Put the manifests of a plan's shards together: one verdict for each row
    #[command(after_help = "Examples:\n  lksearch merge manifests --plan plan.parquet -o manifest.csv")]
    Merge(Merge),
    #[cfg(feature = "download")]
    /// Write down the exact bytes of what a search finds, to have them again
    ///
    /// Files that are not in the cache are fetched first, as `download` does. The lock is text, for a repository beside the paper.
    #[command(
        after_help = "Examples:\n  lksearch lock tess \"TOI 1161\" --sector 14 --kind timeseries\n  lksearch lock --from manifest.csv -o paper.lock"
    )]
    Lock(Lock),
    #[cfg(feature = "download")]
    /// Bring exactly the bytes of a lock, or say what changed
    ///
    /// Files come from the cache, whatever it keeps them as, from the cloud or from MAST; each is compared with its SHA-256. Nothing is searched.
    #[command(after_help = "Examples:\n  lksearch sync\n  lksearch sync paper.lock --check")]
    Sync(Sync),
    #[cfg(feature = "download")]
    /// Print what to acknowledge and cite for the products of a lock, a manifest or a table
    #[command(after_help = "Examples:\n  lksearch cite\n  lksearch cite manifest.csv --format bibtex -o data.bib")]
    Cite(Cite),
    /// Look up names: position and what each service says
    #[command(after_help = "Examples:\n  lksearch resolve \"TOI 1161\" K2-18")]
    Resolve(Resolve),
    /// Look up stars in catalogues: around a place, by number, by name
    #[command(subcommand, arg_required_else_help = false)]
    #[command(
        after_help = "Examples:\n  lksearch catalog cone Kepler-10 --catalog gaiadr3\n  lksearch catalog id \"TIC 377780790\" --to gaiadr3\n  lksearch catalog names \"TOI 1161\""
    )]
    Catalog(Catalog),
    /// Show and change settings
    #[command(subcommand, arg_required_else_help = false)]
    #[command(after_help = "Examples:\n  lksearch config show --origin\n  lksearch config set fetch.jobs 4")]
    Config(Config),
    #[cfg(feature = "download")]
    /// Manage the cache
    #[command(subcommand, arg_required_else_help = false)]
    #[command(after_help = "Examples:\n  lksearch cache info\n  lksearch cache verify")]
    Cache(Cache),
    #[cfg(feature = "download")]
    /// Inspect a FITS file, local or on the cloud, without downloading it
    #[command(subcommand, arg_required_else_help = false)]
    #[command(
        after_help = "Examples:\n  lksearch fits info file.fits\n  lksearch fits table file.fits --columns TIME,PDCSAP_FLUX --rows :10"
    )]
    Fits(Fits),
    #[cfg(feature = "download")]
    /// Draw the light curve of a file, or the mean frame and the aperture of a target pixel file
    #[command(
        after_help = "Examples:\n  lksearch plot file.fits\n  lksearch plot file.fits -o curve.svg\n  lksearch plot sector1.fits sector2.fits --normalize --fold 3.2888,1326.5"
    )]
    Plot(Plot),
    /// Commands that this program was built without.
    #[cfg(not(feature = "download"))]
    #[command(name = "download", aliases = ["cutout", "plan", "shard", "merge", "lock", "sync", "cite", "cache", "fits", "plot"], hide = true, disable_help_flag = true)]
    NotBuilt {
        /// What was asked of them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
        words: Vec<std::ffi::OsString>,
    },
    /// Serve a miniature archive on this machine until interrupted, and print the settings that point at it
    #[command(after_help = "Examples:\n  lksearch sandbox --port 8765\n  lksearch sandbox list")]
    Sandbox(SandboxArguments),
    /// Print the completions for a shell
    #[command(
        after_help = "Examples:\n  lksearch completions bash > ~/.local/share/bash-completion/completions/lksearch"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page of this program, or write one for each command
    #[command(after_help = "Examples:\n  lksearch man --dir ~/.local/share/man/man1")]
    Man {
        /// Write a page for each command into this directory, which `man` then finds if it is in MANPATH
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

/// Names to look up.
#[derive(Debug, Args)]
pub(crate) struct Resolve {
    /// The names
    #[arg(required = true)]
    pub names: Vec<String>,
    /// How to print the answer.
    #[command(flatten)]
    pub output: Output,
}

/// The miniature archive.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct SandboxArguments {
    /// What to do instead of serving it.
    #[command(subcommand)]
    pub command: Option<SandboxCommand>,
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Wait this many milliseconds before each answer
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub latency: u64,
    /// Add this many synthetic targets of one sector
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub bulk: usize,
}

/// What can be done with the miniature archive besides serving it.
#[derive(Debug, Subcommand)]
pub(crate) enum SandboxCommand {
    /// List its stars: names, ids, positions, and what there is of each mission
    #[command(after_help = "Examples:\n  lksearch sandbox list\n  lksearch sandbox list --format csv")]
    List {
        /// How to print them.
        #[command(flatten)]
        output: Output,
    },
}

#[cfg(test)]
mod tests;
