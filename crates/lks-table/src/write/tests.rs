use crate::{ColumnTypes, Table, read, write};

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

fn text(write: impl Fn(&Table, &mut Vec<u8>) -> Result<(), crate::Error>, table: &Table) -> String {
    let mut out = Vec::new();
    write(table, &mut out).unwrap();
    String::from_utf8(out).unwrap()
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

#[test]
fn json_keeps_every_column_and_type_where_moments_are_known() {
    let types = ColumnTypes::new([("t", crate::ColumnType::Timestamp)]);
    let json = text(|t, out| write::json(t, out), &every_type());
    assert_eq!(read::json(json.as_bytes(), &types).unwrap(), every_type());
    let lines = text(|t, out| write::ndjson(t, out), &every_type());
    assert_eq!(read::ndjson(lines.as_bytes(), &types).unwrap(), every_type());
}

#[test]
fn a_full_disk_is_a_write_error() {
    let mut room = [0_u8; 10];
    let error = write::csv(&every_type(), room.as_mut_slice()).unwrap_err();
    assert!(matches!(error, crate::Error::Write { format: "CSV", .. }), "{error}");
}
