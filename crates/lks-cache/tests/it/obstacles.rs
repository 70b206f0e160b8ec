//! Things that stand where a file or a directory belongs, and stores that cannot be written.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Command;

use lks_cache::{Error, Level, Lookup, MissReason, Store};

use crate::support::*;

#[test]
fn a_directory_in_place_of_a_file_is_named_and_kept() {
    let place = place();
    let path = path_of(&place.store, &key("a"));
    fs::create_dir_all(path.join("inside")).unwrap();
    assert!(matches!(
        look(&place.store, &key("a"), Level::Stat),
        Lookup::Miss(MissReason::NotAFile { .. })
    ));
    let mut writer = place.store.begin(&key("a"), None).unwrap();
    writer.append(b"x").unwrap();
    let error = writer.commit(fact(), now()).unwrap_err();
    assert!(
        matches!(&error, Error::Obstructed { what, .. } if what == "a directory"),
        "{error}"
    );
    assert!(path.join("inside").exists());
}

#[test]
fn a_directory_linked_out_of_the_root_is_refused_early() {
    for level in ["TESS", "TESS/obs"] {
        let place = place();
        let outside = place.directory.path().join("outside");
        fs::create_dir_all(&outside).unwrap();
        fs::write(outside.join("a"), b"not ours").unwrap();
        let link = place.store.data_directory().join(level);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(&outside, &link).unwrap();
        assert!(
            matches!(
                look(&place.store, &key("a"), Level::Stat),
                Lookup::Miss(MissReason::Absent)
            ),
            "{level}"
        );
        let error = place.store.begin(&key("a"), None).unwrap_err();
        assert!(matches!(error, Error::Obstructed { .. }), "{level}: {error}");
        assert_eq!(tree(&outside), ["a"]);
    }
}

#[test]
fn a_directory_swapped_for_a_link_is_not_followed() {
    let place = place();
    let outside = place.directory.path().join("outside");
    fs::create_dir_all(&outside).unwrap();
    let mut writer = place.store.begin(&key("a"), None).unwrap();
    writer.append(b"x").unwrap();
    fs::create_dir_all(place.store.data_directory()).unwrap();
    symlink(&outside, place.store.data_directory().join("TESS")).unwrap();
    let error = writer.commit(fact(), now()).unwrap_err();
    assert!(matches!(error, Error::Obstructed { .. }), "{error}");
    assert_eq!(tree(&outside), Vec::<String>::new());
}

#[test]
fn the_data_directory_itself_may_be_a_link() {
    let place = place();
    let scratch = place.directory.path().join("scratch");
    fs::create_dir_all(&scratch).unwrap();
    fs::create_dir_all(place.store.root()).unwrap();
    symlink(&scratch, place.store.data_directory()).unwrap();
    put(&place.store, &key("a"), b"content");
    assert_eq!(fs::read(scratch.join("TESS/obs/a")).unwrap(), b"content");
    assert!(bytes_at(&place.store, &key("a"), Level::Sha256).is_some());
}

#[test]
fn a_data_directory_on_another_disk_works() {
    let place = place();
    fs::create_dir_all(place.store.root()).unwrap();
    let Some(scratch) = other_disk(&place) else {
        return println!("skipped: no second file system");
    };
    symlink(scratch.path(), place.store.data_directory()).unwrap();
    put(&place.store, &key("a"), b"content");
    put(&place.store, &key("a"), b"changed");
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Stat).unwrap(), b"changed");
    assert_eq!(quarantined(&place.store), [b"content"]);
    assert_eq!(tree(scratch.path()), ["TESS", "TESS/obs", "TESS/obs/a"]);
}

#[test]
fn a_staging_file_that_somebody_removed_is_named_as_the_cause() {
    let place = place();
    let mut writer = place.store.begin(&key("a"), None).unwrap();
    writer.append(b"content").unwrap();
    fs::remove_dir_all(place.store.state_directory("part")).unwrap();
    let error = writer.commit(fact(), now()).unwrap_err();
    assert!(
        matches!(&error, Error::Io { source, .. } if source.kind() == ErrorKind::NotFound),
        "{error}"
    );
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Exists), None);
    put(&place.store, &key("a"), b"content");
    assert!(bytes_at(&place.store, &key("a"), Level::Sha256).is_some());
}

