//! Cutouts: one request each, kept under an exact name, and nothing of a bad zip.

use lks_fetch::{FailureKind, Policy, Source, Status};
use lks_http::Request;
use lks_mast::{Cutout, CutoutSize, Endpoints, Product, lanes};
use lks_sandbox::{Fault, Matcher};

use crate::bench::{Bench, files};

/// Around TOI 1161.
fn cutout() -> Cutout {
    Cutout {
        ra: 286.971,
        dec: 46.868,
        size: CutoutSize { ny: 7, nx: 5 },
        sector: 14,
        detector: None,
    }
}

#[tokio::test]
async fn a_cutout_is_one_request_and_then_none() {
    let bench = Bench::new();
    let products = vec![
        Product::from(cutout()),
        Product::from(Cutout {
            size: CutoutSize { ny: 6, nx: 5 },
            ..cutout()
        }),
        Product::from(cutout()),
    ];
    let manifest = bench.fetch(products.clone(), &Policy::default()).await;
    for row in &manifest.rows {
        assert_eq!(
            (row.status, row.source),
            (Status::Complete, Some(Source::Tesscut)),
            "{row:?}"
        );
    }
    let path = manifest.rows[0].local_path.clone().expect("a path");
    assert!(
        path.ends_with("mastDownload/TESSCut/tess-s0014_286.971000_46.868000_5x7_astrocut.fits"),
        "{path}"
    );
    assert_eq!(bench.sandbox.log().len(), 2);
    bench.sandbox.clear_log();
    let again = bench.fetch(products, &Policy::default()).await;
    assert!(
        again.rows.iter().all(|row| row.source == Some(Source::Cache)),
        "{again:?}"
    );
    assert_eq!(bench.sandbox.log().len(), 0);
    assert!(bench.leftovers().is_empty());
}

#[tokio::test]
async fn what_is_no_cutout_is_not_kept() {
    let bench = Bench::new();
    let json = Fault {
        body: Some(r#"{"results": [], "msg": "No TESS FFIs"}"#.to_owned()),
        ..Fault::status(200)
    };
    for (fault, num_requests, kind) in [
        (json, 1, FailureKind::NotFound),
        (Fault::html(), 3, FailureKind::Corrupt),
        (Fault::empty(), 3, FailureKind::Corrupt),
        (Fault::status(400), 1, FailureKind::Remote),
        (Fault::status(504), 5, FailureKind::Unavailable),
        (Fault::flip_bit(200), 3, FailureKind::Corrupt),
    ] {
        bench.sandbox.clear_log();
        bench.sandbox.clear_scripts();
        if fault.flips.is_empty() {
            bench
                .sandbox
                .script(Matcher::contains("astrocut"), [fault.clone().always()]);
            bench
                .sandbox
                .script(Matcher::path("/tesscut/api/v0.1/astrocut"), [fault.clone().always()]);
            let manifest = bench.fetch(vec![Product::from(cutout())], &Policy::default()).await;
            let row = &manifest.rows[0];
            assert_eq!(
                (row.status, row.failure),
                (Status::Error, Some(kind)),
                "{fault:?}: {row:?}"
            );
            assert_eq!(bench.sandbox.log().len(), num_requests, "{fault:?}");
        }
        assert!(
            files(bench.directory.path())
                .iter()
                .all(|path| !path.ends_with(".fits"))
        );
        assert!(bench.leftovers().is_empty());
    }
}

#[tokio::test]
async fn more_than_any_cutout_has_is_not_waited_for() {
    let bench = Bench::new();
    let endless = Fault {
        content_length: Some((5_u64 << 30).to_string()),
        ..Fault::default()
    };
    bench
        .sandbox
        .script(Matcher::path("/tesscut/api/v0.1/astrocut"), [endless.always()]);
    let row = bench
        .fetch(vec![Product::from(cutout())], &Policy::default())
        .await
        .rows
        .remove(0);
    assert_eq!((row.failure, row.attempts), (Some(FailureKind::Corrupt), 1), "{row:?}");
    assert!(bench.leftovers().is_empty());
}

#[tokio::test]
async fn a_cutout_that_breaks_off_is_asked_for_again() {
    let bench = Bench::new();
    bench.sandbox.script(
        Matcher::path("/tesscut/api/v0.1/astrocut"),
        [Fault::cut_at(1000), Fault::status(503)],
    );
    let row = bench
        .fetch(vec![Product::from(cutout())], &Policy::default())
        .await
        .rows
        .remove(0);
    assert_eq!((row.status, row.attempts), (Status::Complete, 3), "{row:?}");
}

#[tokio::test]
async fn another_cutout_than_was_asked_for_is_not_kept() {
    let bench = Bench::new();
    let endpoints = Endpoints::parse(&bench.sandbox.url(), &bench.sandbox.url()).expect("the sandbox's address");
    let elsewhere = Cutout { ra: 286.9, ..cutout() };
    let smaller = Cutout {
        size: CutoutSize { ny: 3, nx: 3 },
        ..cutout()
    };
    for (other, expected) in [
        (elsewhere, "its name says RA_OBJ 286.971, its header 286.9"),
        (smaller, "7 x 5 pixels were asked for"),
    ] {
        let url = endpoints.cutout_url(&other).expect("an address");
        let request = Request::get(url).with_lane(lanes::CUTOUT);
        let zip = bench.http.bytes_once(request, 64 << 20).await.expect("a zip").body;
        let fault = Fault {
            body_bytes: Some(zip.to_vec()),
            ..Fault::default()
        };
        bench.sandbox.script(Matcher::contains("astrocut"), [fault]);
        let manifest = bench.fetch(vec![Product::from(cutout())], &Policy::default()).await;
        let row = &manifest.rows[0];
        assert_eq!(
            (row.status, row.failure),
            (Status::Error, Some(FailureKind::Corrupt)),
            "{row:?}"
        );
        let message = row.message.as_deref().unwrap_or_default();
        assert!(message.contains(expected), "{message}");
        assert!(bench.leftovers().is_empty());
    }
}
