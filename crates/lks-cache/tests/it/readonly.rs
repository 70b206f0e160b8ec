//! A store that may be read and not written. Root may write everywhere, so root runs the tests' bodies as another user.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use lks_cache::{Error, Level, Lookup, MissReason, Store};

use crate::support::*;

const ROOT_VARIABLE: &str = "LKS_CACHE_READ_ONLY_ROOT";
const NOBODY: u32 = 65_534;

/// Runs the test named `body` in a process that may not write below the store's root.
fn run_without_permission(place: &Place, body: &str) {
    let root = place.store.root();
    let everything = || {
        tree(root)
            .into_iter()
            .map(|path| root.join(path))
            .filter(|path| path.is_dir())
            .chain([root.to_owned()])
    };
    run_with_modes(place, everything(), 0o555, body);
}

/// Runs the test named `body` in a process of another user, to whom these directories give the permissions of `mode`.
fn run_with_modes(place: &Place, directories: impl Iterator<Item = PathBuf>, mode: u32, body: &str) {
    let (root, directories) = (place.store.root(), directories.collect::<Vec<_>>());
    let set = |mode| {
        for path in &directories {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    set(mode);
    fs::set_permissions(place.directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = place.directory.path().join("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut command = Command::new(&program);
    command
        .args(["--exact", body])
        .env(ROOT_VARIABLE, root)
        .current_dir("/");
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    let outcome = command.output();
    set(0o755);
    match outcome {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success() && said.contains("1 passed"), "{said}");
        }
        Err(error) => println!("skipped: cannot become another user: {error}"),
    }
}

fn read_only_store() -> Option<Store> {
    let root = std::env::var_os(ROOT_VARIABLE)?;
    fs::write(Path::new(&root).join("probe"), b"x").unwrap_err();
    Some(Store::new(root))
}

#[test]
fn a_store_that_cannot_be_written_serves_what_is_valid() {
    let place = place();
    put(&place.store, &key("a"), b"content");
    put(&place.store, &key("copied"), b"content");
    let copied = path_of(&place.store, &key("copied"));
    fs::copy(&copied, copied.with_extension("tmp")).unwrap();
    fs::rename(copied.with_extension("tmp"), &copied).unwrap();
    run_without_permission(&place, "readonly::body_of_valid");
}

#[test]
fn a_first_version_that_cannot_be_written_is_read() {
    let place = place();
    put(&place.store, &key("a"), b"content");
    put(&place.store, &key("copied"), b"content");
    let store = as_first_version(&place.store);
    let before = tree(store.root());
    run_without_permission(&place, "readonly::body_of_valid");
    assert_eq!(tree(store.root()), before);
}

/// Not a test of its own.
#[test]
fn body_of_valid() {
    let Some(store) = read_only_store() else { return };
    for level in [Level::Exists, Level::Stat, Level::Sha256] {
        assert_eq!(bytes_at(&store, &key("a"), level).unwrap(), b"content");
        assert_eq!(
            bytes_at(&store, &key("copied"), level).unwrap(),
            b"content",
            "with a stale fingerprint"
        );
    }
    assert!(matches!(
        store.begin(&key("new"), None).unwrap_err(),
        Error::ReadOnly { .. }
    ));
    assert!(matches!(
        store.check_writable(&key("new")).unwrap_err(),
        Error::ReadOnly { .. }
    ));
    assert!(
        store
            .verify(Level::Sha256, 2.try_into().unwrap(), now(), &|_| {})
            .unwrap()
            .problems
            .is_empty()
    );
    assert!(matches!(store.try_claim(&key("a")), lks_cache::Claim::Unusable));
}

#[test]
fn a_root_that_cannot_be_listed_still_takes_durable_files() {
    let place = place();
    fs::create_dir_all(place.store.root()).unwrap();
    let root = std::iter::once(place.store.root().to_owned());
    run_with_modes(&place, root, 0o733, "readonly::body_of_unlisted");
}

/// Not a test of its own.
#[test]
fn body_of_unlisted() {
    let Some(root) = std::env::var_os(ROOT_VARIABLE) else {
        return;
    };
    let store = Store::new(root);
    if fs::read_dir(store.root()).is_ok() {
        // Its owner, where the tests are not run by root.
        return;
    }
    store.check_writable(&key("a")).unwrap();
    put(&store, &key("a"), b"content");
    store.sync_batch().unwrap();
    assert_eq!(bytes_at(&store, &key("a"), Level::Sha256).unwrap(), b"content");
}

#[test]
fn a_damaged_file_in_a_read_only_store_is_not_served() {
    let place = place();
    put(&place.store, &key("a"), b"content");
    fs::write(path_of(&place.store, &key("a")), b"contend").unwrap();
    run_without_permission(&place, "readonly::body_of_damaged");
    assert_eq!(fs::read(path_of(&place.store, &key("a"))).unwrap(), b"contend");
}

/// Not a test of its own.
#[test]
fn body_of_damaged() {
    let Some(store) = read_only_store() else { return };
    let found = look(&store, &key("a"), Level::Stat);
    assert!(
        matches!(found, Lookup::Miss(MissReason::Damaged { quarantined: None, .. })),
        "{found:?}"
    );
    assert_eq!(fs::read(path_of(&store, &key("a"))).unwrap(), b"contend");
}
