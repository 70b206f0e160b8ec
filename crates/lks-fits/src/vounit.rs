//! Units as FITS files write them, in the spelling of VOUnits 1.1 (<https://www.ivoa.net/documents/VOUnits/>).

/// What the missions and their users write, and what it is called.
const SPELLINGS: [(&str, &str); 31] = [
    ("e-", "electron"),
    ("e", "electron"),
    ("electrons", "electron"),
    ("counts", "count"),
    ("cts", "count"),
    ("photons", "photon"),
    ("pixels", "pixel"),
    ("day", "d"),
    ("days", "d"),
    ("hour", "h"),
    ("hours", "h"),
    ("hr", "h"),
    ("minute", "min"),
    ("minutes", "min"),
    ("sec", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("year", "yr"),
    ("years", "yr"),
    ("degree", "deg"),
    ("degrees", "deg"),
    ("angstroms", "Angstrom"),
    ("micron", "um"),
    ("microns", "um"),
    ("ergs", "erg"),
    ("magnitude", "mag"),
    ("magnitudes", "mag"),
    ("kelvin", "K"),
    ("msun", "solMass"),
    ("rsun", "solRad"),
    ("lsun", "solLum"),
];
/// Units that are known without a prefix.
const PLAIN: &str = "% AU D Angstrom adu arcmin beam bin bit byte chan count ct d deg electron erg h mas min ph photon pix pixel solLum solMass \
 solRad u voxel";
/// Units that are known with a prefix and without.
const PREFIXED: &str =
    "A C F G H Hz J Jy K N Ohm Pa R Ry S T V W Wb a arcsec barn cd eV g lm lx lyr m mag mol pc rad s sr yr";
const PREFIXES: &str = "y z a f p n u m c d da h k M G T P E Z Y";

/// The unit in VOUnit spelling; `None` if that has no word for it, and where a product after a solidus could mean two things.
///
/// ```
/// assert_eq!(lks_fits::vounit("e-/s").as_deref(), Some("electron/s"));
/// assert_eq!(lks_fits::vounit("ppm"), None);
/// ```
pub fn vounit(unit: &str) -> Option<String> {
    let mut factors = Factors {
        rest: unit.trim(),
        num_slashes: 0,
    }
    .all()?;
    // FITS's A is the ampere (FITS 4.0, table 3); nobody measures the flux density of a star by the ampere, and SPARCS writes `erg/s/cm^2/A`.
    let has_flux = factors
        .iter()
        .any(|factor| matches!(factor.symbol.as_str(), "erg" | "W" | "photon"));
    for factor in &mut factors {
        if has_flux && factor.symbol == "A" && factor.power < 0 {
            factor.symbol = "Angstrom".to_owned();
        }
    }
    match factors.as_slice() {
        [] => None,
        [one, other] if one.power == 1 && other.power == -1 && other.is_divisor => {
            Some(format!("{}/{}", one.symbol, other.symbol))
        }
        all => Some(all.iter().map(Factor::spelled).collect::<Vec<_>>().join(".")),
    }
}

/// A unit with its exponent.
struct Factor {
    symbol: String,
    power: i8,
    is_divisor: bool,
}

impl Factor {
    fn spelled(&self) -> String {
        match self.power {
            1 => self.symbol.clone(),
            power => format!("{}**{power}", self.symbol),
        }
    }
}

/// A unit that is being read.
struct Factors<'a> {
    rest: &'a str,
    num_slashes: u8,
}

impl Factors<'_> {
    fn all(mut self) -> Option<Vec<Factor>> {
        let mut factors = Vec::new();
        while !self.rest.is_empty() {
            let is_first = factors.is_empty() && self.num_slashes == 0;
            let is_divisor = self.operator()?;
            if is_divisor {
                self.num_slashes += 1;
            } else if self.num_slashes > 0 {
                // `a/b c` is a/(b c) to some and (a/b) c to others.
                return None;
            }
            if is_first
                && let Some(rest) = self
                    .rest
                    .strip_prefix('1')
                    .filter(|rest| rest.trim_start().starts_with('/'))
            {
                self.rest = rest.trim_start();
                continue;
            }
            let sign = if is_divisor { -1 } else { 1 };
            if let Some((inner, rest)) = self.rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
                self.rest = rest;
                let power = self.power()?.checked_mul(sign)?;
                for factor in (Factors {
                    rest: inner.trim(),
                    num_slashes: 0,
                })
                .all()?
                {
                    let power = factor.power.checked_mul(power)?;
                    factors.push(Factor {
                        power,
                        is_divisor,
                        ..factor
                    });
                }
            } else {
                let symbol = self.symbol()?;
                let power = self.power()?.checked_mul(sign)?;
                factors.push(Factor {
                    symbol,
                    power,
                    is_divisor,
                });
            }
            self.rest = self.rest.trim_start();
        }
        Some(factors)
    }

    /// Skips what stands between two units; whether it divides.
    fn operator(&mut self) -> Option<bool> {
        let text = self.rest.trim_start();
        let (is_divisor, text) = match text.as_bytes().first()? {
            b'/' => (true, &text[1..]),
            b'.' | b'*' => (false, &text[1..]),
            _ => (false, text),
        };
        self.rest = text.trim_start();
        Some(is_divisor)
    }

    fn symbol(&mut self) -> Option<String> {
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_alphabetic() || c == '%'))
            .unwrap_or(self.rest.len());
        let (mut word, mut after) = self.rest.split_at(end);
        if word == "e" && after.starts_with('-') && !after[1..].starts_with(|c: char| c.is_ascii_digit()) {
            (word, after) = self.rest.split_at(2);
        }
        self.rest = after;
        let spelled = SPELLINGS.iter().find(|(other, _)| other.eq_ignore_ascii_case(word));
        let word = spelled.map_or(word, |(_, symbol)| symbol);
        let word = if word == "ADU" { "adu" } else { word };
        is_known(word).then(|| word.to_owned())
    }

    /// `**-2`, `^(-2)`, `-2`, or nothing for 1.
    fn power(&mut self) -> Option<i8> {
        let marked = self.rest.strip_prefix("**").or_else(|| self.rest.strip_prefix('^'));
        let text = marked.unwrap_or(self.rest);
        let bracket = text.strip_prefix('(').filter(|_| marked.is_some());
        let text = bracket.unwrap_or(text);
        let sign = text.starts_with(['-', '+']).into();
        let end = text[sign..]
            .find(|c: char| !c.is_ascii_digit())
            .map_or(text.len(), |end| end + sign);
        if end == sign {
            return (marked.is_none() && sign == 0).then_some(1);
        }
        let (number, rest) = text.split_at(end);
        self.rest = match bracket {
            Some(_) => rest.strip_prefix(')')?,
            None => rest,
        };
        // `cm^1.5` is not a unit that is expected.
        number
            .parse()
            .ok()
            .filter(|power| *power != 0 && !self.rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    }
}

fn is_known(word: &str) -> bool {
    let is = |words: &str, word: &str| words.split_whitespace().any(|known| known == word);
    let prefixed = || {
        PREFIXES
            .split(' ')
            .any(|prefix| word.strip_prefix(prefix).is_some_and(|unit| is(PREFIXED, unit)))
    };
    is(PLAIN, word) || is(PREFIXED, word) || word == "kg" || prefixed()
}

#[cfg(test)]
mod tests;
