use super::cards::dimensions_of;
use super::{Scaling, ScalingKind};
use crate::card::CardValue;
use crate::form::{Element, Form};

#[test]
fn an_offset_of_half_the_range_means_unsigned() {
    let kind = |element, scale: Option<f64>, zero: CardValue| {
        Scaling::of(element, scale.map(CardValue::Float).as_ref(), Some(&zero), None).kind
    };
    assert_eq!(
        kind(Element::Int16, None, CardValue::Integer(32_768)),
        ScalingKind::Unsigned
    );
    assert_eq!(
        kind(
            Element::Int64,
            Some(1.0),
            CardValue::Unparsed("9223372036854775808".to_owned())
        ),
        ScalingKind::Unsigned
    );
    assert_eq!(
        kind(Element::UInt8, None, CardValue::Integer(-128)),
        ScalingKind::Unsigned
    );
    assert_eq!(
        kind(Element::Int16, Some(2.0), CardValue::Integer(32_768)),
        ScalingKind::Linear {
            scale: 2.0,
            zero: 32_768.0
        }
    );
    assert_eq!(kind(Element::Int16, None, CardValue::Integer(0)), ScalingKind::None);
    assert_eq!(
        kind(Element::Float32, None, CardValue::Integer(-128)),
        ScalingKind::Linear {
            scale: 1.0,
            zero: -128.0
        }
    );
}

#[test]
fn dimensions_must_fit_the_format() {
    let form = Form::Fixed(110, Element::Float32);
    assert_eq!(dimensions_of("(11,10) ", form), Some(vec![11, 10]));
    assert_eq!(dimensions_of("( 11 , 10 )", form), Some(vec![11, 10]));
    for text in [
        "(11,11)",
        "11,10",
        "(11;10)",
        "()",
        "(-11,-10)",
        "(18446744073709551615,2)",
    ] {
        assert_eq!(dimensions_of(text, form), None, "{text}");
    }
}

#[test]
fn a_missing_integer_is_named_as_it_would_be_read() {
    let null = |element, zero: Option<i64>, null: i64| {
        let zero = zero.map(CardValue::Integer);
        Scaling::of(element, None, zero.as_ref(), Some(&CardValue::Integer(null))).null_value(element)
    };
    assert_eq!(null(Element::Int32, None, -1), Some(-1));
    assert_eq!(null(Element::Int16, Some(32_768), -32_768), Some(0));
    assert_eq!(null(Element::UInt8, Some(-128), 255), Some(127));
    // A number that the type cannot hold stands for nothing, and a float has NaN.
    assert_eq!(null(Element::UInt8, None, -1), None);
    assert_eq!(null(Element::Int16, Some(7), -1), None);
    assert_eq!(null(Element::Float32, None, -1), None);
}
