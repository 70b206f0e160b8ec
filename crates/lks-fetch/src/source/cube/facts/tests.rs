use lks_fits::floats;
use lks_fits::write::{Cells, Checksum, Column, Pixel};
use lks_wcs::PixelPosition;

use super::super::sidecar;
use super::*;

const FRAMES: u64 = 5;

/// A cube of 7 columns and 6 rows without its pixels, whose HDU 0 has some cards of HISTORY, and whose frames have world coordinates but for one.
struct Cube {
    head: Vec<u8>,
    table: Vec<u8>,
}

fn cube(num_history: usize, axes: &[u64], pixel: Pixel, without_wcs: u64) -> Cube {
    let history = (0..num_history).map(|n| lks_fits::Card::commentary("HISTORY", format!("updated {n}")));
    let primary = Hdu::primary()
        .card("SECTOR", 14, "")
        .card("CAMERA", 4, "")
        .cards(history);
    let mut head = primary.bytes().expect("a header");
    let image = Hdu::image(pixel, axes);
    let mut hdu = Vec::new();
    image
        .append_with(&mut hdu, |out| out.resize(out.len() + image.data_size() as usize, 0))
        .expect("an image");
    head.extend_from_slice(&hdu[..image.header_size() as usize]);
    let text = |name: &str, width: usize| Column::new(name, format!("{width}A"));
    let numbers = [
        "TSTART", "TSTOP", "BARYCORR", "CRPIX1", "CRPIX2", "CRVAL1", "CRVAL2", "CD1_1", "CD1_2", "CD2_1", "CD2_2",
        "A_2_0",
    ];
    let columns = numbers.map(|name| Column::new(name, "D"));
    let orders = ["A_ORDER", "B_ORDER", "DQUALITY"].map(|name| Column::new(name, "J"));
    let texts = [text("CTYPE1", 12), text("CTYPE2", 12), text("FFI_FILE", 38)];
    let columns = columns.into_iter().chain(orders).chain(texts);
    let table = Hdu::table(columns, FRAMES).checksum(Checksum::Absent);
    let mut bytes = Vec::new();
    let fill = |out: &mut Vec<u8>| {
        for frame in 0..FRAMES {
            let mut cells = Cells::new(out);
            let start = 1683.35 + 0.02 * frame as f64;
            let nan = if frame == without_wcs { f64::NAN } else { 1.0 };
            for value in [
                start,
                start + 0.02,
                0.003,
                4.0,
                3.5,
                286.97,
                46.87,
                -0.0058,
                0.0,
                0.0,
                0.0058,
                1e-7,
            ] {
                cells.float64(if value > 1600.0 { value } else { value * nan });
            }
            cells.int32(2);
            cells.int32(2);
            cells.int32(if frame == 3 { 4096 } else { 0 });
            let is_known = frame != without_wcs;
            cells.text(if is_known { "RA---TAN-SIP" } else { "" }, 12);
            cells.text(if is_known { "DEC--TAN-SIP" } else { "" }, 12);
            cells.text(&format!("tess201919821535{frame}-s0014-4-1-0150-s_ffic.fits"), 38);
        }
    };
    table.append_with(&mut bytes, fill).expect("a table");
    Cube { head, table: bytes }
}

fn small() -> Cube {
    cube(0, &[2, FRAMES, 7, 6], Pixel::Float32, 9)
}

fn read(cube: &Cube) -> Result<(CubeFacts, Raw), Failure> {
    let headers = Headers::read(&cube.head.clone().into())?.expect("both headers");
    CubeFacts::read(headers, &cube.table.clone().into(), "\"a\"".to_owned(), 1 << 20)
}

