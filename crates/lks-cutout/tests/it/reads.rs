//! Ranges that are read as one.

use lks_cutout::{Read, coalesce};
use proptest::prelude::*;

#[test]
fn neighbours_are_read_as_one() {
    let wanted = [100..110, 0..10, 10..20, 25..30, 5..8, 200..200];
    let reads = coalesce(&wanted, 5, 1000);
    let expected = [
        Read {
            range: 0..30,
            parts: vec![(1, 0..10), (4, 5..8), (2, 10..20), (3, 25..30)],
        },
        Read {
            range: 100..110,
            parts: vec![(0, 0..10)],
        },
    ];
    assert_eq!(reads, expected);
    // One byte more between them, or one byte less in a read, and they are apart.
    assert_eq!(coalesce(&wanted, 4, 1000).len(), 3);
    assert_eq!(coalesce(&wanted, 5, 29).len(), 3);
    assert!(coalesce(&[], 5, 1000).is_empty());
}

proptest! {
    #[test]
    fn every_byte_comes_once_in_order(
        starts in prop::collection::vec((0_u64..500, 0_u64..40), 0..30),
        max_gap in 0_u64..50,
        max_length in 1_u64..200,
    ) {
        let wanted: Vec<_> = starts.iter().map(|(start, length)| *start..start + length).collect();
        let reads = coalesce(&wanted, max_gap, max_length);
        let mut found = vec![0; wanted.len()];
        for pair in reads.windows(2) {
            prop_assert!(pair[0].range.start <= pair[1].range.start);
        }
        for read in &reads {
            let length = read.range.end - read.range.start;
            let longest = read.parts.iter().map(|(_, part)| part.end - part.start).max().unwrap();
            prop_assert!(length <= max_length.max(longest));
            for (number, part) in &read.parts {
                found[*number] += 1;
                let of_file = read.range.start + part.start..read.range.start + part.end;
                prop_assert_eq!(&of_file, &wanted[*number]);
                prop_assert!(part.end <= length);
            }
        }
        for (range, found) in wanted.iter().zip(found) {
            prop_assert_eq!(found, u32::from(!range.is_empty()));
        }
    }
}
