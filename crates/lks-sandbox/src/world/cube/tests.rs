//! Cubes are as large and as laid out as the real ones, their stars stand where the headers say, and every range of them is a part of the same bytes.

use super::*;
use crate::world::{World, sky};

fn cube(sector: u16, camera: u8, ccd: u8) -> Arc<Cube> {
    let key = format!("tess/public/mast/tess-s{sector:04}-{camera}-{ccd}-cube.fits");
    Arc::clone(Cubes::default().get(&key).expect("there is a cube"))
}

/// Cards of a header that begins at an offset.
fn cards(cube: &Cube, offset: u64) -> Vec<String> {
    let bytes = cube.bytes(offset..offset + 60 * BLOCK, 0);
    let text = bytes.chunks(80).map(|card| String::from_utf8_lossy(card).into_owned());
    text.take_while(|card| card.trim_end() != "END").collect()
}

fn number(cards: &[String], keyword: &str) -> i64 {
    let card = cards.iter().find(|card| card.starts_with(&format!("{keyword:<8}=")));
    let value = card.map(|card| card[10..].split('/').next().unwrap_or_default().trim());
    value
        .and_then(|value| value.parse().ok())
        .expect("the card is a number")
}

/// Flux and error of a pixel in the frame of a row.
fn value(cube: &Cube, column: u64, row: u64, frame: u64) -> [f32; 2] {
    let frames = u64::from(cube.frames.num_frames());
    let start = cube.head.len() as u64 + ((row * u64::from(COLUMNS) + column) * frames + frame) * FRAME;
    let bytes = cube.bytes(start..start + FRAME, 0);
    let (values, _) = bytes.as_chunks::<4>();
    [f32::from_be_bytes(values[0]), f32::from_be_bytes(values[1])]
}

