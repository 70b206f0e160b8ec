//! Numbers as plain vectors, for code that has nothing to do with Arrow.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;

use crate::Error;

/// A column of rows that were read by [`FitsFile::table`](crate::FitsFile::table), as 64-bit floats; NaN where there is no value.
/// Integers beyond 2⁵³ are rounded. Cells of several elements, such as the pixels of a target pixel file, follow each other, the
/// fastest axis first.
///
/// ```
/// # use lks_fits::write::{Cells, Column, Hdu};
/// # use lks_fits::{FitsFile, Selection};
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # let mut bytes = Hdu::primary().bytes()?;
/// # let table = Hdu::table([Column::new("TIME", "D"), Column::new("PDCSAP_FLUX", "E"), Column::new("QUALITY", "J")], 2).card("EXTNAME", "LIGHTCURVE", "");
/// # table.append_with(&mut bytes, |out| {
/// #     for (flux, flags) in [(f32::NAN, 8), (16.5, 0)] {
/// #         let mut cells = Cells::new(out);
/// #         cells.float64(1325.0);
/// #         cells.float32(flux);
/// #         cells.int32(flags);
/// #     }
/// # })?;
/// # let file = FitsFile::open(bytes).await?;
/// let columns = Selection::columns(["TIME", "PDCSAP_FLUX", "QUALITY"]);
/// let rows = file.table(file.find("LIGHTCURVE")?, &columns).await?;
/// let time: Vec<f64> = lks_fits::floats(&rows, "TIME")?;
/// let flux: Vec<f64> = lks_fits::floats(&rows, "PDCSAP_FLUX")?;
/// let quality: Vec<Option<i64>> = lks_fits::integers(&rows, "QUALITY")?;
/// assert_eq!((time.len(), flux[0].is_nan(), flux[1], quality), (2, true, 16.5, vec![Some(8), Some(0)]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Absent`] if there is no such column, in any case of its letters, or its cells are not numbers.
pub fn floats(rows: &RecordBatch, column: &str) -> Result<Vec<f64>, Error> {
    let array = find(rows, column)?;
    all_floats(array).ok_or_else(|| not_of(column, "number", array))
}

/// A column of integers, such as quality flags; `None` where there is no value. Cells of several elements follow each other.
///
/// # Errors
/// As [`floats`], also for a column of floats, which one with `TSCAL` is too, and for an integer beyond 2⁶³.
pub fn integers(rows: &RecordBatch, column: &str) -> Result<Vec<Option<i64>>, Error> {
    let array = find(rows, column)?;
    all_integers(array).ok_or_else(|| not_of(column, "integer", array))
}

/// The numbers of an array; none if it holds something else.
pub(crate) fn all_floats(array: &ArrayRef) -> Option<Vec<f64>> {
    match array.data_type() {
        DataType::Float32 => Some(each::<Float32Type, _>(array, f64::NAN, f64::from)),
        DataType::Float64 => Some(each::<Float64Type, _>(array, f64::NAN, |value| value)),
        DataType::Int64 => Some(each::<Int64Type, _>(array, f64::NAN, |value| value as f64)),
        DataType::UInt64 => Some(each::<UInt64Type, _>(array, f64::NAN, |value| value as f64)),
        DataType::FixedSizeList(..) => all_floats(array.as_fixed_size_list().values()),
        _ => {
            let integers = all_integers(array)?;
            Some(
                integers
                    .into_iter()
                    .map(|value| value.map_or(f64::NAN, |value| value as f64))
                    .collect(),
            )
        }
    }
}

fn all_integers(array: &ArrayRef) -> Option<Vec<Option<i64>>> {
    match array.data_type() {
        DataType::Int8 => Some(each::<Int8Type, _>(array, None, |value| Some(value.into()))),
        DataType::Int16 => Some(each::<Int16Type, _>(array, None, |value| Some(value.into()))),
        DataType::Int32 => Some(each::<Int32Type, _>(array, None, |value| Some(value.into()))),
        DataType::Int64 => Some(each::<Int64Type, _>(array, None, Some)),
        DataType::UInt8 => Some(each::<UInt8Type, _>(array, None, |value| Some(value.into()))),
        DataType::UInt16 => Some(each::<UInt16Type, _>(array, None, |value| Some(value.into()))),
        DataType::UInt32 => Some(each::<UInt32Type, _>(array, None, |value| Some(value.into()))),
        DataType::UInt64 => {
            let values = array.as_primitive::<UInt64Type>().iter();
            values.map(|value| value.map(i64::try_from).transpose().ok()).collect()
        }
        DataType::FixedSizeList(..) => all_integers(array.as_fixed_size_list().values()),
        _ => None,
    }
}

fn each<T: ArrowPrimitiveType, N: Clone>(array: &ArrayRef, none: N, of: impl Fn(T::Native) -> N) -> Vec<N> {
    let values = array.as_primitive::<T>();
    values.iter().map(|value| value.map_or(none.clone(), &of)).collect()
}

fn find<'a>(rows: &'a RecordBatch, column: &str) -> Result<&'a ArrayRef, Error> {
    let schema = rows.schema_ref();
    let same = || {
        let names = schema.fields().iter();
        names
            .map(|field| field.name())
            .position(|name| name.eq_ignore_ascii_case(column))
    };
    let index = schema.index_of(column).ok().or_else(same);
    index.map(|index| rows.column(index)).ok_or_else(|| {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        Error::Absent {
            what: format!("column {column:?}"),
            known: format!("the rows have {}", names.join(", ")),
        }
    })
}

fn not_of(column: &str, what: &str, array: &ArrayRef) -> Error {
    Error::Absent {
        what: format!("{what} for every cell of the column {column:?}"),
        known: format!("its cells are of the type {}", array.data_type()),
    }
}

#[cfg(test)]
mod tests;
