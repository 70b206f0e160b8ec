//! Parts that outlive their writers.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use lks_cache::{GarbageOptions, Level, Removal, Store, Writer};
use rustix::process::{Pid, WaitId, WaitIdOptions};

use crate::support::*;

const SIZE: usize = 5 << 20;
const HALF: usize = 3 << 20;
const ETAG: &str = "cloud \"abc\"";
const ROOT_VARIABLE: &str = "LKS_CACHE_RESUME_ROOT";
/// What dies has a part of another in its hands.
const AGAIN_VARIABLE: &str = "LKS_CACHE_RESUME_AGAIN";
/// What dies has just begun with this product, and nothing of it is worth keeping.
const OTHER: &str = "other";

/// Writes the first part of a file and the last byte, so that there is a hole.
fn half_written(store: &Store, etag: &str) -> Writer {
    let bytes = content(1, SIZE);
    let mut writer = store.begin(&key("a"), Some(SIZE as u64)).unwrap();
    writer.keep(etag);
    for (i, piece) in bytes[..HALF].chunks(100_000).enumerate() {
        writer.write_at(i as u64 * 100_000, piece).unwrap();
    }
    writer.write_at(SIZE as u64 - 1, &bytes[SIZE - 1..]).unwrap();
    writer
}

fn finish(mut writer: Writer) -> u64 {
    let bytes = content(1, SIZE);
    let mut num_written = 0;
    for hole in writer.missing(SIZE as u64) {
        writer
            .write_at(hole.start, &bytes[hole.start as usize..hole.end as usize])
            .unwrap();
        num_written += hole.end - hole.start;
    }
    writer.commit(fact(), now()).unwrap();
    num_written
}

fn parts(store: &Store) -> Vec<String> {
    tree(&store.state_directory("part"))
}

fn journal(store: &Store) -> PathBuf {
    let name = parts(store).into_iter().find(|name| name.ends_with(".json")).unwrap();
    store.state_directory("part").join(name)
}

#[test]
fn a_dropped_writer_is_continued_and_nothing_is_fetched_twice() {
    let place = place();
    drop(half_written(&place.store, ETAG));
    assert_eq!(parts(&place.store).len(), 2);
    let mut writer = place.store.resume(&key("a"), ETAG).unwrap().unwrap();
    assert_eq!(writer.written(), HALF as u64 + 1);
    // It can be interrupted again.
    writer.keep(ETAG);
    drop(writer);
    let record_key = key("a").record_key();
    assert!(
        parts(&place.store)
            .iter()
            .all(|name| name.starts_with(&record_key[..16]))
    );
    let writer = place.store.resume(&key("a"), ETAG).unwrap().unwrap();
    assert_eq!(finish(writer), (SIZE - HALF) as u64 - 1);
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256), Some(content(1, SIZE)));
    assert_eq!(parts(&place.store), Vec::<String>::new());
}

/// Not a test of its own: dies with a part in its hands.
#[test]
fn body_that_dies() {
    if let Some(root) = std::env::var_os(ROOT_VARIABLE) {
        let store = Store::new(root);
        let _writer = match std::env::var(AGAIN_VARIABLE).as_deref() {
            Err(_) => Some(half_written(&store, ETAG)),
            Ok(OTHER) => Some(store.begin(&key(OTHER), Some(SIZE as u64)).unwrap()),
            Ok(_) => store.resume(&key("a"), ETAG).unwrap(),
        };
        std::process::abort();
    }
}

/// Ended, and not yet waited for.
fn killed_while_writing(store: &Store) -> Child {
    killed(store, &[])
}

fn killed(store: &Store, variables: &[(&str, &str)]) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "resume::body_that_dies"])
        .env(ROOT_VARIABLE, store.root())
        .envs(variables.iter().copied());
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let pid = Pid::from_child(&child);
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    rustix::process::waitid(WaitId::Pid(pid), options).unwrap();
    child
}

