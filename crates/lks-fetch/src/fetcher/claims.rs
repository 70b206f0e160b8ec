//! Small files are looked at again shortly before they are fetched, several in one visit to a thread: another process may have brought some. While another one
//! writes, they are fetched under their locks, as large ones always are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use lks_cache::{Key, KeyLock, Store};
use tokio::sync::OnceCell;

use crate::blocking::blocking;
use crate::plan::{Kept, Step};
use crate::report::failure::Failure;
use crate::store::key::key_of;
use crate::store::local;

/// Of smaller files is found out only whether anybody else writes at all: a lock for each costs as much as fetching it.
const WORTH_A_LOCK: u64 = 1 << 20;
/// So many that are fetched one after the other are looked at together: few enough that the last of them comes soon after.
const TOGETHER: usize = 16;

/// What was found of the small files of a run.
pub(crate) struct Claims {
    /// The numbers of all steps that fetch something, in the order in which they do.
    order: Vec<usize>,
    found: Vec<OnceCell<Mutex<Found>>>,
    /// Says that this run writes.
    announced: Arc<OnceLock<Option<KeyLock>>>,
}

/// By number: a file that is here, or why none can be written.
type Found = HashMap<usize, Result<Option<Kept>, Failure>>;

impl Claims {
    pub(crate) fn of(order: Vec<usize>) -> Self {
        let num_visits = order.len().div_ceil(TOGETHER);
        let found = std::iter::repeat_with(OnceCell::new).take(num_visits).collect();
        let announced = Arc::default();
        Self {
            order,
            found,
            announced,
        }
    }

    /// The step that fetches at this place of the order.
    pub(crate) fn step(&self, place: usize) -> usize {
        self.order[place]
    }

    /// How many steps fetch something.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// What there is of the file that is fetched at this place of the order; `None` for one that is worth a lock, or was looked at already.
    pub(crate) async fn look(
        &self,
        place: usize,
        steps: &[Step],
        (store, force): (&Store, bool),
    ) -> Option<Result<Option<Kept>, Failure>> {
        let wanted = |n: &usize| Some((*n, small(&steps[*n])?));
        let n = wanted(&self.step(place))?.0;
        let visit = place / TOGETHER;
        let together = &self.order[visit * TOGETHER..self.order.len().min((visit + 1) * TOGETHER)];
        let look = || async {
            let files: Vec<(usize, (Key, Option<String>))> = together.iter().filter_map(wanted).collect();
            let (store, announced) = (store.clone(), self.announced.clone());
            let look = move || {
                let own = announced.get_or_init(|| store.announce_writer());
                // While others write, each file is worth a lock.
                if own.as_ref().is_some_and(|own| store.has_other_writers(own)) {
                    return Found::new();
                }
                let look = |(n, (key, sha256)): (usize, (Key, Option<String>))| {
                    (n, local::look_again(&store, &key, force, sha256.as_deref()))
                };
                files.into_iter().map(look).collect()
            };
            Mutex::new(blocking(look).await)
        };
        let found = self.found[visit].get_or_init(look).await;
        found.lock().unwrap_or_else(PoisonError::into_inner).remove(&n)
    }
}

/// Where a small file belongs, and the only bytes that it may be.
fn small(step: &Step) -> Option<(Key, Option<String>)> {
    step.size().filter(|size| *size < WORTH_A_LOCK)?;
    let key = key_of(step.product.as_ref().ok()?).ok()?;
    Some((key, step.locked.as_ref().map(|locked| locked.content.sha256.clone())))
}
