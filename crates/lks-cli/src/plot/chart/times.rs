//! Times of several files on one axis, and what the axis says of them.

use lksearch::Error;
use lksearch::fits::ColumnInfo;

use super::LightCurve;
use crate::plot::label;

/// A number this large is a Julian date, and none that a mission counts from its own zero point (years 763 and later).
const JULIAN_DATES: f64 = 2_000_000.0;

/// Counts all times from the zero point of the first file, in its unit; gives what was assumed.
///
/// # Errors
/// It is not known how, or the times are of different scales or places.
pub(super) fn align(curves: &mut [LightCurve]) -> Result<Vec<String>, Error> {
    let mut notes = Vec::new();
    let Some((first, others)) = curves.split_first_mut() else {
        return Ok(notes);
    };
    for other in others {
        let (one, two) = (&first.time, &other.time);
        let apart = |one: &ColumnInfo, two: &ColumnInfo| {
            Error::Input(format!(
                "{} and {} have times of different kinds, {} and {}; plot them apart, or name another column of times with --time",
                first.location,
                other.location,
                scale(one),
                scale(two)
            ))
        };
        match (&one.time, &two.time) {
            (Some(reference), Some(new)) => {
                let differ = |a: Option<&str>, b: Option<&str>| a.zip(b).is_some_and(|(a, b)| a != b);
                if differ(reference.scale, new.scale) || differ(reference.position, new.position) {
                    return Err(apart(one, two));
                }
                if (reference.scale, reference.position) != (new.scale, new.position) {
                    notes.push(format!(
                        "times of {} ({}) and {} ({}) are taken for the same scale, which not both files name",
                        first.location,
                        reference.label(),
                        other.location,
                        new.label()
                    ));
                }
                if reference.zero == new.zero && reference.unit == new.unit {
                    continue;
                }
                let unit = reference.unit_days();
                let offset = (new.zero.day - reference.zero.day) + (new.zero.fraction - reference.zero.fraction);
                let (offset, factor) = (offset / unit, new.unit_days() / unit);
                other.points_mut().for_each(|point| point.0 = point.0 * factor + offset);
                other.time = first.time.clone();
            }
            (None, None) if plain_unit(one) == plain_unit(two) => {}
            _ => return Err(apart(one, two)),
        }
    }
    Ok(notes)
}

/// The zero point of the times, if it is known: `Time − 2457000 [BTJD days]`; else the column's name and unit.
pub(super) fn label(column: &ColumnInfo) -> String {
    let Some(reference) = &column.time else {
        return label::with_unit(&column.name, label::unit(column));
    };
    let (name, unit) = (reference.name(), reference.unit_name());
    match reference.zero.to_f64() {
        0.0 => format!("Time [{name} {unit}]"),
        _ => format!("Time − {} [{name} {unit}]", reference.zero),
    }
}

/// What the numbers of a column count from, in a word or two.
pub(super) fn scale(column: &ColumnInfo) -> String {
    match &column.time {
        Some(reference) if reference.unit == "d" => reference.label(),
        Some(reference) => format!("{} in {}", reference.label(), reference.unit_name()),
        None => format!("{} of no known zero point", column.name),
    }
}

/// Days of the unit of a column.
///
/// # Errors
/// Its unit is not one of time.
pub(super) fn days(column: &ColumnInfo) -> Result<f64, Error> {
    match (&column.time, plain_unit(column).as_str()) {
        (Some(reference), _) => Ok(reference.unit_days()),
        (None, "" | "d" | "day" | "days") => Ok(1.0),
        (None, unit) => Err(Error::Input(format!(
            "{} is in {unit:?}, and a period in days cannot be compared with it; name a column of times with --time",
            column.name
        ))),
    }
}

/// # Errors
/// The time of phase 0 is a whole Julian date, and the column counts from somewhere else.
pub(super) fn check_epoch(column: &ColumnInfo, epoch: f64) -> Result<(), Error> {
    match &column.time {
        Some(reference) if epoch > JULIAN_DATES && reference.zero.to_f64() > JULIAN_DATES => {
            Err(Error::Input(format!(
                "T0 {epoch} is a Julian date, and {} counts from {}; write {}",
                column.name,
                reference.zero,
                (((epoch - reference.zero.to_f64()) / reference.unit_days()) * 1e6).round() / 1e6
            )))
        }
        _ => Ok(()),
    }
}

fn plain_unit(column: &ColumnInfo) -> String {
    column.unit.as_deref().unwrap_or_default().trim().to_lowercase()
}
