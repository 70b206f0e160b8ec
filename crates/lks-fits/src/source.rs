//! The bytes of a file by ranges, from disk, an object store or memory. Decides how few requests bring them; knows nothing of FITS
//! but gzip's first bytes.

mod segments;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore};

use crate::{Error, Reason};

use segments::Segments;

/// First bytes of a gzip file (RFC 1952).
const GZIP: &[u8] = &[0x1f, 0x8b];

/// Where a file lies.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Location {
    /// On a local disk.
    File(PathBuf),
    /// In an object store: S3, HTTP, memory.
    Object {
        /// The store.
        store: Arc<dyn ObjectStore>,
        /// The object in it.
        path: Path,
    },
    /// In memory.
    Bytes(Bytes),
}

impl Location {
    /// An object of a store.
    pub fn object(store: Arc<dyn ObjectStore>, path: Path) -> Self {
        Self::Object { store, path }
    }
}

impl From<PathBuf> for Location {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&std::path::Path> for Location {
    fn from(path: &std::path::Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<Bytes> for Location {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Vec<u8>> for Location {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

/// How bytes are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenOptions {
    /// Bytes of the first request for a header; 64 KiB hold the headers before the data of every light curve.
    pub block_size: u64,
    /// Most bytes of one request; larger reads are split.
    pub request_size: u64,
    /// Requests under way at once.
    pub n_parallel: usize,
    /// Bytes kept in memory for later reads.
    pub cache_size: u64,
    /// Most bytes that a `.gz` file may unfold to; they are kept in memory.
    pub unpacked_size: u64,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            block_size: 64 << 10,
            request_size: 8 << 20,
            n_parallel: 4,
            cache_size: 16 << 20,
            unpacked_size: 2 << 30,
        }
    }
}

/// What reading has cost so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// Requests to the store, or reads of the disk.
    pub n_requests: u64,
    /// Bytes they brought.
    pub n_bytes: u64,
}

/// A file that can be read by ranges.
#[derive(Debug)]
pub(crate) struct Source {
    origin: Origin,
    name: String,
    size: u64,
    options: OpenOptions,
    segments: Mutex<Segments>,
    n_requests: AtomicU64,
    n_bytes: AtomicU64,
}

#[derive(Debug, Clone)]
enum Origin {
    File(Arc<Mutex<File>>),
    Object {
        store: Arc<dyn ObjectStore>,
        path: Path,
        etag: Option<String>,
    },
    Bytes(Bytes),
}

impl Source {
    /// Opens a location with one request; a gzip file is read and unpacked in full.
    pub(crate) async fn open(location: Location, options: OpenOptions) -> Result<Self, Error> {
        let mut source = match location {
            Location::Bytes(bytes) => Self::new(
                Origin::Bytes(bytes.clone()),
                "memory".into(),
                bytes.len() as u64,
                options,
            ),
            Location::File(path) => {
                let name = path.display().to_string();
                let failed = failed(format!("open {name}"));
                let opened = tokio::task::spawn_blocking(move || {
                    let file = File::open(path)?;
                    let size = file.metadata()?.len();
                    Ok::<_, std::io::Error>((file, size))
                });
                let (file, size) = opened
                    .await
                    .map_err(|error| failed(Box::new(error)))?
                    .map_err(|error| failed(Box::new(error)))?;
                Self::new(Origin::File(Arc::new(Mutex::new(file))), name, size, options)
            }
            Location::Object { store, path } => Self::first(store, path, options).await?,
        };
        let start = source.read(0..source.size.min(GZIP.len() as u64)).await?;
        if start == GZIP {
            let bytes = source.unpack().await?;
            source.size = bytes.len() as u64;
            source.origin = Origin::Bytes(bytes);
            source.segments = Mutex::default();
        }
        Ok(source)
    }

