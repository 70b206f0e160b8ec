//! The light of a star as an instrument would have seen it: transits, noise, drifts, flags and gaps. A pure function of the row.

use crate::world::content::{Content, Kind};

/// Modified Julian dates of the missions' zero times, BJD 2454833 and 2457000.
const KEPLER_ZERO: f64 = 54_832.5;
pub(crate) const TESS_ZERO: f64 = 56_999.5;

/// Magnitude of a star that gives one electron a second.
const KEPLER_ZERO_POINT: f64 = 25.3;
pub(crate) const TESS_ZERO_POINT: f64 = 20.44;

/// One exposure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// Days since the mission's zero time; NaN in a gap.
    pub time: f64,
    pub time_correction: f32,
    pub cadence: i32,
    /// Bits of the mission's quality flags.
    pub quality: i32,
    /// Detrended light, 1 at rest; NaN where it is excluded.
    pub flux: f64,
    /// With the drifts; NaN in a gap.
    pub raw: f64,
    /// The planet alone, 0 at rest.
    pub model: f64,
    /// Days from the nearest mid-transit.
    pub phase: f64,
    /// Pixels by which the image moved.
    pub motion: (f64, f64),
}

/// The light curve of a file.
#[derive(Debug, Clone)]
pub(crate) struct Light {
    first_cadence: f64,
    start: f64,
    step: f64,
    stride: u32,
    num_rows: u32,
    zero: f64,
    noise: f64,
    electrons: f64,
    seed: u64,
    is_kepler: bool,
    is_k2: bool,
    ecliptic: f64,
    transit: crate::world::content::Transit,
}

impl Light {
    pub(crate) fn of(content: &Content) -> Self {
        let is_kepler = is_kepler(content.kind);
        let step = content.exptime / 86_400.0;
        let magnitude = content.star.magnitude;
        let (zero, zero_point, floor) = if is_kepler {
            (KEPLER_ZERO, KEPLER_ZERO_POINT, 3e-5)
        } else {
            (TESS_ZERO, TESS_ZERO_POINT, 7e-5)
        };
        // Cadence numbers run through the whole mission: long cadence 2965 began quarter 2, 2-minute cadence 70444 sector 1.
        let first_cadence = match (is_kepler, content.exptime < 100.0) {
            (true, false) => 2965.0 + (content.start - 55_002.017_475) / step,
            (true, true) => 88_000.0 + (content.start - 55_002.017_475) / step,
            (false, false) if content.exptime < 150.0 => 70_444.0 + (content.start - 58_324.793_2) / step,
            (false, false) => 4697.0 + (content.start - 58_324.793_2) / step,
            (false, true) => 422_664.0 + (content.start - 58_324.793_2) / step,
        };
        Self {
            first_cadence: first_cadence.round(),
            start: content.start,
            step,
            stride: content.stride,
            num_rows: content.num_rows.max(1),
            zero,
            noise: floor * 10_f64.powf(0.2 * (magnitude - 9.0)) * (1800.0 / content.exptime).sqrt(),
            electrons: 10_f64.powf(0.4 * (zero_point - magnitude)),
            seed: content.star.id ^ (u64::from(content.sequence) << 40) ^ ((content.exptime as u64) << 52),
            is_kepler,
            is_k2: is_kepler && content.star.id > 200_000_000,
            ecliptic: content.star.ra.to_radians(),
            transit: content.star.transit,
        }
    }

    /// Electrons per second of the star at rest.
    pub(crate) fn electrons(&self) -> f64 {
        self.electrons
    }

    /// Relative noise of one exposure.
    pub(crate) fn noise(&self) -> f64 {
        self.noise
    }

    /// First and last exposure, days since the mission's zero time.
    pub(crate) fn span(&self) -> (f64, f64) {
        let first = self.start - self.zero;
        (
            first,
            first + self.step * f64::from(self.num_rows.saturating_sub(1) * self.stride),
        )
    }

    /// Last exposure, modified Julian date.
    pub(crate) fn last_date(&self) -> f64 {
        self.span().1 + self.zero
    }

