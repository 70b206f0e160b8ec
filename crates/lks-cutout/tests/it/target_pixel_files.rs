//! The rows and pixels of target pixel files.

use lks_cutout::{CutoutContents, Error, FrameStack, StarFacts, TargetPixelFile};
use lks_fits::Selection;
use lks_fits::arrow_array::RecordBatch;
use lks_fits::arrow_array::cast::AsArray;
use lks_fits::blocking::FitsFile;
use lks_wcs::{PixelPosition, SkyPosition, Wcs};

use crate::cube100::{Cube, flux_of, window};

const COLUMNS: [&str; 12] = [
    "TIME",
    "TIMECORR",
    "CADENCENO",
    "RAW_CNTS",
    "FLUX",
    "FLUX_ERR",
    "FLUX_BKG",
    "FLUX_BKG_ERR",
    "QUALITY",
    "POS_CORR1",
    "POS_CORR2",
    "FFI_FILE",
];

fn rows(file: &FitsFile) -> RecordBatch {
    file.table(1, &Selection::default()).unwrap()
}

fn floats(file: &FitsFile, column: &str) -> Vec<f64> {
    lks_fits::floats(&rows(file), column).unwrap()
}

fn names(file: &FitsFile) -> Vec<String> {
    let rows = rows(file);
    let column = rows.column_by_name("FFI_FILE").unwrap().as_string::<i32>();
    column.iter().map(|name| name.unwrap().to_owned()).collect()
}

#[test]
fn pixels_are_those_of_the_cube_and_nan_outside() {
    let (width, height) = (7, 5);
    let at = window(-2, 97, width, height);
    let file = Cube::new().open().opened(at);
    let described = file.columns(1).unwrap();
    assert_eq!(
        described.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(),
        COLUMNS
    );
    assert_eq!(described[4].dimensions, [7, 5]);
    let (flux, error) = (floats(&file, "FLUX"), floats(&file, "FLUX_ERR"));
    let aperture = file.image(2).unwrap();
    assert_eq!(aperture.axes, [7, 5]);
    let aperture = aperture.floats();
    let mut place = 0;
    for frame in 0..6 {
        for row in 0..height as i32 {
            for column in 0..width as i32 {
                let (x, y) = (at.x + column, at.y + row);
                let is_inside = (0..100).contains(&x) && (0..100).contains(&y);
                assert_eq!(aperture[place % 35], f64::from(u8::from(is_inside)), "{x} {y}");
                if is_inside {
                    let expected = f64::from(flux_of((y * 100 + x) as u32, frame));
                    assert_eq!((flux[place], error[place]), (expected, -expected), "{x} {y} {frame}");
                } else {
                    assert!(flux[place].is_nan() && error[place].is_nan(), "{x} {y} {frame}");
                }
                place += 1;
            }
        }
    }
    assert_eq!(floats(&file, "TIME"), [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]);
    assert_eq!(floats(&file, "TIMECORR"), [f64::from(5.0085597e-3_f32); 6]);
    for nothing in [
        "CADENCENO",
        "FLUX_BKG",
        "FLUX_BKG_ERR",
        "QUALITY",
        "POS_CORR1",
        "POS_CORR2",
    ] {
        assert!(floats(&file, nothing).iter().all(|value| *value == 0.0), "{nothing}");
    }
    let counts = lks_fits::integers(&rows(&file), "RAW_CNTS").unwrap();
    assert!(
        counts.len() == 210 && counts.iter().all(Option::is_none),
        "-1 is the null value"
    );
    assert_eq!(names(&file)[3], "make_cube-test0003.fits");
}

#[test]
fn both_sums_of_every_hdu_are_right() {
    // A row of 8 + 5 · 4 + 20 n + w bytes need not end where a word does.
    for (width, window) in [38, 39, 41, 44]
        .into_iter()
        .flat_map(|width| [(width, window(1, 1, 3, 1)), (width, window(-2, 97, 7, 5))])
    {
        let name = "x".repeat(width);
        let bytes = Cube::new().with("FFI_FILE", [name.as_str(); 6]).open();
        let bytes = bytes.cut(window, &StarFacts::default()).unwrap();
        let report = lks_fits::verify::file(&bytes[..]).unwrap();
        assert!(report.is_whole() && report.is_proven(), "{report:?}");
        let rows = FitsFile::open(bytes.clone()).unwrap().hdus()[1].data_offset;
        let mut altered = bytes;
        altered[rows as usize + 5] ^= 1;
        let damage = lks_fits::verify::file(&altered[..]).unwrap_err();
        assert!(matches!(damage, lks_fits::Error::Damaged { hdu: 1, .. }), "{damage:?}");
    }
}

#[test]
fn frames_are_in_the_order_of_time() {
    let times = [4.0, 1.0, f64::NAN, 0.0, 1.0, 3.0];
    let cube = Cube::new()
        .with("TSTART", times)
        .with("TSTOP", times)
        .with("DQUALITY", [4, 1, 9, 0, 2, 3]);
    let file = cube.open().opened(window(5, 6, 1, 1));
    assert_eq!(floats(&file, "QUALITY"), [0.0, 1.0, 2.0, 3.0, 4.0, 9.0]);
    assert_eq!(floats(&file, "TIME")[..5], [0.0, 1.0, 1.0, 3.0, 4.0]);
    assert!(floats(&file, "TIME")[5].is_nan());
    let expected = [3, 1, 4, 5, 0, 2].map(|frame| f64::from(flux_of(605, frame)));
    assert_eq!(floats(&file, "FLUX"), expected);
    assert_eq!(names(&file)[5], "make_cube-test0002.fits");
}

