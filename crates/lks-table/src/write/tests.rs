mod many;
mod others;
mod votable;

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int16Type, Int32Type};
use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, Date32Array, FixedSizeListArray, Float32Array, Float64Array, LargeListArray,
    NullArray, RecordBatch, StringArray, UInt8Array, UInt64Array,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, Schema};

use crate::write::Writer;
use crate::{ColumnType, ColumnTypes, Error, Format, Table, read, write};

fn every_type() -> Table {
    let table = Table::empty()
        .with_text("id", [Some("0158"), Some("158"), None])
        .unwrap();
    let table = table.with_integer("n", [Some(-1), None, Some(i64::MAX)]).unwrap();
    let table = table.with_float("x", [Some(120.0), Some(1e300), Some(-0.1)]).unwrap();
    let table = table.with_boolean("b", [Some(true), Some(false), None]).unwrap();
    let table = table
        .with_timestamp("t", [Some(1_563_481_761_500_000), None, Some(-1)])
        .unwrap();
    table
        .with_text("say \"hi\", you", [Some(""), Some("a\"b,\nc"), Some("plain ü")])
        .unwrap()
}

fn text(write: impl Fn(&Table, &mut Vec<u8>) -> Result<(), Error>, table: &Table) -> String {
    let mut out = Vec::new();
    write(table, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn field(name: &str, array: &ArrayRef, metadata: &[(&str, &str)]) -> Field {
    let metadata = metadata
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    Field::new(name, array.data_type().clone(), true).with_metadata(metadata.collect::<HashMap<_, _>>())
}

#[test]
fn csv_quotes_only_what_would_be_read_as_something_else() {
    let expected = "id,n,x,b,t,\"say \"\"hi\"\", you\"\n\
        0158,-1,120.0,true,2019-07-18T20:29:21.500Z,\"\"\n\
        \"158\",,1e300,false,,\"a\"\"b,\nc\"\n\
        ,9223372036854775807,-0.1,,1969-12-31T23:59:59.999999Z,plain ü\n";
    assert_eq!(text(|t, out| write::csv(t, out), &every_type()), expected);
}

#[test]
fn floats_are_written_as_rust_writes_them() {
    let sizes = (-30..30)
        .flat_map(|power| [1.0, 1.5, 0.1, 1.0 / 3.0, 9.999_999_9].map(|digit: f64| digit * 10_f64.powi(power)));
    let odd = [
        0.0,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        0.3 - 0.1,
        9_007_199_254_740_993.0,
    ];
    let floats: Vec<f64> = sizes.chain(odd).flat_map(|float| [float, -float]).collect();
    let table = Table::empty()
        .with_float("x", floats.iter().copied().map(Some))
        .unwrap();
    let csv = text(|t, out| write::csv(t, out), &table);
    let expected: Vec<String> = floats.iter().map(|float| format!("{float:?}")).collect();
    assert_eq!(csv.lines().skip(1).collect::<Vec<_>>(), expected);
}

#[test]
fn csv_keeps_every_column_and_type() {
    let csv = text(|t, out| write::csv(t, out), &every_type());
    assert_eq!(read::csv(csv.as_bytes(), &ColumnTypes::none()).unwrap(), every_type());
}

#[test]
fn json_is_an_array_of_objects_in_column_order() {
    let table = every_type().slice(0, 1);
    let row = r#"{"id":"0158","n":-1,"x":120.0,"b":true,"t":"2019-07-18T20:29:21.500Z","say \"hi\", you":""}"#;
    assert_eq!(text(|t, out| write::json(t, out), &table), format!("[\n{row}\n]\n"));
    assert_eq!(text(|t, out| write::ndjson(t, out), &table), format!("{row}\n"));
    assert_eq!(text(|t, out| write::json(t, out), &Table::empty()), "[]\n");
    let strange = Table::empty()
        .with_float("x", [Some(f64::NAN), Some(f64::INFINITY), None])
        .unwrap();
    assert_eq!(
        text(|t, out| write::ndjson(t, out), &strange),
        "{\"x\":null}\n".repeat(3)
    );
}

/// Two rows of lists, and of numbers that a table does not hold.
fn lists() -> RecordBatch {
    let items = Arc::new(Field::new("item", DataType::Float32, true));
    let values = Arc::new(Float32Array::from_iter(
        (0..12u8).map(|n| (n != 2).then(|| f32::from(n))),
    ));
    let cubes: ArrayRef = Arc::new(FixedSizeListArray::new(items.clone(), 6, values, None));
    let lengths = OffsetBuffer::from_lengths([0, 1]);
    let heap: ArrayRef = Arc::new(LargeListArray::new(
        Arc::new(Field::new("item", DataType::Utf8, true)),
        lengths,
        Arc::new(StringArray::from(vec!["a\"b"])),
        None,
    ));
    let dimensions = HashMap::from([("dimensions".to_owned(), "3,2".to_owned())]);
    let fields = vec![
        Field::new("cube", cubes.data_type().clone(), true).with_metadata(dimensions),
        Field::new("heap", heap.data_type().clone(), true),
        Field::new("wide", DataType::UInt64, true),
        Field::new("none", DataType::Null, true),
    ];
    let wide: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX, 0]));
    let none: ArrayRef = Arc::new(NullArray::new(2));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), vec![cubes, heap, wide, none]).unwrap()
}

