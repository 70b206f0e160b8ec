//! Where a file lies, and how its bytes are asked for. Plain data.

use std::path::{Path, PathBuf};
#[cfg(feature = "object-store")]
use std::sync::Arc;

use bytes::Bytes;
#[cfg(feature = "object-store")]
use object_store::{ObjectStore, path::Path as ObjectPath};

/// The location of a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Location {
    /// On a local disk; a pipe is read into memory.
    File(PathBuf),
    /// In an object store: S3, HTTP, memory (feature `object-store`).
    #[cfg(feature = "object-store")]
    Object {
        /// The store.
        store: Arc<dyn ObjectStore>,
        /// The object in it.
        path: ObjectPath,
    },
    /// In memory.
    Bytes(Bytes),
}

#[cfg(feature = "object-store")]
impl Location {
    /// An object of a store.
    pub fn object(store: Arc<dyn ObjectStore>, path: ObjectPath) -> Self {
        Self::Object { store, path }
    }
}

/// A location whose bytes can be read without waiting for a network.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LocalLocation {
    /// On a local disk; a pipe is read into memory.
    File(PathBuf),
    /// In memory.
    Bytes(Bytes),
}

impl From<PathBuf> for LocalLocation {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&Path> for LocalLocation {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<Bytes> for LocalLocation {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Vec<u8>> for LocalLocation {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl<L: Into<LocalLocation>> From<L> for Location {
    fn from(location: L) -> Self {
        match location.into() {
            LocalLocation::File(path) => Self::File(path),
            LocalLocation::Bytes(bytes) => Self::Bytes(bytes),
        }
    }
}

/// How far the headers of a file are read when it is opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Depth {
    /// To the end of the file. The end is requested together with the beginning, because small last HDUs are common.
    #[default]
    All,
    /// To the first table: what comes after it is not looked at.
    FirstTable,
    /// To the HDU of this number or name.
    Hdu(String),
}

/// How bytes are requested.
///
/// ```
/// use lks_fits::{Depth, OpenOptions};
///
/// let options = OpenOptions::default().with_depth(Depth::FirstTable).with_block_size(4 << 20);
/// assert_eq!(options.block_size, 4 << 20);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenOptions {
    /// How far to read headers.
    pub depth: Depth,
    /// Bytes of a request for a header; 64 KiB hold all that comes before the data of a light curve or target pixel file. A
    /// few MiB fetch a small file completely with the first request, for callers that want its data anyway.
    pub block_size: u64,
    /// Most bytes of one request; larger reads are split.
    pub request_size: u64,
    /// Requests under way at once.
    pub num_parallel: usize,
    /// Bytes kept in memory for later reads.
    pub cache_size: u64,
    /// Most bytes that a `.gz` file may unfold to, or that may come through a pipe or from a server that gives no parts of a file; they
    /// are kept in memory, because nothing in them can be found without.
    pub unpacked_size: u64,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            depth: Depth::All,
            block_size: 64 << 10,
            request_size: 8 << 20,
            num_parallel: 4,
            cache_size: 16 << 20,
            unpacked_size: 2 << 30,
        }
    }
}

impl OpenOptions {
    /// With another [`depth`](Self::depth).
    #[must_use]
    pub fn with_depth(mut self, depth: Depth) -> Self {
        self.depth = depth;
        self
    }

    /// With another [`block_size`](Self::block_size).
    #[must_use]
    pub fn with_block_size(mut self, num_bytes: u64) -> Self {
        self.block_size = num_bytes;
        self
    }

    /// With another [`request_size`](Self::request_size).
    #[must_use]
    pub fn with_request_size(mut self, num_bytes: u64) -> Self {
        self.request_size = num_bytes;
        self
    }

    /// With another [`num_parallel`](Self::num_parallel).
    #[must_use]
    pub fn with_num_parallel(mut self, num_requests: usize) -> Self {
        self.num_parallel = num_requests;
        self
    }

    /// With another [`cache_size`](Self::cache_size).
    #[must_use]
    pub fn with_cache_size(mut self, num_bytes: u64) -> Self {
        self.cache_size = num_bytes;
        self
    }

    /// With another [`unpacked_size`](Self::unpacked_size).
    #[must_use]
    pub fn with_unpacked_size(mut self, num_bytes: u64) -> Self {
        self.unpacked_size = num_bytes;
        self
    }
}
