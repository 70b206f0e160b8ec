//! What is found for a list, or named by a bulk script, is downloaded, planned and locked.

use std::fs;

use serde_json::Value;

use crate::home::{Home, column};

#[test]
fn a_list_is_downloaded_as_a_search_is() {
    let home = Home::new();
    fs::write(home.path("list.txt"), "TIC 158324245\nTIC 158324245\nno such star\n").unwrap();
    let words = [
        "--sandbox",
        "download",
        "tess",
        "--targets",
        "list.txt",
        "--sector",
        "14",
        "--kind",
        "timeseries",
    ];
    let run = home.run(&[&words[..], &["--pipeline", "SPOC", "--format", "json"]].concat());
    run.failed(1, &["row 2, 'no such star'", "2 of 3 targets with rows"]);
    let rows: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(column(&rows, "Status"), ["COMPLETE", "COMPLETE"]);
    home.run(&[&words[..], &["--rows", "1"]].concat())
        .failed(2, &["cannot be used with"]);
}

#[test]
fn a_bulk_script_names_what_is_fetched() {
    let home = Home::new();
    let name = "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
    let line =
        format!("curl -C - -L -o {name} https://mast.stsci.edu/api/v0.1/Download/file/?uri=mast:TESS/product/{name}");
    let script = format!("#!/bin/sh\n{line}\nrm -rf ~\ncurl -o x https://example.org/x\n");
    fs::write(home.path("tesscurl_sector_14_lc.sh"), script).unwrap();
    let words = [
        "--sandbox",
        "download",
        "--from",
        "tesscurl_sector_14_lc.sh",
        "--format",
        "json",
    ];
    let run = home.run(&words);
    assert_eq!(column(&run.rows(), "Status"), ["COMPLETE"]);
    for told in [
        "line 3 is left out: it does not call curl",
        "line 4 is left out: example.org is not the archive",
    ] {
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
    let path = column(&run.rows(), "Local Path").remove(0);
    assert!(
        path.ends_with(&format!("TESS/{}/{name}", &name[..name.len() - 8])),
        "{path}"
    );
}

#[test]
fn what_is_found_for_a_list_is_planned_and_locked() {
    let home = Home::new();
    fs::write(home.path("list.txt"), "TOI 1161\nno such star\n").unwrap();
    let of_list = |command: &'static str, output: &'static str| {
        let words = ["--sandbox", command, "tess", "--targets", "list.txt", "--sector", "14"];
        home.run(&[&words[..], &["--kind", "dvreports", "-o", output]].concat())
    };
    of_list("plan", "plan.parquet").failed(1, &["row 1, 'no such star'", "3 rows planned"]);
    of_list("lock", "of.lock").failed(1, &["1 of 2 targets with rows", "3 products locked"]);
    let lock = fs::read_to_string(home.path("of.lock")).unwrap();
    assert!(lock.contains("--targets list.txt"), "{lock}");
    let rows = home
        .run(&["--sandbox", "download", "--from", "plan.parquet", "--format", "json"])
        .rows();
    assert_eq!(column(&rows, "Status"), ["COMPLETE"; 3]);
    assert_eq!(column(&rows, "source"), ["cache"; 3], "the lock has brought them");
}
