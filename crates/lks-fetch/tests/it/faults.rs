//! The numbered faults of the network, each against the cloud or the archive: what comes of the row, and in how many requests.
//!
//! Common to all: a file under its name is the whole truth or not there, nothing unfinished is left, the error names its kind, and a
//! second run without the fault brings the file.

use std::time::Instant;

use lks_fetch::{Event, FailureKind, Policy, Source, Status};
use lks_sandbox::{Fault, Framing, Matcher, Sandbox};

use crate::bench::{Bench, EVEREST, LIGHT_CURVE, Patience, files, in_parts, item, sized_item, small_parts};

/// Where the fault happens.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    /// The object on the mirror; the only place.
    Cloud,
    /// The object on the mirror, fetched in parts of 256 KiB.
    Parts,
    /// The archive's download service.
    Archive,
}

/// What comes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Comes {
    /// The file.
    File,
    /// An error of this kind.
    Error(FailureKind),
}

struct Case {
    name: &'static str,
    at: At,
    faults: Vec<Fault>,
    comes: Comes,
    /// Most requests for the file.
    n_requests: usize,
}

fn case(name: &'static str, at: At, faults: impl Into<Vec<Fault>>, comes: Comes, n_requests: usize) -> Case {
    Case {
        name,
        at,
        faults: faults.into(),
        comes,
        n_requests,
    }
}

fn raw(text: &str) -> Fault {
    Fault {
        raw: Some(text.to_owned()),
        ..Fault::default()
    }
}

fn framed(framing: Framing) -> Fault {
    Fault {
        framing: Some(framing),
        ..Fault::default()
    }
}

fn length(text: &str) -> Fault {
    Fault {
        content_length: Some(text.to_owned()),
        ..Fault::default()
    }
}

fn reason(event: &Event) -> Option<String> {
    match event {
        Event::Waiting { reason, .. } => Some(reason.clone()),
        _ => None,
    }
}

async fn check(case: Case) {
    let Case {
        name,
        at,
        faults,
        comes,
        n_requests,
    } = case;
    let (uri, options) = match at {
        At::Cloud => (LIGHT_CURVE, small_parts()),
        At::Parts => (LIGHT_CURVE, in_parts()),
        At::Archive => (EVEREST, small_parts()),
    };
    let waits = |fault: &Fault| fault.stall_head || fault.stall_at.is_some() || fault.bytes_per_second.is_some();
    let patience = if faults.iter().any(waits) {
        Patience::Short
    } else {
        Patience::Usual
    };
    let sandbox = Sandbox::start(lks_sandbox::Options::default()).expect("a sandbox");
    let bench = Bench::of(sandbox, options, patience);
    let truth = bench.truth(uri);
    let item = sized_item(uri, Some(truth.len() as u64));
    let policy = Policy {
        cloud_only: at != At::Archive,
        ..Policy::default()
    };
    let path = if at == At::Archive {
        "/api/v0.1/Download"
    } else {
        "/stpubdata/"
    };
    bench.sandbox.script(Matcher::path(path), faults);
    let begun = Instant::now();
    let row = bench.fetch(vec![item.clone()], &policy).await.rows.remove(0);
    assert!(begun.elapsed().as_secs() < 20, "{name}: {:?}", begun.elapsed());
    let n_asked = bench.n_fetches();
    let waits: Vec<_> = bench
        .events
        .0
        .lock()
        .expect("events")
        .iter()
        .filter_map(reason)
        .collect();
    assert!(
        n_asked <= n_requests,
        "{name}: {n_asked} requests instead of {n_requests}: {row:?} {waits:?}"
    );
    if at != At::Parts {
        // Of parts that are under way when another one fails, some are never sent.
        assert_eq!(row.attempts as usize, n_asked, "{name}: {row:?}");
    }
    match comes {
        Comes::File => {
            assert_eq!(row.status, Status::Complete, "{name}: {row:?}");
            assert!(
                std::fs::read(bench.path(&item)).expect("the file") == truth,
                "{name}: other bytes"
            );
        }
        Comes::Error(kind) => {
            assert_eq!(
                (row.status, row.failure),
                (Status::Error, Some(kind)),
                "{name}: {row:?}"
            );
            assert!(
                row.message.as_deref().is_some_and(|message| !message.is_empty()),
                "{name}: {row:?}"
            );
            assert!(!bench.path(&item).exists(), "{name}: a file is there");
            assert!(files(&bench.directory.path().join("mastDownload")).is_empty(), "{name}");
        }
    }
    assert!(bench.leftovers().is_empty(), "{name}: {:?}", bench.leftovers());
    bench.sandbox.clear_scripts();
    let row = bench.fetch(vec![item.clone()], &policy).await.rows.remove(0);
    assert_eq!(row.status, Status::Complete, "{name}, again: {row:?}");
    let source = if comes == Comes::File {
        Source::Cache
    } else {
        row.source.expect("a source")
    };
    assert_eq!(row.source, Some(source), "{name}");
    assert!(
        std::fs::read(bench.path(&item)).expect("the file") == truth,
        "{name}, again: other bytes"
    );
}