#[test]
fn lists_are_nested_as_their_dimensions_say() {
    let batch = lists();
    let mut csv = Writer::csv(batch.schema_ref(), Vec::new()).unwrap();
    let mut json = Writer::json(Vec::new()).unwrap();
    // Two batches are one table.
    for row in 0..2 {
        csv.batch(&batch.slice(row, 1)).unwrap();
        json.batch(&batch.slice(row, 1)).unwrap();
    }
    let expected = "cube,heap,wide,none\n\
        \"[[0.0,1.0,null],[3.0,4.0,5.0]]\",\"[]\",18446744073709551615,\n\
        \"[[6.0,7.0,8.0],[9.0,10.0,11.0]]\",\"[\"\"a\\\"\"b\"\"]\",0,\n";
    assert_eq!(String::from_utf8(csv.finish().unwrap()).unwrap(), expected);
    let expected = concat!(
        "[\n",
        r#"{"cube":[[0.0,1.0,null],[3.0,4.0,5.0]],"heap":[],"wide":18446744073709551615,"none":null},"#,
        "\n",
        r#"{"cube":[[6.0,7.0,8.0],[9.0,10.0,11.0]],"heap":["a\"b"],"wide":0,"none":null}"#,
        "\n]\n"
    );
    assert_eq!(String::from_utf8(json.finish().unwrap()).unwrap(), expected);
}

#[test]
fn a_type_without_words_is_an_error_and_no_text() {
    let days: ArrayRef = Arc::new(Date32Array::from(vec![1]));
    let batch = RecordBatch::try_from_iter([("day", days)]).unwrap();
    let error = Writer::ndjson(Vec::new()).batch(&batch).unwrap_err().to_string();
    assert_eq!(error, "the column `day` of Date32 cannot be written as text");
    let error = write::votable_of(batch.schema_ref(), std::slice::from_ref(&batch), Vec::new());
    assert_eq!(
        error.unwrap_err().to_string(),
        "the column `day` of Date32 cannot be written as text"
    );
}

#[test]
fn json_keeps_every_column_and_type_where_moments_are_known() {
    let types = ColumnTypes::new([("t", ColumnType::Timestamp)]);
    let json = text(|t, out| write::json(t, out), &every_type());
    assert_eq!(read::json(json.as_bytes(), &types).unwrap(), every_type());
    let lines = text(|t, out| write::ndjson(t, out), &every_type());
    assert_eq!(read::ndjson(lines.as_bytes(), &types).unwrap(), every_type());
}

