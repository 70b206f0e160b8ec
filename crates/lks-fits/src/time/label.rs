//! What a unit or a name says of times: `BJD - 2454833`, `btjd`, `TIME_MJD`.

use super::{BARYCENTER, HELIOCENTER, JulianDate, MJD, scale};

/// Names of dates, their zero points and their places. `TJD` is missing: it is JD − 2457000 in files of TESS and JD − 2440000.5 elsewhere.
const DATES: [(&str, JulianDate, Option<&str>); 11] = [
    ("BTJD", TESS, Some(BARYCENTER)),
    ("TBJD", TESS, Some(BARYCENTER)),
    ("BKJD", KEPLER, Some(BARYCENTER)),
    ("KBJD", KEPLER, Some(BARYCENTER)),
    ("BMJD", MJD, Some(BARYCENTER)),
    ("HMJD", MJD, Some(HELIOCENTER)),
    ("MJD", MJD, None),
    ("BJD", JulianDate::new(0.0, 0.0), Some(BARYCENTER)),
    ("HJD", JulianDate::new(0.0, 0.0), Some(HELIOCENTER)),
    ("GJD", JulianDate::new(0.0, 0.0), Some("GEOCENTER")),
    ("JD", JulianDate::new(0.0, 0.0), None),
];
const TESS: JulianDate = JulianDate::new(2_457_000.0, 0.0);
const KEPLER: JulianDate = JulianDate::new(2_454_833.0, 0.0);
/// A number from here on is a Julian date by itself (1858), whatever it is said to be subtracted from.
const WHOLE_DATES: f64 = 2_400_000.0;

/// What the words say.
#[derive(Debug, PartialEq)]
pub(super) struct Label {
    /// The zero point, unless there is only the name of a date that counts from 0: so careless files call what they subtract from.
    pub zero: Option<JulianDate>,
    /// Whether the name of a date that counts from 0 is all there is.
    pub is_bare: bool,
    pub position: Option<&'static str>,
    pub scale: Option<&'static str>,
}

impl Label {
    /// Of a unit: the name of a date, perhaps a scale, perhaps what is subtracted.
    pub(super) fn of_unit(unit: &str) -> Option<Self> {
        let mut words = words(unit);
        // `d (BJD - 2457000)`, `days since BJD 2457000`
        let is_lead =
            |word: &Word| matches!(word, Word::Text(text) if is_day(text) || matches!(text.as_str(), "SINCE" | "FROM"));
        while words.first().is_some_and(is_lead) {
            words.remove(0);
        }
        let mut words = words.into_iter();
        let Some(Word::Text(first)) = words.next() else {
            return None;
        };
        let (mut label, base) = Self::named(&first)?;
        let (mut subtracted, mut is_clear) = (None, true);
        for word in words {
            match word {
                Word::Number(number) if subtracted.is_none() => subtracted = Some(number),
                Word::Text(text) if is_day(&text) => {}
                Word::Text(text) if scale(&text).is_some() => label.scale = scale(&text),
                Word::Text(_) | Word::Number(_) => is_clear = false,
            }
        }
        match subtracted {
            _ if !is_clear => {
                label.zero = None;
                label.is_bare = false;
            }
            Some(number) if number.to_f64() >= WHOLE_DATES => label.zero = Some(number),
            Some(number) => label.zero = Some(base.and(number)),
            None => {}
        }
        label.is_bare &= subtracted.is_none();
        Some(label)
    }

    /// Of a column's name, one part of which is the name of a date: `BTJD`, `TIME_MJD`, `BJD_TDB`.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let parts: Vec<String> = name.trim().split('_').map(str::to_ascii_uppercase).collect();
        let date = parts.iter().position(|part| Self::named(part).is_some())?;
        let is_known =
            |part: &String| matches!(part.as_str(), "TIME" | "TIMES" | "T" | "TMID" | "MID") || scale(part).is_some();
        let others = || parts.iter().enumerate().filter(|(number, _)| *number != date);
        if !others().all(|(_, part)| is_known(part)) {
            return None;
        }
        let (mut label, _) = Self::named(&parts[date])?;
        label.scale = label.scale.or_else(|| others().find_map(|(_, part)| scale(part)));
        Some(label)
    }

    /// Of one word, which may have a scale at its end, as `BJDTDB` has.
    fn named(word: &str) -> Option<(Self, JulianDate)> {
        let (_, zero, position) = DATES.iter().find(|(name, ..)| {
            let rest = word.strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || scale(rest).is_some())
        })?;
        let from_zero = *zero == JulianDate::default();
        let label = Self {
            zero: (!from_zero).then_some(*zero),
            is_bare: from_zero,
            position: *position,
            scale: word.find("JD").and_then(|place| scale(&word[place + 2..])),
        };
        Some((label, *zero))
    }
}

enum Word {
    /// In upper case.
    Text(String),
    Number(JulianDate),
}

/// Letters together and digits together; signs and brackets only separate.
fn words(text: &str) -> Vec<Word> {
    let is_digit = |c: char| c.is_ascii_digit() || c == '.';
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = |same: &dyn Fn(char) -> bool| rest.find(|c| !same(c)).unwrap_or(rest.len());
        let length = if first.is_ascii_digit() {
            end(&is_digit)
        } else if first.is_alphabetic() {
            end(&char::is_alphabetic)
        } else {
            rest = &rest[first.len_utf8()..];
            continue;
        };
        let (word, after) = rest.split_at(length);
        rest = after;
        words.push(match number(word) {
            Some(number) => Word::Number(number),
            None => Word::Text(word.to_ascii_uppercase()),
        });
    }
    words
}

/// Digits with all their places.
fn number(word: &str) -> Option<JulianDate> {
    let (whole, fraction) = word.split_once('.').unwrap_or((word, ""));
    let day: u32 = whole.parse().ok()?;
    let fraction = format!("0.{fraction}").parse().ok()?;
    Some(JulianDate::new(day.into(), fraction))
}

fn is_day(word: &str) -> bool {
    matches!(word, "D" | "DAY" | "DAYS")
}
