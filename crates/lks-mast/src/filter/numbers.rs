//! Numbers, ranges and their exclusions.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::{Terms, ends};
use crate::error::Error;

/// Numbers and inclusive ranges, some of them excluded.
///
/// ```
/// use lks_mast::Numbers;
///
/// let sectors: Numbers = "14..20,!17,>=100".parse()?;
/// assert!(sectors.accepts(Some(20.0)) && !sectors.accepts(Some(17.0)) && !sectors.accepts(None));
/// # Ok::<(), lks_mast::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Numbers(Terms<Span>);

/// The numbers between two ends; the ends of one number are equal.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Span {
    low: f64,
    high: f64,
    /// Whether the ends are left out, as by `<` and `>`.
    is_open: bool,
}

impl Span {
    fn closed(low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            is_open: false,
        }
    }

    fn holds(&self, value: f64) -> bool {
        if self.is_open {
            self.low < value && value < self.high
        } else {
            self.low <= value && value <= self.high
        }
    }
}

/// Reads terms separated by commas or blanks: `14`, `14..20`, `14:20`, `>=100`, `<5`, each excluded by a leading `!`. A range that ends
/// before it begins and a negative number, which no row has, are refused.
impl FromStr for Numbers {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let words = Terms::of_list(text).ok_or_else(|| not_numbers(text))?;
        words.map(|word| span(word)).map(Self)
    }
}

impl Numbers {
    /// One of the given numbers.
    pub fn one_of(numbers: impl IntoIterator<Item = f64>) -> Self {
        let spans = numbers.into_iter().map(|number| Span::closed(number, number));
        Self(Terms::wanted(spans))
    }

    /// Between the two numbers, both included, whichever is given first.
    pub fn range(one: f64, other: f64) -> Self {
        Self(Terms::wanted([Span::closed(one.min(other), one.max(other))]))
    }

    /// Not more than the number.
    pub fn at_most(number: f64) -> Self {
        Self(Terms::wanted([Span::closed(f64::NEG_INFINITY, number)]))
    }

    /// Reads text as [`Numbers::from_str`] does, but a single number means *not more than* it, as lksearch reads a `distance`.
    ///
    /// # Errors
    /// As [`Numbers::from_str`].
    pub fn parse_upper_limit(text: &str) -> Result<Self, Error> {
        match number(text.trim()) {
            Ok(number) => Ok(Self::at_most(number)),
            Err(_) => text.parse(),
        }
    }

    /// Reads text as [`Numbers::from_str`] does, but only whole numbers, as sectors, quarters and years are.
    ///
    /// # Errors
    /// As [`Numbers::from_str`], and for a number with a fraction.
    pub fn parse_whole(text: &str) -> Result<Self, Error> {
        let numbers: Self = text.parse()?;
        let mut ends = numbers
            .0
            .wanted
            .iter()
            .chain(&numbers.0.excluded)
            .flat_map(|span| [span.low, span.high]);
        match ends.find(|end| end.is_finite() && end.fract() != 0.0) {
            Some(end) => Err(Error::invalid(format!(
                "{end} is not a whole number; write {} or {}",
                end.floor(),
                end.ceil()
            ))),
            None => Ok(numbers),
        }
    }

    /// Whether a value passes; a missing one passes only if the filter is empty.
    pub fn accepts(&self, value: Option<f64>) -> bool {
        self.0.accept(|span| value.is_some_and(|value| span.holds(value)))
    }

    /// The smallest span that holds everything that passes, if something is asked for.
    pub(crate) fn bounds(&self) -> Option<(f64, f64)> {
        let spans = self.0.wanted.iter().map(|span| (span.low, span.high));
        spans.reduce(|(low, high), (other_low, other_high)| (low.min(other_low), high.max(other_high)))
    }

    /// The whole numbers that pass, if they are few and all named.
    pub(crate) fn whole_numbers(&self, most: usize) -> Option<Vec<i64>> {
        let (low, high) = self.bounds()?;
        if !low.is_finite() || !high.is_finite() || low.abs() > 1e9 || high.abs() > 1e9 || high - low > 10_000.0 {
            return None;
        }
        let passing: Vec<i64> = (low.ceil() as i64..=high.floor() as i64)
            .filter(|number| self.accepts(Some(*number as f64)))
            .collect();
        (passing.len() <= most).then_some(passing)
    }
}

fn span(word: &str) -> Result<Span, Error> {
    const BELOW: f64 = f64::NEG_INFINITY;
    const ABOVE: f64 = f64::INFINITY;
    let (low, high, is_open) = if let Some(rest) = word.strip_prefix(">=") {
        (number(rest)?, ABOVE, false)
    } else if let Some(rest) = word.strip_prefix("<=") {
        (BELOW, number(rest)?, false)
    } else if let Some(rest) = word.strip_prefix('>') {
        (number(rest)?, ABOVE, true)
    } else if let Some(rest) = word.strip_prefix('<') {
        (BELOW, number(rest)?, true)
    } else if let Some(rest) = word.strip_prefix("..").or_else(|| word.strip_prefix(':')) {
        (BELOW, number(rest.trim_start_matches('='))?, false)
    } else if let Some(rest) = word.strip_suffix("..").or_else(|| word.strip_suffix(':')) {
        (number(rest)?, ABOVE, false)
    } else {
        let (low, high) = ends(word, |end| number(end.trim_start_matches('=')))?;
        (low, high, false)
    };
    Ok(Span { low, high, is_open })
}

fn number(text: &str) -> Result<f64, Error> {
    match text.parse::<f64>() {
        Ok(value) if value < 0.0 => Err(Error::invalid(format!(
            "'{text}' is negative; numbers, times and distances begin at 0"
        ))),
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err(not_numbers(text)),
    }
}

fn not_numbers(text: &str) -> Error {
    Error::invalid(format!(
        "'{text}' is not a number or a list of numbers; write '14' or '2019', '14,15', '14..20' or '2018:2020', '>=100' or '!14'"
    ))
}

impl FromIterator<i64> for Numbers {
    fn from_iter<I: IntoIterator<Item = i64>>(numbers: I) -> Self {
        Self::one_of(numbers.into_iter().map(|number| number as f64))
    }
}

impl From<i64> for Numbers {
    fn from(number: i64) -> Self {
        [number].into()
    }
}

impl<const N: usize> From<[i64; N]> for Numbers {
    fn from(numbers: [i64; N]) -> Self {
        numbers.into_iter().collect()
    }
}

impl From<&[i64]> for Numbers {
    fn from(numbers: &[i64]) -> Self {
        numbers.iter().copied().collect()
    }
}

impl From<Vec<i64>> for Numbers {
    fn from(numbers: Vec<i64>) -> Self {
        numbers.into_iter().collect()
    }
}

impl From<RangeInclusive<i64>> for Numbers {
    fn from(range: RangeInclusive<i64>) -> Self {
        Self::range(*range.start() as f64, *range.end() as f64)
    }
}

impl From<f64> for Numbers {
    fn from(number: f64) -> Self {
        Self::one_of([number])
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (is_excluded, span)) in self.0.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let not = if is_excluded { "!" } else { "" };
            let equal = if span.is_open { "" } else { "=" };
            match (span.low, span.high) {
                (low, high) if low == high => write!(f, "{comma}{not}{low}")?,
                (low, high) if low.is_infinite() => write!(f, "{comma}{not}<{equal}{high}")?,
                (low, high) if high.is_infinite() => write!(f, "{comma}{not}>{equal}{low}")?,
                (low, high) => write!(f, "{comma}{not}{low}..{high}")?,
            }
        }
        Ok(())
    }
}
