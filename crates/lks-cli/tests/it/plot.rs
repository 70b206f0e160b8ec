//! `lksearch plot`: pictures that say what they show, and clear words where there is nothing to show.

mod cutouts;
mod files;
mod fold;
mod frames;
mod output;
mod pipelines;
mod several;

use std::io::Read;
use std::path::Path;

use lks_sandbox::{Sandbox, SandboxOptions};
use lksearch::fits::write::{Cells, Column, Hdu};

use crate::home::Home;

const LINK: &str =
    "s3://stpubdata/tess/public/tid/s0014/0000/0001/5832/4245/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
const PIXELS: &str = "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_tp.fits";
const FLAGGED: &str = "#d55e00";

fn table(home: &Home, name: &str, flux: &str, rows: &[(f64, f32, i32)]) {
    let columns = [
        Column::new("TIME", "D").unit("BJD - 2457000, days"),
        Column::new(flux, "E").unit("e-/s"),
        Column::new("QUALITY", "J"),
    ];
    let mut bytes = Hdu::primary()
        .card("OBJECT", "TIC 7", "")
        .card("TELESCOP", "TESS", "")
        .card("SECTOR", 3, "")
        .bytes()
        .expect("because the cards can be written");
    let num_rows = rows.len() as u64;
    Hdu::table(columns, num_rows)
        .card("EXTNAME", "LIGHTCURVE", "")
        .card("TIMEREF", "SOLARSYSTEM", "")
        .card("BJDREFI", 2_457_000, "")
        .card("BJDREFF", 0.0, "")
        .card("TIMEDEL", 20.0 / 86_400.0, "")
        .append_with(&mut bytes, |out| {
            for (time, flux, quality) in rows {
                let mut cells = Cells::new(out);
                cells.float64(*time);
                cells.float32(*flux);
                cells.int32(*quality);
            }
        })
        .expect("because the columns can be written");
    std::fs::write(home.path(name), bytes).expect("because the home is there");
}

/// The dots of one colour in a picture.
fn num_dots(svg: &str, color: &str) -> usize {
    let paths = svg
        .split("<path ")
        .filter(|path| path.contains(&format!("stroke=\"{color}\"")));
    paths.map(|path| path.matches("h0").count()).sum()
}

#[test]
fn a_light_curve_on_the_cloud_is_drawn_with_its_units() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let drawn = home.run_against(&archive, &["plot", LINK, "-o", "lc.svg"]);
    assert_eq!((drawn.code, drawn.stdout.as_str()), (Some(0), ""), "{}", drawn.stderr);
    let svg = std::fs::read_to_string(home.path("lc.svg")).unwrap();
    for text in [
        "TIC 158324245 · TESS Sector 14 · SPOC · 120 s cadence · synthetic",
        "Time − 2457000 [BTJD days]",
        "PDCSAP_FLUX [e⁻/s]",
        "quality-flagged (17",
    ] {
        assert!(svg.contains(text), "'{text}' is missing");
    }
    assert!(num_dots(&svg, FLAGGED) > 0);
    assert!(num_dots(&svg, "#1b2a49") > 10_000);
    assert!(svg.len() < 1_000_000, "{} bytes", svg.len());
    let strays: Vec<String> = home
        .files()
        .into_iter()
        .filter(|file| file.ends_with(".fits"))
        .collect();
    assert!(strays.is_empty(), "{strays:?}");
    home.run_against(&archive, &["plot", LINK, "-o", "again.svg"]);
    assert_eq!(std::fs::read_to_string(home.path("again.svg")).unwrap(), svg);
}

#[test]
fn flagged_cadences_stand_apart_and_other_columns_can_be_drawn() {
    let home = Home::new();
    let rows = [
        (1.0, 10.0, 0),
        (2.0, 11.0, 0),
        (3.0, 10.5, 128),
        (4.0, 900.0, 8),
        (5.0, f32::NAN, 0),
    ];
    table(&home, "lc.fits", "SAP_FLUX", &rows);
    let drawn = home.run(&["plot", "lc.fits", "-o", "lc.svg"]);
    assert!(
        drawn.stderr.contains("4 of 5 cadences drawn, 2 of them flagged"),
        "{}",
        drawn.stderr
    );
    let svg = std::fs::read_to_string(home.path("lc.svg")).unwrap();
    // The flagged cadence far off is told, not drawn: the axis is made for the good ones.
    assert_eq!((num_dots(&svg, "#1b2a49"), num_dots(&svg, FLAGGED)), (2, 1));
    // The other is drawn over the good ones.
    assert!(
        svg.rfind("stroke=\"#1b2a49\"") < svg.rfind(&format!("stroke=\"{FLAGGED}\"")),
        "{svg}"
    );
    for text in [
        "TIC 7 · TESS Sector 3 · 20 s cadence",
        "SAP_FLUX [e⁻/s]",
        "quality-flagged (2, 1 off the scale)",
    ] {
        assert!(svg.contains(text), "'{text}' is missing in {svg}");
    }
    home.run(&["plot", "lc.fits", "--column", "quality", "-o", "q.svg"]);
    assert!(
        std::fs::read_to_string(home.path("q.svg"))
            .unwrap()
            .contains(">\nQUALITY\n<")
    );
}

