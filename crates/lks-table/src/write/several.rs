//! Pieces of work that are done several at once, and taken in their order.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// More threads than these would only wait for what takes the pieces.
const MOST_THREADS: usize = 8;
/// Fewer rows are written in the time that threads take to begin.
const WORTH_THREADS: usize = 2_000;

/// How many threads so many rows are worth.
pub(super) fn num_threads(num_rows: usize) -> usize {
    match num_rows < WORTH_THREADS {
        true => 1,
        false => thread::available_parallelism()
            .map_or(1, NonZero::get)
            .min(MOST_THREADS),
    }
}

/// Does the work of each piece, and takes what it makes in the order of the pieces, until one cannot be taken.
pub(super) fn in_order<P, T: Send, E>(
    num_threads: usize,
    pieces: impl ExactSizeIterator<Item = P> + Send,
    make: impl Fn(P) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let num_threads = num_threads.min(pieces.len());
    if num_threads < 2 {
        return pieces.map(make).try_for_each(take);
    }
    let pieces = Mutex::new(pieces.enumerate());
    thread::scope(|scope| {
        let (sender, made) = sync_channel(num_threads);
        for _ in 0..num_threads {
            let (sender, pieces, make) = (sender.clone(), &pieces, &make);
            let work = move || {
                loop {
                    let next = pieces.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((place, piece)) = next else { return };
                    // Nobody waits for more after one that could not be taken.
                    if sender.send((place, make(piece))).is_err() {
                        return;
                    }
                }
            };
            // A user may have no more threads; where there are none at all, the pieces are left for the loop below.
            let _started = thread::Builder::new().spawn_scoped(scope, work);
        }
        drop(sender);
        let (mut early, mut wanted) = (BTreeMap::new(), 0);
        for (place, made) in made {
            early.insert(place, made);
            while let Some(made) = early.remove(&wanted) {
                take(made)?;
                wanted += 1;
            }
        }
        let mut left = pieces.lock().unwrap_or_else(PoisonError::into_inner);
        left.by_ref().map(|(_, piece)| make(piece)).try_for_each(take)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_in_their_order_by_any_number_of_threads() {
        for num_threads in [0, 1, 2, 7] {
            let mut taken = Vec::new();
            let make = |piece: usize| (0..(piece * 7919) % 1000).fold(piece, |sum, _| std::hint::black_box(sum));
            let outcome: Result<(), ()> = in_order(num_threads, 0..100, make, |piece| {
                taken.push(piece);
                Ok(())
            });
            assert_eq!(outcome, Ok(()));
            assert_eq!(taken, (0..100).collect::<Vec<_>>());
        }
    }

    #[test]
    fn nothing_is_taken_after_an_error() {
        for num_threads in [1, 4] {
            let mut taken = Vec::new();
            let outcome = in_order(
                num_threads,
                0..1_000_000,
                |piece| piece,
                |piece| {
                    taken.push(piece);
                    if piece == 5 { Err(piece) } else { Ok(()) }
                },
            );
            assert_eq!(outcome, Err(5));
            assert_eq!(taken, [0, 1, 2, 3, 4, 5]);
        }
    }
}
