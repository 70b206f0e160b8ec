//! Places of products in the cloud as they are kept: lines in their order, so that those of a few products are found, and new ones put between them, without
//! taking the others apart. Pure.
//!
//! ```text
//! ["mast:TESS/product/…_lc.fits","tess/public/…_lc.fits",1795996800]      product, key or null, when that was said in seconds
//! ```

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::time::SystemTime;

use lks_answers::Question as Exact;

use crate::error::Service;
use crate::kept;

/// Places are kept in so many files.
const SHARDS: u32 = 64;
/// So many are kept in one of them; beyond that the oldest are given up.
const MOST_PATHS: usize = 1 << 16;
/// The version of the lines.
const VERSION: &str = "2";

/// Where a product is in the cloud, and when that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeptPath {
    pub(super) key: Option<String>,
    seconds: u64,
}

impl KeptPath {
    pub(super) fn new(key: Option<String>, date: SystemTime) -> Self {
        Self {
            key,
            seconds: kept::seconds(date),
        }
    }

    pub(super) fn date(&self) -> SystemTime {
        kept::date(self.seconds)
    }
}

pub(super) type KeptPaths = HashMap<String, KeptPath>;

/// The file that has the place of this product, among those of this look-up.
pub(super) fn shard_of(uri: &str) -> u32 {
    // FNV-1a: the same on every machine and in every version.
    let hash = uri.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash % SHARDS
}

pub(super) fn shard(service: &str, number: u32) -> Exact {
    let number = number.to_string();
    Exact::new(
        Service::PathLookup.kind(),
        format!("places in the cloud, part {number} of {SHARDS}"),
        &[service, &number, VERSION],
    )
}

/// How a line begins with which this product is named; lines are in the order of it.
pub(super) fn name(uri: &str) -> String {
    serde_json::Value::from(uri).to_string()
}

/// The places of these products, whose names are sorted; `None` if it does not read as such a file.
pub(super) fn read(body: &[u8], names: &[String]) -> Option<KeptPaths> {
    let lines = std::str::from_utf8(body).ok()?;
    let (mut found, mut at) = (KeptPaths::new(), 0);
    for name in names {
        at = place_of(lines, at, name)?;
        let line = line_at(lines, at);
        if name_of(line) == Some(name) {
            let (uri, key, seconds) = serde_json::from_str(line).ok()?;
            found.insert(uri, KeptPath { key, seconds });
        }
    }
    Some(found)
}

/// Writes what was kept, unless it is damaged, with what was learned; the newest if they are too many.
pub(super) fn write(kept: &[u8], learned: &BTreeMap<String, KeptPath>, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let kept = std::str::from_utf8(kept).unwrap_or_default();
    let pieces = merged(kept, learned)
        .or_else(|| merged("", learned))
        .unwrap_or_default();
    let num_lines: usize = pieces.iter().map(Piece::num_lines).sum();
    let mut oldest = 0;
    if num_lines > MOST_PATHS {
        let mut dates: Vec<u64> = pieces.iter().flat_map(Piece::dates).collect();
        dates.sort_unstable();
        oldest = dates[num_lines - MOST_PATHS / 8 * 7];
    }
    for piece in pieces {
        match piece {
            Piece::Kept(lines) if oldest == 0 => out.write_all(lines.as_bytes())?,
            Piece::Kept(lines) => {
                let new = lines.split_inclusive('\n').filter(|line| seconds_of(line) >= oldest);
                new.map(str::as_bytes).try_for_each(|line| out.write_all(line))?;
            }
            Piece::Learned(name, path) if path.seconds >= oldest => {
                writeln!(out, "[{name},{},{}]", serde_json::json!(path.key), path.seconds)?;
            }
            Piece::Learned(..) => {}
        }
    }
    Ok(())
}

/// Kept lines that follow each other, each with its end, or what was learned of a product.
enum Piece<'a> {
    Kept(&'a str),
    Learned(&'a str, &'a KeptPath),
}

impl<'a> Piece<'a> {
    fn num_lines(&self) -> usize {
        match self {
            Self::Kept(lines) => lines.bytes().filter(|byte| *byte == b'\n').count(),
            Self::Learned(..) => 1,
        }
    }

    fn dates(&self) -> impl Iterator<Item = u64> + 'a {
        let (lines, learned) = match self {
            Self::Kept(lines) => (*lines, None),
            Self::Learned(_, path) => ("", Some(path.seconds)),
        };
        lines.lines().map(seconds_of).chain(learned)
    }
}

/// All lines in their order, most of them together; of a product that was kept and learned, the new one. `None` if what was kept does not read as such a file.
fn merged<'a>(kept: &'a str, learned: &'a BTreeMap<String, KeptPath>) -> Option<Vec<Piece<'a>>> {
    if !kept.is_empty() && !kept.ends_with('\n') {
        return None;
    }
    let (mut pieces, mut at) = (Vec::with_capacity(2 * learned.len() + 1), 0);
    for (name, path) in learned {
        let place = place_of(kept, at, name)?;
        pieces.push(Piece::Kept(&kept[at..place]));
        pieces.push(Piece::Learned(name, path));
        let line = line_at(kept, place);
        at = match name_of(line) == Some(name) {
            true => place + line.len() + 1,
            false => place,
        };
    }
    pieces.push(Piece::Kept(&kept[at..]));
    Some(pieces)
}

/// Where the first of these lines begins whose name is not before this one, from where one begins; `None` if a line on the way does not read as one.
fn place_of(lines: &str, from: usize, name: &str) -> Option<usize> {
    let end_of = |at: usize| lines.as_bytes()[at..].iter().position(|byte| *byte == b'\n');
    let (mut low, mut high) = (from, lines.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let before = lines.as_bytes()[low..middle].iter().rposition(|byte| *byte == b'\n');
        let start = before.map_or(low, |end| low + end + 1);
        match name_of(line_at(lines, start))? < name {
            true => low = end_of(middle).map_or(high, |end| middle + end + 1),
            false => high = start,
        }
    }
    Some(low)
}

/// The line that begins there, without its end.
fn line_at(lines: &str, start: usize) -> &str {
    lines[start..].split('\n').next().unwrap_or_default()
}

/// When a line was learned.
fn seconds_of(line: &str) -> u64 {
    let seconds = line
        .rsplit_once(',')
        .map(|(_, seconds)| seconds.trim_end().trim_end_matches(']'));
    seconds.and_then(|seconds| seconds.parse().ok()).unwrap_or(0)
}

/// The text in quotes with which a line begins.
fn name_of(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('[')?;
    let ends = rest.match_indices('"').map(|(at, _)| at).skip(1);
    let is_end = |at: &usize| (rest[..*at].len() - rest[..*at].trim_end_matches('\\').len()) % 2 == 0;
    let end = ends.into_iter().find(is_end)?;
    rest.starts_with('"').then(|| &rest[..=end])
}

#[cfg(test)]
mod tests;
