//! Cells, pixels and times out of files that the writer made.

use std::io::{Cursor, Write};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt16Type, UInt64Type};
use arrow_array::{Array, Int32Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use futures::{StreamExt, TryStreamExt};
use lks_fits::write::{Cells, Checksum, Column, Hdu, Pixel, TableLayout, file_of};
use lks_fits::{DamageReason, Error, FitsFile, OpenOptions, Selection};
use proptest::prelude::*;

async fn read(hdu: &Hdu, data: &[u8], selection: &Selection) -> Result<RecordBatch, Error> {
    let mut bytes = Hdu::primary().bytes()?;
    hdu.append_to(&mut bytes, data)?;
    FitsFile::open(bytes).await?.table(1, selection).await
}

#[tokio::test]
async fn rows_of_one_size_are_written_without_being_measured() {
    let columns = [
        Column::new("TIME", "D"),
        Column::new("COUNT", "J").null(-1),
        Column::new("PAIR", "2I"),
    ];
    let mut data = Vec::new();
    for row in 0..5i32 {
        let mut cells = Cells::new(&mut data);
        cells.float64(row.into());
        cells.int32(row - 1);
        cells.int16(1);
        cells.int16(2);
    }
    let batch = read(&Hdu::table(columns, 5), &data, &Selection::default())
        .await
        .unwrap();
    let layout = TableLayout::new(&batch.schema()).unwrap();
    let begin = || {
        layout
            .clone()
            .with_unmeasured_rows(5)
            .unwrap()
            .begin("ROWS", Cursor::new(Vec::new()))
            .unwrap()
    };
    let mut writer = begin();
    writer.batch(&batch).unwrap();
    let measured = file_of(&batch.schema(), std::slice::from_ref(&batch), "ROWS").unwrap();
    assert!(writer.finish().unwrap().into_inner() == measured);
    // Other rows than these: an element that would be read as missing, and a missing one that nothing stands for.
    for (column, values) in [(1, vec![Some(-1); 5]), (1, vec![Some(7), None, None, None, None])] {
        let mut arrays = batch.columns().to_vec();
        arrays[column] = Arc::new(Int32Array::from(values.clone()));
        let other = RecordBatch::try_new(batch.schema(), arrays).unwrap();
        let written = begin().batch(&other);
        assert_eq!(written.is_err(), values[0] == Some(-1), "{written:?}");
    }
    let bare = Schema::new(vec![Field::new("N", DataType::Int32, true)]);
    let bare = RecordBatch::try_new(Arc::new(bare), vec![Arc::new(Int32Array::from(vec![None, Some(1)]))]).unwrap();
    let layout = TableLayout::new(&bare.schema())
        .unwrap()
        .with_unmeasured_rows(2)
        .unwrap();
    let error = layout
        .begin("ROWS", Cursor::new(Vec::new()))
        .unwrap()
        .batch(&bare)
        .unwrap_err();
    assert!(error.to_string().contains("measure the rows"), "{error}");
    // Text is as long as the rows have it.
    let text = Schema::new(vec![Field::new("NAME", DataType::Utf8, true)]);
    assert!(TableLayout::new(&text).unwrap().with_unmeasured_rows(2).is_err());
}

#[tokio::test]
async fn more_text_than_an_array_holds_is_refused_unread() {
    let mut bytes = Hdu::primary().bytes().unwrap();
    let cards = [
        "XTENSION= 'BINTABLE'",
        "BITPIX  =                    8",
        "NAXIS   =                    2",
        "NAXIS1  =                 1000",
        "NAXIS2  =              2200000",
        "PCOUNT  =                    0",
        "GCOUNT  =                    1",
        "TFIELDS =                    1",
        "TTYPE1  = 'NAME'",
        "TFORM1  = '1000A'",
        "END",
    ];
    let header = cards.map(|card| format!("{card:80}")).concat();
    bytes.extend(format!("{header:2880}").bytes());
    // A hole where the rows would be.
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&bytes).unwrap();
    let size = bytes.len() as u64 + 2_200_000_000_u64.next_multiple_of(2880);
    file.as_file().set_len(size).unwrap();
    let opened = FitsFile::open(file.path()).await.unwrap();
    let before = opened.read_cost().num_bytes;
    let error = opened.table(1, &Selection::default()).await.unwrap_err();
    assert!(error.to_string().contains("ask for fewer rows"), "{error}");
    assert_eq!(opened.read_cost().num_bytes, before);
    let few = Selection::default().with_rows(2_199_990..2_200_000);
    assert_eq!(opened.table(1, &few).await.unwrap().num_rows(), 10);
    let batches = opened.batches(1, &Selection::default()).unwrap();
    let first = std::pin::pin!(batches).try_next().await.unwrap().unwrap();
    assert!((1..700_000).contains(&first.num_rows()), "{}", first.num_rows());
}

