//! A Julian date that keeps the digits of its day's fraction.

use std::fmt;

/// A Julian date in days, in two parts: one double of today's dates only tells 40 µs apart.
///
/// ```
/// let date = lks_fits::JulianDate::new(2_451_910.0, 0.500_742_870_370_370_4);
/// assert_eq!(date.to_string(), "2451910.5007428703703704");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
#[non_exhaustive]
pub struct JulianDate {
    /// Whole days.
    pub day: f64,
    /// The rest, at least 0 and less than 1.
    pub fraction: f64,
}

impl JulianDate {
    /// The sum of both.
    pub const fn new(days: f64, more: f64) -> Self {
        let (whole, part) = (days.floor(), more.floor());
        let fraction = (days - whole) + (more - part);
        let carry = fraction.floor();
        Self {
            day: whole + part + carry,
            fraction: fraction - carry,
        }
    }

    /// So many days later.
    #[must_use]
    pub const fn plus(self, days: f64) -> Self {
        let sum = Self::new(days, self.fraction);
        Self::new(self.day + sum.day, sum.fraction)
    }

    /// The sum of both.
    #[must_use]
    pub(crate) const fn and(self, other: Self) -> Self {
        self.plus(other.day).plus(other.fraction)
    }

    /// The nearest double.
    pub fn to_f64(self) -> f64 {
        self.day + self.fraction
    }
}

/// In decimal, as `2457000` or `2400000.5`.
impl fmt::Display for JulianDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The fraction begins with `0.` or is `0`.
        let fraction = self.fraction.to_string();
        write!(f, "{}{}", self.day, &fraction[1..])
    }
}
