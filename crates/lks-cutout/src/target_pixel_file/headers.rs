//! The headers of a target pixel file.

use lks_fits::arrow_array::RecordBatch;
use lks_fits::write::{Checksum, Column, Hdu, Pixel, ascii};
use lks_fits::{Card, CardValue};

use super::CutoutContents;
use super::coordinates::Coordinates;
use super::rows::Rows;
use crate::frame_wcs::{number, text};

/// The structure of the file, which is not that of the cube.
const STRUCTURE: [&str; 8] = ["SIMPLE", "BITPIX", "NAXIS", "EXTEND", "CHECKSUM", "DATASUM", "END", ""];

/// What the header of a full-frame image says of its camera and exposure.
const OF_IMAGE: [(&str, &str); 31] = [
    ("BACKAPP", "background is subtracted"),
    ("CDPP0_5", "RMS CDPP on 0.5-hr time scales"),
    ("CDPP1_0", "RMS CDPP on 1.0-hr time scales"),
    ("CDPP2_0", "RMS CDPP on 2.0-hr time scales"),
    ("CROWDSAP", "Ratio of target flux to total flux in op. ap."),
    ("DEADAPP", "deadtime applied"),
    ("DEADC", "deadtime correction"),
    ("EXPOSURE", "[d] time on source"),
    ("FLFRCSAP", "Frac. of target flux w/in the op. aperture"),
    ("FRAMETIM", "[s] frame time [INT_TIME + READTIME]"),
    ("FXDOFF", "compression fixed offset"),
    ("GAINA", "[electrons/count] CCD output A gain"),
    ("GAINB", "[electrons/count] CCD output B gain"),
    ("GAINC", "[electrons/count] CCD output C gain"),
    ("GAIND", "[electrons/count] CCD output D gain"),
    ("INT_TIME", "[s] photon accumulation time per frame"),
    ("LIVETIME", "[d] TELAPSE multiplied by DEADC"),
    ("MEANBLCA", "[count] FSW mean black level CCD output A"),
    ("MEANBLCB", "[count] FSW mean black level CCD output B"),
    ("MEANBLCC", "[count] FSW mean black level CCD output C"),
    ("MEANBLCD", "[count] FSW mean black level CCD output D"),
    ("NREADOUT", "number of read per cadence"),
    ("NUM_FRM", "number of frames per time stamp"),
    ("READNOIA", "[electrons] read noise CCD output A"),
    ("READNOIB", "[electrons] read noise CCD output B"),
    ("READNOIC", "[electrons] read noise CCD output C"),
    ("READNOID", "[electrons] read noise CCD output D"),
    ("READTIME", "[s] readout time per frame"),
    ("TIERRELA", "[d] relative time error"),
    ("TIMEDEL", "[d] time resolution of data"),
    ("TIMEPIXR", "bin time beginning=0 middle=0.5 end=1"),
];

/// Comments of cards of the cube's first header that need to say more in a cutout.
const OF_FIRST: [(&str, &str); 6] = [
    ("DATE", "FFI cube creation date"),
    ("TSTART", "observation start time in TJD of first FFI"),
    ("TSTOP", "observation stop time in TJD of last FFI"),
    ("DATE-OBS", "TSTART as UTC calendar date of first FFI"),
    ("DATE-END", "TSTOP as UTC calendar date of last FFI"),
    ("FFIINDEX", "number of FFI cadence interval of first FFI"),
];

