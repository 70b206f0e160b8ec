//! What a cube says of itself, from the bytes of its headers and of its HDU 2. Pure.

use std::fmt::Display;
use std::ops::Range;

use bytes::Bytes;
use lks_cutout::{CubeLayout, FrameWcs, frame_wcs};
use lks_fits::arrow_array::RecordBatch;
use lks_fits::blocking::FitsFile;
use lks_fits::write::Hdu;
use lks_fits::{BLOCK, DamageReason, Error, HduKind, Header, OpenOptions, Selection};
use lks_wcs::Wcs;

use super::{CubeName, edge};
use crate::report::failure::Failure;
use crate::store::foreign::other_number;

/// What is kept of HDU 2 for every frame. All other columns are kept of the one frame whose world coordinates are used.
pub(super) const FRAME_COLUMNS: [&str; 5] = ["TSTART", "TSTOP", "BARYCORR", "DQUALITY", "FFI_FILE"];

/// So many frames before the one in the middle, and behind it, are looked at first.
const ABOUT_MIDDLE: u64 = 32;

/// What a cube says of itself, as far as target pixel files need it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CubeFacts {
    /// The version of the cube.
    pub(crate) etag: String,
    /// Bytes of its file.
    pub(crate) size: u64,
    pub(crate) layout: CubeLayout,
    /// The header of HDU 0.
    pub(crate) primary: Header,
    /// A row for each frame, in the order of the cube: [`FRAME_COLUMNS`].
    pub(crate) frames: RecordBatch,
    /// All columns of the frame whose world coordinates are used.
    pub(crate) frame: RecordBatch,
    pub(crate) wcs: Wcs,
}

/// The bytes of a cube that its sidecar has as they are.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    /// HDU 0.
    pub(super) primary: Bytes,
    /// The header of HDU 2.
    pub(super) table_header: Bytes,
    /// The row of HDU 2 whose world coordinates are used.
    pub(super) row: Bytes,
}

/// The headers of HDU 0 and HDU 1.
#[derive(Debug, Clone)]
pub(super) struct Headers {
    pub(super) layout: CubeLayout,
    /// Where HDU 2 begins.
    pub(super) table_offset: u64,
    pub(super) primary: Header,
    raw: Bytes,
}

impl Headers {
    /// From the first bytes of a cube; `None` if they end within these headers.
    pub(super) fn read(first: &Bytes) -> Result<Option<Self>, Failure> {
        let (file, damage) = match FitsFile::salvage(first.clone(), OpenOptions::default()) {
            Ok(opened) => opened,
            Err(error) if is_cut(&error) => return Ok(None),
            Err(error) => return Err(not_a_cube(error)),
        };
        let [primary, pixels, ..] = file.hdus() else {
            return match damage {
                Some(error) if !is_cut(&error) => Err(not_a_cube(error)),
                // The next header begins where these bytes end.
                _ if file.hdus()[0].data_size == 0 => Ok(None),
                _ => Err(not_a_cube("it has data in HDU 0, where a cube has none")),
            };
        };
        let header = file.header(1).map_err(not_a_cube)?;
        if pixels.kind != HduKind::Image {
            return Err(not_a_cube(format!(
                "HDU 1 is a {}, where a cube has an image",
                pixels.kind
            )));
        }
        for (keyword, neutral) in [("BSCALE", 1.0), ("BZERO", 0.0)] {
            if let Some(value) = header.float(keyword).filter(|value| *value != neutral) {
                return Err(not_a_cube(format!("{keyword} is {value}, where a cube has {neutral}")));
            }
        }
        let layout = CubeLayout::from_header(pixels.data_offset, |keyword| header.integer(keyword));
        let layout = layout.map_err(useless)?;
        edge::in_order(&layout.image()).map_err(not_a_cube)?;
        Ok(Some(Self {
            layout,
            table_offset: pixels.end(),
            primary: file.header(0).map_err(not_a_cube)?.clone(),
            raw: Bytes::copy_from_slice(&first[..primary.end() as usize]),
        }))
    }
}

/// Says whether the primary header is that of this cube, as far as it names one.
pub(super) fn check_name(primary: &Header, name: CubeName) -> Result<(), Failure> {
    let CubeName { sector, camera, ccd } = name;
    let named = [("SECTOR", sector), ("CAMERA", camera.into()), ("CCD", ccd.into())];
    let mut named = named.into_iter();
    let other = named.find_map(|(keyword, expected)| other_number(primary, keyword, expected.into()));
    other.map_or(Ok(()), |reason| Err(useless(reason)))
}

