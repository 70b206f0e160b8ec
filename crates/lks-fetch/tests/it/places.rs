//! Files read where they lie, by ranges.

use lks_fits::FitsFile;
use lks_sandbox::{BodyFraming, Fault, Matcher};

use crate::bench::{Bench, LIGHT_CURVE};

const KEY: &str =
    "s3://stpubdata/tess/public/tid/s0014/0000/0001/5832/4245/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";

#[tokio::test]
async fn only_the_headers_travel() {
    for (place, path) in [(KEY, "/stpubdata/"), (LIGHT_CURVE, "/api/v0.1/Download")] {
        let bench = Bench::without_redirect();
        let file = FitsFile::open(bench.locate(place).await).await.expect("opened");
        let offsets: Vec<_> = file
            .hdus()
            .iter()
            .map(|hdu| (hdu.header_offset, hdu.data_offset, hdu.data_span))
            .collect();
        assert_eq!(
            offsets,
            [(0, 5760, 0), (5760, 20_160, 1_935_360), (1_955_520, 1_961_280, 2880)]
        );
        let log = bench.sandbox.log();
        assert!(
            log.iter().all(|it| it.path.starts_with(path) && it.range.is_some()),
            "{log:?}"
        );
        assert!(log.iter().map(|it| it.bytes).sum::<u64>() < 200_000, "{log:?}");
    }
}

#[tokio::test]
async fn from_a_server_that_ignores_ranges_the_file_is_read_whole() {
    let whole = || Fault {
        ignore_range: true,
        ..Fault::default()
    };
    let framed = |framing| Fault {
        framing: Some(framing),
        ..whole()
    };
    for place in [KEY, LIGHT_CURVE] {
        for fault in [whole(), framed(BodyFraming::Chunked), framed(BodyFraming::UntilClose)] {
            let bench = Bench::without_redirect();
            let truth = bench.truth(LIGHT_CURVE);
            bench
                .sandbox
                .script(Matcher::contains("s_lc.fits"), [fault.clone().always()]);
            let file = FitsFile::open(bench.locate(place).await).await.expect("opened");
            assert!(file.came_whole(), "{place}: {fault:?}");
            assert!(
                file.bytes(0..file.size()).await.expect("bytes") == truth,
                "{place}: {fault:?}"
            );
            // What ends too soon, and says nothing of its length, is not a shorter file.
            let cut = Fault {
                cut_at: Some(50_000),
                ..fault.clone()
            };
            bench.sandbox.clear_scripts();
            bench.sandbox.script(Matcher::contains("s_lc.fits"), [cut.always()]);
            let opened = FitsFile::open(bench.locate(place).await).await;
            assert!(opened.is_err(), "{place}: {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_server_that_sends_other_ranges_is_not_believed() {
    for place in [KEY, LIGHT_CURVE] {
        for fault in [
            Fault {
                shift_range: 2880,
                ..Fault::default()
            },
            Fault::default().header("Content-Range", ""),
        ] {
            let bench = Bench::without_redirect();
            bench
                .sandbox
                .script(Matcher::contains("s_lc.fits"), [fault.clone().always()]);
            bench
                .sandbox
                .script(Matcher::path("/stpubdata/"), [fault.clone().always()]);
            let opened = FitsFile::open(bench.locate(place).await).await;
            assert!(opened.is_err(), "{place}: {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_reader_in_place_is_not_disturbed_by_what_passes() {
    for (place, path) in [(KEY, "/stpubdata/"), (LIGHT_CURVE, "/api/v0.1/Download")] {
        let bench = Bench::without_redirect();
        let faults = [Fault::status(503), Fault::cut_at(100), Fault::hang_up()];
        bench.sandbox.script(Matcher::path(path), faults);
        let file = FitsFile::open(bench.locate(place).await).await.expect("opened");
        assert_eq!(file.hdus().len(), 3);
    }
}