#[tokio::test]
async fn nulls_units_and_scales_are_applied() {
    let columns = [
        Column::new("COUNT", "J").null(-1).unit("count"),
        Column::new("FLUX", "2E").unit("e-/s").dimensions(&[2, 1]),
        Column::new("UNSIGNED", "I").scale(1.0, 32_768.0),
        Column::new("SCALED", "I").scale(0.5, 10.0).null(7),
        Column::new("NAME", "5A"),
        Column::new("FLAG", "L"),
        Column::new("SIGNED", "B").scale(1.0, -128.0),
        Column::new("WIDE", "K").scale(1.0, 9_223_372_036_854_775_808.0),
    ];
    let mut data = Vec::new();
    for row in 0..2i32 {
        let mut cells = Cells::new(&mut data);
        cells.int32(row - 1);
        cells.float32s(&[f32::NAN, row as f32]);
        cells.int16(i16::MIN + row as i16);
        cells.int16(7 + row as i16);
        cells.text("ab", 5);
        cells.logical((row == 0).then_some(true));
        cells.uint8(row as u8);
        cells.int64(i64::MIN + i64::from(row));
    }
    let batch = read(&Hdu::table(columns, 2), &data, &Selection::default())
        .await
        .unwrap();
    let count = batch.column(0).as_primitive::<Int32Type>();
    assert_eq!(count.iter().collect::<Vec<_>>(), [None, Some(0)]);
    let flux = batch
        .column(1)
        .as_fixed_size_list()
        .values()
        .as_primitive::<Float32Type>()
        .iter()
        .collect::<Vec<_>>();
    assert_eq!(flux, [None, Some(0.0), None, Some(1.0)]);
    assert_eq!(batch.column(2).as_primitive::<UInt16Type>().values(), &[0, 1]);
    assert_eq!(
        batch.column(3).as_primitive::<Float64Type>().iter().collect::<Vec<_>>(),
        [None, Some(14.0)]
    );
    assert_eq!(batch.column(4).as_string::<i32>().value(1), "ab");
    assert_eq!(
        batch.column(5).as_boolean().iter().collect::<Vec<_>>(),
        [Some(true), None]
    );
    assert_eq!(batch.column(6).as_primitive::<Int8Type>().values(), &[-128, -127]);
    assert_eq!(batch.column(7).as_primitive::<UInt64Type>().values(), &[0, 1]);
    let schema = batch.schema();
    assert_eq!(schema.field(0).metadata()["unit"], "count");
    assert_eq!(schema.field(1).metadata()["dimensions"], "2,1");
    // The value is what remains of the scaled integer, so nothing stands for a missing one.
    let nulls: Vec<_> = schema
        .fields()
        .iter()
        .filter_map(|field| field.metadata().get("null"))
        .collect();
    assert_eq!(nulls, ["-1"]);
}

#[tokio::test]
async fn a_tile_compressed_image_is_a_table_that_says_what_it_is() {
    let tiles = Hdu::table([Column::new("COMPRESSED_DATA", "1PB(6)")], 1).heap(6);
    let tiles = tiles.card("ZIMAGE", true, "").card("EXTNAME", "PIXELS", "");
    let mut bytes = Hdu::primary().bytes().unwrap();
    tiles
        .append_to(&mut bytes, &[0, 0, 0, 6, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6])
        .unwrap();
    let file = FitsFile::open(bytes).await.unwrap();
    assert!(file.is_compressed_image(1) && !file.is_compressed_image(0));
    assert_eq!(file.table(1, &Selection::default()).await.unwrap().num_rows(), 1);
    assert_eq!(
        file.image(1).await.unwrap_err().to_string(),
        "HDU 1: cannot read the tile-compressed image PIXELS: it is not decompressed by lksearch; open it with astropy"
    );
}

