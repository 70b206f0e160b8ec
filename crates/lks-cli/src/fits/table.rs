//! `lksearch fits table`.

use std::ops::Range;

use futures::{StreamExt, TryStreamExt};
use lksearch::Error;
use lksearch::fits::{ColumnInfo, FitsFile, HduKind, Selection};
use lksearch::table::arrow_array::RecordBatch;
use lksearch::table::arrow_schema::Schema;

use super::cell::shown;
use super::columns::find_column;
use super::observed::Observed;
use super::rows::Rows;
use crate::arguments::{Format, Output};
use crate::grid::{self, Grid, LongGrid, Room};
use crate::output::{self, Destination, Pieces};
use crate::ui::Ui;

/// What is wanted of which table.
pub(super) struct Wanted {
    hdu: usize,
    columns: Option<Vec<String>>,
    rows: Range<u64>,
    /// What the times among the columns count from.
    times: Vec<String>,
}

impl Wanted {
    /// Reads the words for columns and rows.
    pub(super) fn of(file: &FitsFile, hdu: usize, columns: &[String], rows: Option<&str>) -> Result<Self, Error> {
        let known = file.columns(hdu)?;
        let names = columns
            .iter()
            .map(|name| Ok(find_column(&known, name.trim())?.name.clone()));
        let names = names.collect::<Result<Vec<_>, Error>>()?;
        let num_rows = file.hdus()[hdu].shape.first().copied().unwrap_or(0);
        let is_wanted = |column: &&ColumnInfo| names.is_empty() || names.contains(&column.name);
        let times = known.iter().filter(is_wanted);
        let times = times.filter_map(|column| Some(format!("{} is in {}", column.name, column.time.as_ref()?)));
        Ok(Self {
            times: times.collect(),
            hdu,
            columns: (!names.is_empty()).then_some(names),
            rows: rows.map_or(Ok(0..num_rows), |words| range(words, num_rows))?,
        })
    }

    fn rows(&self, rows: Range<u64>) -> Selection {
        let all_rows = self.columns.clone().map_or_else(Selection::default, Selection::columns);
        all_rows.with_rows(rows)
    }
}

/// `A:B` as Python slices it, but never beyond the table.
fn range(words: &str, num_rows: u64) -> Result<Range<u64>, Error> {
    let wrong = || {
        Error::Input(format!(
            "'{words}' is not a range of the {num_rows} rows; write `0:100`, `1000:`, `:100` or `-10:`, the first row being 0"
        ))
    };
    let (from, to) = words.split_once(':').ok_or_else(wrong)?;
    let place = |word: &str, otherwise: u64| match word.trim() {
        "" => Ok(otherwise),
        word => {
            let number: i64 = word.parse().map_err(|_| wrong())?;
            let place = match number {
                0.. => Some(number.unsigned_abs()),
                _ => num_rows.checked_sub(number.unsigned_abs()),
            };
            place.filter(|place| *place <= num_rows).ok_or_else(wrong)
        }
    };
    let rows = place(from, 0)?..place(to, num_rows)?;
    if rows.start <= rows.end { Ok(rows) } else { Err(wrong()) }
}

/// Prints the rows, batch after batch where the format allows it.
pub(super) async fn print(file: &FitsFile, wanted: &Wanted, output: &Output, ui: &Ui) -> Result<(), Error> {
    let destination = output::prepare(output)?;
    if has_no_room_for_units(destination.format()) {
        wanted.times.iter().for_each(|time| ui.note(time));
    }
    match (destination.format(), destination.room()) {
        (Format::Table, Room::Terminal(width)) => for_terminal(file, wanted, width, ui).await,
        (Format::Table, Room::Unlimited) => output::ended(whole_grid(file, wanted, &destination).await, destination),
        _ => {
            let selection = wanted.rows(wanted.rows.clone());
            let read = || Ok(file.batches(wanted.hdu, &selection)?.map_err(Error::Fits));
            let rows = Rows {
                read,
                num_rows: wanted.rows.end - wanted.rows.start,
                nulls_are_named: file.hdus()[wanted.hdu].kind == HduKind::BinaryTable,
                name: file.hdus()[wanted.hdu].name.clone(),
                observed: Observed::of(file, wanted.hdu),
            };
            rows.print(destination).await
        }
    }
}

