use super::*;

#[test]
fn a_votable_is_what_the_standard_says() {
    let table = every_type()
        .select(&["id", "n", "x"])
        .unwrap()
        .slice(0, 2)
        .rename(&[("x", "a<b")])
        .unwrap();
    let mut out = Vec::new();
    write::votable(&table, &[("a<b", "deg")], &mut out).unwrap();
    let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
<RESOURCE type="results">
<TABLE nrows="2">
<FIELD name="id" datatype="char" arraysize="*"/>
<FIELD name="n" datatype="long"/>
<FIELD name="a&lt;b" datatype="double" unit="deg"/>
<DATA><TABLEDATA>
<TR><TD>0158</TD><TD>-1</TD><TD>120.0</TD></TR>
<TR><TD>158</TD><TD></TD><TD>1e300</TD></TR>
</TABLEDATA></DATA>
</TABLE>
</RESOURCE>
</VOTABLE>
"#;
    assert_eq!(String::from_utf8(out).unwrap(), expected);
    assert!(matches!(
        write::votable(&table, &[("y", "deg")], Vec::new()),
        Err(Error::UnknownColumn { .. })
    ));
}

/// The time systems, the fields and the rows of a VOTable of one batch.
fn fields_and_rows(columns: Vec<(Field, ArrayRef)>) -> Result<Vec<String>, Error> {
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.into_iter().unzip();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
    let mut out = Vec::new();
    write::votable_of(batch.schema_ref(), std::slice::from_ref(&batch), &mut out)?;
    let text = String::from_utf8(out).unwrap();
    let wanted = |line: &&str| {
        ["<TIMESYS", "<FIELD", "<TR>"]
            .iter()
            .any(|start| line.starts_with(start))
    };
    Ok(text.lines().filter(wanted).map(str::to_owned).collect())
}

fn lists_of<T: ArrowPrimitiveType>(lists: [Vec<Option<T::Native>>; 2]) -> ArrayRef {
    let size = lists[0].len() as i32;
    let lists = lists.map(Some);
    Arc::new(FixedSizeListArray::from_iter_primitive::<T, _, _>(lists, size))
}

#[test]
fn a_votable_keeps_the_width_of_numbers_and_the_axes_of_lists() {
    let bytes: ArrayRef = Arc::new(UInt8Array::from(vec![Some(255), None]));
    let unsigned: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX, 1]));
    let floats: ArrayRef = Arc::new(Float32Array::from(vec![0.1, f32::NEG_INFINITY]));
    let counts = lists_of::<Int32Type>([vec![Some(1), None], vec![Some(-3), Some(4)]]);
    let cube = lists_of::<Float32Type>([
        vec![Some(1.5), None, Some(3.0), Some(4.0), Some(5.0), Some(6.0)],
        vec![Some(f32::INFINITY); 6],
    ]);
    let complex = lists_of::<Float64Type>([vec![Some(1.0), Some(-1.0)], vec![Some(0.0), Some(2.0)]]);
    let words: ArrayRef = {
        let items: ArrayRef = Arc::new(StringArray::from(vec!["a\"b", "c", "d", "e"]));
        Arc::new(FixedSizeListArray::new(
            Arc::new(Field::new("item", DataType::Utf8, true)),
            2,
            items,
            None,
        ))
    };
    let widths: ArrayRef = {
        let lists = [Some(vec![]), Some(vec![Some(7), Some(8)])];
        Arc::new(LargeListArray::from_iter_primitive::<Int16Type, _, _>(lists))
    };
    let written = fields_and_rows(vec![
        (field("b", &bytes, &[]), bytes),
        (field("u", &unsigned, &[]), unsigned),
        (field("f", &floats, &[("unit", "d"), ("description", "a < b")]), floats),
        (field("n", &counts, &[("null", "-1")]), counts),
        (field("cube", &cube, &[("dimensions", "3,2")]), cube),
        (field("c", &complex, &[("complex", "true")]), complex),
        (field("words", &words, &[]), words),
        (field("widths", &widths, &[]), widths),
    ]);
    let expected = [
        r#"<FIELD name="b" datatype="unsignedByte"/>"#,
        r#"<FIELD name="u" datatype="char" arraysize="*"/>"#,
        r#"<FIELD name="f" datatype="float" unit="d"><DESCRIPTION>a &lt; b</DESCRIPTION></FIELD>"#,
        r#"<FIELD name="n" datatype="int" arraysize="2"><VALUES null="-1"/></FIELD>"#,
        r#"<FIELD name="cube" datatype="float" arraysize="3x2"/>"#,
        r#"<FIELD name="c" datatype="doubleComplex"/>"#,
        r#"<FIELD name="words" datatype="char" arraysize="*"/>"#,
        r#"<FIELD name="widths" datatype="short" arraysize="*"/>"#,
        "<TR><TD>255</TD><TD>18446744073709551615</TD><TD>0.1</TD><TD>1 -1</TD><TD>1.5 NaN 3.0 4.0 5.0 6.0</TD>\
         <TD>1.0 -1.0</TD><TD>[&quot;a\\&quot;b&quot;,&quot;c&quot;]</TD><TD></TD></TR>",
        "<TR><TD></TD><TD>1</TD><TD>-Inf</TD><TD>-3 4</TD><TD>+Inf +Inf +Inf +Inf +Inf +Inf</TD>\
         <TD>0.0 2.0</TD><TD>[&quot;d&quot;,&quot;e&quot;]</TD><TD>7 8</TD></TR>",
    ];
    assert_eq!(written.unwrap(), expected);
}