#[test]
fn a_staging_file_of_another_length_is_not_published() {
    for size in [0, 6, 8] {
        let place = place();
        let mut writer = place.store.begin(&key("a"), None).unwrap();
        writer.append(b"content").unwrap();
        let mut parts = fs::read_dir(place.store.state_directory("part")).unwrap();
        let part = fs::File::options()
            .write(true)
            .open(parts.next().unwrap().unwrap().path());
        part.unwrap().set_len(size).unwrap();
        let error = writer.commit(fact(), now()).unwrap_err();
        assert!(matches!(error, Error::Integrity { received: 7, .. }), "{size}: {error}");
        assert_eq!(bytes_at(&place.store, &key("a"), Level::Exists), None);
    }
}

#[test]
fn links_at_the_files_own_place_are_never_written_through() {
    let place = place();
    let target = place.directory.path().join("target");
    fs::write(&target, b"theirs").unwrap();
    let path = path_of(&place.store, &key("a"));
    for (to, name) in [
        (target.as_path(), "to a file"),
        ("/nowhere/at/all".as_ref(), "dangling"),
        ("a".as_ref(), "loop"),
        ("/dev/null".as_ref(), "device"),
    ] {
        let _ = fs::remove_file(&path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(to, &path).unwrap();
        assert!(bytes_at(&place.store, &key("a"), Level::Stat).is_none(), "{name}");
        put(&place.store, &key("a"), b"ours");
        assert!(path.symlink_metadata().unwrap().is_file(), "{name}");
        assert_eq!(fs::read(&target).unwrap(), b"theirs", "{name}");
        assert_eq!(
            bytes_at(&place.store, &key("a"), Level::Sha256).unwrap(),
            b"ours",
            "{name}"
        );
    }
}

#[test]
fn a_users_link_to_a_whole_file_is_taken_over_for_reading() {
    let place = place();
    let target = place.directory.path().join("target");
    fs::write(&target, b"theirs").unwrap();
    let path = path_of(&place.store, &key("a"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    symlink(&target, &path).unwrap();
    place.store.adopt(&key("a"), fact(), &|_, _| Ok(None), later()).unwrap();
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Stat).unwrap(), b"theirs");
    fs::write(&target, b"changed!").unwrap();
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Stat), None);
    assert_eq!(fs::read(&target).unwrap(), b"changed!", "only the link is moved");
}

