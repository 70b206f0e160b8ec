//! `lksearch cache ls`: the files in the order of their paths, in pieces, so that memory does not grow with them.

mod spool;

use std::collections::VecDeque;
use std::sync::Arc;

use lksearch::Error;
use lksearch::cache::{Listed, Store};
use lksearch::fetch::StoredFile;
use lksearch::table::Table;
use lksearch::table::arrow_array::RecordBatch;

use self::spool::Spool;
use crate::arguments::{Format, Output};
use crate::fits::{Rows, begin};
use crate::grid::{self, Grid, LongGrid, Room};
use crate::output::{self, Destination, Pieces, ended, unwritten};

/// What people are shown.
const SHOWN: [&str; 3] = ["bytes", "path", "dataURI"];
/// Rows that are written at once.
const ROWS: usize = 1 << 13;

/// Path, bytes, URI, SHA-256, source, and what is odd about it.
type Row = (
    String,
    u64,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// Writes what is in the cache.
pub(super) async fn list(store: &Store, output: &Output) -> Result<(), Error> {
    let destination = output::prepare(output)?;
    let mut rows = store.entries()?.map(|listed| Ok(row_of(listed?)));
    match (destination.format(), destination.room()) {
        (Format::Table, Room::Terminal(_)) => destination.write_grid(&ends(rows)?),
        (Format::Table, Room::Unlimited) => {
            let mut long = LongGrid::new(headers());
            let rows = rows.inspect(|row| row.iter().for_each(|row| long.measure(&texts(row))));
            let spool = Spool::of(rows)?;
            ended(aligned(&spool, &long, &destination), destination)
        }
        // These say first how many rows there are, or how long their texts.
        (Format::Votable | Format::Fits, _) => {
            let spool = Spool::of(rows)?;
            let rows = Rows::listed("TABLE", spool.num_rows(), || {
                Ok(futures::stream::iter(batches(spool.rows()?)))
            });
            rows.print(destination).await
        }
        (
            Format::Json | Format::Ndjson | Format::Csv | Format::Ecsv | Format::Parquet | Format::Arrow,
            Room::Terminal(_) | Room::Unlimited,
        ) => ended(in_pieces(&mut rows, &destination), destination),
    }
}

fn row_of(listed: Listed) -> Row {
    let (uri, sha256, source, note) = match listed.record {
        Some(record) => (Some(record.uri), Some(record.sha256), Some(record.source), record.note),
        None => (None, None, None, None),
    };
    (listed.path, listed.size, uri, sha256, source, note)
}

fn in_pieces(rows: impl Iterator<Item = Result<Row, Error>>, destination: &Destination) -> Result<(), Error> {
    let head = table(&[])?;
    let out = destination.writer().map_err(unwritten)?;
    let mut writer = begin(destination.format(), head.schema(), out)?;
    for batch in batches(rows) {
        writer.batch(&batch?)?;
    }
    writer.finish()?;
    Ok(())
}

/// The rows piece by piece; one piece at least, from which the columns are known.
fn batches(mut rows: impl Iterator<Item = Result<Row, Error>>) -> impl Iterator<Item = Result<RecordBatch, Error>> {
    let mut is_first = true;
    std::iter::from_fn(move || {
        let piece: Result<Vec<Row>, Error> = rows.by_ref().take(ROWS).collect();
        let is_over = !std::mem::take(&mut is_first) && piece.as_ref().is_ok_and(Vec::is_empty);
        (!is_over).then(|| batch_of(&piece?))
    })
}

fn batch_of(rows: &[Row]) -> Result<RecordBatch, Error> {
    let table = table(rows)?;
    let batch = table.batches().first().cloned();
    Ok(batch.unwrap_or_else(|| RecordBatch::new_empty(Arc::clone(table.schema()))))
}

fn table(rows: &[Row]) -> Result<Table, Error> {
    let files = rows.iter().map(|(path, bytes, uri, sha256, source, note)| StoredFile {
        path,
        bytes: *bytes,
        uri: uri.as_deref(),
        sha256: sha256.as_deref(),
        source: source.as_deref(),
        note: note.as_deref(),
    });
    Ok(StoredFile::table(files)?)
}

fn headers() -> Grid {
    Grid {
        headers: SHOWN.map(str::to_owned).to_vec(),
        is_number: vec![true, false, false],
        ..Grid::default()
    }
}

/// What people are shown of a row.
fn texts((path, bytes, uri, ..): &Row) -> Vec<String> {
    vec![bytes.to_string(), path.clone(), uri.clone().unwrap_or_default()]
}

/// All rows, or those that a terminal shows of them.
fn ends(rows: impl Iterator<Item = Result<Row, Error>>) -> Result<Grid, Error> {
    let (mut head, mut foot, mut num_rows) = (Vec::new(), VecDeque::new(), 0_u64);
    for row in rows {
        let row = texts(&row?);
        num_rows += 1;
        // So many are shown whole.
        if head.len() < grid::MOST_SHOWN {
            head.push(row.clone());
        }
        foot.push_back(row);
        if foot.len() > grid::MOST_SHOWN {
            foot.pop_front();
        }
    }
    let [first, last] = grid::ends(num_rows);
    let num_left_out = last.start - first.end;
    let count = |rows: std::ops::Range<u64>| usize::try_from(rows.end - rows.start).unwrap_or(usize::MAX);
    head.truncate(count(first));
    let num_skipped = foot.len().saturating_sub(count(last));
    head.extend(foot.into_iter().skip(num_skipped));
    let grid = Grid {
        rows: head,
        num_left_out,
        ..headers()
    };
    Ok(grid.without_empty_columns())
}

/// Aligned, for a pipe or a file.
fn aligned(spool: &Spool, long: &LongGrid, destination: &Destination) -> Result<(), Error> {
    let mut out = Pieces::new(destination);
    out.push(&long.first_line())?;
    for row in spool.rows()? {
        out.push(&long.line(&texts(&row?)))?;
    }
    out.finish()
}
