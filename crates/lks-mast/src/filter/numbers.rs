//! Numbers, ranges and their exclusions.

use std::fmt;

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
    /// When a term is not one of these.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let terms = text
            .split([',', ' ', ';'])
            .filter(|word| !word.is_empty())
            .map(term)
            .collect::<Option<Vec<_>>>();
        match terms {
            Some(terms) if !terms.is_empty() => Ok(Self(terms)),
            _ => Err(Error::invalid(format!(
                "'{text}' is not a list of numbers; write '14', '14,15', '14..20', '>=100' or '!14'"
            ))),
        }
    }

    /// As [`Numbers::parse`], but a single number means *not more than* it, as lksearch reads a `distance`.
    ///
    /// # Errors
    /// As [`Numbers::parse`].
    pub fn parse_upper_limit(text: &str) -> Result<Self, Error> {
        match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Self::at_most(number)),
            _ => Self::parse(text),
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

fn term(word: &str) -> Option<Term> {
    let (excluded, word) = match word.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, word),
    };
    let number = |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite());
    let between = |low: f64, high: f64, open: bool| {
        Some(Term {
            excluded,
            low,
            high,
            open,
        })
    };
    if let Some(rest) = word.strip_prefix(">=") {
        return between(number(rest)?, f64::INFINITY, false);
    }
    if let Some(rest) = word.strip_prefix("<=") {
        return between(f64::NEG_INFINITY, number(rest)?, false);
    }
    if let Some(rest) = word.strip_prefix('>') {
        return between(number(rest)?, f64::INFINITY, true);
    }
    if let Some(rest) = word.strip_prefix('<') {
        return between(f64::NEG_INFINITY, number(rest)?, true);
    }
    if let Some((low, high)) = word.split_once("..").or_else(|| word.split_once(':')) {
        let low = if low.is_empty() {
            f64::NEG_INFINITY
        } else {
            number(low)?
        };
        let high = if high.is_empty() {
            f64::INFINITY
        } else {
            number(high.trim_start_matches('='))?
        };
        if low.is_infinite() && high.is_infinite() {
            return None;
        }
        return between(low.min(high), low.max(high), false);
    }
    let value = number(word)?;
    between(value, value, false)
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
