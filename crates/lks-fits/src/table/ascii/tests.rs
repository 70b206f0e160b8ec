use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int16Type, Int64Type};
use arrow_schema::DataType;

use super::Ascii;
use crate::card::CardValue;

fn ascii(form: &str) -> Ascii {
    Ascii::of(form, None, None, None).unwrap()
}

fn floats(ascii: &Ascii, cells: &str) -> Vec<Option<f64>> {
    let values = ascii.decode(cells.len() / ascii.width, cells.as_bytes()).unwrap();
    values.as_primitive::<Float64Type>().iter().collect()
}

#[test]
fn integers_are_as_wide_as_their_cells() {
    assert_eq!(ascii("I4").data_type(), DataType::Int16);
    assert_eq!(ascii("I9").data_type(), DataType::Int32);
    assert_eq!(ascii(" I10 ").data_type(), DataType::Int64);
    let values = ascii("I4").decode(4, b"  -7+999      12").unwrap();
    assert_eq!(values.as_primitive::<Int16Type>().values(), &[-7, 999, 0, 12]);
    assert!(ascii("I4").decode(1, b" 1.5").is_err());
    assert!(ascii("I20").decode(1, b"99999999999999999999").is_err());
    assert!(ascii("I4").decode(1, b"\xff\xfe12").is_err());
}

#[test]
fn exponents_points_and_words_are_read_as_fortran_writes_them() {
    let values = floats(&ascii("D10.3"), " 1.500D+03 -0.25E-01        .5       +7.       NAN");
    assert_eq!(values, [Some(1500.0), Some(-0.025), Some(0.5), Some(7.0), None]);
    assert_eq!(
        floats(&ascii("F6.2"), " 12345   1e3      -123.4"),
        [Some(123.45), Some(10.0), Some(0.0), Some(-123.4)]
    );
    assert_eq!(floats(&ascii("E8.0"), "      42"), [Some(42.0)]);
    for cell in ["1 2 3 4 ", "abcdefgh", "1E999999", "1.5E+-3 ", "--------"] {
        let value = ascii("E8.3").decode(1, cell.as_bytes());
        let is_number = value.is_ok_and(|value| value.as_primitive::<Float64Type>().value(0).is_finite());
        assert!(!is_number, "{cell}");
    }
}

#[test]
fn unknown_cells_and_scales_come_from_the_header() {
    let (scale, zero) = (CardValue::Float(0.5), CardValue::Integer(10));
    let null = CardValue::Text("-99 ".to_owned());
    let scaled = Ascii::of("I5", Some(&scale), Some(&zero), Some(&null)).unwrap();
    assert_eq!(scaled.data_type(), DataType::Float64);
    assert_eq!(floats(&scaled, "  -99    4     "), [None, Some(12.0), Some(10.0)]);
    let blank = Ascii::of("I10", None, None, Some(&CardValue::Text(String::new()))).unwrap();
    let values = blank.decode(2, b"                   1").unwrap();
    assert_eq!(
        values.as_primitive::<Int64Type>().iter().collect::<Vec<_>>(),
        [None, Some(1)]
    );
}

#[test]
fn other_formats_are_none() {
    for form in ["", "A", "J4", "16A", "I", "Ix", "F8.x", "F8.1000", "I-4", "1E"] {
        assert_eq!(Ascii::of(form, None, None, None), None, "{form}");
    }
}
