//! What the numbers in a column of times mean: zero point, scale, place and unit. The only place that decides it. Pure.

mod date;
mod label;
#[cfg(test)]
mod tests;

use std::fmt;

use arrow_schema::DataType;

use crate::Header;
use label::Label;

pub use date::JulianDate;

/// Units that times are counted in: in VOUnit spelling, in words, in days.
const UNITS: [(&str, &str, f64); 4] = [
    ("d", "days", 1.0),
    ("h", "hours", 1.0 / 24.0),
    ("min", "minutes", 1.0 / 1440.0),
    ("s", "seconds", 1.0 / 86_400.0),
];
/// The IVOA's words for time scales (<https://www.ivoa.net/rdf/timescale>), and what FITS 4.0, table 30, calls the same.
const SCALES: [(&str, &[&str]); 8] = [
    ("TDB", &[]),
    ("TT", &["TDT", "ET"]),
    ("TAI", &["IAT"]),
    ("UTC", &["GMT"]),
    ("UT", &["UT1"]),
    ("GPS", &[]),
    ("TCG", &[]),
    ("TCB", &[]),
];
/// The IVOA's words for places of arrival (<https://www.ivoa.net/rdf/refposition>), and the words of `TIMEREF`, which older files have
/// instead of `TREFPOS` (OGIP/93-003). Eight characters of the FITS standard's words count (FITS 4.0, table 31).
const POSITIONS: [(&str, &str); 5] = [
    (BARYCENTER, "SOLARSYSTEM"),
    (HELIOCENTER, "HELIOCENTRIC"),
    ("GEOCENTER", "GEOCENTRIC"),
    ("TOPOCENTER", "LOCAL"),
    ("EMBARYCENTER", ""),
];
const BARYCENTER: &str = "BARYCENTER";
const HELIOCENTER: &str = "HELIOCENTER";
/// The epoch of the modified Julian date.
const MJD: JulianDate = JulianDate::new(2_400_000.0, 0.5);

/// What 0 in a column of times stands for.
///
/// A time is `zero` plus the number times `unit`. What is known comes, the first that says it:
///
/// 1. from the column's own words: a unit such as `BJD - 2454833` (K2SC, K2VARCAT, TESScut of 2018) or `btjd`, `bkjd` (lightkurve's
///    `to_fits`), or a name such as `TIME_MJD` (Kepler's cotrending basis vectors);
/// 2. from the keywords of its HDU, then of the primary HDU: `BJDREFI` + `BJDREFF` (Kepler Archive Manual, KDMC-10008; TESS Science Data
///    Products Description, EXP-TESS-ARC-ICD-0014), `JDREFI` + `JDREFF` or `JDREF`, `MJDREFI` + `MJDREFF` or `MJDREF` (FITS 4.0, section
///    9.2.2), with `TIMEZERO` or `TIMEOFFS` added;
/// 3. from a unit that is only the name of a date, as lightkurve's `jd`: it counts from 0.
///
/// `MJDREF = 0` counts last: wcslib writes it into the header of every image whose coordinates it knows. A zero point of the keywords that
/// agrees with the column's own to a day is the more exact one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TimeReference {
    /// Julian date in days that 0 stands for, in `scale`.
    pub zero: JulianDate,
    /// Time scale in the IVOA's words, as `TDB`: `TCTYPn`, the unit, else `TIMESYS`. `None` if the file does not say it.
    pub scale: Option<&'static str>,
    /// Where the light arrives at these times in the IVOA's words, as `BARYCENTER`: `TRPOSn`, the unit or name, `BJDREFI`, `TREFPOS`, else
    /// `TIMEREF`. `None` if the file does not say it.
    pub position: Option<&'static str>,
    /// Unit of the numbers, `d`, `h`, `min` or `s`: the column's, else `TCUNIn` or `TIMEUNIT`, else days.
    pub unit: &'static str,
}

/// What the cards of a header say of one column.
pub(crate) struct Described<'a> {
    pub name: &'a str,
    pub unit: Option<&'a str>,
    pub data_type: &'a DataType,
    /// `TCTYPn`
    pub scale: Option<&'a str>,
    /// `TCUNIn`
    pub coordinate_unit: Option<&'a str>,
    /// `TRPOSn`
    pub position: Option<&'a str>,
}

