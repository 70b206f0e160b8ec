//! The words about the store of files.

use std::path::PathBuf;

use clap::Subcommand;

use super::Output;
use crate::completions::{Suggested, levels};

/// The store of files.
#[derive(Debug, Subcommand)]
pub(crate) enum Cache {
    /// Print where files are kept
    Path,
    /// Sizes and counts
    Info,
    /// List the files
    #[command(alias = "list")]
    Ls {
        /// How to print them.
        #[command(flatten)]
        output: Output,
    },
    /// Check the files; damaged ones are set aside, and `cache repair` fetches them again
    #[command(after_help = "Examples:\n  lksearch cache verify --level fits")]
    Verify {
        /// What a file must pass
        #[arg(long, default_value = "sha256", value_parser = Suggested(levels))]
        level: String,
    },
    /// Check the files and fetch again what is damaged or missing
    #[command(after_help = "Examples:\n  lksearch cache repair --level fits")]
    Repair {
        /// What a file must pass
        #[arg(long, default_value = "sha256", value_parser = Suggested(levels))]
        level: String,
    },
    /// Take over intact files that other programs left
    ///
    /// Those below DIR/mastDownload, and cutouts of TESScut or astrocut in DIR itself and in DIR/tesscut, where lightkurve keeps them. In the
    /// cache itself files stay as they are; from another directory they are copied.
    #[command(after_help = "Examples:\n  lksearch cache adopt --lightkurve\n  lksearch cache adopt my/cutouts")]
    Adopt {
        /// The directory that holds mastDownload or cutouts; without it the cache itself
        directory: Option<PathBuf>,
        /// From lightkurve's caches, those that are there: ~/.cache/lightkurve (with astropy 8), ~/.lightkurve/cache, ~/.lightkurve-cache
        #[arg(long, conflicts_with = "directory")]
        lightkurve: bool,
    },
    /// Remove files whose path below the cache matches
    #[command(
        alias = "remove",
        after_help = "Examples:\n  lksearch cache rm 'mastDownload/TESS/*'"
    )]
    Rm {
        /// Patterns with `*` and `?`, e.g. `mastDownload/TESS/*`
        #[arg(required = true)]
        patterns: Vec<String>,
        /// Really remove
        #[arg(long)]
        yes: bool,
    },
    /// Remove everything below mastDownload; only lists it unless --yes is given. Kept answers of the archive stay
    #[command(after_help = "Examples:\n  lksearch cache clear --answers --yes")]
    Clear {
        /// Remove the kept answers of the archive instead of the files
        #[arg(long)]
        answers: bool,
        /// Really remove
        #[arg(long)]
        yes: bool,
    },
    /// Remove what killed runs left behind, files among the kept answers that are none, and, on request, quarantined files
    #[command(after_help = "Examples:\n  lksearch cache gc --quarantine 30d")]
    Gc {
        /// Also remove from the quarantine what is older than this, e.g. `30d`
        #[arg(long, value_name = "AGE")]
        quarantine: Option<String>,
    },
}
