//! One read of the disk or one request to a store; nothing is kept here.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
#[cfg(feature = "object-store")]
use object_store::{GetOptions, GetRange, ObjectMeta, ObjectStore, path::Path};

use super::DiskReads;
use crate::Error;

/// What holds the bytes.
#[derive(Debug, Clone)]
pub(super) enum ByteStore {
    File(Arc<File>),
    #[cfg(feature = "object-store")]
    Object {
        store: Arc<dyn ObjectStore>,
        path: Path,
        /// What the first answer said of it.
        meta: ObjectMeta,
    },
    Bytes(Bytes),
}

impl ByteStore {
    /// A local file, its size and its first bytes. What has no places to read at, such as a pipe, is read into memory to its
    /// end, which may be `limit` bytes away.
    pub(super) async fn open(
        path: PathBuf,
        num_bytes: u64,
        limit: u64,
        disk: DiskReads,
    ) -> Result<(Self, u64, Bytes), Error> {
        let operation = format!("open {}", path.display());
        let opened = disk.run(move || {
            let mut file = File::open(path)?;
            let found = file.metadata()?;
            if !found.is_file() {
                let bytes = to_end(&mut file, limit)?;
                return Ok((Self::Bytes(bytes.clone()), bytes.len() as u64, bytes));
            }
            let size = found.len();
            let mut bytes = vec![0; size.min(num_bytes) as usize];
            read_at(&file, &mut bytes, 0)?;
            Ok((Self::File(Arc::new(file)), size, bytes.into()))
        });
        opened.await.map_err(|error| Error::local(operation, error))
    }

    /// Exactly the bytes of `range`, which lie within the file.
    pub(super) async fn fetch(&self, range: Range<u64>, name: &str, disk: DiskReads) -> Result<Bytes, Error> {
        let operation = reading(&range, name);
        let num_bytes = (range.end - range.start) as usize;
        match self {
            Self::Bytes(bytes) => Ok(bytes.slice(range.start as usize..range.end as usize)),
            Self::File(file) => {
                let file = file.clone();
                let read = disk.run(move || {
                    let mut bytes = vec![0; num_bytes];
                    read_at(&file, &mut bytes, range.start)?;
                    Ok(Bytes::from(bytes))
                });
                read.await.map_err(|error| Error::local(operation, error))
            }
            #[cfg(feature = "object-store")]
            Self::Object { store, path, meta } => {
                // A weak tag never matches (RFC 9110, section 13.1.1).
                let etag = meta.e_tag.clone().filter(|etag| !etag.starts_with("W/"));
                let is_matched = etag.is_some();
                let request = GetOptions {
                    range: Some(GetRange::Bounded(range.clone())),
                    if_match: etag,
                    ..GetOptions::default()
                };
                let failed = |error| Error::remote(operation.clone(), error);
                let answer = store.get_opts(path, request).await.map_err(failed)?;
                let (served, served_size) = (answer.range.clone(), answer.meta.size);
                // Before it is read: it may be all of a large object.
                let is_same = served_size == meta.size && (is_matched || is_same_edition(&answer.meta, meta));
                if served != range || !is_same {
                    let num_bytes = (served.end - served.start) as usize;
                    return Err(wrong_answer(operation, &served, num_bytes, served_size));
                }
                let bytes = answer.bytes().await.map_err(failed)?;
                if bytes.len() != num_bytes {
                    return Err(wrong_answer(operation, &served, bytes.len(), served_size));
                }
                Ok(bytes)
            }
        }
    }
}

/// Whether two answers of a store speak of the same bytes, as far as their tags and dates tell.
#[cfg(feature = "object-store")]
pub(super) fn is_same_edition(one: &ObjectMeta, other: &ObjectMeta) -> bool {
    one.e_tag == other.e_tag && one.last_modified == other.last_modified
}

/// What can be read without waiting for a network, from any thread.
#[derive(Debug, Clone)]
pub(crate) enum Local {
    File(Arc<File>),
    Bytes(Bytes),
}

impl Local {
    /// Exactly the bytes of `range`, in `buffer` if they are not in memory.
    pub(crate) fn read<'a>(&'a self, range: Range<u64>, buffer: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
        match self {
            Self::File(file) => {
                buffer.resize((range.end - range.start) as usize, 0);
                read_at(file, buffer, range.start)?;
                Ok(buffer)
            }
            Self::Bytes(bytes) => bytes
                .get(range.start as usize..range.end as usize)
                .ok_or_else(|| io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

fn to_end(reader: &mut impl Read, limit: u64) -> io::Result<Bytes> {
    let mut bytes = Vec::new();
    reader.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let problem =
            format!("it is not a regular file and gives more than {limit} bytes, the most that is kept in memory");
        return Err(io::Error::other(problem + "; save it to a file first"));
    }
    Ok(bytes.into())
}

/// Fills `buffer` from byte `offset` on, wherever other threads read.
pub(crate) fn read_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match read_some_at(file, buffer, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(num_bytes) => (buffer, offset) = (&mut buffer[num_bytes..], offset + num_bytes as u64),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(unix)]
pub(crate) fn read_some_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
pub(crate) fn read_some_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// What is attempted, for messages.
pub(super) fn reading(range: &Range<u64>, name: &str) -> String {
    format!("read bytes {} to {} of {name}", range.start, range.end)
}

#[cfg(feature = "object-store")]
pub(super) fn wrong_answer(operation: String, served: &Range<u64>, num_bytes: usize, size: u64) -> Error {
    let problem = format!(
        "the store sent {num_bytes} bytes as {} to {} of {size}; the object may have been replaced, open it again",
        served.start, served.end
    );
    Error::Remote {
        operation,
        source: problem.into(),
    }
}
