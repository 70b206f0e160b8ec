//! One step of a plan, from what was decided to its row.

use std::time::{Duration, Instant};

use lks_cache::{Claim, Key, KeyLock};
use lks_mast::Product;

use super::Fetcher;
use crate::blocking::blocking;
use crate::plan::route::Source;
use crate::plan::{Action, Kept, Step};
use crate::receive::{Arrival, Run, Slot, Transfer};
use crate::report::failure::Failure;
use crate::report::manifest::{FailureKind, ManifestRow, Remark, Status};
use crate::report::progress::Event;
use crate::store::key::key_of;
use crate::store::local;

/// While another process fetches the same file, we look again after this, then ever later.
const FIRST_LOOK_AGAIN: Duration = Duration::from_millis(50);
const LAST_LOOK_AGAIN: Duration = Duration::from_secs(1);
/// After this we fetch it ourselves.
const LONGEST_LOOK: Duration = Duration::from_secs(600);
const UNCHECKED: &str = "File exists in local cache, has not been validated for integrity";
const LINKED: &str = "Link to S3 bucket for remote read";

/// What comes of asking to fetch a product alone.
enum Claimed {
    /// Fetch it; the lock is held where locks work.
    Alone(Option<KeyLock>),
    /// Another process brought it meanwhile.
    Here(Kept),
    /// It could not be written.
    Unwritable(Failure),
}

impl Fetcher {
    /// The row of a step that fetches nothing; `None` for one that does, or repeats another.
    pub(super) fn settled(&self, step: &Step) -> Option<ManifestRow> {
        let empty = || ManifestRow::of(&step.product);
        Some(match &step.action {
            Action::SameAs { .. } | Action::Fetch { .. } => return None,
            Action::Skip { reason } => ManifestRow {
                message: Some(reason.clone()),
                ..empty()
            },
            Action::Fail { reason } => ManifestRow {
                status: Status::Error,
                message: Some(reason.clone()),
                failure: Some(FailureKind::Unavailable),
                ..empty()
            },
            Action::Link { key } => ManifestRow {
                local_path: Some(format!("s3://{}/{key}", self.options.bucket)),
                status: Status::Complete,
                message: Some(LINKED.to_owned()),
                source: Some(Source::Link),
                ..empty()
            },
            Action::Keep { kept, checked } => {
                let (status, message) = if *checked {
                    (Status::Complete, kept.noticed.clone())
                } else {
                    (Status::Unknown, Some(UNCHECKED.to_owned()))
                };
                ManifestRow {
                    status,
                    message,
                    source: Some(Source::Cache),
                    remark: kept.noticed.clone().map(Remark::AsServed),
                    ..with_file(empty(), kept)
                }
            }
        })
    }

    /// Fetches the file of the step at this place of the order.
    pub(super) async fn fetch(&self, place: usize, steps: &[Step], run: &Run<'_>) -> ManifestRow {
        let step = &steps[run.claims.step(place)];
        let empty = ManifestRow::of(&step.product);
        match &step.product {
            Ok(product) => {
                let row = self.bring(place, (steps, product), run, empty).await;
                run.cubes.done(step).await;
                row
            }
            Err(none) => fetched(empty, step, Err(Failure::protocol(none.reason.to_string()))),
        }
    }

    async fn bring(
        &self,
        place: usize,
        (steps, product): (&[Step], &Product),
        run: &Run<'_>,
        empty: ManifestRow,
    ) -> ManifestRow {
        let n = run.claims.step(place);
        let step = &steps[n];
        let key = match key_of(product) {
            Ok(key) => key,
            Err(unsafe_name) => return fetched(empty, step, Err(Failure::unsafe_name(unsafe_name.to_string()))),
        };
        let slot = Slot::acquire(&run.slots).await;
        let begun = Instant::now();
        let seconds = || (begun.elapsed().as_secs_f64() * 1e3).round() / 1e3;
        let _lock = match self.claim(place, &key, (run, steps), &slot).await {
            Claimed::Alone(lock) => lock,
            Claimed::Unwritable(failure) => return fetched(empty, step, Err(failure)),
            Claimed::Here(kept) => {
                let row = ManifestRow {
                    status: Status::Complete,
                    source: Some(Source::Cache),
                    seconds: seconds(),
                    ..empty
                };
                return with_file(row, &kept);
            }
        };
        let transfer = Transfer::new(&self.context, n, (product, step), key, run, slot);
        let outcome = transfer.run().await;
        fetched(
            ManifestRow {
                attempts: transfer.attempts(),
                seconds: seconds(),
                ..empty
            },
            step,
            outcome,
        )
    }

