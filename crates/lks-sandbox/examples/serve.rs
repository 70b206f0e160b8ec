//! Starts the sandbox on a port and prints the settings that point at it: `cargo run -p lks-sandbox --example serve -- [PORT] [BULK]`.

#![allow(clippy::print_stdout, reason = "what it prints is its purpose")]

use lks_sandbox::{Options, Sandbox};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().map_or(Ok(8765), |text| text.parse())?;
    let bulk = arguments.next().map_or(Ok(0), |text| text.parse())?;
    let sandbox = Sandbox::start(Options {
        port,
        bulk,
        ..Options::default()
    })?;
    for (key, value) in sandbox.settings() {
        println!("{key} = {value}");
    }
    loop {
        std::thread::park();
    }
}
