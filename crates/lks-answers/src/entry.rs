//! A kept answer as a file.
//!
//! ```text
//! lksearch answer 1\n
//! {"kind":"sectors","about":"sectors at 285.68 +50.24","key":"<sha256>","date":"2026-11-30T07:00:00.250000000Z","coding":"zstd","length":371}\n
//! <the answer, as its coding says>
//! <SHA-256 of everything before, 32 bytes>
//! ```

#[cfg(feature = "zstd")]
use std::io::BufWriter;
use std::io::{self, Write};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::question::Question;
use crate::used::{UsedAnswer, date_of, date_to_text};

const MAGIC: &[u8] = b"lksearch answer 1\n";
const DIGEST: usize = 32;

/// More than this is not kept, and not believed of a file.
pub(crate) const LARGEST: u64 = 1 << 30;
/// The head of a file has at most so many bytes.
const LARGEST_HEAD: usize = 64 << 10;
/// So many answers may be what another one was made of: the head stays short.
const MOST_USED: usize = 24;

/// An answer that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredAnswer {
    /// When the service gave it.
    pub date: SystemTime,
    /// The answers that it was made of; empty for what a service said.
    pub made_of: Vec<UsedAnswer>,
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    made_of: Vec<UsedAnswer>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Coding {
    Identity,
    Zstd,
}

impl Head {
    pub(crate) fn date(&self) -> Option<SystemTime> {
        date_of(&self.date)
    }

    /// Whether this is the head of that very answer, and not of an earlier or a later one.
    pub(crate) fn is_of(&self, used: &UsedAnswer) -> bool {
        self.key == used.key() && self.date() == Some(used.date())
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
pub(crate) fn encode(
    question: &Question,
    date: SystemTime,
    made_of: &[UsedAnswer],
    body: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> io::Result<Option<Vec<u8>>> {
    if question.about().len() > LARGEST_HEAD / 8 || made_of.len() > MOST_USED {
        return Ok(None);
    }
    let (coded, length) = folded(body)?;
    if length > LARGEST {
        return Ok(None);
    }
    let head = Head {
        kind: question.kind().to_owned(),
        about: question.about().to_owned(),
        key: question.key().to_owned(),
        date: date_to_text(date),
        coding: CODING,
        length,
        made_of: made_of.to_vec(),
    };
    let mut file = MAGIC.to_vec();
    serde_json::to_writer(&mut file, &head)?;
    file.push(b'\n');
    file.extend_from_slice(&coded);
    let digest = Sha256::digest(&file);
    file.extend_from_slice(&digest);
    Ok(Some(file))
}

/// Counts what is written, and keeps none of it beyond the largest answer.
struct Counted<W> {
    out: W,
    length: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.length += bytes.len() as u64;
        match self.length > LARGEST {
            true => Ok(bytes.len()),
            false => self.out.write_all(bytes).map(|()| bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
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
        made_of: head.made_of,
        body: uncompressed(&content[start..], head.coding, head.length)?,
    })
}

#[cfg(feature = "zstd")]
const CODING: Coding = Coding::Zstd;

/// The body as it is coded, and its length before.
#[cfg(feature = "zstd")]
fn folded(body: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>) -> io::Result<(Vec<u8>, u64)> {
    /// The fastest of zstd's usual levels: answers are written while somebody waits for them.
    const LEVEL: i32 = 1;
    let out = BufWriter::new(zstd::stream::write::Encoder::new(Vec::new(), LEVEL)?);
    let mut counted = Counted { out, length: 0 };
    body(&mut counted)?;
    let encoder = counted.out.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok((encoder.finish()?, counted.length))
}

#[cfg(not(feature = "zstd"))]
const CODING: Coding = Coding::Identity;

#[cfg(not(feature = "zstd"))]
fn folded(body: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>) -> io::Result<(Vec<u8>, u64)> {
    let out = Vec::new();
    let mut counted = Counted { out, length: 0 };
    body(&mut counted)?;
    Ok((counted.out, counted.length))
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
    /// A block of zstd has at most 128 KiB, and at least four bytes.
    const MOST_PER_BYTE: usize = 1 << 15;
    let length = usize::try_from(length).ok()?;
    if length > coded.len().saturating_mul(MOST_PER_BYTE) {
        return None;
    }
    let mut body = Vec::new();
    body.try_reserve_exact(length).ok()?;
    let mut decoder = zstd::bulk::Decompressor::new().ok()?;
    decoder.decompress_to_buffer(coded, &mut body).ok()?;
    Some(body)
}

#[cfg(not(feature = "zstd"))]
fn unfolded(_coded: &[u8], _length: u64) -> Option<Vec<u8>> {
    // Another program wrote it; this one asks again.
    None
}
