//! Another user of the machine who may write to the cache and means harm, while we use it: nothing of ours outside the cache changes, nobody
//! hangs, and nothing is handed out that did not come in.
//!
//! Root becomes both users; without root the test says that it was skipped. `cargo xtask faults second-user` lets it go on for a minute.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use lks_cache::{Level, Lookup, Removal, Store};
use rustix::fs::{Mode, OFlags, ResolveFlags};

use crate::support::*;

const WE: u32 = 65_533;
const THEY: u32 = 65_534;
const PLACE: &str = "LKS_CACHE_SECOND_USER_PLACE";
const SECONDS: &str = "LKS_CACHE_SECOND_USER_SECONDS";
const ETAG: &str = "cloud \"abc\"";
const BIG: &str = "big";
const BIG_SIZE: usize = 3 << 20;
const N_PRODUCTS: u64 = 6;

fn seconds() -> f64 {
    std::env::var(SECONDS).map_or(3.0, |text| text.parse().unwrap())
}

fn place_of_body() -> Option<PathBuf> {
    std::env::var_os(PLACE).map(PathBuf::from)
}

fn truth(name: &str) -> Vec<u8> {
    match name {
        BIG => content(99, BIG_SIZE),
        name => content(name.bytes().map(u64::from).sum(), 20_000),
    }
}

/// What came of both users at work on one cache.
struct Race {
    num_planted: u64,
    num_steps: u64,
    num_handed: u64,
    num_wrong: u64,
    /// Files outside of the cache that are not what they were.
    num_changed: u64,
    /// What there was to be seen, for messages.
    seen: String,
}

#[test]
fn another_user_reaches_nothing_outside_the_cache() {
    let Some(race) = race("second_user::what_we_do") else {
        return println!("SKIPPED a second user: only root can become one");
    };
    let Race {
        num_planted,
        num_steps,
        num_handed,
        num_wrong,
        num_changed,
        seen,
    } = race;
    println!(
        "a second user for {:.0} s: 2 processes, {num_planted} things planted or swapped, {num_steps} steps of ours, {num_handed} files handed out: {num_wrong} wrong files, {num_changed} changes outside",
        seconds()
    );
    assert_eq!((num_wrong, num_changed), (0, 0), "{seen}");
    assert!(
        num_planted > 20 && num_handed > 0,
        "too little happened: {num_planted} {num_handed}"
    );
}

/// The race is one that can be lost: who writes and reads by name loses it, in both ways.
#[test]
fn a_naive_writer_is_caught_by_the_second_user() {
    let Some(race) = race("second_user::what_a_naive_writer_does") else {
        return println!("SKIPPED a second user: only root can become one");
    };
    assert!(race.num_wrong > 0 && race.num_changed > 0, "{}", race.seen);
}

