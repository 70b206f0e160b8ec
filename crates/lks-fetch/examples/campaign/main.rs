//! The program against an archive on loopback, at length: how polite it is, how much memory it takes, and whether anything wrong is
//! ever kept. `cargo xtask faults fetch` runs it; `campaign WHAT PROGRAM [SECONDS]` with `politeness`, `memory` or `soak`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a campaign prints its figures")]

mod memory;
#[path = "../../tests/it/mischief.rs"]
mod mischief;
mod politeness;
mod program;
mod soak;

use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match *words {
        ["politeness", program] => politeness::run(program),
        ["memory", program] => memory::run(program),
        ["soak", program, seconds] => match seconds.parse() {
            Ok(seconds) => soak::run(program, Duration::from_secs(seconds)),
            Err(error) => Err(format!("{seconds}: {error}")),
        },
        _ => Err("campaign politeness|memory PROGRAM, or campaign soak PROGRAM SECONDS".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("campaign: {message}");
            ExitCode::FAILURE
        }
    }
}
