//! What is kept of a cube, so that its cutouts need their pixels only: a FITS file of columns. Pure.
//!
//! ```text
//! HDU 0   that of the cube, byte for byte
//! HDU 1   one row of vectors: TSTART, TSTOP, BARYCORR, DQUALITY and FFI_FILE of all frames; as cards, the layout of the cube, its size and its ETag
//! HDU 2   HDU 2 of the cube with one row: that of the frame whose world coordinates are used
//! ```
//!
//! Of the other 180 columns a target pixel file needs that one row. A cube of 11,664 frames, whose HDU 2 has 16 MB, leaves 0.9 MB, and a tenth of it compressed. It is
//! the answer to a question ([`question`]); the sum over it is that of kept answers, and one that does not read counts as absent.

use bytes::Bytes;
use lks_answers::Question;
use lks_cutout::CubeLayout;
use lks_fits::arrow_array::cast::AsArray;
use lks_fits::arrow_array::{Array, ArrayRef, RecordBatch};
use lks_fits::blocking::FitsFile;
use lks_fits::write::{Cells, Column, Hdu};
use lks_fits::{Error, Selection, floats, integers};

use super::CubeName;
use super::facts::{CubeFacts, FRAME_COLUMNS, Raw, frame_of};

/// The version of this format.
const VERSION: &str = "1";

/// What is asked of a cube that lies there.
pub(super) fn question(name: CubeName, address: &str) -> Question {
    Question::new("cube", name.to_string(), &[VERSION, address])
}

/// The bytes of the sidecar.
pub(super) fn encode(facts: &CubeFacts, raw: &Raw) -> Result<Vec<u8>, Error> {
    let frames = &facts.frames;
    let num_frames = frames.num_rows();
    let names = texts(frames, "FFI_FILE")?;
    let width = names.iter().map(|name| name.len()).max().unwrap_or(0).max(1);
    let vector = |name: &str, form: &str| Column::new(name, format!("{num_frames}{form}"));
    let files = Column::new("FFI_FILE", format!("{}A", width * num_frames));
    let columns = [
        vector("TSTART", "D"),
        vector("TSTOP", "D"),
        vector("BARYCORR", "D"),
        vector("DQUALITY", "J"),
        files.dimensions(&[width as u64, num_frames as u64]),
    ];
    let image = facts.layout.image();
    let counted = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let table = Hdu::table(columns, 1)
        .card("EXTNAME", "FRAMES", "")
        .card("ETAG", facts.etag.as_str(), "")
        .card("SIZE", counted(facts.size), "bytes of the cube")
        .card(
            "OFFSET",
            counted(facts.layout.data_offset()),
            "first byte of its pixels",
        )
        .card("FRAMES", facts.layout.num_frames(), "")
        .card("COLUMNS", image.width, "")
        .card("ROWS", image.height, "");
    let mut bytes = raw.primary.to_vec();
    let numbers = [
        floats(frames, "TSTART")?,
        floats(frames, "TSTOP")?,
        floats(frames, "BARYCORR")?,
    ];
    let flags = integers(frames, "DQUALITY")?;
    table.append_with(&mut bytes, |out| {
        let mut cells = Cells::new(out);
        numbers.iter().flatten().for_each(|value| cells.float64(*value));
        for flag in &flags {
            cells.int32(flag.and_then(|flag| i32::try_from(flag).ok()).unwrap_or(0));
        }
        names.iter().for_each(|name| cells.text(name, width));
    })?;
    bytes.extend_from_slice(&raw.one_row());
    Ok(bytes)
}

/// What a sidecar says; `None` if it does not read as one.
pub(super) fn decode(bytes: Vec<u8>) -> Option<CubeFacts> {
    let file = FitsFile::open(Bytes::from(bytes)).ok()?;
    let header = file.header(1).ok()?;
    let number = |keyword: &str| header.integer(keyword).and_then(|number| u64::try_from(number).ok());
    let layout = CubeLayout::from_header(number("OFFSET")?, |keyword| match keyword {
        "BITPIX" => Some(-32),
        "NAXIS" => Some(4),
        "NAXIS1" => Some(2),
        "NAXIS2" => header.integer("FRAMES"),
        "NAXIS3" => header.integer("COLUMNS"),
        "NAXIS4" => header.integer("ROWS"),
        _ => None,
    });
    let layout = layout.ok()?;
    let vectors = file.table(1, &Selection::columns(FRAME_COLUMNS)).ok()?;
    let column = |name: &'static str| {
        let values = vectors.column_by_name(name)?.as_fixed_size_list_opt()?.values();
        (values.len() == layout.num_frames() as usize).then(|| (name, values.clone()))
    };
    let columns: Option<Vec<(&str, ArrayRef)>> = FRAME_COLUMNS.into_iter().map(column).collect();
    let (frame, found) = frame_of(&file, 2, 0..1).ok()?;
    Some(CubeFacts {
        etag: header.text("ETAG")?.to_owned(),
        size: number("SIZE")?,
        layout,
        primary: file.header(0).ok()?.clone(),
        frames: RecordBatch::try_from_iter(columns?).ok()?,
        frame,
        wcs: found.wcs,
    })
}

fn texts(frames: &RecordBatch, column: &str) -> Result<Vec<String>, Error> {
    let array = frames
        .column_by_name(column)
        .and_then(|array| array.as_string_opt::<i32>().cloned());
    let array = array.ok_or_else(|| Error::Absent {
        what: format!("text in the column {column}"),
        known: "the table has something else there".to_owned(),
    })?;
    Ok(array.iter().map(|text| text.unwrap_or_default().to_owned()).collect())
}
