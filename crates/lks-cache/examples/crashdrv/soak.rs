//! Many processes that want the same products, with locks that work, lie, fail and hang.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use lks_cache::{Claim, Key, Level, Store};

use crate::Outcome;
use crate::scenario::{key, store_version, version};

const N_PROCESSES: usize = 16;
const N_PRODUCTS: usize = 50;
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);
const MODES: [(&str, &[&str]); 4] = [
    ("honest", &[]),
    ("lying", &["-e", "inject=flock:retval=0"]),
    ("failing", &["-e", "inject=flock:error=ENOLCK"]),
    ("hanging", &["-e", "inject=flock:delay_enter=8s"]),
];

pub(crate) fn soak() -> Outcome {
    let has_strace = Command::new("strace").arg("-V").output().is_ok();
    for (mode, injection) in MODES {
        if !injection.is_empty() && !has_strace {
            println!("{mode:<8} SKIPPED: strace is not installed");
            continue;
        }
        let directory = tempfile::tempdir()?;
        let itself = std::env::current_exe()?;
        let start = Instant::now();
        let mut processes = Vec::new();
        for _ in 0..N_PROCESSES {
            let mut command = if injection.is_empty() {
                Command::new(&itself)
            } else {
                Command::new("strace")
            };
            if !injection.is_empty() {
                command
                    .args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=flock"])
                    .args(injection)
                    .arg(&itself);
            }
            processes.push(
                command
                    .arg("work")
                    .arg(directory.path())
                    .stdout(Stdio::piped())
                    .spawn()?,
            );
        }
        let mut num_transfers = 0;
        for process in processes {
            let output = process.wait_with_output()?;
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            if !output.status.success() {
                return Err(format!("{mode}: {}", said.trim()).into());
            }
            num_transfers += said.trim().parse::<usize>()?;
        }
        let store = Store::new(directory.path());
        let report = store.verify(
            Level::Sha256,
            std::thread::available_parallelism()?,
            SystemTime::now(),
            &|_| {},
        )?;
        println!(
            "{mode:<8} {N_PROCESSES} processes, {N_PRODUCTS} products: {num_transfers} transfers, {} wrong files, {:.1} s",
            report.problems.len() + N_PRODUCTS.abs_diff(report.num_checked as usize),
            start.elapsed().as_secs_f64(),
        );
        if !report.problems.is_empty() {
            return Err(format!("{mode}: wrong files").into());
        }
    }
    Ok(())
}

/// One process: everything it is handed must be the truth. Prints how many products it had to bring itself.
pub(crate) fn work(store: &Store) -> Outcome {
    let mut num_transfers = 0;
    for i in 0..N_PRODUCTS {
        let name = format!("p{i}");
        let key = key(&name)?;
        if !is_here(store, &name)? {
            let _claim = claim(store, &key, || is_here(store, &name).unwrap_or(false));
            if !is_here(store, &name)? {
                store_version(store, &name, 1)?;
                num_transfers += 1;
            }
        }
        if !is_here(store, &name)? {
            return Err(format!("{name} is not there").into());
        }
    }
    println!("{num_transfers}");
    Ok(())
}

/// Asks for the lock until it is free, the product is there, or nobody would wait longer.
fn claim(store: &Store, key: &Key, is_here: impl Fn() -> bool) -> Claim {
    let start = Instant::now();
    loop {
        let claim = store.try_claim(key);
        if !matches!(claim, Claim::Busy) || start.elapsed() >= PATIENCE || is_here() {
            return claim;
        }
        std::thread::sleep(PAUSE);
    }
}

fn is_here(store: &Store, name: &str) -> Result<bool, Box<dyn std::error::Error>> {
    let Some(mut entry) = store.lookup(&key(name)?, Level::Stat, SystemTime::now())?.hit() else {
        return Ok(false);
    };
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut entry.file, &mut bytes)?;
    if bytes == version(name, 1) {
        Ok(true)
    } else {
        Err(format!("{name} is wrong").into())
    }
}
