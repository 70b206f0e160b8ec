//! The same table in six files: written by astropy 8.0.2 and by STILTS 3.4.7, in each serialisation; and documents that lie.

use super::*;
use crate::ColumnType;

const ASTROPY: [(&str, &[u8]); 3] = [
    ("astropy TABLEDATA", include_bytes!("fixtures/nulls_tabledata.vot")),
    ("astropy BINARY", include_bytes!("fixtures/nulls_binary.vot")),
    ("astropy BINARY2", include_bytes!("fixtures/nulls_binary2.vot")),
];
const STILTS: [(&str, &[u8]); 3] = [
    ("STILTS TABLEDATA", include_bytes!("fixtures/stilts_tabledata.vot")),
    ("STILTS BINARY", include_bytes!("fixtures/stilts_binary.vot")),
    ("STILTS BINARY2", include_bytes!("fixtures/stilts_binary2.vot")),
];

fn read(bytes: &[u8]) -> Result<Table, Error> {
    votable(bytes, &ColumnTypes::none())
}

fn column(table: &Table, name: &str) -> Vec<String> {
    let cell = |row: crate::Row<'_>| row.cell(name).map_or("null".to_owned(), |cell| cell.to_string());
    table.rows().map(cell).collect()
}

#[test]
fn every_serialisation_holds_the_same_values() {
    let truth: [(&str, [&str; 5]); 9] = [
        ("bool", ["true", "false", "null", "true", "false"]),
        ("u8", ["7", "0", "null", "254", "1"]),
        ("i16", ["-5", "0", "null", "32767", "-32767"]),
        ("i32", ["123456", "0", "null", "2147483647", "-2147483647"]),
        (
            "i64",
            [
                "9007199254740993",
                "0",
                "null",
                "9223372036854775807",
                "-9223372036854775807",
            ],
        ),
        ("f64", ["2.25", "0", "null", "-inf", "5e-324"]),
        ("c5", ["abc", "null", "null", "a<&>b", "end"]),
        ("uvar", ["héllo", "null", "null", "日本 <x>", "😀"]),
        ("u4", ["αβ", "null", "null", "日本語x", "x"]),
    ];
    for (file, bytes) in ASTROPY.into_iter().chain(STILTS) {
        let table = read(bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        // STILTS writes what lies beyond 16 bits as question marks where it writes text.
        let is_lost = |name: &str| file == "STILTS TABLEDATA" && name == "uvar";
        for (name, expected) in truth.iter().filter(|(name, _)| !is_lost(name)) {
            let found = column(&table, name).into_iter().map(|cell| cell.replace("NaN", "null"));
            assert_eq!(found.collect::<Vec<_>>(), expected, "{file}, {name}");
        }
        assert_eq!(table.column_type("i64"), Some(ColumnType::Integer), "{file}");
        assert_eq!(column(&table, "f32")[0], "1.5", "{file}");
    }
}

#[test]
fn arrays_are_text_with_blanks_between() {
    for (file, bytes) in ASTROPY {
        let table = read(bytes).unwrap();
        assert_eq!(column(&table, "ivar")[3], "-2147483648 7", "{file}");
        assert_eq!(column(&table, "ivar")[1], "null", "{file}");
        assert_eq!(column(&table, "bit12")[0], "101010101010", "{file}");
        assert_eq!(column(&table, "cvar")[3], "  pad ", "{file}");
    }
}

#[test]
fn a_float_is_the_number_that_a_text_would_have() {
    for (value, expected) in [
        (10.39_f32, 10.39),
        (-0.1, -0.1),
        (0.0, 0.0),
        (16_777_216.0, 16_777_216.0),
        (1.175_494_4e-38, 1.175_494_4e-38),
        (3.402_823_5e38, 3.402_823_5e38),
        (1e-7, 1e-7),
    ] {
        assert_eq!(binary::as_written(value), expected);
    }
    assert!(binary::as_written(f32::NAN).is_nan());
    assert!(binary::as_written(-0.0).is_sign_negative());
}

/// A document of one column, with this in its stream.
fn stream(serialisation: &str, field: &str, base64: &str) -> String {
    format!(
        "<VOTABLE><RESOURCE type=\"results\"><TABLE>{field}<DATA><{serialisation}><STREAM encoding=\"base64\">{base64}</STREAM>\
         </{serialisation}></DATA></TABLE></RESOURCE></VOTABLE>"
    )
}

#[test]
fn a_binary_table_that_lies_is_refused() {
    let text = r#"<FIELD name="t" datatype="char" arraysize="*"/>"#;
    let huge = r#"<FIELD name="t" datatype="double" arraysize="4000000000x4000000000"/>"#;
    let nothing = r#"<FIELD name="t" datatype="int" arraysize="0"/>"#;
    for (document, expected) in [
        (stream("BINARY", text, "/////w=="), "ends within a row"),
        (stream("BINARY", text, "AAAAAmE="), "ends within a row"),
        (stream("BINARY2", text, "AAAA"), "ends within a row"),
        (stream("BINARY", huge, "AAAA"), "ends within a row"),
        (
            stream("BINARY", &huge.replace('x', "xx"), "AAAA"),
            "not the size of an array",
        ),
        (stream("BINARY", nothing, "AAAA"), "its rows have none"),
        (stream("BINARY", "", "AAAA"), "its rows have none"),
        (stream("BINARY", text, "AA*A"), "damaged"),
        (
            stream("BINARY", text, "").replace("encoding=\"base64\"", "href=\"file:///etc/passwd\""),
            "another file",
        ),
        (
            stream("BINARY", text, "").replace("base64", "gzip"),
            "encoded as 'gzip'",
        ),
        (stream("FITS", text, ""), "FITS"),
        ("<VOTABLE/>".to_owned(), "no TABLE"),
    ] {
        let error = read(document.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{document}\n  {error}");
    }
}

#[test]
fn a_stream_may_have_blanks_and_no_padding() {
    let text = r#"<FIELD name="t" datatype="char" arraysize="*" unit="mag"/>"#;
    for base64 in ["AAAAAmFi", " AAA\n AAm\tFi \n", "<![CDATA[AAAAAmFi]]>", "AAAA&#10;AmFi"] {
        let table = read(stream("BINARY", text, base64).as_bytes()).unwrap();
        assert_eq!(column(&table, "t"), ["ab"]);
        assert_eq!(table.schema().field(0).metadata()["unit"], "mag");
    }
    assert_eq!(
        column(&read(stream("BINARY", text, "AAAAAWE").as_bytes()).unwrap(), "t"),
        ["a"]
    );
}

#[test]
fn what_stands_beside_the_table_is_read() {
    let document = r#"<v:VOTABLE xmlns:v="x"><v:INFO name="server" value="here"/>
        <v:RESOURCE type="meta"><v:TABLE><v:FIELD name="no" datatype="int"/></v:TABLE></v:RESOURCE>
        <v:RESOURCE type="results"><v:INFO name="QUERY_STATUS" value="OK"/>
        <v:TABLE><v:FIELD name="a" datatype="int"/><v:PARAM name="p" datatype="int"><v:VALUES null="1"/></v:PARAM>
        <v:DATA><v:TABLEDATA><v:TR><v:TD>1</v:TD></v:TR></v:TABLEDATA></v:DATA></v:TABLE>
        <v:INFO name="QUERY_STATUS" value="OVERFLOW"> a &lt; b </v:INFO></v:RESOURCE></v:VOTABLE>"#;
    let read = votable_document(document.as_bytes(), &ColumnTypes::none()).unwrap();
    let infos: Vec<(&str, &str, &str)> = read.infos.iter().map(|i| (&*i.name, &*i.value, &*i.text)).collect();
    let expected = [
        ("server", "here", ""),
        ("QUERY_STATUS", "OK", ""),
        ("QUERY_STATUS", "OVERFLOW", "a < b"),
    ];
    assert_eq!(infos, expected);
    assert_eq!(column(&read.table.unwrap(), "a"), ["1"]);

    let error = r#"<VOTABLE><RESOURCE type="results"><INFO name="QUERY_STATUS" value="ERROR">no such table</INFO></RESOURCE></VOTABLE>"#;
    let read = votable_document(error.as_bytes(), &ColumnTypes::none()).unwrap();
    assert!(read.table.is_none());
    assert_eq!(read.infos[0].text, "no such table");
}

#[test]
fn damaged_documents_do_not_panic() {
    for (file, bytes) in ASTROPY.into_iter().chain(STILTS) {
        let bytes = bytes.trim_ascii_end();
        for cut in (0..bytes.len()).step_by(7) {
            assert!(read(&bytes[..cut]).is_err(), "{file} cut at {cut}");
        }
        for place in 0..bytes.len() {
            let mut damaged = bytes.to_vec();
            damaged[place] ^= 1 << (place % 7);
            drop(read(&damaged));
        }
    }
}

#[test]
fn a_field_without_elements_is_null_in_every_row() {
    let fields = r#"<FIELD name="t" datatype="int" arraysize="0"/><FIELD name="n" datatype="unsignedByte"/>"#;
    let table = read(stream("BINARY", fields, "AQI=").as_bytes()).unwrap();
    assert_eq!(column(&table, "n"), ["1", "2"]);
    assert_eq!(column(&table, "t"), ["null", "null"]);
}