    /// The exposure of a row.
    pub(crate) fn sample(&self, row: u32) -> Sample {
        let exposure = row * self.stride;
        let date = self.start + self.step * f64::from(exposure);
        let part = f64::from(row) / f64::from(self.num_rows);
        let correction = correction(date, self.ecliptic);
        let (gap, quality) = self.flags(row, part, date);

        let phase = (date - self.transit.epoch + self.transit.period / 2.0).rem_euclid(self.transit.period)
            - self.transit.period / 2.0;
        let model = self.model(phase);
        let star = 1.5e-4 * (std::f64::consts::TAU * date / 4.7).sin();
        let scatter = self.noise * gaussian(self.seed, u64::from(exposure));
        let (roll, sway) = if self.is_k2 {
            // The spacecraft rolled and was brought back every six hours.
            let roll = (date * 4.0).rem_euclid(1.0) - 0.5;
            (roll, 0.2 * roll)
        } else {
            (0.02 * (date * 1.3).sin(), 0.03 * (date * 0.9).cos())
        };
        let drift = if self.is_k2 {
            0.006 * roll + 0.01 * (part - 0.5)
        } else {
            0.004 * (part - 0.5) * (part - 0.5) + 0.002 * (-12.0 * ((part * 2.0).rem_euclid(1.0))).exp()
        };
        let flux = 1.0 + model + star + scatter;
        let excluded = gap || quality & 0x01_00_a4 != 0;
        Sample {
            time: if gap { f64::NAN } else { date - self.zero + correction },
            time_correction: correction as f32,
            cadence: (self.first_cadence + f64::from(exposure)) as i32,
            quality,
            flux: if excluded { f64::NAN } else { flux },
            raw: if gap { f64::NAN } else { flux * (1.0 + drift) * 0.97 },
            model,
            phase,
            motion: (roll, sway),
        }
    }

    /// A trapezoid with a rounded floor.
    fn model(&self, phase: f64) -> f64 {
        let half = self.transit.duration / 2.0;
        let away = phase.abs() / half;
        if away >= 1.0 {
            return 0.0;
        }
        let ramp = ((1.0 - away) / 0.15).min(1.0);
        -self.transit.depth * ramp * (0.92 + 0.08 * (1.0 - away * away))
    }

    /// Whether nothing was recorded, and the flags.
    fn flags(&self, row: u32, part: f64, date: f64) -> (bool, i32) {
        if self.is_kepler {
            // A monthly turn to Earth, cosmic rays, and a reaction-wheel desaturation every three days.
            let downlink = (date - 54_960.0).rem_euclid(31.0) < 0.9;
            if downlink {
                return (true, 0x01_00_08);
            }
            if (date - 54_960.0).rem_euclid(3.0) < 0.021 {
                return (false, 0x20);
            }
            let ray = gaussian(self.seed ^ 0x5eed, u64::from(row)) > 2.6;
            return (false, if ray { 0x80 } else { 0 });
        }
        // The downlink between the two orbits, scattered light after it, and momentum dumps.
        match part {
            0.480..0.520 => return (true, if part < 0.484 { 0x08 } else { 0x00 }),
            0.520..0.545 => return (false, 0x80),
            _ => {}
        }
        if row < 8 {
            return (false, 0x08);
        }
        if (date - 58_324.0).rem_euclid(4.4) < 0.004 {
            return (false, 0x20);
        }
        let ray = gaussian(self.seed ^ 0x5eed, u64::from(row)) > 2.9;
        (false, if ray { 0x200 } else { 0 })
    }
}

/// Whether a format belongs to Kepler or K2.
pub(crate) fn is_kepler(kind: Kind) -> bool {
    match kind {
        Kind::KeplerLightCurve
        | Kind::KeplerPixels
        | Kind::KeplerValidation
        | Kind::K2sff
        | Kind::Everest
        | Kind::K2varcat
        | Kind::Kbonus
        | Kind::Tar => true,
        Kind::TessLightCurve
        | Kind::TessPixels
        | Kind::TessValidation
        | Kind::Qlp
        | Kind::Tasoc
        | Kind::EleanorLite
        | Kind::Tglc
        | Kind::Cdips
        | Kind::FullFrame
        | Kind::TicaFrame
        | Kind::Cutout
        | Kind::Text
        | Kind::Pdf
        | Kind::Xml => false,
    }
}

/// Days to be added for the barycentre at a modified Julian date, of what is at a longitude in radians.
pub(crate) fn correction(date: f64, longitude: f64) -> f64 {
    0.002_6 * (std::f64::consts::TAU * (date - 58_000.0) / 365.25 - longitude).cos()
}

/// A number from a bell curve of width 1, the same for the same seed and index.
pub(crate) fn gaussian(seed: u64, index: u64) -> f64 {
    // SplitMix64; the sum of four 16-bit uniforms has variance 1/3 around 2.
    let mut bits = seed.wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
    (sum as f64 / 65_536.0 - 2.0) * 1.732_05
}