#[tokio::test]
async fn what_is_not_there_is_named_with_what_is() {
    let hdu = Hdu::table([Column::new("TIME", "D"), Column::new("FLUX", "E")], 1);
    let error = read(&hdu, &[0; 12], &Selection::columns(["FLUXX"])).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no column \"FLUXX\"; the table has TIME, FLUX"
    );
    let error = read(&hdu, &[0; 12], &Selection::default().with_rows(0..2))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "there is no row range 0:2; the table has 1 rows");
    let mut bytes = Hdu::primary().bytes().unwrap();
    hdu.append_to(&mut bytes, &[0; 12]).unwrap();
    let file = FitsFile::open(bytes).await.unwrap();
    assert_eq!(file.find("primary").unwrap(), 0);
    assert_eq!(file.find("1").unwrap(), 1);
    assert!(
        file.find("2")
            .unwrap_err()
            .to_string()
            .contains("0 PRIMARY (PrimaryHDU), 1  (BinTableHDU)")
    );
    assert!(matches!(
        file.table(0, &Selection::default()).await,
        Err(Error::Absent { .. })
    ));
    assert!(matches!(file.image(1).await, Err(Error::Absent { .. })));
}

fn ragged(descriptors: &[(i32, i32)], heap: &[u8]) -> (Hdu, Vec<u8>) {
    let mut data = Vec::new();
    for &(num_elements, offset) in descriptors {
        Cells::new(&mut data).descriptor32(num_elements, offset);
    }
    data.extend_from_slice(heap);
    (
        Hdu::table([Column::new("V", "PJ(3)")], descriptors.len() as u64).heap(heap.len() as u64),
        data,
    )
}

#[tokio::test]
async fn cells_of_variable_length_come_from_the_heap_in_any_order() {
    let heap: Vec<u8> = (0..4i32).flat_map(i32::to_be_bytes).collect();
    let (hdu, data) = ragged(&[(2, 8), (0, 0), (1, 0), (4, 0)], &heap);
    let batch = read(&hdu, &data, &Selection::default()).await.unwrap();
    let lists = batch.column(0).as_list::<i64>();
    let rows: Vec<Vec<i32>> = (0..4)
        .map(|row| lists.value(row).as_primitive::<Int32Type>().values().to_vec())
        .collect();
    assert_eq!(rows, [vec![2, 3], vec![], vec![0], vec![0, 1, 2, 3]]);
}

#[tokio::test]
async fn descriptors_that_point_out_of_the_heap_are_damage() {
    for descriptor in [(5, 0), (1, 13), (-1, 0), (1, -4), (i32::MAX, i32::MAX)] {
        let (hdu, data) = ragged(&[(1, 0), descriptor], &[0; 16]);
        let error = read(&hdu, &data, &Selection::default()).await.unwrap_err();
        assert!(
            matches!(
                error,
                Error::Damaged {
                    hdu: 1,
                    reason: DamageReason::Columns { .. },
                    ..
                }
            ),
            "{descriptor:?}: {error}"
        );
    }
}

#[tokio::test]
async fn a_heap_named_many_times_does_not_fill_the_memory() {
    let (hdu, data) = ragged(&vec![(250_000, 0); 400], &[0; 1_000_000]);
    let error = read(&hdu, &data, &Selection::default()).await.unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    let batch = read(&hdu, &data, &Selection::default().with_rows(0..10)).await.unwrap();
    assert_eq!(batch.num_rows(), 10);
}

#[tokio::test]
async fn endless_rows_without_bytes_are_refused() {
    let mut bytes = Hdu::primary().bytes().unwrap();
    Hdu::table([Column::new("NONE", "0A")], i64::MAX as u64)
        .append_to(&mut bytes, &[])
        .unwrap();
    let file = FitsFile::open(bytes).await.unwrap();
    assert!(matches!(
        file.table(1, &Selection::default()).await,
        Err(Error::Unsupported { .. })
    ));
}