/// Lets both users work for a while, and looks at what they left; nothing without root.
fn race(our_body: &str) -> Option<Race> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let place = tempfile::tempdir().unwrap();
    fs::set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
    let home = place.path().join("home");
    put_somebodys_work(&home);
    let cache = place.path().join("cache");
    fs::create_dir(&cache).unwrap();
    for path in tree(&home)
        .into_iter()
        .map(|path| home.join(path))
        .chain([home.clone(), cache.clone()])
    {
        chown(&path, Some(WE), Some(WE)).unwrap();
    }
    fs::set_permissions(&cache, Permissions::from_mode(0o777)).unwrap();
    let before = state_of(&home);
    let program = place.path().join("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let start = Instant::now();
    let run = |body: &str, user: u32| {
        let mut command = Command::new(&program);
        command
            .args(["--exact", body, "--nocapture"])
            .env(PLACE, place.path())
            .env(SECONDS, seconds().to_string())
            .env("RUST_BACKTRACE", "0")
            .current_dir("/")
            .uid(user)
            .gid(user)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        loop {
            match command.spawn() {
                // A process that another test just started has the copy open until it becomes its own program.
                Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
                started => return started.unwrap(),
            }
        }
    };
    let mut they = run("second_user::what_they_do", THEY);
    let mut we = run(our_body, WE);
    let patience = Duration::from_secs_f64(seconds() + 60.0);
    for (process, who) in [(&mut we, "we"), (&mut they, "they")] {
        while process.try_wait().unwrap().is_none() {
            if start.elapsed() > patience {
                process.kill().unwrap();
                panic!("{who} hang");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    let (we, they) = (we.wait_with_output().unwrap(), they.wait_with_output().unwrap());
    let after = state_of(&home);
    let is_other = |(path, state): &(&String, &_)| after.get(*path) != Some(*state);
    let num_changed = before.iter().filter(is_other).count();
    let num_added = after.keys().filter(|path| !before.contains_key(*path)).count();
    let count = |output: &Output, word: &str| {
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = said
            .lines()
            .find_map(|line| line.trim_start_matches('.').strip_prefix(word));
        line.map_or_else(
            || panic!("{said}{}", String::from_utf8_lossy(&output.stderr)),
            |n| n.trim().parse::<u64>().unwrap(),
        )
    };
    Some(Race {
        num_planted: count(&they, "planted"),
        num_steps: count(&we, "steps"),
        num_handed: count(&we, "handed"),
        num_wrong: count(&we, "wrong"),
        num_changed: (num_changed + num_added) as u64,
        seen: format!("{:?}\n{}", after.keys(), String::from_utf8_lossy(&we.stderr)),
    })
}

/// Content, mode, owner and time of everything below a directory.
fn state_of(directory: &Path) -> BTreeMap<String, (Vec<u8>, u32, u32, i64)> {
    let of = |name: String| {
        let path = directory.join(&name);
        let metadata = path.symlink_metadata().unwrap();
        let bytes = if metadata.is_file() {
            fs::read(&path).unwrap()
        } else {
            Vec::new()
        };
        (name, (bytes, metadata.mode(), metadata.uid(), metadata.mtime_nsec()))
    };
    tree(directory).into_iter().map(of).collect()
}

/// The body of our process: everything one does with a cache, again and again.
#[test]
fn what_we_do() {
    let Some(place) = place_of_body() else { return };
    let cache = place.join("cache");
    let store = Store::new(&cache);
    let (mut num_steps, mut num_handed, mut num_wrong) = (0_u64, 0_u64, 0_u64);
    let end = Instant::now() + Duration::from_secs_f64(seconds());
    while Instant::now() < end {
        let name = format!("p{}", fastrand::u64(..N_PRODUCTS));
        let mut handed = |found: Result<Lookup, lks_cache::Error>, name: &str| {
            let Ok(Lookup::Hit(mut entry)) = found else { return };
            let mut bytes = Vec::new();
            entry.file.read_to_end(&mut bytes).unwrap();
            num_handed += 1;
            if bytes != truth(name) {
                num_wrong += 1;
                eprintln!("{name}: wrong bytes of {}", entry.path.display());
            }
        };
        match fastrand::u32(..25) {
            0..4 => handed(store.lookup(&key(&name), Level::Stat, now()), &name),
            4..6 => handed(store.lookup(&key(&name), Level::Sha256, now()), &name),
            6 => handed(store.lookup_uri(&key(&name).uri, Level::Stat, now()), &name),
            7..13 => {
                let _claim = store.try_claim(&key(&name));
                let stored = store.begin(&key(&name), None).and_then(|mut writer| {
                    for piece in truth(&name).chunks(5_000) {
                        writer.append(piece)?;
                        std::thread::yield_now();
                    }
                    writer.commit(fact(), now())
                });
                handed(stored.map(Lookup::Hit), &name);
            }
            13..16 => {
                let resumed = store.resume(&key(BIG), ETAG).ok().flatten();
                if let Some(mut writer) = resumed.or_else(|| store.begin(&key(BIG), None).ok()) {
                    writer.keep(ETAG);
                    let all = truth(BIG);
                    let stored = writer.missing(BIG_SIZE as u64).into_iter().try_for_each(|hole| {
                        // Sometimes the connection ends early.
                        let end = if fastrand::bool() {
                            hole.end
                        } else {
                            hole.end.min(hole.start + (2 << 20))
                        };
                        writer.write_at(hole.start, &all[hole.start as usize..end as usize])
                    });
                    if stored.is_ok() && writer.missing(BIG_SIZE as u64).is_empty() {
                        handed(writer.commit(fact(), now()).map(Lookup::Hit), BIG);
                    }
                }
            }
            16 => drop(store.verify(Level::Sha256, std::num::NonZeroUsize::MIN, now(), &|_| {})),
            17..20 => {
                drop(store.gc(&all_garbage(&store), Removal::Apply, later()));
            }
            20 => drop(store.remove("*p1", Removal::Apply)),
            21 => drop(store.info(|_| ())),
            22 => drop(store.clear(Removal::Apply)),
            23 => drop(store.glance(&[key(&name), key(BIG)])),
            _ => drop(store.sync_batch()),
        }
        num_steps += 1;
        open_to_them(&cache);
    }
    println!("\nwrong {num_wrong}\nhanded {num_handed}\nsteps {num_steps}");
}

/// The body of a process that writes and reads files by their names, as most programs do.
#[test]
fn what_a_naive_writer_does() {
    let Some(place) = place_of_body() else { return };
    let store = Store::new(place.join("cache"));
    let (mut num_steps, mut num_handed, mut num_wrong) = (0_u64, 0_u64, 0_u64);
    let end = Instant::now() + Duration::from_secs_f64(seconds());
    while Instant::now() < end {
        let name = format!("p{}", fastrand::u64(..N_PRODUCTS));
        let path = store.path_of(&key(&name).path);
        drop(fs::create_dir_all(path.parent().unwrap()));
        // A pipe may be put there at any moment; waiting for its other end would be waiting for ever.
        let opened = |options: &mut OpenOptions| options.custom_flags(OFlags::NONBLOCK.bits() as i32).open(&path);
        let mut bytes = Vec::new();
        if opened(OpenOptions::new().read(true)).is_ok_and(|mut file| file.read_to_end(&mut bytes).is_ok()) {
            num_handed += 1;
            num_wrong += u64::from(bytes != truth(&name));
        }
        drop(
            opened(OpenOptions::new().write(true).create(true).truncate(true))
                .map(|mut file| file.write_all(&truth(&name))),
        );
        num_steps += 1;
        open_to_them(&place.join("cache"));
    }
    println!("\nwrong {num_wrong}\nhanded {num_handed}\nsteps {num_steps}");
}

/// What is below a directory that others change meanwhile.
fn names_below(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            let Ok(relative) = path.strip_prefix(directory) else {
                continue;
            };
            found.push(relative.to_string_lossy().into_owned());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push(path);
            }
        }
    }
    found
}