#[test]
fn tiny_fluxes_have_ticks_and_fill_values_no_place() {
    let home = Home::new();
    let rows = [
        (1.0, 1e-13, 0),
        (2.0, 7e-13, 0),
        (3.0, 4e-13, 0),
        (-1.797e308, 5e-13, 0),
    ];
    table(&home, "lc.fits", "FLUX", &rows);
    let drawn = home.run(&["plot", "lc.fits", "-o", "lc.svg"]);
    assert_eq!(drawn.code, Some(0), "{}", drawn.stderr);
    let svg = std::fs::read_to_string(home.path("lc.svg")).unwrap();
    assert!(svg.contains("4.00e−13"), "{svg}");
    assert_eq!(num_dots(&svg, "#1b2a49"), 3);
}

#[test]
fn values_that_differ_in_the_last_digits_have_distinct_ticks() {
    let home = Home::new();
    let mut bytes = Hdu::primary().bytes().expect("because there are no cards");
    Hdu::table([Column::new("TIME", "D"), Column::new("RATIO", "D")], 3)
        .append_with(&mut bytes, |out| {
            for (time, ratio) in [(1.0, 1.0 - 1e-10), (2.0, 1.0), (3.0, 1.0 + 1e-10)] {
                let mut cells = Cells::new(out);
                cells.float64(time);
                cells.float64(ratio);
            }
        })
        .expect("because the columns can be written");
    std::fs::write(home.path("flat.fits"), bytes).expect("because the home is there");
    let drawn = home.run(&["plot", "flat.fits", "--column", "RATIO", "-o", "flat.svg"]);
    assert_eq!(drawn.code, Some(0), "{}", drawn.stderr);
    let svg = std::fs::read_to_string(home.path("flat.svg")).unwrap();
    assert!(svg.contains("RATIO: 1 + … × 10⁻¹⁰"), "{svg}");
    let chart = home.run(&["plot", "flat.fits", "--column", "RATIO"]).stdout;
    assert!(
        chart.contains(" 1.000000000100│") && chart.contains(" 0.999999999900│"),
        "{chart}"
    );
}

#[test]
fn pixels_become_their_mean_frame_with_the_aperture() {
    let home = Home::new();
    let drawn = home.run(&["--sandbox", "plot", PIXELS, "-o", "tp.svg"]);
    assert_eq!(drawn.code, Some(0), "{}", drawn.stderr);
    assert!(
        drawn.stderr.contains("11 × 11 pixels, aperture of 9 pixels"),
        "{}",
        drawn.stderr
    );
    let svg = std::fs::read_to_string(home.path("tp.svg")).unwrap();
    for text in ["Pixel column", "Pixel row", "Mean FLUX [e⁻/s]", FLAGGED] {
        assert!(svg.contains(text), "'{text}' is missing");
    }
    // Twelve edges surround an aperture of three by three pixels, once light and once dark.
    let outline: Vec<&str> = svg.split("<path ").filter(|path| path.contains("square")).collect();
    assert_eq!(outline.len(), 2);
    assert!(
        outline.iter().all(|path| path.matches('M').count() == 12),
        "{outline:?}"
    );
}

