use super::{Cells, Checksum, Column, Hdu, Pixel};
use crate::{Card, Sum};

fn sum(bytes: &[u8]) -> u32 {
    let mut sum = Sum::default();
    sum.add(bytes);
    sum.value()
}

#[test]
fn both_kinds_of_sums_come_out_at_all_ones() {
    for checksum in [Checksum::Hdu, Checksum::HduAndData] {
        for num_rows in [0, 1, 3, 500] {
            let hdu = Hdu::table(
                [
                    Column::new("A", "3E").unit("e-/s").dimensions(&[3, 1]),
                    Column::new("B", "J").null(-1),
                ],
                num_rows,
            )
            .card("EXTNAME", "T", "")
            .checksum(checksum)
            .checksum_comment("HDU checksum updated 2018-09-27T02:10:43Z");
            let mut bytes = vec![7; 2880];
            hdu.append_with(&mut bytes, |out| {
                let mut cells = Cells::new(out);
                for row in 0..num_rows {
                    cells.float32s(&[row as f32, 0.5, f32::NAN]);
                    cells.int32(row as i32);
                }
            })
            .unwrap();
            assert_eq!(bytes.len() as u64, 2880 + hdu.size());
            assert_eq!(sum(&bytes[2880..]), u32::MAX);
        }
    }
}

#[test]
fn headers_take_exactly_the_cards_and_blocks_asked_for() {
    for num_blocks in 1..6 {
        let hdu = Hdu::primary().checksum(Checksum::Hdu).pad_to_blocks(num_blocks);
        assert_eq!(hdu.bytes().unwrap().len(), 2880 * num_blocks);
        assert_eq!(hdu.header_size(), 2880 * num_blocks as u64);
    }
    for num_cards in [10, 35, 36, 167] {
        let bytes = Hdu::primary()
            .checksum(Checksum::HduAndData)
            .pad_to_cards(num_cards)
            .bytes()
            .unwrap();
        assert_eq!(&bytes[80 * num_cards..80 * num_cards + 4], b"END ");
        assert_eq!(&bytes[80 * (num_cards - 1)..80 * num_cards - 71], b"CHECKSUM=");
    }
}

#[test]
fn data_of_another_size_than_declared_are_refused() {
    let hdu = Hdu::image(Pixel::Int32, &[11, 11]);
    assert_eq!(hdu.data_size(), 484);
    let mut out = vec![1, 2, 3];
    assert!(hdu.append_to(&mut out, &[0; 483]).is_err());
    assert!(
        Hdu::primary()
            .cards([Card::new("A", f64::NAN, "")])
            .append_to(&mut out, &[])
            .is_err()
    );
    assert_eq!(out, [1, 2, 3]);
}
