//! What a service that is down must not be told as: "nothing found", or an answer that replaces an earlier one.

use lks_sandbox::{Fault, Matcher, Sandbox};

use crate::home::{Home, line};

fn archive() -> Sandbox {
    Sandbox::start(lks_sandbox::SandboxOptions::default()).expect("the archive starts")
}

#[test]
fn cutouts_that_nobody_can_tell_of_are_not_nothing_found() {
    let (archive, home) = (archive(), Home::new());
    for place in ["footprints", "/tesscut/"] {
        archive.script(Matcher::contains(place), [Fault::status(500).always()]);
    }
    for words in [
        &["search", "tess", "TOI 270", "--kind", "tesscut", "--format", "csv"][..],
        &["cutout", "TOI 270", "--sector", "3"],
    ] {
        let run = home.run_against(&archive, words);
        assert_eq!((run.code, run.stdout.as_str()), (Some(4), ""), "{}", run.stderr);
        assert!(
            run.stderr.contains("cutouts are missing") && !run.stderr.contains("nothing found"),
            "{}",
            run.stderr
        );
    }
    let all = ["search", "tess", "TOI 1161", "--sector", "14", "--format", "csv"];
    assert_eq!(home.run_against(&archive, &all).code, Some(0));
    assert_eq!(
        home.run_against(&archive, &[&all[..], &["--strict"]].concat()).code,
        Some(4)
    );
}

/// Everything that is asked about observations fails.
fn takes_down(archive: &Sandbox) {
    archive.script(Matcher::contains("invoke"), [Fault::status(500).always()]);
}

#[test]
fn an_earlier_result_outlives_an_outage() {
    let home = Home::new();
    std::fs::write(home.path("stars.txt"), "TOI 1161\nTOI 270\n").expect("written");
    let commands = [
        ("search tess --kind timeseries", "rows.csv"),
        (
            "download tess --sector 3,14 --kind timeseries --pipeline SPOC",
            "files.csv",
        ),
        (
            "lock tess --sector 3,14 --kind timeseries --pipeline SPOC",
            "stars.lock",
        ),
    ];
    for (words, output) in commands {
        let (up, down) = (archive(), archive());
        takes_down(&down);
        let words = [line(words), vec!["--targets", "stars.txt", "-o", output, "--refresh"]].concat();
        let run = home.run_against(&up, &words);
        assert_eq!(run.code, Some(0), "{words:?}: {}", run.stderr);
        let before = std::fs::read(home.path(output)).expect("written");
        let run = home.run_against(&down, &words);
        assert_eq!(run.code, Some(4), "{words:?}: {}", run.stderr);
        assert!(
            std::fs::read(home.path(output)).expect("still there") == before,
            "{words:?}"
        );
    }
}

#[test]
fn a_count_is_of_what_was_asked_or_refused() {
    let (archive, home) = (archive(), Home::new());
    let count = |more: &[&str]| {
        let words = [
            &["search", "tess", "--sector", "14", "--count", "--format", "csv"],
            more,
        ]
        .concat();
        home.run_against(&archive, &words)
    };
    assert!(count(&[]).stdout.lines().count() > 3);
    assert_eq!(count(&["--pipeline", "SPOC,NOSUCH"]).stdout.lines().count(), 2);
    assert!(!count(&["--pipeline", "!SPOC"]).stdout.contains("\nSPOC,"));
    assert_eq!(count(&["--pipeline", "NOSUCH"]).code, Some(3));
    for more in [&["--year", "2020"][..], &["--hlsps"], &["--query", "exptime < 100"]] {
        let run = count(more);
        assert_eq!(run.code, Some(2), "{more:?}");
        assert!(run.stderr.contains(more[0]), "{}", run.stderr);
    }
}

#[test]
fn a_host_that_is_waited_for_is_named() {
    let (archive, home) = (archive(), Home::new());
    let slow = Fault {
        headers: vec![("Retry-After".to_owned(), "3".to_owned())],
        ..Fault::status(503)
    };
    archive.script(Matcher::contains("invoke"), [slow]);
    let run = home.run_against(
        &archive,
        &["search", "tess", "TOI 1161", "--sector", "14", "--format", "csv"],
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("which asked for a pause"), "{}", run.stderr);
}
