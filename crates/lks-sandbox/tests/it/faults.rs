use std::io::{Read, Write};
use std::time::{Duration, Instant};

use lks_sandbox::{BodyFraming, DeadEnd, Fault, Matcher, Sandbox};

use crate::client::{Answer, End, connect, exchange, exchange_until_silence, get, request, send};
use crate::{URI, object, start};

/// What one spoiled request for the light curve gives.
fn spoiled(fault: Fault, headers: &[&str]) -> (Sandbox, Answer) {
    let sandbox = start();
    sandbox.script(Matcher::contains("_lc.fits"), [fault]);
    let answer = get(&sandbox, &object(), headers);
    assert!(sandbox.log()[0].scripted);
    (sandbox, answer)
}

/// What comes of the light curve before a stall, of which so many bytes are expected.
fn stalled(fault: Fault, num_bytes: Option<usize>) -> Answer {
    let sandbox = start();
    sandbox.script(Matcher::contains("_lc.fits"), [fault]);
    exchange_until_silence(&mut connect(&sandbox), &request("GET", &object(), &[], ""), num_bytes)
}

fn truth(sandbox: &Sandbox) -> bytes::Bytes {
    sandbox.body(URI, 0).expect("the light curve is there")
}

#[test]
fn statuses_come_in_turn_with_the_words_of_the_service() {
    let sandbox = start();
    sandbox.script(
        Matcher::path("/stpubdata"),
        [Fault::status(503).retry_after(2).times(2), Fault::status(403)],
    );
    let first = get(&sandbox, &object(), &[]);
    assert_eq!((first.status, first.header("retry-after")), (503, Some("2")));
    assert!(first.text().contains("<Code>SlowDown</Code>"));
    let statuses: Vec<_> = (0..3)
        .map(|_| get(&sandbox, &object(), &["Range: bytes=0-0"]).status)
        .collect();
    assert_eq!(statuses, [503, 403, 206]);
}

#[test]
fn a_matcher_may_wait_for_its_request() {
    let sandbox = start();
    sandbox.script(Matcher::path("/whoami").nth(3), [Fault::status(500)]);
    sandbox.script(Matcher::path("/whoami").method("POST"), [Fault::status(429).always()]);
    let statuses: Vec<_> = (0..4).map(|_| get(&sandbox, "/whoami", &[]).status).collect();
    assert_eq!(statuses, [200, 200, 500, 200]);
    assert_eq!(send(&sandbox, "POST", "/whoami", "").status, 429);
    sandbox.clear_scripts();
    assert_eq!(send(&sandbox, "POST", "/whoami", "").status, 200);
}

#[test]
fn bodies_end_early_by_fin_and_by_reset() {
    for n in [0, 1, 2880, 65_535, 1_000_000] {
        let (sandbox, answer) = spoiled(Fault::cut_at(n), &[]);
        assert_eq!(
            (answer.status, answer.body.len() as u64, answer.end),
            (200, n, End::Fin)
        );
        assert_eq!(
            answer.header("content-length"),
            Some(truth(&sandbox).len().to_string().as_str())
        );
        assert_eq!(sandbox.log()[0].bytes, n);
    }
    let (_, answer) = spoiled(Fault::cut_at(2880).with_reset(), &[]);
    assert_eq!((answer.body.len(), answer.end), (2880, End::Reset));
}

#[test]
fn connections_end_before_an_answer() {
    let (_, answer) = spoiled(Fault::hang_up(), &[]);
    assert_eq!((answer.head.as_str(), answer.end), ("", End::Fin));
    let (_, answer) = spoiled(Fault::hang_up().with_reset(), &[]);
    assert_eq!(answer.end, End::Reset);
    let silent = Fault {
        stall_head: true,
        ..Fault::default()
    };
    let answer = stalled(silent, None);
    assert_eq!((answer.head.as_str(), answer.end), ("", End::Silence));
    let (_, answer) = spoiled(Fault::garbage(), &[]);
    assert_eq!(
        (answer.head.as_str(), answer.end),
        ("SSH-2.0-OpenSSH_9.6\r\n", End::Fin)
    );
}

#[test]
fn a_kept_connection_closes_without_a_word() {
    let sandbox = start();
    sandbox.script(
        Matcher::default(),
        [Fault {
            close_after: true,
            ..Fault::default()
        }],
    );
    let mut stream = connect(&sandbox);
    let first = exchange(&mut stream, &request("GET", "/whoami", &[], ""));
    assert_eq!((first.status, first.header("connection")), (200, None));
    assert_eq!(stream.read(&mut [0; 1]).ok(), Some(0));
}

#[test]
fn heads_may_never_end() {
    let sandbox = start();
    sandbox.script(
        Matcher::default(),
        [Fault {
            endless_headers: true,
            ..Fault::default()
        }],
    );
    let mut stream = connect(&sandbox);
    stream
        .write_all(request("GET", "/whoami", &[], "").as_bytes())
        .expect("the request can be sent");
    let mut received = vec![0; 1_000_000];
    stream.read_exact(&mut received).expect("a megabyte comes");
    assert!(!received.windows(4).any(|four| four == b"\r\n\r\n"));
}

