//! The README's walk-through, held to what it promises.

use lks_sandbox::{Sandbox, SandboxOptions};

use crate::home::{HLSPS_OF_K2_18, Home, column, line};

const LINK: &str =
    "s3://stpubdata/tess/public/tid/s0014/0000/0001/5832/4245/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";

#[test]
fn hlsps_of_k2_18_are_downloaded_once_and_then_cached() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let words = [&HLSPS_OF_K2_18[..], &["--format", "json"]].concat();
    let first = home.run_against(&archive, &words).rows();
    assert_eq!(column(&first, "Status"), ["COMPLETE"; 3]);
    for path in column(&first, "Local Path") {
        assert!(path.contains("/.lksearch/cache/mastDownload/HLSP/"), "{path}");
        let body = std::fs::read(path).unwrap();
        assert_eq!(&body[..9], b"SIMPLE  =");
    }
    archive.clear_log();
    let second = home.run_against(&archive, &words).rows();
    assert_eq!(column(&second, "Status"), ["COMPLETE"; 3]);
    assert_eq!(column(&second, "source"), ["cache"; 3]);
    let transfers: Vec<_> = archive
        .log()
        .into_iter()
        .filter(|request| request.path.contains("ownload") || request.path.contains("path_lookup"))
        .collect();
    assert!(transfers.is_empty(), "{transfers:?}");
}

#[test]
fn a_damaged_file_is_noticed_set_aside_and_fetched_again() {
    let home = Home::new();
    let words = [&HLSPS_OF_K2_18[..], &["--sandbox", "--format", "json"]].concat();
    let paths = column(&home.run(&words).rows(), "Local Path");
    let whole = std::fs::read(&paths[1]).unwrap();
    std::fs::write(&paths[1], &whole[..whole.len() / 2]).unwrap();
    let again = home.run(&words).rows();
    assert_eq!(column(&again, "Status"), ["COMPLETE"; 3]);
    assert_eq!(
        column(&again, "source")
            .iter()
            .filter(|source| *source == "cache")
            .count(),
        2
    );
    assert_eq!(std::fs::read(&paths[1]).unwrap(), whole);
    assert!(
        home.files().iter().any(|file| file.contains("/quarantine/")),
        "{:?}",
        home.files()
    );
}

#[test]
fn sector_14_of_toi_1161_is_found() {
    let rows = Home::new()
        .run(&line(
            "--sandbox search tess 'TOI 1161' --sector 14 --kind timeseries --format json",
        ))
        .rows();
    let pipelines = column(&rows, "pipeline");
    assert!(
        pipelines.contains(&"SPOC".to_owned()) && pipelines.contains(&"TASOC".to_owned()),
        "{pipelines:?}"
    );
    assert!(column(&rows, "sector").iter().all(|sector| sector == "14"));
}

#[test]
fn a_link_is_given_instead_of_the_file_and_read_where_it_lies() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let words = line("download tess 'TOI 1161' --sector 14 --kind timeseries --mission-products --link --format json");
    let rows = home.run_against(&archive, &words).rows();
    let link = rows
        .iter()
        .find(|row| row["Local Path"] == LINK)
        .unwrap_or_else(|| panic!("{rows:?}"));
    assert_eq!(link["Status"], "COMPLETE");
    assert_eq!(link["Message"], "Link to S3 bucket for remote read");
    assert!(
        home.files().iter().all(|file| !file.ends_with(".fits")),
        "{:?}",
        home.files()
    );

    archive.clear_log();
    let hdus = home
        .run_against(&archive, &["fits", "info", LINK, "--format", "json"])
        .rows();
    assert_eq!(column(&hdus, "name"), ["PRIMARY", "LIGHTCURVE", "APERTURE"]);
    assert_eq!(column(&hdus, "hdrLoc"), ["0", "5760", "1955520"]);
    assert_eq!(column(&hdus, "datLoc"), ["5760", "20160", "1961280"]);
    assert_eq!(column(&hdus, "datSpan"), ["0", "1935360", "2880"]);
    let sent: u64 = archive.log().iter().map(|request| request.bytes).sum();
    assert!(sent < 1_964_160 / 4, "{sent} bytes were sent to list three headers");
}

#[test]
fn clear_lists_what_would_go_and_removes_it_only_when_told() {
    let home = Home::new();
    assert_eq!(home.run(&[&HLSPS_OF_K2_18[..], &["--sandbox"]].concat()).code, Some(0));
    let before = home.files();
    let dry = home.run(&["--sandbox", "cache", "clear"]);
    assert_eq!(dry.code, Some(0), "{}", dry.stderr);
    assert!(dry.stdout.contains("mastDownload/HLSP"), "{}", dry.stdout);
    assert_eq!(home.files(), before);
    assert_eq!(home.run(&["--sandbox", "cache", "clear", "--yes"]).code, Some(0));
    assert!(
        home.files().iter().all(|file| !file.ends_with(".fits")),
        "{:?}",
        home.files()
    );
}

#[test]
fn the_embedded_archive_keeps_its_files_in_a_cache_of_its_own() {
    let home = Home::new();
    assert_eq!(home.run(&[&HLSPS_OF_K2_18[..], &["--sandbox"]].concat()).code, Some(0));
    let strays: Vec<String> = home
        .files()
        .into_iter()
        .filter(|file| !file.starts_with(".lksearch/sandbox/cache/"))
        .collect();
    assert!(strays.is_empty(), "{strays:?}");
    let shown = home.run(&["--sandbox", "cache", "path"]).stdout;
    assert_eq!(shown.trim(), home.path(".lksearch/sandbox/cache").display().to_string());
    let real = home.run(&["cache", "path"]).stdout;
    assert_eq!(real.trim(), home.path(".lksearch/cache").display().to_string());
}

#[test]
fn synthetic_files_are_kept_apart_in_a_named_directory() {
    for words in [
        &["--dir", "mine"][..],
        &["--cache-dir", "mine"],
        &["--set", "cache_dir=mine"],
    ] {
        let home = Home::new();
        let made = home.run(&[&HLSPS_OF_K2_18[..], &["--sandbox"], words].concat());
        assert_eq!(made.code, Some(0), "{}", made.stderr);
        assert!(home.path("mine/sandbox/mastDownload").is_dir(), "{:?}", home.files());
        // Another archive with the same files stands for the real one: none of them is in its cache.
        let archive = Sandbox::start(SandboxOptions::default()).unwrap();
        let words = [&HLSPS_OF_K2_18[..], words, &["--format", "json"]].concat();
        let fetched = home.run_against(&archive, &words).rows();
        assert_eq!(column(&fetched, "source"), ["mast"; 3], "{words:?}");
    }
    let homeless = Home::new().run_with(&["--sandbox", "--cache-dir", "/mine", "cache", "path"], &[("HOME", "")]);
    assert_eq!(homeless.stdout, "/mine/sandbox\n", "{}", homeless.stderr);
}
