//! What small files may cost: the memory that the program took at most while it read one that asks for much. Each test is named after the
//! reader; the limits stand in `docs/guide/limits.md`.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use lksearch::fits::write::file_of;
use lksearch::table::arrow_array::{
    ArrayRef, DictionaryArray, Int32Array, Int64Array, ListViewArray, NullArray, RecordBatch, StringArray,
};
use lksearch::table::arrow_schema::Field;
use lksearch::table::write;

use crate::home::Home;

const MIB: u64 = 1 << 20;
/// About as much, in blocks of FITS.
const PIECE: u64 = 360 * 2880;

/// Runs the program on a file and gives its exit code, what it said, and the most memory it took, in bytes.
pub(crate) fn peak(home: &Home, words: &[&str]) -> (Option<i32>, String, u64) {
    let said = fs::File::create(home.path("said")).unwrap();
    let mut command = home.command(words, &[]);
    let mut child = command.stdout(Stdio::null()).stderr(said).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let ended = loop {
        most = high_water(&fs::read_to_string(&status).unwrap_or_default())
            .unwrap_or(0)
            .max(most);
        match child.try_wait().unwrap() {
            Some(ended) => break ended,
            None => thread::sleep(Duration::from_millis(2)),
        }
    };
    (ended.code(), fs::read_to_string(home.path("said")).unwrap(), most)
}

/// `VmHWM` of <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>, in bytes. A process that has not taken the program's name yet may still have
/// the memory of the one that started it.
fn high_water(status: &str) -> Option<u64> {
    let status = status.strip_prefix("Name:\tlksearch\n")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// Refused, with a word on the limit, before it cost more than this.
#[track_caller]
fn is_refused(home: &Home, words: &[&str], limit: &str, most: u64) {
    let (code, said, peak) = peak(home, words);
    assert!(code != Some(0) && said.contains(limit), "{code:?} {said}");
    assert!(peak < most, "{words:?} took {} MiB", peak / MIB);
}

/// Read, and it cost no more than this.
#[track_caller]
fn is_read(home: &Home, words: &[&str], most: u64) {
    let (code, said, peak) = peak(home, words);
    assert_eq!(code, Some(0), "{said}");
    assert!(peak < most, "{words:?} took {} MiB", peak / MIB);
}

/// The address of a server that answers whatever it is asked with these headers and bytes, and knows no ranges.
fn serve(headers: &str, body: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let head = format!(
        "HTTP/1.1 200 OK\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut reader = BufReader::new(connection.unwrap());
            let (mut line, mut num_bytes) = (String::new(), 0);
            while reader.read_line(&mut line).is_ok_and(|_| line.trim() != "") {
                let length = line.to_ascii_lowercase();
                let length = length.strip_prefix("content-length:");
                num_bytes = length.map_or(num_bytes, |length| length.trim().parse().unwrap());
                line.clear();
            }
            let _whole = reader.read_exact(&mut vec![0; num_bytes]);
            // Who asked may not want all of it.
            let _sent = reader.get_mut().write_all(&[head.as_bytes(), &body].concat());
        }
    });
    url
}

/// Makes a file of these bytes and zeros after them, which take no place on the disk.
fn sparse(home: &Home, name: &str, bytes: &[u8], num_bytes: u64) {
    let file = fs::File::create(home.path(name)).unwrap();
    (&file).write_all(bytes).unwrap();
    file.set_len(num_bytes).unwrap();
}

fn block(cards: &[&str]) -> Vec<u8> {
    let mut text: String = cards.iter().chain(&["END"]).map(|card| format!("{card:80}")).collect();
    text.extend(std::iter::repeat_n(' ', text.len().next_multiple_of(2880) - text.len()));
    text.into_bytes()
}

/// A packed file of headers and so many pieces of zeros.
fn packed(home: &Home, name: &str, headers: &[u8], num_pieces: usize) {
    let pack = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let bytes = [pack(headers), pack(&vec![0; PIECE as usize]).repeat(num_pieces)].concat();
    fs::write(home.path(name), bytes).unwrap();
}

