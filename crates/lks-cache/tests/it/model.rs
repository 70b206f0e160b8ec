//! The store against a model of it, through random histories of use, damage and loss.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use lks_cache::{Adoption, Error, GarbageOptions, Level, Lookup, RelativePath, Removal, Store};
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::support::*;

const N_PRODUCTS: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    Fetch { product: usize, version: u8 },
    FetchThenDrop { product: usize },
    Open { product: usize, is_sha256: bool },
    Harm { product: usize, harm: Harm },
    HarmRecord { product: usize, harm: Harm },
    Foreign { product: usize, kind: Foreign },
    Adopt { product: usize },
    Verify,
    Sweep,
    Clear,
    PythonClear,
    LoseState,
    Reopen,
    JumpClock(i64),
    Batch,
    FirstVersion,
}

#[derive(Debug, Clone, Copy)]
enum Harm {
    Flip,
    Cut,
    Extend,
    Zero,
    Delete,
    Touch,
    FlipKeepingTime,
}

#[derive(Debug, Clone, Copy)]
enum Foreign {
    Whole,
    Partial,
    Link,
}

fn harm() -> impl Strategy<Value = Harm> {
    prop::sample::select(vec![
        Harm::Flip,
        Harm::Cut,
        Harm::Extend,
        Harm::Zero,
        Harm::Delete,
        Harm::Touch,
        Harm::FlipKeepingTime,
    ])
}

fn step() -> impl Strategy<Value = Step> {
    let product = 0..N_PRODUCTS;
    prop_oneof![
        6 => (product.clone(), 0u8..2).prop_map(|(product, version)| Step::Fetch { product, version }),
        1 => product.clone().prop_map(|product| Step::FetchThenDrop { product }),
        6 => (product.clone(), any::<bool>()).prop_map(|(product, is_sha256)| Step::Open { product, is_sha256 }),
        4 => (product.clone(), harm()).prop_map(|(product, harm)| Step::Harm { product, harm }),
        2 => (product.clone(), harm()).prop_map(|(product, harm)| Step::HarmRecord { product, harm }),
        3 => (product.clone(), prop::sample::select(vec![Foreign::Whole, Foreign::Partial, Foreign::Link]))
            .prop_map(|(product, kind)| Step::Foreign { product, kind }),
        3 => product.prop_map(|product| Step::Adopt { product }),
        1 => Just(Step::Verify),
        1 => Just(Step::Sweep),
        1 => Just(Step::Clear),
        1 => Just(Step::PythonClear),
        1 => Just(Step::LoseState),
        2 => Just(Step::Reopen),
        1 => Just(Step::Batch),
        1 => Just(Step::FirstVersion),
        1 => prop::sample::select(vec![-3_600, 3_600, 315_360_000]).prop_map(Step::JumpClock),
    ]
}

/// What is allowed to be true of one product.
#[derive(Debug, Clone, Default)]
struct Truth {
    /// The bytes that the store took last; nothing else may be handed out. `None`: nothing may.
    accepted: Option<Vec<u8>>,
    /// Someone forged inode, size and time, so `Stat` may be fooled.
    is_forged: bool,
}

struct World {
    place: Place,
    store: Store,
    now: SystemTime,
    truths: BTreeMap<usize, Truth>,
    /// Bytes of others' files, which must be at their path or in quarantine until someone clears.
    foreign: Vec<(usize, Vec<u8>)>,
    num_made: u64,
}

fn name(i: usize) -> lks_cache::Key {
    key(&format!("p{i}.fits"))
}

/// A made-up format: the first byte says how many bytes follow, times one hundred.
fn bytes_of(seed: u64) -> Vec<u8> {
    let mut bytes = content(seed, 301);
    bytes[0] = 3;
    bytes
}

fn is_whole(_: &RelativePath, file: &File) -> Result<Option<String>, String> {
    let size = file.metadata().map_err(|error| error.to_string())?.len();
    if size == 301 {
        Ok(None)
    } else {
        Err(format!("{size} bytes"))
    }
}

impl World {
    fn new() -> Self {
        // Memory, where there is some: thousands of synced files are slow on a disk, and what a disk adds is not modelled.
        let place = place_in_memory();
        let store = place.store.clone();
        let canary = place.directory.path().join("canary");
        fs::create_dir_all(canary.join("inside")).unwrap();
        fs::write(canary.join("inside/file"), b"outside the root").unwrap();
        Self {
            place,
            store,
            now: later(),
            truths: BTreeMap::new(),
            foreign: Vec::new(),
            num_made: 1_000,
        }
    }

