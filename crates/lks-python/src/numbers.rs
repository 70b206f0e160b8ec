//! The numbers of arrays whose cells may have several, as they lie one after another.

use std::sync::Arc;

use lksearch::table::arrow_array::cast::AsArray;
use lksearch::table::arrow_array::types::{Float32Type, Float64Type};
use lksearch::table::arrow_array::{Array, ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use lksearch::table::arrow_schema::DataType;

use crate::values::type_word;

/// How many values a cell has.
pub(crate) fn elements(data_type: &DataType) -> usize {
    match data_type {
        DataType::FixedSizeList(item, length) => usize::try_from(*length).unwrap_or(0) * elements(item.data_type()),
        _ => 1,
    }
}

/// The type of one value of a cell.
pub(crate) fn element(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::FixedSizeList(item, _) => element(item.data_type()),
        other => other,
    }
}

/// All values of cells of fixed length, one after another.
pub(crate) fn flat(array: &ArrayRef) -> ArrayRef {
    match array.as_fixed_size_list_opt() {
        Some(cells) => flat(cells.values()),
        None => Arc::clone(array),
    }
}

/// All numbers, NaN where there is none. Those of a FITS file are so already, and are not copied.
pub(crate) fn numbers(array: &ArrayRef) -> Option<ArrayRef> {
    if array
        .as_fixed_size_list_opt()
        .is_some_and(|cells| cells.null_count() > 0)
    {
        return None;
    }
    let flat = flat(array);
    type_word(flat.data_type())?;
    if flat.null_count() == 0 {
        return Some(flat);
    }
    match flat.data_type() {
        DataType::Float64 => Some(filled::<Float64Type>(flat, f64::NAN)),
        DataType::Float32 => Some(filled::<Float32Type>(flat, f32::NAN)),
        _ => None,
    }
}

/// The same numbers with NaN in their gaps.
fn filled<T>(array: ArrayRef, nan: T::Native) -> ArrayRef
where
    T: ArrowPrimitiveType,
    T::Native: Into<f64>,
{
    let values = array.as_primitive::<T>();
    let is_filled = |row| !values.is_null(row) || Into::<f64>::into(values.value(row)).is_nan();
    if (0..values.len()).all(is_filled) {
        return array;
    }
    let numbers = values.iter().map(|value| value.unwrap_or(nan));
    Arc::new(PrimitiveArray::<T>::from_iter_values(numbers))
}
