//! The elements of Arrow arrays, which may be lists of lists.

use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

/// What the cells hold, how many elements each has, and whether that number varies.
pub(super) fn shape(kind: &DataType) -> (&DataType, usize, bool) {
    match kind {
        DataType::FixedSizeList(item, size) => {
            let (kind, repeat, is_variable) = shape(item.data_type());
            (kind, repeat * *size as usize, is_variable)
        }
        DataType::LargeList(item) => {
            let (kind, repeat, _) = shape(item.data_type());
            (kind, repeat, true)
        }
        single => (single, 1, false),
    }
}

/// What the lists hold, all of them together.
pub(super) fn leaves(array: &ArrayRef) -> &ArrayRef {
    match array.data_type() {
        DataType::FixedSizeList(..) => leaves(array.as_fixed_size_list().values()),
        DataType::LargeList(_) => leaves(array.as_list::<i64>().values()),
        _ => array,
    }
}

/// Elements of the list of a row.
pub(super) fn length(array: &ArrayRef, row: usize) -> usize {
    array
        .as_list_opt::<i64>()
        .map_or(1, |list| list.value_length(row) as usize)
}

pub(super) fn is_null(array: &ArrayRef, index: usize) -> bool {
    *array.data_type() == DataType::Null || array.is_null(index)
}

/// The integer as it is stored; those that FITS has no type for are shifted by half their range (FITS 4.0, section 5.2.5).
pub(super) fn stored(array: &ArrayRef, index: usize) -> i64 {
    match array.data_type() {
        DataType::UInt8 => array.as_primitive::<UInt8Type>().value(index).into(),
        DataType::Int8 => i64::from(array.as_primitive::<Int8Type>().value(index)) + 128,
        DataType::Int16 => array.as_primitive::<Int16Type>().value(index).into(),
        DataType::UInt16 => i64::from(array.as_primitive::<UInt16Type>().value(index)) - 32_768,
        DataType::Int32 => array.as_primitive::<Int32Type>().value(index).into(),
        DataType::UInt32 => i64::from(array.as_primitive::<UInt32Type>().value(index)) - 2_147_483_648,
        DataType::UInt64 => (array.as_primitive::<UInt64Type>().value(index) ^ (1 << 63)) as i64,
        _ => array.as_primitive::<Int64Type>().value(index),
    }
}
