//! Values from anywhere among several arrays, put together. Arrow's kernels do as much for a hundred types, of which a table has six.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, BooleanArray, NullArray, PrimitiveArray, StringArray};
use arrow_schema::{DataType, TimeUnit};

use crate::error::Error;
use crate::types::text_array;

/// Which array, and which of its rows.
pub(crate) type Place = (usize, usize);

/// The values at these places, and a null for each `None`. The arrays are of this type, one of the table's own.
///
/// # Errors
/// [`Error::Shape`] if texts have more bytes than an array can hold, or if the type is another one.
pub(crate) fn gather(data_type: &DataType, arrays: &[ArrayRef], places: &[Option<Place>]) -> Result<ArrayRef, Error> {
    Ok(match data_type {
        DataType::Utf8 => {
            let arrays: Vec<&StringArray> = arrays.iter().map(|array| array.as_string()).collect();
            let text = |(array, row): Place| arrays[array].is_valid(row).then(|| arrays[array].value(row));
            Arc::new(text_array(places.iter().map(|place| place.and_then(text)))?)
        }
        DataType::Int64 => numbers::<Int64Type>(arrays, places),
        DataType::Float64 => numbers::<Float64Type>(arrays, places),
        DataType::Timestamp(TimeUnit::Microsecond, None) => numbers::<TimestampMicrosecondType>(arrays, places),
        DataType::Boolean => {
            let arrays: Vec<&BooleanArray> = arrays.iter().map(|array| array.as_boolean()).collect();
            let boolean = |(array, row): Place| arrays[array].is_valid(row).then(|| arrays[array].value(row));
            let values = places.iter().map(|place| place.and_then(boolean));
            Arc::new(values.collect::<BooleanArray>())
        }
        DataType::Null => Arc::new(NullArray::new(places.len())),
        other => return Err(Error::Shape(format!("a table has no columns of the type {other}"))),
    })
}

fn numbers<T: ArrowPrimitiveType>(arrays: &[ArrayRef], places: &[Option<Place>]) -> ArrayRef {
    let arrays: Vec<&PrimitiveArray<T>> = arrays.iter().map(|array| array.as_primitive()).collect();
    let number = |(array, row): Place| arrays[array].is_valid(row).then(|| arrays[array].value(row));
    let values = places.iter().map(|place| place.and_then(number));
    Arc::new(values.collect::<PrimitiveArray<T>>())
}

#[cfg(test)]
mod tests;