#[test]
fn headers_are_walked_however_long_they_are() {
    for (num_history, first) in [(0, 2880), (60, 5760)] {
        let cube = cube(num_history, &[2, FRAMES, 7, 6], Pixel::Float32, 9);
        let head = Bytes::from(cube.head.clone());
        for cut in [0, 2880, first, head.len() - 2880] {
            let cut = head.slice(..cut.min(head.len() - 1));
            let read = Headers::read(&cut);
            assert!(
                cut.is_empty() || matches!(read, Ok(None)),
                "{num_history} {} {read:?}",
                cut.len()
            );
        }
        let headers = Headers::read(&head).expect("headers").expect("all of them");
        assert_eq!(headers.layout.data_offset(), head.len() as u64);
        let pixels = 2 * FRAMES * 7 * 6 * 4;
        assert_eq!(headers.table_offset, head.len() as u64 + pixels.next_multiple_of(BLOCK));
    }
}

#[test]
fn another_layout_is_named() {
    let axes = [2, FRAMES, 7, 6];
    let with_data = |head: Vec<u8>| Cube { head, ..small() };
    let of = |axes: &[u64], pixel| cube(0, axes, pixel, 9);
    let mut scaled = small();
    let place = scaled
        .head
        .windows(8)
        .position(|card| card == b"GCOUNT  ")
        .expect("a card");
    scaled.head[place..place + 30].copy_from_slice(b"BSCALE  =                  2.0");
    for (cube, expected) in [
        (of(&axes, Pixel::Float64), "BITPIX is -64"),
        (of(&axes[..3], Pixel::Float32), "NAXIS is 3"),
        (of(&[FRAMES, 2, 7, 6], Pixel::Float32), "NAXIS1 is 5"),
        (
            of(&[2, 4, 7, 6], Pixel::Float32),
            "HDU 2 is a BinTableHDU of 5 rows, where a cube has one for each of its 4 frames",
        ),
        (scaled, "BSCALE is 2"),
        (with_data(b"<html>no cube</html>".repeat(200)), "not a FITS file"),
        (
            with_data([small().head[..2880].to_vec(), small().table].concat()),
            "HDU 1 is a BinTableHDU",
        ),
    ] {
        let failure = read(&cube).expect_err(expected);
        assert!(failure.message.contains(expected), "{}", failure.message);
        assert_eq!(failure.class, lks_http::Class::Permanent, "{}", failure.message);
    }
}

#[test]
fn the_frame_in_the_middle_has_the_world_coordinates() {
    for (without_wcs, row) in [(9, 2), (2, 3)] {
        let cube = cube(0, &[2, FRAMES, 7, 6], Pixel::Float32, without_wcs);
        let (facts, _) = read(&cube).expect("facts");
        let start = floats(&facts.frame, "TSTART").expect("a start");
        assert_eq!(
            (facts.frame.num_rows(), start),
            (1, vec![1683.35 + 0.02 * f64::from(row)])
        );
        assert_eq!(facts.frames.num_columns(), FRAME_COLUMNS.len());
    }
}

#[test]
fn a_sidecar_says_what_the_cube_says() {
    let (facts, raw) = read(&cube(60, &[2, FRAMES, 7, 6], Pixel::Float32, 2)).expect("facts");
    let bytes = sidecar::encode(&facts, &raw).expect("a sidecar");
    let kept = sidecar::decode(bytes.clone()).expect("it reads");
    assert_eq!(
        (&kept.etag, kept.size, kept.layout, &kept.primary, &kept.wcs),
        (&facts.etag, facts.size, facts.layout, &facts.primary, &facts.wcs)
    );
    for column in FRAME_COLUMNS {
        let both = [&kept.frames, &facts.frames].map(|frames| format!("{:?}", frames.column_by_name(column)));
        assert_eq!(both[0], both[1], "{column}");
    }
    assert_eq!(kept.frame, facts.frame);
    let place = PixelPosition { x: 5.0, y: 1.0 };
    assert_eq!(kept.wcs.sky(place), facts.wcs.sky(place));
    // Damage is seen by the sum of kept answers; what reads as something else counts as absent.
    for cut in [0, 80, 2880, bytes.len() - 2880, bytes.len() - 1] {
        assert!(sidecar::decode(bytes[..cut].to_vec()).is_none(), "{cut}");
    }
}
