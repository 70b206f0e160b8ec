use super::{CellLayout, join};
use crate::form::Element;

fn layout(element: Element, null: Option<i64>) -> CellLayout {
    CellLayout {
        offset: 0,
        width: element.word(),
        element,
        null,
    }
}

/// Elements that are said to be unknown.
fn unknown(layout: &CellLayout, values: &[u8]) -> Vec<usize> {
    let num_elements = layout.num_elements(values.len());
    let nulls = join(vec![(num_elements, layout.known(values))]);
    let places = (0..num_elements).filter(|&place| nulls.as_ref().is_some_and(|nulls| nulls.is_null(place)));
    let places: Vec<usize> = places.collect();
    assert_eq!(layout.has_unknown(values), !places.is_empty());
    places
}

#[test]
fn every_place_of_a_word_has_its_bit() {
    for num_elements in [1, 7, 63, 64, 65, 128, 200] {
        for place in 0..num_elements {
            let mut floats = vec![1.5f32; num_elements];
            floats[place] = f32::NAN;
            let bytes: Vec<u8> = floats.iter().flat_map(|value| value.to_ne_bytes()).collect();
            assert_eq!(unknown(&layout(Element::Float32, None), &bytes), [place]);
            let mut numbers = vec![3i16; num_elements];
            numbers[place] = -1;
            let bytes: Vec<u8> = numbers.iter().flat_map(|value| value.to_ne_bytes()).collect();
            assert_eq!(unknown(&layout(Element::Int16, Some(-1)), &bytes), [place]);
        }
    }
}

#[test]
fn a_mark_that_the_type_cannot_hold_marks_nothing() {
    assert_eq!(unknown(&layout(Element::UInt8, Some(-1)), &[255, 0]), [0; 0]);
    assert_eq!(unknown(&layout(Element::UInt8, Some(255)), &[255, 0]), [0]);
    assert_eq!(unknown(&layout(Element::Character, Some(255)), &[255, 0]), [0; 0]);
}

#[test]
fn parts_without_unknown_elements_count_too() {
    let layout = layout(Element::Float64, None);
    let known = [1.0f64.to_ne_bytes(); 64].concat();
    let other = [f64::NAN.to_ne_bytes(), 1.0f64.to_ne_bytes()].concat();
    let nulls = join(vec![(64, None), (64, layout.known(&known)), (2, layout.known(&other))]);
    let nulls = nulls.map(|nulls| (nulls.len(), nulls.null_count(), nulls.is_null(128)));
    assert_eq!(nulls, Some((130, 1, true)));
    assert_eq!(join(vec![(64, None), (2, None)]), None);
}
