use super::*;
use crate::ColumnType::{Boolean, Float, Integer, Text, Timestamp};
use crate::{Cell, ColumnType};

fn table(json: &str) -> Table {
    rows(json.as_bytes(), &ColumnTypes::none()).unwrap()
}

fn typed(json: &str, kind: ColumnType) -> Table {
    rows(json.as_bytes(), &ColumnTypes::new([("a", kind)])).unwrap()
}

#[track_caller]
fn check(table: &Table, kind: Option<ColumnType>, expected: &[&str]) {
    let shown: Vec<String> = table
        .rows()
        .map(|row| row.cell("a").map_or("null".to_owned(), |cell| cell.to_string()))
        .collect();
    assert_eq!(
        (table.column_type("a"), shown),
        (kind, expected.iter().map(|text| (*text).to_owned()).collect())
    );
}

#[test]
fn types_are_inferred_and_widen_on_conflict() {
    check(
        &table(r#"[{"a":1},{"a":null},{}]"#),
        Some(Integer),
        &["1", "null", "null"],
    );
    check(&table(r#"[{"a":1},{"a":2.5}]"#), Some(Float), &["1", "2.5"]);
    check(&table(r#"[{"a":2.5},{"a":1}]"#), Some(Float), &["2.5", "1"]);
    check(
        &table(r#"[{"a":1},{"a":2.5},{"a":"x"}]"#),
        Some(Text),
        &["1", "2.5", "x"],
    );
    check(
        &table(r#"[{"a":"x"},{"a":1},{"a":2.5},{"a":true}]"#),
        Some(Text),
        &["x", "1", "2.5", "true"],
    );
    check(&table(r#"[{"a":true},{"a":1}]"#), Some(Text), &["true", "1"]);
    check(&table(r#"[{"a":1},{"a":true}]"#), Some(Text), &["1", "true"]);
    check(&table(r#"[{"a":null},{"b":1}]"#), None, &["null", "null"]);
    check(&table(r#"[{"b":1},{"a":7}]"#), Some(Integer), &["null", "7"]);
}

#[test]
fn a_known_type_takes_what_stands_for_it() {
    check(
        &typed(r#"[{"a":158324245},{"a":"0158"},{"a":15.0},{"a":1.5}]"#, Text),
        Some(Text),
        &["158324245", "0158", "15", "1.5"],
    );
    check(
        &typed(r#"[{"a":0},{"a":180.6},{"a":"1e3"},{"a":""}]"#, Float),
        Some(Float),
        &["0", "180.6", "1000", "null"],
    );
    check(
        &typed(r#"[{"a":14},{"a":"15"},{"a":16.0},{"a":null}]"#, Integer),
        Some(Integer),
        &["14", "15", "16", "null"],
    );
    check(
        &typed(r#"[{"a":true},{"a":"false"},{"a":1}]"#, Boolean),
        Some(Boolean),
        &["true", "false", "true"],
    );
    check(
        &typed(
            r#"[{"a":"2019-07-18 20:29:21"},{"a":"2019-07-18T20:29:21.5Z"},{"a":"2019-07-18"}]"#,
            Timestamp,
        ),
        Some(Timestamp),
        &[
            "2019-07-18T20:29:21Z",
            "2019-07-18T20:29:21.500Z",
            "2019-07-18T00:00:00Z",
        ],
    );
    check(&typed("[{},{}]", Integer), None, &["null", "null"]);
    check(&typed(r#"[{"a":null}]"#, Integer), Some(Integer), &["null"]);
}

#[test]
fn a_moment_may_lack_its_offset_its_seconds_and_its_time() {
    let moment = |text| super::parse_moment(text).map(|micros| micros / 1_000);
    let day = 1_563_408_000_000;
    let half_past = day + 12 * 3_600_000 + 30 * 60_000;
    for (text, expected) in [
        ("2019-07-18", day),
        ("2019-07-18T12:30", half_past),
        ("2019-07-18 12:30", half_past),
        ("2019-07-18 12:30:00", half_past),
        ("2019-07-18T12:30:00.250Z", half_past + 250),
        ("2019-07-18T14:30:00+02:00", half_past),
        ("1969-12-31T23:59:59.999", -1),
    ] {
        assert_eq!(moment(text), Some(expected), "{text}");
    }
    for text in [
        "",
        "soon",
        "2019",
        "2019-07",
        "2019-13-01",
        "2019-07-18T25:00",
        "2019-07-18x",
        "20190718",
    ] {
        assert_eq!(moment(text), None, "{text}");
    }
}

#[test]
fn a_value_that_does_not_fit_its_known_type_is_kept_as_text() {
    check(&typed(r#"[{"a":14},{"a":"two"}]"#, Integer), Some(Text), &["14", "two"]);
    check(&typed(r#"[{"a":14},{"a":1.5}]"#, Integer), Some(Text), &["14", "1.5"]);
    check(
        &typed(r#"[{"a":"2019-07-18"},{"a":"soon"}]"#, Timestamp),
        Some(Text),
        &["2019-07-18T00:00:00Z", "soon"],
    );
}

#[test]
fn large_ids_never_become_other_ids() {
    check(
        &table(r#"[{"a":9007199254740993},{"a":1.5}]"#),
        Some(Text),
        &["9007199254740993", "1.5"],
    );
    check(
        &table(r#"[{"a":1.5},{"a":9007199254740993}]"#),
        Some(Text),
        &["1.5", "9007199254740993"],
    );
    check(
        &table(r#"[{"a":18446744073709551615},{"a":1}]"#),
        Some(Text),
        &["18446744073709551615", "1"],
    );
    check(
        &typed(r#"[{"a":18446744073709551615}]"#, Float),
        Some(Float),
        &["1.8446744073709552e19"],
    );
}

#[test]
fn of_a_key_that_is_there_twice_the_last_value_counts() {
    check(
        &table(r#"[{"a":1,"a":2},{"a":3,"b":0,"a":null},{"a":5}]"#),
        Some(Integer),
        &["2", "null", "5"],
    );
    check(
        &table(r#"[{"a":"long text","a":"x"},{"a":"y"}]"#),
        Some(Text),
        &["x", "y"],
    );
    check(&table(r#"[{"a":"x","a":1}]"#), Some(Integer), &["1"]);
}

#[test]
fn keys_may_come_in_any_order_and_be_escaped() {
    let table = table(r#"[{"a":1,"b":2},{"b":3,"a":4},{"c":5,"\u0061":6}]"#);
    check(&table, Some(Integer), &["1", "4", "6"]);
    assert_eq!(table.column_names().collect::<Vec<_>>(), ["a", "b", "c"]);
}

#[test]
fn values_inside_values_are_kept_as_json() {
    check(
        &table(r#"[{"a":[1, {"x":null}]},{"a":{"k":"ä"}},{"a":1}]"#),
        Some(Text),
        &[r#"[1,{"x":null}]"#, r#"{"k":"ä"}"#, "1"],
    );
}

#[test]
fn no_rows_and_rows_without_columns_are_tables() {
    assert_eq!(table("[]"), Table::empty());
    assert_eq!(table("[{},{}]").num_rows(), 2);
}

#[test]
fn what_is_not_an_array_of_objects_is_an_error_with_its_place() {
    for (json, expected) in [
        ("<html>", "not valid JSON at line 1, column 1: expected value, near `<`"),
        (
            "{\"data\":[]}",
            "not valid JSON at line 1, column 1: invalid type: map, expected an array of rows",
        ),
        (
            "[1]",
            "not valid JSON at line 1, column 2: invalid type: integer `1`, expected a row (an object), near `[1`",
        ),
        (
            "[{\"a\":\n1}] x",
            "not valid JSON at line 2, column 5: trailing characters, near `1}] x`",
        ),
        ("", "not valid JSON at line 1, column 1: EOF while parsing a value"),
    ] {
        assert_eq!(
            rows(json.as_bytes(), &ColumnTypes::none()).unwrap_err().to_string(),
            expected,
            "{json}"
        );
    }
    let error = rows(b"[{\"a\":\"\xff\"}]", &ColumnTypes::none()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "not valid UTF-8 at byte 7: byte 0xff is not UTF-8 text"
    );
}

#[test]
fn deep_nesting_is_an_error_not_a_crash() {
    let deep = format!("[{{\"a\":{}", "[".repeat(100_000));
    let error = rows(deep.as_bytes(), &ColumnTypes::none()).unwrap_err().to_string();
    assert!(error.contains("recursion limit exceeded"), "{error}");
}

#[test]
fn a_document_of_endless_names_is_an_error() {
    let row = (0..5000)
        .map(|number| format!("\"{number}\":0"))
        .collect::<Vec<_>>()
        .join(",");
    let error = rows(format!("[{{{row}}}]").as_bytes(), &ColumnTypes::none())
        .unwrap_err()
        .to_string();
    assert!(error.contains("more than 4096 columns"), "{error}");
}

#[test]
fn a_sparse_document_that_would_fill_memory_is_an_error() {
    let one_name_each: Vec<String> = (0..6000).map(|row| format!("{{\"{}\":0}}", row % 4000)).collect();
    let names_at_the_end: String = (0..4000).map(|name| format!("\"{name}\":0,")).collect();
    let many_names_late = format!("{}{{{names_at_the_end}\"a\":0}}", "{\"a\":0},".repeat(6000));
    for json in [one_name_each.join(","), many_names_late] {
        let error = rows(format!("[{json}]").as_bytes(), &ColumnTypes::none())
            .unwrap_err()
            .to_string();
        assert!(error.contains("16 million cells are missing"), "{error}");
    }
    let sparse: Vec<String> = (0..3000).map(|row| format!("{{\"{}\":0}}", row % 1000)).collect();
    assert_eq!(table(&format!("[{}]", sparse.join(","))).schema().fields().len(), 1000);
}

#[test]
fn a_page_cut_at_any_byte_is_an_error() {
    let whole = r#"[{"a":1,"ü":"x\n","c":[1,{"d":2}],"e":-1.5e3},{"a":null,"ü":"\u00e4\ud83d\ude00","e":true}]"#;
    assert_eq!(table(whole).num_rows(), 2);
    for end in 0..whole.len() {
        let error = rows(&whole.as_bytes()[..end], &ColumnTypes::none());
        assert!(matches!(error, Err(Error::Malformed { .. })), "cut at {end}");
    }
}

#[test]
fn cells_know_their_kind() {
    let table = table(r#"[{"t":"x","i":1,"f":1.5,"b":true,"n":null}]"#);
    let cells: Vec<_> = table.row(0).cells().collect();
    let expected = [Cell::Text("x"), Cell::Integer(1), Cell::Float(1.5), Cell::Boolean(true)];
    assert_eq!(cells, expected.into_iter().map(Some).chain([None]).collect::<Vec<_>>());
}
