//! Where bytes come from, counted in requests.

use std::num::NonZeroUsize;

use lks_fetch::{FailureKind, Policy, Source, Status};
use lks_mast::{CutoutSize, Product, read_table};
use lks_sandbox::{Fault, Matcher};

use crate::bench::{
    Bench, EVEREST, LIGHT_CURVE, in_parts, product, sized_product, small_parts, with_filename, with_obs_id,
};

#[tokio::test]
async fn each_product_comes_from_its_place_and_then_the_store() {
    let bench = Bench::new();
    let products = vec![product(LIGHT_CURVE), product(EVEREST)];
    let first = bench.fetch(products.clone(), &Policy::default()).await;
    let sources: Vec<_> = first
        .rows
        .iter()
        .map(|row| (row.status, row.source, row.attempts))
        .collect();
    assert_eq!(
        sources,
        [
            (Status::Complete, Some(Source::Cloud), 1),
            (Status::Complete, Some(Source::Mast), 1)
        ],
        "{first:?}"
    );
    for (product, row) in products.iter().zip(&first.rows) {
        let uri = product.data_uri().expect("a product");
        let truth = bench.truth(uri);
        assert_eq!(std::fs::read(bench.path(product)).expect("the file"), truth);
        assert_eq!(row.local_path.as_deref(), bench.path(product).to_str());
        assert_eq!(
            (row.bytes, row.data_uri.as_deref()),
            (Some(truth.len() as u64), Some(uri))
        );
        assert_eq!(row.sha256.as_ref().map(String::len), Some(64));
    }
    assert_eq!((bench.num_fetches(), bench.num_lookups()), (2, 1));
    let before = bench.http.requests_made();
    let second = bench.fetch(products, &Policy::default()).await;
    assert_eq!(bench.http.requests_made(), before);
    for (first, second) in first.rows.iter().zip(&second.rows) {
        assert_eq!(
            (second.status, second.source, second.attempts),
            (Status::Complete, Some(Source::Cache), 0)
        );
        assert_eq!(
            (&second.local_path, second.bytes, &second.sha256),
            (&first.local_path, first.bytes, &first.sha256)
        );
    }
}

#[tokio::test]
async fn attempts_are_beginnings_and_not_parts() {
    let part = || Matcher::path("/stpubdata/").nth(4);
    for (script, num_attempts) in [
        (None, 1),
        (Some((part(), vec![Fault::cut_at(1000)])), 2),
        (Some((part(), vec![Fault::status(500), Fault::hang_up()])), 3),
        (Some((Matcher::path("/stpubdata/"), vec![Fault::status(500)])), 2),
    ] {
        let bench = Bench::with(lks_sandbox::SandboxOptions::default(), in_parts());
        if let Some((matcher, faults)) = script {
            bench.sandbox.script(matcher, faults);
        }
        let size = bench.truth(LIGHT_CURVE).len() as u64;
        let products = vec![sized_product(LIGHT_CURVE, Some(size))];
        let row = bench.fetch(products, &Policy::default()).await.rows.remove(0);
        assert_eq!((row.status, row.attempts), (Status::Complete, num_attempts), "{row:?}");
        assert_eq!(bench.num_fetches(), 7 + num_attempts as usize, "eight parts of 256 KiB");
    }
}