impl Described<'_> {
    fn is_single(&self) -> bool {
        self.data_type.is_numeric()
    }

    fn is_numeric(&self) -> bool {
        match self.data_type {
            DataType::FixedSizeList(item, _) | DataType::LargeList(item) => item.data_type().is_numeric(),
            single => single.is_numeric(),
        }
    }
}

impl TimeReference {
    /// Of a column, if it holds times whose zero point is known.
    ///
    /// A column holds times if its unit is a date (`BJD - 2457000, days`, `btjd`, `jd`, `MJD`), if it has a time scale of its own (`TCTYPn`), or
    /// if it is called `TIME`, `T` or after a date (`BJD`, `BTJD`, `TIME_MJD`, `TMID_BJD`) and its unit is one of time or missing.
    pub(crate) fn of(column: &Described, header: &Header, primary: &Header) -> Option<Self> {
        let text = |keyword: &str| header.text(keyword).or_else(|| primary.text(keyword));
        if is_relative(text("TIMESYS"), text("CREATOR")) {
            return None;
        }
        let by_unit = column.unit.and_then(Label::of_unit);
        let by_name = Label::of_name(column.name);
        let plain_unit = column.unit.and_then(time_unit);
        let own_scale = column.scale.and_then(scale);
        if !column.is_numeric() {
            return None;
        }
        if by_unit.is_none() {
            let has_other_unit = plain_unit.is_none() && column.unit.is_some_and(|unit| !unit.trim().is_empty());
            let is_called = column.is_single() && (by_name.is_some() || is_called_time(column.name));
            if has_other_unit || !is_called && own_scale.is_none() {
                return None;
            }
        }
        let labels = || by_unit.iter().chain(&by_name);
        let own = labels().find_map(|label| label.zero);
        let told = Keywords::of(header).or_else(|| Keywords::of(primary));
        let told = told.filter(|told| own.is_none_or(|own| (told.zero.to_f64() - own.to_f64()).abs() < 1.0));
        let counts_from_0 = by_unit.as_ref().is_some_and(|unit| unit.is_bare);
        let zero = told
            .map(|told| told.zero)
            .or(own)
            .or_else(|| counts_from_0.then(JulianDate::default))
            .or_else(|| {
                reference(header, "MJDREF")
                    .or_else(|| reference(primary, "MJDREF"))
                    .map(|_| MJD)
            })?;
        Some(Self {
            zero,
            scale: own_scale
                .or_else(|| labels().find_map(|label| label.scale))
                .or_else(|| text("TIMESYS").and_then(scale)),
            position: column
                .position
                .and_then(position)
                .or_else(|| labels().find_map(|label| label.position))
                .or_else(|| told.is_some_and(|told| told.is_barycentric).then_some(BARYCENTER))
                .or_else(|| text("TREFPOS").and_then(position))
                .or_else(|| text("TIMEREF").and_then(position)),
            unit: match by_unit {
                Some(_) => "d",
                None => plain_unit
                    .or_else(|| column.coordinate_unit.and_then(time_unit))
                    .or_else(|| text("TIMEUNIT").and_then(time_unit))
                    .unwrap_or("d"),
            },
        })
    }

    /// The Julian date of a number of the column.
    pub fn jd(&self, time: f64) -> JulianDate {
        self.zero.plus(time * days(self.unit))
    }

    /// Whether the times are those of arrival at the barycentre of the solar system.
    pub fn is_barycentric(&self) -> bool {
        self.position == Some(BARYCENTER)
    }

    /// Days of one unit.
    pub fn unit_days(&self) -> f64 {
        days(self.unit)
    }

    /// The unit in words, as `days`.
    pub fn unit_name(&self) -> &'static str {
        let known = UNITS.iter().find(|(unit, ..)| *unit == self.unit);
        known.map_or(self.unit, |(_, name, _)| name)
    }

    /// The name that users of the mission give to the dates: BTJD (TESS), BKJD (Kepler, K2), else BJD, HJD or JD.
    pub fn name(&self) -> &'static str {
        match (self.position, self.zero.to_f64()) {
            (Some(BARYCENTER), 2_457_000.0) => "BTJD",
            (Some(BARYCENTER), 2_454_833.0) => "BKJD",
            _ => self.date(),
        }
    }

    /// Name, zero point and scale in a word or two: `BTJD (TDB)`, `BJD - 2400000.5 (TDB)`.
    pub fn label(&self) -> String {
        let zero = match self.name() {
            "BTJD" | "BKJD" => String::new(),
            _ if self.zero == JulianDate::default() => String::new(),
            _ => format!(" - {}", self.zero),
        };
        let scale = self.scale.map_or(String::new(), |scale| format!(" ({scale})"));
        format!("{}{zero}{scale}", self.name())
    }

    /// The name of the dates that count from 0.
    fn date(&self) -> &'static str {
        match self.position {
            Some(BARYCENTER) => "BJD",
            Some(HELIOCENTER) => "HJD",
            _ => "JD",
        }
    }
}

