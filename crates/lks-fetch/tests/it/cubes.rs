//! Cutouts out of cubes: how many requests and bytes they take, what they hold, and what is made of cubes that misbehave.

use std::path::Path;
use std::time::Duration;

use lks_answers::{Answers, Directory};
use lks_cutout::frame_wcs;
use lks_fetch::{CutoutSource, FailureKind, Manifest, Policy, Source, Status};
use lks_fits::{Depth, FitsFile, OpenOptions, Selection, floats};
use lks_mast::{Cutout, CutoutSize, Product};
use lks_sandbox::{Fault, Matcher};
use lks_wcs::{PixelPosition, Wcs};

use crate::bench::{Bench, files};

/// Its cube has 1282 frames and was never updated.
const SECTOR: u32 = 1;
const DETECTOR: (u8, u8) = (1, 4);
const FRAMES: u64 = 1282;
const CUBE: &str = "s3://stpubdata/tess/public/mast/tess-s0001-1-4-cube.fits";

/// A bench whose client keeps answers, and the world coordinates of the cube.
async fn bench() -> (Bench, Wcs) {
    let bench = Bench::new().keeping_answers();
    let options = OpenOptions::default()
        .with_block_size(5760)
        .with_depth(Depth::Hdu("2".to_owned()));
    let file = FitsFile::open_with(bench.locate(CUBE).await, options)
        .await
        .expect("a cube");
    let frames = file.table(2, &Selection::default()).await.expect("frames");
    let wcs = frame_wcs(&frames).expect("world coordinates").wcs;
    bench.sandbox.clear_log();
    (bench, wcs)
}

fn around(wcs: &Wcs, [x, y]: [f64; 2], [ny, nx]: [u32; 2]) -> Cutout {
    let sky = wcs.sky(PixelPosition { x, y }).expect("a position");
    Cutout {
        ra: sky.ra(),
        dec: sky.dec(),
        size: CutoutSize { ny, nx },
        sector: SECTOR,
        detector: Some(DETECTOR),
    }
}

fn cubes() -> Policy {
    Policy::default().with_cutouts(CutoutSource::Cubes)
}

/// Requests, and bytes of their answers.
fn cost(bench: &Bench) -> (usize, u64) {
    let log = bench.sandbox.log();
    bench.sandbox.clear_log();
    (log.len(), log.iter().map(|request| request.bytes).sum())
}

async fn cut(bench: &Bench, cutouts: impl IntoIterator<Item = Cutout>) -> Manifest {
    let products = cutouts.into_iter().map(Product::from).collect();
    bench.fetch(products, &cubes()).await
}

fn complete(manifest: &Manifest) -> Vec<&Path> {
    for row in &manifest.rows {
        let is_there = (row.status, row.source) == (Status::Complete, Some(Source::Cloud));
        assert!(is_there, "{row:?}");
    }
    manifest.paths().collect()
}

/// The fluxes of a pixel of the cube in all frames, read by itself.
async fn of_pixel(bench: &Bench, column: u64, row: u64) -> Vec<f32> {
    let options = OpenOptions::default().with_depth(Depth::Hdu("1".to_owned()));
    let file = FitsFile::open_with(bench.locate(CUBE).await, options)
        .await
        .expect("a cube");
    let start = file.hdus()[1].data_offset + (row * 2136 + column) * FRAMES * 8;
    let bytes = file.bytes(start..start + FRAMES * 8).await.expect("the pixel");
    let (values, _) = bytes.as_chunks::<8>();
    let flux = values
        .iter()
        .map(|pair| f32::from_be_bytes([pair[0], pair[1], pair[2], pair[3]]));
    flux.collect()
}