#[test]
fn a_full_disk_is_a_write_error() {
    let mut room = [0_u8; 10];
    let error = write::csv(&every_type(), room.as_mut_slice()).unwrap_err();
    assert!(matches!(error, Error::Write { format: "CSV", .. }), "{error}");
}

fn written(format: Format, table: &Table) -> Vec<u8> {
    let mut out = Vec::new();
    format.write(table, &mut out).unwrap();
    out
}

#[test]
fn every_format_keeps_every_column_and_type_and_is_recognized() {
    let types = ColumnTypes::new([("t", ColumnType::Timestamp)]);
    for format in Format::ALL {
        let bytes = written(format, &every_type());
        assert_eq!(Format::detect(&bytes), Some(format));
        let expected = match format {
            // In a VOTable empty text is null.
            Format::Votable => every_type()
                .with_text("say \"hi\", you", [None, Some("a\"b,\nc"), Some("plain ü")])
                .unwrap(),
            Format::Json | Format::Ndjson | Format::Csv | Format::Parquet | Format::Arrow => every_type(),
        };
        assert_eq!(read::detect(&bytes, &types).unwrap(), expected, "{format}");
        assert_eq!(format.name().to_uppercase().parse::<Format>().unwrap(), format);
    }
}

#[test]
fn a_table_without_rows_keeps_its_columns_where_the_format_can() {
    let none = every_type().slice(0, 0);
    for format in [Format::Parquet, Format::Arrow, Format::Votable] {
        assert_eq!(
            format.read(&written(format, &none), &ColumnTypes::none()).unwrap(),
            none,
            "{format}"
        );
    }
    let csv = read::csv(&written(Format::Csv, &none), &ColumnTypes::none()).unwrap();
    assert!(csv.column_names().eq(none.column_names()));
    for format in [Format::Json, Format::Ndjson] {
        assert_eq!(
            written(format, &none),
            if format == Format::Json {
                b"[]\n".as_slice()
            } else {
                b""
            }
        );
    }
}

#[test]
fn a_column_of_nulls_is_kept() {
    let nulls = arrow_array::new_null_array(&arrow_schema::DataType::Null, 2);
    let table = Table::empty()
        .with_column("a", nulls)
        .unwrap()
        .with_integer("b", [Some(1), None])
        .unwrap();
    for format in [
        Format::Json,
        Format::Ndjson,
        Format::Csv,
        Format::Parquet,
        Format::Arrow,
    ] {
        assert_eq!(
            format.read(&written(format, &table), &ColumnTypes::none()).unwrap(),
            table,
            "{format}"
        );
    }
    let types = ColumnTypes::new([("a", ColumnType::Text)]);
    let typed = Format::Votable.read(&written(Format::Votable, &table), &types).unwrap();
    assert_eq!(typed, table.with_missing(&types).unwrap());
}

#[test]
fn nan_and_infinity_survive_where_the_format_has_them() {
    let table = Table::empty()
        .with_float("x", [Some(f64::INFINITY), Some(f64::NEG_INFINITY), None])
        .unwrap();
    for format in [Format::Csv, Format::Parquet, Format::Arrow, Format::Votable] {
        assert_eq!(
            format.read(&written(format, &table), &ColumnTypes::none()).unwrap(),
            table,
            "{format}"
        );
        let nan = Table::empty().with_float("x", [Some(f64::NAN)]).unwrap();
        let read = format.read(&written(format, &nan), &ColumnTypes::none()).unwrap();
        assert!(read.row(0).float("x").unwrap().is_nan(), "{format}");
    }
}

