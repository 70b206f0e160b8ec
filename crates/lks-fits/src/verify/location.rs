//! The bytes of a file that may be damaged, wherever it lies, as they are and in one pass from its start.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use bytes::Bytes;
use futures_util::StreamExt;
use object_store::GetOptions;
use tokio::sync::mpsc;

use super::Report;
use crate::{Error, Location};

/// Pieces of a body that wait to be read.
const WAITING: usize = 8;

/// As [`examine`](super::examine) of a file wherever it lies: the bytes of an object are examined as they come, with one request, in a
/// thread for blocking work.
///
/// # Errors
/// That there is no such file, or that it cannot be read to its end.
///
/// # Panics
/// Outside tokio.
pub async fn examine_location(location: Location) -> Result<Report, Error> {
    let (store, path) = match location {
        Location::Bytes(bytes) => return in_thread(move || super::examine(&bytes[..])).await,
        Location::File(path) => return in_thread(move || local(&path)).await,
        Location::Object { store, path } => (store, path),
    };
    let failed = |error| Error::remote(format!("read {path}"), error);
    let answer = store.get_opts(&path, GetOptions::default()).await.map_err(failed)?;
    let mut body = answer.into_stream();
    let (sender, pieces) = mpsc::channel(WAITING);
    // Dropped with this future, the sender ends the reading.
    let sending = async move {
        while let Some(piece) = body.next().await {
            // A reader that has seen enough is gone.
            if sender.send(piece?).await.is_err() {
                break;
            }
        }
        Ok(())
    };
    let reading = in_thread(move || {
        super::examine(Body {
            pieces,
            piece: Bytes::new(),
        })
    });
    let (sent, report) = futures_util::future::join(sending, reading).await;
    sent.map_err(failed)?;
    report
}

async fn in_thread(examine: impl FnOnce() -> Result<Report, Error> + Send + 'static) -> Result<Report, Error> {
    match tokio::task::spawn_blocking(examine).await {
        Ok(examined) => examined,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(cancelled) => Err(Error::local("examine the file", io::Error::other(cancelled))),
        },
    }
}

fn local(path: &Path) -> Result<Report, Error> {
    let failed = |source| Error::local(format!("open {}", path.display()), source);
    let file = File::open(path).map_err(failed)?;
    let found = file.metadata().map_err(failed)?;
    match found.is_file() {
        true => super::examine_file(&file),
        false if found.is_dir() => Err(failed(io::ErrorKind::IsADirectory.into())),
        // A pipe has no places to read at.
        false => super::examine(file),
    }
}

/// A body as a reader.
struct Body {
    pieces: mpsc::Receiver<Bytes>,
    piece: Bytes,
}

impl Read for Body {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.pieces.blocking_recv() {
                None => return Ok(0),
                Some(piece) => self.piece = piece,
            }
        }
        let num_bytes = self.piece.len().min(out.len());
        out[..num_bytes].copy_from_slice(&self.piece.split_to(num_bytes));
        Ok(num_bytes)
    }
}
