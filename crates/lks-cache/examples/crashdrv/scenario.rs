//! What is done to a store, and what must be true of it afterwards.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use lks_cache::{Facts, GarbageOptions, Key, Level, Lookup, RelativePath, Removal, Store};

use crate::Outcome;

pub(crate) const SCENARIOS: [&str; 13] = [
    "resume", "fetch", "parts", "replace", "foreign", "adopt", "repair", "gc", "remove", "clear", COMPACT, MERGE,
    TAKEOVER,
];
/// Records of several runs become one segment.
const COMPACT: &str = "compact";
/// The same, with a segment that is damaged, a record that was removed, and another compaction that left its segment beside.
const MERGE: &str = "merge";
/// Records of the first version become a segment.
const TAKEOVER: &str = "takeover";
const NUM_RUNS: usize = 9;
/// Writes in place; must be caught.
pub(crate) const CONTROL: &str = "control";
/// So many files that their names are made durable by one sync of the file system.
pub(crate) const BATCH: &str = "batch";
const BATCH_SIZE: usize = 70;
/// Set when the run came to its end before the power was cut.
pub(crate) const DONE: &str = "CRASHDRV_DONE";
const SIZE: usize = 9_000;
/// A product that is large enough to be kept in parts.
const BIG: &str = "big";
const BIG_SIZE: usize = 2_600_000;
const ETAG: &str = "\"etag\"";

pub(crate) fn key(name: &str) -> Result<Key, Box<dyn std::error::Error>> {
    Ok(Key::new(
        format!("mast:TESS/product/{name}"),
        RelativePath::from_components(["TESS", if name.starts_with(BATCH) { name } else { "obs" }, name])?,
    ))
}

/// What the archive holds of a product: the first or the second version, or what another tool made of it.
pub(crate) fn version(name: &str, version: u8) -> Vec<u8> {
    (0..size(name))
        .map(|i| (i as u8).wrapping_mul(31).wrapping_add(version) ^ (i / 251) as u8 ^ name.len() as u8)
        .collect()
}

fn size(name: &str) -> usize {
    if name == BIG { BIG_SIZE } else { SIZE }
}

pub(crate) fn store_version(store: &Store, name: &str, number: u8) -> Outcome {
    let mut writer = store.begin(&key(name)?, Some(size(name) as u64))?;
    for chunk in version(name, number).chunks(size(name) / 2) {
        writer.append(chunk)?;
    }
    writer.commit(facts().with_length(None), SystemTime::now())?;
    Ok(())
}

fn facts() -> Facts {
    Facts::from_source("crashdrv").with_length(SIZE as u64)
}

fn put_foreign(store: &Store, name: &str, bytes: &[u8]) -> Outcome {
    let path = store.path_of(&key(name)?.path);
    fs::create_dir_all(path.parent().ok_or("no parent")?)?;
    fs::write(&path, bytes)?;
    File::options()
        .write(true)
        .open(&path)?
        .set_modified(SystemTime::now() - Duration::from_secs(3_600))?;
    Ok(())
}

