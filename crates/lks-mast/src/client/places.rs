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
    let mut found = KeptPaths::new();
    let mut names = names.iter().peekable();
    for line in std::str::from_utf8(body).ok()?.lines() {
        let named = name_of(line)?;
        while names.next_if(|name| name.as_str() < named).is_some() {}
        if names.next_if(|name| *name == named).is_some() {
            let (uri, key, seconds) = serde_json::from_str(line).ok()?;
            found.insert(uri, KeptPath { key, seconds });
        }
    }
    Some(found)
}

/// Writes what was kept, unless it is damaged, with what was learned; the newest if they are too many.
pub(super) fn write(kept: &[u8], learned: &BTreeMap<String, KeptPath>, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let kept = std::str::from_utf8(kept).unwrap_or_default();
    let lines = || merged(kept, learned);
    let num_lines = lines().count();
    let mut oldest = 0;
    if num_lines > MOST_PATHS {
        let mut dates: Vec<u64> = lines().map(|line| line.seconds()).collect();
        dates.sort_unstable();
        oldest = dates[num_lines - MOST_PATHS / 8 * 7];
    }
    for line in lines().filter(|line| oldest == 0 || line.seconds() >= oldest) {
        match line {
            Line::Kept(line) => out.write_all(line.as_bytes())?,
            Line::Learned(name, path) => write!(out, "[{name},{},{}]", serde_json::json!(path.key), path.seconds)?,
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}

enum Line<'a> {
    Kept(&'a str),
    Learned(&'a str, &'a KeptPath),
}

impl Line<'_> {
    fn seconds(&self) -> u64 {
        match self {
            Self::Kept(line) => {
                let seconds = line.rsplit_once(',').map(|(_, seconds)| seconds.trim_end_matches(']'));
                seconds.and_then(|seconds| seconds.parse().ok()).unwrap_or(0)
            }
            Self::Learned(_, path) => path.seconds,
        }
    }
}

/// All lines in their order; of a product that was kept and learned, the new one.
fn merged<'a>(kept: &'a str, learned: &'a BTreeMap<String, KeptPath>) -> impl Iterator<Item = Line<'a>> {
    let named = |line: &'a str| Some((name_of(line)?, line));
    let (mut kept, mut learned) = (kept.lines().filter_map(named).peekable(), learned.iter().peekable());
    std::iter::from_fn(move || {
        let (new, _) = match learned.peek() {
            None => return kept.next().map(|(_, line)| Line::Kept(line)),
            Some(new) => *new,
        };
        if let Some((_, line)) = kept.next_if(|(name, _)| *name < new.as_str()) {
            return Some(Line::Kept(line));
        }
        kept.next_if(|(name, _)| *name == new);
        learned.next().map(|(name, path)| Line::Learned(name, path))
    })
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
