//! How the numbers along an axis are written: each with as many digits as tell it from the others, or, where these would be too
//! many for a tick, as what is left of a number that they share. Pure.

/// More letters do not fit beside an axis.
const MAX_LETTERS: usize = 11;

/// How the ticks of one axis are written.
#[derive(Debug, PartialEq)]
pub(super) enum Ticks {
    /// With so many decimals.
    Plain(usize),
    /// As powers of ten, which is short where the numbers are very large or very small.
    Powers,
    /// What is left of `shared`, in units of ten to the `exponent`, with so many decimals.
    Rest {
        shared: f64,
        exponent: i32,
        decimals: usize,
    },
}

impl Ticks {
    /// For ticks at these values, in ascending order.
    pub(super) fn of(points: &[f64]) -> Self {
        let largest = points.iter().fold(0.0_f64, |largest, point| largest.max(point.abs()));
        let style = match (1e-4..1e9).contains(&largest) {
            true => Self::Plain(points.iter().map(|point| decimals(*point)).max().unwrap_or(0)),
            false => Self::Powers,
        };
        let texts: Vec<String> = points.iter().map(|point| style.text(*point)).collect();
        let are_distinct = texts.windows(2).all(|pair| pair[0] != pair[1]);
        if are_distinct && texts.iter().all(|text| text.chars().count() <= MAX_LETTERS) {
            return style;
        }
        rest(points).unwrap_or(style)
    }

    /// The label of one tick.
    pub(super) fn text(&self, value: f64) -> String {
        match self {
            Self::Plain(decimals) => signed(&format!("{value:.decimals$}")),
            // The exponent of zero has no sign to lose.
            Self::Powers => format!("{value:.2e}").replace('-', "−"),
            Self::Rest {
                shared,
                exponent,
                decimals,
            } => signed(&format!("{:.decimals$}", (value - shared) / 10_f64.powi(*exponent))),
        }
    }

    /// What the labels leave out: `1 + … × 10⁻¹⁰`.
    pub(super) fn note(&self) -> Option<String> {
        let Self::Rest { shared, exponent, .. } = self else {
            return None;
        };
        let shared = format!("{shared:?}");
        let shared = shared.trim_end_matches(".0").replace('-', "−");
        Some(match exponent {
            0 => format!("{shared} + …"),
            exponent => format!("{shared} + … × 10{}", superscript(*exponent)),
        })
    }
}

/// Ticks lie at simple numbers: without what binary fractions leave over.
fn decimals(value: f64) -> usize {
    let text = format!("{value:.9}");
    let digits = text.trim_end_matches('0');
    digits.split_once('.').map_or(0, |(_, decimals)| decimals.len())
}

/// `None` where there are no steps that floats can tell apart.
fn rest(points: &[f64]) -> Option<Ticks> {
    let (first, last) = (*points.first()?, *points.last()?);
    let range = last - first;
    if !range.is_normal() {
        return None;
    }
    // The shared number ends where the digits of the ticks begin.
    let place = range.log10().ceil() as i32;
    let middle = first + range / 2.0;
    let shared: f64 = match usize::try_from(-place) {
        Ok(decimals) => format!("{middle:.decimals$}").parse().ok()?,
        Err(_) => (middle / 10_f64.powi(place)).round() * 10_f64.powi(place),
    };
    let largest = (first - shared).abs().max((last - shared).abs());
    let exponent = largest.log10().floor() as i32;
    let unit = 10_f64.powi(exponent);
    let step = range / (points.len() - 1) as f64 / unit;
    let decimals = usize::try_from(-(step.log10().floor() as i32)).unwrap_or(0);
    Some(Ticks::Rest {
        shared,
        exponent,
        decimals,
    })
}

/// With a minus sign that is as wide as a plus, and none before zero.
fn signed(text: &str) -> String {
    let is_zero = text.chars().all(|letter| matches!(letter, '-' | '0' | '.'));
    text.replace('-', if is_zero { "" } else { "−" })
}

fn superscript(number: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let letter = |letter: char| letter.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize]);
    number.to_string().chars().map(letter).collect()
}

#[cfg(test)]
mod tests;
