//! A host that is down: what a large batch costs, what it says, and how it goes on.

use std::net::TcpListener;

use lks_fetch::{FailureKind, Item, Policy, Source, Status};
use lks_sandbox::{Fault, Matcher};

use crate::bench::{Bench, EVEREST, item, small_parts};

const DOWNLOADS: &str = "/api/v0.1/Download";

/// Products that are in the archive only.
fn items(n: usize) -> Vec<Item> {
    let item_of = |n: usize| {
        Item::product(
            format!("mast:HLSP/x/{n}_lc.fits"),
            "HLSP",
            n.to_string(),
            "x_lc.fits",
            None,
        )
    };
    (0..n).map(item_of).collect()
}

fn bulk(n: u64) -> Vec<Item> {
    let uri = |n: u64| {
        format!(
            "mast:TESS/product/tess2018206045859-s0001-{:016}-0120-s_lc.fits",
            9_000_000_000 + n
        )
    };
    (0..n)
        .map(|n| item(&uri(n)))
        .map(|it| Item {
            obs_id: it.filename.clone(),
            ..it
        })
        .collect()
}

#[tokio::test]
#[allow(clippy::print_stdout)]
async fn a_batch_of_two_thousand_files_costs_a_dead_archive_a_few_requests() {
    for fault in [Fault::hang_up(), Fault::status(500), Fault::status(503)] {
        let bench = Bench::new();
        bench.sandbox.script(Matcher::path(DOWNLOADS), [fault.clone().always()]);
        let manifest = bench.fetch(items(2000), &Policy::default()).await;
        assert_eq!(manifest.n_failed(), 2000);
        let n_asked = bench.n_fetches();
        println!(
            "a host that is down: {n_asked} requests for 2000 files ({})",
            manifest.rows[1999].message.as_deref().unwrap_or_default()
        );
        assert!((10..=40).contains(&n_asked), "{fault:?}: {n_asked} requests");
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
async fn an_archive_that_comes_back_while_it_is_waited_for_costs_no_row() {
    let sandbox = lks_sandbox::Options {
        bulk: 40,
        ..Default::default()
    };
    let bench = Bench::with(sandbox, small_parts());
    let faults: Vec<Fault> = (0..14).map(|_| Fault::hang_up()).collect();
    bench.sandbox.script(Matcher::path(DOWNLOADS), faults);
    let rows = bench
        .fetch(
            bulk(40),
            &Policy {
                prefer_cloud: false,
                ..Policy::default()
            },
        )
        .await
        .rows;
    assert!(rows.iter().all(|row| row.status == Status::Complete), "{rows:?}");
}

#[tokio::test]
async fn a_mirror_that_is_down_is_left_alone_while_the_archive_brings_the_files() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .and_then(|it| it.local_addr())
        .expect("a port");
    let bench = Bench::with(
        lks_sandbox::Options {
            bulk: 60,
            redirect_to_cloud: false,
            ..Default::default()
        },
        lks_fetch::Options {
            s3: Some(format!("http://{closed}")),
            ..small_parts()
        },
    );
    let manifest = bench.fetch(bulk(60), &Policy::default()).await;
    let from_the_archive = |row: &lks_fetch::Row| row.source == Some(Source::Mast);
    assert!(manifest.rows.iter().all(from_the_archive), "{manifest:?}");
    let n_vain = bench.http.requests_made() as usize - bench.sandbox.log().len();
    assert!(n_vain <= 40, "{n_vain} requests to a mirror that is down");
}

#[tokio::test]
async fn one_product_that_always_fails_keeps_nobody_waiting() {
    let bench = Bench::without_redirect();
    let bad = Matcher::contains("bad").method("GET");
    bench.sandbox.script(bad, [Fault::status(500).always()]);
    let wrong = |n: usize| Item::product("mast:HLSP/bad", "HLSP", n.to_string(), "x_lc.fits", None);
    let mut items: Vec<Item> = (0..4).map(wrong).collect();
    items.push(item(EVEREST));
    let manifest = bench.fetch(items, &Policy::default()).await;
    assert_eq!(manifest.rows[4].status, Status::Complete, "{manifest:?}");
    assert_eq!(manifest.rows[0].attempts, 5);
}