    fn truth(&mut self, product: usize) -> &mut Truth {
        self.truths.entry(product).or_default()
    }

    fn apply(&mut self, step: &Step) {
        match *step {
            Step::Fetch { product, version } => self.fetch(product, version),
            Step::FetchThenDrop { product } => {
                if let Ok(mut writer) = self.store.begin(&name(product), None) {
                    writer.append(b"half").unwrap();
                }
            }
            Step::Open { product, is_sha256 } => self.open(product, is_sha256),
            Step::Harm { product, harm } => {
                let path = path_of(&self.store, &name(product));
                let is_file = path.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
                if is_file && damage(&path, harm) {
                    // Someone's own doing; what they did to a foreign file is theirs.
                    self.foreign.retain(|(owner, _)| *owner != product);
                    self.truth(product).is_forged |= matches!(harm, Harm::FlipKeepingTime);
                }
            }
            Step::HarmRecord { product, harm } => {
                let names = tree(&segments(&self.store));
                if let Some(name) = names.get(product % names.len().max(1)) {
                    damage(&segments(&self.store).join(name), harm);
                }
            }
            Step::Foreign { product, kind } => self.put_foreign(product, kind),
            Step::Adopt { product } => self.adopt(product),
            Step::Verify => {
                let report = self
                    .store
                    .verify(Level::Sha256, 2.try_into().unwrap(), self.now, &|_| {})
                    .unwrap();
                assert!(
                    report
                        .problems
                        .iter()
                        .all(|it| !matches!(it.problem, lks_cache::FileProblem::Failed(_)))
                );
            }
            Step::Sweep => {
                let before: Vec<_> = (0..N_PRODUCTS)
                    .map(|i| path_of(&self.store, &name(i)).symlink_metadata().is_ok())
                    .collect();
                self.store
                    .gc(&GarbageOptions::default(), Removal::Apply, self.now)
                    .unwrap();
                let after: Vec<_> = (0..N_PRODUCTS)
                    .map(|i| path_of(&self.store, &name(i)).symlink_metadata().is_ok())
                    .collect();
                assert_eq!(before, after, "the sweep took a file");
            }
            Step::Clear => {
                self.store.clear(Removal::Apply).unwrap();
                self.forget_unsaved_foreign();
            }
            Step::PythonClear => {
                crate::housekeeping::python_clearcache(&self.store.data_directory());
                self.forget_unsaved_foreign();
            }
            Step::LoseState => {
                let saved = quarantined(&self.store);
                let _ = fs::remove_dir_all(self.store.root().join(".lks"));
                // Whoever deletes the quarantine deletes what is in it.
                self.foreign.retain(|(_, bytes)| !saved.contains(bytes));
            }
            Step::Reopen => self.store = Store::new(self.place.store.root()),
            Step::Batch => self.store.sync_batch().unwrap(),
            // An older program writes what it knows in its own way.
            Step::FirstVersion => {
                for record in reopened(&self.store).records() {
                    write_first_version(&self.store, &record.unwrap());
                }
            }
            Step::JumpClock(seconds) => {
                let by = Duration::from_secs(seconds.unsigned_abs());
                self.now = if seconds < 0 { self.now - by } else { self.now + by };
            }
        }
    }

    /// Files that the user asked to remove are no longer owed to anyone, except those in quarantine.
    fn forget_unsaved_foreign(&mut self) {
        let saved = quarantined(&self.store);
        self.foreign.retain(|(_, bytes)| saved.contains(bytes));
    }

    fn fetch(&mut self, product: usize, version: u8) {
        let bytes = bytes_of(product as u64 * 10 + u64::from(version));
        let mut writer = self.store.begin(&name(product), Some(301)).unwrap();
        writer.append(&bytes[..100]).unwrap();
        writer.append(&bytes[100..]).unwrap();
        match writer.commit(fact(), self.now) {
            Ok(_) => {
                *self.truth(product) = Truth {
                    accepted: Some(bytes.clone()),
                    is_forged: false,
                }
            }
            Err(error) => panic!("a fetch without faults failed: {error}"),
        }
        // I7: it is there now.
        assert_eq!(bytes_at(&self.store, &name(product), Level::Sha256), Some(bytes));
    }

