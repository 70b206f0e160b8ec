//! What the numbers in a time column mean. Pure.

use crate::Header;

/// Zero point and scale of an HDU's time stamps.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TimeReference {
    /// `TIMESYS`, as `TDB`.
    pub system: Option<String>,
    /// Julian date in days that 0 stands for, in the scale `system`: `BJDREFI + BJDREFF`, else `JDREFI + JDREFF` or `MJDREF` + 2400000.5.
    pub zero_jd: f64,
    /// Whether the times are those of arrival at the barycentre of the solar system.
    pub barycentric: bool,
    /// `TIMEUNIT`, as `d`.
    pub unit: Option<String>,
}

impl TimeReference {
    pub(crate) fn of(header: &Header, primary: &Header) -> Option<Self> {
        let float = |keyword: &str| header.float(keyword).or_else(|| primary.float(keyword));
        let text = |keyword: &str| {
            header
                .text(keyword)
                .or_else(|| primary.text(keyword))
                .map(str::to_owned)
        };
        let pair = |whole: &str, fraction: &str| Some(float(whole)? + float(fraction).unwrap_or(0.0));
        let (zero_jd, barycentric) = if let Some(zero) = pair("BJDREFI", "BJDREFF") {
            (zero, true)
        } else {
            let zero = pair("JDREFI", "JDREFF")
                .or_else(|| float("JDREF"))
                .or_else(|| Some(pair("MJDREFI", "MJDREFF").or_else(|| float("MJDREF"))? + 2_400_000.5))?;
            (
                zero,
                text("TIMEREF").is_some_and(|frame| frame.eq_ignore_ascii_case("SOLARSYSTEM")),
            )
        };
        Some(Self {
            system: text("TIMESYS"),
            zero_jd,
            barycentric,
            unit: text("TIMEUNIT"),
        })
    }

    /// The Julian date of a time stamp in days.
    pub fn jd(&self, time: f64) -> f64 {
        self.zero_jd + time
    }

    /// The name that users of the mission give to the scale: BTJD (TESS), BKJD (Kepler, K2), else BJD or JD.
    pub fn name(&self) -> &'static str {
        match (self.barycentric, self.zero_jd) {
            (true, 2_457_000.0) => "BTJD",
            (true, 2_454_833.0) => "BKJD",
            (true, _) => "BJD",
            (false, _) => "JD",
        }
    }
}