#[test]
fn a_file_cut_at_any_byte_never_panics() {
    for format in Format::ALL {
        let bytes = written(format, &every_type());
        let end = bytes.trim_ascii_end().len();
        for cut in 0..end {
            let result = format.read(&bytes[..cut], &ColumnTypes::none());
            match format {
                // A line of these may end anywhere; what can be seen, an open quote or brace, is an error.
                Format::Csv | Format::Ndjson => {}
                Format::Json | Format::Parquet | Format::Arrow | Format::Votable => {
                    assert!(
                        matches!(result, Err(Error::Malformed { .. })),
                        "{format} cut at {cut}: {result:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_flipped_byte_never_panics() {
    for format in Format::ALL {
        let bytes = written(format, &every_type());
        let mut num_errors = 0;
        for at in (0..bytes.len()).step_by(7) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xff;
            num_errors += usize::from(format.read(&damaged, &ColumnTypes::none()).is_err());
        }
        assert!(num_errors > 0, "{format}");
    }
}

#[test]
fn ecsv_says_types_and_units_and_keeps_empty_rows() {
    let table = every_type().with_units(&[("x", "s")]).unwrap();
    let written = text(|table, out| write::ecsv(table, out), &table);
    let expected = r##"# %ECSV 1.0
# ---
# delimiter: ','
# datatype:
# - {"name":"id","datatype":"string"}
# - {"name":"n","datatype":"int64"}
# - {"name":"x","unit":"s","datatype":"float64"}
# - {"name":"b","datatype":"bool"}
# - {"name":"t","datatype":"string"}
# - {"name":"say \"hi\", you","datatype":"string"}
# schema: astropy-2.0
"##;
    assert!(written.starts_with(expected), "{written}");
    assert!(written.contains("\n0158,-1,120.0,True,"), "{written}");
    let single = Table::empty().with_integer("n", [Some(1), None]).unwrap();
    assert!(text(|table, out| write::ecsv(table, out), &single).ends_with("\nn\n1\n\"\"\n"));
}

#[test]
fn parquet_tells_astropy_what_it_asks_of_texts_and_lists() {
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    let names: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None]));
    let lists: ArrayRef = Arc::new(LargeListArray::from_iter_primitive::<Int32Type, _, _>([
        Some(vec![Some(1), None]),
        Some(vec![]),
    ]));
    let fields = Schema::new(vec![
        field("name", &names, &[]),
        field("list", &lists, &[("unit", "s")]),
    ]);
    let batch = RecordBatch::try_new(Arc::new(fields), vec![names, lists]).unwrap();
    let mut writer = Writer::parquet(batch.schema_ref(), Vec::new()).unwrap();
    writer.batch(&batch).unwrap();
    let bytes = bytes::Bytes::from(writer.finish().unwrap());
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap();
    let schema = Arc::clone(reader.schema());
    // `None`, which it makes of a null, has to fit.
    assert_eq!(schema.metadata()["table::len::name"], "4");
    assert!(schema.metadata()["table_meta_yaml"].contains(r#""unit":"s""#));
    assert!(matches!(schema.field(1).data_type(), DataType::List(_)), "{schema}");
    assert_eq!(schema.field(1).metadata()["unit"], "s");
    let read: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    assert_eq!(read[0].column(0).null_count(), 1);
    assert_eq!(read[0].column(1).as_list::<i32>().values().len(), 2);
}

/// A compressor for each column takes more time than the few bytes of a small table are worth.
#[test]
fn parquet_compresses_what_is_large_enough() {
    use parquet::basic::Compression;
    use parquet::file::reader::{FileReader, SerializedFileReader};

    for (num_rows, is_compressed) in [(3, false), (10_000, true)] {
        let table = Table::empty().with_integer("n", (0..num_rows).map(Some)).unwrap();
        let mut out = Vec::new();
        write::parquet(&table, &mut out).unwrap();
        assert_eq!(read::parquet(&out).unwrap(), table);
        let reader = SerializedFileReader::new(bytes::Bytes::from(out)).unwrap();
        let compression = reader.metadata().row_group(0).column(0).compression();
        assert_eq!(
            matches!(compression, Compression::ZSTD(_)),
            is_compressed,
            "{num_rows} rows"
        );
    }
}