/// A table of so many rows of these columns, of one byte in all.
fn table(num_rows: u64, forms: &[&str]) -> Vec<u8> {
    let (rows, fields) = (
        format!("NAXIS2  = {num_rows:20}"),
        format!("TFIELDS = {:20}", forms.len()),
    );
    let mut cards = vec![
        "XTENSION= 'BINTABLE'",
        "BITPIX  =                    8",
        "NAXIS   =                    2",
        "NAXIS1  =                    1",
        &rows,
        "PCOUNT  =                    0",
        "GCOUNT  =                    1",
        &fields,
    ];
    let forms: Vec<String> = (1..)
        .zip(forms)
        .map(|(n, form)| format!("TFORM{n:<3}= '{form:8}'"))
        .collect();
    cards.extend(forms.iter().map(String::as_str));
    let first = [
        "SIMPLE  =                    T",
        "BITPIX  =                    8",
        "NAXIS   =                    0",
    ];
    [block(&first), block(&cards)].concat()
}

fn image(axes: &[u64]) -> Vec<u8> {
    let naxis = format!("NAXIS   = {:20}", axes.len());
    let axes: Vec<String> = (1..)
        .zip(axes)
        .map(|(n, axis)| format!("NAXIS{n:<3}= {axis:20}"))
        .collect();
    let mut cards = vec![
        "SIMPLE  =                    T",
        "BITPIX  =                    8",
        &naxis,
    ];
    cards.extend(axes.iter().map(String::as_str));
    block(&cards)
}

/// 360 KB that unfold to 350 MiB.
#[test]
fn opening_gzip() {
    let home = Home::new();
    packed(&home, "a.fits.gz", &image(&[350 * PIECE]), 350);
    let limit = "unfold to more than 200 times as many";
    for words in [
        ["fits", "info", "a.fits.gz"],
        ["fits", "header", "a.fits.gz"],
        ["fits", "verify", "a.fits.gz"],
    ] {
        let (code, said, peak) = peak(&home, &words);
        assert_eq!(code, Some(6), "{said}");
        assert!(words[1] == "verify" || said.contains(limit), "{said}");
        assert!(peak < 160 * MIB, "{words:?} took {} MiB", peak / MIB);
    }
}

/// A pipe gets all two million rows, of which each is a text of its own.
#[test]
fn fits_table_for_people() {
    let home = Home::new();
    packed(&home, "a.fits.gz", &table(2 * PIECE, &["B"]), 2);
    is_read(&home, &["fits", "table", "a.fits.gz"], 96 * MIB);
}

/// Rows that are wide in the file and eight times as wide in memory.
#[test]
fn fits_table_of_wide_rows() {
    let home = Home::new();
    let headers = String::from_utf8(table(2, &["209715200B"])).unwrap();
    let headers = headers.replace("NAXIS1  =                    1", "NAXIS1  =            209715200");
    let size = headers.len() as u64 + (2_u64 * 209_715_200).next_multiple_of(2880);
    sparse(&home, "a.fits", headers.as_bytes(), size);
    is_refused(
        &home,
        &["fits", "table", "a.fits"],
        "rows of more than 134217728 bytes",
        96 * MIB,
    );
}

#[test]
fn fits_image_for_people() {
    let home = Home::new();
    packed(&home, "a.fits.gz", &image(&[1440, 720]), 1);
    is_read(&home, &["fits", "image", "a.fits.gz"], 96 * MIB);
    packed(&home, "wide.fits.gz", &image(&[PIECE]), 1);
    is_refused(
        &home,
        &["fits", "image", "wide.fits.gz"],
        "at most 262144 pixels are printed side by side",
        96 * MIB,
    );
}

/// Two million rows of numbers, and fewer with text: memory does not grow with them, whatever the format says first.
#[test]
fn fits_table_for_programs() {
    let home = Home::new();
    let numbers = home.path("numbers.fits");
    let batch = |rows: i64, with_text: bool| {
        let text = (0..rows).map(|row| format!("text {row}"));
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows));
        let mut columns = vec![("n", numbers)];
        if with_text {
            columns.push(("text", Arc::new(StringArray::from_iter_values(text))));
        }
        RecordBatch::try_from_iter(columns).unwrap()
    };
    let file = |rows, with_text| {
        let batch = batch(rows, with_text);
        file_of(batch.schema_ref(), std::slice::from_ref(&batch), "ROWS").unwrap()
    };
    fs::write(numbers, file(2_000_000, false)).unwrap();
    fs::write(home.path("text.fits"), file(700_000, true)).unwrap();
    for name in ["numbers.fits", "text.fits"] {
        for format in ["fits", "votable", "ndjson", "parquet", "arrow"] {
            is_read(&home, &["fits", "table", name, "--format", format], 112 * MIB);
        }
        is_read(&home, &["fits", "table", name, "-o", "again.fits"], 112 * MIB);
        let verified = home.run(&["fits", "verify", "again.fits"]);
        assert!(verified.stderr.contains("all sums are right"), "{}", verified.stderr);
        let again = fs::read(home.path("again.fits")).unwrap();
        assert_eq!(again.len() as u64, fs::metadata(home.path(name)).unwrap().len());
    }
}

