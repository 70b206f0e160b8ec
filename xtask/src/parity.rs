//! The unmodified Python packages against the sandbox, in a virtual environment of their own.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::run::{passthrough, root};

/// Makes the virtual environment below the target directory if it is not there, starts the sandbox and runs the walk-through.
pub fn run() -> Result<(), String> {
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let environment = root().join(target).join("parity-python");
    let python = environment.join("bin/python").display().to_string();
    if !environment.join("ready").exists() {
        passthrough("python3", &["-m", "venv", &environment.display().to_string()], &[])?;
        passthrough(
            &python,
            &[
                "-m",
                "pip",
                "install",
                "--quiet",
                "lksearch==1.2.1",
                "astroquery==0.4.11",
            ],
            &[],
        )?;
        std::fs::write(environment.join("ready"), "")
            .map_err(|error| format!("cannot write into {}: {error}", environment.display()))?;
    }
    passthrough(
        "cargo",
        &["build", "--quiet", "--package", "lks-sandbox", "--example", "serve"],
        &[],
    )?;
    let mut sandbox = Command::new("cargo")
        .args([
            "run",
            "--quiet",
            "--package",
            "lks-sandbox",
            "--example",
            "serve",
            "--",
            "--port",
            "0",
            "--stop-with-stdin",
        ])
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start the sandbox: {error}"))?;
    let mut first_line = String::new();
    let stdout = sandbox.stdout.take().expect("because it was piped");
    let outcome = match BufReader::new(stdout).read_line(&mut first_line) {
        Ok(0) => Err("the sandbox ended before it said where it listens".to_owned()),
        Ok(_) => passthrough(&python, &["xtask/parity/walkthrough.py", first_line.trim()], &[]),
        Err(error) => Err(format!("cannot read what the sandbox says: {error}")),
    };
    // The sandbox stops when its standard input closes.
    drop(sandbox.stdin.take());
    let _ = sandbox.kill();
    let _ = sandbox.wait();
    outcome
}
