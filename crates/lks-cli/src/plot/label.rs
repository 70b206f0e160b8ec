//! Titles and axes, from what the headers say.

use lksearch::fits::{ColumnInfo, FitsFile, Value};

/// Object (or its position, as in cutouts), part of the mission and cadence: `TIC 25155310 · TESS Sector 1 · 120 s cadence`.
pub fn title(file: &FitsFile, hdu: usize, location: &str) -> String {
    let text = |keyword: &str| {
        let of = |index| file.header(index).ok()?.text(keyword);
        let found: Option<&str> = of(0).or_else(|| of(hdu));
        found.map(str::trim).filter(|text| !text.is_empty())
    };
    let place = || {
        let header = file.header(0).ok()?;
        let (ra, dec) = (header.float("RA_OBJ")?, header.float("DEC_OBJ")?);
        Some(format!("RA {ra:.4}° Dec {dec:.4}°").replace('-', "−"))
    };
    let name = || location.rsplit('/').next().unwrap_or(location).to_owned();
    let object = text("OBJECT").map(str::to_owned).or_else(place).unwrap_or_else(name);
    let mission = text("MISSION").or_else(|| text("TELESCOP"));
    let part = [("SECTOR", "Sector"), ("QUARTER", "Quarter"), ("CAMPAIGN", "Campaign")];
    let part = part.iter().find_map(|(keyword, word)| {
        let number = integer(file, hdu, keyword)?;
        Some(match keyword {
            &"CAMPAIGN" => format!("{word} {}", campaign(number)),
            _ => format!("{word} {number}"),
        })
    });
    let observed: Vec<String> = mission.map(str::to_owned).into_iter().chain(part).collect();
    let parts = [
        Some(object),
        Some(observed.join(" ")).filter(|text| !text.is_empty()),
        cadence(file, hdu),
        is_synthetic(file).then(|| "synthetic".to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The column's name and unit: `PDCSAP_FLUX [e⁻/s]`.
pub fn column(column: &ColumnInfo) -> String {
    match column.unit.as_deref().map(str::trim).filter(|unit| !unit.is_empty()) {
        Some(unit) => format!("{} [{}]", column.name, unit.replace("e-", "e⁻")),
        None => column.name.clone(),
    }
}

/// The zero point of the times, if it is known: `Time − 2457000 [BTJD days]`; else the unit of the column.
pub fn time(time: &ColumnInfo) -> String {
    let Some(reference) = &time.time else {
        return column(time);
    };
    let (name, unit) = (reference.name(), reference.unit_name());
    match reference.zero.to_f64() {
        0.0 => format!("Time [{name} {unit}]"),
        _ => format!("Time − {} [{name} {unit}]", reference.zero),
    }
}

/// Time from one value to the next.
fn cadence(file: &FitsFile, hdu: usize) -> Option<String> {
    let days = file.header(hdu).ok()?.float("TIMEDEL").filter(|days| *days > 0.0)?;
    let seconds = days * 86_400.0;
    let number = |value: f64| match (value - value.round()).abs() < 0.02 {
        true => format!("{value:.0}"),
        false => format!("{value:.1}"),
    };
    Some(match seconds < 600.0 {
        true => format!("{} s cadence", number(seconds)),
        false => format!("{} min cadence", number(seconds / 60.0)),
    })
}

fn integer(file: &FitsFile, hdu: usize, keyword: &str) -> Option<i64> {
    let of = |index| file.header(index).ok()?.integer(keyword);
    of(0).or_else(|| of(hdu))
}

/// The halves of K2's campaigns 9, 10 and 11 have numbers of their own: 91 is 9a
/// (<https://archive.stsci.edu/missions-and-data/k2>).
fn campaign(number: i64) -> String {
    let half = match number {
        91 | 101 | 111 => "a",
        92 | 102 | 112 => "b",
        _ => return number.to_string(),
    };
    format!("{}{half}", number / 10)
}

/// Whether the file says of itself that no telescope has made it.
fn is_synthetic(file: &FitsFile) -> bool {
    let cards = file.header(0).map(|header| header.cards()).unwrap_or_default();
    cards
        .iter()
        .any(|card| matches!(&card.value, Value::Commentary(text) if text.trim_start().starts_with("Synthetic")))
}
