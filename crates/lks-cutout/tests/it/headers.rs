//! The headers of a target pixel file against those that astrocut 0.11.1 wrote for the same cutout of the same cube: `astrocut.txt` has all of their cards.

use lks_cutout::StarFacts;
use lks_fits::blocking::FitsFile;
use lks_fits::{BLOCK, Card, CardValue, Header};

use crate::cube100::{Cube, window};

/// Cards that cannot be the same.
const OWN: [&str; 4] = ["CHECKSUM", "DATASUM", "CREATOR", "PROCVER"];

/// What astrocut's file would be, without its rows.
fn expected() -> FitsFile {
    let mut bytes = Vec::new();
    for hdu in include_str!("astrocut.txt").split("### HDU").skip(1) {
        for card in hdu.lines().skip(1).chain(["END"]) {
            bytes.extend(format!("{card:<80}").bytes());
        }
        let padded = |bytes: &Vec<u8>| bytes.len().next_multiple_of(BLOCK as usize);
        bytes.resize(padded(&bytes), b' ');
        if !hdu.starts_with(" 0") {
            bytes.resize(bytes.len() + BLOCK as usize, 0);
        }
    }
    FitsFile::open(bytes).unwrap()
}

/// How far a number may be from astrocut's fit, which goes by a sample of pixels and weighs both coordinates alike; `None` if it must be the same.
fn tolerance(keyword: &str) -> Option<f64> {
    let is_any = |words: &[&str]| words.iter().any(|word| keyword.contains(word));
    match keyword {
        "WCS_MSEP" | "WCS_SIG" => Some(5e-6),
        _ if is_any(&["CRPIX", "CRPX"]) => Some(3e-4),
        _ if is_any(&["CRVAL", "CRVL", "LATPOLE"]) => Some(1e-6),
        _ if is_any(&["PC1_", "PC2_", "11PC", "12PC", "21PC", "22PC"]) => Some(2e-8),
        _ => None,
    }
}

fn is_same(card: &Card, value: &CardValue) -> bool {
    match (tolerance(&card.keyword), card.value.as_float(), value.as_float()) {
        (Some(tolerance), Some(expected), Some(value)) => (expected - value).abs() < tolerance,
        _ => card.value == *value,
    }
}

/// Cards of one that the other has otherwise or not at all, as `keyword = value` of the other.
fn different(one: &Header, other: &Header) -> Vec<String> {
    let of_value = |card: &Card| {
        let value = other.get(&card.keyword).map(|other| &other.value);
        let is_other = !value.is_some_and(|value| is_same(card, value)) && !OWN.contains(&card.keyword.as_str());
        is_other.then(|| format!("{} = {value:?}", card.keyword))
    };
    one.cards().iter().filter_map(of_value).collect()
}

/// Cards that only the second has.
fn added(one: &Header, other: &Header) -> Vec<String> {
    let new = other.cards().iter().filter(|card| one.get(&card.keyword).is_none());
    new.map(|card| card.keyword.clone()).collect()
}

/// What nobody knows of the star, which astrocut calls 0.
const UNKNOWN: [&str; 11] = [
    "TCID", "PXTABLE", "PMRA", "PMDEC", "PMTOTAL", "TESSMAG", "TEFF", "LOGG", "MH", "RADIUS", "TICVER",
];

fn unknown(more: &[&str]) -> Vec<String> {
    let unknown = UNKNOWN.map(|keyword| format!("{keyword} = Some(Undefined)"));
    more.iter().map(|text| (*text).to_owned()).chain(unknown).collect()
}