#[test]
fn a_missing_integer_of_a_list_has_no_words_in_a_votable() {
    let counts = lists_of::<Int32Type>([vec![Some(1), None], vec![Some(-3), Some(4)]]);
    let written = fields_and_rows(vec![(field("n", &counts, &[]), counts)]);
    let message = written.unwrap_err().to_string();
    assert!(message.contains("`n`"), "{message}");
}

#[test]
fn the_times_of_a_votable_refer_to_their_system() {
    let column = |name: &str, zero: Option<&str>| {
        let array: ArrayRef = Arc::new(Float64Array::from(vec![1.5]));
        let system = [("time_scale", "TDB"), ("time_position", "BARYCENTER")];
        let metadata: Vec<_> = zero
            .map(|zero| ("time_zero_jd", zero))
            .into_iter()
            .chain(system)
            .collect();
        (field(name, &array, if zero.is_some() { &metadata } else { &[] }), array)
    };
    let columns = [
        ("TIME", Some("2457000")),
        ("FLUX", None),
        ("MJD", Some("2400000.5")),
        ("STOP", Some("2457000")),
    ];
    let columns = columns.map(|(name, zero)| column(name, zero));
    let text = fields_and_rows(columns.into()).unwrap();
    let expected = [
        r#"<TIMESYS ID="time-system" timeorigin="2457000" timescale="TDB" refposition="BARYCENTER"/>"#,
        r#"<TIMESYS ID="time-system-2" timeorigin="2400000.5" timescale="TDB" refposition="BARYCENTER"/>"#,
        r#"<FIELD name="TIME" datatype="double" ref="time-system"/>"#,
        r#"<FIELD name="FLUX" datatype="double"/>"#,
        r#"<FIELD name="MJD" datatype="double" ref="time-system-2"/>"#,
        r#"<FIELD name="STOP" datatype="double" ref="time-system"/>"#,
        "<TR><TD>1.5</TD><TD>1.5</TD><TD>1.5</TD><TD>1.5</TD></TR>",
    ];
    assert_eq!(text, expected);
}

#[test]
fn a_votable_of_another_program_is_read() {
    let xml = r#"<VOTABLE xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>
        <DESCRIPTION>of & for</DESCRIPTION>
        <FIELD ID="a" datatype="int"><VALUES null="-99"/></FIELD><FIELD name="b" datatype="boolean"/><FIELD name="bit" datatype="bit"/>
        <FIELD name="c" datatype="char" arraysize="8*"/><FIELD name="d" datatype="float" arraysize="2"/>
        <DATA><TABLEDATA><TR><TD> 7 </TD><TD>T</TD><TD>0</TD><TD><![CDATA[x<y]]> &amp; &#228;</TD><TD>1.0 2.0</TD></TR>
        <TR><TD>-99</TD><TD>?</TD><TD/><TD/><TD/></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"#;
    let xml = xml.replace("of & for", "of &amp; for");
    let table = read::votable(xml.as_bytes(), &ColumnTypes::none()).unwrap();
    let row = table.row(0);
    let values = (
        row.integer("a"),
        row.boolean("b"),
        row.boolean("bit"),
        row.text("c"),
        row.text("d"),
    );
    assert_eq!(
        values,
        (Some(7), Some(true), Some(false), Some("x<y & ä"), Some("1.0 2.0"))
    );
    assert!(table.row(1).cells().all(|cell| cell.is_none()));
    let short = xml.replace("<TD>T</TD>", "");
    let error = read::votable(short.as_bytes(), &ColumnTypes::none())
        .unwrap_err()
        .to_string();
    assert!(error.contains("a row of 4 cells for 5 fields"), "{error}");
}
