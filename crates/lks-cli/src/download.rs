//! `lksearch download`.

mod asked;
mod flat;
mod narrowing;
mod report;
mod rows;
mod saved;
mod view;

use std::ffi::OsString;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lksearch::fetch::{CutoutSource, PortablePlan};
use lksearch::table::Table;
use lksearch::{Client, DownloadOptions, Error, Event, FailureKind, Journal, Manifest, Plan, Progress, Step};

use crate::arguments::{self, Global, Order, Place, ProgressWord, Sources};
use crate::exit::ExitStatus;
use crate::output;
use crate::output::Destination;
use crate::progress::Lines;
use crate::session::Session;
pub(crate) use asked::{Asked, Found};
pub(crate) use flat::Flat;
use report::cost;
pub(crate) use report::{in_words, summary, tell_failures};
pub(crate) use saved::{MAX_TABLE_FILE, Saved, SavedRows, read_saved, read_whole_table, unreadable};
pub(crate) use view::View;

/// How often the manifest is written while the run goes on.
const BETWEEN_WRITINGS: Duration = Duration::from_secs(1);

/// Searches, or reads a table; brings the files; prints the manifest.
pub(crate) async fn run(global: &Global, words: arguments::Download) -> Result<ExitStatus, Error> {
    bring(global, words, CutoutSource::Auto).await
}

/// As [`run`], with cutouts from there.
pub(crate) async fn bring(
    global: &Global,
    words: arguments::Download,
    cutouts: CutoutSource,
) -> Result<ExitStatus, Error> {
    let mut options = DownloadOptions::default()
        .with_force(words.transfer.force)
        .with_cutout_source(cutouts);
    if let Some(size) = &words.transfer.cutout_size {
        options = options.with_cutout_size(size.parse()?);
    }
    let asked = Asked::of(&words.asking)?;
    let plan = asked.plan()?;
    let is_planned = plan.is_some();
    if is_planned {
        follow(&words)?;
    }
    let sample = match words.transfer.dry_run {
        true => Plan::default().to_table()?,
        false => Manifest::default().to_table()?,
    };
    let sample = match asked.is_of_plan() && !words.transfer.dry_run {
        true => planned(&sample)?,
        false => sample,
    };
    let view = View::of(&words.printed, &sample)?;
    let destination = output::prepare(&words.printed.output)?;
    let mut changes = settings(&words.transfer.sources, Some(&words.transfer.place));
    if words.transfer.link {
        changes.push(("download_cloud", "false".into(), "--link"));
    }
    let session = Session::begin(global, &changes)?.of_shard(plan.and_then(|plan| plan.shard));
    let flat = match words.transfer.dry_run {
        true => None,
        false => Flat::of(&words.transfer.place, global, Some(words.transfer.force))?,
    };
    let client = session.client()?;
    // Without a place for the files nothing need be asked.
    client.store()?;
    let found = asked.rows(&client, &session).await?;
    let has_failed = !matches!(found.ending, ExitStatus::Success | ExitStatus::NothingFound);
    if found.table.is_empty() && (has_failed || destination.is_for_people()) && !is_planned {
        return Ok(found.without_rows());
    }
    let run = Run::begin(&client, &session, &words.transfer.sources, &view);
    let Found {
        table,
        is_incomplete,
        ending,
    } = found;
    let needed = PortablePlan::needed(&table);
    drop(table);
    let plan = client.plan(&needed, &options).await;
    drop(needed);
    session.reused.note(plan.kept.as_slice(), &session.ui);
    if words.transfer.cutout_size.is_some() && !plan.steps.is_empty() && !plan.steps.iter().any(is_cutout) {
        let message =
            "--cutout-size changes nothing: no row is a cutout that is still to be made; they have `--kind tesscut`";
        session.ui.warning(message);
    }
    if words.transfer.dry_run {
        return dry_run(&plan, &session, &view, destination);
    }
    let manifest = run.carry_out(plan, flat, &destination).await?;
    run.report(&manifest, destination)?;
    Ok(match judged(&manifest, &session, is_incomplete) {
        // A shard of few rows may have none; its worker has done all that there was to do.
        ExitStatus::NothingFound if is_planned => ExitStatus::Success,
        ExitStatus::Success => ending,
        other => other,
    })
}

/// How progress is told; a bar ends when it is dropped.
pub(crate) fn progress(words: &Sources, session: &Session) -> Box<dyn Progress> {
    session.ui.leave_waits();
    match words.pace.progress {
        ProgressWord::Bar => Box::new(session.ui.bar()),
        ProgressWord::Json => Box::new(Lines::default()),
    }
}

/// How a run ends of whose rows some may come from an older answer.
pub(crate) fn judged(manifest: &Manifest, session: &Session, is_incomplete: bool) -> ExitStatus {
    match ExitStatus::of_manifest(manifest) {
        ExitStatus::SomeFailed | ExitStatus::Unavailable if session.is_worker() && waits(manifest) => {
            ExitStatus::TryLater
        }
        ending => session.judged(ending, is_incomplete),
    }
}

/// The carrying out of a plan, from the first question on.
pub(crate) struct Run<'a> {
    client: &'a Client,
    session: &'a Session,
    sources: &'a Sources,
    view: &'a View,
    num_before: u64,
}

impl<'a> Run<'a> {
    /// From now on requests count.
    pub(crate) fn begin(client: &'a Client, session: &'a Session, sources: &'a Sources, view: &'a View) -> Self {
        Self {
            client,
            session,
            sources,
            view,
            num_before: client.requests_made(),
        }
    }

