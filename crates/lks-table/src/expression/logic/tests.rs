use arrow_array::{Array, BooleanArray, Int64Array};

use super::{and, is_null, not, or};

const ALL: [Option<bool>; 3] = [Some(true), Some(false), None];

/// Each of the three values beside each.
fn pairs() -> (BooleanArray, BooleanArray) {
    let pairs = ALL.iter().flat_map(|left| ALL.iter().map(move |right| (*left, *right)));
    let (left, right): (Vec<_>, Vec<_>) = pairs.unzip();
    (left.into(), right.into())
}

#[test]
fn null_is_decided_by_the_other_side_alone() {
    let (left, right) = pairs();
    let (t, f, n) = (Some(true), Some(false), None);
    assert_eq!(and(&left, &right), BooleanArray::from(vec![t, f, n, f, f, f, n, f, n]));
    assert_eq!(or(&left, &right), BooleanArray::from(vec![t, t, t, t, f, n, t, n, n]));
    assert_eq!(not(&left), BooleanArray::from(vec![f, f, f, t, t, t, n, n, n]));
}

#[test]
fn parts_of_arrays_are_taken_where_they_begin() {
    let (left, right) = pairs();
    let part = |array: &BooleanArray| array.slice(4, 5);
    assert_eq!(and(&part(&left), &part(&right)), and(&left, &right).slice(4, 5));
    assert_eq!(or(&part(&left), &part(&right)), or(&left, &right).slice(4, 5));
    assert_eq!(not(&part(&left)), not(&left).slice(4, 5));
    let whole = BooleanArray::from(vec![true, false]);
    assert_eq!(and(&whole, &not(&whole)).null_count(), 0);
}

#[test]
fn a_missing_value_is_null_and_nothing_else_is() {
    assert_eq!(
        is_null(&Int64Array::from(vec![Some(0), None])),
        BooleanArray::from(vec![false, true])
    );
    assert_eq!(
        is_null(&Int64Array::from(vec![0, 1])),
        BooleanArray::from(vec![false, false])
    );
}
