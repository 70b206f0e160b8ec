//! Header cards of the files: what the missions' files say, and that these ones are made up.

use lks_fits::{Card, CardValue};

use super::dates::date;
use super::light::{Light, is_kepler};
use super::makers;
use crate::world::content::{Content, Kind};

/// Cards of the primary header.
pub(crate) fn primary(content: &Content, num_extensions: usize, name: &str) -> Vec<Card> {
    let star = &content.star;
    let (first, last) = Light::of(content).span();
    let kepler = is_kepler(content.kind);
    let zero = if kepler { 54_832.5 } else { 56_999.5 };
    let num_extensions = match content.kind {
        // As of the target pixel file that it was made from.
        Kind::K2varcat => 2,
        _ => num_extensions as i64,
    };
    let mut cards = vec![
        Card::new("NEXTEND", num_extensions, "number of standard extensions"),
        Card::new("EXTNAME", "PRIMARY", "name of extension"),
        Card::new("EXTVER", 1, "extension version number (not format version)"),
        Card::new("SYNTHETC", true, "made by the lksearch sandbox, not mission data"),
        Card::new("SIMDATA", true, "file is based on simulated data"),
    ];
    cards.extend(makers::origin(content.kind));
    cards.push(Card::new(
        "DATE",
        date(last + zero + 30.0)[..10].to_owned(),
        "file creation date.",
    ));
    if !kepler {
        cards.extend([
            Card::new("TSTART", first, "observation start time in TJD"),
            Card::new("TSTOP", last, "observation stop time in TJD"),
            Card::new("DATE-OBS", date(first + zero), "TSTART as UTC calendar date"),
            Card::new("DATE-END", date(last + zero), "TSTOP as UTC calendar date"),
        ]);
    }
    cards.extend(makers::creator(content.kind));
    cards.extend([
        Card::new(
            "PROCVER",
            concat!("lksearch sandbox ", env!("CARGO_PKG_VERSION")),
            "SW version",
        ),
        Card::new("FILEVER", if kepler { "6.1" } else { "1.0" }, "file format version"),
        Card::new("TIMVERSN", "OGIP/93-003", "OGIP memo number for file format"),
    ]);
    cards.extend(telescope(content));
    if kepler {
        cards.extend(kepler_place(content));
    } else {
        cards.extend([
            Card::new("DATA_REL", 42, "data release version number"),
            Card::new("SECTOR", i64::from(content.sequence), "Observing sector"),
            Card::new("CAMERA", i64::from(content.camera), "Camera number"),
            Card::new("CCD", i64::from(content.ccd), "CCD chip number"),
            Card::new("PXTABLE", 128, "pixel table id"),
        ]);
    }
    cards.extend(position(content));
    if kepler {
        cards.extend([
            Card::new("PMRA", 0.0, "[arcsec/yr] RA proper motion"),
            Card::new("PMDEC", 0.0, "[arcsec/yr] Dec proper motion"),
            Card::new("PARALLAX", CardValue::Undefined, "[arcsec] parallax"),
            Card::new("GMAG", CardValue::Undefined, "[mag] SDSS g band magnitude"),
            Card::new("KEPMAG", star.magnitude, "[mag] Kepler magnitude (Kp)"),
            Card::new("TEFF", star.temperature as i64, "[K] Effective temperature"),
            Card::new("LOGG", 4.4, "[cm/s2] log10 surface gravity"),
            Card::new("FEH", CardValue::Undefined, "[log10([Fe/H])]  metallicity"),
            Card::new("RADIUS", 1.0, "[solar radii] stellar radius"),
        ]);
    } else {
        cards.extend([
            Card::new("PMRA", 0.0, "[mas/yr] RA proper motion"),
            Card::new("PMDEC", 0.0, "[mas/yr] Dec proper motion"),
            Card::new("PMTOTAL", 0.0, "[mas/yr] total proper motion"),
            Card::new("TESSMAG", star.magnitude, "[mag] TESS magnitude"),
            Card::new("TEFF", star.temperature, "[K] Effective temperature"),
            Card::new("LOGG", 4.4, "[cm/s2] log10 surface gravity"),
            Card::new("MH", CardValue::Undefined, "[log10([M/H])] metallicity"),
            Card::new("RADIUS", 1.0, "[solar radii] stellar radius"),
            Card::new("TICVER", 8, "TICVER"),
            Card::new("CRMITEN", true, "spacecraft cosmic ray mitigation enabled"),
            Card::new("CRBLKSZ", 10, "[exposures] s/c cosmic ray mitigation block siz"),
            Card::new("CRSPOC", false, "SPOC cosmic ray cleaning enabled"),
        ]);
    }
    // The smallest of the primary headers has a single block: 36 cards, of which these are the ones that must be there.
    if matches!(content.kind, Kind::K2sff | Kind::Everest) {
        cards.retain(|card| {
            !matches!(
                &*card.keyword,
                "PMRA" | "PMDEC" | "PARALLAX" | "GMAG" | "FEH" | "LOGG" | "RADIUS" | "TIMVERSN" | "PROCVER"
            )
        });
    }
    cards.extend(makers::own_cards(content));
    cards.push(Card::commentary(
        "COMMENT",
        "Synthetic: made by the lksearch sandbox, not mission data.",
    ));
    cards.push(Card::commentary(
        "COMMENT",
        format!("File: {name}").chars().take(72).collect::<String>(),
    ));
    cards
}