#[tokio::test]
async fn requests_and_bytes_are_those_of_a_plain_client() {
    let (bench, wcs) = bench().await;
    let star = around(&wcs, [1044.2, 1000.7], [15, 15]);
    let manifest = cut(&bench, [star.clone()]).await;
    complete(&manifest);
    assert_eq!(cost(&bench), (17, 4_150_800), "header and HDU 2, then the rows");
    let other = around(&wcs, [700.3, 1500.1], [15, 15]);
    complete(&cut(&bench, [other]).await);
    assert_eq!(cost(&bench), (15, 2_307_600), "with what was kept of the cube");
    let again = cut(&bench, [star]).await;
    assert_eq!((again.rows[0].source, cost(&bench)), (Some(Source::Cache), (0, 0)));
    assert!(bench.leftovers().is_empty());
    // Its distortion has order 9: more columns than the tables of nearly all cubes have.
    let odd = Cutout {
        detector: Some((2, 1)),
        ..around(&wcs, [0.0, 0.0], [15, 15])
    };
    let odd = Cutout {
        ra: 333.15,
        dec: -63.67,
        ..odd
    };
    complete(&cut(&bench, [odd]).await);
    assert_eq!(cost(&bench), (18, 5_651_280), "nothing is read twice");
}

#[tokio::test]
async fn the_pixels_are_those_of_the_cube() {
    let (bench, wcs) = bench().await;
    let manifest = cut(&bench, [around(&wcs, [500.2, 700.8], [3, 4])]).await;
    let file = FitsFile::open(complete(&manifest)[0]).await.expect("a file");
    let pixels = file.find("PIXELS").expect("pixels");
    let first = |keyword: &str| {
        file.header(pixels)
            .expect("a header")
            .integer(keyword)
            .expect("a corner")
    };
    assert_eq!((first("1CRV5P"), first("2CRV5P")), (499, 700), "counted from 1");
    let rows = file
        .table(pixels, &Selection::columns(["TIME", "FLUX"]))
        .await
        .expect("rows");
    let (time, flux) = (
        floats(&rows, "TIME").expect("times"),
        floats(&rows, "FLUX").expect("fluxes"),
    );
    assert!(time.is_sorted() && time.len() == FRAMES as usize);
    for (column, row) in [(0, 0), (3, 0), (1, 2), (3, 2)] {
        let expected = of_pixel(&bench, 498 + column, 699 + row).await;
        let got = flux
            .chunks_exact(12)
            .map(|frame| frame[(row * 4 + column) as usize] as f32);
        assert!(got.eq(expected.iter().copied()), "column {column}, row {row}");
    }
    let report = lks_fits::verify::examine(&std::fs::read(complete(&manifest)[0]).expect("bytes")[..]);
    assert!(
        report.expect("a whole file").is_proven(),
        "every sum is there and right"
    );
}

#[tokio::test]
async fn stars_that_share_rows_share_what_is_read() {
    let (bench, wcs) = bench().await;
    let near = [[1000.2, 1000.3], [1010.4, 1003.1]].map(|place| around(&wcs, place, [5, 5]));
    let far = around(&wcs, [1500.2, 1000.3], [5, 5]);
    let manifest = cut(&bench, near.into_iter().chain([far])).await;
    let paths = complete(&manifest);
    let (num_requests, _) = cost(&bench);
    // Header and HDU 2; rows 998 to 1005, of which two are of both; the five rows of the star that is far away.
    assert_eq!(num_requests, 2 + 8 + 5);
    for (path, corner) in paths.iter().zip([[998, 998], [1008, 1001], [1498, 998]]) {
        let file = FitsFile::open(*path).await.expect("a file");
        let rows = file.table(1, &Selection::columns(["FLUX"])).await.expect("rows");
        let flux = floats(&rows, "FLUX").expect("fluxes");
        let expected = of_pixel(&bench, corner[0] + 4, corner[1] + 3).await;
        let got = flux.chunks_exact(25).map(|frame| frame[3 * 5 + 4] as f32);
        assert!(got.eq(expected), "{}", path.display());
    }
}

