//! Where a star is at another time than its catalogue says.
//!
//! Stars are moved in straight lines at constant speed, as Hipparcos and Gaia reduce them, with the time that light takes on its way: the formulas of
//! [SOFA's](https://www.iausofa.org) `starpm`, which astropy's `apply_space_motion` calls, in vectors, so that poles and the
//! right ascension 0 are places like any other. All positions are ICRS.

use std::fmt;
use std::str::FromStr;

use lks_mast::Position;

use crate::error::Error;

/// Kilometres of an astronomical unit (IAU 2012 B2).
const AU_KM: f64 = 149_597_870.7;
/// Kilometres per second of light.
const LIGHT_KM_S: f64 = 299_792.458;
/// The smallest parallax that is believed, in radians: half a microarcsecond.
const SMALLEST_PARALLAX: f64 = 5e-7 / 3600.0 * std::f64::consts::PI / 180.0;
/// The smallest parallax of a star of so much motion, per radian per year: a hundredth of the speed of light.
const PARALLAX_OF_MOTION: f64 = 326.0 / 3600.0 * std::f64::consts::PI / 180.0;
const SECONDS_PER_DAY: f64 = 86_400.0;
const DAYS_PER_YEAR: f64 = 365.25;
/// Astronomical units per day of light.
const LIGHT: f64 = LIGHT_KM_S * SECONDS_PER_DAY / AU_KM;
/// A faster star is a measurement that failed; SOFA takes such a one to be at rest.
const FASTEST: f64 = 0.5 * LIGHT;

/// A moment in Julian years of barycentric dynamical time (TDB).
///
/// ```
/// use lks_catalog::Epoch;
///
/// assert_eq!("2025.5".parse::<Epoch>()?, Epoch::year(2025.5)?);
/// assert_eq!("2451545".parse::<Epoch>()?, Epoch::J2000);
/// # Ok::<(), lks_catalog::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Epoch(f64);

impl Epoch {
    /// The year 2000.0, at which SIMBAD and the input catalogues give positions.
    pub const J2000: Self = Self(2000.0);

    /// A Julian year between 1000 and 3000: further away the straight line is no good guess.
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] for any other number.
    pub fn year(year: f64) -> Result<Self, Error> {
        match (1000.0..=3000.0).contains(&year) {
            true => Ok(Self(year)),
            false => Err(not_an_epoch(&year.to_string())),
        }
    }

    /// A Julian date.
    ///
    /// # Errors
    /// As [`Epoch::year`].
    pub fn julian_date(date: f64) -> Result<Self, Error> {
        Self::year(2000.0 + (date - 2_451_545.0) / DAYS_PER_YEAR)
    }

    /// The Julian year.
    pub fn years(self) -> f64 {
        self.0
    }
}

/// Reads a year, with or without a `J`, or a Julian date, which is larger than any year.
impl FromStr for Epoch {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let plain = text.trim();
        let plain = plain.strip_prefix(['J', 'j']).unwrap_or(plain);
        let epoch = match plain.parse::<f64>() {
            Ok(date) if date > 1_000_000.0 => Self::julian_date(date).ok(),
            Ok(year) => Self::year(year).ok(),
            Err(_) => None,
        };
        epoch.ok_or_else(|| not_an_epoch(text.trim()))
    }
}

fn not_an_epoch(text: &str) -> Error {
    Error::invalid(format!(
        "'{text}' is not an epoch; write a year between 1000 and 3000, such as 2025.5, or a Julian date, such as 2460858.5"
    ))
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A star's place and motion, as a catalogue has them; what it lacks is `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Astrometry {
    /// Where it is at the epoch.
    pub position: Position,
    /// When it is there.
    pub epoch: Epoch,
    /// Proper motion in right ascension, times the cosine of the declination, and in declination; milliarcseconds per year.
    pub proper_motion: Option<(f64, f64)>,
    /// Parallax in milliarcseconds. One that is not positive is a measurement of a star too far away, and is not used.
    pub parallax: Option<f64>,
    /// Radial velocity in kilometres per second, positive if it recedes; of no use without a parallax.
    pub radial_velocity: Option<f64>,
}