async fn check_all(cases: Vec<Case>, n_cases: usize) {
    assert_eq!(cases.len(), n_cases);
    for case in cases {
        check(case).await;
    }
}

const UNAVAILABLE: Comes = Comes::Error(FailureKind::Unavailable);
const REMOTE: Comes = Comes::Error(FailureKind::Remote);
const CORRUPT: Comes = Comes::Error(FailureKind::Corrupt);
const BOTH: [At; 2] = [At::Cloud, At::Archive];

#[tokio::test]
async fn statuses() {
    let mut cases = Vec::new();
    for at in BOTH {
        for (name, status) in [
            ("N28", 500),
            ("N26", 503),
            ("N25", 429),
            ("N30a", 502),
            ("N30b", 504),
            ("N30c", 522),
            ("N31a", 408),
            ("N31b", 425),
        ] {
            cases.push(case(name, at, [Fault::status(status)], Comes::File, 2));
        }
        cases.push(case("N29", at, [Fault::status(500).always()], UNAVAILABLE, 5));
        for (name, status, comes) in [
            ("N30d", 501, REMOTE),
            ("N30e", 511, REMOTE),
            ("N32a", 400, REMOTE),
            ("N32b", 405, REMOTE),
            ("N32c", 451, REMOTE),
            ("N33", 404, Comes::Error(FailureKind::NotFound)),
            ("N34", 410, Comes::Error(FailureKind::NotFound)),
            ("N35", 403, Comes::Error(FailureKind::Denied)),
            ("N36", 401, Comes::Error(FailureKind::Denied)),
            ("N64", 407, REMOTE),
        ] {
            cases.push(case(name, at, [Fault::status(status).always()], comes, 1));
        }
        let maintenance = Fault {
            status: Some(503),
            ..Fault::html()
        };
        cases.push(case("N27", at, [maintenance.always()], UNAVAILABLE, 5));
        cases.push(case("N52", at, [Fault::status(304).always()], REMOTE, 1));
        cases.push(case(
            "N53a",
            at,
            [Fault::status(204).always()],
            Comes::Error(FailureKind::Remote),
            5,
        ));
        cases.push(case("N53b", at, [Fault::empty().always()], CORRUPT, 5));
    }
    check_all(cases, 46).await;
}

