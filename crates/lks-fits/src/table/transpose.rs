//! Big-endian cells that lie row by row become columns of native numbers: one pass over the rows, in runs that stay in the
//! processor's cache, by several threads if there is much. No FITS header is known here.

use std::io;
use std::ops::Range;
use std::panic::resume_unwind;
use std::thread::ScopedJoinHandle;

use arrow_buffer::{Buffer, NullBuffer};
use futures_util::{StreamExt, stream};

use super::cell_layout::{CellLayout, Known, join};
use super::column_buffer::ColumnBuffer;
use crate::source::{Local, Source};
use crate::{DamageReason, Error, HduInfo};

/// Bytes of rows taken up at once.
const RUN: u64 = 256 << 10;
/// A gap between rows of a local file that costs more to read than to skip.
const SKIP: u64 = 16 << 10;
/// Bytes of rows that are worth another thread.
const PER_THREAD: u64 = 8 << 20;
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
    pub(crate) num_rows: u64,
}

/// The elements of a column in native order.
pub(crate) struct ColumnValues {
    pub(crate) values: Buffer,
    /// Where there is a NaN, or the number that stands for "unknown".
    pub(crate) nulls: Option<NullBuffer>,
}

/// Reads rows and gives each layout's elements.
pub(crate) async fn read_columns(
    source: &Source,
    rows: &Rows,
    layouts: &[CellLayout],
) -> Result<Vec<ColumnValues>, Error> {
    let mut buffers: Vec<ColumnBuffer> = layouts
        .iter()
        .map(|layout| ColumnBuffer::new(rows.num_rows as usize * layout.width))
        .collect();
    if rows.span == 0 || rows.num_rows == 0 {
        return Ok(filled(buffers, layouts, Vec::new()));
    }
    let Some(local) = source.local() else {
        let mut outs: Vec<&mut [u8]> = buffers.iter_mut().map(ColumnBuffer::bytes_mut).collect();
        let known = read_remote_columns(source, rows, layouts, &mut outs).await?;
        return Ok(filled(buffers, layouts, vec![(rows.num_rows, known)]));
    };
    let unreadable = |error| source.unreadable(&rows.bytes(), error);
    let is_near = rows.stride - rows.span <= SKIP;
    let num_read = if is_near { rows.stride } else { rows.span } * (rows.num_rows - 1) + rows.span;
    if matches!(local, Local::Bytes(_)) && num_read <= RUN {
        let mut outs: Vec<&mut [u8]> = buffers.iter_mut().map(ColumnBuffer::bytes_mut).collect();
        let known = fill(&local, rows, layouts, &mut outs, is_near).map_err(unreadable)?;
        return Ok(filled(buffers, layouts, vec![(rows.num_rows, known)]));
    }
    let work = {
        let (rows, layouts) = (rows.clone(), layouts.to_vec());
        move || {
            let parts = fill_in_parallel(&local, &rows, &layouts, &mut buffers, is_near, num_read)?;
            Ok(filled(buffers, &layouts, parts))
        }
    };
    let done = source.disk().run(work).await.map_err(unreadable)?;
    source.count(1, num_read);
    Ok(done)
}

/// The columns out of their bytes and of what is known in each part of the rows.
fn filled(buffers: Vec<ColumnBuffer>, layouts: &[CellLayout], mut parts: Vec<(u64, Vec<Known>)>) -> Vec<ColumnValues> {
    let column = |(number, (buffer, layout)): (usize, (ColumnBuffer, &CellLayout))| {
        let part = |(num_rows, known): &mut (u64, Vec<Known>)| {
            (
                layout.num_elements(*num_rows as usize * layout.width),
                known[number].take(),
            )
        };
        ColumnValues {
            values: buffer.into_buffer(),
            nulls: join(parts.iter_mut().map(part).collect()),
        }
    };
    buffers.into_iter().zip(layouts).enumerate().map(column).collect()
}

/// Parts of the rows to threads, each with its own parts of all columns.
fn fill_in_parallel(
    local: &Local,
    rows: &Rows,
    layouts: &[CellLayout],
    buffers: &mut [ColumnBuffer],
    is_near: bool,
    num_read: u64,
) -> io::Result<Vec<(u64, Vec<Known>)>> {
    let mut outs: Vec<&mut [u8]> = buffers.iter_mut().map(ColumnBuffer::bytes_mut).collect();
    // Each part begins with a word of bits of its own.
    let num_each = rows
        .num_rows
        .div_ceil(num_threads(num_read) as u64)
        .next_multiple_of(64);
    let mut parts = Vec::new();
    let mut start = 0;
    while start < rows.num_rows {
        let end = rows.num_rows.min(start + num_each);
        let mut mine = Vec::with_capacity(layouts.len());
        for (out, layout) in outs.iter_mut().zip(layouts) {
            let (left, right) = std::mem::take(out).split_at_mut((end - start) as usize * layout.width);
            mine.push(left);
            *out = right;
        }
        parts.push((rows.part(start..end), mine));
        start = end;
    }
    let act = |(rows, mut outs): (Rows, Vec<&mut [u8]>)| {
        Ok((rows.num_rows, fill(local, &rows, layouts, &mut outs, is_near)?))
    };
    std::thread::scope(|scope| {
        let last = parts.pop();
        let threads: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || act(part))).collect();
        // This thread works too.
        let last = last.map(act);
        let join = |thread: ScopedJoinHandle<'_, _>| thread.join().unwrap_or_else(|panic| resume_unwind(panic));
        threads.into_iter().map(join).chain(last).collect()
    })
}

