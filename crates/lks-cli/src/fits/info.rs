//! `lksearch fits info`.

use std::sync::Arc;

use futures::stream;
use lksearch::Error;
use lksearch::fits::{FitsFile, HduInfo};
use lksearch::table::Table;
use lksearch::table::arrow_array::types::Int64Type;
use lksearch::table::arrow_array::{ArrayRef, LargeListArray, RecordBatch};
use lksearch::table::arrow_schema::{Field, Schema};

use super::columns::is_table;
use super::observed::Observed;
use super::rows::Rows;
use crate::arguments::{Format, Output};
use crate::output;

/// Columns, named as astropy's `fileinfo()` names the offsets, and what the times count from.
const COLUMNS: [&str; 10] = [
    "index", "name", "ver", "type", "cards", "shape", "hdrLoc", "datLoc", "datSpan", "time",
];

/// Prints one row per HDU.
pub(super) async fn print(file: &FitsFile, output: &Output) -> Result<(), Error> {
    let destination = output::prepare(output)?;
    let hdus = file.hdus();
    let table = table(file)?;
    match destination.format() {
        Format::Table | Format::Csv | Format::Ecsv | Format::Fits => destination.write(&table, &COLUMNS),
        Format::Json | Format::Ndjson | Format::Parquet | Format::Arrow | Format::Votable => {
            let batches = table.batches().iter().map(|batch| with_lists(batch, hdus));
            let batches = batches.collect::<Result<Vec<_>, Error>>()?;
            let rows = Rows {
                read: || Ok(stream::iter(batches.iter().cloned().map(Ok))),
                num_rows: hdus.len() as u64,
                nulls_are_named: false,
                name: String::new(),
                observed: Observed::default(),
            };
            rows.print(destination).await
        }
    }
}

/// The shapes as text.
fn table(file: &FitsFile) -> Result<Table, Error> {
    let hdus = file.hdus();
    let each = |of: fn(&HduInfo) -> u64| hdus.iter().map(move |hdu| i64::try_from(of(hdu)).ok());
    let shape = |hdu: &HduInfo| hdu.shape.iter().map(u64::to_string).collect::<Vec<_>>().join(" x ");
    Ok(Table::empty()
        .with_integer("index", each(|hdu| hdu.index as u64))?
        .with_text("name", hdus.iter().map(|hdu| Some(&hdu.name)))?
        .with_integer("ver", hdus.iter().map(|hdu| Some(hdu.version)))?
        .with_text("type", hdus.iter().map(|hdu| Some(hdu.kind.to_string())))?
        .with_integer("cards", each(|hdu| hdu.num_cards as u64))?
        .with_text("shape", hdus.iter().map(|hdu| Some(shape(hdu))))?
        .with_integer("hdrLoc", each(|hdu| hdu.header_offset))?
        .with_integer("datLoc", each(|hdu| hdu.data_offset))?
        .with_integer("datSpan", each(|hdu| hdu.data_span))?
        .with_text("time", hdus.iter().map(|hdu| times(file, hdu)))?)
}

/// What the times of a table count from; columns that are wrong are told by who reads them.
fn times(file: &FitsFile, hdu: &HduInfo) -> Option<String> {
    if !is_table(hdu) {
        return None;
    }
    let columns = file.columns(hdu.index).ok()?;
    let mut times: Vec<String> = columns
        .iter()
        .filter_map(|column| Some(column.time.as_ref()?.label()))
        .collect();
    times.dedup();
    (!times.is_empty()).then(|| times.join("; "))
}

/// The shapes as lists of integers, for formats that have them.
fn with_lists(batch: &RecordBatch, hdus: &[HduInfo]) -> Result<RecordBatch, Error> {
    let axes = |hdu: &HduInfo| {
        hdu.shape
            .iter()
            .map(|axis| i64::try_from(*axis).ok())
            .collect::<Vec<_>>()
    };
    let shapes = hdus.iter().map(|hdu| Some(axes(hdu)));
    let shapes: ArrayRef = Arc::new(LargeListArray::from_iter_primitive::<Int64Type, _, _>(shapes));
    let columns = batch.schema_ref().fields().iter().zip(batch.columns());
    let columns = columns.map(|(field, array)| match field.name().as_str() {
        "shape" => (
            Field::new("shape", shapes.data_type().clone(), true),
            Arc::clone(&shapes),
        ),
        _ => (field.as_ref().clone(), Arc::clone(array)),
    });
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.unzip();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays);
    Ok(batch.map_err(lksearch::table::Error::from)?)
}
