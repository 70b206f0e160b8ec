//! `lksearch fits header`, `table` and `verify`: the same answers for files here, packed, and on the cloud.

use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

use lks_sandbox::{Fault, Matcher, Options, Sandbox};
use lksearch::fits::write::{Cells, Checksum, Column, Hdu, Pixel};
use lksearch::table::arrow_array::RecordBatchReader;
use lksearch::table::arrow_schema::Schema;

use crate::home::{Home, column};

const LINK: &str =
    "s3://stpubdata/tess/public/tid/s0014/0000/0001/5832/4245/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
const PRODUCT: &str = "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";

/// A file with what light curves do not have: a long string, unsigned integers, cells of several axes and of variable length, text
/// that looks like a number.
fn odd_file() -> Vec<u8> {
    let long = "a long string that does not fit into one card, so that it goes on in the next ones ".repeat(2);
    let columns = [
        Column::new("TIME", "D").unit("d"),
        Column::new("CUBE", "6E").dimensions(&[3, 2]).unit("e-/s"),
        Column::new("COUNT", "J").null(-1),
        Column::new("NAME", "6A"),
        Column::new("WIDTHS", "PJ(2)"),
        Column::new("FLAG", "L"),
    ];
    let mut file = Hdu::primary()
        .card("LONGNOTE", long, "")
        .checksum(Checksum::HduAndData)
        .bytes()
        .expect("because the cards can be written");
    let table = Hdu::table(columns, 3)
        .card("EXTNAME", "ODD", "")
        .heap(12)
        .checksum(Checksum::Hdu);
    table
        .append_with(&mut file, |out| {
            for (row, name) in ["first", "42", "a,\"b\""].into_iter().enumerate() {
                let mut cells = Cells::new(out);
                let number = row as f32;
                cells.float64(1325.5 + row as f64);
                cells.float32s(&[number, 1.5, f32::NAN, 3.25, 4.0, f32::INFINITY]);
                cells.int32(row as i32 - 1);
                cells.text(name, 6);
                cells.descriptor32(row as i32, if row == 2 { 4 } else { 0 });
                cells.logical((row > 0).then_some(row == 1));
            }
            let mut heap = Cells::new(out);
            heap.int32s(&[7, 8, 9]);
        })
        .expect("because the columns can be written");
    let image = Hdu::image(Pixel::Int16, &[2, 2]).card("EXTNAME", "IMAGE", "");
    image
        .append_to(&mut file, &[0, 1, 0, 2, 0, 3, 0, 4])
        .expect("because the axes fit the pixels");
    file
}

fn put(home: &Home, name: &str, bytes: &[u8]) -> PathBuf {
    let path = home.path(name);
    std::fs::write(&path, bytes).expect("because the home is there");
    path
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("because memory takes all");
    encoder.finish().expect("because memory takes all")
}

/// The bytes of the sandbox's light curve, by way of the cache.
fn light_curve(home: &Home, archive: &Sandbox) -> Vec<u8> {
    let words = [
        "download",
        "tess",
        "TIC 158324245",
        "--sector",
        "14",
        "--kind",
        "timeseries",
        "--mission-products",
        "--exptime",
        "120",
        "--format",
        "json",
    ];
    let rows = home.run_against(archive, &words).rows();
    let path = column(&rows, "Local Path")
        .into_iter()
        .find(|path| path.ends_with("s_lc.fits"));
    std::fs::read(path.expect("because the light curve was downloaded")).expect("because it is there")
}

/// The 80-byte cards of a header, as lines.
fn cards(bytes: &[u8]) -> Vec<String> {
    let cards = bytes
        .chunks(80)
        .map(|card| String::from_utf8(card.to_vec()).expect("because headers are ASCII"));
    let mut lines = Vec::new();
    for card in cards {
        let is_end = card.trim_end() == "END";
        lines.push(card);
        if is_end {
            break;
        }
    }
    lines
}

