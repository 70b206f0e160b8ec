//! Big-endian cells that lie row by row become columns of native numbers: one pass over the rows, in runs that stay in the
//! processor's cache, by several threads if there is much. No FITS header is known here.

use std::io;
use std::ops::Range;

use arrow_buffer::Buffer;
use futures::{StreamExt, stream};

use super::room::Room;
use crate::form::Element;
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

/// How the cells of a column lie in the wanted bytes of a row, and what marks an unknown one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lane {
    pub(crate) offset: usize,
    pub(crate) width: usize,
    pub(crate) element: Element,
    pub(crate) null: Option<i64>,
}

/// The elements of a column in native order.
pub(crate) struct Filled {
    pub(crate) values: Buffer,
    /// Whether there is a NaN, or the number that stands for "unknown".
    pub(crate) has_nulls: bool,
}

/// Reads rows and gives each lane's elements.
pub(crate) async fn gather(source: &Source, rows: &Rows, lanes: &[Lane]) -> Result<Vec<Filled>, Error> {
    let mut rooms: Vec<Room> = lanes
        .iter()
        .map(|lane| Room::new(rows.n_rows as usize * lane.width))
        .collect();
    let has_nulls = if rows.span == 0 || rows.n_rows == 0 {
        vec![false; lanes.len()]
    } else if let Some(local) = source.local() {
        let (has_nulls, filled) = gather_local(source, local, rows, lanes, rooms).await?;
        rooms = filled;
        has_nulls
    } else {
        gather_remote(source, rows, lanes, &mut rooms).await?
    };
    let filled = rooms.into_iter().zip(has_nulls).map(|(room, has_nulls)| Filled {
        values: room.into_buffer(),
        has_nulls,
    });
    Ok(filled.collect())
}

async fn gather_local(
    source: &Source,
    local: Local,
    rows: &Rows,
    lanes: &[Lane],
    mut rooms: Vec<Room>,
) -> Result<(Vec<bool>, Vec<Room>), Error> {
    let is_near = rows.stride - rows.span <= SKIP;
    let n_read = if is_near { rows.stride } else { rows.span } * (rows.n_rows - 1) + rows.span;
    if matches!(local, Local::Bytes(_)) && n_read <= RUN {
        let mut outs: Vec<&mut [u8]> = rooms.iter_mut().map(Room::bytes_mut).collect();
        let has_nulls = fill(&local, rows, lanes, &mut outs, is_near);
        return Ok((
            has_nulls.map_err(|error| source.unreadable(&rows.bytes(), error))?,
            rooms,
        ));
    }
    let work = {
        let (rows, lanes) = (rows.clone(), lanes.to_vec());
        move || {
            let has_nulls = share(&local, &rows, &lanes, &mut rooms, is_near, n_read)?;
            Ok((has_nulls, rooms))
        }
    };
    let done = tokio::task::spawn_blocking(work).await.map_err(io::Error::other);
    let done = done
        .flatten()
        .map_err(|error: io::Error| source.unreadable(&rows.bytes(), error))?;
    source.count(1, n_read);
    Ok(done)
}

