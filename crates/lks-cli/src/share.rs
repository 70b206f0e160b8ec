//! Which part of a host's limits this process takes, as far as a batch system says it.

use std::num::NonZeroU32;

/// The variables by which Slurm tells the tasks of an array of each other.
const COUNT: &str = "SLURM_ARRAY_TASK_COUNT";
const FIRST: &str = "SLURM_ARRAY_TASK_MIN";
const LAST: &str = "SLURM_ARRAY_TASK_MAX";

/// How many tasks the job array has that this process is one of, and what says so; `None` outside of one, and where that is no number of workers: an
/// array whose ids have gaps, or do not begin with 0 or 1, runs a part of what another began.
pub(crate) fn of_array() -> Option<(NonZeroU32, String)> {
    let number = |name: &str| std::env::var(name).ok()?.parse().ok();
    let count = tasks(number(COUNT)?, number(FIRST)?, number(LAST)?)?;
    Some((count, format!("{COUNT}={count}")))
}

fn tasks(count: u32, first: u32, last: u32) -> Option<NonZeroU32> {
    let is_whole = first <= 1 && last.checked_sub(first)?.checked_add(1)? == count;
    NonZeroU32::new(count).filter(|_| is_whole)
}

#[cfg(test)]
mod tests {
    use super::tasks;

    #[test]
    fn an_array_with_gaps_is_no_number_of_workers() {
        let count = |count, first, last| tasks(count, first, last).map(u32::from);
        assert_eq!(count(8, 0, 7), Some(8));
        assert_eq!(count(8, 1, 8), Some(8));
        assert_eq!(count(2, 0, 3), None, "--array=0,3");
        assert_eq!(count(3, 3, 5), None, "--array=3-5, which runs three again");
        assert_eq!(
            (count(0, 0, 0), count(1, 5, 2), count(0, 0, u32::MAX)),
            (None, None, None)
        );
    }
}
