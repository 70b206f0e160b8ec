//! Measures what a caller feels: looking up a thousand files that are here, and verifying everything.
//!
//! `cargo run --release -p lks-cache --example speed [DIRECTORY]`

#![allow(clippy::print_stdout, reason = "a program")]

use std::error::Error;
use std::num::NonZeroUsize;
use std::time::{Instant, SystemTime};

use lks_cache::{Facts, Level, Lookup, Product, ProductPath, Store};
use sha2::{Digest, Sha256};

const N_SMALL: usize = 1_000;
const SMALL_BYTES: usize = 100_000;
const N_LARGE: usize = 4;
const LARGE_BYTES: usize = 128 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = match std::env::args().nth(1) {
        Some(parent) => tempfile::tempdir_in(parent)?,
        None => tempfile::tempdir()?,
    };
    let store = Store::new(directory.path());
    let now = SystemTime::now();

    let start = Instant::now();
    let small = put(&store, N_SMALL, SMALL_BYTES)?;
    store.sync_batch()?;
    println!("store {N_SMALL} files of {SMALL_BYTES} bytes: {:.0} ms", millis(start));

    let start = Instant::now();
    for product in &small {
        if !matches!(store.lookup(product, Level::Stat, now)?, Lookup::Hit(_)) {
            return Err("a file is missing".into());
        }
    }
    println!("look {N_SMALL} up at stat: {:.1} ms", millis(start));

    put(&store, N_LARGE, LARGE_BYTES)?;
    let one = vec![1; LARGE_BYTES];
    let start = Instant::now();
    let before = cpu_seconds()?;
    let mut hasher = Sha256::new();
    for _ in 0..N_LARGE {
        hasher.update(&one);
    }
    let first = hasher.finalize()[0];
    let hashed = (N_LARGE * LARGE_BYTES) as f64 / 1e9;
    let bare = hashed / (cpu_seconds()? - before);
    let wall = hashed / start.elapsed().as_secs_f64();
    println!(
        "sha256 of memory, one thread: {bare:.2} GB per second of processor time, {wall:.2} by the clock ({first:02x})"
    );
    for threads in [NonZeroUsize::MIN, std::thread::available_parallelism()?] {
        let (start, before) = (Instant::now(), cpu_seconds()?);
        let report = store.verify(Level::Sha256, threads, now, &|_| {})?;
        let verified = report.bytes as f64 / 1e9;
        let speed = verified / (cpu_seconds()? - before);
        let wall = verified / start.elapsed().as_secs_f64();
        println!(
            "verify on {threads} threads: {speed:.2} GB per second of processor time, {:.0} % of that; {wall:.2} by the clock; {} problems",
            100.0 * speed / bare,
            report.problems.len()
        );
    }
    Ok(())
}

fn put(store: &Store, n_files: usize, size: usize) -> Result<Vec<Product>, Box<dyn Error>> {
    let mut products = Vec::new();
    for i in 0..n_files {
        let name = format!("{size}-{i}");
        let product = Product {
            uri: format!("example:{name}"),
            path: ProductPath::parse("speed", "all", &name)?,
        };
        let mut writer = store.begin(&product, Some(size as u64))?;
        writer.write(&vec![i as u8; size])?;
        writer.commit(Facts::default(), SystemTime::now())?;
        products.push(product);
    }
    Ok(products)
}

/// Processor time that this process took so far, all threads and the system's work for it included: others on the machine do not
/// change it. Fields 14 and 15 of <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>, in hundredths of a second.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/self/stat")?;
    let fields = text.rsplit_once(") ").ok_or("no name in /proc/self/stat")?.1.split(' ');
    let ticks: Result<Vec<u32>, _> = fields.skip(11).take(2).map(str::parse).collect();
    Ok(f64::from(ticks?.iter().sum::<u32>()) / 100.0)
}

fn millis(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}