#[test]
fn fits_image_for_programs() {
    let home = Home::new();
    let floats = String::from_utf8(image(&[4096, 4096])).unwrap();
    let floats = floats.replace("BITPIX  =                    8", "BITPIX  =                  -64");
    sparse(
        &home,
        "a.fits",
        floats.as_bytes(),
        2880 + (8_u64 << 24).next_multiple_of(2880),
    );
    for format in ["table", "csv", "fits", "votable"] {
        let words = [
            "fits",
            "image",
            "a.fits",
            "--section",
            "1:4096,1:256",
            "--format",
            format,
        ];
        is_read(&home, &words, 112 * MIB);
    }
    sparse(
        &home,
        "large.fits",
        &image(&[8192, 8192]),
        2880 + (1_u64 << 26).next_multiple_of(2880),
    );
    is_refused(
        &home,
        &["fits", "image", "large.fits", "--format", "csv"],
        "at most 16777216 are printed at once",
        64 * MIB,
    );
}

/// A header without end, of which the numbers do not pack well.
#[test]
fn endless_headers() {
    let home = Home::new();
    let first = [
        "SIMPLE  =                    T",
        "BITPIX  =                    8",
        "NAXIS   =                    0",
    ];
    let mut text: String = first.iter().map(|card| format!("{card:80}")).collect();
    let mut state = 1_u64;
    for _ in 0..400_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        text.push_str(&format!("{:80}", format!("COMMENT {state:x}")));
    }
    fs::write(home.path("a.fits"), &text).unwrap();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    fs::write(home.path("a.fits.gz"), encoder.finish().unwrap()).unwrap();
    let there = serve("", text.into_bytes()) + "/a.fits";
    for name in ["a.fits", "a.fits.gz", &there] {
        for verb in ["info", "header", "verify", "table"] {
            is_refused(
                &home,
                &["fits", verb, name],
                "no END card within 16001280 bytes",
                160 * MIB,
            );
        }
    }
}

/// 40,000 HDUs of nothing.
#[test]
fn many_hdus() {
    let home = Home::new();
    let empty = block(&[
        "XTENSION= 'IMAGE   '",
        "BITPIX  =                    8",
        "NAXIS   =                    0",
        "PCOUNT  =                    0",
        "GCOUNT  =                    1",
    ]);
    let first = block(&[
        "SIMPLE  =                    T",
        "BITPIX  =                    8",
        "NAXIS   =                    0",
    ]);
    fs::write(home.path("a.fits"), [first, empty.repeat(40_000)].concat()).unwrap();
    is_refused(&home, &["fits", "verify", "a.fits"], "more than 32768 HDUs", 96 * MIB);
    let kept = "cannot read more than 20971520 bytes of headers of one file";
    is_refused(&home, &["fits", "info", "a.fits"], kept, 96 * MIB);
    is_refused(&home, &["fits", "table", "a.fits"], kept, 96 * MIB);
}

/// 10 million cadences are drawn, 17 million are not.
#[test]
fn plot_of_many_rows() {
    let home = Home::new();
    let rows = |rows: u64| {
        let header = String::from_utf8(table(rows, &["1B", "1B"])).unwrap();
        let header = header.replace("NAXIS1  =                    1", "NAXIS1  =                    2");
        let names = format!("{:80}{:80}", "TTYPE1  = 'TIME    '", "TTYPE2  = 'FLUX    '");
        let end = header.rfind("END ").unwrap();
        let header = header[..end].to_owned() + &names + &header[end..header.len() - names.len()];
        sparse(
            &home,
            "a.fits",
            header.as_bytes(),
            header.len() as u64 + (2 * rows).next_multiple_of(2880),
        );
    };
    rows(2_000_000);
    is_read(&home, &["plot", "a.fits"], 160 * MIB);
    rows(17_000_000);
    is_refused(&home, &["plot", "a.fits"], "more than 16777216 cadences", 448 * MIB);
}

