//! One line of a segment: what is known of one URI from some moment on, with a checksum of its own. Text in, text out.
//!
//! ```text
//! <first 16 hexadecimal digits of the SHA-256 of what follows the space, line feed included> <a JSON object>
//! ```

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::key::{RawKey, raw_key_of};
use crate::record::{
    Assurance, BadRecord, Fingerprint, MAX_RECORD_BYTES, RECORD_VERSION, Record, RecordLocation, RecordOrigin, hex,
    raw_sha256,
};

/// Longer lines are no records.
pub(crate) const LONGEST_LINE: usize = MAX_RECORD_BYTES as usize;
/// Digits of the checksum, and the space after it.
const SUM: usize = 16;
/// Moments from here on (the year 2262) are refused: whoever claimed the last one could never be replaced.
const LAST_MOMENT: u64 = i64::MAX as u64;
/// A clock that shows more than this (the year 2200) is wrong; what comes after needs room.
const LAST_GIVEN: u64 = 7_258_118_400_000_000_000;

/// Nanoseconds since 1970: of two lines about one URI, the later one holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) u64);

impl Moment {
    /// The given time, but after what is replaced, so that no clock that is wrong keeps an old record in force.
    pub(crate) fn after(replaced: Option<Self>, nanoseconds: u128) -> Self {
        let given = u64::try_from(nanoseconds).map_or(LAST_GIVEN, |given| given.min(LAST_GIVEN));
        let next = replaced.map_or(0, |replaced| replaced.0.saturating_add(1));
        Self(given.max(next).min(LAST_MOMENT))
    }
}

/// What must be known of a line to file it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) key: RawKey,
    pub(crate) moment: Moment,
    /// SHA-256 of the content; `None` if the line says that the record was removed.
    pub(crate) content: Option<RawKey>,
}

/// The members that [`Head`] is made of; the others are skipped.
#[derive(Deserialize)]
struct HeadText<'a> {
    at: u64,
    #[serde(borrow, default)]
    uri: Cow<'a, str>,
    #[serde(borrow, default)]
    sha256: Cow<'a, str>,
    #[serde(borrow, default)]
    removed: Option<Cow<'a, str>>,
}

/// A line that says that the record of a URI was removed.
#[derive(Serialize)]
struct Removed<'a> {
    at: u64,
    removed: &'a str,
}

/// A record as it stands in a line: without what follows from the rest, and without what is null.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    at: u64,
    uri: Cow<'a, str>,
    sha256: Cow<'a, str>,
    size: u64,
    source: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_modified: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    table_size: Option<u64>,
    origin: RecordOrigin,
    assurance: Assurance,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<Cow<'a, str>>,
    stored_at: Cow<'a, str>,
    verified_at: Cow<'a, str>,
    locations: Vec<Place<'a>>,
    writer: Cow<'a, str>,
}

/// A location; it does not borrow the type of the record's text, whose flattened fingerprint takes long to read.
#[derive(Serialize, Deserialize)]
struct Place<'a> {
    path: Cow<'a, str>,
    dev: u64,
    ino: u64,
    size: u64,
    mtime_ns: i64,
}

/// The text of an object with its checksum and a line feed.
pub(crate) fn line_of(json: &str) -> Vec<u8> {
    let mut line = Vec::with_capacity(SUM + json.len() + 2);
    line.resize(SUM, b'0');
    line.push(b' ');
    line.extend_from_slice(json.as_bytes());
    line.push(b'\n');
    let sum = sum_of(&line[SUM + 1..]);
    line[..SUM].copy_from_slice(sum.as_bytes());
    line
}

/// The line of a record.
///
/// # Errors
///
/// [`BadRecord::NotARecord`] if nobody would read so long a line.
pub(crate) fn of_record(record: &Record, moment: Moment) -> Result<Vec<u8>, BadRecord> {
    let text = |text: &Option<String>| text.clone().map(Cow::Owned);
    let kept = Kept {
        at: moment.0,
        uri: Cow::Borrowed(&record.uri),
        sha256: Cow::Borrowed(&record.sha256),
        size: record.size,
        source: Cow::Borrowed(&record.source),
        url: text(&record.url),
        etag: text(&record.etag),
        last_modified: text(&record.last_modified),
        table_size: record.table_size,
        origin: record.origin,
        assurance: record.assurance,
        note: text(&record.note),
        stored_at: Cow::Borrowed(&record.stored_at),
        verified_at: Cow::Borrowed(&record.verified_at),
        locations: record.locations.iter().map(Place::of).collect(),
        writer: Cow::Borrowed(&record.writer),
    };
    bounded(&serde_json::to_string(&kept).expect("because a record holds only text, numbers and lists"))
}