#[test]
fn a_part_of_a_killed_process_is_continued_at_once() {
    let place = place();
    let mut child = killed_while_writing(&place.store);
    let writer = place.store.resume(&key("a"), ETAG).unwrap().unwrap();
    assert!(!child.wait().unwrap().success());
    assert!(
        writer.written() > (HALF - (1 << 20) - 200_000) as u64,
        "{}",
        writer.written()
    );
    finish(writer);
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256), Some(content(1, SIZE)));
}

#[test]
fn a_second_kill_right_after_resuming_costs_nothing() {
    let place = place();
    drop(half_written(&place.store, ETAG));
    for _ in 0..2 {
        let before = parts(&place.store);
        killed(&place.store, &[(AGAIN_VARIABLE, "1")]).wait().unwrap();
        let after = parts(&place.store);
        assert_eq!((before.len(), after.len()), (2, 2), "{before:?} {after:?}");
        assert_ne!(before, after, "the part was taken over");
    }
    let writer = place.store.resume(&key("a"), ETAG).unwrap().unwrap();
    assert_eq!(writer.written(), HALF as u64 + 1);
    finish(writer);
    assert_eq!(parts(&place.store), Vec::<String>::new());
}

#[test]
fn a_part_of_another_container_is_not_taken_as_abandoned() {
    let place = place();
    killed_while_writing(&place.store).wait().unwrap();
    let path = journal(&place.store);
    let text = fs::read_to_string(&path).unwrap();
    let ours = fs::read_link("/proc/self/ns/pid")
        .unwrap()
        .to_string_lossy()
        .into_owned();
    assert!(text.contains(&ours), "{text}");
    fs::write(&path, text.replace(&ours, "pid:[1]")).unwrap();
    assert!(place.store.resume(&key("a"), ETAG).unwrap().is_none());
    fs::write(&path, text).unwrap();
    assert!(place.store.resume(&key("a"), ETAG).unwrap().is_some());
}

#[test]
fn whether_there_are_parts_is_known_and_in_doubt_there_are() {
    let place = place();
    assert!(!place.store.has_parts(), "nothing was ever written");
    let writer = half_written(&place.store, ETAG);
    assert!(place.store.has_parts());
    drop(writer);
    assert!(place.store.has_parts());
    finish(place.store.resume(&key("a"), ETAG).unwrap().unwrap());
    assert!(!place.store.has_parts());
    let folder = place.store.state_directory("part");
    fs::remove_dir(&folder).unwrap();
    fs::write(&folder, b"in its place").unwrap();
    assert!(place.store.has_parts());
}

#[test]
fn a_part_in_someones_hands_is_not_taken() {
    let place = place();
    let writer = half_written(&place.store, ETAG);
    assert!(place.store.resume(&key("a"), ETAG).unwrap().is_none());
    assert!(place.store.resumable(&key("a")).unwrap().is_empty());
    drop(writer);
    let first = place.store.resume(&key("a"), ETAG).unwrap();
    assert!(
        first.is_some() && place.store.resume(&key("a"), ETAG).unwrap().is_none(),
        "one of several gets it"
    );
}

#[test]
fn a_part_of_another_version_or_product_is_not_continued() {
    let place = place();
    drop(half_written(&place.store, ETAG));
    assert!(place.store.resume(&key("a"), "cloud \"abd\"").unwrap().is_none());
    assert!(place.store.resume(&key("b"), ETAG).unwrap().is_none());
    assert_eq!(place.store.resumable(&key("a")).unwrap(), [ETAG]);
    assert!(place.store.resumable(&key("b")).unwrap().is_empty());
}

#[test]
fn a_small_part_and_one_nobody_asked_to_keep_are_discarded() {
    let place = place();
    let mut writer = place.store.begin(&key("a"), None).unwrap();
    writer.keep(ETAG);
    writer.append(&content(1, 1_000)).unwrap();
    drop(writer);
    assert_eq!(parts(&place.store), Vec::<String>::new());
    let mut writer = half_written(&place.store, ETAG);
    writer.restart().unwrap();
    writer.append(&content(2, HALF)).unwrap();
    drop(writer);
    assert_eq!(parts(&place.store), Vec::<String>::new());
}