#[test]
fn cards_are_printed_as_they_stand_in_the_file() {
    let home = Home::new();
    let bytes = odd_file();
    put(&home, "odd.fits", &bytes);
    put(&home, "odd.fits.gz", &packed(&bytes));
    for name in ["odd.fits", "odd.fits.gz"] {
        let printed = home.run(&["fits", "header", name, "--hdu", "0"]);
        assert_eq!(printed.code, Some(0), "{}", printed.stderr);
        let lines: Vec<&str> = printed.stdout.lines().collect();
        assert_eq!(lines, cards(&bytes), "{name}");
        assert!(lines.iter().all(|line| line.len() == 80), "{name}");
        let n_continued = lines.iter().filter(|line| line.starts_with("CONTINUE")).count();
        assert_eq!(n_continued, 2, "{lines:#?}");
    }
    let all = home.run(&["fits", "header", "odd.fits"]).stdout;
    let names: Vec<&str> = all.lines().filter(|line| line.starts_with("# ")).collect();
    assert_eq!(names, ["# HDU 0 PRIMARY", "# HDU 1 ODD", "# HDU 2 IMAGE"]);
    let by_name = home.run(&["fits", "header", "odd.fits", "--hdu", "odd"]).stdout;
    assert!(
        all.contains(&by_name) && by_name.starts_with("XTENSION= 'BINTABLE'"),
        "{by_name}"
    );
}

#[test]
fn cards_on_the_cloud_and_at_the_archive_are_those_of_the_downloaded_file() {
    let (home, archive) = (Home::new(), Sandbox::start(Options::default()).unwrap());
    // In a home of its own: what is in the cache would be read there.
    let bytes = light_curve(&Home::new(), &archive);
    for location in [LINK, PRODUCT] {
        archive.clear_log();
        let printed = home.run_against(&archive, &["fits", "header", location, "--hdu", "APERTURE"]);
        assert_eq!(printed.code, Some(0), "{}", printed.stderr);
        assert_eq!(printed.stdout.lines().collect::<Vec<_>>(), cards(&bytes[1_955_520..]));
        let sent: u64 = archive.log().iter().map(|request| request.bytes).sum();
        assert!(sent < bytes.len() as u64 / 4, "{sent} bytes were sent for one header");
    }
}

#[test]
fn a_product_in_the_cache_is_read_there_and_v_says_so() {
    let (home, archive) = (Home::new(), Sandbox::start(Options::default()).unwrap());
    light_curve(&home, &archive);
    archive.clear_log();
    for verb in ["info", "header", "table", "verify"] {
        let printed = home.run_against(&archive, &["-v", "fits", verb, PRODUCT]);
        assert_eq!(printed.code, Some(0), "{}", printed.stderr);
        assert!(printed.stderr.contains("is in the cache: "), "{}", printed.stderr);
    }
    assert!(archive.log().is_empty(), "{:?}", archive.log());
}

#[test]
fn what_could_move_the_cursor_is_not_printed() {
    let home = Home::new();
    let mut bytes = odd_file();
    let place = bytes.windows(8).position(|bytes| bytes == b"LONGNOTE").unwrap() + 20;
    bytes[place] = 0x1b;
    put(&home, "odd.fits", &bytes);
    let printed = home.run(&["fits", "header", "odd.fits", "--hdu", "0"]);
    assert!(!printed.stdout.contains('\u{1b}'), "{:?}", printed.stdout);
}

