//! The sandbox through its sockets.

mod client;
mod cube;
mod faults;
mod hostile;
mod mast;
mod recorded;
mod s3;
mod tesscut;

use std::time::{Duration, Instant};

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

use client::{End, connect, control, exchange, exchange_until_silence, get, request, send};

/// A light curve that lies in the bucket.
const URI: &str = "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
const KEY: &str = "tess/public/tid/s0014/0000/0001/5832/4245/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";

fn start() -> Sandbox {
    Sandbox::start(SandboxOptions::default()).expect("a free port is there")
}

/// The address of [`KEY`].
fn object() -> String {
    format!("/stpubdata/{KEY}")
}

#[test]
fn it_starts_and_stops_at_once_even_while_an_answer_stalls() {
    let started = Instant::now();
    let sandbox = start();
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    sandbox.script(Matcher::default(), [Fault::stall_at(10)]);
    let mut stream = connect(&sandbox);
    let answer = exchange_until_silence(&mut stream, &request("GET", &object(), &[], ""), Some(10));
    assert_eq!((answer.body.len(), answer.end), (10, End::Silence));
    let stopping = Instant::now();
    drop(sandbox);
    assert!(
        stopping.elapsed() < Duration::from_millis(500),
        "{:?}",
        stopping.elapsed()
    );
    assert!(matches!(exchange(&mut stream, "").end, End::Fin | End::Reset));
}

#[test]
fn latency_comes_before_each_answer() {
    let latency = Duration::from_millis(50);
    let options = SandboxOptions {
        latency,
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options).expect("a free port is there");
    let asked = Instant::now();
    get(&sandbox, "/whoami", &[]);
    assert!(asked.elapsed() >= latency);
}

#[test]
fn a_taken_port_is_an_error_that_says_what_to_do() {
    let first = start();
    let port = first
        .url()
        .rsplit(':')
        .next()
        .and_then(|text| text.parse().ok())
        .expect("the URL ends in a port");
    let error = Sandbox::start(SandboxOptions {
        port,
        ..SandboxOptions::default()
    })
    .expect_err("the port is taken");
    assert!(error.to_string().contains("choose another port"), "{error}");
}

#[test]
fn a_connection_serves_requests_that_come_at_once() {
    let sandbox = start();
    let mut stream = connect(&sandbox);
    for _ in 0..3 {
        assert_eq!(exchange(&mut stream, &request("HEAD", &object(), &[], "")).status, 200);
    }
    let twice = request("GET", "/whoami", &[], "").repeat(2);
    let both = exchange_until_silence(&mut stream, &twice, Some(0));
    assert_eq!(both.text().matches("\"anon\":true").count(), 2);
    assert_eq!(sandbox.peak_connections(), 1);
    assert_eq!(sandbox.peak_requests(), 1);
    assert_eq!(sandbox.peak_requests_of(&Matcher::default()), 1);
}

#[test]
fn request_bodies_may_be_chunked_and_announced() {
    let sandbox = start();
    let chunked =
        "POST /api/v0/invoke HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n";
    let mut stream = connect(&sandbox);
    let answer = exchange(
        &mut stream,
        &format!("{chunked}8\r\nrequest=\r\n2;x=y\r\n{{}}\r\n0\r\n\r\n"),
    );
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("unknown service ''"), "{}", answer.text());

    let announced = "POST /api/v0/invoke HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n";
    let mut stream = connect(&sandbox);
    let answer = exchange_until_silence(&mut stream, announced, Some(0));
    assert_eq!((answer.status, answer.end), (100, End::Silence));
    assert!(
        exchange(&mut stream, "request={}")
            .text()
            .contains("unknown service ''")
    );
}

#[test]
fn what_is_no_request_is_refused() {
    let sandbox = start();
    assert_eq!(exchange(&mut connect(&sandbox), "hello\r\n\r\n").status, 400);
    let tls = exchange(&mut connect(&sandbox), "\u{16}\u{3}\u{1}\u{2}");
    assert_eq!((tls.head.as_str(), tls.end), ("", End::Fin));
    assert_eq!(get(&sandbox, "/nothing/here", &[]).status, 404);
    assert_eq!(
        get(&sandbox, "/", &[&format!("X-Long: {}", "x".repeat(70_000))]).status,
        431
    );
}

#[test]
fn the_log_counts_and_tells() {
    let sandbox = start();
    get(&sandbox, &object(), &["Range: bytes=0-9"]);
    send(
        &sandbox,
        "POST",
        "/api/v0/invoke",
        "request=%7B%22service%22%3A%20%22Mast.Caom.Cone%22%7D",
    );
    let log = sandbox.log();
    assert_eq!(log.len(), 2);
    assert_eq!(
        (log[0].status, log[0].bytes, log[0].range.as_deref()),
        (Some(206), 10, Some("bytes=0-9"))
    );
    assert_eq!(log[1].body, r#"request={"service": "Mast.Caom.Cone"}"#);
    assert!(log[0].at <= log[1].at);
    assert_eq!(sandbox.count(&Matcher::contains("Mast.Caom.Cone")), 1);
    assert_eq!(sandbox.count(&Matcher::path("/stpubdata/").method("GET")), 1);
    sandbox.clear_log();
    assert_eq!(sandbox.log().len(), 0);
}

#[test]
fn other_languages_script_and_read_the_log_over_http() {
    let sandbox = start();
    let script =
        r#"{"match": {"path": "/whoami"}, "faults": [{"status": 503, "headers": [["Retry-After", "2"]], "times": 2}]}"#;
    assert_eq!(control(&sandbox, script).status, 200);
    for status in [503, 503, 200] {
        assert_eq!(get(&sandbox, "/whoami", &[]).status, status);
    }
    let log = get(&sandbox, "/_sandbox/log", &[]).json();
    assert_eq!(log["requests"].as_array().map(Vec::len), Some(3));
    assert_eq!(log["requests"][0]["status"], 503);
    assert_eq!(log["forgotten"], 0);
    assert_eq!(send(&sandbox, "DELETE", "/_sandbox/log", "").status, 200);
    assert_eq!(sandbox.log().len(), 0);
    let typo = control(&sandbox, r#"{"faults": [{"statsu": 503}]}"#);
    assert_eq!(typo.status, 400);
    assert!(typo.text().contains("statsu"));
}

#[test]
fn settings_point_at_the_sandbox() {
    let sandbox = start();
    let keys: Vec<_> = sandbox
        .settings()
        .into_iter()
        .map(|(key, value)| (key, value.replace(&sandbox.url(), "URL")))
        .collect();
    assert_eq!(
        keys,
        [
            ("endpoints.mast", "URL"),
            ("endpoints.resolver", "URL"),
            ("endpoints.s3", "URL"),
            ("endpoints.tap", "URL/TAPVizieR/tap"),
            ("endpoints.simbad", "URL/simbad/sim-tap"),
            ("endpoints.gaia", "URL/tap-server/tap"),
        ]
        .map(|(key, value)| (key, value.to_owned()))
    );
}
