//! Power cuts: the store lies on an ext4 or XFS image of its own; the process is killed at a system call, then the file system loses all
//! that was not flushed (`FS_IOC_SHUTDOWN` without a log flush), is mounted again, and is looked at.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::scenario::{BATCH, DONE, SCENARIOS};

const CALLS: [&str; 15] = [
    "openat",
    "pwrite64",
    "write",
    "fallocate",
    "ftruncate",
    "fsync",
    "fdatasync",
    "syncfs",
    "renameat2",
    "renameat",
    "rename",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
];
/// Syncs an unrelated file if asked to, so that the journal's names become durable and unsynced contents do not, then cuts the power.
/// `_IOR('X', 125, __u32)` and 2 for no log flush, on both: <https://elixir.bootlin.com/linux/v6.18/source/include/uapi/linux/ext4.h>
const CUT: &str = "import fcntl,os,struct,sys
if len(sys.argv)>2:
 f=open(sys.argv[1]+'/unrelated','w'); f.write('x'); f.flush(); os.fsync(f.fileno()); f.close()
d=os.open(sys.argv[1],os.O_RDONLY); fcntl.ioctl(d,0x8004587d,struct.pack('I',2))";

/// A file system that can be shut down: its name, the size of its image in megabytes, and how it is made.
struct Kind {
    name: &'static str,
    size: u64,
    make: &'static [&'static str],
}

const KINDS: [Kind; 2] = [
    Kind {
        name: "ext4",
        size: 24,
        make: &["mkfs.ext4", "-q", "-m", "0"],
    },
    // So small a file system is for tests only, and says so.
    Kind {
        name: "xfs",
        size: 64,
        make: &["mkfs.xfs", "-q", "--unsupported"],
    },
];

/// The calls that bring contents to the disk. Setting a size does on XFS: it writes what lies between the size on disk and the new one
/// (<https://elixir.bootlin.com/linux/v6.18/source/fs/xfs/xfs_iops.c>, `xfs_setattr_size`).
const FLUSHES: [&str; 4] = ["fsync", "fdatasync", "syncfs", "ftruncate"];

/// What is done once more without syncs: a file is new, replaced, put in place of a foreign one.
const CONTROLS: [&str; 4] = ["fetch", "replace", "foreign", BATCH];

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

    fn new(kind: &Kind) -> Result<Self, Box<dyn std::error::Error>> {
        let disk = Self {
            directory: tempfile::tempdir_in("/dev/shm")?,
        };
        fs::File::create(disk.path("empty"))?.set_len(kind.size << 20)?;
        let empty = disk.path("empty");
        Self::call(kind.make[0], &[&kind.make[1..], &[&empty]].concat())?;
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
        if is_mounted(&self.path("mount")) {
            // Nothing can be done about a failure here but to say so.
            if let Err(error) = self.unmount() {
                println!("{error}");
            }
        }
    }
}

fn is_mounted(path: &str) -> bool {
    fs::read_to_string("/proc/mounts")
        .is_ok_and(|mounts| mounts.lines().any(|line| line.split(' ').nth(1) == Some(path)))
}

pub(crate) fn enumerate(scenarios: &[&str]) -> Outcome {
    let all = [&SCENARIOS[..], &[BATCH]].concat();
    let scenarios = if scenarios.is_empty() { &all } else { scenarios };
    for kind in &KINDS {
        match Disk::new(kind).and_then(|disk| probe(&disk).map(|()| disk)) {
            Ok(disk) => enumerate_on(kind.name, &disk, scenarios)?,
            Err(error) => println!("{}: SKIPPED: {error}", kind.name),
        }
    }
    Ok(())
}

fn enumerate_on(name: &str, disk: &Disk, scenarios: &[&str]) -> Outcome {
    let (mut num_points, mut violations) = (0, Vec::new());
    for scenario in scenarios {
        let mut n = 0;
        for call in calls(scenario) {
            n += cut(disk, scenario, call, false, &mut violations)?;
        }
        println!("{name}: {scenario:<8} {n:>4} power cuts");
        num_points += n;
    }
    println!("{name}: {num_points} points, {} violations", violations.len());
    for violation in &violations {
        println!("  {violation}");
    }
    let mut caught = Vec::new();
    let mut num_control = 0;
    for scenario in CONTROLS {
        for call in calls(scenario) {
            num_control += cut(disk, scenario, call, true, &mut caught)?;
        }
    }
    println!(
        "{name}: negative control, whose syncs and new sizes do nothing: {num_control} points, {} violations",
        caught.len()
    );
    if caught.is_empty() {
        return Err(format!("{name}: the check does not notice a lost content").into());
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err(format!("{name}: the store broke a promise").into())
    }
}

/// Of the many calls of a batch, those that only it makes.
fn calls(scenario: &str) -> &'static [&'static str] {
    if scenario == BATCH { &["syncfs"] } else { &CALLS }
}

fn probe(disk: &Disk) -> Outcome {
    Disk::call("strace", &["-V"])?;
    fs::copy(disk.path("empty"), disk.path("image"))?;
    disk.mount()?;
    let outcome = Disk::call("python3", &["-c", CUT, &disk.path("mount"), "names"]);
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
        // A call that is not traced is not tampered with.
        let traced = if lies {
            [&[call], &FLUSHES[..]].concat()
        } else {
            vec![call]
        };
        run.args(["-f", "-qq", "-o", &log, "-e", &format!("trace={}", traced.join(","))]);
        if lies {
            run.args(["-e", &format!("inject={}:retval=0", FLUSHES.join(","))]);
        }
        if !(lies && FLUSHES.contains(&call)) {
            run.args(["-e", &format!("inject={call}:signal=KILL:when={nth}")]);
        }
        run.args([&itself, "run", &root, scenario]).output()?;
        let is_over = !fs::read_to_string(&log)?.contains("+++ killed by SIGKILL");
        let mount = disk.path("mount");
        // What was done is durable without anybody's help.
        let help: &[&str] = if is_over { &[] } else { &["names"] };
        Disk::call("python3", &[&["-c", CUT, &mount], help].concat())?;
        disk.unmount()?;
        disk.mount()?;
        if let Err(what) = check(&itself, &root, scenario, is_over) {
            violations.push(format!("{scenario}: power cut at {call} {nth}: {what}"));
        }
        disk.unmount()?;
        if is_over {
            return Ok(nth);
        }
    }
    Ok(0)
}

fn check(itself: &str, root: &str, scenario: &str, is_over: bool) -> Outcome {
    let output = Command::new(itself)
        .args(["check", root, scenario])
        .envs(is_over.then_some((DONE, "1")))
        .current_dir(Path::new("/"))
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stdout).trim().to_owned().into())
}
