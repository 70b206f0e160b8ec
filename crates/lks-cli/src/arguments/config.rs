//! The words about settings.

use clap::Subcommand;

use super::Output;
use crate::completions::{Suggested, keys};

/// Settings.
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Print every setting and its value
    #[command(alias = "list")]
    Show {
        /// Also print where each value came from; formats for programs always say it
        #[arg(long)]
        origin: bool,
        /// How to print them.
        #[command(flatten)]
        output: Output,
    },
    /// Print where the settings file is or would be
    Path {
        /// How to print it.
        #[command(flatten)]
        output: Output,
    },
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
    /// Remove one value from the settings file, so that the default or the environment applies
    #[command(after_help = "Examples:\n  lksearch config unset fetch.jobs\n  lksearch config show --origin")]
    Unset {
        /// The key, e.g. `fetch.jobs`
        #[arg(value_parser = Suggested(keys), hide_possible_values = true)]
        key: String,
    },
}