/// As `days since BJD 2457000 (TDB)`.
impl fmt::Display for TimeReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} since {} {}", self.unit_name(), self.date(), self.zero)?;
        self.scale.map_or(Ok(()), |scale| write!(f, " ({scale})"))
    }
}

/// The zero point that the keywords of one header give.
#[derive(Debug, Clone, Copy)]
struct Keywords {
    zero: JulianDate,
    is_barycentric: bool,
}

impl Keywords {
    fn of(header: &Header) -> Option<Self> {
        let is_given = |since: &JulianDate| *since != JulianDate::default();
        let modified = || reference(header, "MJDREF").filter(is_given).map(|since| since.and(MJD));
        let barycentric = reference(header, "BJDREF");
        let zero = barycentric.or_else(|| reference(header, "JDREF")).or_else(modified)?;
        let offset = number(header, "TIMEZERO").or_else(|| number(header, "TIMEOFFS"));
        let unit = header.text("TIMEUNIT").and_then(time_unit).unwrap_or("d");
        Some(Self {
            zero: zero.plus(offset.unwrap_or(0.0) * days(unit)),
            is_barycentric: barycentric.is_some(),
        })
    }
}

/// The sum of a whole and a fractional keyword, as `JDREFI` and `JDREFF`, else what one keyword says.
fn reference(header: &Header, name: &str) -> Option<JulianDate> {
    let part = |part: &str| number(header, &format!("{name}{part}"));
    match part("I") {
        Some(whole) => Some(JulianDate::new(whole, part("F").unwrap_or(0.0))),
        None => part("").map(|days| JulianDate::new(days, 0.0)),
    }
}

/// A number, which some high-level products write as text.
fn number(header: &Header, keyword: &str) -> Option<f64> {
    let text = || header.text(keyword).and_then(|text| text.trim().parse().ok());
    let number = header.float(keyword).or_else(text);
    number.filter(|number: &f64| number.is_finite())
}

/// Whether the times count from somewhere that no calendar knows: those of clocks that are only `LOCAL` (FITS 4.0, table 30; lightkurve
/// writes it for times without a date), and phases of a folded light curve, which lightkurve gives the unit `jd`.
fn is_relative(scale: Option<&str>, creator: Option<&str>) -> bool {
    scale.is_some_and(|scale| scale.trim().eq_ignore_ascii_case("LOCAL"))
        || creator.is_some_and(|creator| creator.contains("FoldedLightCurve"))
}

fn is_called_time(name: &str) -> bool {
    ["TIME", "T"].iter().any(|time| name.trim().eq_ignore_ascii_case(time))
}

/// The IVOA's word; `TT(TAI)` is a realization of TT.
fn scale(text: &str) -> Option<&'static str> {
    let word = text.split('(').next().unwrap_or(text).trim();
    let is = |known: &&str| known.eq_ignore_ascii_case(word);
    SCALES
        .iter()
        .find(|(scale, others)| is(scale) || others.iter().any(is))
        .map(|(scale, _)| *scale)
}

fn position(text: &str) -> Option<&'static str> {
    let word = text.trim().to_ascii_uppercase();
    let same = |known: &str| word.get(..8).is_some_and(|start| known.starts_with(start));
    let found = POSITIONS
        .iter()
        .find(|(position, other)| same(position) || word == *other);
    found.filter(|_| !word.is_empty()).map(|(position, _)| *position)
}

/// Days of a unit.
fn days(unit: &str) -> f64 {
    let known = UNITS.iter().find(|(known, ..)| *known == unit);
    known.map_or(1.0, |(.., days)| *days)
}

/// The VOUnit word for a unit of time.
fn time_unit(text: &str) -> Option<&'static str> {
    match text.trim().to_ascii_lowercase().as_str() {
        "d" | "day" | "days" => Some("d"),
        "h" | "hr" | "hour" | "hours" => Some("h"),
        "min" | "minute" | "minutes" => Some("min"),
        "s" | "sec" | "second" | "seconds" => Some("s"),
        _ => None,
    }
}
