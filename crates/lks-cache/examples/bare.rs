//! What no download can do without, and nothing else: the limit that a measured time is held against.
//!
//! ```text
//! bare copy  ADDRESSES DIRECTORY JOBS         the bodies of these addresses over plain HTTP, read and dropped: no check, no hash, no file
//! bare files ADDRESSES DIRECTORY JOBS SIZE    for each of them a file of SIZE bytes: made, written, synced, renamed into a directory of its own
//! bare both  ADDRESSES DIRECTORY JOBS         the bodies, written as such files while they come
//! ```
//!
//! ADDRESSES is a file with one `http://HOST:PORT/PATH` a line; JOBS threads share them, each with one connection.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const PIECE: usize = 256 << 10;

fn main() -> Outcome<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    // With a size, files of it are made and nothing is copied.
    let (addresses, directory, jobs, size) = match words.as_slice() {
        ["copy", addresses, _, jobs] => (addresses, None, jobs, None),
        ["files", addresses, directory, jobs, size] => (addresses, Some(directory), jobs, Some(size.parse::<usize>()?)),
        ["both", addresses, directory, jobs] => (addresses, Some(directory), jobs, None),
        _ => return Err("usage: bare copy|files|both ADDRESSES DIRECTORY JOBS [SIZE]".into()),
    };
    let text = fs::read_to_string(addresses)?;
    let addresses: Vec<&str> = text.lines().collect();
    let directory = directory.map(|directory| PathBuf::from(*directory));
    if let Some(directory) = &directory {
        fs::create_dir_all(directory.join("part"))?;
    }
    let (next, jobs) = (AtomicUsize::new(0), jobs.parse::<usize>()?);
    thread::scope(|scope| {
        let work = || -> Outcome<()> {
            let (mut connection, mut piece) = (None, vec![0; PIECE]);
            while let Some(address) = addresses.get(next.fetch_add(1, Ordering::Relaxed)) {
                let file = directory.as_deref().map(|directory| Target::create(directory, address));
                let mut file = file.transpose()?;
                match size {
                    None => copy(address, &mut connection, &mut piece, file.as_mut())?,
                    Some(size) => {
                        let mut left = size;
                        while let (Some(file), 1..) = (&mut file, left) {
                            let length = left.min(PIECE);
                            file.file.write_all(&piece[..length])?;
                            left -= length;
                        }
                    }
                }
                file.map_or(Ok(()), Target::publish)?;
            }
            Ok(())
        };
        let threads: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        let outcomes = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("a thread panicked".into())));
        outcomes.collect::<Outcome<()>>()
    })
}

/// A file on its way to its name.
struct Target {
    file: File,
    draft: PathBuf,
    directory: PathBuf,
    name: String,
}

impl Target {
    fn create(root: &Path, address: &str) -> Outcome<Self> {
        let name = address
            .rsplit('/')
            .next()
            .ok_or("an address without a name")?
            .to_owned();
        let draft = root.join("part").join(&name);
        Ok(Self {
            file: File::create_new(&draft)?,
            draft,
            directory: root.join(format!("{name}.d")),
            name,
        })
    }

    fn publish(self) -> Outcome<()> {
        self.file.sync_all()?;
        fs::create_dir(&self.directory)?;
        Ok(fs::rename(self.draft, self.directory.join(self.name))?)
    }
}

/// Asks for an address, over the connection that is there, and takes its body.
fn copy(
    address: &str,
    connection: &mut Option<BufReader<TcpStream>>,
    piece: &mut [u8],
    mut file: Option<&mut Target>,
) -> Outcome<()> {
    let rest = address.strip_prefix("http://").ok_or("not an http address")?;
    let (host, path) = rest.split_once('/').ok_or("no path")?;
    let stream = match connection {
        Some(stream) => stream,
        None => {
            let stream = TcpStream::connect(host)?;
            stream.set_nodelay(true)?;
            connection.insert(BufReader::with_capacity(PIECE, stream))
        }
    };
    write!(stream.get_mut(), "GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n")?;
    let (mut length, mut is_first) = (None, true);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let line = line.trim_end();
        if std::mem::take(&mut is_first) && !line.contains(" 200 ") {
            return Err(format!("{address}: {line}").into());
        }
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = Some(value.trim().parse::<u64>()?);
        }
    }
    let mut left = length.ok_or("no Content-Length")?;
    while left > 0 {
        let most = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let num_read = stream.read(&mut piece[..most])?;
        if num_read == 0 {
            return Err(format!("{address} ended early").into());
        }
        if let Some(file) = &mut file {
            file.file.write_all(&piece[..num_read])?;
        }
        left -= num_read as u64;
    }
    Ok(())
}
