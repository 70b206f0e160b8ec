//! What reading at a distance costs, and what happens when the store misbehaves.

use std::io::Write;
use std::sync::Arc;

use arrow_array::Array;
use lks_fits::write::{Cells, Checksum, Column, Hdu, Pixel};
use lks_fits::{DamageReason, Depth, Error, FitsFile, Location, OpenOptions, Selection, verify};
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};

use crate::counting::{Counting, Fault};
use crate::genuine::{files, unpacked};

/// A target pixel file's layout: small headers, a large table, a small image.
fn pixels(num_rows: u64) -> Vec<u8> {
    let mut bytes = Hdu::primary()
        .card("NEXTEND", 2, "")
        .pad_to_blocks(2)
        .checksum(Checksum::Hdu)
        .bytes()
        .unwrap();
    let columns = [
        Column::new("TIME", "D").unit("BJD - 2457000, days"),
        Column::new("CADENCENO", "J"),
        Column::new("FLUX", "121E").dimensions(&[11, 11]),
        Column::new("QUALITY", "J"),
    ];
    Hdu::table(columns, num_rows)
        .card("EXTNAME", "PIXELS", "")
        .pad_to_blocks(8)
        .checksum(Checksum::Hdu)
        .append_with(&mut bytes, |out| {
            let frame = [1.5f32; 121];
            for row in 0..num_rows {
                let mut cells = Cells::new(out);
                cells.float64(row as f64);
                cells.int32(row as i32);
                cells.float32s(&frame);
                cells.int32(0);
            }
        })
        .unwrap();
    Hdu::image(Pixel::Int32, &[11, 11])
        .card("EXTNAME", "APERTURE", "")
        .pad_to_blocks(3)
        .append_to(&mut bytes, &[0; 484])
        .unwrap();
    bytes
}

#[tokio::test]
async fn the_headers_of_a_50_mb_file_take_two_requests_and_128_kib() {
    let bytes = pixels(100_000);
    assert!(bytes.len() > 50_000_000);
    let (store, location) = Counting::with(bytes, Fault::None).await;
    let file = FitsFile::open(location).await.unwrap();
    assert_eq!(file.hdus().len(), 3);
    assert_eq!(file.header(2).unwrap().text("EXTNAME"), Some("APERTURE"));
    let num_bytes: u64 = store.ranges().iter().map(|range| range.end - range.start).sum();
    assert!(
        store.ranges().len() <= 2 && num_bytes <= 128 << 10,
        "{:?}",
        store.ranges()
    );
    assert_eq!(file.read_cost().num_requests, 2);
}

#[tokio::test]
async fn three_columns_of_a_light_curve_take_one_request() {
    let bytes = pixels(4_000);
    assert!(bytes.len() > 2_000_000);
    for depth in [
        Depth::FirstTable,
        Depth::Hdu("1".to_owned()),
        Depth::Hdu("pixels".to_owned()),
    ] {
        let options = OpenOptions::default().with_depth(depth).with_block_size(4 << 20);
        let (store, location) = Counting::with(bytes.clone(), Fault::None).await;
        let file = FitsFile::open_with(location, options).await.unwrap();
        assert_eq!(file.hdus().len(), 2);
        let columns = Selection::columns(["TIME", "CADENCENO", "QUALITY"]);
        assert_eq!(file.table(1, &columns).await.unwrap().num_rows(), 4_000);
        assert_eq!(store.ranges().len(), 1);
    }
}

#[tokio::test]
async fn an_end_that_belongs_to_another_object_is_not_used() {
    for fault in [Fault::Cut, Fault::Replaced] {
        let (_store, location) = Counting::with(pixels(4_000), fault).await;
        let error = FitsFile::open(location).await.err().unwrap();
        assert!(matches!(error, Error::Remote { .. }), "{fault:?}: {error}");
    }
}