#[tokio::test]
async fn pauses() {
    let mut cases = Vec::new();
    for at in BOTH {
        let past = Fault::status(429).retry_after("Sun, 06 Nov 1994 08:49:37 GMT");
        cases.push(case("N23a", at, [past], Comes::File, 2));
        cases.push(case("N23b", at, [Fault::status(429).retry_after("-7")], Comes::File, 2));
        let day = Fault::status(429).retry_after(86_400);
        cases.push(case("N24", at, [day], Comes::Error(FailureKind::RateLimited), 1));
    }
    for case in cases {
        // The second run of the common rules is in vain while the host wants to be left alone, so it is not made here.
        let uri = if case.at == At::Archive { EVEREST } else { LIGHT_CURVE };
        let bench = Bench::new();
        bench.sandbox.script(
            Matcher::contains(uri.rsplit('/').next().unwrap_or_default())
                .method("GET")
                .nth(2),
            case.faults,
        );
        let policy = Policy {
            cloud_only: case.at != At::Archive,
            ..Policy::default()
        };
        let row = bench.fetch(vec![item(uri)], &policy).await.rows.remove(0);
        let got = row.failure.map_or(Comes::File, Comes::Error);
        assert_eq!(
            (got, bench.n_fetches()),
            (case.comes, case.n_requests),
            "{}: {row:?}",
            case.name
        );
    }
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    let bench = Bench::new();
    bench
        .sandbox
        .script(Matcher::path("/stpubdata/"), [Fault::status(503).retry_after(1)]);
    let row = bench
        .fetch(
            vec![item(LIGHT_CURVE)],
            &Policy {
                cloud_only: true,
                ..Policy::default()
            },
        )
        .await
        .rows
        .remove(0);
    assert_eq!((row.status, row.attempts), (Status::Complete, 2), "{row:?}");
    let log = bench.sandbox.log();
    let times: Vec<_> = log
        .iter()
        .filter(|it| it.path.contains("stpubdata"))
        .map(|it| it.at)
        .collect();
    assert!((times[1] - times[0]).as_millis() >= 990, "{times:?}");
}

#[tokio::test]
async fn connections() {
    let mut cases = Vec::new();
    for at in BOTH {
        let again = Comes::File;
        cases.push(case("N6", at, [Fault::hang_up()], again, 2));
        cases.push(case("N6 with a reset", at, [Fault::hang_up().with_reset()], again, 2));
        cases.push(case("N7", at, [Fault::garbage()], again, 2));
        cases.push(case("N7 for ever", at, [Fault::garbage().always()], REMOTE, 5));
        let endless = Fault {
            endless_headers: true,
            ..Fault::default()
        };
        cases.push(case("N8", at, [endless], again, 2));
        cases.push(case(
            "N20",
            at,
            [Fault {
                stall_head: true,
                ..Fault::default()
            }],
            again,
            2,
        ));
        let two = raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Length: 8\r\n\r\nSIMPLE  =");
        cases.push(case("N14a", at, [two], again, 2));
        for bad in ["-1", "1e9", "99999999999999999999999"] {
            cases.push(case("N14b", at, [length(bad)], again, 2));
        }
        cases.push(case(
            "N63",
            at,
            [Fault {
                close_after: true,
                ..Fault::default()
            }],
            again,
            1,
        ));
    }
    check_all(cases, 22).await;
}

#[tokio::test]
async fn bodies_that_break_off_are_continued() {
    let mut cases = Vec::new();
    for at in BOTH {
        for n_bytes in [0, 1, 2879, 2880, 65_535, 262_143, 262_144, 262_145] {
            cases.push(case("N9", at, [Fault::cut_at(n_bytes).with_reset()], Comes::File, 2));
            cases.push(case("N10", at, [Fault::cut_at(n_bytes)], Comes::File, 2));
        }
        cases.push(case(
            "N9 three times",
            at,
            [Fault::cut_at(20_000), Fault::cut_at(20_000), Fault::cut_at(20_000)],
            Comes::File,
            4,
        ));
        cases.push(case("N17", at, [Fault::stall_at(100_000)], Comes::File, 2));
        cases.push(case("N17 for ever", at, [Fault::stall_at(10).always()], UNAVAILABLE, 5));
        cases.push(case("N18", at, [Fault::slow(200)], Comes::File, 2));
        let extra = Fault {
            extra_bytes: 5000,
            close_after: true,
            ..Fault::default()
        };
        cases.push(case("N13", at, [extra], Comes::File, 1));
    }
    cases.push(case(
        "N11",
        At::Archive,
        [framed(Framing::ChunkedUnfinished)],
        Comes::File,
        2,
    ));
    cases.push(case(
        "N11 whole",
        At::Archive,
        [framed(Framing::Chunked)],
        Comes::File,
        1,
    ));
    let cut_chunks = Fault {
        cut_at: Some(50_000),
        ..framed(Framing::Chunked)
    };
    cases.push(case("N11 cut", At::Archive, [cut_chunks], Comes::File, 2));
    cases.push(case(
        "N12 whole",
        At::Archive,
        [framed(Framing::UntilClose)],
        Comes::File,
        1,
    ));
    let cut = Fault {
        cut_at: Some(50_000),
        ..framed(Framing::UntilClose)
    };
    cases.push(case("N12", At::Archive, [cut.clone()], Comes::File, 2));
    cases.push(case("N12 for ever", At::Archive, [cut.always()], CORRUPT, 3));
    check_all(cases, 48).await;
}

