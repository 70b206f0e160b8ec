use std::fs::{create_dir_all, write};
use std::os::unix::fs::symlink;

use super::*;

type Open = fn(BorrowedFd<'_>, &Path, OFlags, Mode) -> rustix::io::Result<OwnedFd>;

#[test]
fn both_ways_of_opening_stay_in_the_directory() {
    let place = tempfile::tempdir().unwrap();
    let inside = place.path().join("inside");
    create_dir_all(inside.join("a/b")).unwrap();
    for path in ["outside", "inside/a/b/file"] {
        write(place.path().join(path), "x").unwrap();
    }
    symlink("a", inside.join("to-directory")).unwrap();
    symlink("b/file", inside.join("a/to-file")).unwrap();
    symlink("nowhere", inside.join("dangling")).unwrap();
    let directory = fs::open(&inside, DIRECTORY, Mode::empty()).unwrap();
    let ways: [(&str, Open); 2] = [("at once", open_beneath), ("one by one", open_one_by_one)];
    for (way, open) in ways {
        for (below, flags, expected) in [
            ("a/b/file", OFlags::RDONLY, None),
            ("a/b", DIRECTORY, None),
            ("to-directory/b/file", OFlags::RDONLY, Some(Errno::LOOP)),
            ("to-directory", DIRECTORY, Some(Errno::LOOP)),
            ("a/to-file", OFlags::RDONLY, Some(Errno::LOOP)),
            ("dangling", OFlags::RDWR | OFlags::CREATE, Some(Errno::LOOP)),
            ("a/b/file/c", OFlags::RDONLY, Some(Errno::NOTDIR)),
            ("a/c", OFlags::RDONLY, Some(Errno::NOENT)),
            ("../outside", OFlags::RDONLY, Some(Errno::XDEV)),
            ("/etc/hostname", OFlags::RDONLY, Some(Errno::XDEV)),
        ] {
            let mode = match flags.contains(OFlags::CREATE) {
                true => Mode::from_raw_mode(0o666),
                false => Mode::empty(),
            };
            let opened = open(directory.as_fd(), Path::new(below), flags | OFlags::CLOEXEC, mode);
            assert_eq!(opened.err(), expected, "{way}: {below}");
        }
    }
    assert!(!inside.join("nowhere").exists());
}
