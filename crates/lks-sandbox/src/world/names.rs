//! The name resolver's table: aliases, and what TIC, SIMBAD and NED answer for each star.

mod of_tests;

use serde_json::{Map, Value, json};

use of_tests::OF_TESTS;

/// A star with its names.
struct Entry {
    /// Names; compared without regard to case, blanks and hyphens.
    names: &'static [&'static str],
    /// SIMBAD's name and class.
    simbad: (&'static str, &'static str),
    position: [f64; 2],
    /// NED's name and its own position.
    ned: Option<(&'static str, [f64; 2])>,
    /// Catalogue number by which the resolver answers first for names of this form.
    numbers: &'static [(Catalogue, u64)],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Catalogue {
    Tic,
    Kepler,
    K2,
}

use Catalogue::{K2, Kepler, Tic};

const KEPLER_13: [f64; 2] = [286.971_254, 46.868_263];

static ENTRIES: &[Entry] = &[
    Entry {
        names: &[
            "TOI 1161",
            "TOI 1161.01",
            "Kepler-13",
            "Kepler-13 A",
            "Kepler-13 b",
            "KOI-13",
            "KOI-13.01",
            "BD+46 2629",
        ],
        simbad: ("Kepler-13", "EclBin"),
        position: KEPLER_13,
        ned: None,
        numbers: &[(Tic, 158_324_245), (Kepler, 9_941_662)],
    },
    Entry {
        names: &[],
        simbad: ("Kepler-13 B", "Star"),
        position: [286.971_62, 46.868_31],
        ned: None,
        numbers: &[(Tic, 1_717_079_071)],
    },
    Entry {
        names: &[],
        simbad: ("Kepler-13 C", "Star"),
        position: [286.970_93, 46.868_04],
        ned: None,
        numbers: &[(Tic, 1_717_079_066)],
    },
    Entry {
        names: &["K2-18", "K2-18 b"],
        simbad: ("K2-18", "PM*"),
        position: [172.560_141, 7.588_391],
        ned: Some(("K2-018", [172.560_17, 7.588_33])),
        numbers: &[(K2, 201_912_552), (Tic, 388_804_061)],
    },
    Entry {
        names: &[
            "Kepler-10",
            "Kepler-10 b",
            "KOI-72",
            "KOI-72.01",
            "2MASS J19024305+5014286",
        ],
        simbad: ("Kepler-10", "PM*"),
        position: [285.679_388_3, 50.241_305_7],
        ned: None,
        numbers: &[(Tic, 377_780_790), (Kepler, 11_904_151)],
    },
    Entry {
        names: &["Kepler-137", "Kepler-137 b", "KOI-313", "KOI-313.01"],
        simbad: ("Kepler-137", "Star"),
        position: [282.144_822, 43.033_541],
        ned: None,
        numbers: &[(Kepler, 7_419_318)],
    },
    Entry {
        names: &["TOI 270", "TOI 270.01", "L 231-32"],
        simbad: ("L  231-32", "HighPM*"),
        position: [68.415_472, -51.956_238],
        ned: None,
        numbers: &[(Tic, 259_377_017)],
    },
    Entry {
        names: &["pi Men", "pi Mensae", "* pi Men", "HD 39091", "TOI 144", "TOI 144.01"],
        simbad: ("* pi. Men", "PM*"),
        position: [84.291_199, -80.469_12],
        ned: Some(("HD 039091", [84.291_19, -80.469_13])),
        numbers: &[(Tic, 261_136_679)],
    },
    Entry {
        names: &["AU Mic", "AU Microscopii", "HD 197481", "TOI 2221"],
        simbad: ("V* AU Mic", "BYDraV*"),
        position: [311.289_719, -31.340_895],
        ned: Some(("HD 197481", [311.289_72, -31.340_89])),
        numbers: &[(Tic, 441_420_236)],
    },
    Entry {
        names: &[],
        simbad: ("EPIC 228162462", "Star"),
        position: [271.283_4, -22.641_7],
        ned: None,
        numbers: &[(K2, 228_162_462)],
    },
    Entry {
        names: &[],
        simbad: ("EPIC 228725972", "Star"),
        position: [186.613_9, -3.905_1],
        ned: None,
        numbers: &[(K2, 228_725_972)],
    },
    Entry {
        names: &[],
        simbad: ("EPIC 233538173", "Star"),
        position: [260.181_2, -23.774_6],
        ned: None,
        numbers: &[(K2, 233_538_173)],
    },
    Entry {
        names: &["TRAPPIST-1"],
        simbad: ("TRAPPIST-1", "LowMass*"),
        position: [346.622_383, -5.041_399],
        ned: None,
        numbers: &[(K2, 246_199_087)],
    },
    Entry {
        names: &["LSPM J1142+0237"],
        simbad: ("LSPM J1142+0237", "HighPM*"),
        position: [175.551_417, 2.629_333],
        ned: None,
        numbers: &[(K2, 229_002_496)],
    },
    Entry {
        names: &["K2-199"],
        simbad: ("K2-199", "PM*"),
        position: [208.900_6, -6.135_2],
        ned: None,
        numbers: &[(K2, 212_779_596)],
    },
    Entry {
        names: &[],
        simbad: ("NR Lyr", "RRLyr"),
        position: [287.113_4, 38.812_7],
        ned: None,
        numbers: &[(Kepler, 3_733_346)],
    },
    Entry {
        names: &["Kepler-8", "Kepler-8 b", "KOI-10"],
        simbad: ("Kepler-8", "Star"),
        position: [281.288_12, 42.451_08],
        ned: None,
        numbers: &[(Kepler, 6_922_244)],
    },
    Entry {
        names: &["Kepler-408", "KOI-1612"],
        simbad: ("Kepler-408", "PM*"),
        position: [284.806_3, 48.424_1],
        ned: None,
        numbers: &[(Kepler, 10_963_065)],
    },
    Entry {
        names: &["Kepler-103", "KOI-108"],
        simbad: ("Kepler-103", "Star"),
        position: [288.984_6, 40.064_6],
        ned: None,
        numbers: &[(Kepler, 4_914_423)],
    },
    Entry {
        names: &["TrES-2", "TrES-2 b", "Kepler-1", "Kepler-1 b", "KOI-1"],
        simbad: ("TrES-2", "EclBin"),
        position: [286.808_5, 49.316_4],
        ned: None,
        numbers: &[(Kepler, 11_446_443), (Tic, 399_860_444)],
    },
    Entry {
        names: &["Kepler-16", "Kepler-16 b", "Kepler-16 AB"],
        simbad: ("Kepler-16", "EclBin"),
        position: [289.075_7, 51.757_4],
        ned: None,
        numbers: &[(Tic, 299_096_355), (Kepler, 12_644_769)],
    },
    Entry {
        names: &["V1357 Cyg", "Cyg X-1", "HD 226868"],
        simbad: ("V* V1357 Cyg", "HighMassXBin"),
        position: [299.590_3, 35.201_6],
        ned: None,
        numbers: &[(Tic, 102_604_645)],
    },
    // Resolved and, here, never observed. NED lies 6.7 arcseconds off, as it did for years.
    Entry {
        names: &["beta Pic", "bet Pic", "HD 39060"],
        simbad: ("* bet Pic", "PM*"),
        position: [86.821_199, -51.066_511],
        ned: Some(("HD 039060", [86.824_16, -51.066_51])),
        numbers: &[(Tic, 270_577_175)],
    },
    // The rest are the names of astroquery's recorded answers.
    Entry {
        names: &["L 98-59"],
        simbad: ("L   98-59", "HighPM*"),
        position: [124.531_756_002_663_8, -68.313_001_490_440_8],
        ned: None,
        numbers: &[(Tic, 307_210_830)],
    },
    Entry {
        names: &["Barnard's star"],
        simbad: ("NAME Barnard's star", "BYDraV*"),
        position: [269.452_076_958_618_7, 4.693_364_966_576_7],
        ned: None,
        numbers: &[],
    },
    Entry {
        names: &["M101", "Messier 101"],
        simbad: ("M 101", "GinPair"),
        position: [210.802_429, 54.348_75],
        ned: Some(("MESSIER 101", [210.802_27, 54.348_95])),
        numbers: &[],
    },
];

