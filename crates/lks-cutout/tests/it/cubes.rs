//! Ranges of a cube, and frames from their bytes.

use bytes::Bytes;
use lks_cutout::{CubeLayout, Error, FrameStack};
use lks_wcs::PixelWindow;
use proptest::prelude::*;

const OFFSET: u64 = 5760;
/// Frames, columns, rows.
const SMALL: [i64; 3] = [3, 7, 5];

fn header([frames, columns, rows]: [i64; 3]) -> impl Fn(&str) -> Option<i64> {
    move |keyword| {
        Some(match keyword {
            "BITPIX" => -32,
            "NAXIS" => 4,
            "NAXIS1" => 2,
            "NAXIS2" => frames,
            "NAXIS3" => columns,
            "NAXIS4" => rows,
            _ => return None,
        })
    }
}

/// The flux says where it is; its error is the same with the other sign.
fn value(row: i64, column: i64, frame: i64) -> f32 {
    (row * 10_000 + column * 100 + frame) as f32 + 0.5
}

/// All bytes before and in the data of a small cube.
fn cube() -> Vec<u8> {
    let [frames, columns, rows] = SMALL;
    let mut bytes = vec![0; OFFSET as usize];
    for row in 0..rows {
        for column in 0..columns {
            for frame in 0..frames {
                let flux = value(row, column, frame);
                bytes.extend(flux.to_be_bytes());
                bytes.extend((-flux).to_be_bytes());
            }
        }
    }
    bytes
}

proptest! {
    #[test]
    fn every_pixel_of_a_window_is_that_of_the_cube(x in -9..9_i32, y in -9..9_i32, width in 1..12_u32, height in 1..12_u32) {
        let layout = CubeLayout::from_header(OFFSET, header(SMALL)).unwrap();
        let bytes = Bytes::from(cube());
        prop_assert_eq!(layout.end(), bytes.len() as u64);
        let window = PixelWindow { x, y, width, height };
        let mut frames = FrameStack::new(&window, layout.num_frames());
        for row in 0..height {
            if let Some((first, number, range)) = layout.range(&window, row) {
                frames.take_row(row, first, number, bytes.slice(range.start as usize..range.end as usize)).unwrap();
            }
        }
        let mut num_frames = 0;
        for (frame, pixels) in (0..SMALL[0]).zip(frames.frames()) {
            let mut pixels = pixels.into_iter();
            for row in i64::from(y)..i64::from(y) + i64::from(height) {
                for column in i64::from(x)..i64::from(x) + i64::from(width) {
                    let on_image = (0..SMALL[2]).contains(&row) && (0..SMALL[1]).contains(&column);
                    let [flux, error] = pixels.next().unwrap();
                    if on_image {
                        prop_assert_eq!((flux, -error), (value(row, column, frame), value(row, column, frame)));
                    } else {
                        prop_assert!(flux.is_nan() && error.is_nan());
                    }
                }
            }
            prop_assert_eq!(pixels.next(), None);
            num_frames += 1;
        }
        prop_assert_eq!(num_frames, SMALL[0]);
    }
}

#[test]
fn a_cube_of_full_size_is_counted_in_64_bits() {
    // Sector 56 and later: 11,664 frames.
    let layout = CubeLayout::from_header(OFFSET, header([11_664, 2136, 2078])).unwrap();
    assert_eq!(layout.end() - OFFSET, 414_175_389_696);
    let window = PixelWindow {
        x: 2130,
        y: 2070,
        width: 15,
        height: 15,
    };
    let (first, number, range) = layout.range(&window, 7).unwrap();
    assert_eq!((first, number), (0, 6));
    assert_eq!(range.end, layout.end());
    assert_eq!(range.end - range.start, 6 * 11_664 * 8);
    assert_eq!(layout.range(&window, 8), None);
    assert_eq!(layout.range(&window, 15), None);
}

#[test]
fn another_layout_is_refused_by_its_keyword() {
    for (keyword, value) in [
        ("BITPIX", Some(-64)),
        ("BITPIX", None),
        ("NAXIS", Some(3)),
        ("NAXIS1", Some(1282)),
        ("NAXIS2", Some(0)),
        ("NAXIS3", Some(-1)),
        ("NAXIS4", None),
        ("NAXIS4", Some(1 << 40)),
    ] {
        let plain = header(SMALL);
        let layout = CubeLayout::from_header(OFFSET, |asked| if asked == keyword { value } else { plain(asked) });
        match layout {
            Err(Error::OtherLayout {
                keyword: named,
                value: said,
                ..
            }) => assert_eq!((named, said), (keyword, value)),
            other => panic!("{keyword}: {other:?}"),
        }
    }
    let most = i64::from(u32::MAX);
    assert!(CubeLayout::from_header(OFFSET, header([most, most, most])).is_err());
    assert!(CubeLayout::from_header(u64::MAX, header(SMALL)).is_err());
}

#[test]
fn a_row_of_another_length_is_refused_and_nothing_is_taken() {
    let window = PixelWindow {
        x: 0,
        y: 0,
        width: 4,
        height: 2,
    };
    let mut frames = FrameStack::new(&window, 3);
    let short = frames.take_row(1, 1, 2, Bytes::from_static(&[0; 47]));
    assert_eq!(
        short,
        Err(Error::ShortRow {
            row: 1,
            num_bytes: 47,
            expected: 48
        })
    );
    for (row, first, number) in [(2, 0, 1), (0, 3, 2), (0, 5, 1)] {
        let bytes = vec![0; number as usize * 24];
        let outside = frames.take_row(row, first, number, bytes.into());
        assert!(matches!(outside, Err(Error::OutsideCutout { .. })), "{outside:?}");
    }
    assert!(frames.frames().flatten().flatten().all(f32::is_nan));
    frames.take_row(0, 1, 2, Bytes::from_static(&[0; 48])).unwrap();
    let twice = frames.take_row(0, 2, 1, Bytes::from_static(&[1; 24]));
    assert_eq!(
        twice,
        Err(Error::TakenAlready {
            row: 0,
            columns: [2, 1]
        })
    );
    for (row, first) in [(0, 0), (0, 3), (1, 1)] {
        frames.take_row(row, first, 1, Bytes::from_static(&[1; 24])).unwrap();
    }
}
