//! `lksearch fits table`.

use lks_sandbox::{Sandbox, SandboxOptions};
use lksearch::fits::write::{Cells, Column, Hdu};
use lksearch::fits::{Card, CardValue};
use lksearch::table::arrow_array::RecordBatchReader;
use lksearch::table::arrow_schema::Schema;

use super::{LINK, odd_file, put};
use crate::home::{Home, line};

#[test]
fn rows_are_objects_and_cells_of_several_axes_lists() {
    let home = Home::new();
    put(&home, "odd.fits", &odd_file());
    let rows = home.run(&["fits", "table", "odd.fits", "--format", "json"]).rows();
    let expected = serde_json::json!([
        {"TIME": 1325.5, "CUBE": [[0.0, 1.5, null], [3.25, 4.0, null]], "COUNT": null, "NAME": "first", "WIDTHS": [], "FLAG": null},
        {"TIME": 1326.5, "CUBE": [[1.0, 1.5, null], [3.25, 4.0, null]], "COUNT": 0, "NAME": "42", "WIDTHS": [7], "FLAG": true},
        {"TIME": 1327.5, "CUBE": [[2.0, 1.5, null], [3.25, 4.0, null]], "COUNT": 1, "NAME": "a,\"b\"", "WIDTHS": [8, 9], "FLAG": false},
    ]);
    assert_eq!(serde_json::Value::from(rows), expected);
    let lines = home.run(&["fits", "table", "odd.fits", "--format", "ndjson"]).stdout;
    let objects: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(serde_json::Value::from(objects), expected);
}

#[test]
fn lists_are_quoted_json_in_csv() {
    let home = Home::new();
    put(&home, "odd.fits", &odd_file());
    let printed = home.run(&["fits", "table", "odd.fits", "--format", "csv"]).stdout;
    assert_eq!(
        printed.lines().collect::<Vec<_>>(),
        [
            "TIME,CUBE,COUNT,NAME,WIDTHS,FLAG",
            "1325.5,\"[[0.0,1.5,null],[3.25,4.0,null]]\",,first,\"[]\",",
            "1326.5,\"[[1.0,1.5,null],[3.25,4.0,null]]\",0,\"42\",\"[7]\",true",
            "1327.5,\"[[2.0,1.5,null],[3.25,4.0,null]]\",1,\"a,\"\"b\"\"\",\"[8,9]\",false",
        ]
    );
}

