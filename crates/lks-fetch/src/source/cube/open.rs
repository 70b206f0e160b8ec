//! Opening a cube: by what was kept of it, or by its headers and its HDU 2.

use std::io::Write;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use lks_answers::Answers;
use lks_mast::Endpoints;
use object_store::GetRange;
use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;

use super::facts::{self, CubeFacts, Headers, Raw};
use super::ranges::{Piece, RangeReader};
use super::{CubeName, sidecar};
use crate::blocking::blocking;
use crate::report::failure::Failure;
use crate::report::manifest::FailureKind;

/// The headers of HDU 0 and HDU 1 where each has one block.
const FIRST: u64 = 5760;
/// What is read besides, where a header is longer: cards of HISTORY are added when a cube is updated.
const MORE: u64 = 8 * 2880;
/// No header of a cube is longer than this.
const MOST: u64 = 1 << 20;

/// HDU 2 of all cubes so far: bytes of its header and of a row.
const TABLE_HEADER: u64 = 46_080;
const TABLE_ROW: u64 = 1397;
/// More than any table of frames has, in bytes.
const LARGEST_TABLE: u64 = 256 << 20;
/// Frames of cutouts that are held at once, in units of [`UNIT`]; a cutout that is larger than all of it is alone.
const FRAMES_AT_ONCE: u32 = 512;
const UNIT: u64 = 1 << 20;
/// Tables of frames that are read and taken apart at once; the longest have 16 MB.
const OPENED_AT_ONCE: usize = 2;

/// Opens cubes. Clones share what is bounded.
#[derive(Debug, Clone)]
pub(crate) struct Opener {
    pub(crate) reader: RangeReader,
    answers: Answers,
    endpoints: Endpoints,
    /// Below which address the objects lie.
    objects: Option<Url>,
    opening: Arc<Semaphore>,
    frames: Arc<Semaphore>,
}

impl Opener {
    pub(crate) fn new(reader: RangeReader, answers: Answers, endpoints: Endpoints, objects: Option<Url>) -> Self {
        Self {
            reader,
            answers,
            endpoints,
            objects,
            opening: Arc::new(Semaphore::new(OPENED_AT_ONCE)),
            frames: Arc::new(Semaphore::new(FRAMES_AT_ONCE as usize)),
        }
    }

