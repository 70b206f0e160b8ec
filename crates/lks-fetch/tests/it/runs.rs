//! A run as a whole: what it tells, what a cancelled one leaves, what is taken over.

use std::num::NonZeroUsize;
use std::time::Duration;

use lks_fetch::{Event, Policy, Source, Status};
use lks_sandbox::{Fault, Matcher};

use crate::bench::{Bench, EVEREST, LIGHT_CURVE, files, in_parts, product, sized_product, small_parts, with_obs_id};

#[tokio::test]
async fn a_run_tells_what_it_does_and_never_takes_anything_back() {
    let bench = Bench::new();
    bench
        .sandbox
        .script(Matcher::contains("_lc.fits").method("GET"), [Fault::default()]);
    bench.sandbox.script(
        Matcher::path("/stpubdata/"),
        [Fault::cut_at(900_000), Fault::cut_at(500_000)],
    );
    let size = bench.truth(LIGHT_CURVE).len() as u64;
    bench
        .fetch(
            vec![sized_product(LIGHT_CURVE, Some(size)), product(EVEREST)],
            &Policy::default(),
        )
        .await;
    let events = bench.events.0.lock().expect("events");
    assert_eq!(
        events.first(),
        Some(&Event::Begun {
            num_files: 2,
            num_bytes: size
        })
    );
    assert_eq!(events.last(), Some(&Event::Finished));
    let received: Vec<u64> = events
        .iter()
        .filter_map(|event| match event {
            Event::Received { row: 0, bytes, .. } => Some(*bytes),
            _ => None,
        })
        .collect();
    assert!(received.is_sorted() && received.last() == Some(&size), "{received:?}");
    let done = |row| {
        events
            .iter()
            .filter(|it| matches!(it, Event::FileDone { row: of, outcome } if *of == row && outcome.status == Status::Complete))
            .count()
    };
    assert_eq!((done(0), done(1)), (1, 1));
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::Waiting { row: 0, .. }))
    );
}

