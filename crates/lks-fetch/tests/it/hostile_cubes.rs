//! Cubes that are none, and servers that answer other ranges than were asked for: each is an error that says what is wrong, or the cutout of the service with the
//! reason; never a wrong pixel, a panic, or memory that a header asks for.

use bytes::Bytes;
use lks_fetch::{CutoutSource, Event, FailureKind, Manifest, ManifestRow, Policy, Remark, Source, Status};
use lks_fits::{Depth, FitsFile, OpenOptions};
use lks_mast::{Cutout, CutoutSize, Product};
use lks_sandbox::{BodyFraming, Fault, Flip, Matcher};

use crate::bench::Bench;

/// A star that the service knows, and the cube that it is in.
const STAR: (f64, f64) = (333.15, -63.67);
const CUBE: &str = "s3://stpubdata/tess/public/mast/tess-s0001-2-1-cube.fits";

fn star() -> Cutout {
    Cutout {
        ra: STAR.0,
        dec: STAR.1,
        size: CutoutSize { ny: 3, nx: 3 },
        sector: 1,
        detector: Some((2, 1)),
    }
}

fn cube() -> Matcher {
    Matcher::contains("-cube.fits")
}

/// The headers of the cube, and where each begins.
async fn headers(bench: &Bench) -> Vec<(u64, Bytes)> {
    let options = OpenOptions::default().with_depth(Depth::Hdu("2".to_owned()));
    let file = FitsFile::open_with(bench.locate(CUBE).await, options)
        .await
        .expect("a cube");
    let mut headers = Vec::new();
    for hdu in file.hdus() {
        let bytes = file.bytes(hdu.header_offset..hdu.data_offset).await;
        headers.push((hdu.header_offset, bytes.expect("a header")));
    }
    headers
}

/// What makes other cards of those of a header.
fn other_cards(headers: &[(u64, Bytes)], hdu: usize, cards: &[(&str, &str)]) -> Fault {
    let (offset, header) = &headers[hdu];
    let mut flips = Vec::new();
    for (begin, card) in cards {
        let is_it = |image: &&[u8; 80]| image.starts_with(begin.as_bytes());
        let place = header.as_chunks::<80>().0.iter().position(|image| is_it(&image));
        let place = place.unwrap_or_else(|| panic!("no card {begin}")) * 80;
        let bytes = header[place..place + 80].iter().zip(format!("{card:80}").into_bytes());
        flips.extend(bytes.enumerate().map(|(n, (is, wanted))| Flip {
            offset: offset + (place + n) as u64,
            mask: is ^ wanted,
        }));
    }
    flips.retain(|flip| flip.mask != 0);
    Fault {
        flips,
        ..Fault::default()
    }
}

async fn cut(bench: &Bench, source: CutoutSource, faults: impl IntoIterator<Item = Fault>) -> ManifestRow {
    bench.sandbox.clear_scripts();
    bench.sandbox.clear_log();
    bench.sandbox.script(cube(), faults);
    let policy = Policy::default().with_cutouts(source).with_force(true);
    let Manifest { rows, .. } = bench.fetch(vec![Product::from(star())], &policy).await;
    assert!(bench.leftovers().is_empty());
    rows.into_iter().next().expect("a row")
}

/// Of a cube alone it is this error; where the service is the other way, that is told with the file.
async fn is_refused(bench: &Bench, fault: Fault, kind: FailureKind, expected: &str) {
    let fault = fault.always();
    let row = cut(bench, CutoutSource::Cubes, [fault.clone()]).await;
    let message = row.message.clone().unwrap_or_default();
    assert_eq!(
        (row.status, row.failure),
        (Status::Error, Some(kind)),
        "{expected}: {row:?}"
    );
    assert!(message.contains(expected), "{expected}: {message}");
    let row = cut(bench, CutoutSource::Auto, [fault]).await;
    let place = (row.status, row.source);
    assert_eq!(place, (Status::Complete, Some(Source::Tesscut)), "{expected}: {row:?}");
    let message = row.message.unwrap_or_default();
    let told = message.starts_with("the cube was not used: ") && message.contains(expected);
    assert!(told && !message.contains("take the cutout"), "{expected}: {message}");
    assert_eq!(row.remark, Some(Remark::Refused(message)));
}