/// An answer of 600 KB that unfolds to 600 MiB.
#[test]
fn packed_answers() {
    let home = Home::new();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let piece = vec![b' '; 1 << 20];
    (0..600).for_each(|_| encoder.write_all(&piece).unwrap());
    let packed = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
    let url = serve(packed, encoder.finish().unwrap());
    let endpoints = ["mast", "resolver"].map(|name| ["--set".to_owned(), format!("endpoints.{name}={url}")]);
    let endpoints: Vec<&str> = endpoints.as_flattened().iter().map(String::as_str).collect();
    let words = [&endpoints[..], &["search", "tess", "TIC 1"]].concat();
    is_refused(&home, &words, "longer than the 536870912 bytes allowed", 1100 * MIB);
}

/// 10 MB of gzip that unfold to 1.9 GiB, as many as they may, are verified piece by piece.
#[test]
fn verifying_large_gzip() {
    let home = Home::new();
    let mut pieces = Vec::new();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let mut state = 1_u64;
    let mut piece = vec![0_u8; PIECE as usize];
    for byte in piece.iter_mut().step_by(90) {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *byte = (state >> 56) as u8;
    }
    encoder.write_all(&piece).unwrap();
    let packed_piece = encoder.finish().unwrap();
    let mut head = GzEncoder::new(Vec::new(), Compression::fast());
    head.write_all(&image(&[1900 * PIECE])).unwrap();
    pieces.push(head.finish().unwrap());
    pieces.extend(std::iter::repeat_n(packed_piece, 1900));
    fs::write(home.path("a.fits.gz"), pieces.concat()).unwrap();
    is_read(&home, &["fits", "verify", "a.fits.gz"], 64 * MIB);
}

const FROM: [&str; 3] = ["download", "--dry-run", "--from"];

/// A file of 900 bytes with one text of a megabyte for each of 20,000 rows, four times.
#[test]
fn parquet_by_from() {
    let home = Home::new();
    fs::write(
        home.path("a.parquet"),
        include_bytes!("bounds/one_text_for_all_rows.parquet"),
    )
    .unwrap();
    let words = [&FROM[..], &["a.parquet"]].concat();
    is_refused(&home, &words, "takes more than 1073741824 bytes of memory", 160 * MIB);
}

/// Pages that are few bytes in the file, and the table that they become: either alone would be allowed.
#[test]
fn parquet_pages_by_from() {
    let home = Home::new();
    for (name, bytes) in [
        ("numbers.parquet", &include_bytes!("bounds/large_pages.parquet")[..]),
        ("texts.parquet", include_bytes!("bounds/large_page_of_text.parquet")),
        ("repeated.parquet", include_bytes!("bounds/texts_that_repeat.parquet")),
    ] {
        fs::write(home.path(name), bytes).unwrap();
        let words = [&FROM[..], &[name]].concat();
        is_refused(&home, &words, "takes more than 1073741824 bytes of memory", 1200 * MIB);
    }
}

#[test]
fn arrow_by_from() {
    let home = Home::new();
    let save = |name: &str, array: ArrayRef| {
        let batch = RecordBatch::try_from_iter([("dataURI", array)]).unwrap();
        let file = fs::File::create(home.path(name)).unwrap();
        let mut writer = write::Writer::arrow(&batch.schema(), file).unwrap();
        writer.batch(&batch).unwrap();
        writer.finish().unwrap();
    };
    let texts = Arc::new(StringArray::from(vec!["x".repeat(1 << 20)]));
    let keys = Int32Array::from(vec![0; 2000]);
    save("texts.arrow", Arc::new(DictionaryArray::new(keys, texts)));
    save("nulls.arrow", Arc::new(NullArray::new(200_000_000)));
    for name in ["texts.arrow", "nulls.arrow"] {
        let words = [&FROM[..], &[name]].concat();
        is_refused(&home, &words, "takes more than 1073741824 bytes of memory", 160 * MIB);
    }
    // A million numbers in each of 2,000 lists, and once in the file.
    let items: ArrayRef = Arc::new(Int32Array::from_iter_values(0..1_000_000));
    let lists = |rows: usize| {
        let item = Arc::new(Field::new("item", items.data_type().clone(), true));
        let (offsets, sizes) = (vec![0; rows], vec![1_000_000; rows]);
        ListViewArray::new(item, offsets.into(), sizes.into(), Arc::clone(&items), None)
    };
    save("lists.arrow", Arc::new(lists(2000)));
    save("few.arrow", Arc::new(lists(40)));
    let start = Instant::now();
    let words = [&FROM[..], &["lists.arrow"]].concat();
    is_refused(&home, &words, "takes more than 1073741824 bytes of memory", 160 * MIB);
    let words = [&FROM[..], &["few.arrow"]].concat();
    is_refused(
        &home,
        &words,
        "more than 268435456 bytes of lists in one column",
        160 * MIB,
    );
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}

