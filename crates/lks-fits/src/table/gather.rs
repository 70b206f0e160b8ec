//! Big-endian cells that lie row by row become columns of native numbers: one pass over the rows, in runs that stay in the
//! processor's cache, by several threads if there is much. No FITS header is known here.

use std::io;
use std::ops::Range;

use arrow_buffer::{Buffer, NullBuffer};
use futures::{StreamExt, stream};

use super::lane::{Known, Lane, join};
use super::room::Room;
use crate::source::{Local, Source};
use crate::{Error, HduInfo, Reason};

/// Bytes of rows taken up at once.
const RUN: u64 = 256 << 10;
/// A gap between rows of a local file that costs more to read than to skip.
const SKIP: u64 = 16 << 10;
/// Bytes of rows that are worth another thread.
const SHARE: u64 = 8 << 20;
/// More threads than this wait for the memory.
const MAX_THREADS: usize = 8;

/// Where rows lie, and which run of bytes of each is wanted.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    /// First wanted byte of the first row in the file.
    pub(crate) first: u64,
    /// Bytes from one row to the next.
    pub(crate) stride: u64,
    /// Wanted bytes of each row.
    pub(crate) span: u64,
    pub(crate) n_rows: u64,
}

/// The elements of a column in native order.
pub(crate) struct Filled {
    pub(crate) values: Buffer,
    /// Where there is a NaN, or the number that stands for "unknown".
    pub(crate) nulls: Option<NullBuffer>,
}

/// Reads rows and gives each lane's elements.
pub(crate) async fn gather(source: &Source, rows: &Rows, lanes: &[Lane]) -> Result<Vec<Filled>, Error> {
    let mut rooms: Vec<Room> = lanes
        .iter()
        .map(|lane| Room::new(rows.n_rows as usize * lane.width))
        .collect();
    if rows.span == 0 || rows.n_rows == 0 {
        return Ok(filled(rooms, lanes, Vec::new()));
    }
    let Some(local) = source.local() else {
        let mut outs: Vec<&mut [u8]> = rooms.iter_mut().map(Room::bytes_mut).collect();
        let known = gather_remote(source, rows, lanes, &mut outs).await?;
        return Ok(filled(rooms, lanes, vec![(rows.n_rows, known)]));
    };
    let unreadable = |error| source.unreadable(&rows.bytes(), error);
    let is_near = rows.stride - rows.span <= SKIP;
    let n_read = if is_near { rows.stride } else { rows.span } * (rows.n_rows - 1) + rows.span;
    if matches!(local, Local::Bytes(_)) && n_read <= RUN {
        let mut outs: Vec<&mut [u8]> = rooms.iter_mut().map(Room::bytes_mut).collect();
        let known = fill(&local, rows, lanes, &mut outs, is_near).map_err(unreadable)?;
        return Ok(filled(rooms, lanes, vec![(rows.n_rows, known)]));
    }
    let work = {
        let (rows, lanes) = (rows.clone(), lanes.to_vec());
        move || {
            let parts = share(&local, &rows, &lanes, &mut rooms, is_near, n_read)?;
            Ok(filled(rooms, &lanes, parts))
        }
    };
    let done = tokio::task::spawn_blocking(work).await.map_err(io::Error::other);
    let done = done.flatten().map_err(unreadable)?;
    source.count(1, n_read);
    Ok(done)
}

/// The columns out of their bytes and of what is known in each part of the rows.
fn filled(rooms: Vec<Room>, lanes: &[Lane], mut parts: Vec<(u64, Vec<Known>)>) -> Vec<Filled> {
    let column = |(number, (room, lane)): (usize, (Room, &Lane))| {
        let part = |(n_rows, known): &mut (u64, Vec<Known>)| {
            (lane.n_elements(*n_rows as usize * lane.width), known[number].take())
        };
        Filled {
            values: room.into_buffer(),
            nulls: join(parts.iter_mut().map(part).collect()),
        }
    };
    rooms.into_iter().zip(lanes).enumerate().map(column).collect()
}

/// Parts of the rows to threads, each with its own parts of all columns.
fn share(
    local: &Local,
    rows: &Rows,
    lanes: &[Lane],
    rooms: &mut [Room],
    is_near: bool,
    n_read: u64,
) -> io::Result<Vec<(u64, Vec<Known>)>> {
    let mut outs: Vec<&mut [u8]> = rooms.iter_mut().map(Room::bytes_mut).collect();
    // Each part begins with a word of bits of its own.
    let n_each = rows.n_rows.div_ceil(n_threads(n_read) as u64).next_multiple_of(64);
    let mut parts = Vec::new();
    let mut start = 0;
    while start < rows.n_rows {
        let end = rows.n_rows.min(start + n_each);
        let mut mine = Vec::with_capacity(lanes.len());
        for (out, lane) in outs.iter_mut().zip(lanes) {
            let (left, right) = std::mem::take(out).split_at_mut((end - start) as usize * lane.width);
            mine.push(left);
            *out = right;
        }
        parts.push((rows.part(start..end), mine));
        start = end;
    }
    let act =
        |(rows, mut outs): (Rows, Vec<&mut [u8]>)| Ok((rows.n_rows, fill(local, &rows, lanes, &mut outs, is_near)?));
    std::thread::scope(|scope| {
        let last = parts.pop();
        let threads: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || act(part))).collect();
        // This thread works too.
        let last = last.map(act);
        let join = |thread: std::thread::ScopedJoinHandle<'_, _>| {
            let panicked = |_panic| io::Error::other("a thread that reads rows panicked");
            thread.join().map_err(panicked)?
        };
        threads.into_iter().map(join).chain(last).collect()
    })
}