#[tokio::test]
async fn headers_that_are_not_those_of_a_cube_are_named() {
    let bench = Bench::new();
    let headers = headers(&bench).await;
    let number = |keyword: &str, value: &str| format!("{keyword:8}= {value:>20}");
    let most = i64::MAX.to_string();
    for (hdu, keyword, value, expected) in [
        (1, "BITPIX", "8", "BITPIX is 8"),
        (1, "BITPIX", "16", "BITPIX is 16"),
        (1, "BITPIX", "-64", "BITPIX is -64"),
        (1, "BITPIX", "7", "BITPIX"),
        (1, "NAXIS", "3", "NAXIS is 3"),
        (1, "NAXIS1", "1282", "NAXIS1 is 1282"),
        (1, "NAXIS2", "0", "NAXIS2 is 0"),
        (1, "NAXIS2", "-1282", "NAXIS2"),
        (1, "NAXIS2", &most, "multiply to more than any file can hold"),
        (1, "NAXIS2", "4294967296", "NAXIS2 is 4294967296"),
        (1, "NAXIS2", "4000000000", "table of frames"),
        (1, "NAXIS2", "1283", "table of frames"),
        (1, "NAXIS4", "2077", "HDU 2"),
        (1, "XTENSION", "'BINTABLE'", "HDU 1"),
        (2, "NAXIS2", "1281", "HDU 2"),
        (2, "NAXIS2", &most, "HDU 2"),
        (2, "NAXIS1", "1", "HDU 2"),
        (2, "TFIELDS", "9999999", "TFIELDS"),
        (2, "XTENSION", "'IMAGE   '", "HDU 2"),
        (2, "XTENSION", "'NOTHING '", "HDU 2"),
        (0, "SECTOR", "99", "its name says SECTOR 1, its header 99"),
        (0, "CAMERA", "4", "its name says CAMERA 2, its header 4"),
        (0, "CCD", "4", "its name says CCD 1, its header 4"),
    ] {
        let fault = other_cards(&headers, hdu, &[(&format!("{keyword:8}="), &number(keyword, value))]);
        is_refused(&bench, fault, FailureKind::Corrupt, expected).await;
    }
    let axes = [
        ("NAXIS3  =", &*number("NAXIS3", "2078")),
        ("NAXIS4  =", &number("NAXIS4", "2136")),
    ];
    let fault = other_cards(&headers, 1, &axes);
    is_refused(&bench, fault, FailureKind::Corrupt, "NAXIS3 is 2078").await;
}

#[tokio::test]
async fn columns_that_are_not_those_of_a_cube_are_named() {
    let bench = Bench::new();
    let headers = headers(&bench).await;
    let cards: Vec<String> = headers[2]
        .1
        .as_chunks::<80>()
        .0
        .iter()
        .map(|card| String::from_utf8_lossy(card).into_owned())
        .collect();
    for (column, other, expected) in [
        ("TSTART", "TSTORT", "TSTART"),
        ("BARYCORR", "BURYCORR", "BARYCORR"),
        ("DQUALITY", "DQUALITE", "DQUALITY"),
        ("FFI_FILE", "FFI_FALE", "FFI_FILE"),
        ("CTYPE2", "CTYPE9", "says where its pixels are on the sky"),
        ("CRVAL1", "CRVOL1", "CRVAL1"),
    ] {
        let named = format!("= '{column}");
        let card = cards
            .iter()
            .find(|card| card.starts_with("TTYPE") && card.contains(&named))
            .expect("a column");
        let renamed = card.replacen(column, other, 1);
        let fault = other_cards(&headers, 2, &[(&card[..9], renamed.trim_end())]);
        is_refused(&bench, fault, FailureKind::Corrupt, expected).await;
    }
    // Of the same width, and something else.
    for (column, form, other) in [
        ("TSTART", "'D", "'8A"),
        ("DQUALITY", "'J", "'E"),
        ("FFI_FILE", "A", "B"),
    ] {
        let named = format!("= '{column}");
        let card = cards
            .iter()
            .find(|card| card.starts_with("TTYPE") && card.contains(&named))
            .expect("a column");
        let keyword = card[..8].replace("TTYPE", "TFORM");
        let card = cards.iter().find(|card| card.starts_with(&keyword)).expect("its form");
        let (value, comment) = card.split_once('/').unwrap_or((card, ""));
        let changed = format!("{}/{comment}", value.replacen(form, other, 1));
        let fault = other_cards(&headers, 2, &[(&format!("{keyword}="), changed.trim_end())]);
        is_refused(&bench, fault, FailureKind::Corrupt, column).await;
    }
}