#[test]
fn without_a_file_a_chart_is_printed() {
    let home = Home::new();
    table(
        &home,
        "lc.fits",
        "SAP_FLUX",
        &[(1.0, 10.0, 0), (2.0, 11.0, 0), (3.0, 10.5, 128)],
    );
    let chart = home.run(&["plot", "lc.fits"]);
    assert_eq!((chart.code, chart.stderr.as_str()), (Some(0), ""));
    let lines: Vec<&str> = chart.stdout.lines().collect();
    assert_eq!(lines[..2], ["TIC 7 · TESS Sector 3 · 20 s cadence", "SAP_FLUX [e⁻/s]"]);
    assert!(
        lines[2].starts_with(" 11.000│") && lines[17].starts_with(" 10.000│⡀"),
        "{}",
        chart.stdout
    );
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{}", chart.stdout);
    assert!(
        chart.stdout.contains("× 1 quality-flagged") && !chart.stdout.contains('\u{1b}'),
        "{}",
        chart.stdout
    );
    let frame = home.run(&["--sandbox", "plot", PIXELS]).stdout;
    assert_eq!(
        frame.matches('[').count() - frame.matches("[e⁻/s]").count() - 1,
        9,
        "{frame}"
    );
}

#[test]
fn formats_that_are_not_written_name_those_that_are() {
    let home = Home::new();
    table(&home, "lc.fits", "FLUX", &[(1.0, 10.0, 0)]);
    for name in ["lc.gif", "picture"] {
        home.run(&["plot", "lc.fits", "-o", name])
            .failed(2, &[name, ".svg", ".png", ".pdf"]);
    }
    assert_eq!(home.run(&["plot", "lc.fits", "-o", "lc.SVG"]).code, Some(0));
}