    /// The first bytes of an object; its size comes with them, so no request goes to that alone.
    async fn first(store: Arc<dyn ObjectStore>, path: Path, options: OpenOptions) -> Result<Self, Error> {
        let range = 0..options.block_size.max(1);
        let failed = failed(format!("read bytes {} to {} of {path}", range.start, range.end));
        let request = GetOptions {
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        let answer = store
            .get_opts(&path, request)
            .await
            .map_err(|error| failed(Box::new(error)))?;
        let (meta, served) = (answer.meta.clone(), answer.range.clone());
        let bytes = answer.bytes().await.map_err(|error| failed(Box::new(error)))?;
        if served.start != 0
            || bytes.len() as u64 != served.end
            || served.end != meta.size.min(options.block_size.max(1))
        {
            return Err(failed(
                format!("the store sent {} bytes of the range {served:?}", bytes.len()).into(),
            ));
        }
        // A weak tag never matches (RFC 9110, section 13.1.1).
        let etag = meta.e_tag.filter(|etag| !etag.starts_with("W/"));
        let name = path.to_string();
        let source = Self::new(Origin::Object { store, path, etag }, name, meta.size, options);
        source.count(&bytes);
        source.segments().insert(0, bytes, source.options.cache_size);
        Ok(source)
    }

    fn new(origin: Origin, name: String, size: u64, options: OpenOptions) -> Self {
        Self {
            origin,
            name,
            size,
            options,
            segments: Mutex::default(),
            n_requests: AtomicU64::new(0),
            n_bytes: AtomicU64::new(0),
        }
    }

    /// Bytes of the (unpacked) file.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn options(&self) -> &OpenOptions {
        &self.options
    }

    pub(crate) fn transfer(&self) -> Transfer {
        Transfer {
            n_requests: self.n_requests.load(Ordering::Relaxed),
            n_bytes: self.n_bytes.load(Ordering::Relaxed),
        }
    }

    /// Whether a read of these bytes needs no request.
    pub(crate) fn has(&self, range: Range<u64>) -> bool {
        matches!(self.origin, Origin::Bytes(_)) || self.segments().gaps(&range).is_empty()
    }

    /// Exactly these bytes, which must lie within the file.
    pub(crate) async fn read(&self, range: Range<u64>) -> Result<Bytes, Error> {
        if range.start > range.end || range.end > self.size {
            let problem = format!("the file has {} bytes", self.size);
            return Err(failed(format!(
                "read bytes {} to {} of {}",
                range.start, range.end, self.name
            ))(problem.into()));
        }
        if let Origin::Bytes(bytes) = &self.origin {
            return Ok(bytes.slice(range.start as usize..range.end as usize));
        }
        // What was there when the gaps were listed stays in hand, whatever other readers make the cache forget.
        let (held, gaps) = {
            let segments = self.segments();
            (segments.covering(&range), segments.gaps(&range))
        };
        let pieces = gaps.into_iter().flat_map(|gap| split(gap, self.options.request_size));
        let fetched: Vec<(u64, Bytes)> = stream::iter(pieces)
            .map(|piece| async move { Ok::<_, Error>((piece.start, self.fetch(piece).await?)) })
            .buffered(self.options.n_parallel.max(1))
            .try_collect()
            .await?;
        {
            let mut segments = self.segments();
            for (start, bytes) in &fetched {
                segments.insert(*start, bytes.clone(), self.options.cache_size);
            }
        }
        segments::assemble(range.clone(), held.into_iter().chain(fetched)).ok_or_else(|| {
            failed(format!("read bytes {} to {} of {}", range.start, range.end, self.name))("parts are missing".into())
        })
    }

