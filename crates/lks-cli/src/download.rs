//! `lksearch download`.

use std::path::Path;

use bytesize::ByteSize;
use lksearch::table::Table;
use lksearch::{CutoutSize, DownloadOptions, Error, Manifest, Plan, Source, Status, manifest_table, plan_table};

use crate::arguments::{self, Global, Transfer};
use crate::exit::Ending;
use crate::search::find;
use crate::session::Session;
use crate::{filters, output};

/// Columns of the manifest that people are shown.
const SHOWN: [&str; 5] = ["Status", "source", "bytes", "Local Path", "Message"];

/// Searches, or reads a table; brings the files; prints the manifest.
pub async fn run(global: &Global, words: arguments::Download) -> Result<Ending, Error> {
    let mut options = DownloadOptions::default();
    options.force = words.transfer.force;
    if let Some(size) = &words.transfer.cutout_size {
        options.cutout_size = CutoutSize::parse(size)?;
    }
    let search = match (words.mission, &words.target) {
        (Some(mission), Some(target)) => Some(filters::search(mission, target, &words.filters)?),
        _ => None,
    };
    let session = Session::begin(global, &settings(&words.transfer))?;
    let client = session.client()?;
    let table = match (&search, &words.from) {
        (Some(search), _) => find(&client, &session, search).await?.table,
        (None, Some(path)) => read_table(path)?,
        (None, None) => return Err(Error::Input("give a mission and a target, or --from FILE".to_owned())),
    };
    if table.is_empty() {
        return Ok(Ending::NothingFound);
    }
    let n_before = client.requests_made();
    let plan = client.plan(&table, &options).await;
    if words.transfer.dry_run {
        return dry_run(&plan, &session, &words);
    }
    let manifest = client.run(plan, &session.talk.bar()).await;
    session.talk.note(summary(&manifest, client.requests_made() - n_before));
    output::table(&manifest_table(&manifest)?, &SHOWN, &words.output)?;
    Ok(Ending::of_manifest(&manifest))
}

/// The settings that the options of a transfer stand for.
fn settings(words: &Transfer) -> Vec<(&'static str, String, &'static str)> {
    let mut changes = Vec::new();
    if words.no_cloud {
        changes.push(("prefer_cloud", "false".to_owned(), "--no-cloud"));
        changes.push(("cloud_only", "false".to_owned(), "--no-cloud"));
    }
    if words.cloud_only {
        changes.push(("cloud_only", "true".to_owned(), "--cloud-only"));
    }
    if words.link {
        changes.push(("download_cloud", "false".to_owned(), "--link"));
    }
    if let Some(jobs) = &words.jobs {
        changes.push(("fetch.jobs", jobs.clone(), "--jobs"));
    }
    if let Some(directory) = &words.dir {
        changes.push(("cache_dir", directory.display().to_string(), "--dir"));
    }
    changes
}

fn read_table(path: &Path) -> Result<Table, Error> {
    let failure = |source| Error::File {
        operation: "read",
        path: path.display().to_string(),
        source,
    };
    let bytes = std::fs::read(path).map_err(failure)?;
    lksearch::read_table(&bytes)
}

fn dry_run(plan: &Plan, session: &Session, words: &arguments::Download) -> Result<Ending, Error> {
    for warning in &plan.warnings {
        session.talk.warning(warning);
    }
    let n_files = plan.n_fetches();
    session.talk.note(format!(
        "would fetch {n_files} of {} rows, {}",
        plan.steps.len(),
        ByteSize(plan.size())
    ));
    output::table(
        &plan_table(plan)?,
        &["action", "source", "bytes", "dataURI", "Message"],
        &words.output,
    )?;
    Ok(Ending::Well)
}

/// One line: how many rows ended how, and what it cost.
fn summary(manifest: &Manifest, n_requests: u64) -> String {
    let counts = manifest.counts();
    let words = [
        (Status::Complete, "complete"),
        (Status::Unknown, "unchecked"),
        (Status::Skipped, "skipped"),
        (Status::Error, "failed"),
    ];
    let parts = words
        .iter()
        .filter_map(|(status, word)| counts.get(status).map(|count| format!("{count} {word}")));
    let n_cached = manifest
        .rows
        .iter()
        .filter(|row| row.source == Some(Source::Cache))
        .count();
    let bytes: u64 = manifest
        .rows
        .iter()
        .filter(|row| row.source != Some(Source::Cache))
        .filter_map(|row| row.bytes)
        .sum();
    let plural = if n_requests == 1 { "" } else { "s" };
    format!(
        "{}; {n_cached} from the cache, {} fetched in {n_requests} request{plural}",
        parts.collect::<Vec<_>>().join(", "),
        ByteSize(bytes)
    )
}
