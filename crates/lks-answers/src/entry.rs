//! A kept answer as a file.
//!
//! ```text
//! lksearch answer 1\n
//! {"kind":"sectors","about":"sectors at 285.68 +50.24","key":"<sha256>","date":"2026-11-30T07:00:00Z","coding":"zstd","length":371}\n
//! <the answer, as its coding says>
//! <SHA-256 of everything before, 32 bytes>
//! ```

#[cfg(feature = "zstd")]
use std::io::Read;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::question::Question;

const MAGIC: &[u8] = b"lksearch answer 1\n";
const DIGEST: usize = 32;

/// More than this is not kept, and not believed of a file.
pub(crate) const LARGEST: u64 = 1 << 30;
/// The head of a file has at most so many bytes.
const LARGEST_HEAD: usize = 64 << 10;
/// The last second of the year 9999, beyond which no date can be written.
const LAST: Duration = Duration::from_secs(253_402_300_799);

/// An answer that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredAnswer {
    /// When the service gave it, to the second.
    pub date: SystemTime,
    /// What it was.
    pub body: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) kind: String,
    pub(crate) about: String,
    key: String,
    date: String,
    coding: Coding,
    length: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Coding {
    Identity,
    Zstd,
}

impl Head {
    pub(crate) fn date(&self) -> Option<SystemTime> {
        humantime::parse_rfc3339(&self.date).ok()
    }

    /// The head at the beginning of a file, and the bytes that it takes.
    pub(crate) fn read(beginning: &[u8]) -> Option<(Self, usize)> {
        let rest = beginning.strip_prefix(MAGIC)?;
        let length = rest.iter().take(LARGEST_HEAD).position(|byte| *byte == b'\n')?;
        let head = serde_json::from_slice(&rest[..length]).ok()?;
        Some((head, MAGIC.len() + length + 1))
    }
}

/// The bytes of a file; `None` for an answer that is too large to be kept.
pub(crate) fn encode(question: &Question, date: SystemTime, body: &[u8]) -> Option<Vec<u8>> {
    if body.len() as u64 > LARGEST || question.about().len() > LARGEST_HEAD / 8 {
        return None;
    }
    let (coding, coded) = compressed(body);
    let head = Head {
        kind: question.kind().to_owned(),
        about: question.about().to_owned(),
        key: question.key().to_owned(),
        date: humantime::format_rfc3339_seconds(date.clamp(UNIX_EPOCH, UNIX_EPOCH + LAST)).to_string(),
        coding,
        length: body.len() as u64,
    };
    let mut file = MAGIC.to_vec();
    serde_json::to_writer(&mut file, &head).ok()?;
    file.push(b'\n');
    file.extend_from_slice(&coded);
    let digest = Sha256::digest(&file);
    file.extend_from_slice(&digest);
    Some(file)
}

/// The answer in a file, if it is whole and answers this very question.
pub(crate) fn decode(question: &Question, file: &[u8]) -> Option<StoredAnswer> {
    let (content, digest) = file.split_at_checked(file.len().checked_sub(DIGEST)?)?;
    let (head, start) = Head::read(content)?;
    if head.key != question.key() || Sha256::digest(content).as_slice() != digest {
        return None;
    }
    Some(StoredAnswer {
        date: head.date()?,
        body: uncompressed(&content[start..], head.coding, head.length)?,
    })
}

#[cfg(feature = "zstd")]
fn compressed(body: &[u8]) -> (Coding, Vec<u8>) {
    /// The fastest of zstd's usual levels: answers are written while somebody waits for them.
    const LEVEL: i32 = 1;
    match zstd::bulk::compress(body, LEVEL) {
        Ok(coded) => (Coding::Zstd, coded),
        Err(_) => (Coding::Identity, body.to_vec()),
    }
}

#[cfg(not(feature = "zstd"))]
fn compressed(body: &[u8]) -> (Coding, Vec<u8>) {
    (Coding::Identity, body.to_vec())
}

fn uncompressed(coded: &[u8], coding: Coding, length: u64) -> Option<Vec<u8>> {
    if length > LARGEST {
        return None;
    }
    let body = match coding {
        Coding::Identity => coded.to_vec(),
        Coding::Zstd => unfolded(coded, length)?,
    };
    (body.len() as u64 == length).then_some(body)
}

#[cfg(feature = "zstd")]
fn unfolded(coded: &[u8], length: u64) -> Option<Vec<u8>> {
    // The length is believed no further than it can be true: zstd cannot fold more than this into a byte of such answers.
    let expected = usize::try_from(length)
        .ok()?
        .min(coded.len().saturating_mul(1000).max(1 << 16));
    let mut body = Vec::with_capacity(expected);
    let decoder = zstd::stream::read::Decoder::new(coded).ok()?;
    decoder.take(length.saturating_add(1)).read_to_end(&mut body).ok()?;
    Some(body)
}

#[cfg(not(feature = "zstd"))]
fn unfolded(_coded: &[u8], _length: u64) -> Option<Vec<u8>> {
    // Another program wrote it; this one asks again.
    None
}
