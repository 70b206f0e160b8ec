//! Kepler's quarters and months: from descriptions, file names and the tables in `data/`.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveDateTime};

/// Stamps of short-cadence files; the file names its source.
const MONTHS: &str = include_str!("../data/kepler_months.csv");

/// First and last day of each quarter; the file names its source.
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

static QUARTER_START: LazyLock<HashMap<i64, NaiveDate>> = LazyLock::new(|| {
    records(QUARTERS)
        .filter_map(|[quarter, start, _]| Some((quarter.parse().ok()?, start.parse().ok()?)))
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

/// The stamp `yyyydddhhmmss` in a Kepler file name: the end of the last cadence.
pub(crate) fn stamp(filename: &str) -> Option<&str> {
    let rest = filename.strip_prefix("kplr")?;
    let (_, rest) = rest.split_once('-')?;
    let stamp = rest.get(..13)?;
    let ends = rest[13..].chars().next().is_none_or(|c| !c.is_ascii_digit());
    (ends && stamp.bytes().all(|byte| byte.is_ascii_digit())).then_some(stamp)
}

/// The moment of a stamp.
pub(crate) fn moment(stamp: &str) -> Option<NaiveDateTime> {
    let part = |range: std::ops::Range<usize>| stamp.get(range)?.parse::<u32>().ok();
    let day = NaiveDate::from_yo_opt(stamp.get(..4)?.parse().ok()?, part(4..7)?)?;
    day.and_hms_opt(part(7..9)?, part(9..11)?, part(11..13)?)
}

/// The month of the quarter to which a short-cadence file belongs, 1 to 3.
pub(crate) fn month(quarter: i64, stamp: &str) -> Option<i64> {
    MONTH_OF_STAMP.get(&(quarter, stamp)).copied()
}

/// When the data in a file begin: at the end of the month before, or on the first day of the quarter.
pub(crate) fn start(quarter: i64, month: Option<i64>) -> Option<NaiveDateTime> {
    if let Some(before) = month.and_then(|month| STAMP_OF_MONTH.get(&(quarter, month - 1))) {
        return moment(before);
    }
    QUARTER_START.get(&quarter)?.and_hms_opt(0, 0, 0)
}