#[test]
fn no_part_of_another_boot_or_bad_journal_is_believed() {
    type Spoil = fn(&str) -> String;
    let spoils: [Spoil; 8] = [
        |text| {
            let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
            text.replace(boot.trim(), "another boot")
        },
        |_| String::new(),
        |text| text.replace('{', "["),
        |text| text.lines().next().unwrap().to_owned() + "\n",
        |text| text.lines().next().unwrap().to_owned() + "\n0-x\n",
        |text| text.lines().next().unwrap().to_owned() + &format!("\n0-{}\nreleased\n", SIZE * 2),
        |text| text.lines().next().unwrap().to_owned() + &format!("\n0-{}:00000000\nreleased\n", SIZE * 2),
        |text| text.lines().next().unwrap().to_owned() + "\n9-3:00000000\nreleased\n",
    ];
    for (i, spoil) in spoils.into_iter().enumerate() {
        let place = place();
        drop(half_written(&place.store, ETAG));
        let path = journal(&place.store);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, spoil(&text)).unwrap();
        assert!(place.store.resume(&key("a"), ETAG).unwrap().is_none(), "{i}");
    }
}

#[test]
fn a_torn_last_line_of_a_journal_is_ignored() {
    let place = place();
    drop(half_written(&place.store, ETAG));
    let mut file = OpenOptions::new().append(true).open(journal(&place.store)).unwrap();
    file.write_all(b"0-52428").unwrap();
    let writer = place.store.resume(&key("a"), ETAG).unwrap().unwrap();
    assert_eq!(writer.written(), HALF as u64 + 1);
}

#[test]
fn a_torn_line_of_a_journal_costs_what_stood_in_it() {
    type Tear = fn(&str) -> Vec<u8>;
    let tears: [Tear; 3] = [
        |line| format!("{}\n", &line[..line.len() - 9]).into(),
        // The next line stands behind what is left of it.
        |line| line[..line.len() - 3].into(),
        |line| [&line.as_bytes()[..4], b"\xff\xfe\n"].concat(),
    ];
    for (i, tear) in tears.into_iter().enumerate() {
        let place = place();
        drop(half_written(&place.store, ETAG));
        let path = journal(&place.store);
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert!(lines.len() > 4, "{text}");
        let torn = lines.iter().enumerate().flat_map(|(n, line)| match n {
            2 => tear(line),
            _ => format!("{line}\n").into(),
        });
        fs::write(&path, torn.collect::<Vec<u8>>()).unwrap();
        let writer = place.store.resume(&key("a"), ETAG).unwrap().unwrap();
        let written = writer.written();
        assert!((1 << 19..HALF as u64).contains(&written), "{i}: {written} of {text}");
        finish(writer);
        assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256), Some(content(1, SIZE)));
    }
}

#[test]
fn only_the_damaged_pieces_of_a_part_are_fetched_again() {
    for flipped in [
        &[5][..],
        &[HALF / 2, HALF - 1],
        &[SIZE - 1],
        &[0, HALF / 2, HALF - 1, SIZE - 1],
    ] {
        let place = place();
        drop(half_written(&place.store, ETAG));
        let part = journal(&place.store).with_extension("part");
        let mut bytes = fs::read(&part).unwrap();
        for &at in flipped {
            bytes[at] ^= 1;
        }
        fs::write(&part, &bytes).unwrap();
        let Some(writer) = place.store.resume(&key("a"), ETAG).unwrap() else {
            assert_eq!(flipped.len(), 4, "only where no piece is whole is nothing continued");
            continue;
        };
        for &at in flipped {
            let missing = writer.missing(SIZE as u64);
            assert!(
                missing.iter().any(|hole| hole.contains(&(at as u64))),
                "{at} in {missing:?}"
            );
        }
        assert!(writer.written() > 0);
        finish(writer);
        assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256), Some(content(1, SIZE)));
    }
}