    /// Waits while another process fetches the same file, unless it is small. Locks only save double work: where they do not work, or a wait
    /// is long, the file is fetched all the same.
    async fn claim(&self, place: usize, key: &Key, (run, steps): (&Run<'_>, &[Step]), slot: &Slot<'_>) -> Claimed {
        let (store, force, row) = (&self.context.store, run.policy.force, run.claims.step(place));
        match run.claims.look(place, steps, (store, force)).await {
            None => {}
            Some(Err(failure)) => return Claimed::Unwritable(failure),
            Some(Ok(Some(kept))) => return Claimed::Here(kept),
            Some(Ok(None)) => return Claimed::Alone(None),
        }
        let locked = steps[row].locked.as_ref();
        let sha256 = locked.map(|locked| locked.content.sha256.clone());
        let (begun, mut pause) = (Instant::now(), FIRST_LOOK_AGAIN);
        loop {
            let (store, key, sha256) = (store.clone(), key.clone(), sha256.clone());
            let looking = move || {
                let claim = store.try_claim(&key);
                (claim, local::look_again(&store, &key, force, sha256.as_deref()))
            };
            match blocking(looking).await {
                (_, Err(failure)) => return Claimed::Unwritable(failure),
                (_, Ok(Some(kept))) => return Claimed::Here(kept),
                (Claim::Held(lock), Ok(None)) => return Claimed::Alone(Some(lock)),
                (Claim::Busy, Ok(None)) if begun.elapsed() < LONGEST_LOOK => {}
                (_, Ok(None)) => return Claimed::Alone(None),
            }
            let reason = "another program fetches the same file".to_owned();
            run.progress.event(Event::Waiting {
                row,
                host: None,
                pause,
                reason,
            });
            slot.release();
            tokio::time::sleep(pause).await;
            slot.reacquire().await;
            pause = (pause * 2).min(LAST_LOOK_AGAIN);
        }
    }
}

fn fetched(row: ManifestRow, step: &Step, outcome: Result<Arrival, Failure>) -> ManifestRow {
    match outcome {
        Ok(Arrival {
            entry,
            source,
            url,
            note,
            refused,
        }) => {
            let kept = local::kept(&entry);
            let odd_size = step.size().filter(|size| *size != kept.bytes);
            let odd_size =
                odd_size.map(|size| format!("the table says {size} bytes, the archive serves {}", kept.bytes));
            let notes: Vec<String> = [&step.note, &odd_size, &note, &refused]
                .into_iter()
                .flatten()
                .cloned()
                .collect();
            let message = (!notes.is_empty()).then(|| notes.join("; "));
            let row = with_file(row, &kept);
            ManifestRow {
                status: Status::Complete,
                message,
                source: Some(source),
                url: Some(url),
                remark: refused.map(Remark::Refused).or(note.map(Remark::AsServed)),
                ..row
            }
        }
        Err(failure) => ManifestRow {
            status: Status::Error,
            message: Some(failure.message),
            url: failure.url,
            failure: Some(failure.kind),
            ..row
        },
    }
}

fn with_file(row: ManifestRow, kept: &Kept) -> ManifestRow {
    ManifestRow {
        local_path: Some(kept.path.display().to_string()),
        bytes: Some(kept.bytes),
        sha256: kept.sha256.clone(),
        assurance: kept.assurance,
        ..row
    }
}