/// Parts of the rows to threads, each with its own parts of all columns.
fn share(
    local: &Local,
    rows: &Rows,
    lanes: &[Lane],
    rooms: &mut [Room],
    is_near: bool,
    n_read: u64,
) -> io::Result<Vec<bool>> {
    let mut outs: Vec<&mut [u8]> = rooms.iter_mut().map(Room::bytes_mut).collect();
    let n_threads = n_threads(n_read);
    if n_threads == 1 {
        return fill(local, rows, lanes, &mut outs, is_near);
    }
    let n_each = rows.n_rows.div_ceil(n_threads as u64);
    let mut parts = Vec::with_capacity(n_threads);
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
    std::thread::scope(|scope| {
        let threads: Vec<_> = parts
            .into_iter()
            .map(|(rows, mut outs)| scope.spawn(move || fill(local, &rows, lanes, &mut outs, is_near)))
            .collect();
        let mut has_nulls = vec![false; lanes.len()];
        for thread in threads {
            let found = thread
                .join()
                .map_err(|_panic| io::Error::other("a thread that reads rows panicked"))??;
            has_nulls.iter_mut().zip(found).for_each(|(all, one)| *all |= one);
        }
        Ok(has_nulls)
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

fn fill(local: &Local, rows: &Rows, lanes: &[Lane], outs: &mut [&mut [u8]], is_near: bool) -> io::Result<Vec<bool>> {
    let mut has_nulls = vec![false; lanes.len()];
    let n_each = (RUN / if is_near { rows.stride } else { rows.span }).max(1);
    let mut buffer = Vec::new();
    let mut start = 0;
    while start < rows.n_rows {
        let run = rows.part(start..rows.n_rows.min(start + n_each));
        let n_done = start as usize;
        if is_near {
            let bytes = local.read(run.bytes(), &mut buffer)?;
            scatter(bytes, &run, lanes, n_done, outs, &mut has_nulls);
        } else {
            for row in 0..run.n_rows {
                let one = run.part(row..row + 1);
                let bytes = local.read(one.bytes(), &mut buffer)?;
                scatter(bytes, &one, lanes, n_done + row as usize, outs, &mut has_nulls);
            }
        }
        start += run.n_rows;
    }
    Ok(has_nulls)
}

async fn gather_remote(source: &Source, rows: &Rows, lanes: &[Lane], rooms: &mut [Room]) -> Result<Vec<bool>, Error> {
    let options = source.options();
    let mut outs: Vec<&mut [u8]> = rooms.iter_mut().map(Room::bytes_mut).collect();
    let mut has_nulls = vec![false; lanes.len()];
    if rows.stride - rows.span > options.block_size {
        let ranges: Vec<_> = (0..rows.n_rows).map(|row| rows.part(row..row + 1).bytes()).collect();
        for (row, bytes) in source.read_all(&ranges).await?.iter().enumerate() {
            scatter(bytes, &rows.part(0..1), lanes, row, &mut outs, &mut has_nulls);
        }
        return Ok(has_nulls);
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
        scatter(&bytes?, &run, lanes, n_done, &mut outs, &mut has_nulls);
        n_done += run.n_rows as usize;
    }
    Ok(has_nulls)
}

/// Writes the cells of a run of rows behind those of the `n_done` rows before.
fn scatter(bytes: &[u8], run: &Rows, lanes: &[Lane], n_done: usize, outs: &mut [&mut [u8]], has_nulls: &mut [bool]) {
    let n_rows = run.n_rows as usize;
    for ((lane, out), has_nulls) in lanes.iter().zip(outs).zip(has_nulls) {
        let out = &mut out[n_done * lane.width..][..n_rows * lane.width];
        *has_nulls |= lane.copy(bytes, run.stride as usize, out);
    }
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

impl Lane {
    /// Copies the cells of rows that lie `stride` bytes apart, and says whether an unknown one is among them.
    pub(crate) fn copy(&self, rows: &[u8], stride: usize, out: &mut [u8]) -> bool {
        let Some(cells) = rows.get(self.offset..).filter(|_| self.width > 0) else {
            return false;
        };
        match self.element.word() {
            1 => copy::<1>(cells, stride, self.width, out, |bytes| bytes),
            2 => copy::<2>(cells, stride, self.width, out, |bytes| {
                u16::from_be_bytes(bytes).to_ne_bytes()
            }),
            4 => copy::<4>(cells, stride, self.width, out, |bytes| {
                u32::from_be_bytes(bytes).to_ne_bytes()
            }),
            _ => copy::<8>(cells, stride, self.width, out, |bytes| {
                u64::from_be_bytes(bytes).to_ne_bytes()
            }),
        }
        self.has_null(out)
    }

    fn has_null(&self, values: &[u8]) -> bool {
        fn any<const N: usize>(values: &[u8], is_null: impl Fn([u8; N]) -> bool) -> bool {
            // Without a way out in the middle, several are compared at once.
            values
                .as_chunks::<N>()
                .0
                .iter()
                .fold(false, |any, bytes| any | is_null(*bytes))
        }
        match (self.element, self.null) {
            (Element::Float32, _) => any::<4>(values, |bytes| f32::from_ne_bytes(bytes).is_nan()),
            (Element::Float64, _) => any::<8>(values, |bytes| f64::from_ne_bytes(bytes).is_nan()),
            (Element::UInt8, Some(null)) => any::<1>(values, |[byte]| i64::from(byte) == null),
            (Element::Int16, Some(null)) => any::<2>(values, |bytes| i64::from(i16::from_ne_bytes(bytes)) == null),
            (Element::Int32, Some(null)) => any::<4>(values, |bytes| i64::from(i32::from_ne_bytes(bytes)) == null),
            (Element::Int64, Some(null)) => any::<8>(values, |bytes| i64::from_ne_bytes(bytes) == null),
            _ => false,
        }
    }
}

fn copy<const N: usize>(
    cells: &[u8],
    stride: usize,
    width: usize,
    out: &mut [u8],
    native: impl Fn([u8; N]) -> [u8; N],
) {
    if stride == width {
        let n_bytes = out.len();
        let cells = cells.get(..n_bytes).unwrap_or(cells).as_chunks::<N>().0;
        for (cell, value) in cells.iter().zip(out.as_chunks_mut::<N>().0) {
            *value = native(*cell);
        }
    } else if width == N {
        // The last row may end with its cell.
        let rows = cells.chunks_exact(stride);
        let last = rows.remainder().first_chunk::<N>();
        let mut values = out.as_chunks_mut::<N>().0.iter_mut();
        for (row, value) in rows.zip(values.by_ref()) {
            if let Some(cell) = row.first_chunk::<N>() {
                *value = native(*cell);
            }
        }
        if let (Some(cell), Some(value)) = (last, values.next()) {
            *value = native(*cell);
        }
    } else {
        for (row, values) in cells.chunks(stride).zip(out.chunks_exact_mut(width)) {
            for (cell, value) in row.as_chunks::<N>().0.iter().zip(values.as_chunks_mut::<N>().0) {
                *value = native(*cell);
            }
        }
    }
}
