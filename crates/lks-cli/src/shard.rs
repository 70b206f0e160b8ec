//! `lksearch shard`, and the reading of plans.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use bytesize::ByteSize;
use lksearch::Error;
use lksearch::fetch::{PlanHeader, PortablePlan, Shard, ShardSize, Sharding};
use lksearch::table::Table;
use lksearch::table::read::Parts;
use lksearch::table::write::Writer;
use tokio::task::yield_now;

use crate::arguments::{self, Global};
use crate::download::{Saved, unreadable};
use crate::exit::ExitStatus;
use crate::output::{self, Destination};
use crate::ui::{Ui, counted};

/// Rows of the plan that are read at once.
const ROWS: usize = 1 << 13;
/// So many shards are written at once, and more if they are small: the plan is read once for all of these.
const AT_ONCE: usize = 32;
const MOST_AT_ONCE: usize = 256;
/// So many of their rows may wait.
const ROWS_HELD: usize = 40_000;
/// Bytes that wait in all of their writers.
const HELD: usize = 40 << 20;

/// Cuts a plan into shards. It is read at least twice, and never held.
pub(crate) async fn run(global: &Global, words: arguments::Shard) -> Result<ExitStatus, Error> {
    let ui = Ui::new(global);
    let (path, directory, of) = (&*words.plan, &*words.output, words.of.get() as usize);
    let saved = Saved::of(path)?;
    let parts = saved
        .parts(Some(&PortablePlan::NEEDED), ROWS)?
        .ok_or_else(|| not_a_plan(path))?;
    let sharding = Sharding::of(parts.head(), words.of).map_err(|error| unusable(path, &error))?;
    let mut sharding = sharding.ok_or_else(|| not_a_plan(path))?;
    fs::create_dir_all(directory).map_err(|source| Error::File {
        operation: "write shards into",
        path: directory.display().to_string(),
        source,
    })?;
    keep_others(directory, sharding.header(), words.of.get())?;
    for part in parts {
        let part = part.map_err(|error| unreadable(path, &error))?;
        sharding.add(&part).map_err(|error| unusable(path, &error))?;
        // Where it may be asked to stop.
        yield_now().await;
    }
    let num_rows = sharding.numbers().len();
    let at_once = (of * ROWS_HELD / num_rows.max(1)).clamp(AT_ONCE, MOST_AT_ONCE).min(of);
    let mut headers = sharding.headers();
    for first in (0..of).step_by(at_once) {
        let parts = saved.parts(None, ROWS)?.ok_or_else(|| not_a_plan(path))?;
        let drafts = headers.by_ref().take(at_once);
        let drafts = drafts.map(|header| Draft::begin(directory, &header, parts.head(), HELD / at_once));
        let mut drafts = drafts.collect::<Result<Vec<Draft>, Error>>()?;
        let mut numbers = sharding.numbers();
        for part in parts {
            let part = part.map_err(|error| unreadable(path, &error))?;
            let (own, rest) = numbers.split_at_checked(part.num_rows()).ok_or_else(|| changed(path))?;
            numbers = rest;
            let mut rows = vec![Vec::new(); drafts.len()];
            for (row, number) in own.iter().enumerate() {
                if let Some(rows) = usize::from(*number).checked_sub(first).and_then(|n| rows.get_mut(n)) {
                    rows.push(row);
                }
            }
            for (draft, rows) in drafts.iter_mut().zip(rows) {
                draft.push(&part.take(&rows)?)?;
            }
            yield_now().await;
        }
        if !numbers.is_empty() {
            return Err(changed(path));
        }
        drafts.into_iter().try_for_each(Draft::finish)?;
    }
    let range = |of: fn(&ShardSize) -> u64| {
        let each = || sharding.sizes().iter().map(of);
        (each().min().unwrap_or(0), each().max().unwrap_or(0))
    };
    let ((fewest, most), (smallest, largest)) = (range(|size| size.num_rows), range(|size| size.num_bytes));
    ui.note(format!(
        "{} in {} in {}: {fewest} to {most} rows each, {} to {}",
        counted(num_rows as u64, "row"),
        counted(words.of.get(), "shard"),
        directory.display(),
        ByteSize(smallest),
        ByteSize(largest)
    ));
    Ok(ExitStatus::Success)
}

