//! `lksearch cache`.

mod adopt;
mod answers;
mod list;

use std::num::NonZeroUsize;
use std::time::{Duration, SystemTime};

use bytesize::ByteSize;
use lksearch::archive::pipeline_of;
use lksearch::cache::{
    GarbageOptions, Inventory, Key, Level, Listed, Removal, Removed, Store, UnknownLevel, Verification,
};
use lksearch::fetch::DATA_DIRECTORY;
use lksearch::{Error, Status, kept_answers, lock_directories, open_store};

use crate::arguments::{Cache, Global};
use crate::exit::ExitStatus;
use crate::grid::Grid;
use crate::output;
use crate::session::Session;
use crate::ui::counted;
use crate::visible::Visible;

/// Looks after the files that were brought.
pub(crate) async fn run(global: &Global, words: Cache) -> Result<ExitStatus, Error> {
    let session = Session::begin(global, &[])?;
    let store = open_store(&session.loaded)?;
    match words {
        Cache::Path => output::print(&Visible::line(store.root().display()))?,
        Cache::Info => {
            let files = store.info(|listed| collection_and_pipeline(&store, listed))?;
            output::grid(&answers::added(info(&files), &session)?)?;
        }
        Cache::Ls { output } => list::list(&store, &output).await?,
        Cache::Verify { level } => return verify(&store, &level, &session),
        Cache::Repair { level } => return repair(&store, &level, &session).await,
        Cache::Adopt { directory, lightkurve } => match (directory, lightkurve) {
            (Some(directory), _) => adopt::tree(&store, &directory, &session)?,
            (None, true) => adopt::lightkurve(&store, &session)?,
            (None, false) => adopt::own(&store, &session)?,
        },
        Cache::Rm { patterns, yes } => {
            let removal = if yes { Removal::Apply } else { Removal::DryRun };
            let mut removed = Vec::new();
            for pattern in &patterns {
                let matching = store.remove(pattern, removal)?;
                if matching.is_empty() {
                    session.ui.warning(format!(
                        "no file matches '{pattern}': neither its path below {DATA_DIRECTORY} nor its name nor its URI; `lksearch cache ls` lists them"
                    ));
                }
                removed.extend(matching);
            }
            if removed.is_empty() {
                return Ok(ExitStatus::NothingFound);
            }
            print_removed(&removed, removal, &session)?;
        }
        Cache::Clear { yes, answers: true } => answers::clear(yes, &session)?,
        Cache::Clear { yes, answers: false } => {
            let removal = if yes { Removal::Apply } else { Removal::DryRun };
            print_removed(&store.clear(removal)?, removal, &session)?;
        }
        Cache::Gc { quarantine } => {
            let quarantine_older_than = quarantine.as_deref().map(age).transpose()?;
            let garbage = GarbageOptions::default()
                .with_quarantine_older_than(quarantine_older_than)
                .with_lock_directories(lock_directories(&session.loaded, &store));
            let collected = store.gc(&garbage, Removal::Apply, SystemTime::now())?;
            let answers = kept_answers(&session.loaded).map(|kept| kept.gc(SystemTime::now()));
            let answers = answers.transpose()?.unwrap_or_default();
            let sizes = collected
                .iter()
                .map(|it| it.bytes)
                .chain(answers.iter().map(|it| it.bytes));
            let bytes = sizes.clone().sum();
            let left_overs = counted(sizes.count() as u64, "left-over");
            session.ui.note(format!("removed {left_overs}, {}", ByteSize(bytes)));
        }
    }
    Ok(ExitStatus::Success)
}

fn age(text: &str) -> Result<Duration, Error> {
    humantime::parse_duration(text)
        .map_err(|error| Error::Input(format!("'{text}' is not an age ({error}); write `30d` or `12h`")))
}

/// Prints what went or would go, and the way to make it go.
fn print_removed(removed: &[Removed], removal: Removal, session: &Session) -> Result<(), Error> {
    let lines = removed.iter().map(|removed| Visible::line(removed.path.display()));
    output::print(&lines.collect())?;
    let files = counted(removed.iter().map(|removed| removed.num_files).sum::<u64>(), "file");
    let bytes = ByteSize(removed.iter().map(|removed| removed.bytes).sum());
    session.ui.note(match removal {
        Removal::Apply => format!("removed {files}, {bytes}"),
        _ => format!("would remove {files}, {bytes}; nothing was touched, add --yes to remove them"),
    });
    Ok(())
}

