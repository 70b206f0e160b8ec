//! Dates of the calendar from modified Julian dates.

/// A modified Julian date as `yyyy-mm-ddThh:mm:ss.sssZ`.
pub(crate) fn date(mjd: f64) -> String {
    let day = mjd.floor();
    let milliseconds = ((mjd - day) * 86_400_000.0).round().min(86_399_999.0) as u64;
    // Days since 1 March of year 0, counted in eras of 400 years.
    let days = day as i64 + 678_881;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, year) = if month < 10 {
        (month + 3, year + era * 400)
    } else {
        (month - 9, year + era * 400 + 1)
    };
    let (seconds, milliseconds) = (milliseconds / 1000, milliseconds % 1000);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{milliseconds:03}Z",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// A modified Julian date as `yyyydddhhmmss`, the stamp of file names.
pub(crate) fn file_stamp(mjd: f64) -> String {
    let text = date(mjd);
    let year = &text[..4];
    // Whole years since 1 March of year 0, and the 306 days from a 1 March to the next new year.
    let years = year.parse::<i64>().map_or(0, |year| year - 1);
    let new_year = 365 * years + years / 4 - years / 100 + years / 400 + 306 - 678_881;
    format!(
        "{year}{:03}{}{}{}",
        mjd.floor() as i64 - new_year + 1,
        &text[11..13],
        &text[14..16],
        &text[17..19]
    )
}
