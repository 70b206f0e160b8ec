use std::sync::Arc;

use arrow_array::{FixedSizeListArray, Float32Array, Int16Array, StringArray, UInt64Array};

use super::*;

fn rows(array: impl Array + 'static) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable([("X", Arc::new(array) as ArrayRef, true)]).unwrap()
}

fn pixels() -> RecordBatch {
    let cells = [Some([Some(1), None]), Some([Some(3), Some(4)])];
    rows(FixedSizeListArray::from_iter_primitive::<Int32Type, _, _>(cells, 2))
}

#[test]
fn what_has_no_value_is_nan_or_none_and_never_a_number() {
    let flux = rows(Float32Array::from(vec![Some(1.5), None]));
    let flux = floats(&flux, "X").unwrap();
    assert!(flux[0] == 1.5 && flux[1].is_nan());
    let flags = rows(Int16Array::from(vec![None, Some(-7)]));
    assert_eq!(integers(&flags, "x").unwrap(), [None, Some(-7)]);
    assert!(floats(&flags, "X").unwrap()[0].is_nan());
}

#[test]
fn the_elements_of_cells_follow_each_other() {
    assert_eq!(integers(&pixels(), "X").unwrap(), [Some(1), None, Some(3), Some(4)]);
    assert_eq!(floats(&pixels().slice(1, 1), "X").unwrap(), [3.0, 4.0]);
}

#[test]
fn what_is_no_such_number_is_refused_with_the_type_that_it_has() {
    let refused = |wrong: Result<Vec<Option<i64>>, Error>| wrong.unwrap_err().to_string();
    let text = rows(StringArray::from(vec!["a"]));
    assert!(floats(&text, "X").unwrap_err().to_string().contains("Utf8"));
    assert!(refused(integers(&rows(Float32Array::from(vec![1.0])), "X")).contains("Float32"));
    assert!(refused(integers(&rows(UInt64Array::from(vec![u64::MAX])), "X")).contains("UInt64"));
    assert_eq!(integers(&rows(UInt64Array::from(vec![7])), "X").unwrap(), [Some(7)]);
    assert_eq!(
        refused(integers(&text, "FLUX")),
        "there is no column \"FLUX\"; the rows have X"
    );
}
