//! Two values row by row: compared, or calculated with. A table has five types of column, so this is five short loops where the general
//! kernels are two megabytes of program.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, BooleanArray, PrimitiveArray};

use super::Arithmetic;
use super::values::Value;
use crate::types::{ColumnType, order};

/// For each row whether the test holds for how the left value stands to the right one; null where either is. Both must be of one type.
/// Text is compared by its bytes, false comes before true, and of floats 0 is −0 and NaN is itself, above every number.
pub(super) fn compared(left: &Value, right: &Value, test: impl Fn(Ordering) -> bool) -> BooleanArray {
    let (a, b) = (&left.array, &right.array);
    match left.kind() {
        Some(ColumnType::Text) => {
            let (a, b) = (a.as_string::<i32>(), b.as_string::<i32>());
            rows(left, right, |i, j| {
                test(a.value(i).as_bytes().cmp(b.value(j).as_bytes()))
            })
        }
        Some(ColumnType::Integer) => {
            let (a, b) = (a.as_primitive::<Int64Type>(), b.as_primitive::<Int64Type>());
            rows(left, right, |i, j| test(a.value(i).cmp(&b.value(j))))
        }
        Some(ColumnType::Float) => {
            let (a, b) = (a.as_primitive::<Float64Type>(), b.as_primitive::<Float64Type>());
            rows(left, right, |i, j| test(order(a.value(i), b.value(j))))
        }
        Some(ColumnType::Boolean) => {
            let (a, b) = (a.as_boolean(), b.as_boolean());
            rows(left, right, |i, j| test(a.value(i).cmp(&b.value(j))))
        }
        Some(ColumnType::Timestamp) => {
            let (a, b) = (
                a.as_primitive::<TimestampMicrosecondType>(),
                b.as_primitive::<TimestampMicrosecondType>(),
            );
            rows(left, right, |i, j| test(a.value(i).cmp(&b.value(j))))
        }
        None => BooleanArray::new_null(num_rows(left, right)),
    }
}

/// The result of an operation on two values that are both integers or both floats; null where either is null.
///
/// # Errors
/// An integer that does not fit into 64 bits, or a remainder of a division by 0.
pub(super) fn calculated(left: &Value, operation: Arithmetic, right: &Value) -> Result<ArrayRef, String> {
    if left.kind() == Some(ColumnType::Integer) {
        return each::<Int64Type>(left, right, |a, b| {
            let (result, word) = match operation {
                Arithmetic::Add => (a.checked_add(b), "+"),
                Arithmetic::Subtract => (a.checked_sub(b), "-"),
                Arithmetic::Multiply => (a.checked_mul(b), "*"),
                Arithmetic::Divide => (a.checked_div(b), "/"),
                Arithmetic::Remainder => (a.checked_rem(b), "%"),
            };
            result.ok_or_else(|| match (word, b) {
                ("/" | "%", 0) => format!("{a} {word} 0: division by 0"),
                _ => format!("{a} {word} {b} is not an integer of 64 bits"),
            })
        });
    }
    each::<Float64Type>(left, right, |a, b| {
        Ok(match operation {
            Arithmetic::Add => a + b,
            Arithmetic::Subtract => a - b,
            Arithmetic::Multiply => a * b,
            Arithmetic::Divide => a / b,
            Arithmetic::Remainder => a % b,
        })
    })
}

fn num_rows(left: &Value, right: &Value) -> usize {
    if left.is_scalar {
        right.array.len()
    } else {
        left.array.len()
    }
}

/// The positions in both arrays of each row, or `None` where either is null.
fn places<'a>(left: &'a Value, right: &'a Value) -> impl Iterator<Item = Option<(usize, usize)>> + 'a {
    let place = |value: &Value, row: usize| if value.is_scalar { 0 } else { row };
    (0..num_rows(left, right)).map(move |row| {
        let (i, j) = (place(left, row), place(right, row));
        (left.array.is_valid(i) && right.array.is_valid(j)).then_some((i, j))
    })
}

fn rows(left: &Value, right: &Value, holds: impl Fn(usize, usize) -> bool) -> BooleanArray {
    places(left, right)
        .map(|place| place.map(|(i, j)| holds(i, j)))
        .collect()
}

fn each<T: ArrowPrimitiveType>(
    left: &Value,
    right: &Value,
    operation: impl Fn(T::Native, T::Native) -> Result<T::Native, String>,
) -> Result<ArrayRef, String> {
    let (a, b) = (left.array.as_primitive::<T>(), right.array.as_primitive::<T>());
    let results = places(left, right).map(|place| place.map(|(i, j)| operation(a.value(i), b.value(j))).transpose());
    Ok(Arc::new(results.collect::<Result<PrimitiveArray<T>, String>>()?))
}