#[test]
fn headers_are_those_of_astrocut() {
    let (expected, ours) = (expected(), Cube::new().open().opened(window(48, 59, 5, 3)));
    let header = |file: &FitsFile, hdu: usize| file.header(hdu).unwrap().clone();
    let [one, other] = [&expected, &ours].map(|file| header(file, 0));
    assert_eq!(different(&one, &other), unknown(&[]));
    assert_eq!(added(&one, &other), Vec::<String>::new());

    let [one, other] = [&expected, &ours].map(|file| header(file, 1));
    // A name has no unit, and `TDIM` is spelled without a space.
    let dimensions = [4, 5, 6, 7, 8].map(|number| format!("TDIM{number} = Some(Text(\"(5,3)\"))"));
    let mut more: Vec<&str> = dimensions.iter().map(String::as_str).collect();
    more.push("TUNIT12 = None");
    assert_eq!(different(&one, &other), unknown(&more));
    assert_eq!(added(&one, &other), Vec::<String>::new());

    let [one, other] = [&expected, &ours].map(|file| header(file, 2));
    // The zero point of the times is BJDREFI, and no other.
    assert_eq!(different(&one, &other), unknown(&["MJDREF = None"]));
    let physical = [
        "WCSNAMEP", "WCSAXESP", "CTYPE1P", "CUNIT1P", "CRPIX1P", "CRVAL1P", "CDELT1P",
    ];
    let physical = physical
        .into_iter()
        .chain(["CTYPE2P", "CUNIT2P", "CRPIX2P", "CRVAL2P", "CDELT2P"]);
    assert_eq!(added(&one, &other), physical.collect::<Vec<_>>());
    for residual in ["WCS_MSEP", "WCS_SIG"] {
        let [theirs, ours] = [&one, &other].map(|header| header.float(residual).unwrap());
        assert!(0.0 < ours && ours < theirs, "{residual}: {ours}, of astrocut {theirs}");
    }
    assert_eq!(
        (other.integer("CRVAL1P"), other.integer("CRVAL2P")),
        (Some(49), Some(60))
    );
}

#[test]
fn what_is_known_of_the_star_is_in_every_header() {
    let star = StarFacts {
        tic_id: Some(25_155_310),
        tic_version: Some("8.2".to_owned()),
        tess_magnitude: Some(10.4),
        pm_ra: Some(-3.0),
        pm_dec: Some(4.0),
        effective_temperature: Some(f64::NAN),
        ..StarFacts::default()
    };
    let cube = Cube::new().open();
    let file = FitsFile::open(cube.cut(window(10, 10, 2, 2), &star).unwrap()).unwrap();
    for hdu in 0..3 {
        let header = file.header(hdu).unwrap();
        assert_eq!(header.text("OBJECT"), Some("TIC 25155310"));
        assert_eq!(header.integer("TICID"), Some(25_155_310));
        assert_eq!(header.text("TICVER"), Some("8.2"));
        let [motion, magnitude] = ["PMTOTAL", "TESSMAG"].map(|keyword| header.float(keyword));
        assert_eq!((motion, magnitude), (Some(5.0), Some(10.4)));
        let [temperature, radius] = ["TEFF", "RADIUS"].map(|keyword| &header.get(keyword).unwrap().value);
        assert_eq!([temperature, radius], [&CardValue::Undefined; 2]);
    }
    let named = StarFacts {
        object: Some("α Cen".to_owned()),
        ..star
    };
    let file = FitsFile::open(cube.cut(window(10, 10, 2, 2), &named).unwrap()).unwrap();
    assert_eq!(file.header(0).unwrap().text("OBJECT"), Some("? Cen"));
}

#[test]
fn keywords_of_the_image_are_those_of_its_ccd() {
    let cube = Cube::new()
        .with_primary("CAMERA", 2)
        .with_primary("CCD", 4)
        .with_primary("NEXTEND", 2);
    let cube = cube
        .with("TMOFST24", [1.62; 6])
        .with("TMOFST11", [f64::NAN; 6])
        .with("NUM_FRM", [900; 6]);
    let cube = cube.with("GAINA", [f64::NAN; 6]).with("WCSGDF", ["0.99"; 6]);
    let file = cube.open().opened(window(10, 10, 2, 2));
    let header = file.header(1).unwrap();
    assert_eq!(header.float("TMOFST24"), Some(1.62));
    assert_eq!(
        header.get("TMOFST24").unwrap().comment,
        "(s) readout delay for camera 2 and ccd 4"
    );
    assert_eq!(header.get("TMOFST11"), None);
    assert_eq!(header.integer("NUM_FRM"), Some(900));
    assert_eq!(header.get("GAINA").unwrap().value, CardValue::Undefined);
    assert_eq!(
        (header.get("NEXTEND"), file.header(0).unwrap().integer("NEXTEND")),
        (None, Some(2))
    );
}

#[test]
fn history_stays_in_the_primary_header() {
    let mut cube = Cube::new();
    cube.primary
        .push(Card::commentary("HISTORY", "Cube updated on 2026-11-29."));
    let file = cube.open().opened(window(10, 10, 2, 2));
    let has_history = |hdu: usize| file.header(hdu).unwrap().get("HISTORY").is_some();
    assert_eq!([0, 1, 2].map(has_history), [true, false, false]);
}
