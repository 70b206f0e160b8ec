//! Starts the sandbox, prints its address and then the settings that point at it, and serves until it is stopped.
//!
//! `cargo run -p lks-sandbox --example serve -- [--port N] [--bulk N] [--python-tests] [--stop-with-stdin]`; port 0 takes a free one, and
//! `--python-tests` adds the targets that the tests of the Python package lksearch count, and `--stop-with-stdin` ends it when its
//! standard input closes, so that it never outlives the program that started it.

#![allow(clippy::print_stdout, reason = "what it prints is its purpose")]

use std::io::Read;

use lks_sandbox::{Sandbox, SandboxOptions};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut options = SandboxOptions {
        port: 8765,
        ..SandboxOptions::default()
    };
    let mut stops_with_stdin = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a number"));
        match argument.as_str() {
            "--port" => options.port = value()?.parse()?,
            "--bulk" => options.bulk = value()?.parse()?,
            "--python-tests" => options.has_python_tests = true,
            "--stop-with-stdin" => stops_with_stdin = true,
            other => {
                return Err(format!(
                    "unknown argument {other}; there are --port, --bulk, --python-tests and --stop-with-stdin"
                )
                .into());
            }
        }
    }
    let sandbox = Sandbox::start(options)?;
    println!("{}", sandbox.url());
    for (key, value) in sandbox.settings() {
        println!("{key} = {value}");
    }
    if stops_with_stdin {
        std::io::stdin().read_to_end(&mut Vec::new())?;
    } else {
        loop {
            std::thread::park();
        }
    }
    Ok(())
}
