//! `lksearch lock`, and the reading of locks.

use std::collections::HashSet;
use std::path::Path;

use lksearch::fetch::{Lock, LockedProduct, Locking};
use lksearch::{DownloadOptions, Error, Status};

use crate::arguments::{self, Global};
use crate::download::{self, Asked, read_saved, summary, tell_failures};
use crate::exit::ExitStatus;
use crate::output;
use crate::question::{now, program, question};
use crate::session::Session;
use crate::ui::{self, counted};
use crate::visible::Visible;

/// Larger files are not locks.
const MAX_LOCK_FILE: u64 = 256 << 20;
/// So many rows that are left out are named one by one.
const MAX_NAMED: usize = 5;

/// Searches, or reads a table; brings the files that the cache does not have; writes the lock.
pub(crate) async fn run(global: &Global, words: arguments::Lock) -> Result<ExitStatus, Error> {
    let mut options = DownloadOptions::default();
    if let Some(size) = &words.cutout_size {
        options = options.with_cutout_size(size.parse()?);
    }
    let asked = Asked::of(&words.asking)?;
    let is_file = words.output != Path::new("-");
    let earlier = match is_file && words.output.exists() {
        // One that is to be kept has to be read; one that is replaced may be anything.
        true if words.add => Some(read(&words.output)?),
        true => read(&words.output).ok(),
        false => None,
    };
    let destination = output::prepare_text(&words.output)?;
    let session = Session::begin(global, &download::settings(&words.sources, None))?;
    let client = session.client()?;
    client.store()?;
    let found = asked.rows(&client, &session).await?;
    if found.table.is_empty() {
        return Ok(found.without_rows());
    }
    let num_before = client.requests_made();
    let progress = download::progress(&words.sources, &session);
    let locking = client.lock(&found.table, &options, &*progress).await?;
    drop(progress);
    tell_failures(&locking.manifest, &session);
    session
        .ui
        .note(summary(&locking.manifest, client.requests_made() - num_before));
    tell_left_out(&locking, &session);
    let ending = match download::judged(&locking.manifest, &session, found.is_incomplete) {
        ExitStatus::Success => found.ending,
        ending => ending,
    };
    if locking.products.is_empty() {
        session.ui.note("nothing is locked, and no lock is written");
        return Ok(match ending {
            ExitStatus::Success => ExitStatus::NothingFound,
            failed => failed,
        });
    }
    let lock = joined(global, locking, earlier.as_ref().filter(|_| words.add));
    if ending != ExitStatus::Success
        && let Some(lost @ 1..) = earlier.as_ref().map(|earlier| not_in(lock.products(), earlier).count())
    {
        let place = words.output.display();
        session.ui.warning(format!(
            "{place} stays as it is: it has {} that this run could not lock; run it again later, or --add what came to what it has",
            counted(lost as u64, "product")
        ));
        return Ok(ending);
    }
    let num_cutouts = lock
        .products()
        .iter()
        .filter(|locked| locked.product.cutout().is_some())
        .count();
    if num_cutouts > 0 {
        session.ui.note(format!(
            "{}: TESScut makes a cutout anew for each request, hardly ever with the same bytes; keep the files themselves, too",
            counted(num_cutouts as u64, "cutout")
        ));
    }
    let place = words.output.display();
    let num_products = counted(lock.products().len() as u64, "product");
    match earlier.filter(|earlier| lock.is_same_state(earlier)) {
        Some(earlier) => session.ui.note(format!(
            "{place} stays as it is: it has had these {num_products} since {}",
            earlier.date
        )),
        None => {
            destination.write_text(&Visible::of(lock.to_text()))?;
            destination.publish()?;
            if is_file {
                session.ui.note(format!("{num_products} locked in {place}"));
            }
        }
    }
    Ok(ending)
}

/// Reads a lock.
///
/// # Errors
/// The file cannot be read, or is not a whole lock.
pub(crate) fn read(path: &Path) -> Result<Lock, Error> {
    let bytes = read_saved(path, MAX_LOCK_FILE)?;
    Lock::parse(&bytes)
        .map_err(|error| Error::Input(format!("{}: {error}; `lksearch lock` writes locks", path.display())))
}

/// The products of the earlier lock that are not among these.
fn not_in<'a>(new: &'a [LockedProduct], earlier: &'a Lock) -> impl Iterator<Item = &'a LockedProduct> {
    let new: HashSet<&str> = new.iter().map(|locked| locked.product.uri()).collect();
    let earlier = earlier.products().iter();
    earlier.filter(move |locked| !new.contains(locked.product.uri()))
}

/// What was locked now, and what an earlier lock has besides.
fn joined(global: &Global, locking: Locking, earlier: Option<&Lock>) -> Lock {
    let kept = earlier
        .into_iter()
        .flat_map(|earlier| not_in(&locking.products, earlier));
    let kept: Vec<_> = kept.cloned().collect();
    let mut questions = earlier.map(|earlier| earlier.questions.clone()).unwrap_or_default();
    let question = question(global, "lock");
    if !questions.contains(&question) {
        questions.push(question);
    }
    Lock::new(program(), now(), questions, locking.products.into_iter().chain(kept))
}

fn tell_left_out(locking: &Locking, session: &Session) {
    // Why rows failed was told before.
    let is_failure = |row: usize| {
        locking
            .manifest
            .rows
            .get(row)
            .is_some_and(|row| row.status == Status::Error)
    };
    let left_out: Vec<_> = locking.left_out.iter().filter(|left| !is_failure(left.row)).collect();
    for left in left_out.iter().take(MAX_NAMED) {
        let name = locking
            .manifest
            .rows
            .get(left.row)
            .and_then(|row| row.filename.as_deref());
        let name = name.map_or_else(|| format!("row {}", left.row + 1), str::to_owned);
        session.ui.warning(format!("{name} is not locked: {}", left.reason));
    }
    if let more @ 1.. = left_out.len().saturating_sub(MAX_NAMED) {
        session
            .ui
            .warning(format!("{} more are not locked", counted(more as u64, "row")));
    }
    if let failed @ 1.. = locking.left_out.len() - left_out.len() {
        ui::failure(&format!(
            "{} not in the lock, because there is no file",
            counted(failed as u64, "row")
        ));
    }
}