#[tokio::test]
async fn images_come_with_their_axes_and_blanks() {
    let mut bytes = Hdu::primary().bytes().unwrap();
    Hdu::image(Pixel::Int16, &[3, 1])
        .card("BLANK", -9, "")
        .card("BSCALE", 2.0, "")
        .card("BZERO", 1.0, "")
        .card("BUNIT", "count", "")
        .append_with(&mut bytes, |out| {
            let mut cells = Cells::new(out);
            for value in [-9, 0, 5] {
                cells.int16(value);
            }
        })
        .unwrap();
    let image = FitsFile::open(bytes).await.unwrap().image(1).await.unwrap();
    assert_eq!((image.axes, image.unit.as_deref()), (vec![3, 1], Some("count")));
    assert_eq!(
        image.pixels.as_primitive::<Float64Type>().iter().collect::<Vec<_>>(),
        [None, Some(1.0), Some(11.0)]
    );
}

#[tokio::test]
async fn a_column_of_times_carries_its_zero_point() {
    for (reference, name) in [(2_457_000, "BTJD"), (2_454_833, "BKJD"), (2_400_000, "BJD")] {
        let mut bytes = Hdu::primary().card("TIMESYS", "TDB", "").bytes().unwrap();
        Hdu::table([Column::new("TIME", "D"), Column::new("FLUX", "E")], 0)
            .card("BJDREFI", reference, "")
            .card("BJDREFF", 0.0, "")
            .card("TIMEUNIT", "d", "")
            .append_to(&mut bytes, &[])
            .unwrap();
        let file = FitsFile::open(bytes).await.unwrap();
        let [time, flux] = file.columns(1).unwrap().try_into().unwrap();
        assert_eq!(flux.time, None);
        let time = time.time.unwrap();
        assert_eq!(
            (time.name(), time.scale, time.is_barycentric()),
            (name, Some("TDB"), true)
        );
        assert_eq!(time.jd(1325.25).to_f64(), f64::from(reference) + 1325.25);
        let batch = file.table(1, &Selection::default()).await.unwrap();
        let schema = batch.schema();
        let metadata = schema.field(0).metadata();
        for (key, value) in [
            ("time_zero_jd", reference.to_string().as_str()),
            ("time_unit", "d"),
            ("time_scale", "TDB"),
            ("time_position", "BARYCENTER"),
        ] {
            assert_eq!(metadata[key], value, "{key}");
        }
        assert!(schema.field(1).metadata().is_empty());
    }
}

#[tokio::test]
async fn endless_batches_without_bytes_are_refused_one_by_one() {
    let mut bytes = Hdu::primary().bytes().unwrap();
    Hdu::table([Column::new("NONE", "0A")], i64::MAX as u64)
        .append_to(&mut bytes, &[])
        .unwrap();
    let file = FitsFile::open(bytes).await.unwrap();
    let mut batches = std::pin::pin!(file.batches(1, &Selection::default()).unwrap());
    assert!(matches!(batches.next().await, Some(Err(Error::Unsupported { .. }))));
}

#[tokio::test]
async fn batches_together_are_the_table() {
    let mut bytes = Hdu::primary().bytes().unwrap();
    let columns = [Column::new("N", "J"), Column::new("V", "PJ(3)")];
    let heap: Vec<u8> = (0..1000i32).flat_map(i32::to_be_bytes).collect();
    Hdu::table(columns, 900)
        .heap(4000)
        .append_with(&mut bytes, |out| {
            for row in 0..900 {
                let mut cells = Cells::new(out);
                cells.int32(row);
                cells.descriptor32(row % 3, row);
            }
            out.extend_from_slice(&heap);
        })
        .unwrap();
    let options = OpenOptions::default().with_request_size(1000);
    let file = FitsFile::open_with(bytes, options).await.unwrap();
    for selection in [
        Selection::default(),
        Selection::columns(["v"]).with_rows(17..900),
        Selection::default().with_rows(5..5),
    ] {
        let whole = file.table(1, &selection).await.unwrap();
        let batches: Vec<RecordBatch> = file.batches(1, &selection).unwrap().try_collect().await.unwrap();
        assert!(whole.num_rows() == 0 || batches.len() > 10);
        let mut first = 0;
        for batch in batches {
            assert_eq!(batch, whole.slice(first, batch.num_rows()));
            first += batch.num_rows();
        }
        assert_eq!(first, whole.num_rows());
    }
    let mut beyond = std::pin::pin!(file.batches(1, &Selection::default().with_rows(890..901)).unwrap());
    assert!(matches!(beyond.next().await, Some(Err(Error::Absent { .. }))));
}