/// The pixels of a PNG of ours: three bytes each, no row filtered.
fn pixels(path: &Path) -> (usize, Vec<[u8; 3]>) {
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(&bytes[..16], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let width = number(16);
    let (mut at, mut packed) = (8, Vec::new());
    while at < bytes.len() {
        let (length, kind) = (number(at), &bytes[at + 4..at + 8]);
        let mut sum = flate2::Crc::new();
        sum.update(&bytes[at + 4..at + 8 + length]);
        assert_eq!(sum.sum() as usize, number(at + 8 + length));
        if kind == b"IDAT" {
            packed.extend(&bytes[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let mut rows = Vec::new();
    flate2::read::ZlibDecoder::new(&packed[..])
        .read_to_end(&mut rows)
        .unwrap();
    let rows = rows.chunks(3 * width + 1).inspect(|row| assert_eq!(row[0], 0));
    (
        width,
        rows.flat_map(|row| row[1..].as_chunks::<3>().0.to_vec()).collect(),
    )
}

#[test]
fn a_png_shows_good_and_flagged_points_and_text() {
    let home = Home::new();
    let rows: Vec<_> = (0..40)
        .map(|row| (f64::from(row), (row % 7) as f32, row / 39))
        .collect();
    table(&home, "lc.fits", "FLUX", &rows);
    assert_eq!(home.run(&["plot", "lc.fits", "-o", "lc.png"]).code, Some(0));
    let (width, drawn) = pixels(&home.path("lc.png"));
    assert_eq!((width, drawn.len()), (2400, 2400 * 1200));
    let count = |color: [u8; 3], from: usize, to: usize| {
        let part = drawn[from * width..to * width].iter();
        part.filter(|pixel| **pixel == color).count()
    };
    // The legend at the top has both colours too; below it are the points, each of about a hundred pixels.
    let (good, flagged) = (
        count([0x1b, 0x2a, 0x49], 120, 1200),
        count([0xd5, 0x5e, 0x00], 120, 1200),
    );
    assert!((39 * 80..39 * 120).contains(&good), "{good}");
    assert!((100..250).contains(&flagged), "{flagged}");
    // The title, and the label of the axis of times.
    assert!(count([0, 0, 0], 20, 110) > 1000 && count([0, 0, 0], 1130, 1200) > 1000);
    let pixels_of = home.run(&["--sandbox", "plot", PIXELS, "-o", "pixels.png"]);
    assert_eq!(pixels_of.code, Some(0));
    let (width, drawn) = pixels(&home.path("pixels.png"));
    assert_eq!((width, drawn.len()), (1640, 1640 * 1400));
    assert!(drawn.iter().filter(|pixel| **pixel == [0xd5, 0x5e, 0x00]).count() > 5_000);
}

#[test]
fn nothing_to_draw_writes_nothing_and_says_why() {
    let home = Home::new();
    table(
        &home,
        "nan.fits",
        "PDCSAP_FLUX",
        &[(1.0, f32::NAN, 0), (2.0, f32::NAN, 0)],
    );
    table(&home, "empty.fits", "PDCSAP_FLUX", &[]);
    table(&home, "other.fits", "PRESSURE", &[(1.0, 2.0, 0)]);
    std::fs::write(home.path("bare.fits"), Hdu::primary().bytes().unwrap()).unwrap();
    std::fs::write(home.path("page.fits"), "<html>").unwrap();
    let cases: [(&[&str], i32, &[&str]); 7] = [
        (&["nan.fits"], 2, &["PDCSAP_FLUX has no value", "2 rows", "--column"]),
        (&["empty.fits"], 2, &["no rows"]),
        (&["other.fits"], 2, &["--column", "PRESSURE"]),
        (&["other.fits", "--column", "PRESURE"], 2, &["did you mean PRESSURE?"]),
        (&["bare.fits"], 2, &["no table"]),
        (&["page.fits"], 2, &["not a FITS file"]),
        (&["absent.fits"], 3, &["absent.fits"]),
    ];
    for (words, code, said) in cases {
        let words = [&["plot", "-o", "lc.svg"], words].concat();
        home.run(&words).failed(code, said);
        assert!(!home.path("lc.svg").exists(), "{words:?}");
    }
    home.run(&["plot", "other.fits", "--column", "PRESSURE", "-o", "none/lc.svg"])
        .failed(5, &["none/lc.svg"]);
}

#[test]
fn genuine_files_are_drawn() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/fits");
    if !folder.exists() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let home = Home::new();
    for (file, told) in [
        (
            "tess2018206045859-s0001-0000000025155310-0120-s_lc.fits",
            "18104 of 20076 cadences",
        ),
        ("kplr010002792-2009259160929_llc.fits", "4070 of 4354 cadences"),
        (
            "hlsp_k2sff_k2_lightcurve_221312395-c91_kepler_v1_llc.fits",
            "1119 of 1119 cadences drawn, 104 of them flagged",
        ),
        (
            "hlsp_k2varcat_k2_lightcurve_211121743-c04_kepler_v2_llc.fits",
            "2660 of 2660 cadences",
        ),
        (
            "hlsp_tglc_tess_ffi_gaiaid-6399196263939178880-s0001-cam2-ccd1_tess_v1_llc.fits",
            "1282 of 1282 cadences drawn, 15 of them flagged",
        ),
        (
            "test-lc-tess-pimen_s1_eleanor_lite-100-cadences.fits",
            "100 of 100 cadences drawn, 14 of them flagged",
        ),
        ("tess2019085135100-s0010-2-4-0140-s_cbv.fits", "100 of 100 cadences"),
        ("test-sparcs-jdref.fits", "2667 of 4253 cadences"),
        ("ktwo221312395-c91_lpd-targ.fits.gz", "11 × 10 pixels"),
    ] {
        let path = folder.join(file).display().to_string();
        let drawn = home.run(&["plot", &path, "-o", "picture.svg"]);
        assert_eq!(drawn.code, Some(0), "{}", drawn.stderr);
        assert!(drawn.stderr.contains(told), "{}", drawn.stderr);
        assert!(std::fs::metadata(home.path("picture.svg")).unwrap().len() < 1_000_000);
    }
}

#[test]
fn the_cadence_is_that_of_the_times_not_of_the_header() {
    let home = Home::new();
    // A step of 30 min with a gap and a cadence without a time, and one that is the 20 s of the header but for its drift.
    let half_hours = (0..60).filter(|n| !(20..40).contains(n)).map(|n| f64::from(n) / 48.0);
    let half_hours = half_hours.map(|time| if time == 5.0 / 48.0 { f64::NAN } else { time });
    let seconds = (0..60).map(|n| f64::from(n) * 20.003 / 86_400.0);
    for (times, title) in [
        (half_hours.collect::<Vec<_>>(), "TIC 7 · TESS Sector 3 · 30 min cadence"),
        (seconds.collect(), "TIC 7 · TESS Sector 3 · 20 s cadence"),
        // Too few steps tell nothing.
        (vec![1.0, 2.0, 3.0], "TIC 7 · TESS Sector 3 · 20 s cadence"),
    ] {
        let rows: Vec<_> = times.into_iter().map(|time| (time, 10.0, 0)).collect();
        table(&home, "lc.fits", "SAP_FLUX", &rows);
        let drawn = home.run(&["plot", "lc.fits", "-o", "lc.svg"]);
        let svg = std::fs::read_to_string(home.path("lc.svg")).unwrap();
        assert!(svg.contains(title), "{title}: {}", drawn.stderr);
    }
}
