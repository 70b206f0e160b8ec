//! The headers of a cube.

use lks_fits::write::{Hdu, Pixel};
use lks_fits::{Card, Sum};

use super::columns::CardColumn;
use super::detector::Detector;
use super::frames::Frames;
use super::{COLUMNS, ROWS};
use crate::world::body::dates::date;
use crate::world::body::light::TESS_ZERO;

/// HDU 0 with the header of HDU 1, and the header of HDU 2.
pub(super) fn of(detector: &Detector, frames: &Frames, columns: &[CardColumn]) -> (Vec<u8>, Vec<u8>) {
    let synthetic = Card::new("SYNTHETC", true, "made by the lksearch sandbox, not mission data");
    let axes = [2, frames.num_frames(), COLUMNS, ROWS].map(u64::from);
    let image = Hdu::image(Pixel::Float32, &axes).cards([synthetic.clone()]);
    let declared = columns.iter().map(CardColumn::declared);
    let table = Hdu::table(declared, u64::from(frames.num_frames()))
        .cards(columns.iter().filter_map(CardColumn::described))
        .cards([synthetic.clone()]);
    let primary = Hdu::primary().cards(primary(detector, frames, synthetic));
    let header = |hdu: Hdu| {
        hdu.header(Sum::default())
            .expect("because all cards are plain, which a test makes for every cube")
    };
    ([header(primary), header(image)].concat(), header(table))
}

/// What the headers of the frames say of all of them, with the times of the first and the last one.
fn primary(detector: &Detector, frames: &Frames, synthetic: Card) -> Vec<Card> {
    let seen = detector.seen;
    let (first, last) = (frames.taken(0), frames.taken(frames.num_frames() - 1));
    let made = date(last.end + 30.0);
    let mut cards = vec![
        Card::new("NEXTEND", 2, "number of standard extensions"),
        Card::new("EXTNAME", "PRIMARY", "name of extension"),
        Card::new("EXTVER", 1, "extension version number (not format version)"),
        synthetic,
        Card::new("SIMDATA", true, "file is based on simulated data"),
        Card::new("ORIGIN", "STScI/MAST", "institution responsible for creating this file"),
        Card::new("DATE", made[..10].to_owned(), "FFI cube creation date"),
        Card::new(
            "TSTART",
            first.start - TESS_ZERO,
            "observation start time in TJD of first FFI",
        ),
        Card::new(
            "TSTOP",
            last.end - TESS_ZERO,
            "observation stop time in TJD of last FFI",
        ),
        Card::new(
            "DATE-OBS",
            date(first.start),
            "TSTART as UTC calendar date of first FFI",
        ),
        Card::new("DATE-END", date(last.end), "TSTOP as UTC calendar date of last FFI"),
        Card::new(
            "CREATOR",
            "0 FfiExporter",
            "pipeline job and program used to produce file",
        ),
        Card::new(
            "PROCVER",
            concat!("lksearch sandbox ", env!("CARGO_PKG_VERSION")),
            "SW version",
        ),
        Card::new("FILEVER", "1.0", "file format version"),
        Card::new("TIMVERSN", "OGIP/93-003", "OGIP memo number for file format"),
        Card::new("TELESCOP", "TESS", "telescope"),
        Card::new("INSTRUME", "TESS Photometer", "detector type"),
        Card::new("DATA_REL", 42, "data release version number"),
        Card::new("ASTATE", true, "archive state F indicates single orbit processing"),
        Card::new(
            "SCCONFIG",
            i64::from(frames.configuration()),
            "spacecraft configuration ID",
        ),
        Card::new("RADESYS", "ICRS", "reference frame of celestial coordinates"),
        Card::new("EQUINOX", 2000.0, "equinox of celestial coordinate system"),
        Card::new("CRMITEN", true, "spacecraft cosmic ray mitigation enabled"),
        Card::new("CRBLKSZ", 10, "[exposures] s/c cosmic ray mitigation block siz"),
        Card::new("CRSPOC", false, "SPOC cosmic ray cleaning enabled"),
        Card::new("FFIINDEX", 4697, "number of FFI cadence interval of first FFI"),
        Card::new("CAMERA", i64::from(seen.camera), "Camera number"),
        Card::new("CCD", i64::from(seen.ccd), "CCD chip number"),
        Card::new("SECTOR", i64::from(seen.sector), "Observing sector"),
        Card::commentary("COMMENT", "Synthetic: made by the lksearch sandbox, not mission data."),
    ];
    if frames.is_updated() {
        let update = frames.update();
        let file = frames.file(&frames.taken(update.start));
        let lines = [
            format!(
                "Updated on {} with {} FFIs.",
                &date(last.end + 60.0)[..10],
                update.len()
            ),
            format!("First FFI is {file}"),
            "Their rows and pixels come after those that were there.".to_owned(),
        ];
        cards.extend(lines.map(|line| Card::commentary("HISTORY", line)));
    }
    cards
}