#[tokio::test]
async fn what_came_before_a_standstill_is_told_while_it_lasts() {
    const CAME: u64 = 700_000;
    for options in [small_parts(), in_parts()] {
        let bench = Bench::with(lks_sandbox::SandboxOptions::default(), options);
        let stall = Fault::stall_at(CAME).always();
        bench.sandbox.script(Matcher::path("/stpubdata/"), [stall]);
        let size = bench.truth(LIGHT_CURVE).len() as u64;
        let (products, policy) = (vec![sized_product(LIGHT_CURVE, Some(size))], Policy::default());
        let told = async {
            let is_all = |event: &Event| matches!(event, Event::Received { bytes, .. } if *bytes >= CAME);
            while !bench.events.0.lock().expect("events").iter().any(is_all) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::select! {
            manifest = bench.fetch(products, &policy) => panic!("it ended: {manifest:?}"),
            () = told => {}
        }
        let events = bench.events.0.lock().expect("events");
        let given_up = events.iter().any(|event| matches!(event, Event::Waiting { .. }));
        assert!(!given_up, "only when the standstill was over: {events:?}");
    }
}

#[tokio::test]
async fn a_cancelled_run_leaves_nothing_that_looks_whole() {
    for options in [crate::bench::small_parts(), in_parts()] {
        let bench = Bench::with(lks_sandbox::SandboxOptions::default(), options);
        let slow = Fault::slow(300_000).always();
        bench.sandbox.script(Matcher::path("/stpubdata/"), [slow]);
        let size = bench.truth(LIGHT_CURVE).len() as u64;
        let products = vec![sized_product(LIGHT_CURVE, Some(size))];
        let cancelled = tokio::time::timeout(
            Duration::from_millis(300),
            bench.fetch(products.clone(), &Policy::default()),
        )
        .await;
        assert!(cancelled.is_err());
        assert!(files(&bench.directory.path().join("mastDownload")).is_empty());
        bench.sandbox.clear_scripts();
        let row = bench.fetch(products.clone(), &Policy::default()).await.rows.remove(0);
        assert_eq!((row.status, row.source), (Status::Complete, Some(Source::Cloud)));
        assert_eq!(
            std::fs::read(bench.path(&products[0])).expect("the file"),
            bench.truth(LIGHT_CURVE)
        );
    }
}

#[tokio::test]
async fn a_foreign_file_is_taken_over_if_it_is_whole() {
    let sandbox = lks_sandbox::SandboxOptions {
        bulk: 1,
        ..Default::default()
    };
    let bench = Bench::with(sandbox, small_parts());
    let another = "mast:TESS/product/tess2018206045859-s0001-0000009000000000-0120-s_lc.fits";
    let (whole, cut, flipped) = (product(EVEREST), product(LIGHT_CURVE), product(another));
    for (product, uri) in [(&whole, EVEREST), (&cut, LIGHT_CURVE), (&flipped, another)] {
        let (path, mut bytes) = (bench.path(product), bench.truth(uri));
        let middle = bytes.len() / 2;
        match uri {
            EVEREST => {}
            LIGHT_CURVE => bytes.truncate(middle),
            _ => bytes[middle] ^= 1,
        }
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        std::fs::write(&path, bytes).expect("written");
        let an_hour_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
        let file = std::fs::File::options().write(true).open(&path).expect("opened");
        file.set_modified(an_hour_ago).expect("dated");
    }
    let products = vec![whole.clone(), cut.clone(), flipped.clone()];
    let manifest = bench.fetch(products, &Policy::default()).await;
    assert_eq!(manifest.rows[0].source, Some(Source::Cache), "{manifest:?}");
    assert_eq!(manifest.rows[1].source, Some(Source::Cloud), "{manifest:?}");
    assert_eq!(manifest.rows[2].source, Some(Source::Cloud), "{manifest:?}");
    assert_eq!(bench.num_fetches(), 2);
    assert!(std::fs::read(bench.path(&cut)).expect("the file") == bench.truth(LIGHT_CURVE));
    assert!(std::fs::read(bench.path(&flipped)).expect("the file") == bench.truth(another));
}

#[tokio::test]
async fn two_runs_at_once_fetch_a_file_once() {
    let bench = Bench::new();
    bench.sandbox.script(
        Matcher::path("/stpubdata/"),
        [Fault {
            delay_ms: 200,
            ..Fault::default()
        }],
    );
    let products = vec![product(LIGHT_CURVE)];
    let policy = Policy::default();
    let (one, other) = futures::join!(
        bench.fetch(products.clone(), &policy),
        bench.fetch(products.clone(), &policy)
    );
    assert_eq!(
        (one.rows[0].status, other.rows[0].status),
        (Status::Complete, Status::Complete)
    );
    assert_eq!(bench.num_fetches(), 1);
}

#[tokio::test]
async fn nobody_waits_for_the_lock_of_a_small_file() {
    let bench = Bench::new();
    let size = bench.truth(EVEREST).len() as u64;
    let product = sized_product(EVEREST, Some(size));
    let key = lks_fetch::key_of(&product).expect("a safe name");
    let lks_cache::Claim::Held(_held) = lks_fetch::store_at(bench.directory.path()).try_claim(&key) else {
        panic!("nobody else works on it");
    };
    let policy = Policy::default();
    let fetched = tokio::time::timeout(Duration::from_secs(60), bench.fetch(vec![product], &policy));
    let manifest = fetched.await.expect("it waits for nobody");
    assert_eq!(manifest.rows[0].status, Status::Complete, "{manifest:?}");
    let is_lock = |path: &std::path::PathBuf| path.components().any(|name| name.as_os_str() == "lock");
    let locks = files(bench.directory.path()).into_iter().filter(is_lock);
    assert_eq!(locks.count(), 1, "the one that is held");
}

#[tokio::test]
async fn five_runs_at_once_fetch_a_small_file_twice_at_most() {
    let bench = Bench::new();
    let delay = Fault {
        delay_ms: 200,
        ..Fault::default()
    };
    bench
        .sandbox
        .script(Matcher::path("/stpubdata/"), std::iter::repeat_n(delay, 5));
    let size = bench.truth(EVEREST).len() as u64;
    let (products, policy) = (vec![sized_product(EVEREST, Some(size))], Policy::default());
    let runs = (0..5).map(|_| bench.fetch(products.clone(), &policy));
    let manifests = futures::future::join_all(runs).await;
    assert!(manifests.iter().all(|it| it.rows[0].status == Status::Complete));
    assert!(bench.num_fetches() <= 2, "{}", bench.num_fetches());
}

#[tokio::test]
async fn a_file_of_two_observations_is_fetched_once_and_kept_twice() {
    let bench = Bench::new();
    let products = vec![product(LIGHT_CURVE), with_obs_id(&product(LIGHT_CURVE), "another")];
    let manifest = bench.fetch(products.clone(), &Policy::default()).await;
    assert_eq!(manifest.counts().get(&Status::Complete), Some(&2), "{manifest:?}");
    for product in &products {
        assert!(std::fs::read(bench.path(product)).expect("the file") == bench.truth(LIGHT_CURVE));
    }
    assert_eq!(bench.num_fetches(), 1);
}

#[tokio::test]
async fn the_archive_never_sees_more_than_its_share_at_once() {
    let sandbox = lks_sandbox::SandboxOptions {
        bulk: 30,
        redirect_to_cloud: false,
        ..Default::default()
    };
    let options = small_parts().with_jobs(NonZeroUsize::MIN.saturating_add(29));
    let bench = Bench::with(sandbox, options);
    bench.sandbox.script(
        Matcher::path("/api/v0.1/Download"),
        [Fault {
            delay_ms: 20,
            ..Fault::default()
        }
        .always()],
    );
    let uri = |n: u64| {
        format!(
            "mast:TESS/product/tess2018206045859-s0001-{:016}-0120-s_lc.fits",
            9_000_000_000 + n
        )
    };
    let products = (0..30)
        .map(|n| product(&uri(n)))
        .map(|it| with_obs_id(&it, it.filename()))
        .collect();
    let archive_first = Policy::default().with_prefer_cloud(false);
    let manifest = bench.fetch(products, &archive_first).await;
    assert_eq!(manifest.counts().get(&Status::Complete), Some(&30), "{manifest:?}");
    // Six files at once, and the connections of the look-up.
    assert!(
        bench.sandbox.peak_connections() <= 8,
        "{}",
        bench.sandbox.peak_connections()
    );
}

#[tokio::test]
async fn files_that_are_held_back_by_a_hosts_pause_say_so() {
    let bench = Bench::with(
        lks_sandbox::SandboxOptions {
            bulk: 12,
            ..Default::default()
        },
        // The file after the one that goes on meets the pause.
        small_parts().with_jobs(NonZeroUsize::MIN.saturating_add(1)),
    );
    bench
        .sandbox
        .script(Matcher::path("/stpubdata/"), [Fault::status(503).retry_after(2)]);
    let uri = |n: u64| {
        format!(
            "mast:TESS/product/tess2018206045859-s0001-{:016}-0120-s_lc.fits",
            9_000_000_000 + n
        )
    };
    let products = (0..12)
        .map(|n| product(&uri(n)))
        .map(|it| with_obs_id(&it, it.filename()))
        .collect();
    let manifest = bench.fetch(products, &Policy::default()).await;
    assert_eq!(manifest.counts().get(&Status::Complete), Some(&12), "{manifest:?}");
    let events = bench.events.0.lock().expect("events");
    let held = |event: &Event| matches!(event, Event::Waiting { reason, .. } if reason == "the host asks to wait");
    assert!(events.iter().any(held), "{events:?}");
}