#[tokio::test]
async fn beyond_the_edge_there_is_nan_and_it_is_told() {
    let (bench, wcs) = bench().await;
    let corner = around(&wcs, [44.3, 0.4], [5, 5]);
    let side = around(&wcs, [600.2, 1.2], [7, 3]);
    let manifest = cut(&bench, [corner, side]).await;
    let paths = complete(&manifest);
    for ((row, path), (num_beyond, num_pixels)) in manifest.rows.iter().zip(paths).zip([(10, 25), (6, 21)]) {
        let told = format!("{num_beyond} of {num_pixels} pixels lie beyond the edge of the CCD; they are NaN");
        assert_eq!(row.message.as_deref(), Some(&*told));
        let file = FitsFile::open(path).await.expect("a file");
        let rows = file
            .table(1, &Selection::columns(["FLUX"]).with_rows(0..1))
            .await
            .expect("rows");
        let flux = floats(&rows, "FLUX").expect("fluxes");
        let num_nan = flux.iter().take_while(|flux| flux.is_nan()).count();
        assert_eq!((num_nan, flux.len()), (num_beyond, num_pixels), "{flux:?}");
    }
}

#[tokio::test]
async fn a_place_without_pixels_says_where_it_would_be() {
    let (bench, wcs) = bench().await;
    let of_sector = |sector| Cutout {
        sector,
        ..around(&wcs, [900.1, 900.1], [3, 3])
    };
    let other_detector = Cutout {
        detector: Some((4, 4)),
        ..of_sector(SECTOR)
    };
    let large = around(&wcs, [900.1, 900.1], [500, 500]);
    for (cutout, kind, expected) in [
        (
            around(&wcs, [-30.2, 900.1], [3, 3]),
            FailureKind::NotFound,
            "column -30.2 and row 900.1 of 2136 x 2078",
        ),
        (
            around(&wcs, [900.1, 2060.4], [3, 3]),
            FailureKind::NotFound,
            "row 2060.4 are overscan",
        ),
        (
            of_sector(133),
            FailureKind::NotFound,
            "the cube of sector 133, camera 1, CCD 4 is not in the bucket",
        ),
        (other_detector, FailureKind::NotFound, "camera 4, CCD 4"),
        (large, FailureKind::NotFound, "500 x 500 pixels has more than the 10000"),
    ] {
        let manifest = cut(&bench, [cutout]).await;
        let row = &manifest.rows[0];
        let message = row.message.as_deref().unwrap_or_default();
        assert_eq!((row.status, row.failure), (Status::Error, Some(kind)), "{row:?}");
        assert!(message.contains(expected), "{message}");
        assert!(bench.leftovers().is_empty());
    }
}

#[tokio::test]
async fn a_sector_without_a_cube_is_asked_for_once() {
    let (bench, wcs) = bench().await;
    let place = |x: f64| Cutout {
        sector: 133,
        ..around(&wcs, [x, 900.1], [3, 3])
    };
    let manifest = cut(&bench, (0..20).map(|n| place(500.0 + 11.0 * f64::from(n)))).await;
    assert_eq!((manifest.num_failed(), bench.sandbox.log().len()), (20, 2));
}

#[tokio::test]
async fn a_cube_that_changed_is_begun_anew() {
    let (bench, wcs) = bench().await;
    complete(&cut(&bench, [around(&wcs, [700.3, 1500.1], [3, 3])]).await);
    bench.sandbox.clear_log();
    let cube = || Matcher::contains("-cube.fits");
    bench.sandbox.script(cube(), [Fault::edition(1).always()]);
    let manifest = cut(&bench, [around(&wcs, [900.1, 900.1], [3, 3])]).await;
    let path = complete(&manifest)[0];
    let (refused, read): (Vec<_>, Vec<_>) = bench
        .sandbox
        .log()
        .into_iter()
        .partition(|request| request.status == Some(412));
    assert!((1..=3).contains(&refused.len()), "{refused:?}");
    assert_eq!(read.len(), 2 + 3);
    let expected = of_pixel(&bench, 900, 900).await;
    let file = FitsFile::open(path).await.expect("a file");
    let rows = file.table(1, &Selection::columns(["FLUX"])).await.expect("rows");
    let flux = floats(&rows, "FLUX").expect("fluxes");
    assert!(
        flux.chunks_exact(9).map(|frame| frame[4] as f32).eq(expected),
        "the pixels of the new cube"
    );
    // One that changes again and again is given up.
    bench.sandbox.clear_scripts();
    let editions = (2..40).map(Fault::edition);
    bench.sandbox.script(cube(), editions);
    let manifest = cut(&bench, [around(&wcs, [1100.1, 900.1], [3, 3])]).await;
    let row = &manifest.rows[0];
    assert_eq!(
        (row.status, row.failure),
        (Status::Error, Some(FailureKind::Changed)),
        "{row:?}"
    );
    assert!(bench.leftovers().is_empty());
}

