//! `lksearch fits`: the same answers for files here, packed, and on the cloud; what cannot be read is named.

mod header;
mod image;
mod table;
mod verify;

use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};
use lksearch::fits::write::{Cells, Checksum, Column, Hdu, Pixel};

use crate::home::{Home, column, line};

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

pub(crate) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("because memory takes all");
    encoder.finish().expect("because memory takes all")
}

/// The bytes of the sandbox's light curve, by way of the cache.
fn light_curve(home: &Home, archive: &Sandbox) -> Vec<u8> {
    let words = line(
        "download tess 'TIC 158324245' --sector 14 --kind timeseries --mission-products --exptime 120 --format json",
    );
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
fn a_missing_file_is_a_wrong_word_and_a_page_is_not_fits() {
    let home = Home::new();
    put(&home, "page.fits", b"<html><body>504 Gateway Time-out</body></html>");
    for verb in ["header", "table", "verify", "info"] {
        home.run(&["fits", verb, "absent.fits"])
            .failed(3, &["absent.fits", "spelled"]);
        // Only who verifies has said that it ought to be one.
        let code = if verb == "verify" { 6 } else { 2 };
        home.run(&["fits", verb, "page.fits"])
            .failed(code, &["not a FITS file", "<html>"]);
    }
}

#[test]
fn a_page_in_place_of_a_file_is_the_fault_of_its_server() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let served = "s3://stpubdata/tess/public/a_lc.fits";
    for (fault, words) in [
        (Fault::html(), ["something else: not a FITS file", "<"]),
        (Fault::empty(), ["something else: the file is empty", "try again later"]),
    ] {
        archive.clear_scripts();
        archive.script(Matcher::contains("a_lc.fits"), [fault.always()]);
        for verb in [&["fits", "table"][..], &["fits", "header"], &["plot"]] {
            let all: Vec<&str> = verb.iter().copied().chain([served]).collect();
            home.run_against(&archive, &all).failed(4, &words);
        }
    }
    // What nobody called a FITS file is not one.
    archive.script(Matcher::contains("a_dvr.pdf"), [Fault::html().always()]);
    home.run_against(&archive, &["fits", "info", "s3://stpubdata/tess/public/a_dvr.pdf"])
        .failed(2, &["a_dvr.pdf is not a FITS file"]);
}

#[test]
fn a_failure_names_what_was_asked_for() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
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
fn a_server_without_ranges_is_read_whole_with_a_note() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let plain = light_curve(&Home::new(), &archive);
    let here = put(&home, "lc.fits", &plain).display().to_string();
    for bytes in [plain.clone(), packed(&plain)] {
        let served = Fault {
            body_bytes: Some(bytes),
            ignore_range: true,
            ..Fault::default()
        };
        archive.clear_scripts();
        archive.script(Matcher::contains("s_lc.fits"), [served.always()]);
        let there = format!("{}/api/v0.1/Download/file?uri={PRODUCT}", archive.url());
        for location in [&there, LINK] {
            for words in [
                &["fits", "info"][..],
                &["fits", "header", "--hdu", "1"],
                &["fits", "table", "--columns", "TIME", "--rows", ":3"],
                &["fits", "verify"],
                &["plot"],
            ] {
                let run = |location: &str| home.run_against(&archive, &[words, &[location]].concat());
                let (read_there, read_here) = (run(location), run(&here));
                assert_eq!(read_there.code, Some(0), "{words:?} {location}: {}", read_there.stderr);
                assert_eq!(read_there.stdout, read_here.stdout, "{words:?} {location}");
                // A picture asks for more at first than the file has.
                let is_more = !words.contains(&"verify") && !words.contains(&"plot");
                let is_said = read_there
                    .stderr
                    .contains("does not answer ranges, so the whole file was read");
                assert_eq!(is_said, is_more, "{words:?}: {}", read_there.stderr);
            }
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
    let packed = packed(&whole);
    put(&home, "cut.fits.gz", &packed[..packed.len() - 20]);
    let unpacked = home.run(&["fits", "info", "cut.fits.gz"]);
    assert!(unpacked.stdout.contains("ODD"), "{}", unpacked.stdout);
    unpacked.failed(6, &["cut.fits.gz is damaged", "the compressed file is cut off"]);
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