/// The cards of the primary header besides those of its structure: the cube's, then those of the cutout and its star.
pub(super) fn primary(contents: &CutoutContents<'_>) -> Vec<Card> {
    let CutoutContents {
        primary,
        position,
        star,
        ..
    } = contents;
    let cards = primary.cards().iter();
    let mut cards: Vec<Card> = cards
        .filter(|card| !STRUCTURE.contains(&card.keyword.as_str()))
        .cloned()
        .collect();
    for card in &mut cards {
        if let Some((_, comment)) = OF_FIRST.iter().find(|(keyword, _)| *keyword == card.keyword) {
            (*comment).clone_into(&mut card.comment);
        }
    }
    let elapsed = primary
        .float("TSTOP")
        .zip(primary.float("TSTART"))
        .map(|(end, begin)| end - begin);
    let tic = star.tic_id.map(|id| id as i64);
    let object = star.object.clone().or_else(|| Some(format!("TIC {}", tic?)));
    let motion = star.pm_ra.zip(star.pm_dec).map(|(ra, dec)| ra.hypot(dec));
    let known = |value: Option<f64>| CardValue::from(value.filter(|value| value.is_finite()));
    for card in [
        Card::new("CREATOR", ascii(contents.creator), "software used to produce this file"),
        Card::new("PROCVER", ascii(contents.version), "software version"),
        Card::new("FFI_TYPE", "SPOC", "the FFI type used to make the cutouts"),
        Card::new("RA_OBJ", position.ra(), "[deg] right ascension"),
        Card::new("DEC_OBJ", position.dec(), "[deg] declination"),
        Card::new("TIMEREF", "SOLARSYSTEM", "barycentric correction applied to times"),
        Card::new("TASSIGN", "SPACECRAFT", "where time is assigned"),
        Card::new("TIMESYS", "TDB", "time system is Barycentric Dynamical Time (TDB)"),
        Card::new("BJDREFI", 2_457_000, "integer part of BTJD reference date"),
        Card::new("BJDREFF", 0.0, "fraction of the day in BTJD reference date"),
        Card::new("TIMEUNIT", "d", "time unit for TIME, TSTART, and TSTOP"),
        Card::new("TELAPSE", known(elapsed), "[d] TSTOP - TSTART"),
        Card::new(
            "OBJECT",
            ascii(&object.unwrap_or_default()),
            "string version of target ID",
        ),
        Card::new("TCID", tic, "unique TESS target identifier"),
        Card::new("PXTABLE", CardValue::Undefined, "pixel table ID"),
        Card::new("PMRA", known(star.pm_ra), "[mas/yr] RA proper motion"),
        Card::new("PMDEC", known(star.pm_dec), "[mas/yr] Dec proper motion"),
        Card::new("PMTOTAL", known(motion), "[mas/yr] Total proper motion"),
        Card::new("TESSMAG", known(star.tess_magnitude), "[mag] TESS magnitude"),
        Card::new("TEFF", known(star.effective_temperature), "[K] Effective temperature"),
        Card::new("LOGG", known(star.log_gravity), "[cm/s2] log10 surface gravity"),
        Card::new("MH", known(star.metallicity), "[log10([M/H])] Metallicity"),
        Card::new("RADIUS", known(star.radius), "[solar radii] Stellar radius"),
        Card::new("TICVER", star.tic_version.as_deref().map(ascii), "TIC version"),
        Card::new("TICID", tic, "unique TESS target identifier"),
    ] {
        match cards.iter_mut().find(|other| other.keyword == card.keyword) {
            Some(other) => *other = card,
            None => cards.push(card),
        }
    }
    cards
}

/// The primary HDU of its cards.
pub(super) fn hdu_of(primary: &[Card]) -> Hdu {
    Hdu::primary()
        .cards(primary.iter().cloned())
        .checksum(Checksum::HduAndData)
}

