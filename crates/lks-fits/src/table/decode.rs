//! Native elements to Arrow arrays. Pure.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{ArrayRef, BooleanArray, FixedSizeListArray, PrimitiveArray};
use arrow_buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, FieldRef};

use super::transpose::ColumnValues;
use super::{Scaling, ScalingKind};
use crate::form::Element;

/// Arrow type of one element.
pub(crate) fn element_type(element: Element, scaling: &Scaling) -> DataType {
    let integer = |plain, other| match scaling.kind {
        ScalingKind::None => plain,
        ScalingKind::Unsigned => other,
        ScalingKind::Linear { .. } => DataType::Float64,
    };
    match element {
        Element::Logical | Element::Bit => DataType::Boolean,
        Element::UInt8 => integer(DataType::UInt8, DataType::Int8),
        Element::Int16 => integer(DataType::Int16, DataType::UInt16),
        Element::Int32 => integer(DataType::Int32, DataType::UInt32),
        Element::Int64 => integer(DataType::Int64, DataType::UInt64),
        Element::Float32 => integer(DataType::Float32, DataType::Float32),
        Element::Float64 => DataType::Float64,
        Element::Character => DataType::Utf8,
        Element::Complex32 => list_type(DataType::Float32, 2),
        Element::Complex64 => list_type(DataType::Float64, 2),
    }
}

pub(crate) fn item_field(item: DataType) -> FieldRef {
    Arc::new(Field::new("item", item, true))
}

pub(crate) fn list_type(item: DataType, length: usize) -> DataType {
    DataType::FixedSizeList(item_field(item), i32::try_from(length).unwrap_or(i32::MAX))
}

/// The elements of a column, one after the other, except bits and characters.
pub(crate) fn elements(element: Element, filled: ColumnValues, scaling: &Scaling) -> ArrayRef {
    match element {
        Element::Logical => logicals(&filled.values),
        Element::UInt8 => integers::<UInt8Type, Int8Type>(filled, scaling, |value| (value ^ 0x80) as i8),
        Element::Int16 => integers::<Int16Type, UInt16Type>(filled, scaling, |value| value as u16 ^ 0x8000),
        Element::Int32 => integers::<Int32Type, UInt32Type>(filled, scaling, |value| value as u32 ^ 0x8000_0000),
        Element::Int64 => integers::<Int64Type, UInt64Type>(filled, scaling, |value| value as u64 ^ (1 << 63)),
        Element::Float32 => floats::<Float32Type>(filled, scaling),
        Element::Float64 => floats::<Float64Type>(filled, scaling),
        Element::Complex32 => pairs::<Float32Type>(filled),
        Element::Complex64 => pairs::<Float64Type>(filled),
        Element::Bit => bits(filled.values.chunks(1), 8),
        Element::Character => texts(filled.values.chunks(1)),
    }
}

/// Cells of `num_bits` bits, the most significant first.
pub(crate) fn bits<'a>(cells: impl Iterator<Item = &'a [u8]>, num_bits: usize) -> ArrayRef {
    let values = cells.flat_map(|cell| (0..num_bits).map(move |bit| cell[bit / 8] >> (7 - bit % 8) & 1 == 1));
    Arc::new(BooleanArray::new(BooleanBuffer::from_iter(values), None))
}

/// One string per cell, up to the first zero byte and without trailing spaces.
pub(crate) fn texts<'a>(cells: impl Iterator<Item = &'a [u8]>) -> ArrayRef {
    let mut builder = StringBuilder::new();
    for cell in cells {
        let end = cell.iter().position(|&byte| byte == 0).unwrap_or(cell.len());
        builder.append_value(String::from_utf8_lossy(&cell[..end]).trim_end_matches(' '));
    }
    Arc::new(builder.finish())
}

fn logicals(values: &[u8]) -> ArrayRef {
    let values = values.iter().map(|byte| match byte {
        b'T' => Some(true),
        b'F' => Some(false),
        _ => None,
    });
    Arc::new(values.collect::<BooleanArray>())
}

fn pairs<T: ArrowPrimitiveType>(filled: ColumnValues) -> ArrayRef {
    let values: ArrayRef = Arc::new(PrimitiveArray::<T>::new(filled.values.into(), None));
    let item = item_field(values.data_type().clone());
    Arc::new(FixedSizeListArray::new(item, 2, values, None))
}

fn integers<T: ArrowPrimitiveType, U: ArrowPrimitiveType>(
    filled: ColumnValues,
    scaling: &Scaling,
    unsigned: impl Fn(T::Native) -> U::Native,
) -> ArrayRef
where
    T::Native: Into<i64>,
{
    let stored = ScalarBuffer::<T::Native>::from(filled.values);
    let nulls = filled.nulls;
    match scaling.kind {
        ScalingKind::None => Arc::new(PrimitiveArray::<T>::new(stored, nulls)),
        ScalingKind::Unsigned => {
            let values: Vec<_> = stored.iter().map(|value| unsigned(*value)).collect();
            Arc::new(PrimitiveArray::<U>::new(values.into(), nulls))
        }
        ScalingKind::Linear { scale, zero } => {
            let values: Vec<f64> = stored
                .iter()
                .map(|value| zero + scale * (*value).into() as f64)
                .collect();
            Arc::new(PrimitiveArray::<Float64Type>::new(values.into(), nulls))
        }
    }
}

fn floats<T: ArrowPrimitiveType>(filled: ColumnValues, scaling: &Scaling) -> ArrayRef
where
    T::Native: Into<f64>,
{
    let stored = ScalarBuffer::<T::Native>::from(filled.values);
    match scaling.kind {
        ScalingKind::Linear { scale, zero } => {
            let values: Vec<f64> = stored.iter().map(|value| zero + scale * (*value).into()).collect();
            let nulls = NullBuffer::new(BooleanBuffer::collect_bool(values.len(), |index| {
                !values[index].is_nan()
            }));
            let nulls = Some(nulls).filter(|nulls| nulls.null_count() > 0);
            Arc::new(PrimitiveArray::<Float64Type>::new(values.into(), nulls))
        }
        ScalingKind::None | ScalingKind::Unsigned => Arc::new(PrimitiveArray::<T>::new(stored, filled.nulls)),
    }
}