/// How many threads so many bytes are worth.
pub(crate) fn n_threads(n_bytes: u64) -> usize {
    let wanted = (n_bytes / SHARE + 1) as usize;
    if wanted == 1 {
        return 1;
    }
    std::thread::available_parallelism().map_or(1, |cores| wanted.min(cores.get()).min(MAX_THREADS))
}

fn fill(local: &Local, rows: &Rows, lanes: &[Lane], outs: &mut [&mut [u8]], is_near: bool) -> io::Result<Vec<Known>> {
    let mut has_unknown = vec![false; lanes.len()];
    let n_each = (RUN / if is_near { rows.stride } else { rows.span }).max(1);
    let mut buffer = Vec::new();
    let mut start = 0;
    while start < rows.n_rows {
        let run = rows.part(start..rows.n_rows.min(start + n_each));
        let n_done = start as usize;
        if is_near {
            let bytes = local.read(run.bytes(), &mut buffer)?;
            scatter(bytes, &run, lanes, n_done, outs, &mut has_unknown);
        } else {
            for row in 0..run.n_rows {
                let one = run.part(row..row + 1);
                let bytes = local.read(one.bytes(), &mut buffer)?;
                scatter(bytes, &one, lanes, n_done + row as usize, outs, &mut has_unknown);
            }
        }
        start += run.n_rows;
    }
    Ok(known(lanes, outs, &has_unknown))
}

async fn gather_remote(
    source: &Source,
    rows: &Rows,
    lanes: &[Lane],
    outs: &mut [&mut [u8]],
) -> Result<Vec<Known>, Error> {
    let options = source.options();
    let mut has_unknown = vec![false; lanes.len()];
    if rows.stride - rows.span > options.block_size {
        let ranges: Vec<_> = (0..rows.n_rows).map(|row| rows.part(row..row + 1).bytes()).collect();
        for (row, bytes) in source.read_all(&ranges).await?.iter().enumerate() {
            scatter(bytes, &rows.part(0..1), lanes, row, outs, &mut has_unknown);
        }
        return Ok(known(lanes, outs, &has_unknown));
    }
    // What lies between two rows costs less than a request of its own.
    let n_each = (options.request_size / rows.stride).max(1);
    let runs = (0..rows.n_rows.div_ceil(n_each))
        .map(|run| rows.part(run * n_each..rows.n_rows.min((run + 1).saturating_mul(n_each))));
    let mut parts = stream::iter(runs)
        .map(|run| async move { (source.read(run.bytes()).await, run) })
        .buffered(options.n_parallel.max(1));
    let mut n_done = 0;
    while let Some((bytes, run)) = parts.next().await {
        scatter(&bytes?, &run, lanes, n_done, outs, &mut has_unknown);
        n_done += run.n_rows as usize;
    }
    Ok(known(lanes, outs, &has_unknown))
}

/// Writes the cells of a run of rows behind those of the `n_done` rows before.
fn scatter(bytes: &[u8], run: &Rows, lanes: &[Lane], n_done: usize, outs: &mut [&mut [u8]], has_unknown: &mut [bool]) {
    let n_rows = run.n_rows as usize;
    for ((lane, out), has_unknown) in lanes.iter().zip(outs).zip(has_unknown) {
        let out = &mut out[n_done * lane.width..][..n_rows * lane.width];
        *has_unknown |= lane.copy(bytes, run.stride as usize, out);
    }
}

/// Which elements are known in the columns that have others.
fn known(lanes: &[Lane], outs: &[&mut [u8]], has_unknown: &[bool]) -> Vec<Known> {
    let columns = lanes.iter().zip(outs).zip(has_unknown);
    let known = columns.map(|((lane, out), has_unknown)| has_unknown.then(|| lane.known(out)).flatten());
    known.collect()
}

impl Rows {
    /// Some of the rows.
    fn part(&self, rows: Range<u64>) -> Self {
        Self {
            first: self.first + rows.start * self.stride,
            n_rows: rows.end - rows.start,
            ..*self
        }
    }

    /// Nothing is made ready for rows that a cut file does not have.
    pub(crate) fn check(&self, source: &Source, info: &HduInfo) -> Result<(), Error> {
        if self.n_rows == 0 || self.bytes().end <= source.size() {
            return Ok(());
        }
        Err(Error::Damaged {
            hdu: info.index,
            offset: info.data_offset,
            reason: Reason::DataCut {
                expected_end: info.end(),
                file_size: source.size(),
            },
        })
    }

    /// From the first wanted byte to the last.
    fn bytes(&self) -> Range<u64> {
        self.first..self.first + (self.n_rows - 1) * self.stride + self.span
    }
}