    /// Brings the files to where they are wanted, and tells which failed.
    pub(crate) async fn carry_out(
        &self,
        plan: Plan,
        flat: Option<Flat>,
        destination: &Destination,
    ) -> Result<Manifest, Error> {
        let progress = progress(self.sources, self.session);
        let mut manifest = journalled(self.client, plan, &*progress, self.view, destination).await?;
        drop(progress);
        if let Some(flat) = flat {
            manifest = flat.place_meanwhile(manifest).await;
        }
        tell_failures(&manifest, self.session);
        Ok(manifest)
    }

    /// Tells what it cost, and prints the manifest.
    pub(crate) fn report(&self, manifest: &Manifest, destination: Destination) -> Result<(), Error> {
        let num_requests = self.client.requests_made() - self.num_before;
        self.session.ui.note(summary(manifest, num_requests));
        self.view.print(manifest, destination)
    }
}

/// Carries the plan out. A manifest that goes to a file is there from early on, so that a run that is killed tells what it did.
async fn journalled(
    client: &Client,
    plan: Plan,
    progress: &dyn Progress,
    view: &View,
    destination: &Destination,
) -> Result<Manifest, Error> {
    if !destination.is_file() {
        return Ok(client.run(plan, progress).await);
    }
    let journal = Mutex::new(Journal::new(&plan));
    let known = || journal.lock().unwrap_or_else(PoisonError::into_inner);
    let noting = |event: Event| {
        if let Event::FileDone { row, outcome } = &event {
            known().note(*row, outcome);
        }
        progress.event(event);
    };
    let mut on_the_way_out = OnTheWayOut(Some(|| drop(view.write_meanwhile(&known().manifest(), destination))));
    let (mut pause, mut running) = (BETWEEN_WRITINGS, pin!(client.run(plan, &noting)));
    loop {
        tokio::select! {
            manifest = &mut running => {
                on_the_way_out.0 = None;
                return Ok(manifest);
            }
            () = tokio::time::sleep(pause) => {}
        }
        let begun = Instant::now();
        let so_far = known().manifest();
        // A moment without space must not end the run: only the last manifest has to be written.
        let _unwritten = view.write_meanwhile(&so_far, destination);
        // A manifest of very many rows must not keep the files waiting.
        pause = BETWEEN_WRITINGS.max(begun.elapsed() * 50);
    }
}

/// What is done if an interrupt drops a future that is not finished.
struct OnTheWayOut<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> Drop for OnTheWayOut<F> {
    fn drop(&mut self) {
        if let Some(last) = self.0.take() {
            last();
        }
    }
}

fn is_cutout(step: &Step) -> bool {
    step.product.as_ref().is_ok_and(|product| product.cutout().is_some())
}

/// Whether a host wants to be left alone for longer than a worker should wait.
fn waits(manifest: &Manifest) -> bool {
    let mut failures = manifest.rows.iter().filter_map(|row| row.failure);
    failures.any(|kind| kind == FailureKind::RateLimited)
}

/// Refuses what a plan has settled already.
fn follow(words: &arguments::Download) -> Result<(), Error> {
    let Order { no_cloud, cloud_only } = words.transfer.sources.order;
    if no_cloud || cloud_only || words.transfer.link || words.transfer.cutout_size.is_some() {
        return Err(Error::Input(
            "--no-cloud, --cloud-only, --link and --cutout-size do not go with a plan, which has settled that; make another with `lksearch plan --from PLAN -o FILE` and \
             these options"
                .to_owned(),
        ));
    }
    Ok(())
}

/// The columns of the manifest of a plan.
fn planned(sample: &Table) -> Result<Table, Error> {
    let none: [Option<&str>; 0] = [];
    Ok(sample
        .with_text("plan", none)?
        .with_text("shard", none)?
        .with_integer("plan_row", [])?)
}

/// The settings that the options of the sources, and of the place of the files, stand for. What lies flat is copied from the cache.
pub(crate) fn settings(words: &Sources, place: Option<&Place>) -> Vec<(&'static str, OsString, &'static str)> {
    let mut changes = order(&words.order);
    if let Some(directory) = place.filter(|place| !place.flat).and_then(|place| place.dir.as_ref()) {
        changes.push(("cache_dir", directory.into(), "--dir"));
    }
    if let Some(jobs) = &words.pace.jobs {
        changes.push(("fetch.jobs", jobs.into(), "--jobs"));
    }
    if let Some(share) = &words.pace.share {
        changes.push(("share", share.into(), "--share"));
    }
    changes
}

/// The settings that the order of the sources stands for.
pub(crate) fn order(words: &Order) -> Vec<(&'static str, OsString, &'static str)> {
    let mut changes = Vec::new();
    if words.no_cloud {
        changes.push(("prefer_cloud", "false".into(), "--no-cloud"));
        changes.push(("cloud_only", "false".into(), "--no-cloud"));
        changes.push(("download_cloud", "true".into(), "--no-cloud"));
    }
    if words.cloud_only {
        changes.push(("cloud_only", "true".into(), "--cloud-only"));
    }
    changes
}

fn dry_run(plan: &Plan, session: &Session, view: &View, destination: Destination) -> Result<ExitStatus, Error> {
    for warning in &plan.warnings {
        session.ui.warning(warning);
    }
    session.ui.note(cost(plan));
    let shown = ["action", "source", "bytes", "productFilename", "Message"];
    view.write_table(&plan.to_table()?, &shown, destination)?;
    Ok(ExitStatus::Success)
}