/// Lets the others write to every directory of the cache, but not into our files.
fn open_to_them(cache: &Path) {
    let root = rustix::fs::open(cache, OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty()).unwrap();
    for path in names_below(cache) {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let opened: rustix::io::Result<OwnedFd> =
            rustix::fs::openat2(root.as_fd(), path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS);
        if let Ok(directory) = opened {
            let _only_ours = rustix::fs::fchmod(directory, Mode::from_raw_mode(0o777));
        }
    }
}

/// The body of their process: whatever a user with permission to write directories can do to names in them.
#[test]
fn what_they_do() {
    let Some(place) = place_of_body() else { return };
    // What they make does not keep us out: that would end the race.
    rustix::process::umask(Mode::empty());
    let (cache, home) = (place.join("cache"), place.join("home"));
    let (state, segments) = (cache.join(".lks/v1"), cache.join(".lks/v2/seg"));
    let theirs = Store::new(&cache);
    let mut num_planted = 0_u64;
    let end = Instant::now() + Duration::from_secs_f64(seconds());
    while Instant::now() < end {
        let name = format!("p{}", fastrand::u64(..N_PRODUCTS));
        let record_key = key(&name).record_key();
        let target = home.join(["thesis.tex", "old", "v1/trash", "v1/part", "", "TESS"][fastrand::usize(..6)]);
        let small = [
            first_version_path(&theirs, &record_key),
            segments.join("planted.log"),
            segments.join("planted.sorted"),
            state.join("lock").join(format!("{}.lock", &record_key[..16])),
            state.join("part").join(format!("{}.x.json", &record_key[..16])),
            state.join("part").join(format!("{}.x.part", &record_key[..16])),
            state.join("part").join("left.part"),
            state.join("trash").join("x"),
            state.join("quarantine").join("x"),
            theirs.path_of(&key(&name).path),
        ];
        let path = &small[fastrand::usize(..small.len())];
        let done = match fastrand::u32(..12) {
            0 | 1 => swapped(
                &[
                    ".lks",
                    ".lks/v1",
                    ".lks/v2",
                    ".lks/v2/seg",
                    ".lks/v1/rec",
                    ".lks/v1/part",
                ]
                .map(|it| cache.join(it)),
                &home,
            ),
            2 if fastrand::bool() => swapped(&["files".into()].map(|it: PathBuf| cache.join(it)), &target),
            2 => swapped(
                &["trash", "lock", "quarantine", "part"].map(|it| state.join(it)),
                &target,
            ),
            3 => swapped(&["TESS", "TESS/obs"].map(|it| cache.join("files").join(it)), &target),
            4 | 5 => replaced(path, |path| symlink(&target, path).is_ok()),
            6 => replaced(path, put_pipe),
            7 => replaced(path, |path| {
                fs::hard_link(home.join("thesis.tex"), path).is_ok() || fs::write(path, "planted").is_ok()
            }),
            8 => {
                // What they know is true, but for where it lies.
                let known = Store::new(&cache).records().flatten().next();
                known.is_some_and(|mut known| {
                    for location in &mut known.locations {
                        location.path = match fastrand::bool() {
                            true => home.join("thesis.tex").display().to_string(),
                            false => "files/../../home/thesis.tex".to_owned(),
                        };
                    }
                    match fastrand::bool() {
                        true => replaced(&segments.join("planted.log"), |path| {
                            fs::write(path, line_of(&known, LATER)).is_ok()
                        }),
                        false => replaced(&first_version_path(&theirs, &known.key), |path| {
                            path.parent().is_some_and(|shard| fs::create_dir_all(shard).is_ok())
                                && fs::write(path, known.to_text()).is_ok()
                        }),
                    }
                })
            }
            9 => {
                // A part with a journal that is right about its wrong bytes.
                theirs.begin(&key(BIG), None).is_ok_and(|mut writer| {
                    writer.keep(ETAG);
                    writer.append(&content(7, 2 << 20)).is_ok()
                })
            }
            10 => {
                let parts = names_below(&state.join("part"));
                let part = parts.get(fastrand::usize(..parts.len().max(1)));
                part.is_some_and(|part| {
                    replaced(&state.join("part").join(part), |path| match fastrand::bool() {
                        true => fs::write(path, truth(&name)).is_ok(),
                        false => symlink(home.join("thesis.tex"), path).is_ok(),
                    })
                })
            }
            _ => {
                let entries = names_below(&segments);
                let entry = entries.get(fastrand::usize(..entries.len().max(1)));
                entry.is_some_and(|entry| {
                    replaced(&segments.join(entry), |path| match fastrand::bool() {
                        true => symlink(home.join("thesis.tex"), path).is_ok(),
                        false => fs::write(path, content(9, 70_000)).is_ok(),
                    })
                })
            }
        };
        num_planted += u64::from(done);
    }
    println!("\nplanted {num_planted}");
}

/// Puts a link in place of one of these directories for a moment.
fn swapped(directories: &[PathBuf], target: &Path) -> bool {
    let directory = &directories[fastrand::usize(..directories.len())];
    let aside = directory.with_file_name(format!("aside{}", fastrand::u64(..)));
    if fs::rename(directory, &aside).is_err() {
        return false;
    }
    let planted = symlink(target, directory).is_ok();
    std::thread::sleep(Duration::from_micros(fastrand::u64(..3_000)));
    drop(fs::remove_file(directory));
    if fs::rename(&aside, directory).is_err() {
        drop(fs::remove_dir_all(&aside));
    }
    planted
}

fn replaced(path: &Path, plant: impl Fn(&Path) -> bool) -> bool {
    if fs::remove_file(path).is_err() {
        drop(fs::remove_dir_all(path));
    }
    plant(path)
}
