//! The engine at length: manners, memory, and a soak. With optimised programs, because they move 32 GB.

use super::figures::Figures;
use super::listened;
use crate::run::{passthrough, target, teed};

/// Runs what is too heavy for every change; the soak goes on for so many seconds.
pub(crate) fn run(seconds: u64, figures: &mut Figures) -> Result<(), String> {
    passthrough("cargo", &["build", "--release", "--quiet", "--package", "lks-cli"], &[])?;
    let program = target().join("release/lksearch").display().to_string();
    let seconds = seconds.to_string();
    for words in [
        &["politeness", &program][..],
        &["memory", &program],
        &["soak", &program, &seconds],
    ] {
        let mut arguments = vec![
            "run",
            "--release",
            "--quiet",
            "--package",
            "lks-fetch",
            "--example",
            "campaign",
            "--",
        ];
        arguments.extend_from_slice(words);
        listened(teed("cargo", &arguments, &[])?, figures)?;
    }
    Ok(())
}
