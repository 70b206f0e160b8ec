//! All automation of the workspace: `cargo xtask <task>`; without a task it lists them.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program talks to the developer at the terminal"
)]

mod bench;
mod ci;
mod cluster;
mod coverage;
mod demo;
mod docs;
mod faults;
mod features;
mod layers;
mod mutants;
mod parity;
mod python;
mod run;
mod sandbox;
mod scale;
mod size;
mod wheel;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "All automation of the workspace",
    arg_required_else_help = true
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Format, layers, generated docs, clippy, tests, rustdoc, and the quick part of bench, faults, scale and parity: what must hold before a change lands
    Ci,
    /// Compare the arrows between crates with the table in docs/ARCHITECTURE.md, and the dependencies with deny.toml
    Layers,
    /// Compile each crate alone with none of its features, with each one, and with all
    Features,
    /// Build the program as it is handed out; print its size, and how many packages each crate is built from
    Size,
    /// Run the README's walk-through against the embedded archive
    Demo,
    /// Write the generated pages of docs/ from the code and from `cargo metadata`
    Docs {
        /// Fail if a generated page is not current, and write nothing
        #[arg(long)]
        check: bool,
    },
    /// Break things on purpose, at length, and print figures: all campaigns, or one
    Faults {
        /// Which campaign
        #[arg(value_enum)]
        campaign: Option<faults::Campaign>,
        /// How long what goes on at random does so: 60, and 300 for the soak of downloads, unless it is said
        #[arg(long)]
        seconds: Option<u64>,
    },
    /// Run the scripts of the guide's page about clusters on Slurm, GNU parallel and HyperQueue, with workers and nodes killed in the middle; needs
    /// these, root and loopback
    Cluster {
        /// What runs the shards; everything if nothing is named
        engines: Vec<cluster::Engine>,
        /// The program that is run, such as target/dist/lksearch; without it an unoptimised one is built
        #[arg(long)]
        program: Option<PathBuf>,
    },
    /// Find and plan a sector of 100,000 products and download 2,000 files, and hold the memory of that to limits; `bench` has the seconds
    Scale {
        #[command(subcommand)]
        part: Option<scale::Part>,
    },
    /// Compare with the Python packages lksearch 1.2.1 and astroquery 0.4.11 on the same sandbox; needs python3, and a package index once
    Parity {
        #[command(subcommand)]
        part: Option<parity::Part>,
    },
    /// Build the Python package as a wheel, install it into fresh environments, and run its tests; needs python3, and a package index once
    Python {
        /// The wheel as it is handed out
        #[arg(long)]
        release: bool,
        /// Run the tests of the Python package lksearch in this folder, instead, through the alias `lksearch`
        #[arg(long, value_name = "DIR", conflicts_with_all = ["release", "examples"])]
        suite: Option<PathBuf>,
        /// Run the examples with Dask and Ray, and the notebook, instead
        #[arg(long, conflicts_with = "release")]
        examples: bool,
    },
    /// Name and draw the functions that take the time of a search, a download and a verification; needs `perf`
    Profile,
    /// Count which lines the tests run, for each crate; needs `rustup component add llvm-tools`
    Coverage,
    /// Alter what publishes, verifies, resumes and plans, one thing at a time, and see whether the tests notice; needs cargo-mutants
    Mutants {
        /// Only files whose path contains this
        only: Option<String>,
    },
    /// Time ours against Python lksearch, astropy, curl, aria2c and obstore, side by side on loopback; needs python3, and a package index once,
    /// or LKSEARCH_BENCH_PYTHON with a Python that has the packages
    Bench {
        /// What to time; everything if nothing is named
        groups: Vec<bench::Group>,
        /// Try everything once with unoptimised programs: says whether it works, not how fast
        #[arg(long)]
        quick: bool,
        /// Build in another profile of cargo: `release` takes less time to build, and is not what is handed out
        #[arg(long, value_name = "NAME", default_value = "dist", conflicts_with = "quick")]
        profile: String,
        /// Keep the files below this directory; its disk takes part in what is timed
        #[arg(long, value_name = "DIR")]
        scratch: Option<PathBuf>,
        /// Time these programs of an earlier build beside them: a directory like `target/dist`
        #[arg(long, value_name = "DIR")]
        before: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Ci => ci::run(),
        Task::Layers => layers::run(),
        Task::Features => features::run(),
        Task::Size => size::run(),
        Task::Demo => demo::run(),
        Task::Docs { check: true } => docs::check(),
        Task::Docs { check: false } => docs::write(),
        Task::Faults { campaign, seconds } => faults::run(campaign, seconds),
        Task::Cluster { engines, program } => cluster::run(&engines, program.as_deref()),
        Task::Scale { part: None } => scale::run(),
        Task::Scale { part: Some(part) } => scale::run_part(part),
        Task::Parity { part } => parity::run(part),
        Task::Python { suite: Some(tests), .. } => wheel::suite(&tests),
        Task::Python { examples: true, .. } => wheel::examples(),
        Task::Python { release, .. } => wheel::run(if release { "dist" } else { "dev" }),
        Task::Profile => bench::run(&[bench::Group::Profile], "dist", None, None),
        Task::Coverage => coverage::run(),
        Task::Mutants { only } => mutants::run(only.as_deref()),
        Task::Bench {
            groups,
            quick,
            profile,
            scratch,
            before,
        } => bench::run(&groups, if quick { "dev" } else { &profile }, scratch, before),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