/// How many threads so many bytes are worth.
pub(crate) fn num_threads(num_bytes: u64) -> usize {
    let wanted = (num_bytes / PER_THREAD + 1) as usize;
    if wanted == 1 {
        return 1;
    }
    std::thread::available_parallelism().map_or(1, |cores| wanted.min(cores.get()).min(MAX_THREADS))
}

fn fill(
    local: &Local,
    rows: &Rows,
    layouts: &[CellLayout],
    outs: &mut [&mut [u8]],
    is_near: bool,
) -> io::Result<Vec<Known>> {
    let mut has_unknown = vec![false; layouts.len()];
    let num_each = (RUN / if is_near { rows.stride } else { rows.span }).max(1);
    let mut buffer = Vec::new();
    let mut start = 0;
    while start < rows.num_rows {
        let run = rows.part(start..rows.num_rows.min(start + num_each));
        let num_done = start as usize;
        if is_near {
            let bytes = local.read(run.bytes(), &mut buffer)?;
            copy_rows(bytes, &run, layouts, num_done, outs, &mut has_unknown);
        } else {
            for row in 0..run.num_rows {
                let one = run.part(row..row + 1);
                let bytes = local.read(one.bytes(), &mut buffer)?;
                copy_rows(bytes, &one, layouts, num_done + row as usize, outs, &mut has_unknown);
            }
        }
        start += run.num_rows;
    }
    Ok(known(layouts, outs, &has_unknown))
}

async fn read_remote_columns(
    source: &Source,
    rows: &Rows,
    layouts: &[CellLayout],
    outs: &mut [&mut [u8]],
) -> Result<Vec<Known>, Error> {
    let options = source.options();
    let mut has_unknown = vec![false; layouts.len()];
    if rows.stride - rows.span > options.block_size {
        let ranges: Vec<_> = (0..rows.num_rows).map(|row| rows.part(row..row + 1).bytes()).collect();
        for (row, bytes) in source.read_all(&ranges).await?.iter().enumerate() {
            copy_rows(bytes, &rows.part(0..1), layouts, row, outs, &mut has_unknown);
        }
        return Ok(known(layouts, outs, &has_unknown));
    }
    // What lies between two rows costs less than a request of its own.
    let num_each = (options.request_size / rows.stride).max(1);
    let runs = (0..rows.num_rows.div_ceil(num_each))
        .map(|run| rows.part(run * num_each..rows.num_rows.min((run + 1).saturating_mul(num_each))));
    let mut parts = stream::iter(runs)
        .map(|run| async move { (source.read(run.bytes()).await, run) })
        .buffered(options.num_parallel.max(1));
    let mut num_done = 0;
    while let Some((bytes, run)) = parts.next().await {
        copy_rows(&bytes?, &run, layouts, num_done, outs, &mut has_unknown);
        num_done += run.num_rows as usize;
    }
    Ok(known(layouts, outs, &has_unknown))
}

/// Writes the cells of a run of rows behind those of the `num_done` rows before.
fn copy_rows(
    bytes: &[u8],
    run: &Rows,
    layouts: &[CellLayout],
    num_done: usize,
    outs: &mut [&mut [u8]],
    has_unknown: &mut [bool],
) {
    let num_rows = run.num_rows as usize;
    for ((layout, out), has_unknown) in layouts.iter().zip(outs).zip(has_unknown) {
        let out = &mut out[num_done * layout.width..][..num_rows * layout.width];
        *has_unknown |= layout.copy(bytes, run.stride as usize, out);
    }
}

/// Which elements are known in the columns that have others.
fn known(layouts: &[CellLayout], outs: &[&mut [u8]], has_unknown: &[bool]) -> Vec<Known> {
    let columns = layouts.iter().zip(outs).zip(has_unknown);
    let known = columns.map(|((layout, out), has_unknown)| has_unknown.then(|| layout.known(out)).flatten());
    known.collect()
}

impl Rows {
    /// Some of the rows.
    fn part(&self, rows: Range<u64>) -> Self {
        Self {
            first: self.first + rows.start * self.stride,
            num_rows: rows.end - rows.start,
            ..*self
        }
    }

    /// Nothing is made ready for rows that a cut file does not have.
    pub(crate) fn check(&self, source: &Source, info: &HduInfo) -> Result<(), Error> {
        if self.num_rows == 0 || self.bytes().end <= source.size() {
            return Ok(());
        }
        Err(Error::Damaged {
            hdu: info.index,
            offset: info.data_offset,
            reason: DamageReason::DataCut {
                expected_end: info.end(),
                file_size: source.size(),
            },
        })
    }

    /// From the first wanted byte to the last.
    fn bytes(&self) -> Range<u64> {
        self.first..self.first + (self.num_rows - 1) * self.stride + self.span
    }
}