    fn open(&mut self, product: usize, is_sha256: bool) {
        let level = if is_sha256 { Level::Sha256 } else { Level::Stat };
        let found = self.store.lookup(&name(product), level, self.now).unwrap();
        if let Lookup::Hit(mut entry) = found {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry.file, &mut bytes).unwrap();
            let truth = self.truth(product).clone();
            if is_sha256 || !truth.is_forged {
                // I1 and I2.
                assert_eq!(Some(bytes), truth.accepted, "handed out something else");
            }
        }
    }

    fn put_foreign(&mut self, product: usize, kind: Foreign) {
        let path = path_of(&self.store, &name(product));
        if path.symlink_metadata().is_ok() {
            return;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        self.num_made += 1;
        let mut bytes = bytes_of(self.num_made);
        match kind {
            Foreign::Whole => fs::write(&path, &bytes).unwrap(),
            Foreign::Partial => {
                bytes.truncate(150);
                fs::write(&path, &bytes).unwrap();
            }
            Foreign::Link => {
                let target = self.place.directory.path().join("canary/inside/file");
                std::os::unix::fs::symlink(target, &path).unwrap();
                return;
            }
        }
        self.foreign.push((product, bytes));
    }

    fn adopt(&mut self, product: usize) {
        let path = path_of(&self.store, &name(product));
        let before = fs::read(&path).ok();
        let outcome = self.store.adopt(&name(product), fact(), &is_whole, self.now).unwrap();
        if let Adoption::Adopted(mut entry) | Adoption::Known(mut entry) = outcome {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry.file, &mut bytes).unwrap();
            assert_eq!(bytes.len(), 301, "a partial file was taken over");
            let is_old = self.truth(product).accepted.as_ref() == Some(&bytes);
            assert!(is_old || before == Some(bytes.clone()));
            if !is_old {
                let is_forged = self.truth(product).is_forged;
                *self.truth(product) = Truth {
                    accepted: Some(bytes),
                    is_forged,
                };
            }
        }
    }

    fn check(&self) {
        // I3: nothing outside the root changed.
        let canary = self.place.directory.path().join("canary");
        assert_eq!(tree(&canary), ["inside", "inside/file"]);
        assert_eq!(fs::read(canary.join("inside/file")).unwrap(), b"outside the root");
        // I4: others' files are where they were or in quarantine.
        let saved = quarantined(&self.store);
        for (product, bytes) in &self.foreign {
            let is_there = fs::read(path_of(&self.store, &name(*product))).is_ok_and(|found| found == *bytes);
            assert!(is_there || saved.contains(bytes), "a foreign file vanished");
        }
        // I6: whatever happened to them, records are read or ignored.
        for record in self.store.records() {
            record.unwrap();
        }
        // I9: nothing is left of writers that are gone.
        assert_eq!(tree(&self.store.state_directory("part")), Vec::<String>::new());
    }
}

/// Whether anything was changed.
fn damage(path: &std::path::Path, harm: Harm) -> bool {
    let Ok(mut bytes) = fs::read(path) else { return false };
    let Ok(modified) = path.metadata().and_then(|metadata| metadata.modified()) else {
        return false;
    };
    let middle = bytes.len() / 2;
    match harm {
        Harm::Delete => return fs::remove_file(path).is_ok(),
        Harm::Touch => {}
        Harm::Cut => bytes.truncate(middle),
        Harm::Extend => bytes.push(b' '),
        Harm::Zero => bytes.fill(0),
        Harm::Flip | Harm::FlipKeepingTime => {
            if let Some(byte) = bytes.get_mut(middle) {
                *byte ^= 1;
            }
        }
    }
    fs::write(path, bytes).unwrap();
    let shift = if matches!(harm, Harm::FlipKeepingTime) {
        Duration::ZERO
    } else {
        Duration::from_millis(7)
    };
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(modified + shift)
        .unwrap();
    true
}

proptest! {
    #![proptest_config(Config { cases: 256, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_history_makes_the_store_hand_out_something_else(steps in prop::collection::vec(step(), 1..50)) {
        let mut world = World::new();
        for step in &steps {
            world.apply(step);
            world.check();
        }
        for i in 0..N_PRODUCTS {
            world.fetch(i, 0);
        }
        world.check();
    }
}

/// The harness can fail: a store that hands out whatever is there would not pass.
#[test]
#[should_panic(expected = "handed out something else")]
fn the_model_notices_a_wrong_file() {
    let mut world = World::new();
    world.fetch(0, 0);
    world.truth(0).accepted = Some(b"other".to_vec());
    world.open(0, true);
}

#[test]
fn errors_say_what_was_attempted_and_what_to_do_next() {
    let place = place();
    fs::write(place.store.root(), b"file").unwrap();
    let error = place.store.begin(&name(0), None).unwrap_err();
    assert!(!matches!(error, Error::UnsafeName(_)));
    let text = error.to_string();
    assert!(text.contains(&place.store.root().display().to_string()), "{text}");
}
