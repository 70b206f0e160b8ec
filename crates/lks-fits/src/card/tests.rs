use super::{CARD, Card, CardValue, Piece, encode, num_images, parse};

fn images(card: &Card) -> Vec<String> {
    let mut out = Vec::new();
    encode(card, &mut out).unwrap();
    assert_eq!(out.len(), CARD * num_images(card), "{card:?}");
    out.chunks(CARD)
        .map(|image| String::from_utf8(image.to_vec()).unwrap())
        .collect()
}

fn check_encoding(card: Card, expected: &str) {
    assert_eq!(images(&card), [format!("{expected:<80}")]);
}

#[test]
fn cards_are_written_as_the_missions_write_them() {
    check_encoding(
        Card::new("EXTEND", true, "file contains extensions"),
        "EXTEND  =                    T / file contains extensions",
    );
    check_encoding(
        Card::new("TICID", 25_155_310, "unique tess target identifier"),
        "TICID   =             25155310 / unique tess target identifier",
    );
    check_encoding(
        Card::new("EXTNAME", "PRIMARY", "name of extension"),
        "EXTNAME = 'PRIMARY '           / name of extension",
    );
    check_encoding(
        Card::new("EQUINOX", 2000.0, "equinox"),
        "EQUINOX =               2000.0 / equinox",
    );
    check_encoding(
        Card::new("PMRA", None::<f64>, "unknown"),
        "PMRA    =                      / unknown",
    );
    check_encoding(Card::new("ESO TEL", 1, ""), "HIERARCH ESO TEL =                    1");
    check_encoding(
        Card::new("CRBLKSZ", 10, "[exposures] s/c cosmic ray mitigation block size, long"),
        "CRBLKSZ =                   10 / [exposures] s/c cosmic ray mitigation block siz",
    );
    check_encoding(Card::commentary("", ""), "");
}

#[test]
fn what_fits_cannot_hold_is_refused() {
    for card in [
        Card::new("A", f64::NAN, ""),
        Card::new("A", "ünïcode", ""),
        Card::new("A=B", 1, ""),
        Card::new("A", 1, "new\nline"),
    ] {
        assert!(encode(&card, &mut Vec::new()).is_err(), "{card:?}");
    }
}

fn check_parsing(image: &str, value: CardValue) {
    let mut bytes = [b' '; CARD];
    bytes[..image.len()].copy_from_slice(image.as_bytes());
    let Piece::Card(card) = parse(&bytes) else {
        panic!("{image}")
    };
    assert_eq!(card.value, value, "{image}");
}

#[test]
fn every_type_of_value_is_read() {
    check_parsing("A       =                    T / yes", CardValue::Logical(true));
    check_parsing("A       =F", CardValue::Commentary("=F".to_owned()));
    check_parsing("A       = -12", CardValue::Integer(-12));
    check_parsing("A       = +0012 / x", CardValue::Integer(12));
    check_parsing(
        "A       = 99999999999999999999",
        CardValue::Unparsed("99999999999999999999".to_owned()),
    );
    check_parsing("A       = 1.5D-3", CardValue::Float(1.5e-3));
    check_parsing("A       = .5", CardValue::Float(0.5));
    check_parsing("A       = (1, -2.5E1)", CardValue::Complex(1.0, -25.0));
    check_parsing(
        "A       = 'it''s / here' / comment",
        CardValue::Text("it's / here".to_owned()),
    );
    check_parsing("A       = ''", CardValue::Text(String::new()));
    check_parsing("A       =  / nothing", CardValue::Undefined);
    check_parsing("A       =", CardValue::Undefined);
    check_parsing("A       = inf", CardValue::Unparsed("inf".to_owned()));
    check_parsing("A       = 'open", CardValue::Unparsed("'open".to_owned()));
    check_parsing(
        "COMMENT = not a value",
        CardValue::Commentary("= not a value".to_owned()),
    );
    check_parsing("HIERARCH ESO TEL ALT = 82.5 / [deg] altitude", CardValue::Float(82.5));
}

#[test]
fn long_strings_continue_and_come_back() {
    for length in [67, 68, 69, 134, 135, 136, 200, 1000] {
        for character in ["x", "'", "x'y"] {
            let text = character.repeat(length);
            for keyword in ["LONG", "ESO LONG WORDS"] {
                let card = Card::new(keyword, &*text, "with a comment");
                let mut found = String::new();
                for (index, image) in images(&card).iter().enumerate() {
                    let bytes: &[u8; CARD] = image.as_bytes().try_into().unwrap();
                    match parse(bytes) {
                        Piece::Card(Card {
                            value: CardValue::Text(part),
                            keyword: first,
                            ..
                        }) if index == 0 => {
                            assert_eq!(first, keyword);
                            found = part;
                        }
                        Piece::Continue(part, _) => {
                            assert_eq!(found.pop(), Some('&'));
                            found += &part;
                        }
                        other => panic!("{other:?}"),
                    }
                }
                assert_eq!(found, text, "{keyword}");
            }
        }
    }
}
