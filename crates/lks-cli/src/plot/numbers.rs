//! Columns of numbers as floats, whatever their type in the file; what is null is NaN.

use lksearch::table::arrow_array::cast::AsArray;
use lksearch::table::arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use lksearch::table::arrow_array::{Array, ArrayRef};
use lksearch::table::arrow_schema::DataType;

/// One float per value; `None` for a column that has no numbers.
pub(super) fn floats(array: &ArrayRef) -> Option<Vec<f64>> {
    Some(match array.data_type() {
        DataType::Float32 => each::<Float32Type>(array, f64::from),
        DataType::Float64 => each::<Float64Type>(array, |value| value),
        DataType::Int8 => each::<Int8Type>(array, f64::from),
        DataType::Int16 => each::<Int16Type>(array, f64::from),
        DataType::Int32 => each::<Int32Type>(array, f64::from),
        DataType::Int64 => each::<Int64Type>(array, |value| value as f64),
        DataType::UInt8 => each::<UInt8Type>(array, f64::from),
        DataType::UInt16 => each::<UInt16Type>(array, f64::from),
        DataType::UInt32 => each::<UInt32Type>(array, f64::from),
        DataType::UInt64 => each::<UInt64Type>(array, |value| value as f64),
        DataType::FixedSizeList(..) => floats(array.as_fixed_size_list().values())?,
        _ => return None,
    })
}

fn each<T: ArrowPrimitiveType>(array: &ArrayRef, float: impl Fn(T::Native) -> f64) -> Vec<f64> {
    let values = array.as_primitive::<T>().iter();
    values.map(|value| value.map_or(f64::NAN, &float)).collect()
}

/// Neither unknown nor a fill value near the largest float, which would leave no finite axis.
pub(super) fn is_drawable(value: f64) -> bool {
    value.abs() < 1e300
}

/// The least and the greatest of them.
pub(super) fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.filter(|value| is_drawable(*value));
    finite.fold(None, |extent, value| match extent {
        None => Some((value, value)),
        Some((low, high)) => Some((low.min(value), high.max(value))),
    })
}

/// The range with some room at its ends; never of no width.
pub(super) fn widened((low, high): (f64, f64), share: f64) -> (f64, f64) {
    let width = high - low;
    let room = if width > 0.0 {
        width * share
    } else {
        low.abs().max(1.0) * 0.01
    };
    (low - room, high + room)
}
