//! Starting other programs: always from the workspace root, always saying what is run.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The workspace root, wherever the task was started from.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("because xtask lies directly below the root")
        .to_path_buf()
}

/// Runs a command in the workspace root, its output on the terminal; an exit code other than 0 is an error.
pub(crate) fn passthrough(program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), String> {
    let shown = format!("{program} {}", arguments.join(" "));
    println!("$ {shown}");
    let status = command(program, arguments, environment)
        .status()
        .map_err(|error| format!("cannot start `{shown}`: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{shown}` ended with {status}"))
    }
}

/// The program that is given, or else an unoptimised one, which is built.
pub(crate) fn program(given: Option<&Path>) -> Result<String, String> {
    let Some(given) = given else {
        build(&["serve"])?;
        return Ok(built("lksearch"));
    };
    let found = std::fs::canonicalize(given).map_err(|error| format!("cannot find {}: {error}", given.display()))?;
    Ok(found.display().to_string())
}

/// Whether cargo has a subcommand that is installed by itself.
pub(crate) fn has_subcommand(name: &str) -> bool {
    let outcome = command("cargo", &[name, "--version"], &[]).output();
    outcome.is_ok_and(|output| output.status.success())
}

/// Runs a command like [`passthrough`] and gives back each line that it printed on stdout, and how it ended.
pub(crate) fn teed(
    program: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Result<(Vec<String>, Result<(), String>), String> {
    let shown = format!("{program} {}", arguments.join(" "));
    println!("$ {shown}");
    let failed = |error: std::io::Error| format!("cannot run `{shown}`: {error}");
    let mut process = command(program, arguments, environment)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let stdout = process.stdout.take().expect("because it was piped");
    let mut lines = Vec::new();
    for line in BufReader::new(stdout).lines() {
        let line = line.map_err(failed)?;
        println!("{line}");
        lines.push(line);
    }
    let status = process.wait().map_err(failed)?;
    let ended = match status.success() {
        true => Ok(()),
        false => Err(format!("`{shown}` ended with {status}")),
    };
    Ok((lines, ended))
}

/// Runs a command in the workspace root and gives back what it printed on stdout.
pub(crate) fn captured(program: &str, arguments: &[&str]) -> Result<String, String> {
    let shown = format!("{program} {}", arguments.join(" "));
    let output = command(program, arguments, &[])
        .stderr(std::process::Stdio::inherit())
        .output();
    let output = output.map_err(|error| format!("cannot start `{shown}`: {error}"))?;
    if !output.status.success() {
        return Err(format!("`{shown}` ended with {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("`{shown}` printed something that is not UTF-8: {error}"))
}

pub(crate) fn command(program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(root());
    command
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    root().join(std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned()))
}

/// Where cargo puts a program of this workspace.
pub(crate) fn built(name: &str) -> String {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    target().join("debug").join(file).display().to_string()
}

/// How tasks choose what is built: with the features by which `cargo test --workspace` compiles
/// everything: with those of one package all that it depends on would be compiled once more. The programs are among it because they are in that
/// test, too, and what they share with procedural macros has their debug information.
pub(crate) const AS_TESTED: [&str; 2] = ["--workspace", "--bins"];

/// Builds the programs of the workspace, and these examples.
pub(crate) fn build(examples: &[&str]) -> Result<(), String> {
    let examples: Vec<&str> = examples.iter().flat_map(|name| ["--example", name]).collect();
    passthrough(
        "cargo",
        &[&["build", "--quiet"], &AS_TESTED[..], &examples].concat(),
        &[],
    )
}
