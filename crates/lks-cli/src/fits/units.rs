//! Units as FITS files write them, in the spelling of VOUnits 1.1 (<https://www.ivoa.net/documents/VOUnits/>).

/// What the missions write, and what it is called.
const SPELLINGS: [(&str, &str); 16] = [
    ("e-", "electron"),
    ("e", "electron"),
    ("electrons", "electron"),
    ("counts", "count"),
    ("pixels", "pixel"),
    ("day", "d"),
    ("days", "d"),
    ("hour", "h"),
    ("hours", "h"),
    ("hr", "h"),
    ("sec", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("degree", "deg"),
    ("degrees", "deg"),
    ("angstroms", "Angstrom"),
];
/// Units that are known, without a prefix and with those in use.
const KNOWN: &str = "A AU Angstrom GHz Hz J Jy K MHz N Pa V W adu arcmin arcsec bin bit byte cm count ct d deg eV electron erg g h kg \
    km kpc m mJy mag mas min mm ms nm pc photon pix pixel rad s solMass solRad um yr";

/// The unit in VOUnit spelling; `None` if that has no word for it.
pub fn vounit(unit: &str) -> Option<String> {
    let (over, under) = match unit.split_once('/') {
        Some((over, under)) => (over, Some(under)),
        None => (unit, None),
    };
    let product = |factors: &str| {
        factors
            .split('.')
            .map(factor)
            .collect::<Option<Vec<_>>>()
            .map(|f| f.join("."))
    };
    match under {
        None => product(over),
        Some(under) => Some(format!("{}/{}", product(over)?, factor(under)?)),
    }
}

/// One unit, perhaps with an exponent.
fn factor(text: &str) -> Option<String> {
    let (symbol, exponent) = match text.trim().split_once("**") {
        Some((symbol, exponent)) => (symbol, Some(exponent.parse::<i8>().ok()?)),
        None => (text.trim(), None),
    };
    let spelled = SPELLINGS.iter().find(|(other, _)| other.eq_ignore_ascii_case(symbol));
    let symbol = spelled.map_or(symbol, |(_, symbol)| symbol);
    let is_known = KNOWN.split(' ').any(|known| known == symbol);
    is_known.then(|| match exponent {
        Some(exponent) => format!("{symbol}**{exponent}"),
        None => symbol.to_owned(),
    })
}

#[cfg(test)]
mod tests;
