//! A host that is down: what a large batch costs, what it says, and how it goes on.

use std::net::TcpListener;
use std::num::NonZeroUsize;
use std::time::Duration;

use futures::future::Either;
use lks_fetch::{Event, FailureKind, Policy, Source, Status};
use lks_http::Outage;
use lks_mast::Product;
use lks_sandbox::{Fault, Matcher, Sandbox};

use crate::bench::{Bench, EVEREST, LIGHT_CURVE, Patience, product, small_parts, with_obs_id};

const DOWNLOADS: &str = "/api/v0.1/Download";

/// Products that are in the archive only.
fn products(n: usize) -> Vec<Product> {
    let product_of = |n: usize| Product::new(format!("mast:HLSP/x/{n}_lc.fits"), "HLSP", n.to_string(), "x_lc.fits");
    (0..n).map(product_of).collect()
}

fn bulk(n: u64) -> Vec<Product> {
    let uri = |n: u64| {
        format!(
            "mast:TESS/product/tess2018206045859-s0001-{:016}-0120-s_lc.fits",
            9_000_000_000 + n
        )
    };
    (0..n)
        .map(|n| product(&uri(n)))
        .map(|it| with_obs_id(&it, it.filename()))
        .collect()
}

#[tokio::test]
#[allow(clippy::print_stdout)]
async fn two_thousand_files_cost_a_dead_archive_a_few_requests() {
    for fault in [Fault::hang_up(), Fault::status(500), Fault::status(503)] {
        let bench = Bench::new();
        bench.sandbox.script(Matcher::path(DOWNLOADS), [fault.clone().always()]);
        let manifest = bench.fetch(products(2000), &Policy::default()).await;
        assert_eq!(manifest.num_failed(), 2000);
        let num_asked = bench.num_fetches();
        println!(
            "a host that is down: {num_asked} requests for 2000 files ({})",
            manifest.rows[1999].message.as_deref().unwrap_or_default()
        );
        assert!((10..=40).contains(&num_asked), "{fault:?}: {num_asked} requests");
        let last = &manifest.rows[1999];
        let message = last.message.clone().unwrap_or_default();
        assert!(
            message.contains("host 127.0.0.1 is down: ") && message.contains(" requests failed since "),
            "{message}"
        );
        assert_eq!(
            (last.failure, last.attempts),
            (Some(FailureKind::Unavailable), 0),
            "{last:?}"
        );
    }
}

#[tokio::test]
async fn an_archive_that_comes_back_in_time_costs_no_row() {
    let sandbox = lks_sandbox::SandboxOptions {
        bulk: 40,
        ..Default::default()
    };
    let bench = Bench::with(sandbox, small_parts());
    let faults: Vec<Fault> = (0..14).map(|_| Fault::hang_up()).collect();
    bench.sandbox.script(Matcher::path(DOWNLOADS), faults);
    let rows = bench
        .fetch(bulk(40), &Policy::default().with_prefer_cloud(false))
        .await
        .rows;
    assert!(rows.iter().all(|row| row.status == Status::Complete), "{rows:?}");
}

/// An archive with sixty targets, whose mirror is elsewhere.
fn bench_with_mirror(address: &str) -> Bench {
    let sandbox = lks_sandbox::SandboxOptions {
        bulk: 60,
        redirect_to_cloud: false,
        ..Default::default()
    };
    let http = Patience::Usual
        .options()
        .with_connect_timeout(Duration::from_millis(300))
        .with_silence(Duration::from_millis(20))
        // A busy machine is to have no time for a probe.
        .with_outage(Outage::default().with_pause(Duration::from_secs(600)));
    Bench::with(sandbox, small_parts()).with_client(&http, Some(address), small_parts())
}

const CLOUD_ONLY: fn() -> Policy = || Policy::default().with_cloud_only(true);

/// All rows fail after a few requests, and none of them waits for the mirror to come back.
async fn ends_at_once(bench: &Bench) {
    let manifest = bench.fetch(bulk(60), &CLOUD_ONLY()).await;
    assert_eq!(manifest.num_failed(), 60, "{manifest:?}");
    let message = manifest.rows[59].message.clone().unwrap_or_default();
    assert!(message.contains("host 127.0.0.1 is down: "), "{message}");
    assert_eq!(manifest.rows[59].attempts, 0, "{manifest:?}");
    let num_vain = bench.http.requests_made() as usize - bench.sandbox.log().len();
    assert!(
        (10..=20).contains(&num_vain),
        "{num_vain} requests to a mirror that is not there"
    );
    let waits = bench.waits();
    assert!(!waits.iter().any(|reason| reason.contains("is down")), "{waits:?}");
}