/// A cell of a row: its bytes.
fn cell(cube: &Cube, row: u64, keyword: &str) -> Vec<u8> {
    let start = cube.parts()[4].start + row * cube.row_width;
    let header = cards(cube, cube.parts()[3].start);
    let mut offset = start;
    for number_of_column in 1..=number(&header, "TFIELDS") {
        let text = |name: &str| {
            let card = header.iter().find(|card| card.starts_with(&format!("{name:<8}=")));
            card.and_then(|card| card.split('\'').nth(1))
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        let form = text(&format!("TFORM{number_of_column}"));
        let width = match form.as_str() {
            "D" => 8,
            "J" => 4,
            text => text.trim_end_matches('A').parse().expect("a text"),
        };
        if text(&format!("TTYPE{number_of_column}")) == keyword {
            return cube.bytes(offset..offset + width, 0);
        }
        offset += width;
    }
    panic!("no column {keyword}");
}

fn float(cube: &Cube, row: u64, keyword: &str) -> f64 {
    f64::from_be_bytes(cell(cube, row, keyword).try_into().expect("8 bytes"))
}

#[test]
fn every_ccd_that_tesscut_names_has_a_cube_that_shows_it() {
    let world = World::standard();
    let fields: Vec<_> = sky::detectors().collect();
    assert_eq!(fields.len(), 99);
    for (center, _, seen) in fields {
        let key = format!("tess/public/mast/{}-cube.fits", seen.name());
        let cube = world.cube(&key).unwrap_or_else(|| panic!("{key}"));
        assert!(cube.detector.sees(center), "{key} {center:?}");
    }
}

#[test]
fn no_field_lies_on_a_ccd_that_is_known_as_a_whole() {
    for (center, radius, seen) in sky::detectors() {
        for bearing in 0..24 {
            let (north, east) = (f64::from(bearing) * std::f64::consts::TAU / 24.0).sin_cos();
            let dec = center[1] + 1.01 * radius * north;
            let ra = center[0] + 1.01 * radius * east / dec.to_radians().cos();
            assert!(
                !sky::whole().any(|detector| detector.sees([ra, dec])),
                "{seen:?} {ra} {dec}"
            );
        }
    }
}

#[test]
fn the_footprint_of_a_whole_ccd_is_its_edge() {
    for detector in sky::whole() {
        let edge = detector.edge(16);
        assert_eq!(edge.len(), 65);
        for position in edge {
            let [x, y] = detector.pixel(position).expect("the edge has pixels");
            let off = |place: f64, length: u32| (place + 0.5).abs().min((place + 0.5 - f64::from(length)).abs());
            assert!(off(x, COLUMNS).min(off(y, ROWS)) < 1e-6, "{:?} {x} {y}", detector.seen);
        }
    }
}

#[test]
fn cubes_of_three_epochs_are_laid_out_as_the_real_ones() {
    for (detector, num_frames, head, table_head) in [
        ((1, 2, 1), 1282, 5760, 0),
        ((36, 2, 1), 3417, 8640, 46_080),
        ((63, 2, 1), 10_683, 5760, 46_080),
        ((99, 2, 1), 11_115, 5760, 46_080),
    ] {
        let (sector, camera, ccd) = detector;
        let cube = cube(sector, camera, ccd);
        let frames = u64::from(cube.frames.num_frames());
        assert_eq!((frames, cube.head.len()), (num_frames, head), "{detector:?}");
        if table_head > 0 {
            assert_eq!(
                (cube.table_head.len(), cube.columns.len()),
                (table_head, 184),
                "{detector:?}"
            );
        }
        let primary = cards(&cube, 0);
        assert_eq!(number(&primary, "SECTOR"), i64::from(sector));
        assert_eq!(number(&primary, "CAMERA"), i64::from(camera));
        let has_history = primary.iter().any(|card| card.starts_with("HISTORY"));
        assert_eq!(has_history, sector % 2 == 0);
        let image = cards(&cube, cube.head.len() as u64 - BLOCK);
        let axes = [1, 2, 3, 4].map(|axis| number(&image, &format!("NAXIS{axis}")));
        assert_eq!(axes, [2, frames as i64, 2136, 2078]);
        let table = cards(&cube, cube.parts()[3].start);
        assert_eq!(number(&table, "NAXIS1") as u64, cube.row_width);
        assert_eq!(number(&table, "NAXIS2") as u64, frames);
        for header in [&primary, &image, &table] {
            assert!(header.iter().any(|card| card.starts_with("SYNTHETC=")));
        }
        assert_eq!(cube.size() % BLOCK, 0);
        assert_eq!(cell(&cube, 5, "FFI_FILE").len(), 38);
    }
}

#[test]
fn every_range_is_a_part_of_the_same_bytes() {
    let cube = cube(36, 2, 1);
    let parts = cube.parts();
    // Across the begin of the pixels, across pixels that see the sky, across all that follows the pixels, and the end.
    let begin = parts[0].end - 100;
    let sky = parts[1].start + 3000 * cube.frames.num_frames() as u64 * 8 - 37;
    let rows = parts[2].start - 77;
    for (start, length) in [(begin, 400), (sky, 500), (rows, 60_000), (cube.size() - 6000, 6000)] {
        let whole = cube.bytes(start..start + length, 0);
        assert_eq!(whole.len() as u64, length);
        for step in [7, 1000, 4097] {
            let pieces = (start..start + length).step_by(step as usize);
            let joined: Vec<u8> = pieces
                .flat_map(|at| cube.bytes(at..(at + step).min(start + length), 0))
                .collect();
            assert!(joined == whole, "{start} {step}");
        }
    }
    assert_eq!(cube.bytes(cube.size() - 5..cube.size() + 5, 0).len(), 5);
}

#[test]
fn stars_stand_where_they_were_when_the_frame_was_taken() {
    // pi Mensae moves by 1.1 arcseconds a year, and by a pixel from 2000.0 to 2018.
    let cube = cube(1, 4, 2);
    let star = crate::world::stars::sky()
        .iter()
        .find(|star| star.tic == Some(261_136_679))
        .expect("it is in the sky");
    let [x, y] = cube.detector.pixel(star.at(2018.6)).expect("it is on the CCD");
    let [old_x, old_y] = cube.detector.pixel(star.position).expect("it is on the CCD");
    let (mut sum, mut center) = (0.0, [0.0; 2]);
    for column in x as u64 - 4..=x as u64 + 5 {
        for row in y as u64 - 4..=y as u64 + 5 {
            let light = f64::from(value(&cube, column, row, 400)[0]) - 115.0;
            sum += light;
            center = [center[0] + light * column as f64, center[1] + light * row as f64];
        }
    }
    let [found_x, found_y] = center.map(|moment| moment / sum);
    assert!(
        (found_x - x).hypot(found_y - y) < 0.05,
        "{found_x} {found_y}, not {x} {y}"
    );
    assert!((found_x - old_x).hypot(found_y - old_y) > 0.5);
    let expected = 10_f64.powf(0.4 * (20.44 - 5.1));
    assert!((sum / expected - 1.0).abs() < 0.02, "{sum} of {expected}");
}

#[test]
fn what_does_not_see_the_sky_holds_zeros() {
    let cube = cube(1, 2, 1);
    for [column, row] in [[43, 100], [2092, 100], [500, 2048], [2135, 2077]] {
        assert_eq!(value(&cube, column, row, 7), [0.0, 0.0], "{column} {row}");
    }
    for [column, row] in [[44, 0], [2091, 2047]] {
        let [flux, error] = value(&cube, column, row, 7);
        assert!(
            flux > 50.0 && error > 0.0 && error < flux,
            "{column} {row}: {flux} {error}"
        );
    }
    assert_ne!(
        cube.bytes(1_000_000_000..1_000_000_800, 0),
        cube.bytes(1_000_000_000..1_000_000_800, 1)
    );
}

#[test]
fn rows_of_an_update_come_last_and_bad_frames_lack_coordinates() {
    let cube = cube(36, 2, 1);
    let frames = u64::from(cube.frames.num_frames());
    let starts: Vec<f64> = (0..frames).map(|row| cube.frames.frame(row as u32).start).collect();
    let mut sorted = starts.clone();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    assert_eq!(sorted.len(), starts.len(), "each frame has a row");
    assert!(
        starts[starts.len() - 24] < starts[frames as usize / 2],
        "the update is out of order"
    );
    assert!((float(&cube, 9, "TSTART") - (starts[9] - 56_999.5)).abs() < 1e-9);
    assert!(float(&cube, 9, "TSTOP") > float(&cube, 9, "TSTART"));

    let flagged: Vec<u64> = (0..frames)
        .filter(|row| cube.frames.frame(*row as u32).quality != 0)
        .collect();
    assert!((20..60).contains(&flagged.len()), "{}", flagged.len());
    let blind = flagged.iter().find(|row| !cube.frames.frame(**row as u32).has_wcs);
    let blind = *blind.expect("some frames found no stars");
    assert_eq!(cell(&cube, blind, "CTYPE2"), [0; 12]);
    assert!(float(&cube, blind, "CRVAL1").is_nan());
    assert_eq!(cell(&cube, blind, "A_ORDER"), 0_i32.to_be_bytes());
    assert_ne!(cell(&cube, blind, "DQUALITY"), 0_i32.to_be_bytes());
    assert_eq!(cell(&cube, 100, "CTYPE2"), b"DEC--TAN-SIP");
    assert_eq!(float(&cube, 100, "CRPIX1"), 1045.0);
    assert_eq!(float(&super::tests::cube(99, 2, 1), 100, "CRPIX1"), 1069.0);
}
