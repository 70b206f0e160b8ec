//! The numbered faults of the network, each against the cloud or the archive: what comes of the row, and in how many requests.
//!
//! Common to all: a file under its name is the whole truth or not there, nothing unfinished is left, the error names its kind, and a
//! second run without the fault brings the file.

use std::sync::Arc;
use std::time::Instant;

use lks_fetch::{Event, FailureKind, Policy, Source, Status};
use lks_sandbox::{BodyFraming, Fault, Matcher, Sandbox};
use md5::Digest;

use crate::bench::{
    Bench, EVEREST, LIGHT_CURVE, PIXELS, Patience, files, in_parts, product, sized_product, small_parts,
};

/// Where the fault happens.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    /// The object on the mirror; the only place.
    Cloud,
    /// The object on the mirror, fetched in parts of 256 KiB.
    Parts,
    /// The archive's download service.
    Archive,
    /// A `.fits.gz` on the mirror.
    Packed,
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
    num_requests: usize,
}

fn case(name: &'static str, at: At, faults: impl Into<Vec<Fault>>, comes: Comes, num_requests: usize) -> Case {
    Case {
        name,
        at,
        faults: faults.into(),
        comes,
        num_requests,
    }
}

fn raw(text: &str) -> Fault {
    Fault {
        raw: Some(text.to_owned()),
        ..Fault::default()
    }
}

fn framed(framing: BodyFraming) -> Fault {
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

async fn check(case: Case, sandbox: &Arc<Sandbox>) {
    let Case {
        name,
        at,
        faults,
        comes,
        num_requests,
    } = case;
    let (uri, options) = match at {
        At::Cloud => (LIGHT_CURVE, small_parts()),
        At::Parts => (LIGHT_CURVE, in_parts()),
        At::Archive => (EVEREST, small_parts()),
        At::Packed => (PIXELS, small_parts()),
    };
    let waits = |fault: &Fault| fault.stall_head || fault.stall_at.is_some() || fault.bytes_per_second.is_some();
    let patience = if faults.iter().any(waits) {
        Patience::Short
    } else {
        Patience::Usual
    };
    sandbox.clear_log();
    sandbox.clear_scripts();
    let bench = Bench::of(sandbox.clone(), options, patience);
    let truth = bench.truth(uri);
    let product = sized_product(uri, Some(truth.len() as u64));
    let policy = Policy::default().with_cloud_only(at != At::Archive);
    let path = if at == At::Archive {
        "/api/v0.1/Download"
    } else {
        "/stpubdata/"
    };
    bench.sandbox.script(Matcher::path(path), faults);
    let begun = Instant::now();
    let row = bench.fetch(vec![product.clone()], &policy).await.rows.remove(0);
    assert!(begun.elapsed().as_secs() < 20, "{name}: {:?}", begun.elapsed());
    let num_asked = bench.num_fetches();
    let waits: Vec<_> = bench
        .events
        .0
        .lock()
        .expect("events")
        .iter()
        .filter_map(reason)
        .collect();
    assert!(
        num_asked <= num_requests,
        "{name}: {num_asked} requests instead of {num_requests}: {row:?} {waits:?}"
    );
    if at != At::Parts {
        // Of parts that are under way when another one fails, some are never sent.
        // A redirect is a request, not an attempt.
        assert!(row.attempts as usize <= num_asked, "{name}: {row:?}");
    }
    match comes {
        Comes::File => {
            assert_eq!(row.status, Status::Complete, "{name}: {row:?}");
            assert!(
                std::fs::read(bench.path(&product)).expect("the file") == truth,
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
            assert!(!bench.path(&product).exists(), "{name}: a file is there");
            assert!(files(&bench.directory.path().join("mastDownload")).is_empty(), "{name}");
        }
    }
    assert!(bench.leftovers().is_empty(), "{name}: {:?}", bench.leftovers());
    bench.sandbox.clear_scripts();
    let row = bench.fetch(vec![product.clone()], &policy).await.rows.remove(0);
    assert_eq!(row.status, Status::Complete, "{name}, again: {row:?}");
    let source = if comes == Comes::File {
        Source::Cache
    } else {
        row.source.expect("a source")
    };
    assert_eq!(row.source, Some(source), "{name}");
    assert!(
        std::fs::read(bench.path(&product)).expect("the file") == truth,
        "{name}, again: other bytes"
    );
}

async fn check_all(cases: Vec<Case>, num_cases: usize) {
    assert_eq!(cases.len(), num_cases);
    let sandbox = Arc::new(Sandbox::start(lks_sandbox::SandboxOptions::default()).expect("a sandbox"));
    for case in cases {
        check(case, &sandbox).await;
    }
}

const UNAVAILABLE: Comes = Comes::Error(FailureKind::Unavailable);
const REMOTE: Comes = Comes::Error(FailureKind::Remote);
const CORRUPT: Comes = Comes::Error(FailureKind::Corrupt);
const BOTH: [At; 2] = [At::Cloud, At::Archive];

fn statuses_cases() -> Vec<Case> {
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
            2,
        ));
        cases.push(case("N53b", at, [Fault::empty().always()], CORRUPT, 5));
    }
    cases
}