pub(crate) fn setup(store: &Store, scenario: &str) -> Outcome {
    store_version(store, "bystander", 1)?;
    match scenario {
        "replace" | "remove" | "clear" => store_version(store, "a", 1)?,
        "repair" => {
            store_version(store, "a", 1)?;
            fs::write(store.path_of(&key("a")?.path), b"damaged")?;
        }
        "foreign" => put_foreign(store, "a", b"someone else's")?,
        "adopt" => put_foreign(store, "a", &version("a", 1))?,
        "resume" => {
            let mut writer = store.begin(&key(BIG)?, Some(BIG_SIZE as u64))?;
            writer.keep(ETAG);
            writer.append(&version(BIG, 1)[..1_500_000])?;
        }
        COMPACT | MERGE | TAKEOVER => set_runs_up(store, scenario)?,
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

/// What runs before this one have left.
fn set_runs_up(store: &Store, scenario: &str) -> Outcome {
    let another = || Store::new(store.root());
    for name in runs() {
        let run = another();
        store_version(&run, &name, 1)?;
        run.sync_batch()?;
    }
    match scenario {
        MERGE => {
            sweep(&another())?;
            let segments = store.root().join(".lks/v2/seg");
            let sorted = names_in(&segments)?.into_iter().find(|name| name.ends_with(".sorted"));
            let sorted = segments.join(sorted.ok_or("no sorted segment")?);
            fs::copy(&sorted, segments.join("beside.sorted"))?;
            // In an index, so that no record is lost.
            let mut bytes = fs::read(&sorted)?;
            let middle = bytes.len() - 6_000;
            bytes[middle] ^= 1;
            fs::write(&sorted, bytes)?;
            store_version(&another(), "gone", 1)?;
            another().remove("gone", Removal::Apply)?;
        }
        TAKEOVER => {
            let records: Vec<_> = another().records().collect::<Result<_, _>>()?;
            for record in records {
                let shard = store.state_directory("rec").join(&record.key[..2]);
                fs::create_dir_all(&shard)?;
                fs::write(shard.join(format!("{}.json", record.key)), record.to_text())?;
            }
            fs::create_dir_all(store.state_directory("by-hash/ab"))?;
            fs::remove_dir_all(store.root().join(".lks/v2"))?;
        }
        _ => {}
    }
    Ok(())
}

fn runs() -> impl Iterator<Item = String> {
    (0..NUM_RUNS).map(|n| format!("run{n}"))
}

fn sweep(store: &Store) -> Outcome {
    let options = GarbageOptions::default();
    store.gc(&options, Removal::Apply, SystemTime::now())?;
    Ok(())
}

fn names_in(directory: &std::path::Path) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

pub(crate) fn run(store: &Store, scenario: &str) -> Outcome {
    let now = SystemTime::now();
    match scenario {
        "fetch" => {
            store.get_or_fetch(&key("a")?, Level::Stat, SystemTime::now, |writer| {
                for chunk in version("a", 1).chunks(4_000) {
                    writer.append(chunk)?;
                }
                Ok::<_, lks_cache::Error>(facts())
            })?;
        }
        "parts" => {
            let mut writer = store.begin(&key("a")?, Some(SIZE as u64))?;
            let bytes = version("a", 1);
            for start in [6_000, 0, 3_000] {
                writer.write_at(start as u64, &bytes[start..start + 3_000])?;
            }
            writer.commit(facts(), now)?;
        }
        "replace" | "foreign" => store_version(store, "a", 2)?,
        BATCH => {
            for name in batch() {
                store_version(store, &name, 1)?;
            }
        }
        "adopt" => {
            store.adopt(&key("a")?, facts(), &|_, _| Ok(None), now)?;
        }
        "repair" => {
            let report = store.verify(Level::Sha256, std::num::NonZeroUsize::MIN, now, &|_| {})?;
            for finding in report.problems {
                if let Some(name) = finding.key.as_ref().map(|key| key.path.filename()) {
                    store_version(store, name, 1)?;
                }
            }
        }
        "resume" => {
            let key = key(BIG)?;
            let mut writer = match store.resume(&key, ETAG)? {
                Some(writer) => writer,
                None => store.begin(&key, Some(BIG_SIZE as u64))?,
            };
            writer.keep(ETAG);
            for hole in writer.missing(BIG_SIZE as u64) {
                for start in hole.clone().step_by(400_000) {
                    let end = hole.end.min(start + 400_000);
                    writer.write_at(start, &version(BIG, 1)[start as usize..end as usize])?;
                }
            }
            writer.commit(facts().with_length(BIG_SIZE as u64), now)?;
        }
        "gc" => {
            let day = now + Duration::from_secs(86_400);
            store.gc(&GarbageOptions::default(), Removal::Apply, day)?;
        }
        COMPACT | MERGE => sweep(store)?,
        // The take-over follows at the end of the batch.
        TAKEOVER => store_version(store, "a", 1)?,
        "remove" => {
            store.remove("a", Removal::Apply)?;
        }
        "clear" => {
            store.clear(Removal::Apply)?;
        }
        // What must never be done, so that the check shows it can fail.
        CONTROL => {
            let path = store.path_of(&key("a")?.path);
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

fn batch() -> impl Iterator<Item = String> {
    (0..BATCH_SIZE).map(|n| format!("{BATCH}{n}"))
}

/// What must be true whatever happened, and what a fetch without faults must still do.
pub(crate) fn check(store: &Store, scenario: &str) -> Outcome {
    let now = SystemTime::now();
    for name in batch().filter(|_| scenario == BATCH) {
        let found = bytes_of(store, &name)?;
        if found.as_ref().is_some_and(|bytes| *bytes != version(&name, 1)) {
            return Err(format!("{name}: something else was handed out").into());
        }
        if std::env::var_os(DONE).is_some() && found.is_none() {
            return Err(format!("{name}: reported and lost").into());
        }
    }
    for name in ["a", "bystander", BIG] {
        let path = store.path_of(&key(name)?.path);
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
            if let Lookup::Hit(mut entry) = store.lookup(&key(name)?, level, now)? {
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut entry.file, &mut bytes)?;
                if !allowed[..2].contains(&bytes) {
                    return Err(format!("{name}: {level:?} handed out something else").into());
                }
            }
        }
    }
    for name in runs().filter(|_| [COMPACT, MERGE, TAKEOVER].contains(&scenario)) {
        // Each look as a process of its own.
        if bytes_of(&Store::new(store.root()), &name)? != Some(version(&name, 1)) {
            return Err(format!("{name}: its record was lost").into());
        }
    }
    if scenario == MERGE && bytes_of(store, "gone")?.is_some() {
        return Err("a record that was removed came back".into());
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
    if scenario == "resume" {
        // Whatever part is left may be continued, to the same end.
        run(store, scenario)?;
        if bytes_of(store, BIG)? != Some(version(BIG, 1)) {
            return Err("the continued file is wrong".into());
        }
    }
    let weeks = now + Duration::from_secs(21 * 86_400);
    store.gc(&GarbageOptions::default(), Removal::Apply, weeks)?;
    if fs::read_dir(store.state_directory("part"))?.next().is_some() {
        return Err("something was left behind".into());
    }
    Ok(())
}

fn bytes_of(store: &Store, name: &str) -> Result<Option<Vec<u8>>, Box<dyn std::error::Error>> {
    let Some(mut entry) = store.lookup(&key(name)?, Level::Sha256, SystemTime::now())?.hit() else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut entry.file, &mut bytes)?;
    Ok(Some(bytes))
}

fn is_kept(store: &Store, bytes: &[u8]) -> Result<bool, Box<dyn std::error::Error>> {
    let path = store.path_of(&key("a")?.path);
    let Ok(kept) = fs::read_dir(store.state_directory("quarantine")) else {
        return Ok(fs::read(path)? == bytes);
    };
    let in_quarantine = kept
        .flatten()
        .any(|kept| fs::read(kept.path().join("data")).is_ok_and(|data| data == bytes));
    Ok(in_quarantine || fs::read(path).is_ok_and(|data| data == bytes))
}