#[tokio::test]
async fn forty_files_cost_forty_requests_then_none_then_one() {
    let sandbox = lks_sandbox::SandboxOptions {
        bulk: 40,
        ..Default::default()
    };
    let bench = Bench::with(sandbox, small_parts());
    let name = |n: u64| format!("tess2018206045859-s0001-{:016}-0120-s", 9_000_000_000 + n);
    let products: Vec<Product> = (0..40)
        .map(|n| {
            let (uri, file) = (
                format!("mast:TESS/product/{}_lc.fits", name(n)),
                format!("{}_lc.fits", name(n)),
            );
            Product::new(uri, "TESS", name(n), file)
        })
        .collect();
    let cold = bench.fetch(products.clone(), &Policy::default()).await;
    assert!(
        cold.rows.iter().all(|row| row.status == Status::Complete),
        "{:?}",
        cold.rows[0]
    );
    assert_eq!((bench.num_fetches(), bench.num_lookups()), (40, 1));
    assert!(bench.sandbox.log().iter().all(|it| it.method == "GET"));
    bench.sandbox.clear_log();
    let warm = bench.fetch(products.clone(), &Policy::default()).await;
    assert_eq!(
        warm.rows.iter().filter(|row| row.source == Some(Source::Cache)).count(),
        40
    );
    assert_eq!(bench.sandbox.log().len(), 0);
    let damaged = bench.path(&products[17]);
    std::fs::write(&damaged, b"SIMPLE  = damaged").expect("damaged");
    let mended = bench.fetch(products, &Policy::default()).await;
    assert_eq!((bench.num_fetches(), bench.num_lookups()), (1, 1));
    assert_eq!(mended.rows[17].source, Some(Source::Cloud));
    assert!(
        mended.rows[17]
            .message
            .as_deref()
            .is_some_and(|it| it.starts_with("the kept copy was not used"))
    );
    assert_eq!(mended.counts().get(&Status::Complete), Some(&40));
}

#[tokio::test]
async fn the_second_place_is_asked_when_the_first_has_nothing() {
    for status in [404, 403, 500, 503] {
        let bench = Bench::without_redirect();
        bench
            .sandbox
            .script(Matcher::path("/stpubdata/"), [Fault::status(status).always()]);
        let manifest = bench.fetch(vec![product(LIGHT_CURVE)], &Policy::default()).await;
        let row = &manifest.rows[0];
        assert_eq!(
            (row.status, row.source),
            (Status::Complete, Some(Source::Mast)),
            "{status}: {row:?}"
        );
        let num_asked = if status < 500 { 1 } else { 2 };
        assert_eq!(bench.num_fetches(), num_asked + 1, "{status}");

        let bench = Bench::without_redirect();
        bench
            .sandbox
            .script(Matcher::contains("Download/file"), [Fault::status(status).always()]);
        bench
            .sandbox
            .script(Matcher::path("/api/v0.1/Download"), [Fault::status(status).always()]);
        let archive_first = Policy::default().with_prefer_cloud(false);
        let manifest = bench.fetch(vec![product(LIGHT_CURVE)], &archive_first).await;
        let row = &manifest.rows[0];
        assert_eq!(
            (row.status, row.source),
            (Status::Complete, Some(Source::Cloud)),
            "{status}: {row:?}"
        );
        assert_eq!(bench.num_lookups(), 1, "{status}");
    }
}

#[tokio::test]
async fn the_cloud_is_looked_up_only_if_the_archive_fails() {
    let archive_first = Policy::default().with_prefer_cloud(false);
    let products = vec![product(LIGHT_CURVE), product(EVEREST)];
    let bench = Bench::without_redirect();
    let manifest = bench.fetch(products.clone(), &archive_first).await;
    assert!(
        manifest.rows.iter().all(|row| row.source == Some(Source::Mast)),
        "{manifest:?}"
    );
    assert_eq!((bench.num_fetches(), bench.num_lookups()), (2, 0));

    // One look-up for both; what is not on the cloud is tried at the archive as long as anything that has no other place.
    let bench = Bench::without_redirect();
    let busy = Fault::status(503);
    for place in [Matcher::contains("Download/file"), Matcher::path("/api/v0.1/Download")] {
        bench.sandbox.script(place, [busy.clone().always()]);
    }
    let manifest = bench.fetch(products, &archive_first).await;
    let outcomes: Vec<_> = manifest.rows.iter().map(|row| (row.status, row.source)).collect();
    assert_eq!(
        outcomes,
        [(Status::Complete, Some(Source::Cloud)), (Status::Error, None)],
        "{manifest:?}"
    );
    assert_eq!(bench.num_lookups(), 1);
    assert_eq!(manifest.rows[0].attempts, 3, "two at the archive and one on the cloud");
    let patience = bench.http.retry_policy().attempts;
    assert_eq!(manifest.rows[1].attempts, patience, "{manifest:?}");
}