    /// Waits until so many bytes of frames may be held, which is so until this is dropped.
    pub(crate) async fn room(&self, num_bytes: u64) -> Option<SemaphorePermit<'_>> {
        let units = u32::try_from(num_bytes.div_ceil(UNIT)).unwrap_or(FRAMES_AT_ONCE);
        // The semaphore is never closed.
        self.frames.acquire_many(units.clamp(1, FRAMES_AT_ONCE)).await.ok()
    }

    /// Waits until the sidecars of this run are kept.
    pub(crate) async fn settle(&self) {
        self.answers.settle().await;
    }

    /// What the cube says of itself; from its sidecar without a request, if it has one and `may_be_kept`.
    ///
    /// # Errors
    /// `NotFound` if the sector has no cube, `Corrupt` for another layout, and whatever reading fails with.
    pub(crate) async fn open(&self, name: CubeName, may_be_kept: bool) -> Result<CubeFacts, Failure> {
        let question = self.address(name).map(|address| sidecar::question(name, &address));
        if may_be_kept
            && let Some(question) = &question
            && let Some((_, facts)) = self.answers.recall(question, sidecar::decode).await
            && facts::check_name(&facts.primary, name).is_ok()
        {
            return Ok(facts);
        }
        // The semaphore is never closed.
        let _opening = self.opening.acquire().await.ok();
        let (facts, raw) = self.read(name).await.map_err(|failure| about(name, failure))?;
        if let Some(question) = question {
            self.keep(&question, &facts, raw);
        }
        Ok(facts)
    }

    /// What stands for the cube's address in the question that its sidecar answers.
    fn address(&self, name: CubeName) -> Option<String> {
        let url = self.objects.as_ref()?.join(&name.key()).ok()?;
        Some(self.endpoints.exact(&url))
    }

    async fn read(&self, name: CubeName) -> Result<(CubeFacts, Raw), Failure> {
        let key = name.key();
        // HDU 2 is the end of the file. As long as it is where a sector has the usual number of frames, it is asked for together with the headers, which
        // saves a round trip; if it is longer, its beginning is asked for then.
        let usual = TABLE_HEADER + (usual_num_frames(name.sector) * TABLE_ROW).next_multiple_of(2880);
        let (first, end) = futures::join!(
            self.reader.read(&key, GetRange::Bounded(0..FIRST), None),
            self.reader.read(&key, GetRange::Suffix(usual), None)
        );
        let first = first?;
        let headers = self.headers(&key, &first).await?;
        facts::check_name(&headers.primary, name).map_err(|failure| failure.at(&first.url))?;
        let table = headers.table_offset..first.size;
        if table.is_empty() || table.end - table.start > LARGEST_TABLE {
            let found = first.size.saturating_sub(headers.table_offset);
            return Err(facts::not_a_cube(format!(
                "{found} bytes lie behind its pixels, where a cube has its table of frames"
            )));
        }
        let table = match end {
            Ok(end) if end.etag == first.etag => {
                let known = end.range.start.max(table.start);
                let rest = end.bytes.slice((known - end.range.start) as usize..);
                match table.start < known {
                    false => rest,
                    true => {
                        let before = GetRange::Bounded(table.start..known);
                        let before = self.reader.read(&key, before, Some(&first.etag)).await?;
                        joined(&before.bytes, &rest)
                    }
                }
            }
            // The cube was replaced between the two, or this server has no word for the end of a file.
            _ => {
                let table = GetRange::Bounded(table);
                self.reader.read(&key, table, Some(&first.etag)).await?.bytes
            }
        };
        let Piece { etag, size, url, .. } = first;
        let read = blocking(move || CubeFacts::read(headers, &table, etag, size)).await;
        read.map_err(|failure| failure.at(url))
    }

    async fn headers(&self, key: &str, first: &Piece) -> Result<Headers, Failure> {
        let mut bytes = first.bytes.clone();
        loop {
            if let Some(headers) = Headers::read(&bytes).map_err(|failure| failure.at(&first.url))? {
                return Ok(headers);
            }
            let start = bytes.len() as u64;
            let end = (start + MORE).min(first.size);
            if start >= end || start > MOST {
                let message = format!("its headers do not end within {start} bytes");
                return Err(facts::not_a_cube(message).at(&first.url));
            }
            let more = self
                .reader
                .read(key, GetRange::Bounded(start..end), Some(&first.etag))
                .await?;
            bytes = joined(&bytes, &more.bytes);
        }
    }

    fn keep(&self, question: &lks_answers::Question, facts: &CubeFacts, raw: Raw) {
        let facts = facts.clone();
        let body = move |out: &mut (dyn Write + Send)| {
            let bytes = sidecar::encode(&facts, &raw).map_err(std::io::Error::other)?;
            out.write_all(&bytes)
        };
        self.answers.keep(question, SystemTime::now(), Box::new(body));
    }
}

/// How many frames the cubes of a sector have, as far as is known of one with images of the same length: 30 minutes until sector 26, 10 minutes until 55, then
/// 200 seconds. Sectors 1 and 38 have these numbers; of 200 seconds, 27 days have room for 11,664.
fn usual_num_frames(sector: u32) -> u64 {
    match sector {
        ..=26 => 1282,
        27..=55 => 3705,
        _ => 11_200,
    }
}

fn joined(first: &Bytes, second: &Bytes) -> Bytes {
    [&first[..], &second[..]].concat().into()
}

/// Says which cube it was.
fn about(name: CubeName, failure: Failure) -> Failure {
    let message = match failure.kind {
        FailureKind::NotFound => {
            format!("{name} is not in the bucket, where it comes some weeks after the sector")
        }
        _ => format!("{name}: {}", failure.message),
    };
    Failure { message, ..failure }
}