#[tokio::test]
async fn answers_that_are_not_the_range_are_not_used() {
    let bench = Bench::new();
    let resized = |length| Fault {
        resize: Some(length),
        ..Fault::default()
    };
    for (fault, kind, expected) in [
        (Fault::status(403), FailureKind::Denied, "sector 1, camera 2, CCD 1"),
        (Fault::status(404), FailureKind::NotFound, "is not in the bucket"),
        (resized(0), FailureKind::Remote, "sector 1, camera 2, CCD 1"),
        (
            resized(3000),
            FailureKind::Corrupt,
            "headers do not end within 3000 bytes",
        ),
        (resized(5760), FailureKind::Corrupt, "0 bytes lie behind its pixels"),
        // All of 45 GB, of which nobody reads more than the first bytes.
        (
            Fault {
                ignore_range: true,
                ..Fault::default()
            },
            FailureKind::Remote,
            "sector 1, camera 2, CCD 1",
        ),
        (
            Fault {
                relabel: Some(200),
                ..Fault::default()
            },
            FailureKind::Remote,
            "sector 1, camera 2, CCD 1",
        ),
        (
            Fault {
                shift_range: 2880,
                ..Fault::default()
            },
            FailureKind::Remote,
            "sector 1, camera 2, CCD 1",
        ),
        (
            Fault {
                multipart: true,
                ..Fault::default()
            },
            FailureKind::Remote,
            "sector 1, camera 2, CCD 1",
        ),
        (
            Fault {
                range_total: Some("*".to_owned()),
                ..Fault::default()
            },
            FailureKind::Remote,
            "sector 1, camera 2, CCD 1",
        ),
        (
            Fault {
                range_total: Some((1_u64 << 62).to_string()),
                ..Fault::default()
            },
            FailureKind::Corrupt,
            "bytes lie behind its pixels",
        ),
        (
            Fault {
                range_total: Some("1".to_owned()),
                ..Fault::default()
            },
            FailureKind::Remote,
            "sector 1, camera 2, CCD 1",
        ),
        (
            Fault::default().header("ETag", ""),
            FailureKind::Remote,
            "no strong ETag",
        ),
        (Fault::html(), FailureKind::Remote, "sector 1, camera 2, CCD 1"),
    ] {
        is_refused(&bench, fault, kind, expected).await;
    }
}

#[tokio::test]
async fn a_cube_that_changes_between_rows_gives_no_mixture() {
    let bench = Bench::new();
    let whole = cut(&bench, CutoutSource::Cubes, []).await;
    assert_eq!(whole.status, Status::Complete, "{whole:?}");
    // Behind the header, behind the table, behind some rows; with a server that looks at conditions, and one that does not.
    for ignore_conditions in [false, true] {
        for num_before in [1, 2, 3, 4] {
            let other = Fault {
                ignore_conditions,
                ..Fault::edition(1)
            };
            let row = cut(
                &bench,
                CutoutSource::Cubes,
                [Fault::default().times(num_before), other.always()],
            )
            .await;
            assert_eq!(row.status, Status::Complete, "{row:?}");
            let anew = cut(&bench, CutoutSource::Cubes, [Fault::edition(1).always()]).await;
            assert_eq!(row.sha256, anew.sha256, "all of the other cube");
            assert_ne!(row.sha256, whole.sha256, "{num_before} {ignore_conditions}");
        }
    }
    // An answer whose end is not announced may be cut, which the range tells.
    let cut_short = Fault {
        framing: Some(BodyFraming::UntilClose),
        ..Fault::cut_at(1000)
    };
    is_refused(
        &bench,
        cut_short.always(),
        FailureKind::Remote,
        "sector 1, camera 2, CCD 1",
    )
    .await;
}

#[tokio::test]
async fn why_the_service_cuts_is_told_once() {
    let bench = Bench::new();
    bench.sandbox.script(cube(), [Fault::status(404).always()]);
    let stars = (0..3).map(|n| Cutout {
        size: CutoutSize { ny: 3 + n, nx: 3 },
        ..star()
    });
    let manifest = bench
        .fetch(stars.map(Product::from).collect(), &Policy::default())
        .await;
    let reason = "the cube was not used: the cube of sector 1, camera 2, CCD 1 is not in the bucket, where it comes some weeks after the sector";
    for row in &manifest.rows {
        assert_eq!(
            (row.source, row.message.as_deref()),
            (Some(Source::Tesscut), Some(reason))
        );
    }
    let unknown = Cutout {
        detector: None,
        ..star()
    };
    let manifest = bench.fetch(vec![Product::from(unknown)], &Policy::default()).await;
    let about = "the cube was not used: camera and CCD are not known, so neither is the cube";
    assert_eq!(manifest.rows[0].message.as_deref(), Some(about));
    let events = bench.events.0.lock().expect("the events");
    let warnings = events.iter().filter_map(|event| match event {
        Event::Warning(text) => Some(text.as_str()),
        _ => None,
    });
    let warnings: Vec<&str> = warnings.collect();
    let [of_three, of_plan] = warnings[..] else {
        panic!("{warnings:?}");
    };
    assert!(of_three.ends_with(&format!("and 2 more: {reason}")), "{of_three}");
    assert!(of_plan.ends_with(&format!("is cut by TESScut: {about}")), "{of_plan}");
}