#[tokio::test]
async fn cloud_only_never_asks_the_archive() {
    let bench = Bench::new();
    let policy = Policy::default().with_cloud_only(true);
    bench
        .sandbox
        .script(Matcher::path("/stpubdata/"), [Fault::status(404).always()]);
    let manifest = bench.fetch(vec![product(LIGHT_CURVE), product(EVEREST)], &policy).await;
    assert_eq!(
        (manifest.rows[0].status, manifest.rows[0].failure),
        (Status::Error, Some(FailureKind::NotFound))
    );
    assert_eq!(manifest.rows[1].status, Status::Skipped);
    assert_eq!(manifest.rows[1].message.as_deref(), Some("not found in the cloud"));
    assert_eq!(bench.sandbox.count(&Matcher::path("/api/v0.1/Download")), 0);
}

#[tokio::test]
async fn a_link_is_given_only_for_an_object_that_is_there() {
    let bench = Bench::without_redirect();
    let policy = Policy::default().with_download_cloud(false);
    let manifest = bench.fetch(vec![product(LIGHT_CURVE), product(EVEREST)], &policy).await;
    let row = &manifest.rows[0];
    let key = "tess/public/tid/s0014/0000/0001/5832/4245/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
    assert_eq!(row.local_path, Some(format!("s3://stpubdata/{key}")));
    assert_eq!((row.status, row.source), (Status::Complete, Some(Source::Link)));
    assert_eq!(row.message.as_deref(), Some("Link to S3 bucket for remote read"));
    assert_eq!(manifest.rows[1].source, Some(Source::Mast));
    assert_eq!(bench.sandbox.count(&Matcher::path("/stpubdata/").method("GET")), 0);
    assert_eq!(bench.sandbox.count(&Matcher::path("/stpubdata/").method("HEAD")), 1);

    let bench = Bench::without_redirect();
    bench
        .sandbox
        .script(Matcher::path("/stpubdata/"), [Fault::status(404).always()]);
    let manifest = bench.fetch(vec![product(LIGHT_CURVE)], &policy).await;
    assert_eq!(manifest.rows[0].source, Some(Source::Mast), "{manifest:?}");
}

#[tokio::test]
async fn without_the_path_look_up_the_archive_is_asked() {
    let bench = Bench::without_redirect();
    bench
        .sandbox
        .script(Matcher::path("/api/v0.1/path_lookup"), [Fault::status(500).always()]);
    let manifest = bench.fetch(vec![product(LIGHT_CURVE)], &Policy::default()).await;
    assert_eq!(
        (manifest.rows[0].status, manifest.rows[0].source),
        (Status::Complete, Some(Source::Mast))
    );
    let warned = bench
        .events
        .0
        .lock()
        .expect("events")
        .iter()
        .any(|event| matches!(event, lks_fetch::Event::Warning(text) if text.contains("could not be looked up")));
    assert!(warned);

    let policy = Policy::default().with_cloud_only(true).with_force(true);
    let manifest = bench.fetch(vec![product(LIGHT_CURVE)], &policy).await;
    assert_eq!(
        (manifest.rows[0].status, manifest.rows[0].failure),
        (Status::Error, Some(FailureKind::Unavailable))
    );
}

#[tokio::test]
async fn the_archives_redirect_to_the_mirror_is_followed() {
    let bench = Bench::new();
    let policy = Policy::default().with_prefer_cloud(false);
    let manifest = bench.fetch(vec![product(LIGHT_CURVE)], &policy).await;
    let row = &manifest.rows[0];
    assert_eq!((row.status, row.source), (Status::Complete, Some(Source::Mast)));
    assert!(
        row.url.as_deref().is_some_and(|url| url.contains("/stpubdata/")),
        "{row:?}"
    );
}