/// Cards of an extension after the mandatory ones and those of its columns.
pub(crate) fn extension(content: &Content, name: &str) -> Vec<Card> {
    let synthetic = Card::new("SYNTHETC", true, "made by the lksearch sandbox, not mission data");
    if content.kind == Kind::K2varcat {
        return vec![synthetic];
    }
    let mut cards = vec![
        Card::new("INHERIT", true, "inherit the primary header"),
        Card::new("EXTNAME", name, "name of extension"),
        Card::new("EXTVER", 1, "extension version number (not format version)"),
        synthetic,
    ];
    cards.extend(telescope(content));
    cards.extend(position(content));
    cards
}

/// Cards on times and exposures, for the extensions with a time column.
pub(crate) fn timing(content: &Content) -> Vec<Card> {
    if content.kind == Kind::K2varcat {
        return Vec::new();
    }
    let light = Light::of(content);
    let (first, last) = light.span();
    let kepler = is_kepler(content.kind);
    let (reference, zero, live) = if kepler {
        (2_454_833, 54_832.5, 0.920_634_92)
    } else {
        (2_457_000, 56_999.5, 0.792)
    };
    let (integration, readout) = if kepler {
        (6.019_802_903_270, 0.518_948_526_144)
    } else {
        (1.98, 0.02)
    };
    let step = content.exptime / 86_400.0;
    let mut cards = vec![
        Card::new("EXPOSURE", (last - first) * live, "[d] time on source"),
        Card::new("TIMEREF", "SOLARSYSTEM", "barycentric correction applied to times"),
        Card::new("TASSIGN", "SPACECRAFT", "where time is assigned"),
        Card::new("TIMESYS", "TDB", "time system is Barycentric Dynamical Time (TDB)"),
        Card::new("BJDREFI", reference, "integer part of BJD reference date"),
        Card::new("BJDREFF", 0.0, "fraction of the day in BJD reference date"),
        Card::new("TIMEUNIT", "d", "time unit for TIME, TSTART and TSTOP"),
        Card::new("TELAPSE", last - first, "[d] TSTOP - TSTART"),
        Card::new("LIVETIME", (last - first) * live, "[d] TELAPSE multiplied by DEADC"),
        Card::new("TSTART", first, "observation start time in BJD-BJDREF"),
        Card::new("TSTOP", last, "observation stop time in BJD-BJDREF"),
        Card::new("DATE-OBS", date(first + zero), "TSTART as UTC calendar date"),
        Card::new("DATE-END", date(last + zero), "TSTOP as UTC calendar date"),
        Card::new("DEADC", live, "deadtime correction"),
        Card::new("TIMEPIXR", 0.5, "bin time beginning=0 middle=0.5 end=1"),
        Card::new(
            "TIERRELA",
            if kepler { 5.78e-7 } else { 1.16e-5 },
            "[d] relative time error",
        ),
        Card::new("INT_TIME", integration, "[s] photon accumulation time per frame"),
        Card::new("READTIME", readout, "[s] readout time per frame"),
        Card::new(
            "FRAMETIM",
            integration + readout,
            "[s] frame time (INT_TIME + READTIME)",
        ),
        Card::new(
            "NUM_FRM",
            (content.exptime / (integration + readout)).round() as i64,
            "number of frames per time stamp",
        ),
        Card::new(
            "TIMEDEL",
            step * f64::from(content.stride),
            "[d] time resolution of data",
        ),
        Card::new("BACKAPP", true, "background is subtracted"),
        Card::new("DEADAPP", true, "deadtime applied"),
        Card::new("VIGNAPP", true, "vignetting or collimator correction applied"),
    ];
    if kepler {
        cards.push(Card::new(
            "CDPP6_0",
            light.noise() * 2.9e5,
            "[ppm] RMS CDPP on 6.0-hr time scales",
        ));
    } else {
        cards.push(Card::new(
            "CDPP1_0",
            light.noise() * 7.1e5,
            "RMS CDPP on 1.0-hr time scales",
        ));
    }
    cards.extend([
        Card::new("CROWDSAP", 0.9727, "Ratio of target flux to total flux in op. ap."),
        Card::new("FLFRCSAP", 0.8463, "Frac. of target flux w/in the op. aperture"),
        Card::new("PDCVAR", 1.02, "Target variability"),
        Card::new(
            "PDCMETHD",
            if kepler { "regularMap" } else { "msMAP" },
            "PDC algorithm used for target",
        ),
    ]);
    cards
}

