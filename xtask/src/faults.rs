//! Breaking things on purpose, at length: what is too heavy for every change runs here and prints its figures.

use clap::ValueEnum;

use crate::run::passthrough;

/// A campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Campaign {
    /// The store: killed and failed at every system call, power cut, locks that lie; and the table of rows D1 to D58
    Cache,
    /// The engine against an archive that misbehaves: rows N1 to N68 and A1 to A38
    Fetch,
    /// FITS files with random damage: the walker, the reader and the verifier never panic
    Fits,
}

/// Runs one campaign, or all of them.
pub fn run(campaign: Option<Campaign>, seconds: u64) -> Result<(), String> {
    let chosen: &[Campaign] = match &campaign {
        Some(one) => std::slice::from_ref(one),
        None => Campaign::value_variants(),
    };
    for campaign in chosen {
        match campaign {
            Campaign::Cache => {
                for harness in ["enumerate", "powercut", "soak"] {
                    example("lks-cache", "crashdrv", &[harness])?;
                }
            }
            Campaign::Fetch => {
                let arguments = [
                    "test",
                    "--quiet",
                    "--package",
                    "lks-fetch",
                    "--test",
                    "it",
                    "--",
                    "--nocapture",
                    "every_numbered",
                ];
                passthrough("cargo", &arguments, &[])?;
            }
            Campaign::Fits => example("lks-fits", "fuzz", &[&seconds.to_string()])?,
        }
    }
    Ok(())
}

fn example(package: &str, name: &str, words: &[&str]) -> Result<(), String> {
    let mut arguments = vec!["run", "--quiet", "--package", package, "--example", name, "--"];
    arguments.extend_from_slice(words);
    passthrough("cargo", &arguments, &[])
}