#[tokio::test]
async fn statuses() {
    check_all(statuses_cases(), 46).await;
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
        let policy = Policy::default().with_cloud_only(case.at != At::Archive);
        let row = bench.fetch(vec![product(uri)], &policy).await.rows.remove(0);
        let got = row.failure.map_or(Comes::File, Comes::Error);
        assert_eq!(
            (got, bench.num_fetches()),
            (case.comes, case.num_requests),
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
        .fetch(vec![product(LIGHT_CURVE)], &Policy::default().with_cloud_only(true))
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

fn connections_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for at in BOTH {
        let again = Comes::File;
        cases.push(case("N6", at, [Fault::hang_up()], again, 2));
        cases.push(case("N6 with a reset", at, [Fault::hang_up().with_reset()], again, 2));
        cases.push(case("N7", at, [Fault::garbage()], again, 2));
        cases.push(case("N7 for ever", at, [Fault::garbage().always()], REMOTE, 2));
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
    cases
}

#[tokio::test]
async fn connections() {
    check_all(connections_cases(), 22).await;
}

fn broken_bodies() -> Vec<Case> {
    let mut cases = Vec::new();
    for at in BOTH {
        for num_bytes in [0, 1, 2879, 2880, 65_535, 262_143, 262_144, 262_145] {
            cases.push(case("N9", at, [Fault::cut_at(num_bytes).with_reset()], Comes::File, 2));
            cases.push(case("N10", at, [Fault::cut_at(num_bytes)], Comes::File, 2));
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
    for (at, num_more) in [(At::Archive, 0), (At::Cloud, 1)] {
        // The mirror's "nothing is left" is not an answer that its library passes on.
        let unfinished = framed(BodyFraming::ChunkedUnfinished);
        cases.push(case("N11 N37", at, [unfinished], Comes::File, 2 + num_more));
        cases.push(case("N11 whole", at, [framed(BodyFraming::Chunked)], Comes::File, 1));
        let cut_chunks = Fault {
            cut_at: Some(50_000),
            ..framed(BodyFraming::Chunked)
        };
        cases.push(case("N11 cut", at, [cut_chunks], Comes::File, 2));
        cases.push(case("N12 whole", at, [framed(BodyFraming::UntilClose)], Comes::File, 1));
        let cut = Fault {
            cut_at: Some(50_000),
            ..framed(BodyFraming::UntilClose)
        };
        cases.push(case("N12", at, [cut.clone()], Comes::File, 2));
        cases.push(case("N12 for ever", at, [cut.always()], CORRUPT, 3));
    }
    cases.push(case("N19", At::Cloud, [Fault::slow(700_000)], Comes::File, 2));
    cases
}

#[tokio::test]
async fn bodies_that_break_off_are_continued() {
    check_all(broken_bodies(), 55).await;
}

fn wrong_ranges() -> Vec<Case> {
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
            cases.push(case("N41 N45 total", at, then(fault), Comes::File, 3));
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
    cases
}

#[tokio::test]
async fn answers_to_ranges_that_are_not_what_was_asked() {
    check_all(wrong_ranges(), 28).await;
}

#[tokio::test]
async fn a_file_that_changes_meanwhile_is_one_version_or_the_other() {
    for at in [At::Cloud, At::Archive, At::Parts] {
        for ignores in [false, true] {
            let (uri, options) = match at {
                At::Cloud => (LIGHT_CURVE, small_parts()),
                At::Parts => (LIGHT_CURVE, in_parts()),
                At::Archive | At::Packed => (EVEREST, small_parts()),
            };
            let bench = Bench::with(lks_sandbox::SandboxOptions::default(), options);
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
            let policy = Policy::default().with_cloud_only(at != At::Archive);
            let wanted = sized_product(uri, Some(size));
            let row = bench.fetch(vec![wanted.clone()], &policy).await.rows.remove(0);
            assert_eq!(row.status, Status::Complete, "N43 {at:?} {ignores}: {row:?}");
            let file = std::fs::read(bench.path(&wanted)).expect("the file");
            let changed = bench.sandbox.body(uri, 1).expect("another edition");
            assert!(file == changed, "N43 {at:?} {ignores}: a mixed file");
        }
    }
}

fn other_bodies() -> Vec<Case> {
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
    let coded = Fault::default().header("Content-Encoding", "gzip");
    cases.push(case("N57", At::Packed, [coded], Comes::File, 1));
    let unpacked = Fault {
        gunzip: true,
        ..Fault::default()
    };
    cases.push(case("N58", At::Packed, [unpacked.clone()], Comes::File, 2));
    cases.push(case("N58 for ever", At::Packed, [unpacked.always()], CORRUPT, 3));
    let wrong = Fault::default().header("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=");
    cases.push(case("N59", At::Cloud, [wrong.clone()], Comes::File, 2));
    cases.push(case("N59 for ever", At::Cloud, [wrong.clone().always()], CORRUPT, 3));
    let composite = wrong.header("x-amz-checksum-type", "COMPOSITE");
    cases.push(case("N59 of parts", At::Cloud, [composite], Comes::File, 1));
    // Without a checksum of the transport, those in the file show the damage.
    let flipped = Fault::flip_bit(30_000).header("ETag", "");
    cases.push(case("N61", At::Cloud, [flipped], Comes::File, 2));
    cases.push(case("N66", At::Cloud, [length("99999999999").always()], CORRUPT, 1));
    cases.push(case("N66", At::Archive, [length("99999999999").always()], CORRUPT, 1));
    cases
}

#[tokio::test]
async fn bodies_that_are_something_else() {
    check_all(other_bodies(), 21).await;
}

fn redirects_cases() -> Vec<Case> {
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
    let itself = Fault::redirect("/api/v0.1/Download/file?uri=again");
    cases.push(case("N47", At::Archive, [itself.clone().always()], REMOTE, 6));
    let login = [
        itself.clone(),
        Fault::html(),
        itself.clone(),
        Fault::html(),
        itself,
        Fault::html(),
    ];
    cases.push(case("N55", At::Archive, login, CORRUPT, 6));
    cases
}

#[tokio::test]
async fn redirects() {
    check_all(redirects_cases(), 7).await;
}

fn parts_cases() -> Vec<Case> {
    let num_parts = 8;
    let mut cases = vec![case("whole", At::Parts, [], Comes::File, num_parts)];
    for num_bytes in [0, 1, 100_000, 262_143] {
        cases.push(case(
            "N9 in a part",
            At::Parts,
            [Fault::cut_at(num_bytes).with_reset()],
            Comes::File,
            num_parts + 1,
        ));
        let later = [Fault::default(), Fault::default(), Fault::cut_at(num_bytes)];
        cases.push(case(
            "N10 in a later part",
            At::Parts,
            later,
            Comes::File,
            num_parts + 1,
        ));
    }
    let later = |fault: Fault| vec![Fault::default(), fault];
    cases.push(case(
        "N17 in a part",
        At::Parts,
        later(Fault::stall_at(5000)),
        Comes::File,
        num_parts + 1,
    ));
    cases.push(case(
        "N26 in a part",
        At::Parts,
        later(Fault::status(503)),
        Comes::File,
        num_parts + 1,
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
        cases.push(case(
            "N41 in a part",
            At::Parts,
            later(fault),
            Comes::File,
            2 * num_parts,
        ));
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
        2 * num_parts,
    ));
    cases.push(case(
        "N33 in a part",
        At::Parts,
        later(Fault::status(404)),
        Comes::Error(FailureKind::NotFound),
        num_parts,
    ));
    cases
}

#[tokio::test]
async fn parts_of_a_large_object() {
    check_all(parts_cases(), 17).await;
}

#[tokio::test]
async fn a_date_to_wait_for_is_waited_for() {
    let bench = Bench::new();
    let then = std::time::SystemTime::now() + std::time::Duration::from_secs(2);
    bench.sandbox.script(
        Matcher::path("/stpubdata/"),
        [Fault::status(429).retry_after(httpdate::fmt_http_date(then))],
    );
    let policy = Policy::default().with_cloud_only(true);
    let row = bench.fetch(vec![product(LIGHT_CURVE)], &policy).await.rows.remove(0);
    assert_eq!((row.status, row.attempts), (Status::Complete, 2), "{row:?}");
    // The date has whole seconds.
    assert!(row.seconds >= 0.9, "{row:?}");
}

#[tokio::test]
async fn a_mirror_that_nobody_listens_at_is_left_for_the_archive() {
    let address = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|it| it.local_addr())
        .expect("a port");
    let bench = Bench::with_mirror(&format!("http://{address}"));
    let row = bench
        .fetch(vec![product(LIGHT_CURVE)], &Policy::default())
        .await
        .rows
        .remove(0);
    assert_eq!(
        (row.status, row.source, row.attempts),
        (Status::Complete, Some(Source::Mast), 3),
        "{row:?}"
    );
    let policy = Policy::default().with_cloud_only(true).with_force(true);
    let row = bench.fetch(vec![product(LIGHT_CURVE)], &policy).await.rows.remove(0);
    assert_eq!(
        (row.failure, row.attempts),
        (Some(FailureKind::Unavailable), 5),
        "{row:?}"
    );
}

#[tokio::test]
async fn another_file_under_the_same_tag_is_found_by_its_checksum() {
    let bench = Bench::new();
    let truth = bench.truth(LIGHT_CURVE);
    let digits: String = md5::Md5::digest(&truth)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let etag = format!("\"{digits}\"");
    let lie = Fault {
        etag: Some(etag),
        ignore_conditions: true,
        ..Fault::edition(1)
    };
    bench
        .sandbox
        .script(Matcher::path("/stpubdata/"), [Fault::cut_at(100_000), lie]);
    let wanted = sized_product(LIGHT_CURVE, Some(truth.len() as u64));
    let policy = Policy::default().with_cloud_only(true);
    let row = bench.fetch(vec![wanted.clone()], &policy).await.rows.remove(0);
    assert_eq!(row.status, Status::Complete, "{row:?}");
    assert!(
        std::fs::read(bench.path(&wanted)).expect("the file") == truth,
        "a mixed file"
    );
}

/// Rows that other tests cover, here or in `lks-http`.
const ELSEWHERE: [(u32, &str); 16] = [
    (5, "lks-http: an_untrusted_certificate_is_refused_once"),
    (3, "lks-http: a_connection_without_an_answer_is_retried"),
    (4, "lks-http: a_handshake_that_breaks_off_is_tried_again"),
    (46, "another_file_under_the_same_tag_is_found_by_its_checksum"),
    (1, "a_mirror_that_nobody_listens_at_is_left_for_the_archive"),
    (16, "the_tables_size_is_advice"),
    (21, "retry_after_is_waited_for"),
    (22, "a_date_to_wait_for_is_waited_for"),
    (23, "pauses"),
    (24, "pauses"),
    (43, "a_file_that_changes_meanwhile_is_one_version_or_the_other"),
    (49, "lks-http: no_redirect_leaves_https_or_reaches_inside"),
    (53, "statuses"),
    (67, "a_cancelled_run_leaves_nothing_that_looks_whole"),
    (40, "wrong ranges"),
    (54, "other bodies"),
];

/// Rows that no test here makes happen, and why.
const NOT_MADE: [(u32, &str); 4] = [
    (2, "names are resolved by the system, and loopback has none to fail"),
    (62, "files are fetched over HTTP/1.1 only"),
    (65, "loopback has no unreachable IPv6 route"),
    (
        68,
        "waits use the monotonic clock; a pause told by another process is by the wall, and never longer than ten minutes",
    ),
];

/// Prints what is covered: `cargo test -p lks-fetch --test it every_numbered -- --nocapture`.
#[test]
#[allow(clippy::print_stdout)]
fn every_numbered_fault_of_the_network_is_covered_or_excused() {
    let lists = [
        statuses_cases(),
        connections_cases(),
        broken_bodies(),
        wrong_ranges(),
        other_bodies(),
        redirects_cases(),
        parts_cases(),
    ];
    let cases: Vec<Case> = lists.into_iter().flatten().collect();
    let number = |word: &str| -> Option<u32> {
        let digits: String = word
            .strip_prefix('N')?
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().ok()
    };
    let mut covered: std::collections::BTreeSet<u32> = cases
        .iter()
        .flat_map(|case| case.name.split(' '))
        .filter_map(number)
        .collect();
    covered.extend(ELSEWHERE.map(|(row, _)| row));
    for (row, reason) in NOT_MADE {
        assert!(covered.insert(row), "N{row} is excused ({reason}) and covered");
        println!("not made: N{row}: {reason}");
    }
    let missing: Vec<u32> = (1..=68).filter(|row| !covered.contains(row)).collect();
    println!(
        "faults N1-N68: {} covered in {} cases, {} excused",
        68 - NOT_MADE.len(),
        cases.len(),
        NOT_MADE.len()
    );
    assert!(missing.is_empty(), "not covered: {missing:?}");
}
