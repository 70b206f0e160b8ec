//! Kepler's quarters and months: from descriptions, file names and the tables in `data/`.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Weekday};

use crate::columns::utc;

/// Stamps of short-cadence files; the file names its source.
const MONTHS: &str = include_str!("../data/kepler_months.csv");

/// First and last cadence of each quarter; the file names its source.
const QUARTERS: &str = include_str!("../data/kepler_quarters.csv");

static MONTH_OF_STAMP: LazyLock<HashMap<(i64, &'static str), i64>> = LazyLock::new(|| {
    records(MONTHS)
        .filter_map(|[quarter, month, stamp]| Some(((quarter.parse().ok()?, stamp), month.parse().ok()?)))
        .collect()
});

static STAMP_OF_MONTH: LazyLock<HashMap<(i64, i64), &'static str>> = LazyLock::new(|| {
    MONTH_OF_STAMP
        .iter()
        .map(|((quarter, stamp), month)| ((*quarter, *month), *stamp))
        .collect()
});

static SPAN_OF_QUARTER: LazyLock<HashMap<i64, (NaiveDateTime, NaiveDateTime)>> = LazyLock::new(|| {
    let date = |text: &str| text.parse().ok().and_then(utc);
    records(QUARTERS)
        .filter_map(|[quarter, first, last]| Some((quarter.parse().ok()?, (date(first)?, date(last)?))))
        .collect()
});

fn records(text: &'static str) -> impl Iterator<Item = [&'static str; 3]> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut fields = line.trim().split(',');
        Some([fields.next()?, fields.next()?, fields.next()?])
    })
}

/// The quarter in a description such as `Lightcurve Long Cadence (CLC) - Q7`; data validation covers all quarters and has none.
pub(crate) fn quarter(description: &str) -> Option<i64> {
    if description.contains("Data Validation") {
        return None;
    }
    description.rmatch_indices('Q').find_map(|(at, _)| {
        let rest = &description[at + 1..];
        let rest = rest.strip_prefix('-').unwrap_or(rest);
        let digits = &rest[..rest.bytes().take_while(u8::is_ascii_digit).count()];
        digits.parse().ok()
    })
}

/// The stamp `yyyydddhhmmss` in a Kepler file name: the end of the last cadence, in Pacific time.
pub(crate) fn stamp(filename: &str) -> Option<&str> {
    let rest = filename.strip_prefix("kplr")?;
    let (_, rest) = rest.split_once('-')?;
    let stamp = rest.get(..13)?;
    let ends = rest[13..].chars().next().is_none_or(|c| !c.is_ascii_digit());
    (ends && stamp.bytes().all(|byte| byte.is_ascii_digit())).then_some(stamp)
}

/// The moment of a stamp in UTC.
///
/// Stamps are seven or eight hours earlier than the last cadence in the headers of the same files: they are in the local time of the
/// operations centre in California, daylight saving included.
pub(crate) fn moment(stamp: &str) -> Option<NaiveDateTime> {
    let part = |range: std::ops::Range<usize>| stamp.get(range)?.parse::<u32>().ok();
    let day = NaiveDate::from_yo_opt(stamp.get(..4)?.parse().ok()?, part(4..7)?)?;
    let local = day.and_hms_opt(part(7..9)?, part(9..11)?, part(11..13)?)?;
    let summer_begins = NaiveDate::from_weekday_of_month_opt(day.year(), 3, Weekday::Sun, 2)?.and_hms_opt(2, 0, 0)?;
    let summer_ends = NaiveDate::from_weekday_of_month_opt(day.year(), 11, Weekday::Sun, 1)?.and_hms_opt(2, 0, 0)?;
    let hours = if (summer_begins..summer_ends).contains(&local) {
        7
    } else {
        8
    };
    local.checked_add_signed(TimeDelta::hours(hours))
}

/// The month of the quarter to which a short-cadence file belongs, 1 to 3.
pub(crate) fn month(quarter: i64, stamp: &str) -> Option<i64> {
    MONTH_OF_STAMP.get(&(quarter, stamp)).copied()
}

/// When the data in a file begin: at the end of the month before, or with the first cadence of the quarter.
pub(crate) fn start(quarter: i64, month: Option<i64>) -> Option<NaiveDateTime> {
    if let Some(before) = month.and_then(|month| STAMP_OF_MONTH.get(&(quarter, month - 1))) {
        return moment(before);
    }
    SPAN_OF_QUARTER.get(&quarter).map(|(first, _)| *first)
}

/// When the data in a file end: as its stamp says, but not after the last cadence of the quarter.
pub(crate) fn end(quarter: Option<i64>, stamp: &str) -> Option<NaiveDateTime> {
    let last = quarter
        .and_then(|quarter| SPAN_OF_QUARTER.get(&quarter))
        .map(|(_, last)| *last);
    [moment(stamp), last].into_iter().flatten().min()
}
