//! The same work on many items, by several threads at once: a disk answers many questions in the time of one.

use std::panic::resume_unwind;
use std::thread;

/// What `work` makes of each item, in their order, by at most so many threads, each of which has `worth_a_thread` items or more. The first
/// of them is the caller's.
pub(crate) fn map<T: Sync, R: Send>(
    items: &[T],
    most_threads: usize,
    worth_a_thread: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let each = items.len().div_ceil(most_threads).max(worth_a_thread);
    let work_on = |items: &[T]| -> Vec<R> { items.iter().map(&work).collect() };
    thread::scope(|scope| {
        let work_on = &work_on;
        let mut shares = items.chunks(each);
        let first = shares.next().unwrap_or_default();
        // All are started before the first is waited for.
        let others: Vec<_> = shares
            .map(|share| {
                (
                    share,
                    thread::Builder::new().spawn_scoped(scope, move || work_on(share)),
                )
            })
            .collect();
        let mut results = work_on(first);
        for (share, thread) in others {
            results.extend(match thread {
                Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
                // A user may have no more threads.
                Err(_) => work_on(share),
            });
        }
        results
    })
}
