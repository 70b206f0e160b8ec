//! Folding at a period.

use std::str::FromStr;

/// Days; a double of today's dates does not tell shorter times apart.
const SHORTEST: f64 = 1e-9;

/// A period in days, and the time of phase 0 in the numbers of the file's column of times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fold {
    pub period: f64,
    /// The first good cadence if it is not given.
    pub epoch: Option<f64>,
}

impl FromStr for Fold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |word: &str, what: &str| match word.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(format!(
                "{what} '{}' is not a number of days; write PERIOD or PERIOD,T0, as 3.2888 or 3.2888,1326.5",
                word.trim()
            )),
        };
        let (period, epoch) = match text.split_once(',') {
            Some((period, epoch)) => (period, Some(number(epoch, "the time T0")?)),
            None => (text, None),
        };
        let period = number(period, "the period")?;
        match period {
            SHORTEST.. => Ok(Self { period, epoch }),
            0.0.. if period > 0.0 => Err(format!(
                "the period {period:e} days is too small: times are not known to that"
            )),
            _ => Err(format!("the period {period} is not greater than 0 days")),
        }
    }
}

/// The phase of a time, from −0.5 up to 0.5; `period` and times are in the same unit.
pub(super) fn phase(time: f64, period: f64, epoch: f64) -> f64 {
    let phase = ((time - epoch) / period).rem_euclid(1.0);
    if phase < 0.5 { phase } else { phase - 1.0 }
}

#[cfg(test)]
mod tests;
