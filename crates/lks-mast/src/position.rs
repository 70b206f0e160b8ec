//! Positions on the sky (ICRS), the ways people write them, and the true angle between two of them.
//!
//! Knows nothing of archives. Text is parsed into a [`Position`] that lies on the sphere, or is refused with a reason.

mod frame;
mod sexagesimal;

use std::fmt;
use std::str::FromStr;

pub(crate) use frame::{Direction, direction};

use crate::error::Error;

/// A direction in the International Celestial Reference System, in degrees.
///
/// ```
/// use lks_mast::Position;
///
/// let asked = Position::icrs(286.971254, 46.868263)?;
/// let star: Position = "19:07:53.101 +46:52:05.75".parse()?;
/// assert!(asked.separation(&star).0 < 0.1, "arcseconds");
/// # Ok::<(), lks_mast::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    ra: f64,
    dec: f64,
}

impl Position {
    /// Right ascension and declination in degrees; the right ascension is brought into `[0, 360)`.
    ///
    /// # Errors
    /// When a number is not finite or the declination is outside `[-90, 90]`.
    pub fn icrs(ra: f64, dec: f64) -> Result<Self, Error> {
        if !ra.is_finite() || !dec.is_finite() {
            return Err(Error::target(
                format!("{ra} {dec}"),
                "right ascension and declination must be finite numbers",
            ));
        }
        if !(-90.0..=90.0).contains(&dec) {
            return Err(Error::target(
                format!("{ra} {dec}"),
                "the declination must lie between -90 and 90 degrees",
            ));
        }
        if !(-360.0..=360.0).contains(&ra) {
            return Err(Error::target(
                format!("{ra} {dec}"),
                "the right ascension must lie between 0 and 360 degrees",
            ));
        }
        let ra = ra.rem_euclid(360.0);
        Ok(Self {
            ra: if ra >= 360.0 { 0.0 } else { ra },
            dec,
        })
    }

    /// Galactic longitude and latitude in degrees, converted to ICRS.
    ///
    /// # Errors
    /// As [`Position::icrs`].
    pub fn galactic(longitude: f64, latitude: f64) -> Result<Self, Error> {
        Self::icrs(longitude, latitude).and_then(|sky| frame::from_galactic(sky.ra, sky.dec))
    }

    /// Reads a position as [`Position::from_str`] does; `None` where the text is not a pair of angles.
    pub(crate) fn read(text: &str) -> Result<Option<Self>, Error> {
        sexagesimal::parse(text)
    }

    /// Right ascension in degrees, in `[0, 360)`.
    pub fn ra(&self) -> f64 {
        self.ra
    }

    /// Declination in degrees, in `[-90, 90]`.
    pub fn dec(&self) -> f64 {
        self.dec
    }

    /// The angle to another position on the sphere, exact at all distances (Vincenty's formula).
    pub fn separation(&self, other: &Self) -> ArcSeconds {
        let (dec1, dec2) = (self.dec.to_radians(), other.dec.to_radians());
        let (sin1, cos1) = dec1.sin_cos();
        let (sin2, cos2) = dec2.sin_cos();
        let (sin_ra, cos_ra) = (other.ra - self.ra).to_radians().sin_cos();
        let opposite = (cos2 * sin_ra).hypot(cos1 * sin2 - sin1 * cos2 * cos_ra);
        ArcSeconds(opposite.atan2(sin1 * sin2 + cos1 * cos2 * cos_ra).to_degrees() * 3600.0)
    }
}

/// Reads a pair of angles: decimal degrees (`285.6794, 50.2413`), sexagesimal hours and degrees (`19:02:43.1 +50:14:28.7`,
/// `19h02m43.1s +50d14m28.7s`, `19 02 43.1 +50 14 28.7`), or `galactic 80.1 13.2`.
impl FromStr for Position {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::read(text)?.ok_or_else(|| Error::target(text, "it is not a pair of angles such as '285.6794 +50.2413'"))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.ra, self.dec)
    }
}

/// An angle in arcseconds.
///
/// ```
/// use lks_mast::ArcSeconds;
///
/// assert_eq!("0.1deg".parse::<ArcSeconds>()?.0, 360.0);
/// assert_eq!(ArcSeconds(36.0).degrees(), 0.01);
/// # Ok::<(), lks_mast::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct ArcSeconds(pub f64);

impl ArcSeconds {
    /// The same angle in degrees.
    pub fn degrees(self) -> f64 {
        self.0 / 3600.0
    }
}

/// Reads an angle with its unit: `20`, `20arcsec`, `20"`, `1.5arcmin`, `1.5'`, `0.1deg`; a bare number is in arcseconds. A negative angle
/// and one that is wider than the sky are refused.
impl FromStr for ArcSeconds {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse = |why: &str| Error::invalid(format!("radius '{}' {why}", text.trim()));
        let text = text.trim();
        let split = text
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | 'e' | 'E')))
            .unwrap_or(text.len());
        // The `e` of an exponent must not swallow the first letter of a unit; no unit begins with it.
        let (number, unit) = text.split_at(split);
        let value: f64 = number.parse().map_err(|_| {
            refuse("does not begin with a number; write an angle such as 20arcsec, 1.5arcmin or 0.1deg")
        })?;
        let scale = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "arcsec" | "arcseconds" | "asec" | "as" | "\"" | "″" | "''" => 1.0,
            "arcmin" | "arcminutes" | "amin" | "am" | "'" | "′" => 60.0,
            "deg" | "degree" | "degrees" | "d" | "°" => 3600.0,
            _ => return Err(refuse("has an unknown unit; use arcsec, arcmin or deg")),
        };
        if !value.is_finite() || value < 0.0 {
            return Err(refuse("must be a finite number that is not negative, such as 20arcsec"));
        }
        if value * scale > 180.0 * 3600.0 {
            return Err(refuse("is wider than the sky"));
        }
        Ok(Self(value * scale))
    }
}

impl fmt::Display for ArcSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\"", self.0)
    }
}

#[cfg(test)]
mod tests;