#[test]
fn a_pipe_at_a_path_is_not_waited_for() {
    let place = place();
    let path = path_of(&place.store, &key("a"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(put_pipe(&path));
    assert!(matches!(
        look(&place.store, &key("a"), Level::Exists),
        Lookup::Miss(MissReason::NotAFile { .. })
    ));
    put(&place.store, &key("a"), b"ours");
    assert!(bytes_at(&place.store, &key("a"), Level::Sha256).is_some());
}

#[test]
fn another_name_of_the_old_file_keeps_its_content() {
    let place = place();
    let entry = put(&place.store, &key("a"), b"old");
    let elsewhere = place.directory.path().join("hard link");
    fs::hard_link(&entry.path, &elsewhere).unwrap();
    assert!(
        bytes_at(&place.store, &key("a"), Level::Stat).is_some(),
        "a link is not a change"
    );
    put(&place.store, &key("a"), b"new");
    assert_eq!(fs::read(elsewhere).unwrap(), b"old");
}

#[test]
fn a_root_that_is_a_file_is_an_error_not_a_panic() {
    let place = place();
    fs::write(place.store.root(), b"file").unwrap();
    assert!(matches!(
        look(&place.store, &key("a"), Level::Stat),
        Lookup::Miss(MissReason::Absent)
    ));
    place.store.begin(&key("a"), None).unwrap_err();
    assert_eq!(fs::read(place.store.root()).unwrap(), b"file");
}

#[test]
fn a_file_where_a_directory_belongs_is_refused_early() {
    for obstacle in [
        ".lks",
        ".lks/v1",
        ".lks/v1/part",
        ".lks/v2",
        ".lks/v2/seg",
        "files",
        "files/TESS",
    ] {
        let place = place();
        let path = place.store.root().join(obstacle);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(place.store.check_writable(&key("a")).is_ok());
        fs::write(&path, b"file").unwrap();
        let before = tree(place.store.root());
        let refused = [
            place.store.check_writable(&key("a")).unwrap_err(),
            place.store.begin(&key("a"), None).unwrap_err(),
        ];
        for error in refused {
            let told = error.to_string();
            assert!(matches!(error, Error::Obstructed { .. }), "{obstacle}: {error:?}");
            assert!(told.contains("is in the way; move it elsewhere"), "{told}");
        }
        assert_eq!(tree(place.store.root()), before);
    }
}

#[test]
fn lock_files_of_any_kind_cost_no_more_than_the_lock() {
    let place = place();
    let path = place
        .store
        .state_directory("lock")
        .join(format!("{}.lock", &key("a").record_key()[..16]));
    fs::create_dir_all(&path).unwrap();
    assert!(matches!(place.store.try_claim(&key("a")), lks_cache::Claim::Unusable));
    put(&place.store, &key("a"), b"x");
    let other = crate::support::place();
    let path = other
        .store
        .state_directory("lock")
        .join(format!("{}.lock", &key("a").record_key()[..16]));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, b"garbage").unwrap();
    assert!(matches!(other.store.try_claim(&key("a")), lks_cache::Claim::Held(_)));
}

#[test]
fn new_files_have_the_mode_of_any_new_file() {
    let place = place();
    let entry = put(&place.store, &key("a"), b"x");
    let plain = place.directory.path().join("plain");
    fs::write(&plain, b"x").unwrap();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&entry.path), mode(&plain));
    assert_eq!(mode(entry.path.parent().unwrap()), mode(place.store.root()));
}

#[test]
fn a_full_disk_is_known_before_the_first_byte() {
    let place = place();
    let error = place.store.begin(&key("a"), Some(1 << 50)).unwrap_err();
    let Error::Full {
        needed: Some(needed),
        free: Some(free),
        ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert!(needed > free);
    assert!(error.to_string().contains("no space left"), "{error}");
    assert_eq!(tree(&place.store.state_directory("part")), Vec::<String>::new());
}

/// A file system in memory, for as long as this is kept.
struct Mounted(tempfile::TempDir);

/// `None` where a test may not mount.
fn mounted(options: &str) -> Option<Mounted> {
    let directory = tempfile::tempdir().unwrap();
    let mut command = Command::new("mount");
    command
        .args(["-t", "tmpfs", "-o", options, "tmpfs"])
        .arg(directory.path());
    let is_mounted = command.output().is_ok_and(|output| output.status.success());
    is_mounted.then_some(Mounted(directory))
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(self.0.path()).status();
        assert!(unmounted.unwrap().success());
    }
}

#[test]
fn a_file_system_without_inodes_is_told_from_one_without_space() {
    let Some(disk) = mounted("size=1m,nr_inodes=8") else {
        return println!("skipped: a file system with few inodes cannot be mounted here");
    };
    let store = Store::new(disk.0.path());
    let error = (0..8).find_map(|i| {
        let begun = store.begin(&key(&format!("{i}")), None);
        begun.and_then(|writer| writer.commit(fact(), now())).err()
    });
    let error = error.expect("eight inodes are not enough").to_string();
    assert!(error.contains("no inodes left"), "{error}");
}

