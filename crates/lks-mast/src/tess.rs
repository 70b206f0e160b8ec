//! TESS sectors: when they were, how long full-frame images were exposed, and rows for cutouts.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use lks_table::Table;

use crate::columns::{MJD_OF_EPOCH, utc};
use crate::cutout::{TESSCUT, image_name};
use crate::error::Error;
use crate::position::Position;
use crate::response::SectorSeen;

/// Start and end of each sector; the file names its source.
const SECTORS: &str = include_str!("../data/tess_sectors.csv");

/// Julian date of modified Julian date zero.
const MJD_ZERO: f64 = 2_400_000.5;

static SPAN: LazyLock<HashMap<i64, (f64, f64)>> = LazyLock::new(|| {
    let record = |line: &str| {
        let mut fields = line.trim().split(',');
        let sector = fields.next()?.parse().ok()?;
        let mut date = || fields.next()?.parse::<f64>().ok().map(|date| date - MJD_ZERO);
        Some((sector, (date()?, date()?)))
    };
    SECTORS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(record)
        .collect()
});

/// Start and end of a sector as modified Julian dates; `None` for a sector that is newer than the table.
pub(crate) fn span(sector: i64) -> Option<(f64, f64)> {
    SPAN.get(&sector).copied()
}

/// The last regular sector that has begun at a modified Julian date.
pub(crate) fn last_begun(now: f64) -> Option<i64> {
    // A longer number is that of a special observation within a sector.
    let begun = SPAN
        .iter()
        .filter(|(sector, (start, _))| **sector < 1000 && *start <= now);
    begun.map(|(sector, _)| *sector).max()
}

/// The last regular sector that had ended so many days before a time.
pub(crate) fn last_ended(now: SystemTime, days: f64) -> Option<i64> {
    let before = mjd(now) - days;
    let ended = SPAN
        .iter()
        .filter(|(sector, (_, end))| **sector < 1000 && *end <= before);
    ended.map(|(sector, _)| *sector).max()
}

/// A time as a modified Julian date.
pub(crate) fn mjd(time: SystemTime) -> f64 {
    let since = time.duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64());
    MJD_OF_EPOCH + since / 86_400.0
}

/// The day of a modified Julian date.
pub(crate) fn date(mjd: f64) -> String {
    utc(mjd).map_or_else(|| format!("MJD {mjd}"), |date| date.format("%Y-%m-%d").to_string())
}

/// Seconds between full-frame images: 30 minutes in the prime mission, 10 in the first extended one, 200 seconds since.
pub(crate) fn cadence(sector: i64) -> f64 {
    match sector {
        ..=26 => 1800.0,
        27..=55 => 600.0,
        _ => 200.0,
    }
}

/// A row for each sector in which a cutout can be made, with the columns of an observation joined with its product.
pub(crate) fn cutouts(seen: &[SectorSeen], target_name: &str, position: &Position) -> Result<Table, Error> {
    let texts = |text: &str| vec![Some(text.to_owned()); seen.len()];
    let each = |of: &dyn Fn(&SectorSeen) -> Option<f64>| seen.iter().map(of).collect::<Vec<_>>();
    let table = Table::empty()
        .with_text("target_name", texts(target_name))?
        .with_text("provenance_name", texts(TESSCUT))?
        .with_text("productFilename", texts(TESSCUT))?
        .with_text("project", texts("TESS"))?
        .with_text("obs_collection", texts("TESS"))?
        .with_text("dataproduct_type", texts("cube"))?
        .with_text(
            "description",
            seen.iter()
                .map(|row| Some(format!("TESS FFI Cutout (sector {})", row.sector))),
        )?
        .with_text(
            "mission",
            seen.iter().map(|row| Some(format!("TESS Sector {:02}", row.sector))),
        )?
        .with_text("obs_id", seen.iter().map(images))?
        .with_integer("sequence_number", seen.iter().map(|row| Some(row.sector)))?
        .with_float("exptime", each(&|row| Some(cadence(row.sector))))?
        .with_float("t_min", each(&|row| span(row.sector).map(|(start, _)| start)))?
        .with_float("t_max", each(&|row| span(row.sector).map(|(_, end)| end)))?
        .with_float("s_ra", each(&|_| Some(position.ra())))?
        .with_float("s_dec", each(&|_| Some(position.dec())))?
        .with_float("distance", each(&|_| Some(0.0)))?;
    Ok(table)
}

/// The `obs_id` of the full-frame images that a cutout is made of, if TESScut says which CCD saw the target.
fn images(row: &SectorSeen) -> Option<String> {
    let number = |value: Option<i64>| value.and_then(|value| u8::try_from(value).ok());
    let detector = number(row.camera).zip(number(row.ccd))?;
    Some(image_name(u32::try_from(row.sector).ok()?, Some(detector)))
}
