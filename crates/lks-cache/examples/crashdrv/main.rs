//! Kills and fails the store at every system call, cuts its power, lies to it about locks, and looks at what is left.
//!
//! ```text
//! crashdrv enumerate [SCENARIO…]      a kill or an error at every system call, under strace; prints points and violations
//! crashdrv powercut [SCENARIO…]       a kill and a power cut, on an ext4 and an XFS image; needs root, strace and python3
//! crashdrv soak                       sixteen processes, fifty products, locks that work, lie, fail and hang
//! crashdrv setup ROOT SCENARIO        prepares a store
//! crashdrv run ROOT SCENARIO          does one thing with it: this is what is killed
//! crashdrv check ROOT SCENARIO        everything must be valid, absent or detectably bad; then a fetch must succeed
//! ```
//!
//! What cannot run here prints `SKIPPED` and why. Each harness has a negative control, which must be caught.

#![allow(clippy::print_stdout, reason = "a program")]

mod powercut;
mod scenario;
mod soak;
mod strace;

use std::error::Error;
use std::process::ExitCode;

use lks_cache::Store;

type Outcome = Result<(), Box<dyn Error>>;

/// How a run that met a failure says so; anything else but success is a violation.
const TYPED_ERROR: u8 = 3;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["enumerate", scenarios @ ..] => strace::enumerate(scenarios),
        ["powercut", scenarios @ ..] => powercut::enumerate(scenarios),
        ["soak"] => soak::soak(),
        ["setup", root, scenario] => scenario::setup(&Store::new(root), scenario),
        ["run", root, scenario] => scenario::run(&Store::new(root), scenario),
        ["check", root, scenario] => scenario::check(&Store::new(root), scenario),
        ["work", root] => soak::work(&Store::new(root)),
        _ => Err("usage: crashdrv enumerate|powercut [SCENARIO…] | soak | setup|run|check ROOT SCENARIO".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::from(TYPED_ERROR)
        }
    }
}