fn open(bytes: Vec<u8>) -> Result<FitsFile, Error> {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(FitsFile::open(bytes))
}

proptest! {
    #[test]
    fn doubles_survive_bit_by_bit(values in proptest::collection::vec(any::<f64>(), 0..50)) {
        let mut data = Vec::new();
        values.iter().for_each(|&value| Cells::new(&mut data).float64(value));
        let hdu = Hdu::table([Column::new("D", "D")], values.len() as u64);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let batch = runtime.block_on(read(&hdu, &data, &Selection::default())).unwrap();
        let found = batch.column(0).as_primitive::<Float64Type>();
        for (row, value) in values.iter().enumerate() {
            prop_assert_eq!(found.is_null(row), value.is_nan());
            prop_assert!(value.is_nan() || found.value(row).to_bits() == value.to_bits());
        }
    }

    #[test]
    fn a_file_with_bytes_changed_at_random_never_panics(
        changes in proptest::collection::vec((0usize..20_000, any::<u8>()), 1..20),
        printable in proptest::collection::vec((0usize..8_640, 0x20u8..0x7f), 0..20),
    ) {
        let heap: Vec<u8> = (0..4i32).flat_map(i32::to_be_bytes).collect();
        let (hdu, data) = ragged(&[(2, 8), (0, 0), (1, 0), (4, 0)], &heap);
        let mut bytes = Hdu::primary().bytes().unwrap();
        hdu.append_to(&mut bytes, &data).unwrap();
        Hdu::image(Pixel::Float32, &[4, 4]).append_to(&mut bytes, &[0; 64]).unwrap();
        for (position, byte) in changes.into_iter().chain(printable) {
            let num_bytes = bytes.len();
            bytes[position % num_bytes] = byte;
        }
        let _ = lks_fits::verify::examine(&bytes[..]);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        if let Ok(file) = open(bytes) {
            for index in 0..file.hdus().len() {
                let _ = runtime.block_on(file.table(index, &Selection::default()));
                let _ = runtime.block_on(file.image(index));
            }
        }
    }
}

/// More than one thread's share of rows, which several read at once.
#[tokio::test]
async fn a_large_table_on_disk_is_the_one_in_memory() {
    const N_ROWS: u64 = 100_000;
    let columns = [
        Column::new("TIME", "D"),
        Column::new("FLUX", "2E"),
        Column::new("NAME", "80A"),
        Column::new("COUNT", "I").null(-1),
        Column::new("QUALITY", "J"),
    ];
    let mut bytes = Hdu::primary().checksum(Checksum::Hdu).bytes().unwrap();
    Hdu::table(columns, N_ROWS)
        .checksum(Checksum::HduAndData)
        .append_with(&mut bytes, |out| {
            for row in 0..N_ROWS as i32 {
                let mut cells = Cells::new(out);
                cells.float64(f64::from(row));
                cells.float32s(&[if row == 99_999 { f32::NAN } else { row as f32 }, 1.0]);
                cells.text("abc", 80);
                cells.int16((row % 1000 - 1) as i16);
                cells.int32(row);
            }
        })
        .unwrap();
    assert!(bytes.len() > 9 << 20);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.fits");
    std::fs::write(&path, &bytes).unwrap();
    let local = FitsFile::open(path.as_path()).await.unwrap();
    let batch = local.table(1, &Selection::default()).await.unwrap();
    let memory = FitsFile::open(bytes.clone()).await.unwrap();
    assert!(batch == memory.table(1, &Selection::default()).await.unwrap());
    let parts = local
        .table(1, &Selection::default().with_rows(99_990..100_000))
        .await
        .unwrap();
    assert!(batch.slice(99_990, 10) == parts);
    assert_eq!(batch.column(3).null_count(), 100);
    let flux = batch.column(1).as_fixed_size_list().values().clone();
    assert_eq!((flux.null_count(), flux.is_null(199_998)), (1, true));
    let times = batch.column(0).as_primitive::<Float64Type>();
    assert!(times.values().iter().enumerate().all(|(row, time)| *time == row as f64));

    let examined =
        |path: &std::path::Path| lks_fits::verify::examine_file(&std::fs::File::open(path).unwrap()).unwrap();
    assert!(examined(&path) == lks_fits::verify::examine(&bytes[..]).unwrap());
    assert!(examined(&path).is_whole());
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(examined(&path).damage.len(), 2);
    std::fs::write(&path, &bytes[..middle]).unwrap();
    assert!(examined(&path) == lks_fits::verify::examine(&bytes[..middle]).unwrap());
    assert!(
        examined(&path).damage[0]
            .reason
            .to_string()
            .contains("the data must end")
    );
}

