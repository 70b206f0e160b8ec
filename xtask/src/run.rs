//! Starting other programs: always from the workspace root, always saying what is run.

use std::path::PathBuf;
use std::process::Command;

/// The workspace root, wherever the task was started from.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("because xtask lies directly below the root")
        .to_path_buf()
}

/// Runs a command in the workspace root, its output on the terminal; an exit code other than 0 is an error.
pub fn passthrough(program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), String> {
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

/// Runs a command in the workspace root and gives back what it printed on stdout.
pub fn captured(program: &str, arguments: &[&str]) -> Result<String, String> {
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

fn command(program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(root());
    command
}
