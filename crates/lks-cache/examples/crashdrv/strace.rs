//! Every system call of every scenario, killed or failed.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus};

use crate::Outcome;
use crate::scenario::{CONTROL, SCENARIOS};

/// The system calls through which the store changes or reads anything.
const CALLS: [&str; 25] = [
    "openat",
    "openat2",
    "read",
    "pread64",
    "write",
    "pwrite64",
    "fallocate",
    "ftruncate",
    "fsync",
    "fdatasync",
    "fchmod",
    "fstat",
    "statx",
    "newfstatat",
    "lseek",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
    "mkdirat",
    "getdents64",
    "flock",
];
/// What disks answer, and to which calls.
const FAILURES: [(&str, &[&str]); 8] = [
    (
        "ENOSPC",
        &[
            "openat",
            "write",
            "pwrite64",
            "fallocate",
            "ftruncate",
            "fsync",
            "fdatasync",
            "rename",
            "renameat",
            "renameat2",
            "mkdir",
            "mkdirat",
        ],
    ),
    (
        "EDQUOT",
        &[
            "write",
            "pwrite64",
            "fallocate",
            "fsync",
            "fdatasync",
            "renameat2",
            "mkdirat",
        ],
    ),
    (
        "EIO",
        &[
            "read",
            "pread64",
            "write",
            "pwrite64",
            "ftruncate",
            "fsync",
            "fdatasync",
            "openat2",
            "fstat",
            "renameat2",
            "rename",
            "unlink",
            "unlinkat",
            "getdents64",
        ],
    ),
    (
        "EROFS",
        &[
            "openat",
            "renameat2",
            "rename",
            "unlink",
            "unlinkat",
            "mkdir",
            "mkdirat",
        ],
    ),
    ("EMFILE", &["openat", "openat2"]),
    ("EXDEV", &["rename", "renameat", "renameat2"]),
    ("EFBIG", &["write", "pwrite64", "fallocate", "ftruncate"]),
    (
        "ESTALE",
        &[
            "openat",
            "openat2",
            "read",
            "pread64",
            "fstat",
            "statx",
            "getdents64",
            "fsync",
            "renameat2",
            "mkdirat",
        ],
    ),
];
/// One way to disturb a run.
struct Fault<'a> {
    call: &'a str,
    what: String,
    nth: u32,
}

pub(crate) fn enumerate(scenarios: &[&str]) -> Outcome {
    let tried = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    if !tried.is_ok_and(|output| output.status.success()) {
        println!("SKIPPED: strace is not installed, or not allowed to trace");
        return Ok(());
    }
    let scenarios = if scenarios.is_empty() {
        &SCENARIOS[..]
    } else {
        scenarios
    };
    let (mut num_points, mut violations) = (0, Vec::new());
    for scenario in scenarios {
        let (mut num_kills, mut num_failures) = (0, 0);
        for call in CALLS {
            num_kills += disturb(scenario, call, "signal=KILL", &mut violations)?;
        }
        for (errno, calls) in FAILURES {
            for call in calls {
                num_failures += disturb(scenario, call, &format!("error={errno}"), &mut violations)?;
            }
        }
        println!("{scenario:<8} {num_kills:>4} kills {num_failures:>4} failures");
        num_points += num_kills + num_failures;
    }
    println!("{num_points} points, {} violations", violations.len());
    let mut caught = Vec::new();
    let num_control = disturb(CONTROL, "write", "signal=KILL", &mut caught)?;
    println!(
        "negative control, which writes in place: {num_control} points, {} violations",
        caught.len()
    );
    if caught.is_empty() {
        return Err("the check does not notice a partial file".into());
    }
    for violation in &violations {
        println!("  {violation}");
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err("the store broke a promise".into())
    }
}

/// Repeats the scenario with the fault at the first, second, third … such call, until there is no such call any more.
fn disturb(
    scenario: &str,
    call: &str,
    what: &str,
    violations: &mut Vec<String>,
) -> Result<u32, Box<dyn std::error::Error>> {
    for nth in 1.. {
        let directory = tempfile::tempdir_in(if Path::new("/dev/shm").is_dir() {
            "/dev/shm"
        } else {
            "/tmp"
        })?;
        let root = directory.path().join("cache");
        let itself = std::env::current_exe()?;
        let part = |word: &str| {
            let mut command = Command::new(&itself);
            command.arg(word).arg(&root).arg(scenario);
            command
        };
        if !part("setup").status()?.success() {
            return Err(format!("{scenario}: setup failed").into());
        }
        let fault = Fault {
            call,
            what: what.to_owned(),
            nth,
        };
        let log = directory.path().join("log");
        let status = traced(&fault, &log, &part("run"))?;
        if !fs::read_to_string(&log)?.contains("(INJECTED)") && status.signal().is_none() {
            return Ok(nth - 1);
        }
        let point = format!("{scenario}: {call} {what} at {nth}");
        let ended_well = status.signal() == Some(9) || matches!(status.code(), Some(0 | 3));
        // A fault before our own code runs is the loader's affair.
        if !ended_well && status.code() != Some(127) {
            violations.push(format!("{point}: ended with {status}"));
        }
        let checked = part("check").output()?;
        if !checked.status.success() {
            violations.push(format!("{point}: {}", String::from_utf8_lossy(&checked.stdout).trim()));
        }
    }
    Ok(0)
}

fn traced(fault: &Fault<'_>, log: &Path, command: &Command) -> Result<ExitStatus, Box<dyn std::error::Error>> {
    let Fault { call, what, nth } = fault;
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o"]).arg(log);
    strace.args([
        "-e",
        &format!("trace={call}"),
        "-e",
        &format!("inject={call}:{what}:when={nth}"),
    ]);
    // Where cargo names directories of libraries, the loader looks into each of them, and half of the calls are its own.
    strace.env_remove("LD_LIBRARY_PATH");
    strace.arg(command.get_program()).args(command.get_args());
    Ok(strace.output()?.status)
}
