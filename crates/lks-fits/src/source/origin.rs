//! One read of the disk or one request to a store; nothing is kept here.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore};

use crate::Error;

/// What holds the bytes.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    File(Arc<Mutex<File>>),
    Object {
        store: Arc<dyn ObjectStore>,
        path: Path,
        etag: Option<String>,
    },
    Bytes(Bytes),
}

impl Origin {
    /// A local file and its size.
    pub(super) async fn open(path: PathBuf) -> Result<(Self, u64), Error> {
        let operation = format!("open {}", path.display());
        let opened = blocking(move || {
            let file = File::open(path)?;
            let size = file.metadata()?.len();
            Ok((file, size))
        });
        let (file, size) = opened.await.map_err(|error| Error::local(operation, error))?;
        Ok((Self::File(Arc::new(Mutex::new(file))), size))
    }

    /// An object, its size and its first bytes; the size comes with these, so no request goes to it alone.
    pub(super) async fn ask(
        store: Arc<dyn ObjectStore>,
        path: Path,
        n_bytes: u64,
    ) -> Result<(Self, u64, Bytes), Error> {
        let range = 0..n_bytes;
        let operation = reading(&range, path.as_ref());
        let request = GetOptions {
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        let failed = |error| Error::remote(operation.clone(), error);
        let answer = store.get_opts(&path, request).await.map_err(failed)?;
        let (meta, served) = (answer.meta.clone(), answer.range.clone());
        let bytes = answer.bytes().await.map_err(failed)?;
        if served != (0..meta.size.min(n_bytes)) || bytes.len() as u64 != served.end {
            return Err(wrong_answer(operation, &served, bytes.len(), meta.size));
        }
        // A weak tag never matches (RFC 9110, section 13.1.1).
        let etag = meta.e_tag.filter(|etag| !etag.starts_with("W/"));
        Ok((Self::Object { store, path, etag }, meta.size, bytes))
    }

    /// Exactly the bytes of `range` of a file of `size` bytes.
    pub(super) async fn fetch(&self, range: Range<u64>, size: u64, name: &str) -> Result<Bytes, Error> {
        let operation = reading(&range, name);
        let n_bytes = (range.end - range.start) as usize;
        match self {
            Self::Bytes(bytes) => Ok(bytes.slice(range.start as usize..range.end as usize)),
            Self::File(file) => {
                let file = file.clone();
                let read = blocking(move || {
                    let mut bytes = vec![0; n_bytes];
                    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                    file.seek(SeekFrom::Start(range.start))?;
                    file.read_exact(&mut bytes)?;
                    Ok(Bytes::from(bytes))
                });
                read.await.map_err(|error| Error::local(operation, error))
            }
            Self::Object { store, path, etag } => {
                let request = GetOptions {
                    range: Some(GetRange::Bounded(range.clone())),
                    if_match: etag.clone(),
                    ..GetOptions::default()
                };
                let failed = |error| Error::remote(operation.clone(), error);
                let answer = store.get_opts(path, request).await.map_err(failed)?;
                let (served, served_size) = (answer.range.clone(), answer.meta.size);
                let bytes = answer.bytes().await.map_err(failed)?;
                if served != range || served_size != size || bytes.len() != n_bytes {
                    return Err(wrong_answer(operation, &served, bytes.len(), served_size));
                }
                Ok(bytes)
            }
        }
    }
}

/// What is attempted, for messages.
pub(super) fn reading(range: &Range<u64>, name: &str) -> String {
    format!("read bytes {} to {} of {name}", range.start, range.end)
}

fn wrong_answer(operation: String, served: &Range<u64>, n_bytes: usize, size: u64) -> Error {
    let problem = format!(
        "the store sent {n_bytes} bytes as {} to {} of {size}; the object may have been replaced, open it again",
        served.start, served.end
    );
    Error::Remote {
        operation,
        source: problem.into(),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> std::io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(std::io::Error::other)?
}
