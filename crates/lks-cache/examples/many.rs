//! Makes a store with many small files and tells what looking through it costs: time, and memory of a process that does only that.
//!
//! ```text
//! many [N] [DIRECTORY]        1,000,000 files unless said otherwise: 5 GB and a million inodes for as long as it runs
//! many make N ROOT [v1]       only makes the store, also as its first version kept it: 12 GB and three million inodes
//! many look HOW ROOT N        one of the looks, in a process of its own
//! ```

#![allow(clippy::print_stdout, reason = "a program")]

use std::error::Error;
use std::fs;
use std::io::{BufWriter, Write};
use std::num::NonZeroUsize;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;
use std::time::{Instant, SystemTime};

use lks_cache::{GarbageOptions, Key, Level, Lookup, RECORD_VERSION, Record, RelativePath, Removal, Store};
use sha2::{Digest, Sha256};

type Outcome<T> = Result<T, Box<dyn Error>>;

const PER_DIRECTORY: usize = 1_000;
/// The first sweep brings the records together.
const LOOKS: [&str; 7] = ["start", "gc", "find", "list", "info", "gc", "verify"];
const DATE: &str = "2026-01-01T00:00:00Z";

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["look", how, root, n] => look(how, &Store::new(*root), n.parse()?),
        ["make", n, root] => make(&Store::new(*root), n.parse()?, false),
        ["make", n, root, "v1"] => make(&Store::new(*root), n.parse()?, true),
        [] => campaign(1_000_000, &std::env::temp_dir()),
        [n] => campaign(n.parse()?, &std::env::temp_dir()),
        [n, directory] => campaign(n.parse()?, Path::new(directory)),
        _ => Err("usage: many [N] [DIRECTORY]".into()),
    }
}

fn campaign(n: usize, parent: &Path) -> Outcome<()> {
    let directory = tempfile::tempdir_in(parent)?;
    let store = Store::new(directory.path());
    let start = Instant::now();
    make(&store, n, false)?;
    println!(
        "{n} files with their records: made in {:.0} s",
        start.elapsed().as_secs_f64()
    );
    for how in LOOKS {
        // What is in memory already costs nothing; only root can take it away.
        for is_cold in [true, false] {
            if is_cold && fs::write("/proc/sys/vm/drop_caches", "3").is_err() {
                continue;
            }
            print!("{} ", if is_cold { "cold" } else { "warm" });
            std::io::stdout().flush()?;
            let mut command = Command::new(std::env::current_exe()?);
            let status = command
                .args(["look", how])
                .arg(store.root())
                .arg(n.to_string())
                .status()?;
            if !status.success() {
                return Err(format!("{how} ended with {status}").into());
            }
        }
    }
    Ok(())
}

fn look(how: &str, store: &Store, n: usize) -> Outcome<()> {
    let (start, now) = (Instant::now(), SystemTime::now());
    let num_seen = match how {
        "start" => 0,
        "find" => {
            let num_looks = 1_000.min(n);
            for i in 0..num_looks {
                let key = key(i * (n / num_looks))?;
                if !matches!(store.lookup(&key, Level::Stat, now)?, Lookup::Hit(_)) {
                    return Err(format!("{} is not found", key.path).into());
                }
            }
            num_looks
        }
        "list" => store.entries()?.filter(Result::is_ok).count(),
        "info" => usize::try_from(store.info(|_| ())?.files.num_files)?,
        "gc" => store.gc(&GarbageOptions::default(), Removal::Apply, now)?.len(),
        "verify" => {
            let report = store.verify(Level::Stat, NonZeroUsize::MIN, now, &|_| {})?;
            if let Some(finding) = report.problems.first() {
                return Err(format!("{} is damaged", finding.path).into());
            }
            usize::try_from(report.num_checked)?
        }
        other => return Err(format!("unknown look '{other}'").into()),
    };
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.unwrap_or("?").trim();
    let (clock, processor) = (start.elapsed().as_secs_f64(), processor_seconds()?);
    println!(
        "{how:<7} {clock:>8.2} s by the clock, {processor:>6.2} s of processor time, {num_seen:>8} seen, peak {peak}"
    );
    Ok(())
}

/// Fields 14 and 15 of <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>, in hundredths of a second: what does not depend on
/// others who use the disk and the processor.
fn processor_seconds() -> Outcome<f64> {
    let text = fs::read_to_string("/proc/self/stat")?;
    let fields = text.rsplit_once(") ").ok_or("no name in /proc/self/stat")?.1.split(' ');
    let ticks: Result<Vec<u32>, _> = fields.skip(11).take(2).map(str::parse).collect();
    Ok(f64::from(ticks?.iter().sum::<u32>()) / 100.0)
}

fn key(i: usize) -> Outcome<Key> {
    let (observation, name) = (
        format!("observation-{:06}", i / PER_DIRECTORY),
        format!("file-{i:09}.fits"),
    );
    Ok(Key::new(
        format!("mast:MANY/product/{name}"),
        RelativePath::from_components(["MANY", &observation, &name])?,
    ))
}

/// Written without the store's care for each file, which would take hours: nothing here has to outlive a power cut.
fn make(store: &Store, n: usize, is_first_version: bool) -> Outcome<()> {
    let segment = store.root().join(".lks/v2/seg/many.done");
    write(&segment, b"")?;
    let mut segment = BufWriter::new(fs::File::options().append(true).open(segment)?);
    for i in 0..n {
        let key = key(i)?;
        let path = store.path_of(&key.path);
        let content = i.to_le_bytes();
        write(&path, &content)?;
        let metadata = path.metadata()?;
        let (record_key, sha256) = (key.record_key(), hex(&Sha256::digest(content)));
        let record: Record = serde_json::from_value(serde_json::json!({
            "v": RECORD_VERSION,
            "key": record_key,
            "uri": key.uri,
            "sha256": sha256,
            "size": metadata.size(),
            "source": "many",
            "url": format!("https://example.org/many/{}", key.path),
            "etag": format!("\"{}\"", &sha256[..32]),
            "origin": "fetched",
            "assurance": "none",
            "stored_at": DATE,
            "verified_at": DATE,
            "locations": [{
                "path": format!("files/{}", key.path),
                "dev": metadata.dev(),
                "ino": metadata.ino(),
                "size": metadata.size(),
                "mtime_ns": metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec(),
            }],
            "writer": "many",
        }))?;
        if is_first_version {
            let sharded = |name: &str, file: &str| store.state_directory(name).join(&file[..2]).join(file);
            let text = record.to_text();
            write(&sharded("rec", &record_key).with_extension("json"), text.as_bytes())?;
            write(&sharded("by-hash", &sha256), format!("{record_key}\n").as_bytes())?;
        } else {
            let mut line = serde_json::to_value(&record)?;
            line["at"] = 1.into();
            let text = format!("{line}\n");
            let sum = hex(&Sha256::digest(&text)[..8]);
            write!(segment, "{sum} {text}")?;
        }
    }
    segment.flush()?;
    if is_first_version {
        fs::remove_dir_all(store.root().join(".lks/v2"))?;
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn write(path: &Path, content: &[u8]) -> std::io::Result<()> {
    match fs::write(path, content) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            fs::create_dir_all(path.parent().unwrap_or(path))?;
            fs::write(path, content)
        }
        outcome => outcome,
    }
}