#[tokio::test]
async fn nobody_waits_for_a_mirror_that_refuses_all_connections() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .and_then(|it| it.local_addr())
        .expect("a port");
    let bench = bench_with_mirror(&format!("http://{closed}"));
    ends_at_once(&bench).await;
    let bench = bench_with_mirror(&format!("http://{closed}"));
    let alone = bench.fetch(bulk(1), &CLOUD_ONLY()).await;
    assert_eq!(alone.rows[0].attempts, 5, "{alone:?}");
    assert_eq!(bench.waits().len(), 4, "each pause is told");
}

#[tokio::test]
async fn a_mirror_that_swallows_connections_is_reported() {
    let full = tokio::net::TcpSocket::new_v4().expect("a socket");
    full.bind("127.0.0.1:0".parse().expect("an address")).expect("bound");
    let full = full.listen(0).expect("listening");
    let address = full.local_addr().expect("an address");
    // Nobody accepts, so that the system drops what comes after these.
    let mut connected = Vec::new();
    while let Ok(stream) = std::net::TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        connected.push(stream);
    }
    let bench = bench_with_mirror(&format!("http://{address}"));
    ends_at_once(&bench).await;
    let events = bench.events.0.lock().expect("the events");
    let at = |wanted: &dyn Fn(&Event) -> bool| events.iter().position(wanted).expect("such an event");
    let told = at(&|event| matches!(event, Event::Waiting { reason, .. } if reason.starts_with("no answer for ")));
    let failed = at(&|event| matches!(event, Event::Waiting { reason, .. } if reason.contains("no connection")));
    assert!(told < failed, "{events:?}");
}

#[tokio::test]
async fn a_mirror_that_is_down_is_left_alone_meanwhile() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .and_then(|it| it.local_addr())
        .expect("a port");
    let bench = bench_with_mirror(&format!("http://{closed}"));
    let manifest = bench.fetch(bulk(60), &Policy::default()).await;
    let from_the_archive = |row: &lks_fetch::ManifestRow| row.source == Some(Source::Mast);
    assert!(manifest.rows.iter().all(from_the_archive), "{manifest:?}");
    let num_vain = bench.http.requests_made() as usize - bench.sandbox.log().len();
    assert!(num_vain <= 40, "{num_vain} requests to a mirror that is down");
}

#[tokio::test]
async fn files_that_wait_for_one_host_let_those_of_another_pass() {
    let mirror = Sandbox::start(lks_sandbox::SandboxOptions::default()).expect("a mirror");
    let outage = Outage::default().with_pause(Duration::from_secs(600));
    let http = Patience::Usual.options().with_outage(outage);
    let options = small_parts().with_jobs(NonZeroUsize::MIN);
    let bench = Bench::without_redirect().with_client(&http, Some(&mirror.url()), options);
    bench
        .sandbox
        .script(Matcher::path(DOWNLOADS), [Fault::hang_up().always()]);
    let mut products = products(12);
    products.push(product(LIGHT_CURVE));
    let arrived = async {
        let is_there = |event: &Event| matches!(event, Event::FileDone { row: 12, .. });
        while !bench.events.0.lock().expect("the events").iter().any(is_there) {
            tokio::task::yield_now().await;
        }
    };
    let policy = Policy::default();
    let run = Box::pin(bench.fetch(products, &policy));
    let both = futures::future::select(run, Box::pin(arrived));
    let first = tokio::time::timeout(Duration::from_secs(20), both).await;
    let first = first.expect("the light curve waits behind a host that is down");
    assert!(
        matches!(first, Either::Right(_)),
        "the run waits for the archive for ten minutes"
    );
}

#[tokio::test]
async fn one_product_that_always_fails_keeps_nobody_waiting() {
    let bench = Bench::without_redirect();
    let bad = Matcher::contains("bad").method("GET");
    bench.sandbox.script(bad, [Fault::status(500).always()]);
    let wrong = |n: usize| Product::new("mast:HLSP/bad", "HLSP", n.to_string(), "x_lc.fits");
    let mut products: Vec<Product> = (0..4).map(wrong).collect();
    products.push(product(EVEREST));
    let manifest = bench.fetch(products, &Policy::default()).await;
    assert_eq!(manifest.rows[4].status, Status::Complete, "{manifest:?}");
    assert_eq!(manifest.rows[0].attempts, 5);
}

#[tokio::test]
async fn where_nothing_can_be_written_nothing_is_asked_for() {
    let bench = Bench::new();
    std::fs::write(bench.directory.path().join(".lks"), b"file").expect("a file");
    let products = vec![product(LIGHT_CURVE), product(EVEREST)];
    let manifest = bench.fetch(products, &Policy::default()).await;
    for row in &manifest.rows {
        let message = row.message.as_deref().unwrap_or_default();
        assert_eq!(
            (row.status, row.failure),
            (Status::Error, Some(FailureKind::Storage)),
            "{row:?}"
        );
        assert!(
            message.contains(".lks: a file in place of a directory is in the way"),
            "{row:?}"
        );
    }
    assert_eq!(bench.num_fetches(), 0, "{:?}", bench.sandbox.log());
}
