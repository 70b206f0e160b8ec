//! Kills and fails the store at every system call, and looks at what is left.
//!
//! ```text
//! crashdrv enumerate [SCENARIO…]      runs everything below under strace and prints points and violations
//! crashdrv setup ROOT SCENARIO        prepares a store
//! crashdrv run ROOT SCENARIO          does one thing with it: this is what is killed
//! crashdrv check ROOT SCENARIO        everything must be valid, absent or detectably bad; then a fetch must succeed
//! ```

#![allow(clippy::print_stdout, reason = "a program")]

use std::error::Error;
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus};
use std::time::{Duration, SystemTime};

use lks_cache::{Claim, Facts, GarbageOptions, Level, Lookup, Product, ProductPath, Removal, Store};

type Outcome = Result<(), Box<dyn Error>>;

const SCENARIOS: [&str; 9] = [
    "fetch", "parts", "replace", "foreign", "adopt", "repair", "gc", "remove", "clear",
];
/// Writes in place; must be caught.
const CONTROL: &str = "control";
const SIZE: usize = 9_000;

/// The system calls through which the store changes or reads anything.
const CALLS: [&str; 22] = [
    "openat",
    "read",
    "pread64",
    "write",
    "pwrite64",
    "fallocate",
    "ftruncate",
    "fsync",
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
const FAILURES: [(&str, &[&str]); 6] = [
    (
        "ENOSPC",
        &[
            "openat",
            "write",
            "pwrite64",
            "fallocate",
            "ftruncate",
            "fsync",
            "rename",
            "renameat",
            "renameat2",
            "mkdir",
            "mkdirat",
        ],
    ),
    (
        "EDQUOT",
        &["write", "pwrite64", "fallocate", "fsync", "renameat2", "mkdirat"],
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
            "fstat",
            "renameat2",
            "rename",
            "unlink",
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
    ("EMFILE", &["openat"]),
    ("EXDEV", &["rename", "renameat", "renameat2"]),
];
/// How a run that met a failure says so; anything else but success is a violation.
const TYPED_ERROR: u8 = 3;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["enumerate", scenarios @ ..] => enumerate(scenarios),
        ["setup", root, scenario] => setup(&Store::new(root), scenario),
        ["run", root, scenario] => run(&Store::new(root), scenario),
        ["check", root, scenario] => check(&Store::new(root), scenario),
        _ => Err("usage: crashdrv enumerate [SCENARIO…] | setup|run|check ROOT SCENARIO".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::from(TYPED_ERROR)
        }
    }
}

fn product(name: &str) -> Result<Product, Box<dyn Error>> {
    Ok(Product {
        uri: format!("mast:TESS/product/{name}"),
        path: ProductPath::parse("TESS", "obs", name)?,
    })
}

/// What the archive holds of a product: the first or the second version, or what another tool made of it.
fn version(name: &str, version: u8) -> Vec<u8> {
    (0..SIZE)
        .map(|i| (i as u8).wrapping_mul(31).wrapping_add(version) ^ (i / 251) as u8 ^ name.len() as u8)
        .collect()
}

fn store_version(store: &Store, name: &str, number: u8) -> Outcome {
    let mut writer = store.begin(&product(name)?, Some(SIZE as u64))?;
    for chunk in version(name, number).chunks(4_000) {
        writer.write(chunk)?;
    }
    writer.commit(facts(), SystemTime::now())?;
    Ok(())
}

fn facts() -> Facts {
    Facts {
        source: "crashdrv".to_owned(),
        length: Some(SIZE as u64),
        ..Facts::default()
    }
}

fn put_foreign(store: &Store, name: &str, bytes: &[u8]) -> Outcome {
    let path = store.root().join(product(name)?.path.to_relative());
    fs::create_dir_all(path.parent().ok_or("no parent")?)?;
    fs::write(&path, bytes)?;
    File::options()
        .write(true)
        .open(&path)?
        .set_modified(SystemTime::now() - Duration::from_secs(3_600))?;
    Ok(())
}

fn setup(store: &Store, scenario: &str) -> Outcome {
    store_version(store, "bystander", 1)?;
    match scenario {
        "replace" | "remove" | "clear" => store_version(store, "a", 1)?,
        "repair" => {
            store_version(store, "a", 1)?;
            fs::write(store.root().join(product("a")?.path.to_relative()), b"damaged")?;
        }
        "foreign" => put_foreign(store, "a", b"someone else's")?,
        "adopt" => put_foreign(store, "a", &version("a", 1))?,
        "gc" => {
            fs::write(
                store.state_directory("part").join("0123456789abcdef.dead.part"),
                b"half",
            )?;
            fs::create_dir_all(store.data_directory().join("TESS/empty"))?;
        }
        _ => {}
    }
    Ok(store.sync_batch()?)
}