#[tokio::test]
async fn answers_to_ranges_that_are_not_what_was_asked() {
    let cut = || Fault::cut_at(100_000);
    let mut cases = Vec::new();
    for at in BOTH {
        let then = |fault: Fault| vec![cut(), fault];
        cases.push(case(
            "N39",
            at,
            then(Fault {
                ignore_range: true,
                ..Fault::default()
            }),
            Comes::File,
            3,
        ));
        for shift in [-512, 1, 4096] {
            cases.push(case(
                "N41",
                at,
                then(Fault {
                    shift_range: shift,
                    ..Fault::default()
                }),
                Comes::File,
                3,
            ));
        }
        for total in ["*", "1", "99999999"] {
            let fault = Fault {
                range_total: Some(total.to_owned()),
                ..Fault::default()
            };
            cases.push(case("N41 total", at, then(fault), Comes::File, 3));
        }
        cases.push(case(
            "N41 none",
            at,
            then(Fault::default().header("Content-Range", "")),
            Comes::File,
            3,
        ));
        cases.push(case(
            "N41 unit",
            at,
            then(Fault::default().header("Content-Range", "lines 1-2/3")),
            Comes::File,
            3,
        ));
        cases.push(case(
            "N42",
            at,
            then(Fault {
                multipart: true,
                ..Fault::default()
            }),
            Comes::File,
            3,
        ));
        cases.push(case("N38", at, then(Fault::status(416)), Comes::File, 3));
        cases.push(case(
            "N40",
            at,
            [Fault {
                relabel: Some(206),
                ..Fault::default()
            }],
            Comes::File,
            2,
        ));
        cases.push(case(
            "N44",
            at,
            [Fault {
                etag: Some("W/\"weak\"".to_owned()),
                ..cut()
            }],
            Comes::File,
            3,
        ));
        cases.push(case(
            "N44 none",
            at,
            [Fault { ..cut() }.header("ETag", "")],
            Comes::File,
            3,
        ));
    }
    check_all(cases, 28).await;
}

#[tokio::test]
async fn a_file_that_changes_meanwhile_is_one_version_or_the_other() {
    for at in [At::Cloud, At::Archive, At::Parts] {
        for ignores in [false, true] {
            let (uri, options) = match at {
                At::Cloud => (LIGHT_CURVE, small_parts()),
                At::Parts => (LIGHT_CURVE, in_parts()),
                At::Archive => (EVEREST, small_parts()),
            };
            let bench = Bench::with(lks_sandbox::Options::default(), options);
            let path = if at == At::Archive {
                "/api/v0.1/Download"
            } else {
                "/stpubdata/"
            };
            let new = Fault {
                ignore_conditions: ignores,
                ..Fault::edition(1)
            }
            .always();
            bench.sandbox.script(Matcher::path(path), [Fault::cut_at(100_000), new]);
            let size = bench.truth(uri).len() as u64;
            let policy = Policy {
                cloud_only: at != At::Archive,
                ..Policy::default()
            };
            let wanted = sized_item(uri, Some(size));
            let row = bench.fetch(vec![wanted.clone()], &policy).await.rows.remove(0);
            assert_eq!(row.status, Status::Complete, "N43 {at:?} {ignores}: {row:?}");
            let file = std::fs::read(bench.path(&wanted)).expect("the file");
            let changed = bench.sandbox.body(uri, 1).expect("another edition");
            assert!(file == changed, "N43 {at:?} {ignores}: a mixed file");
        }
    }
}

