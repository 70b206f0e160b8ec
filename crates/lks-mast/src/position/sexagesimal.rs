//! The ways people write a pair of angles.

use super::Position;
use crate::error::Error;
use crate::target::as_typed;

/// A pair of angles, or `None` where the text is something else (a name).
pub(super) fn parse(text: &str) -> Result<Option<Position>, Error> {
    let text = text.trim();
    let lower = as_typed(text).to_lowercase();
    if let Some(rest) = lower.strip_prefix("galactic").or_else(|| lower.strip_prefix("gal:")) {
        let numbers: Option<Vec<f64>> = words(rest.trim_start_matches([':', ' ']))
            .iter()
            .map(|word| degrees(word))
            .collect();
        return match numbers.as_deref() {
            Some(&[longitude, latitude]) => Position::galactic(longitude, latitude).map(Some),
            _ => Ok(None),
        };
    }
    let words = words(&lower);
    match words.as_slice() {
        [ra, dec] => match (right_ascension(ra), declination(dec)) {
            (Some(ra), Some(dec)) => checked(text, ra, dec),
            _ => Ok(None),
        },
        [h, m, s, d, dm, ds] => {
            let ra = join(h, m, s).and_then(|t| sexagesimal(&t, &[':']));
            let dec = join(d, dm, ds).and_then(|t| sexagesimal(&t, &[':']));
            match (ra, dec) {
                (Some(ra), Some(dec)) => checked(text, ra.map(|hours| hours * 15.0), dec),
                _ => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

/// The outer option says whether the text is an angle at all, the inner one whether its minutes and seconds are below 60.
type Angle = Option<f64>;

fn checked(text: &str, ra: Angle, dec: Angle) -> Result<Option<Position>, Error> {
    match (ra, dec) {
        (Some(ra), Some(dec)) => Position::icrs(ra, dec)
            .map_err(|error| error.with_target(text))
            .map(Some),
        _ => Err(Error::target(text, "minutes and seconds must be below 60")),
    }
}

fn words(text: &str) -> Vec<String> {
    text.trim_matches(['(', ')', '[', ']', ' '])
        .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn right_ascension(word: &str) -> Option<Angle> {
    if let Some(value) = degrees(word) {
        return Some(Some(value));
    }
    sexagesimal(word, &[':', 'h', 'm', 's']).map(|angle| angle.map(|hours| hours * 15.0))
}

fn declination(word: &str) -> Option<Angle> {
    if let Some(value) = degrees(word) {
        return Some(Some(value));
    }
    sexagesimal(word, &[':', 'd', '°', 'm', '\'', '′', 's', '"', '″'])
}

fn degrees(word: &str) -> Option<f64> {
    let word = word
        .strip_suffix("deg")
        .or_else(|| word.strip_suffix('°'))
        .or_else(|| word.strip_suffix('d'))
        .unwrap_or(word);
    // "inf" and "nan" are numbers for Rust, but names for people.
    word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
        .then(|| word.parse().ok())
        .flatten()
}

fn join(first: &str, second: &str, third: &str) -> Option<String> {
    let plain = |word: &str| word.chars().all(|c| c.is_ascii_digit() || c == '.');
    (plain(second) && plain(third)).then(|| format!("{first}:{second}:{third}"))
}

fn sexagesimal(word: &str, marks: &[char]) -> Option<Angle> {
    let (sign, digits) = match word.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, word.strip_prefix('+').unwrap_or(word)),
    };
    let parts: Vec<&str> = digits.split(marks).filter(|part| !part.is_empty()).collect();
    let marked = digits.contains(marks);
    if !marked || !(2..=3).contains(&parts.len()) || !parts.iter().all(|p| p.starts_with(|c: char| c.is_ascii_digit()))
    {
        return None;
    }
    let whole: Vec<f64> = parts.iter().map(|part| part.parse().ok()).collect::<Option<_>>()?;
    if whole[1..].iter().any(|part| !(0.0..60.0).contains(part)) {
        return Some(None);
    }
    let value = whole[0] + whole[1] / 60.0 + whole.get(2).copied().unwrap_or(0.0) / 3600.0;
    Some(Some(sign * value))
}
