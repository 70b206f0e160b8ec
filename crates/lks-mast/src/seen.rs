//! What a search found the last time, so that what came and what is gone can be told. Nothing is read or written here.

use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use lks_table::{Row, Table};
use serde::{Deserialize, Serialize};

use crate::kept;

/// A longer listing than the present one is told of for so long.
const REMEMBERED: Duration = Duration::from_secs(90 * 86_400);

/// What the same search found before.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LastTime {
    /// When it was asked, to the second.
    pub date: SystemTime,
    /// How many rows it found.
    pub num_rows: usize,
    /// The rows, by what identifies them, in order.
    rows: Vec<u64>,
}

impl LastTime {
    /// Whether it had this row.
    pub(crate) fn has(&self, row: &Row<'_>) -> bool {
        self.rows.binary_search(&identity(row)).is_ok()
    }
}

/// What is kept of a search: its rows, and the longer listing before it, if there was one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listing {
    pub(crate) rows: Vec<u64>,
    pub(crate) longer: Option<Longer>,
}

/// A listing that was longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Longer {
    pub(crate) num_rows: usize,
    seconds: u64,
}

impl Longer {
    pub(crate) fn date(&self) -> SystemTime {
        kept::date(self.seconds)
    }
}

impl Listing {
    /// The listing of these rows, after what was kept before.
    pub(crate) fn after(table: &Table, before: Option<&(SystemTime, Self)>, now: SystemTime) -> Self {
        let mut rows: Vec<u64> = table.rows().map(|row| identity(&row)).collect();
        rows.sort_unstable();
        let longest = before.and_then(|(date, listing)| {
            let itself = Longer {
                num_rows: listing.rows.len(),
                seconds: kept::seconds(*date),
            };
            let older = listing.longer.filter(|longer| longer.num_rows >= itself.num_rows);
            let is_recent = |longer: &Longer| now.duration_since(longer.date()).map_or(true, |age| age < REMEMBERED);
            older.filter(is_recent).or(Some(itself)).filter(is_recent)
        });
        let longer = longest.filter(|longer| longer.num_rows > rows.len());
        Self { rows, longer }
    }

    pub(crate) fn at(mut self, date: SystemTime) -> LastTime {
        self.rows.sort_unstable();
        LastTime {
            date,
            num_rows: self.rows.len(),
            rows: self.rows,
        }
    }

    /// Writes the longer listing as JSON, a line end, and the rows as little-endian numbers.
    pub(crate) fn write(&self, out: &mut (dyn Write + Send)) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(&self.longer)?;
        bytes.push(b'\n');
        bytes.extend(self.rows.iter().flat_map(|row| row.to_le_bytes()));
        out.write_all(&bytes)
    }

    pub(crate) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let longer = serde_json::from_slice(&bytes[..end]).ok()?;
        let (rows, rest) = bytes[end + 1..].as_chunks::<8>();
        rest.is_empty().then(|| Self {
            rows: rows.iter().map(|row| u64::from_le_bytes(*row)).collect(),
            longer,
        })
    }
}

/// A number for the product of a row: its URI, or of a cutout where and in which sector it is.
fn identity(row: &Row<'_>) -> u64 {
    let texts = ["dataURI", "obs_id", "productFilename"].map(|name| row.text(name).unwrap_or_default());
    let parts: &[&str] = match texts[0] {
        "" => &texts,
        _ => &texts[..1],
    };
    let sector = row
        .integer("sequence_number")
        .filter(|_| texts[0].is_empty())
        .unwrap_or_default();
    let bytes = parts
        .iter()
        .flat_map(|part| part.bytes().chain([0]))
        .chain(sector.to_le_bytes());
    // FNV-1a: the same on every machine and in every version.
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests;
