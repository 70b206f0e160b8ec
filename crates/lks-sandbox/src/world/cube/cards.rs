//! The cards in the header of a frame.
//!
//! The keywords are those of the SPOC pipeline's full-frame images: TESS Science Data Products Description Document (EXP-TESS-ARC-ICD-0014),
//! <https://archive.stsci.edu/missions/tess/doc/EXP-TESS-ARC-ICD-TM-0014.pdf>.

use super::columns::{Own, Value};
use super::detector::{Detector, LINEAR};
use super::frames::Frames;
use super::{COLUMNS, ROWS};

/// Keyword, value and comment.
pub(super) type Card = (String, Value, &'static str);

pub(super) fn before_wcs(detector: &Detector, frames: &Frames) -> Vec<Card> {
    let seen = detector.seen;
    let step = frames.step();
    let num_readings = (step * 86_400.0 / 2.0).round() as i64;
    let extension = format!("CAMERA.CCD {}.{} cal", seen.camera, seen.ccd);
    let readout = format!("TMOFST{}{}", seen.camera, seen.ccd);
    let mut cards = Vec::new();
    let mut add = |keyword: &str, value: Value, comment| cards.push((keyword.to_owned(), value, comment));
    add("XTENSION", "IMAGE".into(), "IMAGE extension");
    add("BITPIX", (-32).into(), "array data type");
    add("NAXIS", 2.into(), "NAXIS");
    add("NAXIS1", i64::from(COLUMNS).into(), "length of first array dimension");
    add("NAXIS2", i64::from(ROWS).into(), "length of second array dimension");
    add("PCOUNT", 0.into(), "group parameter count (not used)");
    add("GCOUNT", 1.into(), "group count (not used)");
    add("INHERIT", 1.into(), "inherit the primary header");
    add("EXTNAME", extension.into(), "name of extension");
    add("EXTVER", 1.into(), "extension version number (not format version)");
    add("SIMDATA", 1.into(), "file is based on simulated data");
    add("TELESCOP", "TESS".into(), "telescope");
    add("INSTRUME", "TESS Photometer".into(), "detector type");
    add("CAMERA", i64::from(seen.camera).into(), "Camera number");
    add("CCD", i64::from(seen.ccd).into(), "CCD chip number");
    add("IMAGTYPE", "cal".into(), "FFI image type: raw, cal, uncert");
    add("EXPOSURE", (step * 0.792).into(), "[d] time on source");
    add(
        "TIMEREF",
        "SOLARSYSTEM".into(),
        "barycentric correction applied to times",
    );
    add("TASSIGN", "SPACECRAFT".into(), "where time is assigned");
    add(
        "TIMESYS",
        "TDB".into(),
        "time system is Barycentric Dynamical Time (TDB)",
    );
    add("BJDREFI", 2_457_000.into(), "integer part of BTJD reference date");
    add("BJDREFF", 0.0.into(), "fraction of the day in BTJD reference date");
    add("TIMEUNIT", "d".into(), "time unit for TIME, TSTART and TSTOP");
    add("TELAPSE", step.into(), "[d] TSTOP - TSTART");
    add("LIVETIME", (step * 0.792).into(), "[d] TELAPSE multiplied by DEADC");
    add("TSTART", Value::Own(Own::Start), "observation start time in BTJD");
    add("TSTOP", Value::Own(Own::End), "observation stop time in BTJD");
    add("DATE-OBS", Value::Own(Own::StartDate), "TSTART as UTC calendar date");
    add("DATE-END", Value::Own(Own::EndDate), "TSTOP as UTC calendar date");
    add("DEADC", 0.792.into(), "deadtime correction");
    add("TIMEPIXR", 0.5.into(), "bin time beginning=0 middle=0.5 end=1");
    add("TIERRELA", 1.16e-5.into(), "[d] relative time error");
    add(
        "BTC_PIX1",
        1044.0.into(),
        "reference col for barycentric time correction",
    );
    add(
        "BTC_PIX2",
        1000.0.into(),
        "reference row for barycentric time correction",
    );
    add("BUNIT", "electrons/s".into(), "physical units of image data");
    add(
        "BARYCORR",
        Value::Own(Own::Correction),
        "[d] barycentric time correction",
    );
    add("BACKAPP", 0.into(), "background is subtracted");
    add("DEADAPP", 1.into(), "deadtime applied");
    add("VIGNAPP", 1.into(), "vignetting or collimator correction applied");
    add("INT_TIME", 1.98.into(), "[s] photon accumulation time per frame");
    add("READTIME", 0.02.into(), "[s] readout time per frame");
    add("FRAMETIM", 2.0.into(), "[s] frame time (INT_TIME + READTIME)");
    add("NUM_FRM", num_readings.into(), "number of frames per time stamp");
    add("TIMEDEL", step.into(), "[d] time resolution of data");
    add("NREADOUT", (num_readings * 4 / 5).into(), "number of read per cadence");
    add("FXDOFF", 419_400.into(), "compression fixed offset");
    add(&readout, 0.5.into(), "(s) readout delay for this camera and ccd");
    for (output, gain, noise, black) in [
        ('A', 5.22, 10.1, 6079),
        ('B', 5.21, 7.6, 6605),
        ('C', 5.21, 7.5, 6346),
        ('D', 5.26, 9.9, 6507),
    ] {
        add(
            &format!("GAIN{output}"),
            gain.into(),
            "[electrons/count] CCD output gain",
        );
        add(
            &format!("READNOI{output}"),
            noise.into(),
            "[electrons] read noise CCD output",
        );
        add(
            &format!("MEANBLC{output}"),
            black.into(),
            "[count] FSW mean black level CCD output",
        );
    }
    add("RADESYS", "ICRS".into(), "reference frame of celestial coordinates");
    add("EQUINOX", 2000.0.into(), "equinox of celestial coordinate system");
    let [ra, dec, roll] = detector.pointing;
    add("RA_NOM", ra.into(), "[deg] RA of spacecraft boresight");
    add("DEC_NOM", dec.into(), "[deg] declination of spacecraft boresight");
    add("ROLL_NOM", roll.into(), "[deg] roll angle of spacecraft");
    add("DQUALITY", Value::Own(Own::Quality), "data quality flags");
    cards
}

pub(super) fn wcs(detector: &Detector) -> Vec<Card> {
    let mut cards = Vec::new();
    let mut add = |keyword: String, value: Value, comment| cards.push((keyword, value, comment));
    add("WCSAXES".to_owned(), 2.into(), "number of WCS axes");
    let projection = "Gnomonic projection + SIP distortions";
    add("CTYPE1".to_owned(), "RA---TAN-SIP".into(), projection);
    add("CTYPE2".to_owned(), "DEC--TAN-SIP".into(), projection);
    for (keyword, value) in LINEAR.iter().zip(detector.linear) {
        let comment = match &keyword[..5] {
            "CRPIX" => "[pixel] reference pixel",
            "CRVAL" => "[deg] right ascension or declination at reference pixel",
            _ => "[deg] linear transformation matrix element",
        };
        add((*keyword).to_owned(), value.into(), comment);
    }
    for polynomial in &detector.polynomials {
        let name = polynomial.name;
        add(
            format!("{name}_ORDER"),
            i64::from(polynomial.order).into(),
            "SIP polynomial order",
        );
        for (i, j, factor) in &polynomial.terms {
            add(
                format!("{name}_{i}_{j}"),
                (*factor).into(),
                "SIP distortion coefficient",
            );
        }
    }
    add(
        "A_DMAX".to_owned(),
        45.0.into(),
        "[pixel] maximum correction along axis 1",
    );
    add(
        "B_DMAX".to_owned(),
        45.0.into(),
        "[pixel] maximum correction along axis 2",
    );
    cards
}

pub(super) fn after_wcs() -> Vec<Card> {
    let mut cards = Vec::new();
    let mut add = |keyword: String, value: Value, comment| cards.push((keyword, value, comment));
    let plain = str::to_owned;
    add(
        plain("WCSNAMEP"),
        "PHYSICAL".into(),
        "name of world coordinate system alternate P",
    );
    add(plain("WCSAXESP"), 2.into(), "number of WCS physical axes");
    for (axis, kind) in [(1, "RAWX"), (2, "RAWY")] {
        add(format!("CTYPE{axis}P"), kind.into(), "physical WCS axis type");
        add(format!("CUNIT{axis}P"), "PIXEL".into(), "physical WCS axis unit");
        add(format!("CRPIX{axis}P"), 1.into(), "physical WCS reference pixel");
        add(
            format!("CRVAL{axis}P"),
            1.into(),
            "value at physical WCS reference pixel",
        );
        add(format!("CDELT{axis}P"), 1.0.into(), "physical WCS axis step");
    }
    // Which columns and rows of the CCD, counted from 1, belong to which region: TVC, LVC and SCC of each of the four outputs.
    for (number, output) in (0_i64..4).zip(['A', 'B', 'C', 'D']) {
        let leading = [1 + 11 * number, 11 + 11 * number];
        let science = [45 + 512 * number, 556 + 512 * number];
        let trailing = [2093 + 11 * number, 2103 + 11 * number];
        for (region, [start, end]) in [("LVC", leading), ("SCC", science), ("TVC", trailing)] {
            add(
                format!("{region}S{output}"),
                start.into(),
                "column start of a region of an output",
            );
            add(
                format!("{region}E{output}"),
                end.into(),
                "column end of a region of an output",
            );
        }
        add(
            format!("SCICOLH{output}"),
            "even".into(),
            "science columns read by this output",
        );
    }
    for (region, start, end) in [
        ("SCI", 1, 2048),
        ("BF", 2049, 2058),
        ("SM", 2059, 2068),
        ("V", 2069, 2078),
    ] {
        add(format!("{region}ROWS"), start.into(), "row start of a region");
        add(format!("{region}ROWE"), end.into(), "row end of a region");
    }
    add(plain("CHECKSUM"), Value::Own(Own::Sum), "HDU checksum");
    add(plain("FFI_FILE"), Value::Own(Own::File), "");
    cards
}
