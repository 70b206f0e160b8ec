//! The bytes of a file that may be damaged, as they are, in one pass from its start.

use std::fs::File;
use std::io::{self, Read};

use futures::StreamExt;
use lksearch::fits::verify::{self, Report};
use lksearch::fits::{Depth, Location};
use lksearch::{Client, Error, fits};
use tokio::sync::mpsc;

use crate::arguments::FileLocation;

/// Pieces of a body that wait to be read.
const WAITING: usize = 8;

/// Examines the whole file in a thread of its own, as it comes.
pub(super) async fn examine(client: &Client, location: &FileLocation) -> Result<Report, Error> {
    let (store, path) = match client.locate(location.as_typed()).await? {
        Location::File(path) => {
            let file = File::open(&path).map_err(|source| unreadable(location, source))?;
            // A pipe has no places to read at.
            let found = file.metadata().map_err(|source| unreadable(location, source))?;
            if found.is_dir() {
                return Err(unreadable(location, io::ErrorKind::IsADirectory.into()));
            }
            let is_regular = found.is_file();
            let examining = tokio::task::spawn_blocking(move || {
                if is_regular {
                    verify::examine_file(&file)
                } else {
                    verify::examine(file)
                }
            });
            return join(examining.await);
        }
        Location::Object { store, path } => (store, path),
        _ => return Err(Error::Input(format!("{location} cannot be read as it is"))),
    };
    let answer = match store.get_opts(&path, Default::default()).await {
        Ok(answer) => answer,
        Err(error) => {
            // Opening fails in the same way, and its error tells what does not exist from what cannot be reached.
            super::open(client, location, Depth::FirstTable, 1).await?;
            return Err(broken(location, error.into()));
        }
    };
    let mut body = answer.into_stream();
    let (sender, receiver) = mpsc::channel(WAITING);
    let reading = tokio::task::spawn_blocking(move || {
        verify::examine(Body {
            receiver,
            piece: None,
            num_read: 0,
        })
    });
    while let Some(piece) = body.next().await {
        let failed = piece.is_err();
        // A reader that has seen enough is gone.
        if sender.send(piece.map_err(io::Error::other)).await.is_err() || failed {
            break;
        }
    }
    drop(sender);
    match join(reading.await) {
        // What could not be read here came over the network.
        Err(Error::Fits(fits::Error::Read { source, .. })) => Err(broken(location, source.into())),
        other => other,
    }
}

/// A body as a reader.
struct Body<B> {
    receiver: mpsc::Receiver<io::Result<B>>,
    piece: Option<B>,
    num_read: usize,
}

impl<B: AsRef<[u8]>> Read for Body<B> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(piece) = &self.piece {
                let left = &piece.as_ref()[self.num_read..];
                if !left.is_empty() {
                    let num_bytes = left.len().min(out.len());
                    out[..num_bytes].copy_from_slice(&left[..num_bytes]);
                    self.num_read += num_bytes;
                    return Ok(num_bytes);
                }
            }
            match self.receiver.blocking_recv() {
                None => return Ok(0),
                Some(piece) => (self.piece, self.num_read) = (Some(piece?), 0),
            }
        }
    }
}

fn join<T>(joined: Result<Result<T, fits::Error>, tokio::task::JoinError>) -> Result<T, Error> {
    match joined {
        Ok(outcome) => Ok(outcome?),
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

fn unreadable(location: &FileLocation, source: io::Error) -> Error {
    let operation = format!("open {location}");
    Error::Fits(match source.kind() {
        io::ErrorKind::NotFound => fits::Error::NotFound {
            operation,
            source: source.into(),
        },
        _ => fits::Error::Read { operation, source },
    })
}

fn broken(location: &FileLocation, source: Box<dyn std::error::Error + Send + Sync>) -> Error {
    let operation = format!("read {location}");
    Error::Fits(fits::Error::Remote { operation, source })
}
