use std::fs;

use super::*;

#[test]
fn pieces_grow_at_their_ends_and_notice_any_flipped_bit() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a");
    let bytes: Vec<u8> = (0..300_000_u32).map(|i| (i / 5 + i) as u8).collect();
    let mut growing = Growing::default();
    growing.add(0, &bytes[..10]);
    growing.add(200_000, &bytes[200_000..]);
    growing.add(10, &bytes[10..100_000]);
    assert_eq!(growing.total(), 200_000);
    let pieces = growing.take();
    assert_eq!(growing.total(), 0);
    let ranges: Vec<_> = pieces.iter().map(|piece| piece.range.clone()).collect();
    assert_eq!(ranges, [0..100_000, 200_000..300_000]);

    let intact = |bytes: &[u8]| -> Vec<bool> {
        fs::write(&path, bytes).unwrap();
        let file = File::open(&path).unwrap();
        pieces.iter().map(|piece| piece.is_in(&file).unwrap()).collect()
    };
    assert_eq!(intact(&bytes), [true, true]);
    for (place, expected) in [
        (0, [false, true]),
        (99_999, [false, true]),
        (150_000, [true, true]),
        (299_999, [true, false]),
    ] {
        let mut spoilt = bytes.clone();
        spoilt[place] ^= 4;
        assert_eq!(intact(&spoilt), expected, "{place}");
    }
    assert_eq!(intact(&bytes[..250_000]), [true, false], "cut short");
}

#[test]
fn a_piece_is_written_and_read_and_nothing_else_is_one() {
    let mut growing = Growing::default();
    growing.add(7, b"123456789");
    // The check value of CRC-32 (<https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-32-iso-hdlc>).
    let piece = growing.take().remove(0);
    assert_eq!(piece.to_text(), "7-16:cbf43926");
    assert_eq!(Piece::parse("7-16:cbf43926"), Some(piece));
    for text in [
        "",
        "7-16",
        "7-16:",
        "7-16:cbf4392",
        "7:cbf43926",
        "x-16:cbf43926",
        "7-16:cbf4392g",
    ] {
        assert_eq!(Piece::parse(text), None, "{text}");
    }
}
