//! The sandbox in a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::run::built;

/// The sandbox in a process of its own, for as long as this is kept.
pub(crate) struct Sandbox {
    process: Child,
    /// Kept open, because the sandbox goes on printing after its address.
    _stdout: ChildStdout,
    pub(crate) url: String,
}

impl Sandbox {
    pub(crate) fn start(more: &[&str]) -> Result<Self, String> {
        let mut process = Command::new(built("examples/serve"))
            .args(["--port", "0", "--stop-with-stdin"])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start the sandbox: {error}"))?;
        let mut first_line = String::new();
        let mut stdout = process.stdout.take().expect("because it was piped");
        let read = BufReader::new(&mut stdout).read_line(&mut first_line);
        let sandbox = Self {
            process,
            _stdout: stdout,
            url: first_line.trim().to_owned(),
        };
        match read {
            Ok(0) => Err("the sandbox ended before it said where it listens".to_owned()),
            Ok(_) => Ok(sandbox),
            Err(error) => Err(format!("cannot read what the sandbox says: {error}")),
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It stops when its standard input closes; whether that is still needed does not matter any more.
        drop(self.process.stdin.take());
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
