use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, NullArray, StringArray, TimestampMicrosecondArray,
    new_null_array,
};
use arrow_schema::DataType;
use arrow_select::interleave::interleave;

use super::gather;

#[test]
fn every_type_is_gathered_as_arrow_does() {
    let pairs: [[ArrayRef; 2]; 6] = [
        [
            Arc::new(StringArray::from(vec![Some("TIC 1"), None, Some("")])),
            Arc::new(StringArray::from(vec!["é", "b"])),
        ],
        [
            Arc::new(Int64Array::from(vec![Some(i64::MIN), None, Some(3)])),
            Arc::new(Int64Array::from(vec![4, 5])),
        ],
        [
            Arc::new(Float64Array::from(vec![Some(-0.0), None, Some(f64::INFINITY)])),
            Arc::new(Float64Array::from(vec![4.5, 5.5])),
        ],
        [
            Arc::new(TimestampMicrosecondArray::from(vec![Some(-1), None, Some(3)])),
            Arc::new(TimestampMicrosecondArray::from(vec![4, 5])),
        ],
        [
            Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)])),
            Arc::new(BooleanArray::from(vec![false, true])),
        ],
        [Arc::new(NullArray::new(3)), Arc::new(NullArray::new(2))],
    ];
    let places = [
        Some((1, 1)),
        None,
        Some((0, 2)),
        Some((0, 0)),
        Some((0, 1)),
        Some((1, 0)),
        Some((1, 1)),
    ];
    for arrays in pairs {
        let data_type = arrays[0].data_type();
        let null = new_null_array(data_type, 1);
        let all: Vec<&dyn Array> = arrays.iter().chain([&null]).map(AsRef::as_ref).collect();
        let arrows = interleave(&all, &places.map(|place| place.unwrap_or((2, 0)))).unwrap();
        assert_eq!(&gather(data_type, &arrays, &places).unwrap(), &arrows, "{data_type}");
        assert_eq!(gather(data_type, &arrays, &[]).unwrap().len(), 0, "{data_type}");
    }
    let other = gather(&DataType::Int8, &[], &[]).unwrap_err();
    assert!(other.to_string().contains("no columns of the type Int8"), "{other}");
}