/// A line for each key: nearly all cells are missing.
#[test]
fn sparse_rows_by_from() {
    let home = Home::new();
    let lines: Vec<String> = (0..90_000).map(|row| format!("{{\"k{}\":1}}", row % 4000)).collect();
    fs::write(home.path("a.ndjson"), lines.join("\n")).unwrap();
    fs::write(home.path("a.json"), format!("[{}]", lines.join(","))).unwrap();
    for name in ["a.ndjson", "a.json"] {
        let words = [&FROM[..], &[name]].concat();
        is_refused(&home, &words, "cells are missing", 512 * MIB);
    }
}

/// What spells each cell costs no more than a few times its file.
#[test]
fn csv_and_votable_by_from() {
    let home = Home::new();
    let names: Vec<String> = (0..1000).map(|number| format!("c{number}")).collect();
    fs::write(
        home.path("a.csv"),
        names.join(",") + &("\n".to_owned() + &",".repeat(999)).repeat(1000),
    )
    .unwrap();
    let fields: String = names
        .iter()
        .map(|name| format!("<FIELD name='{name}' datatype='int'/>"))
        .collect();
    let rows = format!("<TR>{}</TR>", "<TD/>".repeat(1000)).repeat(1000);
    let table = format!("<TABLE>{fields}<DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE>");
    fs::write(
        home.path("a.vot"),
        format!("<VOTABLE><RESOURCE>{table}</RESOURCE></VOTABLE>"),
    )
    .unwrap();
    for name in ["a.csv", "a.vot"] {
        let words = [&FROM[..], &[name]].concat();
        is_refused(&home, &words, "lacks the columns", 128 * MIB);
    }
}

/// The file is not read further than it may be long.
#[test]
fn a_long_file_by_from() {
    let home = Home::new();
    sparse(&home, "a.csv", b"dataURI\n", (4 << 30) + 1);
    let words = [&FROM[..], &["a.csv"]].concat();
    is_refused(&home, &words, "it has more than 4294967296 bytes", 64 * MIB);
}

#[test]
fn cache_ls_of_many_files() {
    let home = Home::new();
    let files = home.path("cache/mastDownload/TESS");
    fs::create_dir_all(&files).unwrap();
    for n in 0..25_000 {
        fs::write(files.join(format!("{n:0>240}.fits")), "").unwrap();
    }
    let cache = home.path("cache").display().to_string();
    for how in [&[][..], &["-o", "listed.fits"]] {
        let words = [&["cache", "ls", "--cache-dir", &cache], how].concat();
        is_read(&home, &words, 58 * MIB);
    }
}

/// A sector of few stars and one of many: what is written as it comes is not held.
#[test]
fn sectors_of_any_size() {
    let listed = |bulk: usize| {
        let options = lks_sandbox::SandboxOptions {
            bulk,
            ..lks_sandbox::SandboxOptions::default()
        };
        let (home, archive) = (Home::new(), lks_sandbox::Sandbox::start(options).unwrap());
        let mast = format!("endpoints.mast={}", archive.url());
        let words = [
            "--set",
            &mast,
            "search",
            "tess",
            "--sector",
            "1",
            "--pipeline",
            "SPOC",
            "-o",
            "sector.ndjson",
        ];
        let (code, said, peak) = peak(&home, &words);
        assert_eq!(code, Some(0), "{said}");
        let rows = fs::read_to_string(home.path("sector.ndjson")).unwrap().lines().count();
        assert!(rows >= 5 * bulk, "{rows} rows");
        peak
    };
    let (few, many) = (listed(2_500), listed(7_500));
    assert!(many < few * 13 / 10, "{} MiB, then {} MiB", few / MIB, many / MIB);
}