#[tokio::test]
async fn bodies_that_are_something_else() {
    let mut cases = Vec::new();
    for at in BOTH {
        cases.push(case("N54", at, [Fault::html()], Comes::File, 2));
        cases.push(case("N54 for ever", at, [Fault::html().always()], CORRUPT, 3));
        let json = Fault {
            body: Some(r#"{"status": "ERROR", "msg": "no"}"#.to_owned()),
            ..Fault::status(200)
        };
        cases.push(case("N54 JSON", at, [json.always()], CORRUPT, 3));
        cases.push(case(
            "N56",
            at,
            [Fault {
                gzip: true,
                ..Fault::default()
            }],
            Comes::File,
            2,
        ));
        cases.push(case("N15", at, [length("57600")], Comes::File, 2));
    }
    cases.push(case("N60", At::Cloud, [Fault::flip_bit(30_000)], Comes::File, 2));
    cases.push(case(
        "N60 for ever",
        At::Cloud,
        [Fault::flip_bit(30_000).always()],
        CORRUPT,
        3,
    ));
    check_all(cases, 12).await;
}

#[tokio::test]
async fn redirects() {
    let mut cases = Vec::new();
    for (name, location) in [
        ("N48", "https://evil.example/x"),
        ("N50a", "file:///etc/passwd"),
        ("N50b", "ftp://127.0.0.1/x"),
        ("N50c", "http://169.254.169.254/latest"),
    ] {
        cases.push(case(name, At::Archive, [Fault::redirect(location).always()], REMOTE, 1));
    }
    cases.push(case("N51", At::Archive, [Fault::status(302).always()], REMOTE, 1));
    check_all(cases, 5).await;
}

#[tokio::test]
async fn parts_of_a_large_object() {
    let n_parts = 8;
    let mut cases = vec![case("whole", At::Parts, [], Comes::File, n_parts)];
    for n_bytes in [0, 1, 100_000, 262_143] {
        cases.push(case(
            "N9 in a part",
            At::Parts,
            [Fault::cut_at(n_bytes).with_reset()],
            Comes::File,
            n_parts + 1,
        ));
        let later = [Fault::default(), Fault::default(), Fault::cut_at(n_bytes)];
        cases.push(case("N10 in a later part", At::Parts, later, Comes::File, n_parts + 1));
    }
    let later = |fault: Fault| vec![Fault::default(), fault];
    cases.push(case(
        "N17 in a part",
        At::Parts,
        later(Fault::stall_at(5000)),
        Comes::File,
        n_parts + 1,
    ));
    cases.push(case(
        "N26 in a part",
        At::Parts,
        later(Fault::status(503)),
        Comes::File,
        n_parts + 1,
    ));
    cases.push(case(
        "N39 in parts",
        At::Parts,
        [Fault {
            ignore_range: true,
            ..Fault::default()
        }
        .always()],
        Comes::File,
        3,
    ));
    for shift in [-512, 512] {
        let fault = Fault {
            shift_range: shift,
            ..Fault::default()
        };
        cases.push(case("N41 in a part", At::Parts, later(fault), Comes::File, 2 * n_parts));
    }
    cases.push(case(
        "N44 in parts",
        At::Parts,
        [Fault::default().header("ETag", "").always()],
        Comes::File,
        3,
    ));
    cases.push(case(
        "N61 in a part",
        At::Parts,
        later(Fault::flip_bit(300_000)),
        Comes::File,
        2 * n_parts,
    ));
    cases.push(case(
        "N33 in a part",
        At::Parts,
        later(Fault::status(404)),
        Comes::Error(FailureKind::NotFound),
        n_parts,
    ));
    check_all(cases, 17).await;
}
