//! The program where the system gives it little: file descriptors, address space.
#![cfg(target_os = "linux")]

use std::process::Command;

use lks_sandbox::{Sandbox, SandboxOptions};

use crate::home::{HLSPS_OF_K2_18, Home};

/// Runs a download under a limit of the shell's `ulimit`, from an archive that has no such limit; all three files must arrive.
fn download_under(limit: &str) {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let script = format!("ulimit {limit} && exec \"$0\" \"$@\"");
    let output = Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_lksearch")])
        .args(HLSPS_OF_K2_18)
        .args(["--format", "csv"])
        .env_clear()
        .env("HOME", home.path(""))
        .envs(Home::pointing_at(&archive))
        .output()
        .unwrap();
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert_eq!(stdout.matches(",COMPLETE,").count(), 3, "{stdout}");
}

#[test]
fn with_few_file_descriptors_every_file_still_arrives() {
    download_under("-n 32");
}

/// 512 MiB, the threads' stacks included.
#[test]
fn with_little_address_space_every_file_still_arrives() {
    download_under("-v 524288");
}
