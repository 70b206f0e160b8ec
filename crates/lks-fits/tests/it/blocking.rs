//! Reading without a runtime of the caller's.

use std::io::Write;
use std::path::PathBuf;

use arrow_array::RecordBatch;
use flate2::Compression;
use flate2::write::GzEncoder;
use lks_fits::write::{Cells, Column, Hdu, Pixel};
use lks_fits::{Depth, Error, FitsFile, OpenOptions, Selection, blocking, floats};

/// Enough rows for several threads and several batches.
const NUM_ROWS: u64 = 1_000_000;

fn light_curve(num_rows: u64) -> Vec<u8> {
    let pixels: Vec<u8> = (0..12).collect();
    let mut bytes = Hdu::primary().bytes().unwrap();
    let columns = [Column::new("TIME", "D"), Column::new("FLUX", "E")];
    let table = Hdu::table(columns, num_rows).card("EXTNAME", "LIGHTCURVE", "");
    let fill = |out: &mut Vec<u8>| {
        for row in 0..num_rows {
            let mut cells = Cells::new(out);
            cells.float64(row as f64);
            cells.float32(1.0);
        }
    };
    table.append_with(&mut bytes, fill).unwrap();
    Hdu::image(Pixel::UInt8, &[4, 3])
        .append_to(&mut bytes, &pixels)
        .unwrap();
    bytes
}

struct Files {
    _folder: tempfile::TempDir,
    plain: PathBuf,
    packed: PathBuf,
}

fn files(num_rows: u64) -> Files {
    let folder = tempfile::tempdir().unwrap();
    let (plain, packed) = (folder.path().join("lc.fits"), folder.path().join("lc.fits.gz"));
    let bytes = light_curve(num_rows);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&bytes).unwrap();
    std::fs::write(&plain, bytes).unwrap();
    std::fs::write(&packed, encoder.finish().unwrap()).unwrap();
    Files {
        _folder: folder,
        plain,
        packed,
    }
}

fn check(file: &blocking::FitsFile) {
    let index = file.find("lightcurve").unwrap();
    let num_rows = file.hdus()[index].shape[0];
    let whole = file.table(index, &Selection::columns(["TIME"])).unwrap();
    let expected: Vec<f64> = (0..num_rows).map(|row| row as f64).collect();
    assert_eq!(floats(&whole, "TIME").unwrap(), expected);
    let batches = file.batches(index, &Selection::columns(["TIME"])).unwrap();
    let batches: Vec<RecordBatch> = batches.collect::<Result<_, _>>().unwrap();
    let times: Vec<f64> = batches.iter().flat_map(|rows| floats(rows, "TIME").unwrap()).collect();
    assert_eq!(times, expected);
    assert_eq!(file.image_section(2, &[1..3, 1..2]).unwrap().floats(), [5.0, 6.0]);
    assert_eq!(file.image(2).unwrap().floats().len(), 12);
    assert_eq!(file.bytes(0..9).unwrap(), "SIMPLE  =");
    assert_eq!(file.columns(index).unwrap().len(), 2);
    assert_eq!(file.header(index).unwrap().integer("NAXIS2"), Some(num_rows as i64));
    assert!(matches!(
        file.table(0, &Selection::default()),
        Err(Error::Absent { .. })
    ));
}

#[test]
fn a_local_file_is_read_without_a_runtime() {
    let files = files(NUM_ROWS);
    let options = OpenOptions::default().with_request_size(1 << 20);
    let file = blocking::FitsFile::open_with(files.plain.as_path(), options).unwrap();
    assert_eq!(file.size(), std::fs::metadata(&files.plain).unwrap().len());
    check(&file);
    check(&blocking::FitsFile::open(files.packed.as_path()).unwrap());
    check(&blocking::FitsFile::open(light_curve(10)).unwrap());
}

#[tokio::test]
async fn a_blocking_file_may_be_used_inside_a_runtime() {
    let files = files(NUM_ROWS);
    check(&blocking::FitsFile::open(files.plain).unwrap());
}

#[test]
fn an_executor_other_than_tokio_reads_local_files() {
    let files = files(NUM_ROWS);
    let times = futures::executor::block_on(async {
        let file = FitsFile::open(files.plain).await?;
        let rows = file.table(1, &Selection::columns(["TIME"])).await?;
        floats(&rows, "TIME")
    });
    assert_eq!(times.unwrap().len() as u64, NUM_ROWS);
}

#[test]
fn damage_is_told_as_by_the_async_file() {
    let mut cut = light_curve(1000);
    cut.truncate(9000);
    let error = blocking::FitsFile::open(cut.clone()).unwrap_err();
    assert!(matches!(error, Error::Damaged { hdu: 1, .. }), "{error}");
    let options = OpenOptions::default().with_depth(Depth::FirstTable);
    let (file, damage) = blocking::FitsFile::salvage(cut, options).unwrap();
    assert_eq!((file.hdus().len(), damage.unwrap().to_string()), (2, error.to_string()));
    let missing = blocking::FitsFile::open(PathBuf::from("no/such/file.fits")).unwrap_err();
    assert!(matches!(missing, Error::NotFound { .. }), "{missing}");
}
