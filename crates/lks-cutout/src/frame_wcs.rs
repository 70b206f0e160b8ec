//! Which frame says where the pixels of a cube are on the sky.

use lks_fits::arrow_array::RecordBatch;
use lks_fits::arrow_array::cast::AsArray;
use lks_wcs::{KeywordValue, Wcs};

use crate::error::Error;

/// The world coordinates that stand for all frames of a cube, and the frame that they are of.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameWcs {
    /// The row of the table of frames, counted from 0.
    pub row: usize,
    /// The name of the full-frame image (`FFI_FILE`).
    pub name: String,
    /// Its world coordinates, with distortion; pixels are those of the cube.
    pub wcs: Wcs,
}

/// The world coordinates of the frame that is nearest to the middle of the table of a cube (HDU 2: a row per frame, a column per keyword) and has some: the
/// middle itself, the one behind it, the one before it, and so on outwards, until all were looked at. The middle is the one that astrocut takes; where it is without
/// coordinates, as frames of bad quality can be, astrocut looks behind it only and then begins at the first.
///
/// # Errors
/// [`Error::NoWorldCoordinates`] if no frame has any, with what the first of those that seem to says.
pub fn frame_wcs(frames: &RecordBatch) -> Result<FrameWcs, Error> {
    let num_frames = frames.num_rows();
    let mut reason = None;
    for row in outwards(num_frames) {
        let frame = frames.slice(row, 1);
        if text(&frame, "CTYPE2") != Some("DEC--TAN-SIP") {
            continue;
        }
        match Wcs::from_header(|keyword| value(&frame, keyword)) {
            Ok(wcs) => {
                let name = text(&frame, "FFI_FILE").unwrap_or_default().to_owned();
                return Ok(FrameWcs { row, name, wcs });
            }
            Err(error) => {
                reason.get_or_insert(error);
            }
        }
    }
    Err(Error::NoWorldCoordinates { num_frames, reason })
}

/// The text of a keyword in a single row; `None` if there is none or it is empty, which is how a cube says so.
pub(crate) fn text<'a>(frame: &'a RecordBatch, keyword: &str) -> Option<&'a str> {
    let column = frame.column_by_name(keyword)?.as_string_opt::<i32>()?;
    let text = column.iter().next()??;
    Some(text.trim_end_matches(' ')).filter(|text| !text.is_empty())
}

/// The number of a keyword in a single row; `None` if there is none.
pub(crate) fn number(frame: &RecordBatch, keyword: &str) -> Option<f64> {
    let numbers = lks_fits::floats(frame, keyword).ok()?;
    numbers.first().copied().filter(|number| number.is_finite())
}

fn value<'a>(frame: &'a RecordBatch, keyword: &str) -> Option<KeywordValue<'a>> {
    let of_text = || text(frame, keyword).map(KeywordValue::Text);
    number(frame, keyword).map(KeywordValue::Number).or_else(of_text)
}

/// All rows, those nearest to the middle first.
fn outwards(num_rows: usize) -> impl Iterator<Item = usize> {
    let middle = num_rows / 2;
    let around = (1..=middle).flat_map(move |distance| [middle + distance, middle - distance]);
    std::iter::once(middle).chain(around).filter(move |row| *row < num_rows)
}

#[cfg(test)]
mod tests {
    use super::outwards;

    #[test]
    fn all_rows_are_looked_at_once() {
        for (num_rows, expected) in [(0, vec![]), (1, vec![0]), (2, vec![1, 0]), (5, vec![2, 3, 1, 4, 0])] {
            assert_eq!(outwards(num_rows).collect::<Vec<_>>(), expected);
        }
    }
}