/// The line that takes the record of `uri` away.
///
/// # Errors
///
/// As for [`of_record`].
pub(crate) fn of_removal(uri: &str, moment: Moment) -> Result<Vec<u8>, BadRecord> {
    let removed = Removed {
        at: moment.0,
        removed: uri,
    };
    bounded(&serde_json::to_string(&removed).expect("because it holds text and a number"))
}

fn bounded(json: &str) -> Result<Vec<u8>, BadRecord> {
    let line = line_of(json);
    match line.len() <= LONGEST_LINE {
        true => Ok(line),
        false => Err(BadRecord::NotARecord("larger than any record".to_owned())),
    }
}

/// The object of a whole line, its line feed included, if its checksum fits.
pub(crate) fn json_of(line: &[u8]) -> Option<&[u8]> {
    let (sum, rest) = line.split_at_checked(SUM)?;
    let json = rest.strip_prefix(b" ")?;
    (json.ends_with(b"\n") && sum_of(json).as_bytes() == sum).then_some(json)
}

/// Files a line; `None` for anything that is not a line of ours.
pub(crate) fn head_of(line: &[u8]) -> Option<Head> {
    let text: HeadText<'_> = serde_json::from_slice(json_of(line)?).ok()?;
    let (uri, content) = match text.removed {
        Some(removed) => (removed, None),
        None => (text.uri, Some(raw_sha256(&text.sha256)?)),
    };
    (text.at <= LAST_MOMENT).then(|| Head {
        key: raw_key_of(&uri),
        moment: Moment(text.at),
        content,
    })
}

/// Reads the record of a line that [`head_of`] has filed as one.
///
/// # Errors
///
/// [`BadRecord`] if it is none: whoever may write segments may write anything into them.
pub(crate) fn record_of(line: &[u8]) -> Result<Record, BadRecord> {
    json_of(line).ok_or(BadRecord::ChecksumDiffers)?;
    record_of_intact(line)
}

/// The same of a line whose checksum fits, as that of one that was just filed.
pub(crate) fn record_of_intact(line: &[u8]) -> Result<Record, BadRecord> {
    let json = line.get(SUM + 1..).ok_or(BadRecord::ChecksumDiffers)?;
    let kept: Kept<'_> = serde_json::from_slice(json).map_err(|error| BadRecord::NotARecord(error.to_string()))?;
    let text = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
    let record = Record {
        v: RECORD_VERSION,
        key: hex(&raw_key_of(&kept.uri)),
        uri: kept.uri.into_owned(),
        sha256: kept.sha256.into_owned(),
        size: kept.size,
        source: kept.source.into_owned(),
        url: text(kept.url),
        etag: text(kept.etag),
        last_modified: text(kept.last_modified),
        table_size: kept.table_size,
        origin: kept.origin,
        assurance: kept.assurance,
        note: text(kept.note),
        stored_at: kept.stored_at.into_owned(),
        verified_at: kept.verified_at.into_owned(),
        locations: kept.locations.into_iter().map(Place::into_location).collect(),
        writer: kept.writer.into_owned(),
    };
    record.check_names()?;
    Ok(record)
}

fn sum_of(json: &[u8]) -> String {
    hex(&Sha256::digest(json)[..SUM / 2])
}

impl<'a> Place<'a> {
    fn of(location: &'a RecordLocation) -> Self {
        let Fingerprint {
            dev,
            ino,
            size,
            mtime_ns,
        } = location.fingerprint;
        Self {
            path: Cow::Borrowed(&location.path),
            dev,
            ino,
            size,
            mtime_ns,
        }
    }

    fn into_location(self) -> RecordLocation {
        RecordLocation {
            path: self.path.into_owned(),
            fingerprint: Fingerprint {
                dev: self.dev,
                ino: self.ino,
                size: self.size,
                mtime_ns: self.mtime_ns,
            },
        }
    }
}