impl CubeFacts {
    /// Of the headers and of all bytes from HDU 2 on.
    pub(super) fn read(headers: Headers, table: &Bytes, etag: String, size: u64) -> Result<(Self, Raw), Failure> {
        let primary = Hdu::primary().bytes().map_err(not_a_cube)?;
        let file = FitsFile::open(Bytes::from([&primary[..], &table[..]].concat())).map_err(|error| match error {
            // It is not where it is in the cube.
            Error::Damaged { reason, .. } => not_a_cube(format!("HDU 2: {reason}")),
            other => not_a_cube(other),
        })?;
        let num_frames = u64::from(headers.layout.num_frames());
        let info = file.hdus().get(1).ok_or_else(|| not_a_cube("it has no HDU 2"))?;
        let num_rows = info.shape.first().copied().unwrap_or(0);
        if info.kind != HduKind::BinaryTable || num_rows != num_frames {
            return Err(not_a_cube(format!(
                "HDU 2 is a {} of {num_rows} rows, where a cube has one for each of its {num_frames} frames",
                info.kind
            )));
        }
        // Nearly always the frame in the middle has world coordinates, or one of those about it; else all are looked at.
        let middle = num_frames / 2;
        let mut about = [0, ABOUT_MIDDLE].map(|most| middle.saturating_sub(most)..(middle + most + 1).min(num_frames));
        let found = about
            .iter_mut()
            .find_map(|rows| Some((rows.start, frame_of(&file, 1, rows.clone()).ok()?)));
        let (start, (frames, found)) = match found {
            Some(found) => found,
            None => (0, frame_of(&file, 1, 0..num_frames)?),
        };
        let (row, frame) = (start + found.row as u64, frames.slice(found.row, 1));
        let width = info.data_size / num_rows.max(1);
        let first = info.data_offset + row * width;
        let raw = |range: Range<u64>| {
            let bytes = file.bytes(range).map_err(not_a_cube)?;
            Ok::<_, Failure>(Bytes::copy_from_slice(&bytes))
        };
        let raw = Raw {
            primary: headers.raw,
            table_header: raw(info.header_offset..info.data_offset)?,
            row: raw(first..first + width)?,
        };
        let frames = file.table(1, &Selection::columns(FRAME_COLUMNS));
        let facts = Self {
            etag,
            size,
            layout: headers.layout,
            primary: headers.primary,
            frames: frames.map_err(not_a_cube)?,
            frame,
            wcs: found.wcs,
        };
        Ok((facts, raw))
    }
}

impl Raw {
    /// HDU 2 with the one row.
    pub(super) fn one_row(&self) -> Vec<u8> {
        let mut bytes = self.table_header.to_vec();
        let (cards, _) = bytes.as_chunks_mut::<80>();
        for card in cards.iter_mut().filter(|card| card.starts_with(b"NAXIS2  =")) {
            card.copy_from_slice(format!("{:80}", format!("NAXIS2  = {:>20}", 1)).as_bytes());
        }
        bytes.extend_from_slice(&self.row);
        bytes.resize(bytes.len().next_multiple_of(BLOCK as usize), 0);
        bytes
    }
}

/// All columns of some frames of HDU 2, and the world coordinates of one of them.
pub(super) fn frame_of(file: &FitsFile, hdu: usize, rows: Range<u64>) -> Result<(RecordBatch, FrameWcs), Failure> {
    let frames = file
        .table(hdu, &Selection::default().with_rows(rows))
        .map_err(not_a_cube)?;
    let found = frame_wcs(&frames).map_err(useless)?;
    Ok((frames, found))
}

fn is_cut(error: &Error) -> bool {
    matches!(
        error,
        Error::Damaged {
            reason: DamageReason::HeaderCut { .. } | DamageReason::DataCut { .. },
            ..
        }
    )
}

/// Not a cube as it is known here, which another request will not change.
pub(super) fn not_a_cube(reason: impl Display) -> Failure {
    useless(format!("not a cube of full-frame images: {reason}"))
}

fn useless(reason: impl Display) -> Failure {
    Failure::corrupt(reason.to_string()).for_good()
}

#[cfg(test)]
mod tests;