#[tokio::test]
async fn several_threads_find_the_same_unknown_cells_as_one() {
    // Large enough for two threads, and not a multiple of what they share out.
    let num_rows = 700_001;
    let columns = [
        Column::new("FLUX", "2E"),
        Column::new("COUNT", "J").null(-1),
        Column::new("KNOWN", "J").null(-7),
    ];
    let mut data = Vec::new();
    for row in 0..num_rows {
        let mut cells = Cells::new(&mut data);
        cells.float32s(&[row as f32, if row % 999 == 0 { f32::NAN } else { 1.0 }]);
        cells.int32(if row > 600_000 && row % 64 == 63 { -1 } else { row });
        cells.int32(row);
    }
    let batch = read(&Hdu::table(columns, num_rows as u64), &data, &Selection::default())
        .await
        .unwrap();
    let flux = batch
        .column(0)
        .as_fixed_size_list()
        .values()
        .as_primitive::<Float32Type>();
    let count = batch.column(1).as_primitive::<Int32Type>();
    for row in 0..num_rows {
        let place = row as usize;
        assert_eq!(
            (flux.is_null(2 * place), flux.is_null(2 * place + 1)),
            (false, row % 999 == 0),
            "row {row}"
        );
        assert_eq!(count.is_null(place), row > 600_000 && row % 64 == 63, "row {row}");
        assert!(flux.value(2 * place) == row as f32 && batch.column(2).as_primitive::<Int32Type>().value(place) == row);
    }
    assert_eq!(batch.column(2).null_count(), 0);
}

/// An ASCII table with these cards of its columns.
fn ascii(cards: &[&str], rows: &[&str]) -> Vec<u8> {
    let mut bytes = Hdu::primary().bytes().unwrap();
    let width = rows.first().map_or(0, |row| row.len());
    let num_columns = cards.iter().filter(|card| card.starts_with("TFORM")).count();
    let start = [
        "XTENSION= 'TABLE   '".to_owned(),
        "BITPIX  = 8".to_owned(),
        "NAXIS   = 2".to_owned(),
        format!("NAXIS1  = {width}"),
        format!("NAXIS2  = {}", rows.len()),
        "PCOUNT  = 0".to_owned(),
        "GCOUNT  = 1".to_owned(),
        format!("TFIELDS = {num_columns}"),
    ];
    for card in start
        .iter()
        .map(String::as_str)
        .chain(cards.iter().copied())
        .chain(["END"])
    {
        bytes.extend(format!("{card:80}").bytes());
    }
    bytes.resize(bytes.len().next_multiple_of(2880), b' ');
    bytes.extend(rows.concat().bytes());
    bytes.resize(bytes.len().next_multiple_of(2880), b' ');
    bytes
}

