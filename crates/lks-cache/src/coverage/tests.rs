use proptest::prelude::*;

use super::Coverage;

proptest! {
    #[test]
    fn coverage_agrees_with_a_list_of_bytes(writes in prop::collection::vec((0u64..64, 0u64..16), 0..24)) {
        let mut coverage = Coverage::default();
        let mut bytes = [false; 96];
        for (start, length) in writes {
            coverage.add(start, start + length);
            bytes[start as usize..(start + length) as usize].fill(true);
        }
        let total = bytes.iter().filter(|&&written| written).count() as u64;
        let prefix = bytes.iter().position(|&written| !written).unwrap_or(96) as u64;
        prop_assert_eq!(coverage.total(), total);
        prop_assert_eq!(coverage.prefix(), prefix);
        prop_assert_eq!(coverage.gap().is_some(), total > prefix);
        let missing = coverage.missing(96);
        prop_assert_eq!(missing.iter().map(|hole| hole.end - hole.start).sum::<u64>(), 96 - total);
        prop_assert!(missing.iter().all(|hole| bytes[hole.start as usize..hole.end as usize].iter().all(|&it| !it)));
        if let Some(gap) = coverage.gap() {
            prop_assert_eq!(gap.start, prefix);
            prop_assert!(bytes[gap.start as usize..gap.end as usize].iter().all(|&written| !written));
            prop_assert!(bytes[gap.end as usize]);
        }
    }
}
