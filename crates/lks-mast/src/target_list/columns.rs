//! Which column of a table holds targets, by its name.

use std::io::Cursor;

use lks_table::arrow_schema::DataType;
use lks_table::read::Parts;
use lks_table::similar_names;

use crate::error::Error;

/// Columns of numbers of a catalogue, and how such a number is written as a target. `tid` is the TIC's number in the NASA Exoplanet Archive's list of TOIs,
/// `kepid` the KIC's in that of KOIs.
const CATALOGUES: [(&str, &[&str]); 7] = [
    ("TIC", &["tic", "ticid", "tid"]),
    ("KIC", &["kic", "kicid", "kepid", "keplerid"]),
    ("EPIC", &["epic", "epicid"]),
    ("TOI", &["toi"]),
    ("Gaia DR3", &["gaiadr3", "gaiadr3id", "gaiadr3sourceid", "dr3sourceid"]),
    ("Gaia DR2", &["gaiadr2", "gaiadr2id", "gaiadr2sourceid", "dr2sourceid"]),
    ("Gaia DR4", &["gaiadr4", "gaiadr4id", "gaiadr4sourceid", "dr4sourceid"]),
];

/// Columns of names.
const NAMES: [&str; 10] = [
    "target",
    "targets",
    "input",
    "name",
    "hostname",
    "starname",
    "star",
    "object",
    "objectname",
    "mainid",
];

/// Pairs of columns of a position, in degrees or sexagesimal; those of VizieR, Gaia and MAST are among them.
const POSITIONS: [(&str, &str); 6] = [
    ("ra", "dec"),
    ("radeg", "decdeg"),
    ("raj2000", "dej2000"),
    ("raj2000", "decj2000"),
    ("raicrs", "deicrs"),
    ("sra", "sdec"),
];

/// What holds the targets.
#[derive(Debug, PartialEq)]
pub(super) enum Chosen<'a> {
    One(&'a str),
    Position(&'a str, &'a str),
}

/// The prefix that makes a target of a bare number in this column.
pub(super) fn catalogue(column: &str) -> Option<&'static str> {
    let plain = plain(column);
    let of = CATALOGUES.iter().find(|(_, names)| names.contains(&plain.as_str()));
    of.map(|(prefix, _)| *prefix)
}

/// Whether a line of text is the header of a table of targets, whatever separates its columns.
pub(super) fn has_known_names(line: &str) -> bool {
    let is_known = |name: &str| {
        let name = plain(name);
        catalogue(&name).is_some()
            || NAMES.contains(&name.as_str())
            || POSITIONS.iter().any(|(ra, dec)| *ra == name || *dec == name)
    };
    let mut words = line.split_whitespace();
    line.split([',', ';', '\t', '|']).any(is_known) || (line.contains(' ') && words.all(is_known))
}

/// The column that is asked for, or else the one whose name says that it holds targets.
pub(super) fn chosen<'a>(columns: &[&'a str], asked: Option<&str>) -> Result<Chosen<'a>, Error> {
    if let ([only], Some(separator)) = (columns, columns.first().and_then(|only| other_separator(only))) {
        return Err(Error::invalid(format!(
            "its columns, `{only}`, are separated by {separator} and not by commas; save it with commas"
        )));
    }
    let Some(asked) = asked else { return by_name(columns) };
    if let Some(name) = find(columns, asked) {
        let pair = position(columns).filter(|(ra, dec)| *ra == name || *dec == name);
        return Ok(pair.map_or(Chosen::One(name), |(ra, dec)| Chosen::Position(ra, dec)));
    }
    match asked
        .split_once(',')
        .map(|(ra, dec)| (find(columns, ra.trim()), find(columns, dec.trim())))
    {
        Some((Some(ra), Some(dec))) => Ok(Chosen::Position(ra, dec)),
        _ => Err(unknown(columns, asked)),
    }
}

fn by_name<'a>(columns: &[&'a str]) -> Result<Chosen<'a>, Error> {
    let that = |is_such: &dyn Fn(&str) -> bool| -> Vec<&'a str> {
        columns.iter().copied().filter(|name| is_such(name)).collect()
    };
    let ids = that(&|name| catalogue(name).is_some());
    let named = that(&|name| NAMES.contains(&plain(name).as_str()));
    let several = match (&ids[..], &named[..], position(columns), columns) {
        ([id], ..) => return Ok(Chosen::One(id)),
        ([], [name], ..) => return Ok(Chosen::One(name)),
        ([], [], Some((ra, dec)), _) => return Ok(Chosen::Position(ra, dec)),
        ([], [], None, [only]) => return Ok(Chosen::One(only)),
        ([], [], None, _) => {
            return Err(Error::invalid(format!(
                "which column has the targets? There are {}; name it as in `FILE:{}`",
                listed(columns),
                columns.first().unwrap_or(&"COLUMN")
            )));
        }
        ([], several, ..) => several,
        (several, ..) => several,
    };
    Err(Error::invalid(format!(
        "{} may each be meant; name one as in `FILE:{}`",
        listed(several),
        several[0]
    )))
}

fn find<'a>(columns: &[&'a str], asked: &str) -> Option<&'a str> {
    let exact = columns.iter().find(|name| **name == asked);
    exact
        .or_else(|| columns.iter().find(|name| name.eq_ignore_ascii_case(asked)))
        .copied()
}

fn position<'a>(columns: &[&'a str]) -> Option<(&'a str, &'a str)> {
    let of = |wanted: &str| columns.iter().copied().find(|name| plain(name) == wanted);
    POSITIONS.iter().find_map(|(ra, dec)| of(ra).zip(of(dec)))
}

fn unknown(columns: &[&str], asked: &str) -> Error {
    let meant = similar_names(asked, columns.iter().copied());
    let meant = match meant.first() {
        Some(name) => format!("; did you mean `{name}`?"),
        None => String::new(),
    };
    Error::invalid(format!(
        "there is no column `{asked}`; there are {}{meant}",
        listed(columns)
    ))
}

/// The names, of very many the first.
fn listed(columns: &[&str]) -> String {
    const MOST: usize = 40;
    let shown: Vec<String> = columns.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    match columns.len().saturating_sub(MOST) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// What separates columns that came as one, whose name has several names.
fn other_separator(only: &str) -> Option<&'static str> {
    let known = [(';', "`;`"), ('\t', "tabs"), ('|', "`|`"), (' ', "blanks")];
    let is_between = |separator: &char| only.split(*separator).filter(|name| !name.trim().is_empty()).count() > 1;
    let found = known.into_iter().find(|(separator, _)| is_between(separator));
    found.filter(|_| has_known_names(only)).map(|(_, words)| words)
}

/// A name without what people write it with: `TIC ID`, `tic_id` and `TICID` are one.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The columns of a Parquet or Arrow file that are floating-point numbers of 32 bits or fewer, which a table holds in 64.
pub(super) fn short_floats(bytes: &[u8]) -> Vec<String> {
    let Ok(Some(parts)) = Parts::open(Cursor::new(bytes.to_vec()), None, 1) else {
        return Vec::new();
    };
    let fields = parts.schema().fields().iter();
    let short = fields.filter(|field| matches!(field.data_type(), DataType::Float16 | DataType::Float32));
    short.map(|field| field.name().clone()).collect()
}