fn run(store: &Store, scenario: &str) -> Outcome {
    let now = SystemTime::now();
    match scenario {
        "fetch" => {
            let product = product("a")?;
            let _claim: Claim = store.try_claim(&product);
            store.lookup(&product, Level::Stat, now)?;
            store_version(store, "a", 1)?;
        }
        "parts" => {
            let mut writer = store.begin(&product("a")?, Some(SIZE as u64))?;
            let bytes = version("a", 1);
            for start in [6_000, 0, 3_000] {
                writer.write_at(start as u64, &bytes[start..start + 3_000])?;
            }
            writer.commit(facts(), now)?;
        }
        "replace" | "foreign" => store_version(store, "a", 2)?,
        "adopt" => {
            store.adopt(&product("a")?, facts(), &|_| Ok(()), now)?;
        }
        "repair" => {
            let report = store.verify(Level::Sha256, std::num::NonZeroUsize::MIN, now, &|_| {})?;
            for finding in report.problems {
                if let Some(name) = finding.product.as_ref().map(|product| product.path.filename()) {
                    store_version(store, name, 1)?;
                }
            }
        }
        "gc" => {
            let day = now + Duration::from_secs(86_400);
            store.gc(
                &GarbageOptions {
                    forget_missing: true,
                    ..GarbageOptions::default()
                },
                Removal::Apply,
                day,
            )?;
        }
        "remove" => {
            store.remove("a", Removal::Apply)?;
        }
        "clear" => {
            store.clear(Removal::Apply)?;
        }
        // What must never be done, so that the check shows it can fail.
        CONTROL => {
            let path = store.root().join(product("a")?.path.to_relative());
            fs::create_dir_all(path.parent().ok_or("no parent")?)?;
            let mut file = File::create(path)?;
            for chunk in version("a", 1).chunks(4_000) {
                std::io::Write::write_all(&mut file, chunk)?;
            }
        }
        other => return Err(format!("no scenario {other}; there are {}", SCENARIOS.join(", ")).into()),
    }
    Ok(store.sync_batch()?)
}

/// What must be true whatever happened, and what a fetch without faults must still do.
fn check(store: &Store, scenario: &str) -> Outcome {
    let now = SystemTime::now();
    for name in ["a", "bystander"] {
        let path = store.root().join(product(name)?.path.to_relative());
        let visible = fs::read(&path).ok();
        let allowed = [
            version(name, 1),
            version(name, 2),
            b"someone else's".to_vec(),
            b"damaged".to_vec(),
        ];
        if visible.as_ref().is_some_and(|bytes| !allowed.contains(bytes)) {
            return Err(format!("{name}: a partial file is visible").into());
        }
        for level in [Level::Stat, Level::Sha256] {
            if let Lookup::Hit(mut entry) = store.lookup(&product(name)?, level, now)? {
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut entry.file, &mut bytes)?;
                if !allowed[..2].contains(&bytes) {
                    return Err(format!("{name}: {level:?} handed out something else").into());
                }
            }
        }
    }
    let must_survive: &[u8] = if scenario == "foreign" { b"someone else's" } else { b"" };
    if !must_survive.is_empty() && !is_kept(store, must_survive)? {
        return Err("a foreign file was lost".into());
    }
    if scenario != "clear" && bytes_of(store, "bystander")? != Some(version("bystander", 1)) {
        return Err("a bystander was lost".into());
    }
    for name in ["a", "bystander"] {
        store_version(store, name, 2)?;
        if bytes_of(store, name)? != Some(version(name, 2)) {
            return Err(format!("{name}: the next fetch did not work").into());
        }
    }
    let day = now + Duration::from_secs(86_400);
    store.gc(&GarbageOptions::default(), Removal::Apply, day)?;
    if fs::read_dir(store.state_directory("part"))?.next().is_some() {
        return Err("something was left behind".into());
    }
    Ok(())
}

fn bytes_of(store: &Store, name: &str) -> Result<Option<Vec<u8>>, Box<dyn Error>> {
    match store.lookup(&product(name)?, Level::Sha256, SystemTime::now())? {
        Lookup::Hit(mut entry) => {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry.file, &mut bytes)?;
            Ok(Some(bytes))
        }
        Lookup::Miss(_) => Ok(None),
    }
}

fn is_kept(store: &Store, bytes: &[u8]) -> Result<bool, Box<dyn Error>> {
    let path = store.root().join(product("a")?.path.to_relative());
    let Ok(kept) = fs::read_dir(store.state_directory("quarantine")) else {
        return Ok(fs::read(path)? == bytes);
    };
    let in_quarantine = kept
        .flatten()
        .any(|kept| fs::read(kept.path().join("data")).is_ok_and(|data| data == bytes));
    Ok(in_quarantine || fs::read(path).is_ok_and(|data| data == bytes))
}

/// One way to disturb a run.
struct Fault<'a> {
    call: &'a str,
    what: String,
    nth: u32,
}

fn enumerate(scenarios: &[&str]) -> Outcome {
    if Command::new("strace").arg("-V").output().is_err() {
        println!("SKIPPED: strace is not installed");
        return Ok(());
    }
    let scenarios = if scenarios.is_empty() {
        &SCENARIOS[..]
    } else {
        scenarios
    };
    let (mut n_points, mut violations) = (0, Vec::new());
    for scenario in scenarios {
        let (mut n_kills, mut n_failures) = (0, 0);
        for call in CALLS {
            n_kills += disturb(scenario, call, "signal=KILL", &mut violations)?;
        }
        for (errno, calls) in FAILURES {
            for call in calls {
                n_failures += disturb(scenario, call, &format!("error={errno}"), &mut violations)?;
            }
        }
        println!("{scenario:<8} {n_kills:>4} kills {n_failures:>4} failures");
        n_points += n_kills + n_failures;
    }
    println!("{n_points} points, {} violations", violations.len());
    let mut caught = Vec::new();
    let n_control = disturb(CONTROL, "write", "signal=KILL", &mut caught)?;
    println!(
        "negative control, which writes in place: {n_control} points, {} violations",
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
fn disturb(scenario: &str, call: &str, what: &str, violations: &mut Vec<String>) -> Result<u32, Box<dyn Error>> {
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

fn traced(fault: &Fault<'_>, log: &Path, command: &Command) -> Result<ExitStatus, Box<dyn Error>> {
    let Fault { call, what, nth } = fault;
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o"]).arg(log);
    strace.args([
        "-e",
        &format!("trace={call}"),
        "-e",
        &format!("inject={call}:{what}:when={nth}"),
    ]);
    strace.arg(command.get_program()).args(command.get_args());
    Ok(strace.output()?.status)
}
