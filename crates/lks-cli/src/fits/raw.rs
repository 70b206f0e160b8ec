//! The bytes of a file as they are, where it lies: by one pass from its start, or some of them. Knows of FITS nothing but that it may be
//! packed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use flate2::read::MultiGzDecoder;
use futures::StreamExt;
use lksearch::fits::Location;
use lksearch::{Client, Error, fits};
use tokio::sync::mpsc;

/// First bytes of a gzip file (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// Pieces of a body that wait to be read.
const WAITING: usize = 8;

/// Gives the whole file to `work`, in a thread of its own, as it comes.
pub async fn pass<T: Send + 'static>(
    client: &Client,
    location: &str,
    work: impl FnOnce(Box<dyn Read>) -> Result<T, fits::Error> + Send + 'static,
) -> Result<T, Error> {
    let (store, path) = match client.locate(location)? {
        Location::File(path) => {
            let file = File::open(&path).map_err(|source| unreadable(location, source))?;
            return join(tokio::task::spawn_blocking(move || work(Box::new(file))).await);
        }
        Location::Object { store, path } => (store, path),
        _ => return Err(Error::Input(format!("{location} cannot be read as it is"))),
    };
    let answer = match store.get_opts(&path, Default::default()).await {
        Ok(answer) => answer,
        Err(error) => {
            // Opening fails in the same way, and its error tells what does not exist from what cannot be reached.
            client.open(location).await?;
            return Err(broken(location, error.into()));
        }
    };
    let mut body = answer.into_stream();
    let (sender, receiver) = mpsc::channel(WAITING);
    let reading = tokio::task::spawn_blocking(move || {
        work(Box::new(Body {
            receiver,
            piece: None,
            n_read: 0,
        }))
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

/// Some bytes of the unpacked file, which are known to be there.
pub async fn range(client: &Client, location: &str, range: Range<u64>) -> Result<Vec<u8>, Error> {
    let magic = match client.locate(location)? {
        Location::Object { store, path } => {
            let read = |range: Range<u64>| {
                let (store, path) = (store.clone(), path.clone());
                async move {
                    let read = store.get_ranges(&path, std::slice::from_ref(&range)).await;
                    let parts = read.map_err(|error| broken(location, error.into()))?;
                    Ok::<_, Error>(parts.concat())
                }
            };
            let magic = read(0..GZIP.len() as u64).await?;
            if magic != GZIP {
                return read(range).await;
            }
            magic
        }
        Location::File(path) => {
            let read = |range: &Range<u64>| -> io::Result<Vec<u8>> {
                let mut file = File::open(&path)?;
                file.seek(SeekFrom::Start(range.start))?;
                let mut bytes = vec![0; (range.end - range.start) as usize];
                file.read_exact(&mut bytes)?;
                Ok(bytes)
            };
            let magic = read(&(0..GZIP.len() as u64)).map_err(|source| unreadable(location, source))?;
            if magic != GZIP {
                return read(&range).map_err(|source| unreadable(location, source));
            }
            magic
        }
        _ => return Err(Error::Input(format!("{location} cannot be read as it is"))),
    };
    debug_assert_eq!(magic, GZIP);
    let name = location.to_owned();
    pass(client, location, move |packed| {
        let failed = |source| fits::Error::Read {
            operation: format!("unpack {name}"),
            source,
        };
        let mut unpacked = MultiGzDecoder::new(packed);
        let mut bytes = vec![0; (range.end - range.start) as usize];
        io::copy(&mut unpacked.by_ref().take(range.start), &mut io::sink()).map_err(failed)?;
        unpacked.read_exact(&mut bytes).map_err(failed)?;
        Ok(bytes)
    })
    .await
}

/// A body as a reader.
struct Body<B> {
    receiver: mpsc::Receiver<io::Result<B>>,
    piece: Option<B>,
    n_read: usize,
}

impl<B: AsRef<[u8]>> Read for Body<B> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(piece) = &self.piece {
                let left = &piece.as_ref()[self.n_read..];
                if !left.is_empty() {
                    let n_bytes = left.len().min(out.len());
                    out[..n_bytes].copy_from_slice(&left[..n_bytes]);
                    self.n_read += n_bytes;
                    return Ok(n_bytes);
                }
            }
            match self.receiver.blocking_recv() {
                None => return Ok(0),
                Some(piece) => (self.piece, self.n_read) = (Some(piece?), 0),
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

fn unreadable(location: &str, source: io::Error) -> Error {
    let operation = format!("read {location}");
    Error::Fits(match source.kind() {
        io::ErrorKind::NotFound => fits::Error::NotFound {
            operation,
            source: source.into(),
        },
        _ => fits::Error::Read { operation, source },
    })
}

fn broken(location: &str, source: Box<dyn std::error::Error + Send + Sync>) -> Error {
    let operation = format!("read {location}");
    Error::Fits(fits::Error::Remote { operation, source })
}
