//! The record of one URI: what its content is, where it came from, where it lies. Text in, text out; no file is touched here.
//!
//! Its own text is that of the first version of the store, and of what lies beside a file that was set aside; see `segment::line` for
//! how the store keeps it now.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::key::{RawKey, record_key_of};
use crate::path::{self, RelativePath, UnsafeName};

/// Version of the record's format; it is also the `v1` in the directory's name.
pub const RECORD_VERSION: u32 = 1;
/// Larger texts are not records.
pub(crate) const MAX_RECORD_BYTES: u64 = 64 * 1024;

const CHECKSUM_PREFIX: &str = "#sha256:";

/// What the store knows of the content of one URI. One JSON object and a last line with its checksum; see `docs/reference/records.md`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// Version of the format, [`RECORD_VERSION`].
    pub v: u32,
    /// SHA-256 of `mast`, a zero byte and the URI, as hexadecimal digits; also the record's file name.
    pub key: String,
    /// The URI, byte for byte.
    pub uri: String,
    /// SHA-256 of the content, as hexadecimal digits.
    pub sha256: String,
    /// Size of the content in bytes.
    pub size: u64,
    /// Where the bytes came from, in the caller's words.
    pub source: String,
    /// The address they were read from.
    pub url: Option<String>,
    /// The source's entity tag.
    pub etag: Option<String>,
    /// The source's modification date, as it was sent.
    pub last_modified: Option<String>,
    /// The size that a list of the source gave, in bytes.
    pub table_size: Option<u64>,
    /// Written by the store, or found and taken over.
    pub origin: RecordOrigin,
    /// The strongest check that the content passed when it came in.
    pub assurance: Assurance,
    /// What is odd about the content although it is what the source gives, in the caller's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When the content came in, UTC.
    pub stored_at: String,
    /// When the fingerprints below were last confirmed by the content's SHA-256, UTC.
    pub verified_at: String,
    /// Files that hold the content.
    pub locations: Vec<RecordLocation>,
    /// The program that wrote the record.
    pub writer: String,
}

/// How a file came to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RecordOrigin {
    /// The store wrote it.
    Fetched,
    /// Another tool wrote it; the store checked it and left its bytes and inode alone.
    Adopted,
}

/// How well it is known that the content is what the source holds, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Assurance {
    /// Nothing but the end of the stream says that it is complete.
    #[default]
    None,
    /// It has the announced length.
    Length,
    /// Its own structure says that it is complete.
    Structure,
    /// Both.
    LengthAndStructure,
    /// It has the announced length, and checksums in the file itself agree for all of it.
    EmbeddedChecksum,
    /// A checksum from the source agrees.
    Checksum,
}

impl Assurance {
    /// The word for it in records and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Length => "length",
            Self::Structure => "structure",
            Self::LengthAndStructure => "length-and-structure",
            Self::EmbeddedChecksum => "embedded-checksum",
            Self::Checksum => "checksum",
        }
    }
}

/// One file that holds the content, with what identifies it cheaply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RecordLocation {
    /// Path relative to the root, with `/` between the components.
    pub path: String,
    /// What the file looked like when its SHA-256 was last known.
    #[serde(flatten)]
    pub fingerprint: Fingerprint,
}

/// What `stat` says of a file. An equal fingerprint means: not written since, short of deliberate forgery.
///
/// The status-change time is left out, because a link, a rename or a new mode changes it and not the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fingerprint {
    /// Device.
    pub dev: u64,
    /// Inode.
    pub ino: u64,
    /// Bytes.
    pub size: u64,
    /// Modification time, nanoseconds since 1970.
    pub mtime_ns: i64,
}

/// Why a text is not a usable record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadRecord {
    /// The last line is missing or of another shape.
    #[error("no checksum line")]
    NoChecksum,
    /// The text is not what was written.
    #[error("checksum differs")]
    ChecksumDiffers,
    /// The text is intact and not a record of this version.
    #[error("not a record: {0}")]
    NotARecord(String),
    /// The record belongs to another URI.
    #[error("record of another address")]
    OtherKey,
}

impl Record {
    /// The record as text: one JSON object in one line, then `#sha256:` and the checksum of that line with its line feed.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string(self).expect("because a record holds only text, numbers and lists");
        text.push('\n');
        let checksum = hex(&Sha256::digest(text.as_bytes()));
        text.push_str(CHECKSUM_PREFIX);
        text.push_str(&checksum);
        text.push('\n');
        text
    }

    /// Reads what [`Record::to_text`] wrote.
    ///
    /// # Errors
    ///
    /// [`BadRecord`] if one bit of it changed, or it is of another version.
    pub fn parse(text: &[u8]) -> Result<Self, BadRecord> {
        let body_end = text.iter().position(|&b| b == b'\n').ok_or(BadRecord::NoChecksum)? + 1;
        let (body, last_line) = text.split_at(body_end);
        let checksum = last_line
            .strip_prefix(CHECKSUM_PREFIX.as_bytes())
            .and_then(|rest| rest.strip_suffix(b"\n"))
            .ok_or(BadRecord::NoChecksum)?;
        if checksum != hex(&Sha256::digest(body)).as_bytes() {
            return Err(BadRecord::ChecksumDiffers);
        }
        let record: Self = serde_json::from_slice(body).map_err(|error| BadRecord::NotARecord(error.to_string()))?;
        if record.v != RECORD_VERSION {
            return Err(BadRecord::NotARecord(format!("version {}", record.v)));
        }
        if record.key != record_key_of(&record.uri) {
            return Err(BadRecord::OtherKey);
        }
        record.check_names()?;
        Ok(record)
    }

    /// Anyone who may write records may write anything into them: what becomes a path is checked as if a server had sent it.
    pub(crate) fn check_names(&self) -> Result<(), BadRecord> {
        if !is_sha256(&self.sha256) {
            return Err(BadRecord::NotARecord("its hash is not a SHA-256".to_owned()));
        }
        for location in &self.locations {
            check_location(&location.path).map_err(|error| BadRecord::NotARecord(error.to_string()))?;
        }
        Ok(())
    }

    /// The location with this relative path.
    pub(crate) fn location(&self, relative: &str) -> Option<&RecordLocation> {
        self.locations.iter().find(|location| location.path == relative)
    }

    /// Remembers `location`, in place of what was known of the same path.
    pub(crate) fn set_location(&mut self, location: RecordLocation) {
        self.locations.retain(|known| known.path != location.path);
        self.locations.push(location);
    }
}

/// Whether the path of a location is one below the root: a data directory, and a path in it.
fn check_location(path: &str) -> Result<(), UnsafeName> {
    let (directory, below) = path
        .split_once('/')
        .ok_or_else(|| UnsafeName::new(path, "not a data directory and a path in it"))?;
    path::check_component(directory)?;
    below.parse::<RelativePath>().map(drop)
}

/// Whether the text is a SHA-256 or a key as the store writes them.
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The bytes of such a text.
pub(crate) fn raw_sha256(text: &str) -> Option<RawKey> {
    let mut raw = RawKey::default();
    for (byte, digits) in raw
        .iter_mut()
        .zip(is_sha256(text).then(|| text.as_bytes().chunks_exact(2))?)
    {
        *byte = digits.iter().fold(0, |byte, digit| {
            byte << 4
                | if digit.is_ascii_digit() {
                    digit - b'0'
                } else {
                    digit - b'a' + 10
                }
        });
    }
    Some(raw)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests;
