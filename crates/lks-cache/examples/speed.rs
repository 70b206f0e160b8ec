//! Measures what a caller feels: looking up a thousand files that are here, and verifying everything.
//!
//! `cargo run --release -p lks-cache --example speed [DIRECTORY]`

#![allow(clippy::print_stdout, reason = "a program")]

use std::error::Error;
use std::num::NonZeroUsize;
use std::thread;
use std::time::{Instant, SystemTime};

use lks_cache::{Facts, Key, Level, Lookup, RelativePath, Store};
use sha2::{Digest, Sha256};

/// How many files of how many bytes.
type Set = (usize, usize);

const SMALL: Set = (1_000, 100_000);
const LARGE: Set = (4, 128 << 20);
/// Each thing is measured so often, in turn, and the median is printed.
const N_ROUNDS: usize = 5;

/// Gigabytes per second of all threads' processor time, and by the clock.
#[derive(Clone, Copy)]
struct Speed {
    by_processor: f64,
    by_clock: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let directory = match std::env::args().nth(1) {
        Some(parent) => tempfile::tempdir_in(parent)?,
        None => tempfile::tempdir()?,
    };
    let small = Store::new(directory.path().join("small"));
    let large = Store::new(directory.path().join("large"));
    let now = SystemTime::now();

    let start = Instant::now();
    let products = put(&small, SMALL)?;
    small.sync_batch()?;
    println!("store {} files of {} bytes: {:.0} ms", SMALL.0, SMALL.1, millis(start));

    let start = Instant::now();
    for key in &products {
        if !matches!(small.lookup(key, Level::Stat, now)?, Lookup::Hit(_)) {
            return Err("a file is missing".into());
        }
    }
    println!("look {} up at stat: {:.1} ms", SMALL.0, millis(start));

    put(&large, LARGE)?;
    let memory = vec![1; LARGE.1];
    let mut rows = Vec::new();
    for threads in [NonZeroUsize::MIN, thread::available_parallelism()?] {
        let mut rounds: [Vec<Speed>; 3] = Default::default();
        for _ in 0..N_ROUNDS {
            rounds[0].push(measure(|| Ok(hash(&memory, threads)))?);
            rounds[1].push(measure(|| verify(&large, 1, threads))?);
            rounds[2].push(measure(|| verify(&small, 5, threads))?);
        }
        rows.push((threads, rounds.map(median)));
    }
    for (threads, [memory, large, small]) in rows {
        println!("sha256 of memory, {threads} threads: {}", memory.text());
        for (what, speed) in [(LARGE, large), (SMALL, small)] {
            println!(
                "verify {} files of {} bytes, {threads} threads: {}; {:.0} % and {:.0} % of memory",
                what.0,
                what.1,
                speed.text(),
                100.0 * speed.by_processor / memory.by_processor,
                100.0 * speed.by_clock / memory.by_clock,
            );
        }
    }
    Ok(())
}

impl Speed {
    fn text(self) -> String {
        format!(
            "{:.2} GB/s of processor time, {:.2} GB/s by the clock",
            self.by_processor, self.by_clock
        )
    }
}

fn measure(work: impl FnOnce() -> Result<u64, Box<dyn Error>>) -> Result<Speed, Box<dyn Error>> {
    let (start, before) = (Instant::now(), processor_seconds()?);
    let gigabytes = work()? as f64 / 1e9;
    Ok(Speed {
        by_processor: gigabytes / (processor_seconds()? - before),
        by_clock: gigabytes / start.elapsed().as_secs_f64(),
    })
}

fn median(mut rounds: Vec<Speed>) -> Speed {
    let mut middle = |key: fn(&Speed) -> f64| {
        rounds.sort_by(|a, b| key(a).total_cmp(&key(b)));
        key(&rounds[rounds.len() / 2])
    };
    Speed {
        by_processor: middle(|speed| speed.by_processor),
        by_clock: middle(|speed| speed.by_clock),
    }
}

/// Verifies everything `n` times.
fn verify(store: &Store, n: usize, threads: NonZeroUsize) -> Result<u64, Box<dyn Error>> {
    let mut bytes = 0;
    for _ in 0..n {
        let report = store.verify(Level::Sha256, threads, SystemTime::now(), &|_| {})?;
        if !report.problems.is_empty() {
            return Err("a file is damaged".into());
        }
        bytes += report.bytes;
    }
    Ok(bytes)
}

/// Hashes `memory` twice on each thread: what the processor can do without any file.
fn hash(memory: &[u8], threads: NonZeroUsize) -> u64 {
    let work = || std::hint::black_box(Sha256::new().chain_update(memory).chain_update(memory).finalize());
    thread::scope(|scope| {
        for _ in 1..threads.get() {
            scope.spawn(work);
        }
        work();
    });
    (2 * threads.get() * memory.len()) as u64
}

fn put(store: &Store, (num_files, size): Set) -> Result<Vec<Key>, Box<dyn Error>> {
    let mut products = Vec::new();
    for i in 0..num_files {
        let name = format!("{size}-{i}");
        let key = Key::new(
            format!("example:{name}"),
            RelativePath::from_components(["speed", "all", &name])?,
        );
        let mut writer = store.begin(&key, Some(size as u64))?;
        writer.append(&vec![i as u8; size])?;
        writer.commit(Facts::default(), SystemTime::now())?;
        products.push(key);
    }
    Ok(products)
}

/// Processor time that this process took so far, all threads and the system's work for it included: others on the machine hardly
/// change it. Fields 14 and 15 of <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>, in hundredths of a second.
fn processor_seconds() -> Result<f64, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/self/stat")?;
    let fields = text.rsplit_once(") ").ok_or("no name in /proc/self/stat")?.1.split(' ');
    let ticks: Result<Vec<u32>, _> = fields.skip(11).take(2).map(str::parse).collect();
    Ok(f64::from(ticks?.iter().sum::<u32>()) / 100.0)
}

fn millis(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}
