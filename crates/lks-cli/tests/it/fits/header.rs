//! `lksearch fits info` and `fits header`.

use lks_sandbox::{Sandbox, SandboxOptions};

use super::{LINK, PRODUCT, cards, light_curve, odd_file, packed, put};
use crate::home::Home;

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
        let num_continued = lines.iter().filter(|line| line.starts_with("CONTINUE")).count();
        assert_eq!(num_continued, 2, "{lines:#?}");
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
fn remote_cards_are_those_of_the_downloaded_file() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
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
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
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
fn cards_are_chosen_by_their_keywords_in_every_format() {
    let home = Home::new();
    put(&home, "odd.fits", &odd_file());
    let printed = |words: &[&str]| home.run(&[&["fits", "header", "odd.fits"], words].concat());
    let naxis = printed(&["--keyword", "naxis?", "BITPIX"]).stdout;
    let lines: Vec<&str> = naxis
        .lines()
        .map(|line| line.split(" /").next().unwrap().trim_end())
        .collect();
    assert_eq!(
        lines,
        [
            "# HDU 0 PRIMARY",
            "BITPIX  =                    8",
            "# HDU 1 ODD",
            "BITPIX  =                    8",
            "NAXIS1  =                   51",
            "NAXIS2  =                    3",
            "# HDU 2 IMAGE",
            "BITPIX  =                   16",
            "NAXIS1  =                    2",
            "NAXIS2  =                    2",
        ]
    );
    // What goes on in CONTINUE cards comes whole.
    let note = printed(&["--hdu", "0", "--keyword", "LONGNOTE"]).stdout;
    assert_eq!(note.lines().count(), 3, "{note}");
    let rows = printed(&["--keyword", "TTYPE*,EXTNAME", "--format", "json"]).rows();
    assert_eq!(rows.len(), 8, "{rows:?}");
    let none = printed(&["--hdu", "1", "--keyword", "OBJECT"]);
    assert_eq!(none.stdout, "");
    none.failed(3, &["there is no card OBJECT in the header of HDU 1"]);
}

#[test]
fn the_file_may_stand_before_or_after_the_keywords() {
    let home = Home::new();
    put(&home, "odd.fits", &odd_file());
    let header = |words: &[&str]| home.run(&[&["fits", "header"], words].concat());
    let expected = header(&["odd.fits", "--keyword", "BITPIX,EXTNAME"]);
    assert_eq!(expected.code, Some(0), "{}", expected.stderr);
    for words in [
        &["--keyword", "BITPIX,EXTNAME", "odd.fits"][..],
        &["--keyword", "BITPIX", "--keyword", "EXTNAME", "odd.fits"],
        &["--keyword", "BITPIX", "odd.fits", "--keyword", "EXTNAME"],
        &["odd.fits", "--keyword", "BITPIX", "EXTNAME"],
        &["odd.fits", "--keyword", "BITPIX", "--hdu", "1", "EXTNAME"],
    ] {
        let printed = header(words);
        assert_eq!(printed.code, Some(0), "{words:?}: {}", printed.stderr);
        if !words.contains(&"--hdu") {
            assert_eq!(printed.stdout, expected.stdout, "{words:?}");
        }
        assert!(printed.stdout.contains("EXTNAME"), "{words:?}: {}", printed.stdout);
    }
    header(&["--keyword", "BITPIX", "EXTNAME", "odd.fits"]).failed(2, &["'odd.fits'", "FILE --keyword A,B"]);
    header(&["odd.fits", "other.fits"]).failed(2, &["'other.fits'", "only one file"]);
    header(&["odd.fits", "BITPIX"]).failed(2, &["--keyword"]);
}
