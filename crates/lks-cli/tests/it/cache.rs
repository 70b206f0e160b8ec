//! `lksearch cache`: looking after the files.

use crate::home::{HLSPS_OF_K2_18, Home, column};

/// Downloads three files; the rows of the manifest.
fn downloaded(home: &Home) -> Vec<serde_json::Value> {
    home.run(&[&HLSPS_OF_K2_18[..], &["--sandbox", "--format", "json"]].concat())
        .rows()
}

/// A home with three files, of which the second has one flipped bit under its old size and times.
fn damaged_home() -> (Home, String, Vec<u8>) {
    let home = Home::new();
    let path = column(&downloaded(&home), "Local Path").swap_remove(1);
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
fn verify_finds_one_flipped_bit_and_sets_the_file_aside() {
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
    downloaded(&home);
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

/// A file as another program would have left it, an hour old.
pub(crate) fn leave(path: &std::path::Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
    let an_hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(an_hour_ago).unwrap();
}

/// A directory with one file that is whole, one that is cut, a page under the name of a file, one that is still being written, and one
/// that nobody knows; gives back the paths below `mastDownload`.
fn tree_of_another_program(directory: &std::path::Path) -> [std::path::PathBuf; 5] {
    let archive = lks_sandbox::Sandbox::start(lks_sandbox::SandboxOptions {
        bulk: 3,
        ..Default::default()
    })
    .unwrap();
    let path = |name: &str| {
        let obs_id = name.trim_end_matches("_lc.fits");
        directory.join("mastDownload/TESS").join(obs_id).join(name)
    };
    let light_curve = |n: u64| {
        let name = format!("tess2018206045859-s0001-{:016}-0120-s_lc.fits", 9_000_000_000 + n);
        let bytes = archive.body(&format!("mast:TESS/product/{name}"), 0).unwrap();
        (path(&name), bytes)
    };
    let (whole, bytes) = light_curve(0);
    leave(&whole, &bytes);
    let (cut, bytes) = light_curve(1);
    leave(&cut, &bytes[..bytes.len() / 2]);
    let (young, bytes) = light_curve(2);
    leave(&young, &bytes);
    std::fs::write(&young, &bytes).unwrap();
    let page = path("tess2018206045859-s0001-0000000000000001-0120-s_lc.fits");
    leave(&page, b"<html><body>moved</body></html>");
    let unknown = directory.join("mastDownload/HLSP/x/somebodys_lc.fits");
    leave(&unknown, &bytes);
    [whole, cut, young, page, unknown]
}

#[test]
fn adopt_keeps_intact_files_and_explains_the_rest() {
    use std::os::unix::fs::MetadataExt;
    let home = Home::new();
    let [whole, cut, young, page, unknown] = tree_of_another_program(&home.path(".lksearch/cache"));
    let inode = std::fs::metadata(&whole).unwrap().ino();
    let adopted = home.run(&["cache", "adopt"]);
    assert_eq!(adopted.code, Some(0), "{}", adopted.stderr);
    let told = |path: &std::path::Path| -> String {
        let name = path.file_name().unwrap().to_str().unwrap();
        let line = adopted.stdout.lines().find(|line| line.contains(name));
        line.unwrap_or_else(|| panic!("{name} in {}", adopted.stdout))
            .to_owned()
    };
    assert!(told(&whole).ends_with(": adopted"), "{}", told(&whole));
    for (path, reason) in [
        (&cut, "HDU"),
        (&young, "being written"),
        (&page, "not a FITS file"),
        (&unknown, "no product is known"),
    ] {
        let line = told(path);
        assert!(line.contains("left alone") && line.contains(reason), "{line}");
        assert!(path.exists());
    }
    assert!(
        adopted.stderr.contains("1 adopted, 0 known before, 4 left alone"),
        "{}",
        adopted.stderr
    );
    assert_eq!(std::fs::metadata(&whole).unwrap().ino(), inode);
    let listed = home.run(&["cache", "ls", "--format", "json"]).rows();
    let name = whole.file_name().unwrap().to_str().unwrap();
    let uri = format!("mast:TESS/product/{name}");
    assert!(column(&listed, "dataURI").contains(&uri), "{listed:?}");
    let again = home.run(&["cache", "adopt"]).stderr;
    assert!(again.contains("0 adopted, 1 known before, 4 left alone"), "{again}");
}

#[test]
fn adopt_copies_from_another_programs_cache() {
    let home = Home::new();
    let [whole, cut, ..] = tree_of_another_program(&home.path(".lightkurve/cache"));
    let directory = home.path(".lightkurve/cache").display().to_string();
    let adopted = home.run(&["cache", "adopt", &directory]);
    assert_eq!(adopted.code, Some(0), "{}", adopted.stderr);
    let ours = |path: &std::path::Path| {
        let below = path.strip_prefix(home.path(".lightkurve/cache")).unwrap();
        home.path(".lksearch/cache").join(below)
    };
    assert_eq!(std::fs::read(ours(&whole)).unwrap(), std::fs::read(&whole).unwrap());
    assert!(!ours(&cut).exists() && cut.exists());
    assert_eq!(home.run(&["cache", "verify", "--level", "fits"]).code, Some(0));
    home.run(&["cache", "adopt", "no/such"])
        .failed(2, &["no/such", "mastDownload"]);
}

/// Downloads one cutout of 7 columns and 5 rows into a directory of its own; its bytes.
fn cutout(home: &Home) -> Vec<u8> {
    let elsewhere = home.path("elsewhere").display().to_string();
    let words = ["--kind", "tesscut", "--cutout-size", "5x7", "--format", "json"];
    let words = [
        &["--sandbox", "download", "tess", "TOI 1161", "--sector", "14"],
        &words[..],
    ]
    .concat();
    let rows = home.run(&[&words[..], &["--dir", &elsewhere]].concat()).rows();
    std::fs::read(&column(&rows, "Local Path")[0]).unwrap()
}

#[test]
fn adopt_takes_cutouts_from_both_caches_of_lightkurve() {
    let home = Home::new();
    let bytes = cutout(&home);
    home.run(&["cache", "adopt", "--lightkurve"])
        .failed(2, &[".cache/lightkurve", ".lightkurve/cache"]);
    let place = "tess-s0014-2-3_286.971254_46.868263";
    for path in [
        // lightkurve before astropy 8, lightkurve with astropy 8 and astrocut's own name, and a name of which only the file knows the size.
        format!(".lightkurve/cache/tesscut/{place}_7x5_astrocut.fits"),
        ".cache/lightkurve/tesscut/tess-s0014-2-3_286.9712540_46.8682630_7-x-5_astrocut.fits".to_owned(),
        ".cache/lightkurve/tesscut/tess-s0014-2-3_286.9712540_46.8682630_147.0arcsec-x-105.0arcsec_astrocut.fits"
            .to_owned(),
    ] {
        leave(&home.path(&path), &bytes);
    }
    let own = home.run(&["cache", "adopt"]);
    assert!(
        own.stderr.contains("--lightkurve") && own.stderr.contains(".cache/lightkurve"),
        "{}",
        own.stderr
    );
    let adopted = home.run(&["cache", "adopt", "--lightkurve"]);
    assert_eq!(adopted.code, Some(0), "{}", adopted.stderr);
    // One product under three names: it is taken over once.
    assert_eq!(adopted.stdout.matches(": adopted").count(), 1, "{}", adopted.stdout);
    for counts in [
        "1 adopted, 1 known before, 0 left alone",
        "0 adopted, 1 known before, 0 left alone",
    ] {
        assert!(adopted.stderr.contains(counts), "{}", adopted.stderr);
    }
    let listed = home.run(&["cache", "ls", "--format", "json"]).rows();
    assert_eq!(
        column(&listed, "dataURI"),
        [format!("tesscut:{place}_7x5_astrocut.fits")]
    );

    assert_eq!(home.run(&["--sandbox", "cache", "adopt", "--lightkurve"]).code, Some(0));
    let words = ["--kind", "tesscut", "--cutout-size", "5x7", "--format", "json"];
    let again = home.run(
        &[
            &["--sandbox", "download", "tess", "TOI 1161", "--sector", "14"],
            &words[..],
        ]
        .concat(),
    );
    assert_eq!(column(&again.rows(), "source"), ["cache"], "{}", again.stderr);
}

#[test]
fn adopt_takes_loose_cutouts_of_a_directory() {
    let home = Home::new();
    let bytes = cutout(&home);
    leave(
        &home.path("cuts/tess-s0014-2-3_286.971254_46.868263_7-x-5_astrocut.fits"),
        &bytes,
    );
    leave(
        &home.path("cuts/tess-s0014-2-3_107.27_-70.0_7x5_astrocut.fits"),
        &bytes[..9000],
    );
    leave(&home.path("cuts/somebodys_astrocut.fits"), &bytes);
    leave(
        &home.path("cuts/astrocut_286.971254_46.868263_7x5px.ZIP"),
        b"PK\x03\x04",
    );
    leave(
        &home.path("cuts/tess-s0015-2-3_286.971254_46.868263_7x5_astrocut.fits"),
        &bytes,
    );
    let directory = home.path("cuts").display().to_string();
    let adopted = home.run(&["cache", "adopt", &directory]);
    assert_eq!(adopted.code, Some(0), "{}", adopted.stderr);
    assert!(
        adopted.stderr.contains("1 adopted, 0 known before, 4 left alone"),
        "{}",
        adopted.stderr
    );
    for (name, reason) in [
        ("107.27", "HDU 1"),
        ("somebodys", "no product is known"),
        (".ZIP", "unpack it"),
        ("s0015", "its name says SECTOR 15, its header 14"),
    ] {
        let line = adopted.stdout.lines().find(|line| line.contains(name)).unwrap();
        assert!(line.contains("left alone") && line.contains(reason), "{line}");
    }
    assert_eq!(home.run(&["cache", "verify", "--level", "fits"]).code, Some(0));
}

#[test]
fn info_counts_by_collection_and_pipeline() {
    let home = Home::new();
    downloaded(&home);
    let info = home.run(&["--sandbox", "cache", "info"]).stdout;
    for words in [
        ["HLSP", "EVEREST", "1"],
        ["HLSP", "K2SFF", "1"],
        ["HLSP", "K2VARCAT", "1"],
    ] {
        let has_row = info.lines().any(|line| line.split_whitespace().take(3).eq(words));
        assert!(has_row, "{words:?} in {info}");
    }
}

#[test]
fn rm_names_patterns_that_match_nothing() {
    let home = Home::new();
    downloaded(&home);
    home.run(&["--sandbox", "cache", "rm", "*evrest*", "--yes"])
        .failed(3, &["*evrest*", "cache ls"]);
    let some = home.run(&["--sandbox", "cache", "rm", "*evrest*", "*everest*"]);
    assert_eq!(some.code, Some(0), "{}", some.stderr);
    assert!(
        some.stderr.contains("'*evrest*'") && !some.stderr.contains("'*everest*'"),
        "{}",
        some.stderr
    );
}

#[test]
fn a_limit_on_file_size_fails_the_download_only() {
    let home = Home::new();
    let program = home.command(&[], &[]);
    let words = [&HLSPS_OF_K2_18[..], &["--sandbox", "--format", "json"]].concat();
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", "ulimit -f 64; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(words);
    shell.env_clear().env("HOME", home.path("")).current_dir(home.path(""));
    let output = shell.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(5), "{}: {said}", output.status);
    assert!(said.contains("ulimit -f"), "{said}");
}

#[test]
fn gc_removes_lock_files_of_servers_that_are_gone() {
    let home = Home::new();
    for _ in 0..3 {
        home.run(&[&HLSPS_OF_K2_18[..], &["--sandbox", "--force"]].concat());
    }
    let lock_files = || {
        home.files()
            .into_iter()
            .filter(|path| path.contains("/limits/"))
            .collect::<Vec<_>>()
    };
    let left = lock_files();
    assert!(left.len() >= 3, "each archive had a port of its own: {left:?}");
    let an_hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    for path in &left {
        let file = std::fs::File::options().write(true).open(home.path(path)).unwrap();
        file.set_modified(an_hour_ago).unwrap();
    }
    let held = std::fs::File::open(home.path(&left[0])).unwrap();
    held.lock().unwrap();
    let swept = home.run(&["--sandbox", "cache", "gc"]);
    assert_eq!(swept.code, Some(0), "{}", swept.stderr);
    assert!(
        swept.stderr.contains(&format!("removed {} left-overs", left.len() - 1)),
        "{}",
        swept.stderr
    );
    assert_eq!(lock_files(), left[..1]);
}

#[test]
fn a_world_writable_cache_is_reported_once() {
    use std::os::unix::fs::PermissionsExt;

    let home = Home::new();
    let (cache, config) = (home.path(".lksearch/cache"), home.path(".lksearch/config"));
    let settings = config.join("lksearch.toml");
    std::fs::create_dir_all(&cache).unwrap();
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(&settings, "").unwrap();
    let change = |path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    for (cache_mode, settings_mode, told) in [
        (0o755, 0o644, vec![]),
        (0o2775, 0o664, vec![]),
        (0o777, 0o644, vec![&cache]),
        (0o1777, 0o666, vec![&settings, &cache]),
    ] {
        change(&cache, cache_mode);
        change(&settings, settings_mode);
        let listed = home.run(&["cache", "info"]);
        assert_eq!(listed.code, Some(0), "{}", listed.stderr);
        let warnings: Vec<&str> = listed
            .stderr
            .lines()
            .filter(|line| line.contains("everybody"))
            .collect();
        assert_eq!(warnings.len(), told.len(), "{}", listed.stderr);
        for (warning, path) in warnings.iter().zip(told) {
            assert!(
                warning.contains(&format!("`chmod o-w {}`", path.display())),
                "{warning}"
            );
        }
    }
    assert_eq!(home.run(&["--quiet", "cache", "info"]).stderr, "");
}