/// The directory below `mastDownload`, and the pipeline that the file's name tells.
fn collection_and_pipeline(store: &Store, listed: &Listed) -> (String, String) {
    let path = store.parse_location(&listed.path).ok();
    match path
        .as_ref()
        .map(|path| path.components().collect::<Vec<_>>())
        .as_deref()
    {
        Some([collection, .., filename]) => (
            (*collection).to_owned(),
            pipeline_of(collection, filename).unwrap_or_default(),
        ),
        _ => Default::default(),
    }
}

fn info(inventory: &Inventory<(String, String)>) -> Grid {
    let headers = ["collection", "pipeline", "files", "size"].map(str::to_owned).to_vec();
    let row = |collection: &str, label: &str, total: &lksearch::cache::Total| {
        vec![
            collection.to_owned(),
            label.to_owned(),
            total.num_files.to_string(),
            ByteSize(total.bytes).to_string(),
        ]
    };
    let mut rows: Vec<Vec<String>> = inventory
        .by_group
        .iter()
        .map(|((collection, label), total)| row(collection, label, total))
        .collect();
    rows.push(row("all", "", &inventory.files));
    for (name, total) in [
        ("without record", &inventory.unrecorded),
        ("quarantine", &inventory.quarantine),
        ("unfinished", &inventory.partial),
    ] {
        if total.num_files > 0 {
            rows.push(row(name, "", total));
        }
    }
    Grid {
        headers,
        rows,
        is_number: vec![false, false, true, true],
        ..Grid::default()
    }
}

/// Looks at every file and prints what is wrong.
fn examine(store: &Store, level: &str, session: &Session) -> Result<Verification, Error> {
    let level: Level = level
        .parse()
        .map_err(|error: UnknownLevel| Error::Input(error.to_string()))?;
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let line = session.ui.line();
    let found = store.verify(level, threads, SystemTime::now(), &|progress| {
        line.set_message(&format!(
            "{} checked, {}",
            counted(progress.num_checked, "file"),
            ByteSize(progress.bytes)
        ));
    });
    line.end();
    let found = found?;
    for finding in &found.problems {
        output::print(&Visible::line(format_args!("{}: {}", finding.path, finding.problem)))?;
    }
    for (path, odd) in &found.noticed {
        session
            .ui
            .warning(format!("{path}: {odd}; it is not damage, and is noted in the record"));
    }
    let bytes = ByteSize(found.bytes);
    let num_recorded = found.num_checked.saturating_sub(found.num_unrecorded);
    session.ui.note(format!(
        "{} checked, {bytes}: {} with a problem",
        counted(num_recorded, "file"),
        found.problems.len()
    ));
    if found.num_unrecorded > 0 {
        session.ui.note(format!(
            "{} without a record not checked; `lksearch cache adopt` takes over what other tools left",
            counted(found.num_unrecorded, "file")
        ));
    }
    Ok(found)
}

fn verify(store: &Store, level: &str, session: &Session) -> Result<ExitStatus, Error> {
    let found = examine(store, level, session)?;
    Ok(if found.problems.is_empty() {
        ExitStatus::Success
    } else {
        ExitStatus::Damaged
    })
}

/// Looks at every file and fetches again what is damaged or missing.
async fn repair(store: &Store, level: &str, session: &Session) -> Result<ExitStatus, Error> {
    let found = examine(store, level, session)?;
    let products: Vec<Key> = found.problems.into_iter().filter_map(|finding| finding.key).collect();
    if products.is_empty() {
        return Ok(ExitStatus::Success);
    }
    let client = session.client()?;
    let plan = client.plan_repair(&products).await;
    let num_left = products.len() - plan.steps.len();
    if num_left > 0 {
        session.ui.warning(format!(
            "{} not fetched again, under a name that the archive does not know",
            counted(num_left as u64, "file")
        ));
    }
    let manifest = client.run(plan, &session.ui.bar()).await;
    let num_failed = manifest.num_failed();
    session.ui.note(format!(
        "fetched {} again, {num_failed} failed",
        manifest.rows.len() - num_failed
    ));
    for row in manifest.rows.iter().filter(|row| row.status == Status::Error) {
        let (uri, message) = (
            row.data_uri.as_deref().unwrap_or_default(),
            row.message.as_deref().unwrap_or_default(),
        );
        session.ui.warning(format!("{uri}: {message}"));
    }
    Ok(ExitStatus::of_manifest(&manifest))
}