#[tokio::test]
async fn another_range_than_was_asked_for_is_not_used() {
    let (bench, wcs) = bench().await;
    complete(&cut(&bench, [around(&wcs, [700.3, 1500.1], [3, 3])]).await);
    let cube = || Matcher::contains("-cube.fits");
    // Half of a row, as if that were all that was asked for.
    let short = Fault {
        headers: vec![("Content-Length".to_owned(), "10000".to_owned())],
        cut_at: Some(10_000),
        ..Fault::default()
    };
    for (fault, kind) in [
        (
            Fault::default().header("Content-Range", "bytes 0-30767/45524208960"),
            FailureKind::Remote,
        ),
        (Fault::default().header("ETag", ""), FailureKind::Changed),
        (Fault::default().header("ETag", "W/\"1\""), FailureKind::Changed),
        (short, FailureKind::Unavailable),
        (Fault::status(503), FailureKind::Unavailable),
    ] {
        bench.sandbox.clear_scripts();
        bench.sandbox.script(cube(), [fault.clone().always()]);
        let manifest = cut(&bench, [around(&wcs, [900.1, 900.1], [3, 3])]).await;
        let row = &manifest.rows[0];
        assert_eq!(row.status, Status::Error, "{fault:?}: {row:?}");
        assert!(
            row.failure == Some(kind) || row.failure == Some(FailureKind::Remote),
            "{fault:?}: {row:?}"
        );
        assert!(bench.leftovers().is_empty());
    }
    // What passes by itself is asked for again, and only that.
    bench.sandbox.clear_scripts();
    bench.sandbox.clear_log();
    bench.sandbox.script(cube(), [Fault::cut_at(5000), Fault::status(503)]);
    complete(&cut(&bench, [around(&wcs, [900.1, 900.1], [3, 3])]).await);
    assert_eq!(bench.sandbox.log().len(), 3 + 2);
}

#[tokio::test]
async fn a_damaged_sidecar_counts_as_absent() {
    let (bench, wcs) = bench().await;
    complete(&cut(&bench, [around(&wcs, [700.3, 1500.1], [3, 3])]).await);
    cost(&bench);
    let kept = files(&bench.directory.path().join(".lks/answers"));
    assert!(!kept.is_empty());
    for path in kept {
        let mut bytes = std::fs::read(&path).expect("an answer");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).expect("damage");
    }
    complete(&cut(&bench, [around(&wcs, [900.1, 900.1], [3, 3])]).await);
    assert_eq!(cost(&bench).0, 2 + 3);
    complete(&cut(&bench, [around(&wcs, [1100.1, 900.1], [3, 3])]).await);
    assert_eq!(cost(&bench).0, 3, "it was kept again");
}

#[tokio::test]
async fn the_service_is_the_other_way() {
    let (bench, wcs) = bench().await;
    let cube = || Matcher::contains("-cube.fits");
    bench.sandbox.script(cube(), [Fault::status(403).always()]);
    let star = Cutout {
        ra: 333.15,
        dec: -63.67,
        detector: Some((2, 1)),
        ..around(&wcs, [0.0, 0.0], [3, 3])
    };
    let manifest = bench.fetch(vec![Product::from(star)], &Policy::default()).await;
    let row = &manifest.rows[0];
    assert_eq!(
        (row.status, row.source),
        (Status::Complete, Some(Source::Tesscut)),
        "{row:?}"
    );
}

impl Bench {
    /// The same with a client that keeps what was answered.
    fn keeping_answers(self) -> Self {
        let directory = Directory::at(self.directory.path().join(".lks/answers"));
        self.with_answers(Answers::in_directory(directory, Duration::from_secs(3600)))
    }
}
