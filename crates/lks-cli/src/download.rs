//! `lksearch download`.

mod flat;
mod report;
mod rows;
mod saved;
mod view;

use std::ffi::OsString;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lksearch::table::Table;
use lksearch::{Client, DownloadOptions, Error, Event, Journal, Manifest, Plan, Progress, Step};

use crate::arguments::{self, Global, ProgressWord, Transfer};
use crate::exit::ExitStatus;
use crate::output::Destination;
use crate::progress::Lines;
use crate::search::{find, has_older_answers};
use crate::session::{Session, apart};
use crate::{filters, output};
use flat::Flat;
use report::{cost, summary, tell_failures};
use rows::Rows;
use saved::read_table;
use view::View;

/// How often the manifest is written while the run goes on.
const BETWEEN_WRITINGS: Duration = Duration::from_secs(1);

/// Searches, or reads a table; brings the files; prints the manifest.
pub(crate) async fn run(global: &Global, words: arguments::Download) -> Result<ExitStatus, Error> {
    let mut options = DownloadOptions::default().with_force(words.transfer.force);
    if let Some(size) = &words.transfer.cutout_size {
        options = options.with_cutout_size(size.parse()?);
    }
    let search = match words.mission {
        Some(mission) => Some(filters::search(mission, &words.target, &words.filters)?),
        None => None,
    };
    let rows = words.rows.as_deref().map(Rows::parse).transpose()?;
    let sample = match words.transfer.dry_run {
        true => Plan::default().to_table()?,
        false => Manifest::default().to_table()?,
    };
    let view = View::new(&words.columns, &sample)?;
    if words.paths && words.output.output.is_none() && (words.output.format().is_some() || !words.columns.is_empty()) {
        let message =
            "--paths prints paths and nothing else; --format and --columns are for a manifest in a file, `-o FILE`";
        return Err(Error::Input(message.to_owned()));
    }
    let destination = output::prepare(&words.output)?;
    let session = Session::begin(global, &settings(&words.transfer))?;
    let flat = match &words.transfer {
        Transfer {
            flat: true,
            dry_run: false,
            dir: Some(directory),
            force,
            ..
        } => {
            let directory = if global.sandbox {
                apart(directory)
            } else {
                directory.clone()
            };
            Some(Flat::new(&directory, *force)?)
        }
        _ => None,
    };
    let client = session.client()?;
    // Without a place for the files nothing need be asked.
    client.store()?;
    let mut has_older = false;
    let table = match (&search, &words.from) {
        (Some(search), _) => {
            let found = find(&client, &session, search).await?;
            has_older = has_older_answers(&found);
            picked(found.table, rows.as_ref())?
        }
        (None, Some(path)) => read_table(path, &words.filters, rows.as_ref(), &session)?,
        (None, None) => return Err(Error::Input("give a mission and a target, or --from FILE".to_owned())),
    };
    if table.is_empty() && destination.is_for_people() {
        return Ok(ExitStatus::NothingFound);
    }
    let num_before = client.requests_made();
    let plan = client.plan(&table, &options).await;
    if words.transfer.cutout_size.is_some() && !plan.steps.iter().any(is_cutout) {
        let message =
            "--cutout-size changes nothing: no row is a cutout that is still to be made; they have `--kind tesscut`";
        session.ui.warning(message);
    }
    if words.transfer.dry_run {
        return dry_run(&plan, &session, &view, destination);
    }
    let mut manifest = match words.transfer.progress {
        ProgressWord::Bar => journalled(&client, plan, &session.ui.bar(), &view, &destination).await?,
        ProgressWord::Json => journalled(&client, plan, &Lines::default(), &view, &destination).await?,
    };
    if let Some(flat) = flat {
        let placing = tokio::task::spawn_blocking(move || flat.place(manifest));
        manifest = placing
            .await
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
    }
    tell_failures(&manifest, &session);
    session.ui.note(summary(&manifest, client.requests_made() - num_before));
    if words.paths {
        view::print_paths(&manifest)?;
    }
    if !words.paths || words.output.output.is_some() {
        view.write(&manifest, destination)?;
    }
    Ok(match ExitStatus::of_manifest(&manifest) {
        ExitStatus::Success if session.is_strict && has_older => ExitStatus::Unavailable,
        ending => ending,
    })
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

/// The settings that the options of a transfer stand for.
fn settings(words: &Transfer) -> Vec<(&'static str, OsString, &'static str)> {
    let mut changes = Vec::new();
    if words.no_cloud {
        changes.push(("prefer_cloud", "false".into(), "--no-cloud"));
        changes.push(("cloud_only", "false".into(), "--no-cloud"));
        changes.push(("download_cloud", "true".into(), "--no-cloud"));
    }
    if words.cloud_only {
        changes.push(("cloud_only", "true".into(), "--cloud-only"));
    }
    if words.link {
        changes.push(("download_cloud", "false".into(), "--link"));
    }
    if let Some(jobs) = &words.jobs {
        changes.push(("fetch.jobs", jobs.into(), "--jobs"));
    }
    // What lies flat is copied from the cache.
    if let Some(directory) = words.dir.as_ref().filter(|_| !words.flat) {
        changes.push(("cache_dir", directory.into(), "--dir"));
    }
    changes
}

/// The rows that are named, or all; a table that has none is told as such.
fn picked(table: Table, rows: Option<&Rows>) -> Result<Table, Error> {
    match rows {
        Some(rows) if !table.is_empty() => rows.of(&table),
        _ => Ok(table),
    }
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
