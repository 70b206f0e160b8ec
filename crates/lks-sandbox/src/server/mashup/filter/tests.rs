use serde_json::{Value, json};

use super::Filters;

const FIELDS: [(&str, &str); 4] = [
    ("project", "string"),
    ("sequence_number", "int"),
    ("t_exptime", "float"),
    ("target_name", "string"),
];

fn check(filters: Value, row: &Value, expected: bool) {
    let parsed = Filters::parse(&filters, &FIELDS).unwrap();
    assert_eq!(parsed.pass(|column| row.get(column).cloned()), expected, "{filters}");
}

#[test]
fn filters_choose_as_the_archive_does() {
    let row = json!({"project": "TESS;HLSP", "sequence_number": 14, "t_exptime": 120, "target_name": "158324245"});
    check(json!([]), &row, true);
    check(json!([{"paramName": "sequence_number", "values": ["14"]}]), &row, true);
    check(
        json!([{"paramName": "sequence_number", "values": [15, 14]}]),
        &row,
        true,
    );
    check(json!([{"paramName": "sequence_number", "values": ["15"]}]), &row, false);
    check(
        json!([{"paramName": "t_exptime", "values": [{"min": 0, "max": 9999}]}]),
        &row,
        true,
    );
    check(
        json!([{"paramName": "t_exptime", "values": [{"min": 121, "max": 9999}]}]),
        &row,
        false,
    );
    check(
        json!([{"paramName": "t_exptime", "values": [{"min": "120", "max": "120"}]}]),
        &row,
        true,
    );
    check(json!([{"paramName": "project", "values": ["TESS"]}]), &row, false);
    check(
        json!([{"paramName": "project", "values": ["tess"], "separator": ";"}]),
        &row,
        true,
    );
    check(
        json!([{"paramName": "target_name", "values": [], "freeText": "1583%45"}]),
        &row,
        true,
    );
    check(json!([{"paramName": "target_name", "values": ["*24"]}]), &row, false);
    check(
        json!([{"paramName": "TARGET_NAME", "values": ["158324245"]}, {"paramName": "sequence_number", "values": ["1"]}]),
        &row,
        false,
    );
}

#[test]
fn a_filter_without_values_lets_everything_pass() {
    let row = json!({"sequence_number": null});
    check(json!([{"paramName": "sequence_number", "values": []}]), &row, true);
    check(json!([{"paramName": "sequence_number", "values": ["14"]}]), &row, false);
}

#[test]
fn an_unknown_column_is_refused() {
    assert!(Filters::parse(&json!([{"paramName": "colour", "values": ["red"]}]), &FIELDS).is_err());
}