/// The rows of `resolvedCoordinate` for one name, the catalogue's first if the name is a number of its; none if unknown. Stars of the TIC
/// that have nothing but a number are where `unnamed` says, in degrees.
pub(crate) fn resolve(name: &str, unnamed: impl Fn(u64) -> Option<[f64; 2]>) -> Vec<Map<String, Value>> {
    let asked = normalized(name);
    let numbered = number(&asked);
    let entry = entries().find(|entry| {
        entry.names.iter().any(|known| normalized(known) == asked)
            || numbered.is_some_and(|asked| entry.numbers.contains(&asked))
    });
    let position = match (entry, numbered) {
        (Some(entry), _) => Some(entry.position),
        (None, Some((Tic, number))) => unnamed(number),
        (None, Some((Kepler | K2, _)) | None) => None,
    };
    let Some([ra, dec]) = position else {
        return Vec::new();
    };
    let search_string = name.to_lowercase();
    let mut rows = Vec::new();
    if let Some((catalogue, number)) = numbered {
        let (resolver, prefix) = match catalogue {
            Tic => ("TIC", "TIC"),
            Kepler => ("KEPLER", "KIC"),
            K2 => ("K2", "EPIC"),
        };
        rows.push(json!({
            "searchString": search_string, "resolver": resolver, "cached": false, "resolverTime": 2,
            "searchRadius": 0.000_333, "canonicalName": format!("{prefix} {number}"),
            "ra": ra, "decl": dec,
        }));
    }
    if let Some((canonical, class)) = entry.map(|entry| entry.simbad) {
        for (resolver, time) in [("SIMBAD", 294), ("SIMBADCFA", 296)] {
            rows.push(json!({
                "searchString": search_string, "resolver": resolver, "cached": true, "resolverTime": time,
                "cacheDate": "Apr 17, 2025, 3:47:59 PM", "searchRadius": -1.0, "canonicalName": canonical,
                "ra": ra, "decl": dec, "objectType": class,
            }));
        }
    }
    if let Some((canonical, position)) = entry.and_then(|entry| entry.ned) {
        rows.push(json!({
            "searchString": search_string, "resolver": "NED", "cached": false, "resolverTime": 1417,
            "searchRadius": -1.0, "canonicalName": canonical, "ra": position[0], "decl": position[1], "objectType": "*",
        }));
    }
    rows.into_iter()
        .filter_map(|row| match row {
            Value::Object(row) => Some(row),
            _ => None,
        })
        .collect()
}

/// The first name of the star with this number, written as `TIC 158324245`.
pub(crate) fn name_of(id: &str) -> Option<&'static str> {
    let number = number(&normalized(id))?;
    let entry = entries().find(|entry| entry.numbers.contains(&number))?;
    entry.names.first().copied()
}

fn entries() -> impl Iterator<Item = &'static Entry> {
    ENTRIES.iter().chain(OF_TESTS)
}

/// Without case, blanks, hyphens and underscores.
fn normalized(name: &str) -> String {
    name.chars()
        .filter(|character| !character.is_whitespace() && !matches!(character, '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The catalogue's number that a normalized name spells.
fn number(normalized: &str) -> Option<(Catalogue, u64)> {
    [
        ("tic", Tic),
        ("tess", Tic),
        ("kic", Kepler),
        ("kplr", Kepler),
        ("epic", K2),
        ("ktwo", K2),
    ]
    .into_iter()
    .find_map(|(prefix, catalogue)| {
        let digits = normalized.strip_prefix(prefix)?;
        Some((catalogue, digits.parse().ok()?))
    })
}