#[tokio::test]
async fn an_empty_object_is_damaged_and_no_failure_of_the_store() {
    let (_store, location) = Counting::with(Vec::new(), Fault::None).await;
    let error = FitsFile::open(location).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Damaged {
                reason: DamageReason::Empty,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_left_of_a_cut_file_can_be_read() {
    let bytes = pixels(50);
    let whole = FitsFile::open(bytes.clone()).await.unwrap();
    let data = whole.hdus()[1].data_offset as usize;
    let cut = bytes[..data + 20 * 500].to_vec();
    let (file, damage) = FitsFile::salvage(cut, OpenOptions::default()).await.unwrap();
    assert_eq!(file.hdus(), &whole.hdus()[..2]);
    let damage = damage.unwrap().to_string();
    assert!(damage.starts_with("HDU 1 at byte"), "{damage}");
    let rows = Selection::columns(["TIME"]).with_rows(0..20);
    assert_eq!(
        file.table(1, &rows).await.unwrap(),
        whole.table(1, &rows).await.unwrap()
    );
    assert!(file.table(1, &Selection::default()).await.is_err());
    assert!(
        FitsFile::salvage(b"%PDF-1.4".to_vec(), OpenOptions::default())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_few_rows_of_a_column_take_one_small_request() {
    let (store, location) = Counting::with(pixels(100_000), Fault::None).await;
    let file = FitsFile::open(location).await.unwrap();
    let before = store.ranges().len();
    let batch = file
        .table(1, &Selection::columns(["FLUX", "time"]).with_rows(50_000..50_010))
        .await
        .unwrap();
    assert_eq!((batch.num_rows(), batch.num_columns()), (10, 2));
    assert_eq!(batch.schema().field(0).metadata()["dimensions"], "11,11");
    let ranges = store.ranges();
    assert_eq!(ranges.len(), before + 1);
    assert!(ranges[before].end - ranges[before].start <= 10 * 500);
    let again = file
        .table(1, &Selection::columns(["TIME"]).with_rows(50_002..50_004))
        .await
        .unwrap();
    assert_eq!(again.column(0).len(), 2);
    assert_eq!(store.ranges().len(), before + 1, "what was read is kept");
}

#[tokio::test]
async fn large_reads_are_split_and_small_files_need_few_requests() {
    let bytes = pixels(4_000);
    let options = OpenOptions::default().with_request_size(256 << 10);
    let (store, location) = Counting::with(bytes.clone(), Fault::None).await;
    let file = FitsFile::open_with(location, options).await.unwrap();
    let whole = file.table(1, &Selection::default()).await.unwrap();
    assert!(store.ranges().iter().all(|range| range.end - range.start <= 256 << 10));
    let local = FitsFile::open(bytes)
        .await
        .unwrap()
        .table(1, &Selection::default())
        .await
        .unwrap();
    assert_eq!(whole, local);

    for (name, bytes) in files() {
        let num_bytes = bytes.len() as u64;
        let (store, location) = Counting::with(bytes, Fault::None).await;
        if FitsFile::open(location).await.is_ok() {
            // The first two are sent at once; twenty HDUs follow each other in a file of K2SFF, and here nobody can know of a
            // packed file that it is one.
            let num_most = if name.contains("k2sff") || name.ends_with(".gz") {
                3
            } else {
                2
            };
            assert!(store.ranges().len() <= num_most, "{name}: {:?}", store.ranges());
            let read: u64 = store
                .ranges()
                .iter()
                .map(|range| range.end.min(num_bytes) - range.start)
                .sum();
            let num_twice = if num_bytes < 96 << 10 { 32 << 10 } else { 0 };
            assert!(
                read <= num_bytes + num_twice,
                "{name}: no byte twice, but the end of a small file"
            );
        }
    }
}

#[tokio::test]
async fn wide_rows_are_read_one_by_one() {
    let mut bytes = Hdu::primary().bytes().unwrap();
    let columns = [Column::new("FRAME", "100000E"), Column::new("TIME", "D")];
    Hdu::table(columns, 5)
        .append_with(&mut bytes, |out| {
            for row in 0..5 {
                out.resize(out.len() + 400_000, 0);
                Cells::new(out).float64(f64::from(row));
            }
        })
        .unwrap();
    let (store, location) = Counting::with(bytes, Fault::None).await;
    let file = FitsFile::open(location).await.unwrap();
    let batch = file.table(1, &Selection::columns(["TIME"])).await.unwrap();
    let times: &arrow_array::Float64Array = batch.column(0).as_any().downcast_ref().unwrap();
    assert_eq!(times.values(), &[0.0, 1.0, 2.0, 3.0, 4.0]);
    let num_bytes: u64 = store.ranges().iter().map(|range| range.end - range.start).sum();
    assert!(num_bytes < 200_000, "{:?}", store.ranges());
}

#[tokio::test]
async fn cells_that_lie_close_together_in_the_heap_share_a_request() {
    let mut bytes = Hdu::primary().bytes().unwrap();
    Hdu::table([Column::new("V", "PJ(1)")], 500)
        .heap(500 * 4000)
        .append_with(&mut bytes, |out| {
            (0..500).for_each(|row| Cells::new(out).descriptor32(1, row * 4000));
            out.resize(out.len() + 500 * 4000, 0);
        })
        .unwrap();
    let (store, location) = Counting::with(bytes, Fault::None).await;
    let file = FitsFile::open(location).await.unwrap();
    file.table(1, &Selection::default().with_rows(100..400)).await.unwrap();
    assert!(store.ranges().len() <= 3, "{:?}", store.ranges());
}

#[tokio::test]
async fn a_misbehaving_store_is_an_error_and_never_data() {
    for fault in [
        Fault::Cut,
        Fault::Shifted,
        Fault::Replaced,
        Fault::ReplacedUntagged,
        Fault::EndlessLater,
    ] {
        let (_store, location) = Counting::with(pixels(4_000), fault).await;
        // Without the end of the file, which comes unasked.
        let options = OpenOptions::default().with_depth(Depth::Hdu("2".to_owned()));
        let error = FitsFile::open_with(location, options).await.err().unwrap();
        assert!(matches!(error, Error::Remote { .. }), "{fault:?}: {error}");
        let text = error.to_string();
        assert!(text.contains("tess/public/file.fits (HDU 2)"), "{text}");
    }
}

#[tokio::test]
async fn a_cut_file_is_refused_for_the_reason_that_verify_gives() {
    let bytes = pixels(50);
    let mut num_refused = 0;
    for cut in (1..bytes.len()).step_by(1439) {
        let found = verify::structure(std::io::Cursor::new(&bytes[..cut]), None);
        match FitsFile::open(bytes[..cut].to_vec()).await {
            Err(error) => assert_eq!(error.to_string(), found.unwrap_err().to_string()),
            // Between two HDUs, what is there can be read.
            Ok(_) => assert!(
                matches!(found.unwrap().oddities[..], [verify::Oddity::HdusMissing { .. }]),
                "cut at {cut}"
            ),
        }
        num_refused += 1;
    }
    assert!(num_refused > 40);
}

#[tokio::test]
async fn a_file_is_examined_alike_wherever_it_lies() {
    let mut bytes = pixels(40_000);
    // A sum that is wrong far behind the headers.
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let expected = verify::examine(&bytes[..]).unwrap();
    assert!(!expected.is_whole());
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.fits");
    std::fs::write(&path, &bytes).unwrap();
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    store.put(&"a.fits".into(), bytes.clone().into()).await.unwrap();
    let object = |name: &str| Location::object(store.clone(), name.into());
    for location in [bytes.into(), path.into(), object("a.fits")] {
        let shown = format!("{location:?}").chars().take(40).collect::<String>();
        assert!(verify::examine_location(location).await.unwrap() == expected, "{shown}");
    }
    let absent = [directory.path().join("b.fits").into(), object("b.fits")];
    for location in absent {
        let error = verify::examine_location(location).await.unwrap_err();
        assert!(matches!(error, Error::NotFound { .. }), "{error}");
    }
    let error = verify::examine_location(directory.path().into()).await.unwrap_err();
    assert!(matches!(error, Error::Read { .. }), "{error}");
}

#[tokio::test]
async fn an_absent_object_is_told_from_a_failing_store() {
    let store = std::sync::Arc::new(object_store::memory::InMemory::new());
    let location = lks_fits::Location::object(store, object_store::path::Path::from("tess/absent.fits"));
    let error = FitsFile::open(location).await.unwrap_err();
    assert!(
        matches!(&error, Error::NotFound { operation, .. } if operation.contains("tess/absent.fits")),
        "{error}"
    );
}

#[tokio::test]
async fn gzip_files_are_unpacked_and_broken_ones_named() {
    let plain = pixels(1_000);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&plain).unwrap();
    let packed = encoder.finish().unwrap();
    let expected = FitsFile::open(plain.clone()).await.unwrap();
    let (_store, location) = Counting::with(packed.clone(), Fault::None).await;
    let file = FitsFile::open(location).await.unwrap();
    assert_eq!(file.hdus(), expected.hdus());
    assert_eq!(file.size(), plain.len() as u64);
    for cut in [10, packed.len() / 2, packed.len() - 1] {
        let error = FitsFile::open(packed[..cut].to_vec()).await.unwrap_err();
        assert!(
            matches!(
                error,
                Error::Damaged {
                    reason: DamageReason::Gzip { .. },
                    ..
                }
            ),
            "{cut}: {error}"
        );
    }
    // What is left of it is where verifying says that it ends.
    let cut = packed[..packed.len() / 2].to_vec();
    let (left, damage) = FitsFile::salvage(cut.clone(), OpenOptions::default()).await.unwrap();
    assert_eq!(left.hdus(), &expected.hdus()[..2]);
    let found = lks_fits::verify::file(&cut[..]).unwrap_err();
    assert_eq!(damage.unwrap().to_string(), found.to_string());
    let options = OpenOptions::default().with_unpacked_size(10_000);
    let error = FitsFile::open_with(packed, options).await.unwrap_err();
    assert!(error.to_string().contains("more than 10000 bytes"), "{error}");
}

#[tokio::test]
async fn without_ranges_a_file_is_read_whole_up_to_a_limit() {
    let plain = pixels(1_000);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    encoder.write_all(&plain).unwrap();
    let packed = encoder.finish().unwrap();
    let expected = FitsFile::open(plain.clone()).await.unwrap();
    for fault in [Fault::Whole, Fault::NoParts, Fault::WholeWithoutSize] {
        for bytes in [&plain, &packed] {
            let (_store, location) = Counting::with(bytes.clone(), fault).await;
            let file = FitsFile::open(location).await.unwrap();
            assert!(file.came_whole(), "{fault:?}");
            assert_eq!(file.hdus(), expected.hdus());
            assert_eq!(file.read_cost().num_bytes, bytes.len() as u64);
            let all = Selection::default();
            assert_eq!(
                file.table(1, &all).await.unwrap(),
                expected.table(1, &all).await.unwrap()
            );
        }
        let options = OpenOptions::default().with_unpacked_size(plain.len() as u64 - 1);
        let (_store, location) = Counting::with(plain.clone(), fault).await;
        let error = FitsFile::open_with(location, options).await.unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("gives no parts") && text.contains("download it first"),
            "{text}"
        );
    }
    assert!(!expected.came_whole());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_comes_through_a_pipe_is_kept_up_to_a_limit() {
    use std::io::Write;
    use std::os::fd::AsRawFd;

    let options = OpenOptions::default().with_unpacked_size(2880);
    for num_bytes in [2880, 2881] {
        let mut bytes = lks_fits::write::Hdu::primary().bytes().unwrap();
        bytes.resize(num_bytes, 0);
        let (reader, mut writer) = std::io::pipe().unwrap();
        writer.write_all(&bytes).unwrap();
        drop(writer);
        let path = std::path::PathBuf::from(format!("/proc/self/fd/{}", reader.as_raw_fd()));
        let opened = FitsFile::open_with(path, options.clone()).await;
        match num_bytes {
            2880 => assert_eq!(opened.unwrap().hdus().len(), 1),
            _ => {
                let error = opened.unwrap_err().to_string();
                assert!(
                    error.contains("more than 2880 bytes") && error.contains("save it"),
                    "{error}"
                );
            }
        }
    }
}

#[tokio::test]
async fn local_files_remote_files_and_files_in_memory_are_read_alike() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files() {
        let path = folder.path().join(&name);
        std::fs::write(&path, &bytes).unwrap();
        let local = FitsFile::open(path).await;
        let (_store, location) = Counting::with(bytes.clone(), Fault::None).await;
        let remote = FitsFile::open(location).await;
        match (local, remote) {
            (Ok(local), Ok(remote)) => {
                assert_eq!(local.hdus(), remote.hdus());
                assert_eq!(
                    local.hdus(),
                    FitsFile::open(unpacked(&name, bytes)).await.unwrap().hdus()
                );
                assert_eq!(
                    local.table(1, &Selection::default()).await.ok(),
                    remote.table(1, &Selection::default()).await.ok()
                );
            }
            (Err(local), Err(remote)) => assert_eq!(local.to_string(), remote.to_string()),
            other => panic!("{name}: {other:?}"),
        }
    }
    let error = FitsFile::open(folder.path().join("absent.fits")).await.unwrap_err();
    assert!(
        matches!(&error, Error::NotFound { operation, .. } if operation.contains("absent.fits")),
        "{error}"
    );
}