#[test]
fn rows_are_objects_and_cells_of_several_axes_are_lists_in_lists() {
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
    let check = |schema: &Schema, n_rows: usize| {
        let cube = schema.field_with_name("CUBE").unwrap();
        assert_eq!((cube.metadata()["unit"].as_str(), n_rows), ("e-/s", 3));
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
    let n_rows = 1200;
    let mut bytes = Hdu::primary().bytes().unwrap();
    let columns = [
        Column::new("N", "J"),
        Column::new("FRAME", "1024D").dimensions(&[32, 32]),
    ];
    Hdu::table(columns, n_rows)
        .append_with(&mut bytes, |out| {
            for row in 0..n_rows {
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
        let n_written = match format {
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
        assert_eq!(n_written, n_rows as usize, "{format}");
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
    let archive = Sandbox::start(Options::default()).unwrap();
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
fn a_file_that_is_not_there_is_nothing_found_and_a_page_is_no_fits() {
    let home = Home::new();
    put(&home, "page.fits", b"<html><body>504 Gateway Time-out</body></html>");
    for verb in ["header", "table", "verify", "info"] {
        home.run(&["fits", verb, "absent.fits"]).failed(3, &["absent.fits"]);
        // Only who verifies has said that it ought to be one.
        let code = if verb == "verify" { 6 } else { 2 };
        home.run(&["fits", verb, "page.fits"])
            .failed(code, &["not a FITS file", "<html>"]);
    }
}

#[test]
fn a_failure_names_what_was_asked_for() {
    let (home, archive) = (Home::new(), Sandbox::start(Options::default()).unwrap());
    put(&home, "cut.fits", &odd_file()[..1000]);
    put(&home, "cutout.zip", b"PK\x03\x04 and more");
    let absent = format!("{}/absent.fits", archive.url());
    for words in [
        ["fits", "info"].as_slice(),
        &["fits", "header"],
        &["fits", "table"],
        &["plot"],
        &["fits", "verify"],
    ] {
        let run = |location: &str| {
            let words: Vec<&str> = words.iter().copied().chain([location]).collect();
            home.run_against(&archive, &words)
        };
        run("cut.fits").failed(6, &["cut.fits is damaged: HDU 0 at byte "]);
        run(".").failed(5, &["cannot open .: ", "irectory"]);
        run(&absent).failed(3, &[&format!("cannot open {absent}: it does not exist")]);
        run("s3://stpubdata/absent.fits").failed(3, &["cannot open s3://stpubdata/absent.fits: it does not exist"]);
        run("http://example.org/x.fits").failed(2, &["http://example.org/x.fits", "write https"]);
        if words != ["fits", "verify"] {
            run("cutout.zip").failed(2, &["cutout.zip is a zip archive; unpack it first"]);
        }
    }
}

#[test]
fn of_a_cut_file_what_is_left_is_listed_and_the_damage_named() {
    let home = Home::new();
    let whole = odd_file();
    put(&home, "cut.fits", &whole[..whole.len() - 2880]);
    let listed = home.run(&["fits", "info", "cut.fits"]);
    assert_eq!(listed.code, Some(6));
    assert!(listed.stdout.contains("IMAGE"), "{}", listed.stdout);
    assert!(
        listed.stderr.contains("cut.fits is damaged: HDU 2 at byte"),
        "{}",
        listed.stderr
    );
    let header = home.run(&["fits", "header", "cut.fits", "--hdu", "IMAGE"]);
    assert!(header.stdout.contains("XTENSION= 'IMAGE"), "{}", header.stdout);
    let behind = home.run(&["fits", "header", "cut.fits", "--hdu", "7"]);
    behind.failed(6, &["HDU 2 at byte"]);
    // The table before the damage is whole.
    assert_eq!(home.run(&["fits", "table", "cut.fits", "--rows", ":1"]).code, Some(0));
    put(&home, "empty.fits", b"");
    home.run(&["fits", "info", "empty.fits"])
        .failed(6, &["the file is empty"]);
}

#[test]
fn of_a_tile_compressed_image_it_is_said_who_opens_it() {
    let home = Home::new();
    let tiles = Hdu::table([Column::new("COMPRESSED_DATA", "1PB(6)")], 1).heap(6);
    let tiles = tiles.card("ZIMAGE", true, "").card("EXTNAME", "PIXELS", "");
    let mut bytes = Hdu::primary().bytes().unwrap();
    tiles
        .append_to(&mut bytes, &[0, 0, 0, 6, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6])
        .unwrap();
    put(&home, "tiles.fits", &bytes);
    let told = "not decompressed by lksearch; open them with astropy: HDU 1 PIXELS";
    let listed = home.run(&["fits", "info", "tiles.fits"]);
    assert!(
        listed.code == Some(0) && listed.stdout.contains("BinTableHDU"),
        "{}",
        listed.stdout
    );
    assert!(listed.stderr.contains(told), "{}", listed.stderr);
    let rows = home.run(&["fits", "table", "tiles.fits", "--format", "json"]).rows();
    assert_eq!(rows[0]["COMPRESSED_DATA"], serde_json::json!([1, 2, 3, 4, 5, 6]));
    home.run(&["plot", "tiles.fits"])
        .failed(2, &["nothing in this file can be drawn", told]);
}

#[test]
fn header_cards_are_rows_in_the_formats_for_programs() {
    let home = Home::new();
    put(&home, "odd.fits", &odd_file());
    let rows = home.run(&["fits", "header", "odd.fits", "--format", "json"]).rows();
    let card = |hdu: i32, keyword: &str| {
        let is_it = |row: &&serde_json::Value| row["hdu"] == hdu && row["keyword"] == keyword;
        rows.iter()
            .find(is_it)
            .unwrap_or_else(|| panic!("{keyword} of HDU {hdu}"))
    };
    assert_eq!(
        *card(0, "SIMPLE"),
        serde_json::json!({"hdu": 0, "keyword": "SIMPLE", "value": "T", "type": "logical", "unit": null, "comment": "conforms to FITS standards"})
    );
    let note = card(0, "LONGNOTE")["value"].as_str().unwrap();
    assert!(
        note.starts_with("a long string") && note.ends_with("the next ones"),
        "{note}"
    );
    assert_eq!(card(1, "NAXIS2")["type"], "integer");
    assert_eq!(card(1, "TTYPE1")["value"], "TIME");
    let of_one = home
        .run(&["fits", "header", "odd.fits", "--hdu", "IMAGE", "--format", "csv"])
        .stdout;
    assert!(
        of_one.starts_with("hdu,keyword,value,type,unit,comment\n2,XTENSION,IMAGE,text,,"),
        "{of_one}"
    );
    // Into a file as on the terminal, and what is left of a damaged file too.
    home.run(&["fits", "header", "odd.fits", "--hdu", "0", "-o", "header.txt"]);
    let written = std::fs::read_to_string(home.path("header.txt")).unwrap();
    assert_eq!(written.lines().collect::<Vec<_>>(), cards(&odd_file()));
    put(&home, "cut.fits", &odd_file()[..odd_file().len() - 2880]);
    let cut = home.run(&["fits", "header", "cut.fits", "--format", "ndjson"]);
    assert_eq!(
        (cut.code, cut.stdout.lines().count()),
        (Some(6), rows.len()),
        "{}",
        cut.stderr
    );
}

#[test]
fn shapes_are_lists_where_the_format_has_them() {
    let home = Home::new();
    put(&home, "odd.fits", &odd_file());
    let shapes = |format: &str| home.run(&["fits", "info", "odd.fits", "--format", format]).stdout;
    let rows: serde_json::Value = serde_json::from_str(&shapes("json")).unwrap();
    // As astropy's `info()`: rows and columns of a table, the axes of an image in the order of the file.
    let expected = [
        serde_json::json!([]),
        serde_json::json!([3, 6]),
        serde_json::json!([2, 2]),
    ];
    assert_eq!(
        [&rows[0]["shape"], &rows[1]["shape"], &rows[2]["shape"]],
        expected.each_ref()
    );
    assert!(shapes("csv").contains(",3 x 6,"), "{}", shapes("csv"));
    assert!(shapes("votable").contains("<TD>3 6</TD>"), "{}", shapes("votable"));
    home.run(&["fits", "info", "odd.fits", "-o", "info.arrow"]);
    let file = std::fs::File::open(home.path("info.arrow")).unwrap();
    let schema = arrow_ipc::reader::FileReader::try_new(file, None).unwrap().schema();
    assert!(
        schema.field_with_name("shape").unwrap().data_type().is_nested(),
        "{schema}"
    );
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
        r#"<TIMESYS ID="time-system" timeorigin="2457000.0" timescale="TDB" refposition="BARYCENTER"/>"#,
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

/// What a command says of bytes that come through a pipe.
fn through_a_pipe(home: &Home, words: &[&str], bytes: &[u8]) -> (Option<i32>, String, String) {
    let (reader, mut writer) = std::io::pipe().unwrap();
    let child = home
        .command(words, &[])
        .stdin(reader)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    writer.write_all(bytes).unwrap();
    drop(writer);
    let ended = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("because the program writes text");
    (ended.status.code(), text(ended.stdout), text(ended.stderr))
}

#[cfg(unix)]
#[test]
fn a_file_comes_through_a_pipe() {
    let home = Home::new();
    put(&home, "odd.fits", &odd_file());
    for words in [
        ["fits", "verify", "--format", "csv"].as_slice(),
        &["fits", "info", "--format", "csv"],
        &["fits", "header", "--hdu", "ODD"],
        &["fits", "table", "--format", "csv"],
    ] {
        let words = |location| words.iter().copied().chain([location]).collect::<Vec<_>>();
        let expected = home.run(&words("odd.fits")).stdout;
        for bytes in [odd_file(), packed(&odd_file())] {
            let (code, printed, told) = through_a_pipe(&home, &words("/dev/stdin"), &bytes);
            assert_eq!((code, &printed), (Some(0), &expected), "{told}");
        }
    }
    let (code, _, told) = through_a_pipe(&home, &["fits", "info", "/dev/stdin"], b"");
    assert!(code == Some(6) && told.contains("the file is empty"), "{told}");
}

#[test]
fn a_whole_file_is_whole_wherever_it_lies() {
    let (home, archive) = (Home::new(), Sandbox::start(Options::default()).unwrap());
    let bytes = light_curve(&Home::new(), &archive);
    put(&home, "lc.fits", &bytes);
    put(&home, "lc.fits.gz", &packed(&bytes));
    for location in ["lc.fits", "lc.fits.gz", LINK, PRODUCT] {
        archive.clear_log();
        let rows = home
            .run_against(&archive, &["fits", "verify", location, "--format", "json"])
            .rows();
        assert_eq!(
            column(&rows, "name"),
            ["PRIMARY", "LIGHTCURVE", "APERTURE"],
            "{location}"
        );
        assert_eq!(column(&rows, "structure"), ["valid"; 3]);
        assert_eq!(column(&rows, "checksum"), ["valid"; 3]);
        assert_eq!(column(&rows, "hduSum"), ["ffffffff"; 3]);
        assert_eq!(column(&rows, "datasum"), ["nothing to verify"; 3]);
        let bodies: u64 = archive.log().iter().map(|request| request.bytes).sum();
        assert!(
            bodies < bytes.len() as u64 + 1000,
            "{bodies} bytes for a file of {}",
            bytes.len()
        );
    }
}

#[test]
fn a_flipped_bit_is_found_and_its_hdu_named() {
    let home = Home::new();
    let whole = odd_file();
    let hdus = [
        (0, "PRIMARY", 200),
        (1, "ODD", whole.len() - 2 * 2880 - 2000),
        (2, "IMAGE", whole.len() - 1),
    ];
    put(&home, "odd.fits", &whole);
    let rows = home.run(&["fits", "verify", "odd.fits", "--format", "json"]).rows();
    assert_eq!(column(&rows, "checksum"), ["valid", "valid", "nothing to verify"]);
    assert_eq!(
        column(&rows, "datasum"),
        ["valid", "nothing to verify", "nothing to verify"]
    );
    for (index, name, place) in &hdus[..2] {
        let mut damaged = whole.clone();
        damaged[*place] ^= 1;
        for file in ["damaged.fits", "damaged.fits.gz"] {
            put(
                &home,
                file,
                &if file.ends_with("gz") {
                    packed(&damaged)
                } else {
                    damaged.clone()
                },
            );
            let outcome = home.run(&["fits", "verify", file, "--format", "json"]);
            assert_eq!(outcome.code, Some(6), "{}", outcome.stderr);
            assert!(outcome.stderr.contains(&format!("HDU {index}")), "{}", outcome.stderr);
            let rows: Vec<serde_json::Value> = serde_json::from_str(&outcome.stdout).unwrap();
            assert_eq!(rows[*index]["name"], *name);
            assert_eq!(rows[*index]["checksum"], "invalid");
            assert_ne!(rows[*index]["hduSum"], "ffffffff");
            assert!(column(&rows, "problem")[*index].contains("not ffffffff"), "{rows:?}");
            assert_eq!(rows[1 - *index]["checksum"], "valid");
        }
    }
}

#[test]
fn a_cut_file_is_damaged_where_it_ends() {
    let home = Home::new();
    let whole = odd_file();
    put(&home, "cut.fits", &whole[..whole.len() - 2880]);
    let outcome = home.run(&["fits", "verify", "cut.fits", "--format", "json"]);
    outcome.failed(6, &["HDU 2", "the data must end at byte"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(column(&rows, "structure"), ["valid", "valid", "damaged"]);
    let mut broken = packed(&whole);
    let place = broken.len() - 6;
    broken[place] ^= 1;
    put(&home, "cut.fits.gz", &broken);
    home.run(&["fits", "verify", "cut.fits.gz"]).failed(6, &["gzip"]);
}

#[test]
fn a_connection_that_breaks_is_no_damage() {
    let (home, archive) = (Home::new(), Sandbox::start(Options::default()).unwrap());
    archive.script(Matcher::contains("s_lc.fits"), [Fault::cut_at(100_000).always()]);
    let outcome = home.run_against(&archive, &["fits", "verify", LINK]);
    outcome.failed(4, &["s_lc.fits"]);
    assert_eq!(outcome.stdout, "");
}

#[test]
fn damage_on_the_way_is_found_without_a_download() {
    let (home, archive) = (Home::new(), Sandbox::start(Options::default()).unwrap());
    archive.script(Matcher::contains("s_lc.fits"), [Fault::flip_bit(1_000_000).always()]);
    home.run_against(&archive, &["fits", "verify", LINK])
        .failed(6, &["HDU 1", "not ffffffff"]);
    home.run_against(&archive, &["fits", "verify", "s3://stpubdata/tess/public/absent.fits"])
        .failed(3, &["absent.fits"]);
}