/// The file of a shard that is being written.
struct Draft {
    destination: Destination,
    writer: Writer<Box<dyn Write + Send>>,
}

impl Draft {
    fn begin(directory: &Path, header: &PlanHeader, head: &Table, row_group: usize) -> Result<Self, Error> {
        let name = header.shard.map(Shard::filename).unwrap_or_default();
        let destination = output::prepare_columnar(&directory.join(name))?;
        let head = head.with_metadata(header.metadata().into())?;
        let out = destination.writer().map_err(output::unwritten)?;
        Ok(Self {
            writer: Writer::parquet_in_groups_of(row_group, head.schema(), out)?,
            destination,
        })
    }

    fn push(&mut self, rows: &Table) -> Result<(), Error> {
        let mut batches = rows.batches().iter();
        Ok(batches.try_for_each(|batch| self.writer.batch(batch))?)
    }

    fn finish(self) -> Result<(), Error> {
        output::ended(self.writer.finish().map(drop).map_err(Error::from), self.destination)
    }
}

/// What a plan says of itself, and the rows by which it is known what is missing.
pub(crate) fn open_plan(path: &Path) -> Result<(PlanHeader, Parts), Error> {
    let parts = Saved::of(path)?.parts(Some(&PortablePlan::NEEDED), ROWS)?;
    let parts = parts.ok_or_else(|| not_a_plan(path))?;
    let header = PlanHeader::of_table(parts.head()).map_err(|error| unusable(path, &error))?;
    Ok((header.ok_or_else(|| not_a_plan(path))?, parts))
}

fn not_a_plan(path: &Path) -> Error {
    let path = path.display();
    Error::Input(format!(
        "{path} is not a plan; `lksearch plan --from {path} -o plan.parquet` makes one of a table"
    ))
}

fn changed(path: &Path) -> Error {
    let path = path.display();
    Error::Input(format!(
        "{path} was changed while it was read; give the same command again"
    ))
}

/// The error of a plan, with its file.
pub(crate) fn unusable(path: &Path, error: &lksearch::fetch::Error) -> Error {
    Error::Input(format!("{}: {error}", path.display()))
}

/// Refuses a directory with shards that would be mistaken for those of this plan.
fn keep_others(directory: &Path, plan: &PlanHeader, of: u32) -> Result<(), Error> {
    for path in files_in(directory)? {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !(name.starts_with("shard-") && name.ends_with(".parquet")) {
            continue;
        }
        let what = match open_plan(&path).map(|(header, _)| header) {
            Ok(there) if there.id == plan.id && there.shard.is_some_and(|shard| shard.of.get() == of) => continue,
            Ok(there) => {
                let shard = there
                    .shard
                    .map_or_else(|| "all".to_owned(), |shard| format!("shard {shard}"));
                format!("is {shard} of the plan {}", there.id)
            }
            Err(_) => "is not a shard that can be read".to_owned(),
        };
        return Err(Error::Input(format!(
            "{} {what}, and these are {of} shards of the plan {}; give another directory, or remove the shards there",
            path.display(),
            plan.id
        )));
    }
    Ok(())
}

/// What lies directly in a directory, sorted, without hidden files.
pub(crate) fn files_in(directory: &Path) -> Result<Vec<PathBuf>, Error> {
    let list = || {
        let entries = fs::read_dir(directory)?.map(|entry| Ok(entry?.path()));
        entries.collect::<std::io::Result<Vec<PathBuf>>>()
    };
    let mut files = list().map_err(|source| Error::Read {
        path: directory.display().to_string(),
        source,
    })?;
    let is_hidden = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
    };
    files.retain(|path| path.is_file() && !is_hidden(path));
    files.sort();
    Ok(files)
}
