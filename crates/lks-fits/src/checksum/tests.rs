use super::{Sum, encode};

fn naive(bytes: &[u8]) -> u32 {
    let mut sum = 0u64;
    for word in bytes.chunks(4) {
        let mut four = [0; 4];
        four[..word.len()].copy_from_slice(word);
        sum += u64::from(u32::from_be_bytes(four));
        sum = (sum & 0xffff_ffff) + (sum >> 32);
    }
    sum as u32
}

#[test]
fn pieces_of_any_length_give_the_sum_of_the_whole() {
    let bytes: Vec<u8> = (0..4096u32)
        .map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8 | 0xc0)
        .collect();
    for size in [1, 2, 3, 4, 5, 7, 8, 80, 1001, 4096] {
        let mut sum = Sum::default();
        for piece in bytes.chunks(size) {
            sum.add(piece);
        }
        assert_eq!(sum.value(), naive(&bytes), "pieces of {size}");
    }
    for (first, second) in [(1000, 1096), (1001, 2001), (1002, 4002), (3, 4095), (7, 4096)] {
        let mut sum = Sum::default();
        sum.add(&bytes[..first]);
        let mut part = Sum::default();
        part.add(&bytes[first..second]);
        sum.join(part);
        sum.add(&bytes[second..]);
        assert_eq!(sum.value(), naive(&bytes), "{first} to {second}");
    }
    let words = bytes.chunks(4).map(|word| u64::from(naive(word)));
    assert_eq!(Sum::of_words(words.sum()).value(), naive(&bytes));
}

#[test]
fn the_text_brings_any_sum_to_all_ones() {
    for seed in 0..2000u32 {
        let mut bytes = [0u8; 32];
        bytes[..4].copy_from_slice(&seed.wrapping_mul(2_147_483_659).to_be_bytes());
        bytes[11..27].copy_from_slice(b"0000000000000000");
        let text = encode(naive(&bytes));
        assert!(text.iter().all(u8::is_ascii_alphanumeric), "{text:?}");
        bytes[11..27].copy_from_slice(&text);
        assert_eq!(naive(&bytes), u32::MAX, "seed {seed}");
    }
}

#[test]
fn an_example_of_the_standard_is_met() {
    // FITS 4.0, appendix J.3: the sum 868229149 is written, complemented, as hcHjjc9ghcEghc9g.
    assert_eq!(&encode(868_229_149), b"hcHjjc9ghcEghc9g");
}
