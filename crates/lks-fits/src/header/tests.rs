use proptest::prelude::*;

use super::Header;
use crate::card::{CARD, Card, CardValue, encode};

fn header(images: &[u8]) -> Header {
    let mut header = Header::default();
    for image in images.as_chunks::<CARD>().0 {
        if !header.push(image) {
            break;
        }
    }
    header
}

#[test]
fn cards_come_back_as_they_were_written() {
    let cards = vec![
        Card::new("EXTEND", true, "logical"),
        Card::new("BIG", i64::MIN, "integer"),
        Card::new("SMALL", 5e-324, ""),
        Card::new("LARGE", f64::MAX, ""),
        Card::new("TENTH", 0.1, "real"),
        Card::new("LONG", "it's long ".repeat(40).trim_end(), "and has a comment"),
        Card {
            keyword: "Z".to_owned(),
            value: CardValue::Complex(1.0, -0.5),
            comment: String::new(),
        },
        Card::new("NONE", None::<i64>, "undefined"),
        Card::commentary("HISTORY", "made by hand"),
        Card::commentary("", ""),
        Card::new("ESO TEL ALT", 82.5, "[deg] altitude"),
    ];
    let mut images = Vec::new();
    for card in &cards {
        encode(card, &mut images).unwrap();
    }
    let header = header(&images);
    assert_eq!(header.cards(), cards);
    assert_eq!(header.get("ESO TEL ALT").and_then(Card::unit), Some("deg"));
    assert_eq!(header.float("BIG"), Some(i64::MIN as f64));
}

#[test]
fn spaces_before_an_empty_last_part_mean_nothing() {
    let images: String = ["A       = 'text  &'", "CONTINUE  'more &' / one", "CONTINUE  '' / two"]
        .iter()
        .map(|card| format!("{card:<80}"))
        .collect();
    let header = header(images.as_bytes());
    assert_eq!(header.cards(), [Card::new("A", "text  more", "one two")]);
}

#[test]
fn a_continue_card_without_a_string_before_it_stands_alone() {
    let mut images = Vec::new();
    encode(&Card::new("A", "closed", ""), &mut images).unwrap();
    images.extend_from_slice(format!("{:<80}", "CONTINUE  'more'").as_bytes());
    let header = header(&images);
    assert_eq!(header.text("A"), Some("closed"));
    assert_eq!(header.cards().len(), 2);
}

proptest! {
    #[test]
    fn any_bytes_give_cards(images in proptest::collection::vec(any::<u8>(), 0..20 * CARD)) {
        header(&images);
    }

    #[test]
    fn nearly_valid_cards_give_cards(images in "([A-Z]{0,9}[ =]{1,3}['TF0-9.ED(),&/ -]{0,60}\n){0,10}") {
        let images: Vec<u8> = images.lines().flat_map(|line| format!("{line:<80.80}").into_bytes()).collect();
        header(&images);
    }

    #[test]
    fn any_printable_string_survives(text in "[ -~]{0,300}", keyword in "[A-Z][A-Z0-9_-]{0,7}") {
        prop_assume!(!["COMMENT", "HISTORY", "CONTINUE", "END", "HIERARCH"].contains(&keyword.as_str()));
        let card = Card::new(keyword, text.trim_end_matches(' '), "");
        let mut images = Vec::new();
        encode(&card, &mut images).unwrap();
        let header = header(&images);
        // A string that ends in an ampersand cannot be told from one that goes on, unless nothing follows.
        prop_assert_eq!(header.cards(), &[card]);
    }

    #[test]
    fn any_number_survives(value in any::<f64>().prop_filter("finite", |value| value.is_finite()), integer in any::<i64>()) {
        let cards = [Card::new("A", value, ""), Card::new("B", integer, "")];
        let mut images = Vec::new();
        for card in &cards {
            encode(card, &mut images).unwrap();
        }
        let found = header(&images);
        prop_assert_eq!(found.float("A").map(f64::to_bits), Some(value.to_bits()));
        prop_assert_eq!(found.integer("B"), Some(integer));
    }
}
