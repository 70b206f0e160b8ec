//! Which bytes of a file its own sums speak for. Pure.

use std::fmt;
use std::ops::Range;

use super::{Report, SumState, Sums};

/// Ranges of a file that are named in a text.
const MOST_NAMED: usize = 4;

/// Which bytes of a file are proven by a right sum, and which are not: because their sum is wrong, or because they have none.
///
/// Shown, it is a sentence without a full stop: `right sums prove bytes 20160 to 43199, not bytes 0 to 20159`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proof {
    /// Those under a right `CHECKSUM` or `DATASUM`, in order, adjoining ones as one.
    pub proven: Vec<Range<u64>>,
    /// The others.
    pub unproven: Vec<Range<u64>>,
}

impl Report {
    /// What the sums of the file prove, in bytes of the decompressed file.
    pub fn proof(&self) -> Proof {
        let (mut proven, mut unproven, mut end) = (Vec::new(), Vec::new(), 0);
        for hdu in &self.hdus {
            let info = &hdu.info;
            let is_valid =
                |of: fn(&Sums) -> SumState| hdu.sums.as_ref().is_some_and(|sums| of(sums) == SumState::Valid);
            let whole = is_valid(|sums| sums.checksum);
            for (range, is_proven) in [
                (info.header_offset..info.data_offset, whole),
                (info.data_offset..info.end(), whole || is_valid(|sums| sums.datasum)),
            ] {
                join(if is_proven { &mut proven } else { &mut unproven }, range);
            }
            end = info.end();
        }
        join(&mut unproven, end..self.size);
        Proof { proven, unproven }
    }
}

fn join(ranges: &mut Vec<Range<u64>>, range: Range<u64>) {
    match ranges.last_mut() {
        _ if range.is_empty() => {}
        Some(last) if last.end == range.start => last.end = range.end,
        _ => ranges.push(range),
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.proven[..], &self.unproven[..]) {
            ([], _) => f.write_str("no right sum proves any of its bytes"),
            (proven, []) => write!(f, "right sums prove {}", Bytes(proven)),
            (proven, unproven) => write!(f, "right sums prove {}, not {}", Bytes(proven), Bytes(unproven)),
        }
    }
}

/// Ranges in words; the last byte of each belongs to it.
struct Bytes<'a>(&'a [Range<u64>]);

impl fmt::Display for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, range) in self.0.iter().take(MOST_NAMED).enumerate() {
            let before = match n {
                0 => "bytes ",
                n if n + 1 == self.0.len() => " and ",
                _ => ", ",
            };
            write!(f, "{before}{} to {}", range.start, range.end.saturating_sub(1))?;
        }
        match self.0.len().saturating_sub(MOST_NAMED) {
            0 => Ok(()),
            more => write!(f, " and {more} more ranges"),
        }
    }
}