#[tokio::test]
async fn unchecked_files_are_unknown_and_force_fetches_what_is_there() {
    let bench = Bench::new();
    let products = vec![product(EVEREST)];
    bench.fetch(products.clone(), &Policy::default()).await;
    std::fs::write(bench.path(&products[0]), b"short").expect("damaged");
    bench.sandbox.clear_log();
    let unchecked = Policy::default().with_check_sizes(false);
    let row = bench.fetch(products.clone(), &unchecked).await.rows.remove(0);
    assert_eq!(
        (row.status, row.source, row.bytes),
        (Status::Unknown, Some(Source::Cache), Some(5))
    );
    let message = "File exists in local cache, has not been validated for integrity";
    assert_eq!(row.message.as_deref(), Some(message));
    assert_eq!(bench.sandbox.log().len(), 0);
    let force = Policy::default().with_force(true);
    let row = bench.fetch(products.clone(), &force).await.rows.remove(0);
    assert_eq!((row.status, row.source), (Status::Complete, Some(Source::Mast)));
    assert_eq!(
        std::fs::read(bench.path(&products[0])).expect("the file"),
        bench.truth(EVEREST)
    );
}

#[tokio::test]
async fn rows_that_cannot_be_fetched_do_not_disturb_the_others() {
    let bench = Bench::new();
    let table = read_table(b"obs_collection,obs_id,productFilename,dataURI\nHLSP,a,a_lc.fits,\n").expect("a table");
    let mut rows = Product::of_table(&table, CutoutSize::default());
    let products = [
        with_obs_id(&product(LIGHT_CURVE), ".."),
        product("mast:HLSP/nothing/here.fits"),
        product(EVEREST),
        with_filename(&product(EVEREST), "../../x.fits"),
        product(EVEREST),
    ];
    rows.extend(products.map(Ok));
    let manifest = bench.fetch_rows(rows, &Policy::default()).await;
    let outcome: Vec<_> = manifest.rows.iter().map(|row| (row.status, row.failure)).collect();
    assert_eq!(
        outcome,
        [
            (Status::Skipped, None),
            (Status::Error, Some(FailureKind::UnsafeName)),
            (Status::Error, Some(FailureKind::NotFound)),
            (Status::Complete, None),
            (Status::Error, Some(FailureKind::UnsafeName)),
            (Status::Complete, None),
        ]
    );
    assert_eq!(
        bench.sandbox.count(&Matcher::contains("everest")),
        2,
        "one look-up and one download"
    );
    assert_eq!(
        crate::bench::files(&bench.directory.path().join("mastDownload")).len(),
        1
    );
}

#[tokio::test]
async fn the_tables_size_is_advice() {
    let bench = Bench::new();
    let truth = bench.truth(EVEREST).len() as u64;
    let row = bench
        .fetch(vec![sized_product(EVEREST, Some(truth + 1))], &Policy::default())
        .await
        .rows
        .remove(0);
    assert_eq!(row.status, Status::Complete);
    assert_eq!(
        row.message,
        Some(format!(
            "the table says {} bytes, the archive serves {truth}",
            truth + 1
        ))
    );
}

#[tokio::test]
async fn rows_keep_their_order_whatever_finishes_first() {
    let options = small_parts().with_jobs(NonZeroUsize::MIN.saturating_add(3));
    let bench = Bench::with(
        lks_sandbox::SandboxOptions {
            bulk: 12,
            ..Default::default()
        },
        options,
    );
    let slow = Fault {
        delay_ms: 150,
        ..Fault::default()
    };
    bench.sandbox.script(Matcher::contains("9000000000-0120"), [slow]);
    let uri = |n: u64| {
        format!(
            "mast:TESS/product/tess2018206045859-s0001-{:016}-0120-s_lc.fits",
            9_000_000_000 + n
        )
    };
    let products: Vec<Product> = (0..12)
        .map(|n| product(&uri(n)))
        .map(|it| with_obs_id(&it, it.filename()))
        .collect();
    let manifest = bench.fetch(products, &Policy::default()).await;
    let uris: Vec<_> = manifest.rows.iter().filter_map(|row| row.data_uri.clone()).collect();
    assert_eq!(uris, (0..12).map(uri).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_store_that_cannot_be_written_is_an_error_of_the_row() {
    let bench = Bench::new();
    std::fs::write(bench.directory.path().join(".lks"), b"in the way").expect("written");
    let row = bench
        .fetch(vec![product(LIGHT_CURVE)], &Policy::default())
        .await
        .rows
        .remove(0);
    assert_eq!(
        (row.status, row.failure),
        (Status::Error, Some(FailureKind::Storage)),
        "{row:?}"
    );
    assert!(bench.num_fetches() <= 1, "no other source helps");
}
