//! `lksearch cache`: looking after the files.

use crate::home::{Home, column};

const DOWNLOAD: [&str; 9] = [
    "--sandbox",
    "download",
    "k2",
    "K2-18",
    "--hlsps",
    "--kind",
    "timeseries",
    "--format",
    "json",
];

/// A home with three files, of which the second has one flipped bit under its old size and times.
fn damaged_home() -> (Home, String, Vec<u8>) {
    let home = Home::new();
    let path = column(&home.run(&DOWNLOAD).rows(), "Local Path").swap_remove(1);
    let whole = flip_a_bit(&path).expect("because the file was just downloaded");
    (home, path, whole)
}

/// Damages a file without a trace in its size or times; gives back what it was.
fn flip_a_bit(path: &str) -> std::io::Result<Vec<u8>> {
    let whole = std::fs::read(path)?;
    let times = std::fs::metadata(path)?.modified()?;
    let mut bytes = whole.clone();
    bytes[10_000] ^= 1;
    std::fs::write(path, bytes)?;
    std::fs::File::options().write(true).open(path)?.set_modified(times)?;
    Ok(whole)
}

#[test]
fn verify_finds_one_flipped_bit_names_it_and_sets_the_file_aside() {
    let (home, path, _) = damaged_home();
    let found = home.run(&["--sandbox", "cache", "verify"]);
    assert_eq!(found.code, Some(6), "{}{}", found.stdout, found.stderr);
    let name = path.rsplit('/').next().unwrap();
    assert!(
        found.stdout.contains(name) && found.stdout.contains("quarantine"),
        "{}",
        found.stdout
    );
    assert!(!std::path::Path::new(&path).exists());
    home.run(&["--sandbox", "cache", "verify", "--level", "deep"])
        .failed(2, &["deep", "sha256"]);
}

#[test]
fn repair_fetches_again_what_verify_finds() {
    let (home, path, whole) = damaged_home();
    let repaired = home.run(&["--sandbox", "cache", "repair"]);
    assert_eq!(repaired.code, Some(0), "{}{}", repaired.stdout, repaired.stderr);
    assert_eq!(std::fs::read(path).unwrap(), whole);
    assert_eq!(
        home.run(&["--sandbox", "cache", "verify", "--level", "fits"]).code,
        Some(0)
    );
}

#[test]
fn ls_lists_and_rm_removes_what_a_pattern_names_when_told() {
    let home = Home::new();
    home.run(&DOWNLOAD).rows();
    let listed = home.run(&["--sandbox", "cache", "ls", "--format", "json"]).rows();
    assert_eq!(listed.len(), 3);
    assert!(
        column(&listed, "dataURI")
            .iter()
            .all(|uri| uri.starts_with("mast:HLSP/")),
        "{listed:?}"
    );
    let dry = home.run(&["--sandbox", "cache", "rm", "*everest*"]);
    assert_eq!(dry.stdout.lines().count(), 1, "{}", dry.stdout);
    assert_eq!(
        home.run(&["--sandbox", "cache", "ls", "--format", "json"]).rows().len(),
        3
    );
    assert_eq!(
        home.run(&["--sandbox", "cache", "rm", "*everest*", "--yes"]).code,
        Some(0)
    );
    assert_eq!(
        home.run(&["--sandbox", "cache", "ls", "--format", "json"]).rows().len(),
        2
    );
}

#[test]
fn the_python_packages_files_are_cleared_too_and_nothing_else() {
    let home = Home::new();
    let foreign = home.path(".lksearch/cache/mastDownload/TESS/x/x_lc.fits");
    std::fs::create_dir_all(foreign.parent().unwrap()).unwrap();
    std::fs::write(&foreign, "bytes").unwrap();
    let notes = home.path(".lksearch/cache/notes.txt");
    std::fs::write(&notes, "mine").unwrap();
    assert_eq!(home.run(&["cache", "clear", "--yes"]).code, Some(0));
    assert!(!foreign.exists() && notes.exists());
}