#[tokio::test]
async fn ascii_tables_are_read_as_astropy_writes_them() {
    // What astropy 7.2 has written, but for the comments of the cards.
    let cards = [
        "TTYPE1  = 'NAME    '",
        "TFORM1  = 'A6      '",
        "TBCOL1  = 1",
        "TTYPE2  = 'SHORT   '",
        "TFORM2  = 'I4      '",
        "TNULL2  = '-99     '",
        "TBCOL2  = 7",
        "TTYPE3  = 'WIDE    '",
        "TFORM3  = 'I12     '",
        "TUNIT3  = 'count   '",
        "TBCOL3  = 11",
        "TTYPE4  = 'F       '",
        "TFORM4  = 'F9.3    '",
        "TBCOL4  = 23",
        "TTYPE5  = 'E       '",
        "TFORM5  = 'E15.7   '",
        "TBCOL5  = 32",
        "TTYPE6  = 'D       '",
        "TFORM6  = 'D25.17  '",
        "TBCOL6  = 47",
        "TTYPE7  = 'SC      '",
        "TFORM7  = 'I6      '",
        "TBCOL7  = 72",
        "TSCAL7  = 0.5",
        "TZERO7  = 10",
    ];
    let rows = [
        "first   -7 34359738368    1.500  1.5000000E-10  3.14159265358979312D+00     1",
        " 42    999          -1   -2.250            NAN-1.00000000000000005D+300    -2",
        "x      -99           5 1000.000  3.0000000E+00  0.00000000000000000D+00     3",
    ];
    let file = FitsFile::open(ascii(&cards, &rows)).await.unwrap();
    let batch = file.table(1, &Selection::default()).await.unwrap();
    let floats = |column: usize| {
        batch
            .column(column)
            .as_primitive::<Float64Type>()
            .iter()
            .collect::<Vec<_>>()
    };
    let names: Vec<_> = batch.column(0).as_string::<i32>().iter().flatten().collect();
    assert_eq!(names, ["first", " 42", "x"]);
    let short = batch.column(1).as_primitive::<Int16Type>();
    assert_eq!(short.iter().collect::<Vec<_>>(), [Some(-7), Some(999), None]);
    assert_eq!(batch.column(2).as_primitive::<Int64Type>().values(), &[1 << 35, -1, 5]);
    assert_eq!(floats(3), [Some(1.5), Some(-2.25), Some(1000.0)]);
    assert_eq!(floats(4), [Some(1.5e-10), None, Some(3.0)]);
    assert_eq!(floats(5), [Some(std::f64::consts::PI), Some(-1e300), Some(0.0)]);
    assert_eq!(floats(6), [Some(10.5), Some(9.0), Some(11.5)]);
    assert_eq!(batch.schema().field(2).metadata()["unit"], "count");
    let some = Selection::columns(["e", "NAME"]).with_rows(2..3);
    let batch = file.table(1, &some).await.unwrap();
    assert_eq!(batch.column(0).as_primitive::<Float64Type>().values(), &[3.0]);
    assert_eq!(batch.column(1).as_string::<i32>().value(0), "x");
}

#[tokio::test]
async fn what_an_ascii_table_cannot_be_is_an_error() {
    let check = async |cards: &[&str], row: &str, expected: &str| {
        let file = FitsFile::open(ascii(cards, &[row])).await.unwrap();
        let error = file.table(1, &Selection::default()).await.unwrap_err().to_string();
        assert!(
            error.starts_with("HDU 1 at byte ") && error.contains(expected),
            "{error}"
        );
    };
    check(&["TFORM1  = 'I4'", "TBCOL1  = 1"], " one", "row 0 has \"one\"").await;
    check(&["TFORM1  = 'I4'", "TBCOL1  = 2"], "   1", "TBCOL1").await;
    check(&["TFORM1  = 'I4'", "TBCOL1  = 0"], "   1", "TBCOL1").await;
    check(&["TFORM1  = 'I4'", "TBCOL1  = '1'"], "   1", "TBCOL1").await;
    check(&["TFORM1  = 'I4'"], "   1", "TBCOL1").await;
    check(&["TFORM1  = '4I'", "TBCOL1  = 1"], "   1", "TFORM1").await;
    // The same characters again and again would fill the memory.
    let many: Vec<String> = (1..=20)
        .flat_map(|number| [format!("TFORM{number:<3}= 'A4'"), format!("TBCOL{number:<3}= 1")])
        .collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    check(&many, "abcd", "80 characters").await;
}

#[tokio::test]
async fn cells_without_bytes_count_for_the_size_of_a_batch() {
    let mut bytes = Hdu::primary().bytes().unwrap();
    let none = (0..998).map(|number| Column::new(format!("NONE{number}"), "0A"));
    Hdu::table([Column::new("ONE", "B")].into_iter().chain(none), 1_000_000)
        .append_to(&mut bytes, &vec![0; 1_000_000])
        .unwrap();
    let file = FitsFile::open(bytes).await.unwrap();
    let mut batches = std::pin::pin!(file.batches(1, &Selection::default()).unwrap());
    let first = batches.next().await.unwrap().unwrap();
    assert!(first.num_rows() < 2000, "{}", first.num_rows());
}
