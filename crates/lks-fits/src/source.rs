//! The bytes of a file by ranges, from disk, an object store or memory. Decides how few requests bring them; knows nothing of FITS
//! but gzip's first bytes.

mod byte_store;
mod disk_reads;
#[cfg(feature = "object-store")]
mod first;
mod location;
mod segments;
#[cfg(test)]
mod tests;
mod unpack;

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::gzip::GZIP;
use crate::{DamageReason, Error};

use byte_store::ByteStore;
pub(crate) use byte_store::{Local, read_at, read_some_at};
pub(crate) use disk_reads::DiskReads;
pub use location::{Depth, LocalLocation, Location, OpenOptions};
use segments::Segments;

/// What reading has cost so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadCost {
    /// Requests to the store, or reads of the disk.
    pub num_requests: u64,
    /// Bytes they brought.
    pub num_bytes: u64,
}

/// A file that can be read by ranges.
#[derive(Debug)]
pub(crate) struct Source {
    store: ByteStore,
    name: String,
    size: u64,
    /// What ended the unpacking before the end.
    damage: Option<DamageReason>,
    /// More of it was read than was asked for, because its server gives no parts.
    came_whole: bool,
    options: OpenOptions,
    disk: DiskReads,
    segments: Mutex<Segments>,
    num_requests: AtomicU64,
    num_bytes: AtomicU64,
}

impl Source {
    /// Opens a location with one request; a gzip file is read and unpacked in full.
    pub(crate) async fn open(location: Location, options: OpenOptions, disk: DiskReads) -> Result<Self, Error> {
        let mut source = match location {
            Location::Bytes(bytes) => {
                let size = bytes.len() as u64;
                Self::new(ByteStore::Bytes(bytes), "memory".to_owned(), size, options)
            }
            Location::File(path) => {
                let name = path.display().to_string();
                let (store, size, bytes) =
                    ByteStore::open(path, options.block_size.max(1), options.unpacked_size, disk).await?;
                Self::begun(store, name, size, options, vec![(0, bytes)])
            }
            #[cfg(feature = "object-store")]
            Location::Object { store, path } => Self::open_object(store, path, options).await?,
        };
        source.disk = disk;
        let start = source.read(0..source.size.min(GZIP.len() as u64)).await?;
        if start == GZIP[..] {
            let (bytes, damage) = source.unpack().await?;
            source.damage = damage.map(|detail| DamageReason::Gzip { detail });
            source.size = bytes.len() as u64;
            source.store = ByteStore::Bytes(bytes);
            source.segments = Mutex::default();
        }
        Ok(source)
    }

    fn new(store: ByteStore, name: String, size: u64, options: OpenOptions) -> Self {
        Self {
            store,
            name,
            size,
            damage: None,
            came_whole: false,
            options,
            disk: DiskReads::InPlace,
            segments: Mutex::default(),
            num_requests: AtomicU64::new(0),
            num_bytes: AtomicU64::new(0),
        }
    }

    /// With the parts that came as it was opened.
    fn begun(store: ByteStore, name: String, size: u64, options: OpenOptions, parts: Vec<(u64, Bytes)>) -> Self {
        let source = Self::new(store, name, size, options);
        for (start, bytes) in parts {
            source.count(1, bytes.len() as u64);
            source.segments().insert(start, bytes, source.options.cache_size);
        }
        source
    }

    /// The file, if it lies on a disk or in memory.
    pub(crate) fn local(&self) -> Option<Local> {
        match &self.store {
            ByteStore::File(file) => Some(Local::File(file.clone())),
            ByteStore::Bytes(bytes) => Some(Local::Bytes(bytes.clone())),
            #[cfg(feature = "object-store")]
            ByteStore::Object { .. } => None,
        }
    }

    /// Bytes of the (unpacked) file.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Why there are no more bytes, if a packed file is damaged.
    pub(crate) fn damage(&self) -> Option<&DamageReason> {
        self.damage.as_ref()
    }

    pub(crate) fn came_whole(&self) -> bool {
        self.came_whole
    }

    pub(crate) fn disk(&self) -> DiskReads {
        self.disk
    }

    pub(crate) fn options(&self) -> &OpenOptions {
        &self.options
    }

    pub(crate) fn read_cost(&self) -> ReadCost {
        ReadCost {
            num_requests: self.num_requests.load(Ordering::Relaxed),
            num_bytes: self.num_bytes.load(Ordering::Relaxed),
        }
    }

    /// Whether a read of these bytes needs no request.
    pub(crate) fn has(&self, range: Range<u64>) -> bool {
        matches!(self.store, ByteStore::Bytes(_)) || self.segments().gaps(&range).is_empty()
    }

    /// Exactly these bytes, which must lie within the file.
    pub(crate) async fn read(&self, range: Range<u64>) -> Result<Bytes, Error> {
        if range.start > range.end || range.end > self.size {
            return Err(self.beyond(&range));
        }
        if let ByteStore::Bytes(bytes) = &self.store {
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
            .buffered(self.options.num_parallel.max(1))
            .try_collect()
            .await?;
        {
            let mut segments = self.segments();
            for (start, bytes) in &fetched {
                segments.insert(*start, bytes.clone(), self.options.cache_size);
            }
        }
        segments::assemble(range.clone(), held.into_iter().chain(fetched)).ok_or_else(|| self.beyond(&range))
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
            .buffered(self.options.num_parallel.max(1))
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
        let bytes = self.store.fetch(range, &self.name, self.disk).await?;
        self.count(1, bytes.len() as u64);
        Ok(bytes)
    }

    fn beyond(&self, range: &Range<u64>) -> Error {
        let problem = format!("the file has {} bytes", self.size);
        Error::local(
            byte_store::reading(range, &self.name),
            std::io::Error::new(std::io::ErrorKind::UnexpectedEof, problem),
        )
    }

    fn segments(&self) -> MutexGuard<'_, Segments> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts what reading has cost; memory costs nothing.
    pub(crate) fn count(&self, num_requests: u64, num_bytes: u64) {
        if !matches!(self.store, ByteStore::Bytes(_)) {
            self.num_requests.fetch_add(num_requests, Ordering::Relaxed);
            self.num_bytes.fetch_add(num_bytes, Ordering::Relaxed);
        }
    }

    /// The disk did not give these bytes.
    pub(crate) fn unreadable(&self, range: &Range<u64>, error: std::io::Error) -> Error {
        Error::local(byte_store::reading(range, &self.name), error)
    }
}

fn split(range: Range<u64>, size: u64) -> impl Iterator<Item = Range<u64>> {
    let size = size.max(1);
    (0..(range.end - range.start).div_ceil(size)).map(move |part| {
        let start = range.start + part * size;
        start..range.end.min(start + size)
    })
}