#[test]
fn parquet_arrow_and_votable_keep_the_units() {
    let home = Home::new();
    put(&home, "odd.fits", &odd_file());
    let write = |format: &str| {
        let words = ["fits", "table", "odd.fits", "--format", format, "-o", "out"];
        let outcome = home.run(&words);
        assert_eq!(
            (outcome.code, outcome.stdout.as_str()),
            (Some(0), ""),
            "{}",
            outcome.stderr
        );
        home.path("out")
    };
    let check = |schema: &Schema, num_rows: usize| {
        let cube = schema.field_with_name("CUBE").unwrap();
        assert_eq!((cube.metadata()["unit"].as_str(), num_rows), ("e-/s", 3));
        assert_eq!(cube.metadata()["dimensions"], "3,2");
    };
    let arrow = arrow_ipc::reader::FileReader::try_new(std::fs::File::open(write("arrow")).unwrap(), None).unwrap();
    let schema = arrow.schema();
    check(&schema, arrow.map(|batch| batch.unwrap().num_rows()).sum());
    let parquet = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(
        std::fs::File::open(write("parquet")).unwrap(),
    );
    let parquet = parquet.unwrap().build().unwrap();
    let schema = parquet.schema();
    check(&schema, parquet.map(|batch| batch.unwrap().num_rows()).sum());
    let votable = std::fs::read_to_string(write("votable")).unwrap();
    assert!(
        votable.contains(r#"<FIELD name="CUBE" datatype="float" arraysize="3x2" unit="electron/s"/>"#),
        "{votable}"
    );
    assert!(votable.contains("<TD>0.0 1.5 NaN 3.25 4.0 +Inf</TD>"), "{votable}");
}

#[test]
fn a_table_of_many_batches_is_written_whole() {
    let home = Home::new();
    let num_rows = 1200;
    let mut bytes = Hdu::primary().bytes().unwrap();
    let columns = [
        Column::new("N", "J"),
        Column::new("FRAME", "1024D").dimensions(&[32, 32]),
    ];
    Hdu::table(columns, num_rows)
        .append_with(&mut bytes, |out| {
            for row in 0..num_rows {
                let mut cells = Cells::new(out);
                cells.int32(row as i32);
                (0..1024).for_each(|_| cells.float64(row as f64));
            }
        })
        .unwrap();
    put(&home, "large.fits", &bytes);
    for format in ["parquet", "arrow", "csv", "ndjson"] {
        let file = format!("large.{format}");
        let outcome = home.run(&["fits", "table", "large.fits", "--format", format, "-o", &file]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        let written = std::fs::read(home.path(&file)).unwrap();
        let num_written = match format {
            "parquet" => {
                let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(
                    std::fs::File::open(home.path(&file)).unwrap(),
                );
                reader.unwrap().metadata().file_metadata().num_rows() as usize
            }
            "arrow" => {
                let reader = arrow_ipc::reader::FileReader::try_new(std::io::Cursor::new(written), None).unwrap();
                assert!(reader.num_batches() > 1);
                reader.map(|batch| batch.unwrap().num_rows()).sum()
            }
            "csv" => String::from_utf8(written).unwrap().lines().count() - 1,
            _ => String::from_utf8(written).unwrap().lines().count(),
        };
        assert_eq!(num_written, num_rows as usize, "{format}");
    }
}

#[test]
fn columns_and_rows_are_chosen_as_in_python() {
    let home = Home::new();
    put(&home, "odd.fits", &odd_file());
    let times = |rows: &str| {
        let words = [
            "fits",
            "table",
            "odd.fits",
            "--columns",
            "name,TIME",
            "--rows",
            rows,
            "--format",
            "json",
        ];
        let rows = home.run(&words).rows();
        rows.iter()
            .map(|row| row["TIME"].to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(times("0:2"), "1325.5 1326.5");
    assert_eq!(times("1:"), "1326.5 1327.5");
    assert_eq!(times(":1"), "1325.5");
    assert_eq!(times("-1:"), "1327.5");
    assert_eq!(times("1:1"), "");
    for rows in ["0:4", "2:1", "5", "a:b", "-4:"] {
        let words = ["fits", "table", "odd.fits", "--rows", rows];
        home.run(&words).failed(2, &[rows, "3 rows", "0:100"]);
    }
    let shown = home
        .run(&["fits", "table", "odd.fits", "--hdu", "ODD", "--columns", "time,cube"])
        .stdout;
    assert_eq!(shown.lines().next().map(str::trim_end), Some("  TIME  CUBE"));
    assert!(shown.contains("1325.5  [0.0, 1.5, , … 6]"), "{shown}");
}

#[test]
fn an_unknown_column_or_hdu_is_named_with_what_there_is() {
    let home = Home::new();
    put(&home, "odd.fits", &odd_file());
    home.run(&["fits", "table", "odd.fits", "--columns", "TIM"])
        .failed(2, &["TIM", "did you mean TIME?", "WIDTHS"]);
    let archive = Sandbox::start(SandboxOptions::default()).unwrap();
    home.run_against(&archive, &["fits", "table", LINK, "--columns", "flux"])
        .failed(2, &["did you mean SAP_FLUX or PDCSAP_FLUX? "]);
    let shown = home.run_against(
        &archive,
        &["fits", "table", LINK, "--columns", "sap_flux", "--rows", ":1"],
    );
    assert!(
        shown.stdout.trim_start().starts_with("SAP_FLUX\n"),
        "{}{}",
        shown.stdout,
        shown.stderr
    );
    home.run(&["fits", "table", "odd.fits", "--hdu", "LIGHTCURVE"])
        .failed(2, &["LIGHTCURVE", "1 ODD"]);
    home.run(&["fits", "header", "odd.fits", "--hdu", "7"])
        .failed(2, &["7", "2 IMAGE"]);
    home.run(&["fits", "table", "odd.fits", "--hdu", "IMAGE"])
        .failed(2, &["HDU 2"]);
    put(&home, "bare.fits", &Hdu::primary().bytes().unwrap());
    home.run(&["fits", "table", "bare.fits"])
        .failed(2, &["no table", "PRIMARY"]);
}

#[test]
fn a_votable_has_the_types_units_and_times_of_the_file() {
    let home = Home::new();
    let columns = [
        Column::new("TIME", "D").unit("BJD - 2457000, days"),
        Column::new("COUNTS", "2J").null(-1).unit("count"),
        Column::new("FLUX", "E").unit("e-/s"),
        Column::new("LEVEL", "E").unit("sigma"),
        Column::new("PHASE", "C"),
    ];
    let table = Hdu::table(columns, 1)
        .card("BJDREFI", 2_457_000, "")
        .card("BJDREFF", 0.0, "")
        .card("TIMESYS", "TDB", "");
    let mut bytes = Hdu::primary().bytes().unwrap();
    table
        .append_with(&mut bytes, |out| {
            let mut cells = Cells::new(out);
            cells.float64(1325.5);
            cells.int32s(&[-1, 7]);
            cells.float32s(&[0.1, 2.0, 1.0, -1.0]);
        })
        .unwrap();
    put(&home, "lc.fits", &bytes);
    let votable = home.run(&["fits", "table", "lc.fits", "--format", "votable"]).stdout;
    for expected in [
        r#"<TIMESYS ID="time-system" timeorigin="2457000" timescale="TDB" refposition="BARYCENTER"/>"#,
        r#"<FIELD name="TIME" datatype="double" unit="d" ref="time-system"><DESCRIPTION>unit in the file: BJD - 2457000, days</DESCRIPTION></FIELD>"#,
        r#"<FIELD name="COUNTS" datatype="int" arraysize="2" unit="count"><VALUES null="-1"/></FIELD>"#,
        r#"<FIELD name="FLUX" datatype="float" unit="electron/s"/>"#,
        r#"<FIELD name="LEVEL" datatype="float"><DESCRIPTION>unit in the file: sigma</DESCRIPTION></FIELD>"#,
        r#"<FIELD name="PHASE" datatype="floatComplex"/>"#,
        "<TR><TD>1325.5</TD><TD>-1 7</TD><TD>0.1</TD><TD>2.0</TD><TD>1.0 -1.0</TD></TR>",
    ] {
        assert!(votable.contains(expected), "{expected} in {votable}");
    }
}

#[test]
fn times_keep_their_zero_point_in_every_export() {
    let home = Home::new();
    // As K2SFF writes it: a name without a unit, the zero point in the keywords.
    let table = Hdu::table([Column::new("T", "D"), Column::new("FCOR", "D")], 1)
        .card("BJDREFI", 2_454_833, "")
        .card("BJDREFF", 0.000_000_5, "");
    let mut bytes = Hdu::primary().bytes().unwrap();
    table.append_to(&mut bytes, &[0; 16]).unwrap();
    put(&home, "k2sff.fits", &bytes);
    let export = |format: &str, more: &[&str]| {
        let words = [&["fits", "table", "k2sff.fits", "--format", format], more].concat();
        home.run(&words)
    };
    let zero = "2454833.0000005";
    let votable = export("votable", &[]);
    let system = format!(r#"timeorigin="{zero}" timescale="UNKNOWN" refposition="BARYCENTER""#);
    let field = r#"<FIELD name="T" datatype="double" unit="d" ref="time-system"/>"#;
    assert!(
        votable.stdout.contains(&system) && votable.stdout.contains(field),
        "{}",
        votable.stdout
    );
    for format in ["csv", "json", "ndjson"] {
        let note = format!("T is in days since BJD {zero}");
        assert!(export(format, &[]).stderr.contains(&note), "{format}");
        assert_eq!(export(format, &["--columns", "FCOR"]).stderr, "", "{format}");
    }
    export("arrow", &["-o", "out.arrow"]);
    let bytes = std::fs::read(home.path("out.arrow")).unwrap();
    for word in [
        "time_zero_jd",
        zero,
        "time_scale",
        "UNKNOWN",
        "time_position",
        "BARYCENTER",
        "time_unit",
    ] {
        assert!(
            bytes.windows(word.len()).any(|window| window == word.as_bytes()),
            "{word}"
        );
    }
    let info = home.run(&["fits", "info", "k2sff.fits", "--format", "json"]).stdout;
    assert!(info.contains(r#""time":"BJD - 2454833.0000005""#), "{info}");
}

#[test]
fn tables_go_to_fits_and_ecsv_with_types_units_and_nulls() {
    let home = Home::new();
    let columns = [
        Column::new("TIME", "D").unit("BJD - 2454833"),
        Column::new("N", "J").null(-1),
        Column::new("B", "I").scale(1.0, 32_768.0),
        Column::new("FLUX", "4E").dimensions(&[2, 2]).unit("e-/s"),
        Column::new("NAME", "5A"),
        Column::new("GOOD", "L"),
        Column::new("LIST", "PI(2)"),
    ];
    let mut bytes = Hdu::primary().bytes().unwrap();
    let table = Hdu::table(columns, 2)
        .card("EXTNAME", "LC", "")
        .card("TIMESYS", "TDB", "")
        .heap(4);
    table
        .append_with(&mut bytes, |out| {
            for row in 0..2_i32 {
                let mut cells = Cells::new(out);
                cells.float64(1.5 + f64::from(row));
                cells.int32(-row);
                cells.int16(-32_768 + 7);
                cells.float32s(&[0.5, 1.0, 2.0, f32::NAN]);
                cells.text(if row == 0 { "a,b" } else { "" }, 5);
                cells.logical((row == 0).then_some(true));
                cells.descriptor32(2 * row, 0);
            }
            let mut cells = Cells::new(out);
            cells.int16(3);
            cells.int16(-4);
        })
        .unwrap();
    put(&home, "lc.fits", &bytes);
    home.run(&["fits", "table", "lc.fits", "-o", "copy.fits"]);
    let shown = |file: &str, format: &str| home.run(&["fits", "table", file, "--format", format]).stdout;
    for format in ["json", "votable"] {
        assert_eq!(shown("copy.fits", format), shown("lc.fits", format), "{format}");
    }
    home.run(&["fits", "verify", "copy.fits"]);
    let header = home.run(&["fits", "header", "copy.fits", "--hdu", "LC"]).stdout;
    for card in [
        "BJDREFI =              2454833",
        "TIMESYS = 'TDB",
        "TREFPOS = 'BARYCENTER'",
        "TDIM4   = '(2,2)",
    ] {
        assert!(header.contains(card), "{card} in {header}");
    }
    let ecsv = shown("lc.fits", "ecsv");
    for line in [
        "# %ECSV 1.0",
        r#"# - {"name":"N","datatype":"int32"}"#,
        r#"# - {"name":"B","datatype":"uint16"}"#,
        r#"# - {"name":"FLUX","unit":"electron/s","datatype":"string","subtype":"float32[2,2]"}"#,
        r#"# - {"name":"LIST","datatype":"string","subtype":"int16[null]"}"#,
        "TIME,N,B,FLUX,NAME,GOOD,LIST",
        r#"1.5,0,7,"[[0.5,1.0],[2.0,null]]","a,b",True,"[]""#,
        r#"2.5,,7,"[[0.5,1.0],[2.0,null]]","",,"[3,-4]""#,
    ] {
        assert!(ecsv.lines().any(|other| other == line), "{line} in {ecsv}");
    }
    assert!(
        ecsv.contains(r#""meta":{"time_zero_jd":"2454833","time_unit":"d","time_scale":"TDB""#),
        "{ecsv}"
    );
}

#[test]
fn what_is_compressed_or_packed_is_named_with_the_way_round_it() {
    let home = Home::new();
    let mut bytes = Hdu::primary().bytes().unwrap();
    Hdu::table([Column::new("TIME", "1QB(0)")], 0)
        .card("EXTNAME", "LIGHTCURVE", "")
        .card("ZTABLE", true, "")
        .append_to(&mut bytes, &[])
        .unwrap();
    put(&home, "packed-table.fits", &bytes);
    let words = ["compressed tables (ZTABLE)", "`funpack FILE`", "HDU 1 LIGHTCURVE"];
    home.run(&["fits", "table", "packed-table.fits"]).failed(2, &words);
    let info = home.run(&["fits", "info", "packed-table.fits"]);
    assert!(words.iter().all(|word| info.stderr.contains(word)), "{}", info.stderr);
    for (name, start, words) in [
        ("lc.fits.bz2", &b"BZh91AY&SY"[..], ["packed by bzip2", "`bunzip2 FILE`"]),
        ("lc.fits.Z", b"\x1f\x9d\x90", ["packed by compress", "`gunzip FILE`"]),
        ("lc.fits.xz", b"\xfd7zXZ\x00", ["packed by xz", "`unxz FILE`"]),
        ("lc.fits.zst", b"\x28\xb5\x2f\xfd", ["packed by zstd", "`unzstd FILE`"]),
        ("lc.zip", b"PK\x03\x04", ["a zip archive", "`unzip FILE`"]),
    ] {
        put(&home, name, &[start, &[b'x'; 5000]].concat());
        for verb in ["info", "header", "table", "verify"] {
            home.run(&["fits", verb, name]).failed(2, &words);
        }
    }
}

#[test]
fn a_fits_table_says_which_object_its_rows_are_of() {
    let home = Home::new();
    let mut bytes = Hdu::primary()
        .card("OBJECT", "TIC 7", "string version of target id")
        .card("TELESCOP", "TESS", "")
        .card("SECTOR", 3, "Observing sector")
        .card("RA_OBJ", 84.291_19, "[deg] right ascension")
        .card("FILENAME", "tess.fits", "")
        .cards([Card {
            keyword: "COMMENT".to_owned(),
            value: CardValue::Commentary("Synthetic: not mission data.".to_owned()),
            comment: String::new(),
        }])
        .bytes()
        .unwrap();
    Hdu::table([Column::new("TIME", "D"), Column::new("FLUX", "E")], 2)
        .card("EXTNAME", "LIGHTCURVE", "")
        .card("OBJECT", "TIC 7", "")
        .card("INSTRUME", "TESS Photometer", "")
        .card("TIMEDEL", 0.5, "")
        .append_to(&mut bytes, &[0; 24])
        .unwrap();
    put(&home, "lc.fits", &bytes);
    let written = home.run(&line("fits table lc.fits --columns TIME --rows :1 -o x.fits"));
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    let kept = |hdu: &str, wanted: &str| {
        let rows = home
            .run(&[
                "fits",
                "header",
                "x.fits",
                "--hdu",
                hdu,
                "--keyword",
                wanted,
                "--format",
                "json",
            ])
            .rows();
        let cards = rows.iter().map(|row| {
            format!(
                "{}={}",
                row["keyword"].as_str().unwrap(),
                row["value"].as_str().unwrap()
            )
        });
        cards.collect::<Vec<_>>()
    };
    let wanted = "OBJECT,TELESCOP,SECTOR,RA_OBJ,FILENAME,INSTRUME,TIMEDEL,COMMENT";
    assert_eq!(
        kept("0", wanted),
        [
            "OBJECT=TIC 7",
            "TELESCOP=TESS",
            "SECTOR=3",
            "RA_OBJ=84.29119",
            "COMMENT=Synthetic: not mission data."
        ]
    );
    assert_eq!(kept("1", wanted), ["OBJECT=TIC 7", "INSTRUME=TESS Photometer"]);
    assert_eq!(home.run(&["fits", "verify", "x.fits"]).code, Some(0));
    assert_eq!(
        home.run(&["fits", "table", "x.fits", "--format", "csv"]).stdout,
        "TIME\n0.0\n"
    );
}