/// The table of pixels.
pub(super) fn pixels(
    contents: &CutoutContents<'_>,
    coordinates: &Coordinates,
    rows: &Rows<'_>,
    primary: &[Card],
) -> Hdu {
    let axes = [contents.window.width, contents.window.height].map(u64::from);
    let num_pixels = axes[0] * axes[1];
    let column = |name: &str, form: &str, unit: &str, display: &str| {
        let column = Column::new(name, form).display(display);
        if unit.is_empty() { column } else { column.unit(unit) }
    };
    let images = |number: usize, name: &str, form: char, unit: &str, display: &str| {
        let column = column(name, &format!("{num_pixels}{form}"), unit, display);
        column.dimensions(&axes).cards(coordinates.of_column(number))
    };
    let columns = [
        column("TIME", "D", "BJD - 2457000, days", "D14.7"),
        column("TIMECORR", "E", "d", "E14.7"),
        column("CADENCENO", "J", "", "I10"),
        images(4, "RAW_CNTS", 'J', "count", "I8").null(-1),
        images(5, "FLUX", 'E', "e-/s", "E14.7"),
        images(6, "FLUX_ERR", 'E', "e-/s", "E14.7"),
        images(7, "FLUX_BKG", 'E', "e-/s", "E14.7"),
        images(8, "FLUX_BKG_ERR", 'E', "e-/s", "E14.7"),
        column("QUALITY", "J", "", "B16.16"),
        column("POS_CORR1", "E", "pixel", "E14.7"),
        column("POS_CORR2", "E", "pixel", "E14.7"),
        Column::new("FFI_FILE", format!("{}A", rows.name_width())),
    ];
    let mut cards = vec![
        Card::new("EXTNAME", "PIXELS", "name of extension"),
        Card::new("INHERIT", true, "inherit the primary header"),
    ];
    cards.extend(
        OF_IMAGE
            .iter()
            .map(|(keyword, comment)| Card::new(*keyword, value(contents.frame, keyword), *comment)),
    );
    let detector = ["CAMERA", "CCD"].map(|keyword| contents.primary.integer(keyword));
    if let [Some(camera), Some(ccd)] = detector {
        let keyword = format!("TMOFST{camera}{ccd}");
        let comment = format!("(s) readout delay for camera {camera} and ccd {ccd}");
        cards.push(Card::new(keyword.as_str(), value(contents.frame, &keyword), comment));
    }
    let of_lens = "vignetting or collimator correction applied";
    cards.push(Card::new("VIGNAPP", value(contents.frame, "VIGNAPP"), of_lens));
    let name = text(contents.frame, "FFI_FILE").map(ascii);
    cards.push(Card::new("WCS_FFI", name, "FFI used for cutout WCS"));
    inherit(&mut cards, primary);
    let num_rows = rows.num_frames() as u64;
    Hdu::table(columns, num_rows)
        .cards(cards)
        .checksum(Checksum::HduAndData)
}

/// The image of the aperture.
pub(super) fn aperture(contents: &CutoutContents<'_>, coordinates: &Coordinates, primary: &[Card]) -> Hdu {
    let mut cards = vec![Card::new("EXTNAME", "APERTURE", "name of extension")];
    cards.extend(coordinates.of_image());
    cards.push(Card::new("INHERIT", true, "inherit the primary header"));
    inherit(&mut cards, primary);
    let axes = [contents.window.width, contents.window.height].map(u64::from);
    Hdu::image(Pixel::Int32, &axes)
        .cards(cards)
        .checksum(Checksum::HduAndData)
}

/// Adds the cards of the primary header that an extension does not have: programs that do not know `INHERIT`, as astropy, read them there.
fn inherit(cards: &mut Vec<Card>, primary: &[Card]) {
    let new = |card: &&Card| {
        let is_known = card.keyword == "NEXTEND" || cards.iter().any(|other| other.keyword == card.keyword);
        !is_known && !matches!(card.value, CardValue::Commentary(_))
    };
    let inherited: Vec<Card> = primary.iter().filter(new).cloned().collect();
    cards.extend(inherited);
}

/// The value that a frame has for a keyword, undefined if it has none.
fn value(frame: &RecordBatch, keyword: &str) -> CardValue {
    if let Ok(integers) = lks_fits::integers(frame, keyword) {
        return integers.first().copied().flatten().into();
    }
    let of_text = || text(frame, keyword).map_or(CardValue::Undefined, |text| ascii(text).into());
    number(frame, keyword).map_or_else(of_text, CardValue::from)
}