impl Astrometry {
    /// Where the star is at another epoch. Without a proper motion it stays where it is.
    ///
    /// # Errors
    /// None is known; a position that is not on the sphere would be one.
    pub fn at(&self, epoch: Epoch) -> Result<Position, Error> {
        let years = epoch.years() - self.epoch.years();
        let finite = |(ra, dec): &(f64, f64)| ra.is_finite() && dec.is_finite();
        let Some((pm_ra, pm_dec)) = self.proper_motion.filter(finite) else {
            return Ok(self.position);
        };
        if years == 0.0 {
            return Ok(self.position);
        }
        let (sin_ra, cos_ra) = self.position.ra().to_radians().sin_cos();
        let (sin_dec, cos_dec) = self.position.dec().to_radians().sin_cos();
        let direction = [cos_dec * cos_ra, cos_dec * sin_ra, sin_dec];
        let east = [-sin_ra, cos_ra, 0.0];
        let north = [-sin_dec * cos_ra, -sin_dec * sin_ra, cos_dec];
        let radians = |mas: f64| (mas / 3_600_000.0).to_radians();
        let motion = sum(scaled(east, radians(pm_ra)), scaled(north, radians(pm_dec)));
        let parallax = self.parallax.filter(|parallax| parallax.is_finite() && *parallax > 0.0);
        let moved = match parallax {
            None => sum(direction, scaled(motion, years)),
            Some(parallax) => {
                // A smaller one would make the star faster than any; SOFA's `pmsafe` takes these bounds, too.
                let parallax = radians(parallax)
                    .max(SMALLEST_PARALLAX)
                    .max(PARALLAX_OF_MOTION * dot(motion, motion).sqrt());
                let distance = 1.0 / parallax;
                let velocity = self
                    .radial_velocity
                    .filter(|velocity| velocity.is_finite())
                    .unwrap_or(0.0);
                travelled(
                    direction,
                    motion,
                    distance,
                    velocity * SECONDS_PER_DAY / AU_KM,
                    years * DAYS_PER_YEAR,
                )
            }
        };
        let ra = moved[1].atan2(moved[0]).to_degrees();
        let dec = moved[2].atan2(moved[0].hypot(moved[1])).to_degrees();
        Ok(Position::icrs(ra, dec)?)
    }
}

/// Where a star is seen after some days, in astronomical units from the Sun: its direction, its motion across the sky in radians per Julian year,
/// its distance in astronomical units, and its speed away from us in astronomical units per day.
fn travelled(direction: [f64; 3], motion: [f64; 3], distance: f64, radial: f64, days: f64) -> [f64; 3] {
    let place = scaled(direction, distance);
    let velocity = inertial(direction, scaled(motion, distance / DAYS_PER_YEAR), radial);
    // The star is seen where it was when its light left it, before and after.
    let light_time = distance / LIGHT;
    let after = sum(place, scaled(velocity, days + light_time));
    let (r2, rv) = (dot(after, after), dot(after, velocity));
    let slowness = LIGHT * LIGHT - dot(velocity, velocity);
    let light_time_after = (-rv + (rv * rv + slowness * r2).sqrt()) / slowness;
    sum(place, scaled(velocity, days + light_time - light_time_after))
}

/// The velocity in space of a star whose motion was measured by light that takes longer, or shorter, as the star moves: the Doppler terms of
/// SOFA's `starpv`, to convergence.
fn inertial(direction: [f64; 3], across: [f64; 3], radial: f64) -> [f64; 3] {
    let speed = dot(across, across).sqrt();
    if radial.hypot(speed) > FASTEST {
        return [0.0; 3];
    }
    let (beta_radial, beta_across) = (radial / LIGHT, speed / LIGHT);
    let (mut across_now, mut radial_now) = (beta_across, beta_radial);
    let (mut doppler, mut correction) = (1.0, 0.0);
    for _ in 0..100 {
        let square = radial_now * radial_now + across_now * across_now;
        let (doppler_before, correction_before) = (doppler, correction);
        doppler = 1.0 + radial_now;
        correction = -square / ((1.0 - square).sqrt() + 1.0);
        radial_now = doppler * beta_radial + correction;
        across_now = doppler * beta_across;
        if doppler == doppler_before && correction == correction_before {
            break;
        }
    }
    let away = LIGHT * (doppler * beta_radial + correction);
    sum(scaled(across, doppler), scaled(direction, away))
}

fn sum(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

fn scaled(a: [f64; 3], factor: f64) -> [f64; 3] {
    a.map(|component| component * factor)
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[cfg(test)]
mod tests;