    /// Several ranges in ascending order, those close together in one request.
    pub(crate) async fn read_all(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>, Error> {
        let mut merged: Vec<Range<u64>> = Vec::new();
        for range in ranges {
            match merged.last_mut() {
                Some(last) if range.start <= last.end.saturating_add(self.options.block_size) => {
                    last.end = last.end.max(range.end)
                }
                _ => merged.push(range.clone()),
            }
        }
        let bytes: Vec<Bytes> = stream::iter(merged.iter().cloned())
            .map(|range| self.read(range))
            .buffered(self.options.n_parallel.max(1))
            .try_collect()
            .await?;
        let mut group = 0;
        let slice = |range: &Range<u64>| {
            while merged[group].end < range.end || merged[group].start > range.start {
                group += 1;
            }
            let start = (range.start - merged[group].start) as usize;
            bytes[group].slice(start..start + (range.end - range.start) as usize)
        };
        Ok(ranges.iter().map(slice).collect())
    }

    /// One request.
    async fn fetch(&self, range: Range<u64>) -> Result<Bytes, Error> {
        let failed = failed(format!("read bytes {} to {} of {}", range.start, range.end, self.name));
        let n_bytes = (range.end - range.start) as usize;
        let bytes = match &self.origin {
            Origin::Bytes(bytes) => bytes.slice(range.start as usize..range.end as usize),
            Origin::File(file) => {
                let file = file.clone();
                let read = tokio::task::spawn_blocking(move || {
                    let mut bytes = vec![0; n_bytes];
                    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                    file.seek(SeekFrom::Start(range.start))?;
                    file.read_exact(&mut bytes)?;
                    Ok::<_, std::io::Error>(Bytes::from(bytes))
                });
                read.await
                    .map_err(|error| failed(Box::new(error)))?
                    .map_err(|error| failed(Box::new(error)))?
            }
            Origin::Object { store, path, etag } => {
                let request = GetOptions {
                    range: Some(GetRange::Bounded(range.clone())),
                    if_match: etag.clone(),
                    ..GetOptions::default()
                };
                let answer = store
                    .get_opts(path, request)
                    .await
                    .map_err(|error| failed(Box::new(error)))?;
                if answer.range != range || answer.meta.size != self.size {
                    let problem = format!(
                        "the store sent the range {:?} of {} bytes",
                        answer.range, answer.meta.size
                    );
                    return Err(failed(problem.into()));
                }
                answer.bytes().await.map_err(|error| failed(Box::new(error)))?
            }
        };
        if bytes.len() != n_bytes {
            return Err(failed(format!("the store sent {} bytes", bytes.len()).into()));
        }
        self.count(&bytes);
        Ok(bytes)
    }

    /// Reads and unpacks the whole file.
    async fn unpack(&self) -> Result<Bytes, Error> {
        let damaged = |offset: usize, detail: String| Error::Damaged {
            hdu: 0,
            offset: offset as u64,
            reason: Reason::Gzip { detail },
        };
        let mut decoder = MultiGzDecoder::new(Limited {
            out: Vec::new(),
            limit: self.options.unpacked_size,
        });
        let held = self
            .segments()
            .gaps(&(0..self.size))
            .first()
            .map_or(self.size, |gap| gap.start);
        let pieces = std::iter::once(0..held).chain(split(held..self.size, self.options.request_size));
        let mut parts = stream::iter(pieces)
            .map(|piece| self.read(piece))
            .buffered(self.options.n_parallel.max(1));
        while let Some(part) = parts.next().await {
            decoder
                .write_all(&part?)
                .map_err(|error| damaged(decoder.get_ref().out.len(), error.to_string()))?;
        }
        decoder.try_finish().map_err(|error| {
            let detail = match error.kind() {
                std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::WriteZero => {
                    "the compressed file is cut off".to_owned()
                }
                _ => error.to_string(),
            };
            damaged(decoder.get_ref().out.len(), detail)
        })?;
        Ok(std::mem::take(&mut decoder.get_mut().out).into())
    }

    fn segments(&self) -> MutexGuard<'_, Segments> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, bytes: &Bytes) {
        self.n_requests.fetch_add(1, Ordering::Relaxed);
        self.n_bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    }
}

/// A buffer that grows no further than a limit.
struct Limited {
    out: Vec<u8>,
    limit: u64,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if (self.out.len() + bytes.len()) as u64 > self.limit {
            return Err(std::io::Error::other(format!(
                "unfolds to more than {} bytes",
                self.limit
            )));
        }
        self.out.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn split(range: Range<u64>, size: u64) -> impl Iterator<Item = Range<u64>> {
    let size = size.max(1);
    (0..(range.end - range.start).div_ceil(size)).map(move |part| {
        let start = range.start + part * size;
        start..range.end.min(start + size)
    })
}

fn failed(operation: String) -> impl Fn(Box<dyn std::error::Error + Send + Sync>) -> Error {
    move |source| Error::Read {
        operation: operation.clone(),
        source,
    }
}
