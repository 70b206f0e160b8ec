//! Big-endian elements to Arrow arrays. Pure.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{ArrayRef, BooleanArray, FixedSizeListArray, PrimitiveArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::{DataType, Field, FieldRef};

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

/// The elements of all `cells`, one after the other, except bits and characters.
pub(crate) fn elements<'a>(element: Element, cells: impl Iterator<Item = &'a [u8]>, scaling: &Scaling) -> ArrayRef {
    match element {
        Element::Logical => logicals(cells),
        Element::UInt8 => {
            integers::<1, UInt8Type, Int8Type>(cells, scaling, u8::from_be_bytes, |value| (value ^ 0x80) as i8)
        }
        Element::Int16 => {
            integers::<2, Int16Type, UInt16Type>(cells, scaling, i16::from_be_bytes, |value| value as u16 ^ 0x8000)
        }
        Element::Int32 => {
            integers::<4, Int32Type, UInt32Type>(cells, scaling, i32::from_be_bytes, |value| value as u32 ^ 0x8000_0000)
        }
        Element::Int64 => {
            integers::<8, Int64Type, UInt64Type>(cells, scaling, i64::from_be_bytes, |value| value as u64 ^ (1 << 63))
        }
        Element::Float32 => match scaling.kind {
            ScalingKind::Linear { scale, zero } => {
                let read = |bytes| zero + scale * f64::from(f32::from_be_bytes(bytes));
                floats::<4, Float64Type>(cells, read, |value| value.is_nan())
            }
            ScalingKind::None | ScalingKind::Unsigned => {
                floats::<4, Float32Type>(cells, f32::from_be_bytes, |value| value.is_nan())
            }
        },
        Element::Float64 => match scaling.kind {
            ScalingKind::Linear { scale, zero } => floats::<8, Float64Type>(
                cells,
                |bytes| zero + scale * f64::from_be_bytes(bytes),
                |value| value.is_nan(),
            ),
            ScalingKind::None | ScalingKind::Unsigned => {
                floats::<8, Float64Type>(cells, f64::from_be_bytes, |value| value.is_nan())
            }
        },
        Element::Complex32 => pairs(floats::<4, Float32Type>(cells, f32::from_be_bytes, |_| false)),
        Element::Complex64 => pairs(floats::<8, Float64Type>(cells, f64::from_be_bytes, |_| false)),
        Element::Bit => bits(cells, 8),
        Element::Character => texts(cells),
    }
}

/// Cells of `n_bits` bits, the most significant first.
pub(crate) fn bits<'a>(cells: impl Iterator<Item = &'a [u8]>, n_bits: usize) -> ArrayRef {
    let values = cells.flat_map(|cell| (0..n_bits).map(move |bit| cell[bit / 8] >> (7 - bit % 8) & 1 == 1));
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

fn logicals<'a>(cells: impl Iterator<Item = &'a [u8]>) -> ArrayRef {
    let values = cells.flatten().map(|byte| match byte {
        b'T' => Some(true),
        b'F' => Some(false),
        _ => None,
    });
    Arc::new(values.collect::<BooleanArray>())
}

fn pairs(values: ArrayRef) -> ArrayRef {
    let item = item_field(values.data_type().clone());
    Arc::new(FixedSizeListArray::new(item, 2, values, None))
}

fn read<'a, const N: usize, T>(cells: impl Iterator<Item = &'a [u8]>, read: impl Fn([u8; N]) -> T) -> Vec<T> {
    // Cells of one element are by far the most frequent; their number is known.
    let mut values = Vec::with_capacity(cells.size_hint().0);
    for cell in cells {
        match <[u8; N]>::try_from(cell) {
            Ok(bytes) => values.push(read(bytes)),
            Err(_) => values.extend(cell.as_chunks::<N>().0.iter().map(|bytes| read(*bytes))),
        }
    }
    values
}

fn integers<'a, const N: usize, T: ArrowPrimitiveType, U: ArrowPrimitiveType>(
    cells: impl Iterator<Item = &'a [u8]>,
    scaling: &Scaling,
    from: impl Fn([u8; N]) -> T::Native,
    unsigned: impl Fn(T::Native) -> U::Native,
) -> ArrayRef
where
    T::Native: Into<i64>,
{
    let stored = read(cells, from);
    let nulls = scaling
        .null
        .and_then(|null| mask(&stored, |value| value.into() == null));
    match scaling.kind {
        ScalingKind::None => Arc::new(PrimitiveArray::<T>::new(stored.into(), nulls)),
        ScalingKind::Unsigned => Arc::new(PrimitiveArray::<U>::new(
            stored.into_iter().map(unsigned).collect::<Vec<_>>().into(),
            nulls,
        )),
        ScalingKind::Linear { scale, zero } => {
            let values = stored
                .into_iter()
                .map(|value| zero + scale * value.into() as f64)
                .collect::<Vec<_>>();
            Arc::new(PrimitiveArray::<Float64Type>::new(values.into(), nulls))
        }
    }
}

fn floats<'a, const N: usize, T: ArrowPrimitiveType>(
    cells: impl Iterator<Item = &'a [u8]>,
    from: impl Fn([u8; N]) -> T::Native,
    is_null: impl Fn(T::Native) -> bool,
) -> ArrayRef {
    let values = read(cells, from);
    let nulls = mask(&values, is_null);
    Arc::new(PrimitiveArray::<T>::new(values.into(), nulls))
}

/// Which values are there; `None` if all are.
fn mask<T: Copy>(values: &[T], is_null: impl Fn(T) -> bool) -> Option<NullBuffer> {
    if !values.iter().any(|&value| is_null(value)) {
        return None;
    }
    Some(NullBuffer::new(BooleanBuffer::collect_bool(values.len(), |index| {
        !is_null(values[index])
    })))
}
