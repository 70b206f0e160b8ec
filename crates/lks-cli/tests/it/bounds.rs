//! What small files may cost: the memory that the program took at most while it read one that asks for much. Each test is named after the
//! reader; the limits stand in `docs/guide/limits.md`.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use lksearch::table::arrow_array::{ArrayRef, DictionaryArray, Int32Array, NullArray, RecordBatch, StringArray};
use lksearch::table::write;

use crate::home::Home;

const MIB: u64 = 1 << 20;
/// About as much, in blocks of FITS.
const PIECE: u64 = 360 * 2880;

/// Runs the program on a file and gives its exit code, what it said, and the most memory it took, in bytes.
fn peak(home: &Home, words: &[&str]) -> (Option<i32>, String, u64) {
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

/// `VmHWM` of <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>, in bytes.
fn high_water(status: &str) -> Option<u64> {
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

fn block(cards: &[&str]) -> Vec<u8> {
    let mut text: String = cards.iter().chain(&["END"]).map(|card| format!("{card:80}")).collect();
    text.extend(std::iter::repeat_n(' ', text.len().next_multiple_of(2880) - text.len()));
    text.into_bytes()
}

/// A packed file of headers and so many pieces of zeros.
fn packed(home: &Home, name: &str, headers: &[u8], n_pieces: usize) {
    let pack = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let bytes = [pack(headers), pack(&vec![0; PIECE as usize]).repeat(n_pieces)].concat();
    fs::write(home.path(name), bytes).unwrap();
}

/// A table of so many rows of these columns, of one byte in all.
fn table(n_rows: u64, forms: &[&str]) -> Vec<u8> {
    let (rows, fields) = (
        format!("NAXIS2  = {n_rows:20}"),
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
    let file = fs::File::create(home.path("a.fits")).unwrap();
    (&file).write_all(headers.as_bytes()).unwrap();
    file.set_len(headers.len() as u64 + (2_u64 * 209_715_200).next_multiple_of(2880))
        .unwrap();
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
