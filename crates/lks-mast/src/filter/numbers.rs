//! Numbers, ranges and their exclusions.

use std::fmt;

use super::ends;
use crate::error::Error;

/// Numbers and inclusive ranges, some of them excluded.
///
/// ```
/// use lks_mast::Numbers;
///
/// let sectors = Numbers::parse("14..20,!17,>=100")?;
/// assert!(sectors.accepts(Some(20.0)) && !sectors.accepts(Some(17.0)) && !sectors.accepts(None));
/// # Ok::<(), lks_mast::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Numbers(Vec<Term>);

#[derive(Debug, Clone, Copy, PartialEq)]
struct Term {
    excluded: bool,
    low: f64,
    high: f64,
    /// Strict comparison, as of `<` and `>`.
    open: bool,
}

impl Term {
    fn holds(&self, value: f64) -> bool {
        if self.open {
            self.low < value && value < self.high
        } else {
            self.low <= value && value <= self.high
        }
    }
}

impl Numbers {
    /// One of the given numbers.
    pub fn one_of(numbers: impl IntoIterator<Item = f64>) -> Self {
        Self(
            numbers
                .into_iter()
                .map(|value| Term {
                    excluded: false,
                    low: value,
                    high: value,
                    open: false,
                })
                .collect(),
        )
    }

    /// Between the two numbers, both included, whichever is given first.
    pub fn range(one: f64, other: f64) -> Self {
        Self(vec![Term {
            excluded: false,
            low: one.min(other),
            high: one.max(other),
            open: false,
        }])
    }

    /// Not more than the number.
    pub fn at_most(number: f64) -> Self {
        Self(vec![Term {
            excluded: false,
            low: f64::NEG_INFINITY,
            high: number,
            open: false,
        }])
    }

    /// Reads terms separated by commas or blanks: `14`, `14..20`, `14:20`, `>=100`, `<5`, each excluded by a leading `!`.
    ///
    /// # Errors
    /// When a term is not one of these, a range ends before it begins, or a number is negative, which no row has.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let terms = text
            .split([',', ' ', ';'])
            .filter(|word| !word.is_empty())
            .map(term)
            .collect::<Result<Vec<_>, _>>()?;
        if terms.is_empty() {
            return Err(not_numbers(text));
        }
        Ok(Self(terms))
    }

    /// As [`Numbers::parse`], but a single number means *not more than* it, as lksearch reads a `distance`.
    ///
    /// # Errors
    /// As [`Numbers::parse`].
    pub fn parse_upper_limit(text: &str) -> Result<Self, Error> {
        match number(text.trim()) {
            Ok(number) => Ok(Self::at_most(number)),
            Err(_) => Self::parse(text),
        }
    }

    /// Whether a value passes; a missing one passes only when nothing is asked for.
    pub fn accepts(&self, value: Option<f64>) -> bool {
        let mut wanted = self.0.iter().filter(|term| !term.excluded).peekable();
        let Some(value) = value.filter(|value| !value.is_nan()) else {
            return wanted.peek().is_none();
        };
        (wanted.peek().is_none() || wanted.any(|term| term.holds(value)))
            && !self.0.iter().any(|term| term.excluded && term.holds(value))
    }

    /// The smallest span that holds everything that passes, if something is asked for.
    pub(crate) fn bounds(&self) -> Option<(f64, f64)> {
        self.0
            .iter()
            .filter(|term| !term.excluded)
            .map(|term| (term.low, term.high))
            .reduce(|(low, high), (other_low, other_high)| (low.min(other_low), high.max(other_high)))
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

fn term(word: &str) -> Result<Term, Error> {
    let (excluded, word) = match word.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, word),
    };
    const BELOW: f64 = f64::NEG_INFINITY;
    const ABOVE: f64 = f64::INFINITY;
    let (low, high, open) = if let Some(rest) = word.strip_prefix(">=") {
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
    Ok(Term {
        excluded,
        low,
        high,
        open,
    })
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
        "'{text}' is not a number or a list of numbers; write '14', '14,15', '14..20', '>=100' or '!14'"
    ))
}

impl From<i64> for Numbers {
    fn from(number: i64) -> Self {
        Self::one_of([number as f64])
    }
}

impl FromIterator<i64> for Numbers {
    fn from_iter<I: IntoIterator<Item = i64>>(numbers: I) -> Self {
        Self::one_of(numbers.into_iter().map(|number| number as f64))
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.0.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let not = if term.excluded { "!" } else { "" };
            let equal = if term.open { "" } else { "=" };
            match (term.low, term.high) {
                (low, high) if low == high => write!(f, "{comma}{not}{low}")?,
                (low, high) if low.is_infinite() => write!(f, "{comma}{not}<{equal}{high}")?,
                (low, high) if high.is_infinite() => write!(f, "{comma}{not}>{equal}{low}")?,
                (low, high) => write!(f, "{comma}{not}{low}..{high}")?,
            }
        }
        Ok(())
    }
}
