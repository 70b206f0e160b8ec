//! Which pixels a cutout has.

use lks_wcs::{PixelPosition, PixelWindow};

use crate::error::Error;

/// The pixels of a cutout of so many columns and rows, which need not be whole numbers, around a place, as astrocut and TESScut choose them: both limits of an axis, half a size before and behind the place, are
/// rounded to the nearest integer, and halves to the even one. A cutout may reach beyond the image.
///
/// So a cutout has the size that was asked for, except for a place exactly on the middle or the edge of a pixel, where it may have a row or a column more or less.
/// Source: `Cutout._get_cutout_limits` of astrocut 1.4.0, <https://github.com/spacetelescope/astrocut>.
///
/// # Errors
/// [`Error::InvalidCutout`] if a size is 0, or it or the place is not finite, or beyond what can be counted.
pub fn cutout_window(center: PixelPosition, [width, height]: [f64; 2]) -> Result<PixelWindow, Error> {
    let limits = |place: f64, size: f64| {
        let half = size / 2.0;
        let [first, end] = [place - half, place + half].map(|limit| whole(limit.round_ties_even()));
        match (first?, end?) {
            (first, end) if first == end => Some((whole(place.floor())?, 1)),
            (first, end) => Some((first, u32::try_from(end.checked_sub(first)?).ok()?)),
        }
    };
    let invalid = Error::InvalidCutout {
        center: [center.x, center.y],
        size: [width, height],
    };
    if !(width > 0.0 && height > 0.0) {
        return Err(invalid);
    }
    let (Some((x, width)), Some((y, height))) = (limits(center.x, width), limits(center.y, height)) else {
        return Err(invalid);
    };
    Ok(PixelWindow { x, y, width, height })
}

fn whole(value: f64) -> Option<i32> {
    let bounds = f64::from(i32::MIN)..=f64::from(i32::MAX);
    bounds.contains(&value).then_some(value as i32)
}
