//! Prints every setting with its value and where it came from. Arguments are `KEY=VALUE`.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

fn main() -> ExitCode {
    let sources = std::env::args()
        .skip(1)
        .fold(lks_config::Sources::from_process(), |sources, set| {
            sources.with_set(&set)
        });
    match lks_config::load(&sources) {
        Ok(loaded) => {
            for warning in &loaded.warnings {
                eprintln!("warning: {warning}");
            }
            for row in loaded.show() {
                println!("{:36} {:32} {}", row.key, row.value, row.origin);
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