#[test]
fn stalls_and_slow_bodies_take_their_time() {
    let answer = stalled(Fault::stall_at(5000), Some(5000));
    assert_eq!((answer.body.len(), answer.end), (5000, End::Silence));
    let started = Instant::now();
    let resumed = Fault {
        stall_ms: 100,
        ..Fault::stall_at(5000)
    };
    let (sandbox, answer) = spoiled(resumed, &[]);
    assert!(answer.body == truth(&sandbox) && started.elapsed() >= Duration::from_millis(100));
    let started = Instant::now();
    let (_, answer) = spoiled(Fault::slow(50_000), &["Range: bytes=0-9999"]);
    assert_eq!((answer.body.len(), answer.end), (10_000, End::Complete));
    assert!(started.elapsed() >= Duration::from_millis(190));
    let started = Instant::now();
    spoiled(
        Fault {
            delay_ms: 100,
            ..Fault::default()
        },
        &["Range: bytes=0-9"],
    );
    assert!(started.elapsed() >= Duration::from_millis(100));
}

#[test]
fn lengths_lie() {
    let lying = |length: &str| Fault {
        content_length: Some(length.into()),
        ..Fault::default()
    };
    let (_, short) = spoiled(lying("100"), &[]);
    assert_eq!(short.header("content-length"), Some("100"));
    assert!(short.body.len() >= 100);
    for length in ["-1", "1e9", "99999999999999999999", "9999999"] {
        let (_, answer) = spoiled(lying(length), &["Range: bytes=0-9"]);
        assert_eq!(
            (answer.header("content-length"), answer.body.len(), answer.end),
            (Some(length), 10, End::Fin)
        );
    }
    let twice = Fault {
        extra_headers: vec![("Content-Length".into(), "5".into())],
        ..Fault::default()
    };
    let answer = stalled(twice, Some(0));
    assert_eq!(answer.head.matches("Content-Length").count(), 2);
    let (_, answer) = spoiled(
        Fault {
            extra_bytes: 7,
            ..Fault::default()
        },
        &["Range: bytes=0-9"],
    );
    assert_eq!(answer.header("content-length"), Some("10"));
    assert!(answer.body.len() >= 10);
}

#[test]
fn bodies_are_framed_in_other_ways() {
    let framed = |framing| Fault {
        framing: Some(framing),
        ..Fault::default()
    };
    let (_, chunked) = spoiled(framed(BodyFraming::Chunked), &["Range: bytes=0-9"]);
    assert_eq!(
        (chunked.header("transfer-encoding"), chunked.header("content-length")),
        (Some("chunked"), None)
    );
    assert!(
        chunked.body.starts_with(b"a\r\nSIMPLE  = \r\n0\r\n\r\n"),
        "{}",
        chunked.text()
    );
    let (_, unfinished) = spoiled(framed(BodyFraming::ChunkedUnfinished), &["Range: bytes=0-9"]);
    assert_eq!(
        (unfinished.body.as_slice(), unfinished.end),
        (b"a\r\nSIMPLE  = \r\n".as_slice(), End::Fin)
    );
    let (sandbox, until_close) = spoiled(framed(BodyFraming::UntilClose), &[]);
    assert_eq!(
        (until_close.header("content-length"), until_close.end),
        (None, End::Fin)
    );
    assert!(until_close.body == truth(&sandbox));
    let (_, cut) = spoiled(
        Fault {
            cut_at: Some(9),
            ..framed(BodyFraming::UntilClose)
        },
        &[],
    );
    assert_eq!((cut.body.as_slice(), cut.end), (b"SIMPLE  =".as_slice(), End::Fin));
}

#[test]
fn objects_change_bit_by_bit_or_as_a_whole() {
    let (sandbox, flipped) = spoiled(Fault::flip_bit(3000), &["Range: bytes=2900-3099"]);
    let mut expected = truth(&sandbox)[2900..3100].to_vec();
    expected[100] ^= 1;
    assert_eq!(flipped.body, expected);

    let sandbox = start();
    let first = get(&sandbox, &object(), &["Range: bytes=0-9"]);
    let etag = first.header("etag").expect("objects have an ETag");
    sandbox.script(
        Matcher::path("/stpubdata"),
        [Fault::edition(1).times(2), Fault::edition(2)],
    );
    assert_eq!(get(&sandbox, &object(), &[&format!("If-Match: {etag}")]).status, 412);
    let other = get(&sandbox, &object(), &[]);
    assert_ne!(other.header("etag"), Some(etag));
    assert!(other.body == sandbox.body(URI, 1).expect("it is there") && other.body != truth(&sandbox));
    assert_eq!(other.body.len(), truth(&sandbox).len());
    let third = get(&sandbox, &object(), &["Range: bytes=0-9"]);
    assert!(third.header("etag") != other.header("etag") && third.header("etag") != Some(etag));

    let weak = Fault {
        etag: Some("W/\"abc\"".into()),
        ..Fault::default()
    };
    assert_eq!(
        spoiled(weak.clone(), &["Range: bytes=0-9"]).1.header("etag"),
        Some("W/\"abc\"")
    );
    assert_eq!(
        spoiled(weak, &["Range: bytes=0-9", "If-Range: W/\"abc\""]).1.status,
        200
    );
    let deaf = Fault {
        ignore_conditions: true,
        ..Fault::edition(1)
    };
    assert_eq!(spoiled(deaf, &[&format!("If-Match: {etag}")]).1.status, 200);
}