/// Whether such a table is only names and values.
fn has_no_room_for_units(format: Format) -> bool {
    match format {
        Format::Table | Format::Json | Format::Ndjson | Format::Csv => true,
        Format::Ecsv | Format::Fits | Format::Parquet | Format::Arrow | Format::Votable => false,
    }
}

/// The whole table, aligned, for a pipe or a file. It is read twice and not held: the widest text of a column may be the last.
async fn whole_grid(file: &FitsFile, wanted: &Wanted, destination: &Destination) -> Result<(), Error> {
    let selection = wanted.rows(wanted.rows.clone());
    let mut long: Option<LongGrid> = None;
    let mut batches = file.batches(wanted.hdu, &selection)?.boxed();
    while let Some(batch) = batches.try_next().await? {
        let long = long.get_or_insert_with(|| LongGrid::new(headers(&batch.schema())));
        (0..batch.num_rows()).for_each(|row| long.measure(&texts(&batch, row)));
    }
    let Some(long) = long else { return Ok(()) };
    let mut out = Pieces::new(destination);
    out.push(&long.first_line())?;
    let mut batches = file.batches(wanted.hdu, &selection)?.boxed();
    while let Some(batch) = batches.try_next().await? {
        for row in 0..batch.num_rows() {
            out.push(&long.line(&texts(&batch, row)))?;
        }
    }
    out.finish()
}

/// Both ends of the table, and as many columns as fit into a line.
async fn for_terminal(file: &FitsFile, wanted: &Wanted, width: u16, ui: &Ui) -> Result<(), Error> {
    let Range { start, end } = wanted.rows;
    let [head, foot] = grid::ends(end - start).map(|rows| start + rows.start..start + rows.end);
    let num_left_out = foot.start - head.end;
    let mut grid: Option<Grid> = None;
    for rows in [head, foot] {
        let selection = wanted.rows(rows);
        let mut batches = file.batches(wanted.hdu, &selection)?.boxed();
        while let Some(batch) = batches.try_next().await? {
            let grid = grid.get_or_insert_with(|| headers(&batch.schema()));
            grid.rows.extend((0..batch.num_rows()).map(|row| texts(&batch, row)));
        }
    }
    let mut grid = grid.unwrap_or_default();
    grid.num_left_out = num_left_out;
    if wanted.columns.is_none() {
        let num_fitting = num_fitting(&grid, usize::from(width));
        let others = grid.headers.split_off(num_fitting);
        grid.rows.iter_mut().for_each(|row| row.truncate(num_fitting));
        if !others.is_empty() {
            ui.note(format!("not shown, name them with --columns: {}", others.join(", ")));
        }
    }
    output::print(&grid::draw(&grid, Room::Terminal(width)))
}

/// How many of the first columns fit side by side; at least one.
fn num_fitting(grid: &Grid, width: usize) -> usize {
    let widest = |column: usize| {
        let cells = grid.rows.iter().map(|row| &row[column]);
        let widths = cells.chain([&grid.headers[column]]).map(|text| grid::width(text));
        widths.max().unwrap_or(0)
    };
    let mut end = 0;
    let fitting = (0..grid.headers.len()).take_while(|column| {
        end += widest(*column) + 2;
        end <= width + 2
    });
    fitting.count().max(1)
}

/// A grid without rows.
fn headers(schema: &Schema) -> Grid {
    let fields = schema.fields().iter();
    Grid {
        headers: fields.clone().map(|field| field.name().clone()).collect(),
        is_number: fields.map(|field| field.data_type().is_numeric()).collect(),
        ..Grid::default()
    }
}

fn texts(batch: &RecordBatch, row: usize) -> Vec<String> {
    batch.columns().iter().map(|array| shown(array, row)).collect()
}
