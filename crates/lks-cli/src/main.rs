//! The program `lksearch`.

use std::process::ExitCode;

fn main() -> ExitCode {
    lks_cli::run(std::env::args_os()).into()
}
