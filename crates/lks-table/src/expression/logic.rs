//! Truth values with null, by Kleene's rules: null unless the other side decides.

use arrow_array::{Array, BooleanArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};

/// False where either side is, true where both are.
pub(super) fn and(left: &BooleanArray, right: &BooleanArray) -> BooleanArray {
    let (left_true, left_false) = known(left);
    let (right_true, right_false) = known(right);
    of(&left_true & &right_true, &left_false | &right_false)
}

/// True where either side is, false where both are.
pub(super) fn or(left: &BooleanArray, right: &BooleanArray) -> BooleanArray {
    let (left_true, left_false) = known(left);
    let (right_true, right_false) = known(right);
    of(&left_true | &right_true, &left_false & &right_false)
}

/// The other truth value where there is one.
pub(super) fn not(array: &BooleanArray) -> BooleanArray {
    BooleanArray::new(!array.values(), array.nulls().cloned())
}

/// True where there is no value.
pub(super) fn is_null(array: &dyn Array) -> BooleanArray {
    match array.logical_nulls() {
        Some(nulls) => BooleanArray::new(!nulls.inner(), None),
        None => BooleanArray::new(BooleanBuffer::new_unset(array.len()), None),
    }
}

/// Where an array is true, and where it is false.
fn known(array: &BooleanArray) -> (BooleanBuffer, BooleanBuffer) {
    let values = array.values();
    match array.nulls() {
        Some(nulls) => (values & nulls.inner(), &!values & nulls.inner()),
        None => (values.clone(), !values),
    }
}

fn of(is_true: BooleanBuffer, is_false: BooleanBuffer) -> BooleanArray {
    let nulls = NullBuffer::new(&is_true | &is_false);
    BooleanArray::new(is_true, Some(nulls).filter(|nulls| nulls.null_count() > 0))
}

#[cfg(test)]
mod tests;
