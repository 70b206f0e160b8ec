use super::{HduKind, Layout};
use crate::{Card, DamageReason};

fn table() -> Vec<Card> {
    vec![
        Card::new("XTENSION", "BINTABLE", ""),
        Card::new("BITPIX", 8, ""),
        Card::new("NAXIS", 2, ""),
        Card::new("NAXIS1", 12, ""),
        Card::new("NAXIS2", 7, ""),
        Card::new("PCOUNT", 100, ""),
        Card::new("GCOUNT", 1, ""),
        Card::new("TFIELDS", 2, ""),
        Card::new("TFORM1", "D", ""),
        Card::new("TFORM2", "J", ""),
    ]
}

fn check(keyword: &str, value: impl Into<crate::CardValue>, expected: DamageReason) {
    let mut cards = table();
    let value = value.into();
    cards
        .iter_mut()
        .filter(|card| card.keyword == keyword)
        .for_each(|card| card.value = value.clone());
    assert_eq!(Layout::of(&cards, 1), Err(expected));
}

fn bad(keyword: &str, found: &str) -> DamageReason {
    DamageReason::BadValue {
        keyword: keyword.to_owned(),
        found: found.to_owned(),
    }
}

#[test]
fn a_table_has_rows_columns_and_a_heap() {
    let layout = Layout::of(&table(), 1).unwrap();
    assert_eq!(
        (layout.kind, layout.shape, layout.data_size),
        (HduKind::BinaryTable, vec![7, 2], 7 * 12 + 100)
    );
}

#[test]
fn impossible_values_are_named() {
    check("BITPIX", 7, bad("BITPIX", "7"));
    check("NAXIS", -1, bad("NAXIS", "-1"));
    check("NAXIS", 1000, bad("NAXIS", "1000"));
    check("NAXIS2", -5, bad("NAXIS2", "-5"));
    check("NAXIS2", 1.5, bad("NAXIS2", "1.5"));
    check("NAXIS2", i64::MAX, DamageReason::TooLarge);
    check("PCOUNT", -1, bad("PCOUNT", "-1"));
    check("GCOUNT", i64::MAX, DamageReason::TooLarge);
    check("GCOUNT", 0, bad("GCOUNT", "0 in a table"));
    check("TFIELDS", 1000, bad("TFIELDS", "1000"));
    check(
        "TFIELDS",
        3,
        DamageReason::Missing {
            keyword: "TFORM3".to_owned(),
        },
    );
    check("TFORM1", "2Y", bad("TFORM1", "'2Y'"));
    check(
        "TFORM1",
        "99999999999999999999D",
        bad("TFORM1", "'99999999999999999999D'"),
    );
    check(
        "TFORM1",
        "9999999999999999999D",
        bad("TFORM1", "'9999999999999999999D'"),
    );
    check(
        "TFORM1",
        "E",
        DamageReason::Columns {
            detail: "the columns fill 8 bytes, a row has 12 (NAXIS1)".to_owned(),
        },
    );
    check(
        "XTENSION",
        1,
        DamageReason::BadHeaderStart {
            found: "XTENSION = 1".to_owned(),
        },
    );
}

#[test]
fn sizes_that_overflow_with_their_padding_are_too_large() {
    let image = |axes: &[i64]| {
        let mut cards = vec![
            Card::new("XTENSION", "IMAGE", ""),
            Card::new("BITPIX", 8, ""),
            Card::new("NAXIS", axes.len() as i64, ""),
        ];
        cards.extend(
            axes.iter()
                .enumerate()
                .map(|(index, &axis)| Card::new(format!("NAXIS{}", index + 1), axis, "")),
        );
        Layout::of(&cards, 1).map(|layout| layout.data_size)
    };
    assert_eq!(image(&[i64::MAX, 2]), Err(DamageReason::TooLarge));
    assert_eq!(image(&[i64::MAX - 2879]), Err(DamageReason::TooLarge));
    assert_eq!(image(&[i64::MAX - 2880]), Ok(i64::MAX as u64 - 2880));
    assert_eq!(image(&[0, i64::MAX]), Ok(0));
    assert_eq!(image(&[]), Ok(0));
}
