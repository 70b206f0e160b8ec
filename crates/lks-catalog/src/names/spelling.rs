//! The spellings under which SIMBAD may have a name.

use lks_mast::as_typed;

use crate::ids::StarId;

/// How names begin that a star has of its planets, or of the survey that looks for them.
const PLANET_LISTS: [&str; 14] = [
    "toi", "koi", "k0", "kepler", "k2", "wasp", "hat", "kelt", "tres", "corot", "ngts", "tic", "kic", "epic",
];

/// What a spelling of a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The name itself.
    Itself,
    /// A component of a double star, whose letter is a capital: `GJ 338 B`, where `GJ 338b` is asked for.
    Component,
    /// The star of a planet or a candidate, which has the numbers.
    Host,
}

/// The spellings of SIMBAD that a name may mean: it has `TIC 7`, `TOI-1161`, `KOI-13`, `Kepler-10`, `2MASS J…`, `V* AU Mic`, `* bet Pic`,
/// `NAME Barnard's star`.
pub(super) fn spellings(name: &str) -> Vec<(Meaning, String)> {
    let plain = as_typed(name);
    let component = component_of(&plain);
    let of = [
        (Meaning::Itself, Some(&*plain)),
        (Meaning::Component, component.as_deref()),
        (Meaning::Host, host_of(&plain)),
    ];
    let mut spellings: Vec<(Meaning, String)> = Vec::new();
    for (meaning, name) in of {
        for spelling in name.into_iter().flat_map(spellings_of) {
            if !spellings.iter().any(|(_, other)| *other == spelling) {
                spellings.push((meaning, spelling));
            }
        }
    }
    spellings
}

/// The component of a double star that a name with a small letter may stand for. Stars that are named for their planets have none.
fn component_of(name: &str) -> Option<String> {
    let letter = name.chars().next_back().filter(|letter| matches!(letter, 'b'..='d'))?;
    let lower = name.to_ascii_lowercase();
    let is_of_planet = PLANET_LISTS.iter().any(|list| lower.starts_with(list));
    let star = host_of(name).filter(|_| !is_of_planet)?;
    Some(format!("{star} {}", letter.to_ascii_uppercase()))
}

/// The star of a planet (`Kepler-10 b`, `EPIC 201912552b`) or of a candidate (`TOI-1161.01`, `K00701.03`), by the spelling.
pub(crate) fn host_of(name: &str) -> Option<&str> {
    let ends_in_digit = |star: &str| star.ends_with(|c: char| c.is_ascii_digit());
    if let Some(star) = name.strip_suffix(|c: char| matches!(c, 'b'..='z')) {
        let host = star.trim_end();
        // A letter of its own, or one behind a number: `Proxima Cen b`, `WASP-12b`.
        return ((host.len() < star.len() && !host.is_empty()) || ends_in_digit(star)).then_some(host);
    }
    let (star, candidate) = name.rsplit_once('.')?;
    let is_candidate = candidate.len() == 2 && candidate.bytes().all(|byte| byte.is_ascii_digit());
    let number = star.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_listed = ["toi", "koi", "k", "tic", "kic", "epic"].iter().any(|list| {
        number
            .trim_end_matches([' ', '-', '_', ':', '#'])
            .eq_ignore_ascii_case(list)
    });
    (is_candidate && ends_in_digit(star) && is_listed).then_some(star)
}

fn spellings_of(name: &str) -> Vec<String> {
    if let Ok(Some(id)) = StarId::read(name) {
        return vec![id.to_string(), name.to_owned()];
    }
    let mut spellings = vec![name.to_owned()];
    let lower = name.to_ascii_lowercase();
    for (prefix, canonical) in [
        ("toi", "TOI-"),
        ("koi", "KOI-"),
        ("k0", "KOI-"),
        ("kepler", "Kepler-"),
        ("k2", "K2-"),
        ("2mass", "2MASS "),
        ("wasp", "WASP-"),
        ("hat-p", "HAT-P-"),
        ("hd", "HD "),
        ("hip", "HIP "),
    ] {
        let Some(rest) = lower.strip_prefix(prefix) else {
            continue;
        };
        // Of the same length, because letters beyond ASCII stay as they are.
        let rest = name[name.len() - rest.len()..].trim_start_matches([' ', '-', '_']);
        if !rest.starts_with(|c: char| c.is_ascii_digit() || c.eq_ignore_ascii_case(&'j')) {
            continue;
        }
        let rest = match prefix {
            "2mass" => rest.replacen('j', "J", 1),
            "toi" | "koi" | "k0" => rest.trim_start_matches('0').to_owned(),
            _ => rest.to_owned(),
        };
        spellings.push(format!("{canonical}{rest}"));
    }
    spellings.extend(["NAME", "V*", "*", "**"].map(|prefix| format!("{prefix} {name}")));
    spellings
}