#[test]
fn a_full_second_disk_is_named_and_left_clean() {
    let Some(disk) = mounted("size=64k") else {
        return println!("skipped: a small file system cannot be mounted here");
    };
    let place = place();
    fs::create_dir_all(place.store.root()).unwrap();
    symlink(disk.0.path(), place.store.data_directory()).unwrap();
    let mut writer = place.store.begin(&key("a"), None).unwrap();
    writer.append(&content(1, 1 << 20)).unwrap();
    let error = writer.commit(fact(), now()).unwrap_err();
    assert!(matches!(error, Error::Full { .. }), "{error}");
    assert_eq!(tree(&disk.0.path().join("TESS/obs")), Vec::<String>::new());
}

#[test]
fn a_reservation_does_not_make_the_size_lie() {
    // Kibibytes are not worth a reservation.
    for (expected, is_reserved) in [(1_000_000, false), (4 << 20, true)] {
        let place = place();
        let mut writer = place.store.begin(&key("a"), Some(expected)).unwrap();
        writer.append(b"x").unwrap();
        let parts = fs::read_dir(place.store.state_directory("part")).unwrap();
        let part = parts.map(|part| part.unwrap().metadata().unwrap()).next().unwrap();
        assert_eq!(part.len(), 1);
        assert!(is_reserved || part.blocks() <= 16, "{expected}: {}", part.blocks());
        let entry = writer.commit(fact(), now()).unwrap();
        let blocks = entry.file.metadata().unwrap().blocks();
        assert!(blocks <= 16, "the rest is given back: {expected}, {blocks}");
    }
}

const LIMITED_VARIABLE: &str = "LKS_CACHE_LIMITED_ROOT";

/// Runs the body in a process of its own, under the limit that `ulimit` sets.
fn under_a_limit(limit: &str, body: &str) {
    let place = place();
    // A signal that is ignored stays so in the program that the shell becomes; otherwise the limit kills it.
    let script = format!("trap '' XFSZ; ulimit {limit}; exec \"$0\" --exact obstacles::{body}");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).arg(std::env::current_exe().unwrap());
    let output = command.env(LIMITED_VARIABLE, place.store.root()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// The store of a body, which is not a test of its own.
fn limited_store() -> Option<Store> {
    std::env::var_os(LIMITED_VARIABLE).map(Store::new)
}

#[test]
fn a_limit_on_open_files_is_an_error_that_names_it_and_passes() {
    under_a_limit("-n 64", "body_with_few_open_files");
}

#[test]
fn body_with_few_open_files() {
    let Some(store) = limited_store() else { return };
    put(&store, &key("before"), b"content");
    let taken: Vec<fs::File> = std::iter::from_fn(|| fs::File::open("/dev/null").ok()).collect();
    let writing = store.begin(&key("a"), None).map(drop).unwrap_err();
    let reading = store.lookup(&key("before"), Level::Stat, now()).map(drop).unwrap_err();
    for error in [writing, reading] {
        assert!(error.to_string().contains("ulimit -n"), "{error}");
    }
    drop(taken);
    assert!(bytes_at(&store, &key("before"), Level::Sha256).is_some());
    put(&store, &key("a"), b"content");
}

#[test]
fn a_limit_on_the_size_of_files_is_named_and_leaves_nothing() {
    under_a_limit("-f 64", "body_with_small_files");
}

#[test]
fn body_with_small_files() {
    let Some(store) = limited_store() else { return };
    // Some file systems refuse to reserve beyond the limit, others to write.
    let begun = store.begin(&key("large"), Some(2 << 20));
    let written = begun.and_then(|mut writer| writer.append(&content(1, 2 << 20)));
    let error = written.unwrap_err();
    assert!(
        matches!(&error, Error::Io { source, .. } if source.kind() == ErrorKind::FileTooLarge),
        "{error}"
    );
    assert!(error.to_string().contains("ulimit -f"), "{error}");
    assert_eq!(tree(&store.state_directory("part")), Vec::<String>::new());
    put(&store, &key("small"), b"content");
    assert_eq!(
        bytes_at(&store, &key("small"), Level::Sha256),
        Some(b"content".to_vec())
    );
}
