//! Times ours against the peers: `cargo xtask bench [GROUP]`. The figures are ratios within one run; `xtask/bench/` asks for them.

mod archive;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use clap::ValueEnum;

use self::archive::Archive;
use crate::run::{passthrough, target};
use crate::{python, wheel};

/// Synthetic targets of the sandbox, of seven products each.
const BULK: &str = "21000";

/// What the peers are made of. `s3fs` is left out: it needs another botocore than lksearch's boto3.
const PEERS: [&str; 5] = ["lksearch==1.2.1", "astroquery==0.4.11", "obstore", "fsspec", "aiohttp"];

/// Those that make cutouts. `tesscube` goes without what it depends on: `lkspacecraft` asks a server when it is imported.
const CUTOUT_PEERS: [&str; 3] = ["astrocut==1.4.0", "scipy", "rich"];
const WITHOUT_DEPENDENCIES: &str = "tesscube==1.2.1";

/// Names the Python interpreter to use instead of one in an environment that the task makes.
const PYTHON: &str = "LKSEARCH_BENCH_PYTHON";
const CUTOUT_PYTHON: &str = "LKSEARCH_BENCH_CUTOUT_PYTHON";

/// What is timed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Group {
    /// Decoding, joining, filtering and sorting tables; records and hashing; walking and decoding FITS files
    Table,
    /// Searches, whole programs
    Search,
    /// Stars by number, and the reading of VOTables
    Catalog,
    /// A list of a thousand targets, and a whole sector
    Many,
    /// Downloads, cold and warm
    Download,
    /// Target pixel files out of the cubes in the bucket
    Cutout,
    /// Reading FITS files here and over the network
    Fits,
    /// Looking up and verifying what is in the store
    Cache,
    /// How cost grows from 10 to 10,000 products and with latency, and whether memory stays
    Scale,
    /// Which functions take the time, by `perf`; not a part of everything, because it needs programs with their symbols
    Profile,
    /// Starting the program
    Start,
    /// The Python package beside lksearch; not a part of everything, because its wheel is built for it
    Python,
}

/// Builds what is timed in this profile of cargo, starts an archive, and runs the groups; `dev` tries everything once, `dist` is as programs are handed out.
/// `before` holds the programs of an earlier build, which are timed beside them.
pub(crate) fn run(
    groups: &[Group],
    profile: &str,
    scratch: Option<PathBuf>,
    before: Option<PathBuf>,
) -> Result<(), String> {
    let every: Vec<Group> = Group::value_variants()
        .iter()
        .copied()
        .filter(|group| ![Group::Profile, Group::Python].contains(group))
        .collect();
    let groups = if groups.is_empty() { &every[..] } else { groups };
    let programs = target().join(if profile == "dev" { "debug" } else { profile });
    let samples = groups.contains(&Group::Profile);
    if samples {
        find_perf()?;
    }
    let python = interpreter()?;
    let cutout_python = groups.contains(&Group::Cutout).then(cutout_interpreter).transpose()?;
    let package = groups
        .contains(&Group::Python)
        .then(|| wheel::measured(profile))
        .transpose()?;
    build(profile, samples)?;
    let scratch = scratch.unwrap_or_else(|| target().join("bench"));
    std::fs::create_dir_all(&scratch).map_err(|error| format!("cannot make {}: {error}", scratch.display()))?;

    let mut sandbox = start_sandbox(&programs.join("examples/serve"))?;
    let outcome = first_line(&mut sandbox).and_then(|(address, _more)| {
        let archive = Archive::start(&address)?;
        let mut words = vec!["xtask/bench/main.py".to_owned()];
        words.extend(["--archive".to_owned(), archive.url()]);
        words.extend(["--programs".to_owned(), programs.display().to_string()]);
        words.extend(["--scratch".to_owned(), scratch.display().to_string()]);
        words.extend((profile == "dev").then(|| "--quick".to_owned()));
        let before = before.map(|path| path.display().to_string());
        for (option, value) in [
            ("--cutout-python", cutout_python),
            ("--package", package),
            ("--before", before),
        ] {
            words.extend(value.into_iter().flat_map(|value| [option.to_owned(), value]));
        }
        words.extend(groups.iter().map(|group| format!("{group:?}").to_lowercase()));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        passthrough(&python, &words, &[])
    });
    // The sandbox stops when its standard input closes.
    drop(sandbox.stdin.take());
    let ended = sandbox
        .wait()
        .map_err(|error| format!("cannot wait for the sandbox: {error}"));
    outcome.and(ended.map(drop))
}

/// One command for all groups, so that every program is built once, with one set of features; for a profile with its symbols.
fn build(profile: &str, has_symbols: bool) -> Result<(), String> {
    let mut words = vec!["build"];
    for package in ["lks-cli", "lks-sandbox", "lks-fits", "lks-cache", "lks-table"] {
        words.extend(["--package", package]);
    }
    words.extend([
        "--bin",
        "lksearch",
        "--example",
        "serve",
        "--example",
        "measure",
        "--example",
        "speed",
        "--example",
        "bare",
        "--example",
        "votable",
        "--profile",
        profile,
    ]);
    let symbols: &[(&str, &str)] = match has_symbols {
        true => &[
            ("CARGO_PROFILE_DIST_STRIP", "none"),
            ("CARGO_PROFILE_DIST_DEBUG", "line-tables-only"),
        ],
        false => &[],
    };
    passthrough("cargo", &words, symbols)
}

fn interpreter() -> Result<String, String> {
    std::env::var(PYTHON).or_else(|_| python::environment("bench-python", &PEERS))
}

/// The packages need another botocore than lksearch's.
fn cutout_interpreter() -> Result<String, String> {
    if let Ok(python) = std::env::var(CUTOUT_PYTHON) {
        return Ok(python);
    }
    let python = python::environment("bench-cutout-python", &CUTOUT_PEERS)?;
    let install = ["-m", "pip", "install", "--quiet", "--no-deps", WITHOUT_DEPENDENCIES];
    passthrough(&python, &install, &[])?;
    Ok(python)
}

/// Sampling is the whole of that group.
fn find_perf() -> Result<(), String> {
    let outcome = Command::new("perf").arg("--version").output();
    outcome.map(drop).map_err(|error| {
        format!(
            "cannot start `perf`: {error}; install it (Debian: apt-get install linux-perf, Ubuntu: linux-tools-generic)"
        )
    })
}

fn start_sandbox(program: &PathBuf) -> Result<Child, String> {
    Command::new(program)
        .args(["--port", "0", "--bulk", BULK, "--stop-with-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start {}: {error}", program.display()))
}

/// The address, and the pipe that must stay open because more lines follow.
fn first_line(sandbox: &mut Child) -> Result<(String, impl BufRead), String> {
    let mut stdout = BufReader::new(sandbox.stdout.take().expect("because it was piped"));
    let mut line = String::new();
    match stdout.read_line(&mut line) {
        Ok(0) => Err("the sandbox ended before it said where it listens".to_owned()),
        Ok(_) => Ok((line.trim().to_owned(), stdout)),
        Err(error) => Err(format!("cannot read what the sandbox says: {error}")),
    }
}
