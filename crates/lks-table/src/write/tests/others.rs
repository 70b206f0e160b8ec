use super::*;

#[test]
fn what_is_no_table_is_no_format() {
    for bytes in [
        b"".as_slice(),
        b"<html><body>504</body></html>",
        b"\xff\xfe\x00",
        b"  \n",
    ] {
        assert!(
            matches!(read::detect(bytes, &ColumnTypes::none()), Err(Error::Malformed { .. })),
            "{bytes:?}"
        );
    }
    let error = "xlsx".parse::<Format>().unwrap_err().to_string();
    assert_eq!(
        error,
        "there is no table format `xlsx`; known are json, ndjson, csv, parquet, arrow, votable"
    );
}

#[test]
fn csv_of_other_programs_is_read() {
    let check = |csv: &str, types: &[(&str, ColumnType)], expected: &str| {
        let types = ColumnTypes::new(types.iter().copied());
        let table = read::csv(csv.as_bytes(), &types).unwrap();
        assert_eq!(
            text(|t, out| write::json(t, out), &table).replace('\n', ""),
            expected,
            "{csv}"
        );
    };
    check(
        "\u{feff}a,b\r\n1,x\r\n,\"y\"\r\n",
        &[],
        r#"[{"a":1,"b":"x"},{"a":null,"b":"y"}]"#,
    );
    check(
        "obsid,target_name\n158324245,007\n",
        &[("obsid", ColumnType::Text)],
        r#"[{"obsid":"158324245","target_name":"007"}]"#,
    );
    check("a\n1\n2.5\n", &[], r#"[{"a":1.0},{"a":2.5}]"#);
    check("a\n1\nx", &[], r#"[{"a":"1"},{"a":"x"}]"#);
    check("a\n2019-07-18\n", &[], r#"[{"a":"2019-07-18"}]"#);
    check(
        "a\n2019-07-18 10:00:00\n",
        &[("a", ColumnType::Timestamp)],
        r#"[{"a":"2019-07-18T10:00:00Z"}]"#,
    );
    check(
        "a\n0069-03-27T07:13:11.123Z\n",
        &[],
        r#"[{"a":"0069-03-27T07:13:11.123Z"}]"#,
    );
    check("a\n99999999999999999999\n", &[], r#"[{"a":"99999999999999999999"}]"#);
    for (csv, expected) in [
        (
            "a,b\n1\n",
            "not valid CSV at line 2, column 1: 1 cells where the header has 2",
        ),
        (
            "a\n\"x\ny",
            "not valid CSV at line 2, column 1: a quote is opened and never closed",
        ),
        (
            "a\n\"x\"y\n",
            "not valid CSV at line 2, column 1: text after a closing quote",
        ),
        (
            "a,a\n1,2\n",
            "not valid CSV at line 1, column 1: the column `a` occurs twice",
        ),
    ] {
        assert_eq!(
            read::csv(csv.as_bytes(), &ColumnTypes::none()).unwrap_err().to_string(),
            expected
        );
    }
}

#[test]
fn concatenated_csv_files_are_one_table_or_an_error() {
    let read = |csv: &str| read::csv(csv.as_bytes(), &ColumnTypes::none());
    let both = read("name,size\na,1\nname,size\nb,2\nname,size\n").unwrap();
    let expected = Table::empty()
        .with_text("name", [Some("a"), Some("b")])
        .and_then(|table| table.with_integer("size", [Some(1), Some(2)]));
    assert_eq!(both, expected.unwrap(), "sizes stay numbers");
    let other = |csv: &str, said: &str| {
        let error = read(csv).unwrap_err().to_string();
        assert!(
            error.starts_with("not valid CSV at line 3, ") && error.contains(said),
            "{error}"
        );
    };
    other(
        "name,quarter,size\na,1,2\nname,campaign,size\n",
        "has `campaign` where the first has `quarter`",
    );
    other("name,size\na,1\nname,size,year\n", "has 3 columns and the first 2");
    // A name among the cells makes no header, and of one column nobody knows.
    assert_eq!(read("name,size\nname,1\n").unwrap().num_rows(), 1);
    assert_eq!(read("name,size\n\"name\",\"size\"\n").unwrap().num_rows(), 1);
    assert_eq!(read("name\nname\n").unwrap().num_rows(), 1);
}