#[test]
fn ranges_are_ignored_shifted_and_mislabelled() {
    let range = ["Range: bytes=100-199"];
    let (sandbox, ignored) = spoiled(
        Fault {
            ignore_range: true,
            ..Fault::default()
        },
        &range,
    );
    assert!(ignored.status == 200 && ignored.body == truth(&sandbox));
    let (sandbox, shifted) = spoiled(
        Fault {
            shift_range: -50,
            ..Fault::default()
        },
        &range,
    );
    assert!(
        shifted
            .header("content-range")
            .is_some_and(|text| text.starts_with("bytes 50-149/"))
    );
    assert!(shifted.body == truth(&sandbox)[50..150]);
    let (_, total) = spoiled(
        Fault {
            range_total: Some("*".into()),
            ..Fault::default()
        },
        &range,
    );
    assert_eq!(total.header("content-range"), Some("bytes 100-199/*"));
    let (_, missing) = spoiled(Fault::default().header("Content-Range", ""), &range);
    assert_eq!((missing.status, missing.header("content-range")), (206, None));
    let (_, multipart) = spoiled(
        Fault {
            multipart: true,
            ..Fault::default()
        },
        &range,
    );
    assert!(multipart.text().contains("Content-Range: bytes 100-199/"));
    let (_, unasked) = spoiled(
        Fault {
            relabel: Some(206),
            ..Fault::default()
        },
        &[],
    );
    assert_eq!((unasked.status, unasked.header("content-range")), (206, None));
}

#[test]
fn other_answers_take_the_place_of_the_file() {
    let (_, html) = spoiled(Fault::html(), &[]);
    assert_eq!((html.status, html.header("content-type")), (200, Some("text/html")));
    assert!(html.text().contains("<html>"));
    let (_, empty) = spoiled(Fault::empty(), &[]);
    assert_eq!((empty.status, empty.body.len(), empty.end), (200, 0, End::Complete));
    let (_, redirect) = spoiled(Fault::redirect("http://169.254.169.254/latest"), &[]);
    assert_eq!(
        (redirect.status, redirect.header("location")),
        (302, Some("http://169.254.169.254/latest"))
    );
    let (_, nowhere) = spoiled(Fault::status(302), &[]);
    assert_eq!((nowhere.status, nowhere.header("location")), (302, None));
    for status in [204, 304] {
        let (_, answer) = spoiled(Fault::status(status), &[]);
        assert_eq!(
            (answer.status, answer.body.len(), answer.header("content-length")),
            (status, 0, None)
        );
    }
}

#[test]
fn objects_have_another_length_and_agree_with_it() {
    let short = Fault {
        resize: Some(5000),
        ..Fault::default()
    };
    let (sandbox, answer) = spoiled(short.clone(), &[]);
    assert!(answer.end == End::Complete && answer.body == truth(&sandbox)[..5000]);
    assert_eq!(
        spoiled(short.clone(), &["Range: bytes=-10"]).1.header("content-range"),
        Some("bytes 4990-4999/5000")
    );
    sandbox.script(Matcher::default(), [short]);
    assert_eq!(
        send(&sandbox, "HEAD", &object(), "").header("content-length"),
        Some("5000")
    );
    let bytes = Fault {
        body_bytes: Some(vec![0xff, 0xfe]),
        ..Fault::status(200)
    };
    assert_eq!(spoiled(bytes, &[]).1.body, [0xff, 0xfe]);
}

#[test]
fn content_encodings_lie() {
    let (sandbox, lie) = spoiled(Fault::default().header("Content-Encoding", "gzip"), &[]);
    assert!(lie.header("content-encoding") == Some("gzip") && lie.body == truth(&sandbox));
    let (sandbox, packed) = spoiled(
        Fault {
            gzip: true,
            ..Fault::default()
        },
        &[],
    );
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.body.as_slice())
        .read_to_end(&mut unpacked)
        .expect("it unpacks");
    assert!(unpacked == truth(&sandbox));
}

#[test]
fn dead_ends_refuse_or_swallow_connections() {
    let connect = |end: &DeadEnd| {
        let address = end.url().trim_start_matches("http://").parse().expect("an address");
        std::net::TcpStream::connect_timeout(&address, Duration::from_millis(100)).map_err(|error| error.kind())
    };
    let refusing = DeadEnd::refusing().expect("a port is there");
    assert_eq!(connect(&refusing).err(), Some(std::io::ErrorKind::ConnectionRefused));
    let silent = DeadEnd::silent().expect("a queue can be filled");
    assert_eq!(connect(&silent).err(), Some(std::io::ErrorKind::TimedOut));
}
