//! Power cuts: the store lies on an ext4 image of its own; the process is killed at a system call, then the file system loses all
//! that was not flushed (`EXT4_IOC_SHUTDOWN` without a log flush), is mounted again, and is looked at.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::scenario::SCENARIOS;

const CALLS: [&str; 11] = [
    "openat",
    "pwrite64",
    "write",
    "fallocate",
    "ftruncate",
    "fsync",
    "renameat2",
    "rename",
    "unlink",
    "mkdir",
    "mkdirat",
];
/// Syncs an unrelated file, so that the journal's names become durable and unsynced contents do not, then cuts the power.
/// `_IOR('X', 125, __u32)`, `EXT4_GOING_FLAGS_NOLOGFLUSH`: <https://elixir.bootlin.com/linux/v6.18/source/include/uapi/linux/ext4.h>
const CUT: &str = "import fcntl,os,struct,sys
f=open(sys.argv[1]+'/unrelated','w'); f.write('x'); f.flush(); os.fsync(f.fileno()); f.close()
d=os.open(sys.argv[1],os.O_RDONLY); fcntl.ioctl(d,0x8004587d,struct.pack('I',2))";

struct Disk {
    directory: tempfile::TempDir,
}

impl Disk {
    fn call(program: &str, arguments: &[&str]) -> Outcome {
        let output = Command::new(program)
            .args(arguments)
            .output()
            .map_err(|error| format!("{program}: {error}"))?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim()).into())
    }

    fn path(&self, name: &str) -> String {
        self.directory.path().join(name).to_string_lossy().into_owned()
    }

    fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let disk = Self {
            directory: tempfile::tempdir_in("/dev/shm")?,
        };
        fs::File::create(disk.path("empty"))?.set_len(24 << 20)?;
        Self::call("mkfs.ext4", &["-q", "-m", "0", &disk.path("empty")])?;
        fs::create_dir(disk.path("mount"))?;
        Ok(disk)
    }

    fn mount(&self) -> Outcome {
        Self::call("mount", &["-o", "loop", &self.path("image"), &self.path("mount")])
    }

    fn unmount(&self) -> Outcome {
        Self::call("umount", &[&self.path("mount")])
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.directory.path().join("mount/lost+found").exists() {
            // Nothing can be done about a failure here but to say so.
            if let Err(error) = self.unmount() {
                println!("{error}");
            }
        }
    }
}

pub fn enumerate(scenarios: &[&str]) -> Outcome {
    let disk = match Disk::new().and_then(|disk| probe(&disk).map(|()| disk)) {
        Ok(disk) => disk,
        Err(error) => {
            println!("SKIPPED: {error}");
            return Ok(());
        }
    };
    let scenarios = if scenarios.is_empty() {
        &SCENARIOS[..]
    } else {
        scenarios
    };
    let (mut n_points, mut violations) = (0, Vec::new());
    for scenario in scenarios {
        let mut n = 0;
        for call in CALLS {
            n += cut(&disk, scenario, call, false, &mut violations)?;
        }
        println!("{scenario:<8} {n:>4} power cuts");
        n_points += n;
    }
    println!("{n_points} points, {} violations", violations.len());
    for violation in &violations {
        println!("  {violation}");
    }
    let mut caught = Vec::new();
    let mut n_control = 0;
    for call in CALLS {
        n_control += cut(&disk, "fetch", call, true, &mut caught)?;
    }
    println!(
        "negative control, whose syncs do nothing: {n_control} points, {} violations",
        caught.len()
    );
    if caught.is_empty() {
        return Err("the check does not notice a lost content".into());
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err("the store broke a promise".into())
    }
}

fn probe(disk: &Disk) -> Outcome {
    Disk::call("strace", &["-V"])?;
    fs::copy(disk.path("empty"), disk.path("image"))?;
    disk.mount()?;
    let outcome = Disk::call("python3", &["-c", CUT, &disk.path("mount")]);
    disk.unmount()?;
    outcome
}

/// Cuts the power at the first, second, third … such call, until there is no such call any more, and once after the end.
fn cut(
    disk: &Disk,
    scenario: &str,
    call: &str,
    lies: bool,
    violations: &mut Vec<String>,
) -> Result<u32, Box<dyn std::error::Error>> {
    let itself = std::env::current_exe()?.to_string_lossy().into_owned();
    let root = disk.path("mount/cache");
    for nth in 1.. {
        fs::copy(disk.path("empty"), disk.path("image"))?;
        disk.mount()?;
        Disk::call(&itself, &["setup", &root, scenario])?;
        Disk::call("sync", &["-f", &disk.path("mount")])?;
        let log = disk.path("log");
        let mut run = Command::new("strace");
        run.args(["-f", "-qq", "-o", &log, "-e", &format!("trace={call}")]);
        if lies {
            run.args(["-e", "inject=fsync:retval=0"]);
        }
        if !(lies && call == "fsync") {
            run.args(["-e", &format!("inject={call}:signal=KILL:when={nth}")]);
        }
        run.args([&itself, "run", &root, scenario]).output()?;
        let is_over = !fs::read_to_string(&log)?.contains("+++ killed by SIGKILL");
        Disk::call("python3", &["-c", CUT, &disk.path("mount")])?;
        disk.unmount()?;
        disk.mount()?;
        if let Err(what) = check(&itself, &root, scenario) {
            violations.push(format!("{scenario}: power cut at {call} {nth}: {what}"));
        }
        disk.unmount()?;
        if is_over {
            return Ok(nth);
        }
    }
    Ok(0)
}

fn check(itself: &str, root: &str, scenario: &str) -> Outcome {
    let output = Command::new(itself)
        .args(["check", root, scenario])
        .current_dir(Path::new("/"))
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stdout).trim().to_owned().into())
}
