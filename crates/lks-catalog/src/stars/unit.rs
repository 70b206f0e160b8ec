//! What the numbers of a column are multiplied with to have the unit that is meant, by the spellings of [VOUnit](https://www.ivoa.net/documents/VOUnits/), of
//! [the CDS](https://cds.unistra.fr/doc/catstd-3.2.htx), and of the Gaia archive (`Angle[deg]`).

/// `None` for a unit that is not understood; without a unit, numbers are what is meant.
pub(super) fn factor(unit: &str, meant: &str) -> Option<f64> {
    let (unit, meant) = (plain(unit), plain(meant));
    if unit.is_empty() || unit == meant {
        return Some(1.0);
    }
    match meant.as_str() {
        "deg" => Some(milliarcseconds(&unit)? / milliarcseconds("deg")?),
        "mas" => milliarcseconds(&unit),
        "mas/yr" => milliarcseconds(unit.strip_suffix("/yr")?),
        "km/s" => (unit == "m/s").then_some(1e-3),
        "yr" => matches!(unit.as_str(), "a" | "jyr" | "julianyr" | "julianyrs").then_some(1.0),
        "solrad" => matches!(unit.as_str(), "rsun" | "r_sun").then_some(1.0),
        "solmass" => matches!(unit.as_str(), "msun" | "m_sun").then_some(1.0),
        "log(cm/s2)" => matches!(unit.as_str(), "[cm/s2]" | "dex" | "dex(cm/s2)" | "logcgs").then_some(1.0),
        _ => None,
    }
}

fn milliarcseconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "rad" => 3_600_000.0 * 180.0 / std::f64::consts::PI,
        "h" | "hour" | "hourangle" => 3_600_000.0 * 15.0,
        "deg" | "degree" | "degrees" => 3_600_000.0,
        "arcmin" => 60_000.0,
        "arcsec" | "as" => 1000.0,
        "mas" => 1.0,
        "uas" | "µas" | "μas" => 1e-3,
        _ => return None,
    })
}

/// Without what spellings differ in.
fn plain(unit: &str) -> String {
    let mut plain: String = unit.to_lowercase();
    plain.retain(|c| !c.is_whitespace() && !matches!(c, '*' | '^' | '\''));
    // A quantity may be named before its unit.
    if let Some((quantity, rest)) = plain.split_once('[')
        && !quantity.is_empty()
        && let Some(inner) = rest.strip_suffix(']')
    {
        plain = inner.to_owned();
    }
    [
        ("year", "yr"),
        (".yr-1", "/yr"),
        ("/a", "/yr"),
        (".s-1", "/s"),
        (".s-2", "/s2"),
    ]
    .into_iter()
    .fold(plain, |plain, (spelled, meant)| plain.replace(spelled, meant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_understood_in_all_their_spellings() {
        for (unit, meant, expected) in [
            ("deg", "deg", Some(1.0)),
            ("", "deg", Some(1.0)),
            ("Angle[deg]", "deg", Some(1.0)),
            ("h", "deg", Some(15.0)),
            ("arcsec", "deg", Some(1.0 / 3600.0)),
            ("furlong", "deg", None),
            ("mas.yr**-1", "mas/yr", Some(1.0)),
            ("mas / year", "mas/yr", Some(1.0)),
            ("mas.yr-1", "mas/yr", Some(1.0)),
            ("Angular Velocity[mas/year]", "mas/yr", Some(1.0)),
            ("arcsec/yr", "mas/yr", Some(1000.0)),
            ("deg/yr", "mas/yr", Some(3_600_000.0)),
            ("mas", "mas/yr", None),
            ("uas", "mas", Some(1e-3)),
            ("km.s**-1", "km/s", Some(1.0)),
            ("m/s", "km/s", Some(1e-3)),
            ("[cm/s2]", "log(cm.s**-2)", Some(1.0)),
            ("log(cm.s**-2)", "log(cm.s**-2)", Some(1.0)),
            ("Rsun", "solRad", Some(1.0)),
            ("Msun", "solMass", Some(1.0)),
            ("K", "K", Some(1.0)),
            ("100K", "K", None),
            ("Time[Julian Years]", "yr", Some(1.0)),
        ] {
            assert_eq!(factor(unit, meant), expected, "'{unit}' for '{meant}'");
        }
        let radian = factor("rad", "deg").unwrap();
        assert!((radian - 1_f64.to_degrees()).abs() < 1e-13, "{radian}");
    }
}