#[test]
fn names_of_images_are_whole() {
    let name = "tess2018206192900-s0001-1-1-0120-s_ffic.fits";
    let file = Cube::new()
        .with("FFI_FILE", [name; 6])
        .open()
        .opened(window(5, 6, 1, 1));
    assert_eq!(names(&file), [name; 6]);
    assert_eq!(file.header(1).unwrap().text("WCS_FFI"), Some(name));
}

/// The linear coordinates of a column and of the aperture are the same, and as near to the image's as `WCS_MSEP` says.
#[test]
fn world_coordinates_are_as_good_as_they_say() {
    let cube = Cube::new().open();
    let at = window(48, 59, 5, 3);
    let file = cube.opened(at);
    let of = |hdu: usize| {
        let header = file.header(hdu).unwrap().clone();
        move |keyword: &str| match header.get(keyword).map(|card| card.value.clone()) {
            Some(lks_fits::CardValue::Text(text)) => {
                Some(lks_wcs::KeywordValue::Text(Box::leak(text.into_boxed_str())))
            }
            Some(value) => value.as_float().map(lks_wcs::KeywordValue::Number),
            None => None,
        }
    };
    let (column, aperture) = (Wcs::from_column(5, of(1)).unwrap(), Wcs::from_header(of(2)).unwrap());
    assert_eq!(column, aperture);
    let image = cube.wcs().unwrap().wcs;
    let mut worst = 0.0_f64;
    for (x, y) in (0..5).flat_map(|x| (0..3).map(move |y| (f64::from(x), f64::from(y)))) {
        let expected = image
            .sky(PixelPosition {
                x: x + 48.0,
                y: y + 59.0,
            })
            .unwrap();
        worst = worst.max(column.sky(PixelPosition { x, y }).unwrap().separation(&expected));
    }
    let said = file.header(2).unwrap().float("WCS_MSEP").unwrap();
    assert!((worst - said).abs() < 1e-12 && said > 1e-7, "{worst} {said}");
}

#[test]
fn the_frame_of_the_coordinates_is_named() {
    let name = |cube: Cube| {
        let opened = cube.open();
        opened.wcs().map(|wcs| (wcs.row, wcs.name))
    };
    let named = |row: usize| Ok((row, format!("make_cube-test000{row}.fits")));
    assert_eq!(name(Cube::new()), named(3));
    let sip = "DEC--TAN-SIP";
    assert_eq!(
        name(Cube::new().with("CTYPE2", [sip, sip, sip, "", sip, sip])),
        named(4)
    );
    assert_eq!(
        name(Cube::new().with("CTYPE2", [sip, sip, sip, "", "DEC--TAN", sip])),
        named(2)
    );
    assert_eq!(name(Cube::new().with("CTYPE2", [sip, "", "", "", "", ""])), named(0));
    let nan = f64::NAN;
    assert_eq!(
        name(Cube::new().with("CRVAL1", [nan, nan, nan, nan, 250.3, nan])),
        named(4)
    );
    let none = name(Cube::new().with("CTYPE2", [""; 6])).unwrap_err();
    let reason = None;
    assert_eq!(none, Error::NoWorldCoordinates { num_frames: 6, reason });
    let wrong = name(Cube::new().with("CRVAL1", [nan; 6])).unwrap_err();
    assert!(wrong.to_string().contains("no keyword CRVAL1"), "{wrong}");
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let cube = Cube::new().open();
    let at = window(5, 6, 3, 2);
    let wcs = cube.wcs().unwrap();
    let cut = |frames: &RecordBatch, stack: &FrameStack| {
        let contents = CutoutContents {
            primary: cube.file.header(0).unwrap(),
            frames,
            frame: &cube.frames.slice(wcs.row, 1),
            wcs: &wcs.wcs,
            image: cube.layout.image(),
            window: at,
            stack,
            position: SkyPosition::new(256.6, 6.2).unwrap(),
            star: &StarFacts::default(),
            creator: "lksearch",
            version: "0.1.0",
        };
        TargetPixelFile::new(&contents).map(|file| file.size())
    };
    let stack = cube.stack(at);
    assert!(cut(&cube.frames, &stack).is_ok());
    let fewer = Error::OtherFrames {
        num_frames: 5,
        num_values: 36,
        num_pixels: 6,
    };
    assert_eq!(cut(&cube.frames.slice(0, 5), &stack), Err(fewer));
    assert!(cut(&cube.frames, &cube.stack(window(5, 6, 3, 3))).is_err());
    for column in ["TSTART", "TSTOP", "BARYCORR", "DQUALITY", "FFI_FILE"] {
        let others: Vec<usize> = (0..cube.frames.num_columns())
            .filter(|index| cube.frames.schema().field(*index).name() != column)
            .collect();
        let error = cut(&cube.frames.project(&others).unwrap(), &stack).unwrap_err();
        assert!(error.to_string().contains(column), "{error}");
    }
}