fn telescope(content: &Content) -> [Card; 4] {
    let id = content.star.id;
    let (telescope, instrument, catalogue, key, meaning) = if !is_kepler(content.kind) {
        (
            "TESS",
            "TESS Photometer",
            "TIC",
            "TICID",
            "unique tess target identifier",
        )
    } else if id > 200_000_000 {
        (
            "Kepler",
            "Kepler Photometer",
            "EPIC",
            "KEPLERID",
            "unique Kepler target identifier",
        )
    } else {
        (
            "Kepler",
            "Kepler Photometer",
            "KIC",
            "KEPLERID",
            "unique Kepler target identifier",
        )
    };
    let number = match content.kind {
        // As TGLC writes it.
        Kind::Tglc => Card::new(key, id.to_string(), meaning),
        _ => Card::new(key, id as i64, meaning),
    };
    [
        Card::new("TELESCOP", telescope, "telescope"),
        Card::new("INSTRUME", instrument, "detector type"),
        Card::new("OBJECT", format!("{catalogue} {id}"), "string version of target id"),
        number,
    ]
}

fn position(content: &Content) -> [Card; 4] {
    [
        Card::new("RADESYS", "ICRS", "reference frame of celestial coordinates"),
        Card::new("RA_OBJ", content.star.ra, "[deg] right ascension"),
        Card::new("DEC_OBJ", content.star.dec, "[deg] declination"),
        Card::new("EQUINOX", 2000.0, "equinox of celestial coordinate system"),
    ]
}

fn kepler_place(content: &Content) -> Vec<Card> {
    let k2 = content.star.id > 200_000_000;
    let (key, meaning) = if k2 {
        ("CAMPAIGN", "Observing campaign number")
    } else {
        ("QUARTER", "Observing quarter")
    };
    let mode = if content.exptime < 100.0 {
        "short cadence"
    } else {
        "long cadence"
    };
    vec![
        Card::new("CHANNEL", 32, "CCD channel"),
        Card::new("MODULE", 10, "CCD module"),
        Card::new("OUTPUT", 4, "CCD output"),
        Card::new(key, i64::from(content.sequence), meaning),
        Card::new("DATA_REL", if k2 { 12 } else { 25 }, "data release version number"),
        Card::new("OBSMODE", mode, "observing mode"),
        Card::new("MISSION", if k2 { "K2" } else { "Kepler" }, "Mission name"),
        Card::new("TTABLEID", 85, "target table id"),
    ]
}
