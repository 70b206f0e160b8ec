//! Breaking things on purpose, at length: what is too heavy for every change runs here and prints its figures.

mod fetch;
mod figures;
mod rows;

use clap::ValueEnum;

use self::figures::Figures;
use crate::parity::{environment, heard};
use crate::run::{AS_TESTED, build, built, passthrough, target, teed};
use crate::sandbox::Sandbox;

/// How long what goes on at random does so, in seconds, unless it is said: inputs, and downloads with kills and restarts.
const FUZZING: u64 = 60;
const SOAKING: u64 = 300;
const FUZZ_TARGETS: [(&str, &str); 4] = [
    ("crates/lks-cache/fuzz", "record"),
    ("crates/lks-cache/fuzz", "segment"),
    ("crates/lks-cache/fuzz", "path"),
    ("crates/lks-cli/fuzz", "visible"),
];

/// Rows of the list of faults: N1 to N68, A1 to A38, D1 to D67, C1 to C17, K1 to K18.
const N_ROWS: u64 = 208;

/// A campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Campaign {
    /// The store: killed and failed at every system call, power cut, locks that lie; and the table of rows D1 to D67
    Cache,
    /// The unmodified Python lksearch and our program on one cache directory: in turn, at once, killed, cleared
    Interop,
    /// Coverage-guided fuzzing of the store's record parser, its segments, its path type and the filter before terminals; needs cargo-fuzz
    Fuzz,
    /// The engine against an archive that misbehaves: rows N1 to N68 and A1 to A38
    Fetch,
    /// A second user of the machine who may write to the cache and plants and swaps what they can; needs root
    SecondUser,
    /// A store of a million files: time and memory of looking through it. Takes 5 GB and minutes, so only by its name
    Many,
    /// FITS files with random damage: the walker, the reader and the verifier never panic
    Fits,
}

/// Runs one campaign, or all of them, and prints all their figures together; one that fails does not keep the others from running.
pub(crate) fn run(campaign: Option<Campaign>, seconds: Option<u64>) -> Result<(), String> {
    let chosen: &[Campaign] = match &campaign {
        Some(one) => std::slice::from_ref(one),
        None => &[
            Campaign::Cache,
            Campaign::Interop,
            Campaign::Fuzz,
            Campaign::Fetch,
            Campaign::Fits,
            Campaign::SecondUser,
        ],
    };
    let (mut figures, mut failed) = (tables()?, Vec::new());
    for campaign in chosen {
        if let Err(message) = one(*campaign, seconds, &mut figures) {
            failed.push(message);
        }
    }
    let well = figures.print();
    if failed.is_empty() {
        well
    } else {
        Err(failed.join("; "))
    }
}

/// What takes less than a minute: all rows counted, and a file stored while each of its system calls kills the process or fails.
pub(crate) fn quick() -> Result<(), String> {
    let mut figures = tables()?;
    counted(&AS_TESTED, &[], &mut figures)?;
    example("crashdrv", &["enumerate", "fetch"], &mut figures)?;
    figures.print()?;
    match figures.num_rows() {
        N_ROWS => Ok(()),
        n => Err(format!("{n} rows of the list of faults were counted, not {N_ROWS}")),
    }
}

fn tables() -> Result<Figures, String> {
    let mut figures = Figures::default();
    for (letter, rows) in rows::read()? {
        figures.table(letter, &rows);
    }
    Ok(figures)
}

fn one(campaign: Campaign, seconds: Option<u64>, figures: &mut Figures) -> Result<(), String> {
    match campaign {
        Campaign::Cache => {
            let failed: Vec<String> = ["enumerate", "powercut", "soak"]
                .into_iter()
                .filter_map(|harness| example("crashdrv", &[harness], figures).err())
                .collect();
            if !failed.is_empty() {
                return Err(failed.join("; "));
            }
        }
        Campaign::Interop => {
            let python = environment()?;
            build(&["serve"])?;
            let sandbox = Sandbox::start(&[])?;
            let heard = heard(&python, "interop.py", &[&sandbox.url, &built("lksearch")])?;
            listened(heard, figures)?;
        }
        Campaign::Fuzz => fuzz(seconds.unwrap_or(FUZZING), figures)?,
        Campaign::Fetch => {
            counted(&["--package", "lks-fetch"], &["two_thousand"], figures)?;
            fetch::run(seconds.unwrap_or(SOAKING), figures)?;
        }
        Campaign::Many => {
            let words = [
                "run",
                "--quiet",
                "--release",
                "--package",
                "lks-cache",
                "--example",
                "many",
            ];
            passthrough("cargo", &words, &[])?;
        }
        Campaign::SecondUser => {
            let seconds = seconds.unwrap_or(FUZZING).to_string();
            let words = [
                "test",
                "--quiet",
                "--package",
                "lks-cache",
                "--test",
                "it",
                "--",
                "--nocapture",
                "second_user::another",
            ];
            listened(
                teed("cargo", &words, &[("LKS_CACHE_SECOND_USER_SECONDS", &seconds)])?,
                figures,
            )?;
        }
        Campaign::Fits => {
            let seconds = seconds.unwrap_or(FUZZING).to_string();
            example("fuzz", &[&seconds], figures)?;
        }
    }
    Ok(())
}

/// Runs each target for as long, from the inputs that are kept beside it.
fn fuzz(seconds: u64, figures: &mut Figures) -> Result<(), String> {
    let is_installed = std::process::Command::new("cargo")
        .args(["fuzz", "--version"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !is_installed {
        let line = "SKIPPED fuzz: `cargo install --locked cargo-fuzz` installs what it needs";
        println!("{line}");
        figures.read(line);
        return Ok(());
    }
    let folder = target().join("fuzz");
    let target = folder.display().to_string();
    for (directory, name) in FUZZ_TARGETS {
        let (seeds, limit) = (
            format!("{directory}/seeds/{name}"),
            format!("-max_total_time={seconds}"),
        );
        let found = folder.join("corpus").join(name);
        std::fs::create_dir_all(&found).map_err(|error| format!("cannot create {}: {error}", found.display()))?;
        let found = found.display().to_string();
        let words = [
            "fuzz",
            "run",
            "--fuzz-dir",
            directory,
            "--target-dir",
            &target,
            name,
            &found,
            &seeds,
        ];
        let options = ["--", &limit, "-print_final_stats=1", "-verbosity=1"];
        // The sanitizers are switched on by unstable flags, which the stable compiler takes with this.
        passthrough(
            "cargo",
            &[&words[..], &options[..]].concat(),
            &[("RUSTC_BOOTSTRAP", "1")],
        )?;
    }
    Ok(())
}

/// Takes the figures out of what a campaign printed.
fn listened((lines, ended): (Vec<String>, Result<(), String>), figures: &mut Figures) -> Result<(), String> {
    lines.iter().for_each(|line| figures.read(line));
    ended
}

fn example(name: &str, words: &[&str], figures: &mut Figures) -> Result<(), String> {
    build(&[name])?;
    listened(teed(&built(&format!("examples/{name}")), words, &[])?, figures)
}

/// The tests of the engine that count rows.
fn counted(chosen: &[&str], more: &[&str], figures: &mut Figures) -> Result<(), String> {
    let words = ["--test", "it", "--", "--nocapture", "every_numbered"];
    let words = [&["test", "--quiet"], chosen, &words, more].concat();
    listened(teed("cargo", &words, &[])?, figures)
}