#[test]
fn damage_before_the_second_interruption_is_found_after_it() {
    let place = place();
    drop(half_written(&place.store, ETAG));
    let mut writer = place.store.resume(&key("a"), ETAG).unwrap().unwrap();
    writer.keep(ETAG);
    drop(writer);
    let part = journal(&place.store).with_extension("part");
    fs::File::options()
        .write(true)
        .open(&part)
        .unwrap()
        .set_len(HALF as u64 / 2)
        .unwrap();
    let writer = place.store.resume(&key("a"), ETAG).unwrap().unwrap();
    assert!(writer.written() <= HALF as u64 / 2, "{}", writer.written());
    finish(writer);
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256), Some(content(1, SIZE)));
}

#[test]
fn a_commit_drops_its_own_abandoned_parts_only() {
    let place = place();
    let store = &place.store;
    killed_while_writing(store).wait().unwrap();
    drop(half_written(store, "cloud \"of an earlier version\""));
    let just_begun = [(AGAIN_VARIABLE, OTHER)];
    for _ in 0..2 {
        killed(store, &just_begun).wait().unwrap();
    }
    let mut living = store.begin(&key("a"), None).unwrap();
    living.append(b"content").unwrap();
    assert_eq!(parts(store).len(), 2 + 2 + 2 + 1, "{:?}", parts(store));
    put(store, &key("a"), b"content");
    let of = |name: &str| format!("{}.", &key(name).record_key()[..16]);
    let left = parts(store);
    assert_eq!(
        left.iter().filter(|part| part.starts_with(&of("a"))).count(),
        1,
        "{left:?}"
    );
    assert_eq!(
        left.iter().filter(|part| part.starts_with(&of(OTHER))).count(),
        2,
        "{left:?}"
    );
    living.commit(fact(), now()).unwrap();
    put(store, &key(OTHER), b"content");
    assert_eq!(parts(store), Vec::<String>::new());
}

#[test]
fn what_a_killed_process_reserved_is_counted_and_removed() {
    let place = place();
    let store = &place.store;
    killed(store, &[(AGAIN_VARIABLE, OTHER)]).wait().unwrap();
    let living = store.begin(&key("a"), Some(SIZE as u64)).unwrap();
    let partial = store.info(|_| ()).unwrap().partial;
    assert!(
        partial.num_files == 2 && partial.bytes >= 2 * SIZE as u64,
        "{partial:?}"
    );
    let options = GarbageOptions::default();
    let planned = store.gc(&options, Removal::DryRun, later()).unwrap();
    let swept = store.gc(&options, Removal::Apply, later()).unwrap();
    assert_eq!(planned, swept);
    assert!(swept.len() == 1 && swept[0].bytes >= SIZE as u64, "{swept:?}");
    assert_eq!(parts(store).len(), 1);
    drop(living);
    // What is kept for the next run takes no more than what was written of it.
    let mut kept = store.begin(&key("a"), Some(SIZE as u64)).unwrap();
    kept.keep(ETAG);
    kept.append(&content(1, HALF)).unwrap();
    drop(kept);
    let part = parts(store).into_iter().find(|name| name.ends_with(".part")).unwrap();
    let on_disk = fs::metadata(store.state_directory("part").join(part)).unwrap().blocks() * 512;
    assert!(on_disk < SIZE as u64, "{on_disk} of {SIZE}");
}

#[test]
fn the_sweep_keeps_parts_for_a_week() {
    let place = place();
    drop(half_written(&place.store, ETAG));
    let days = |n: u64| now() + Duration::from_secs(n * 86_400);
    place
        .store
        .gc(&GarbageOptions::default(), Removal::Apply, days(6))
        .unwrap();
    assert_eq!(parts(&place.store).len(), 2);
    place
        .store
        .gc(&GarbageOptions::default(), Removal::Apply, days(8))
        .unwrap();
    assert_eq!(parts(&place.store), Vec::<String>::new());
}
