//! `lksearch shard`, and the reading of plans.

use std::fs;
use std::path::{Path, PathBuf};

use bytesize::ByteSize;
use lksearch::Error;
use lksearch::fetch::{PlanHeader, PortablePlan};

use crate::arguments::{self, Global};
use crate::download::read_whole_table;
use crate::exit::ExitStatus;
use crate::output;
use crate::ui::{Ui, counted};

/// Cuts a plan into shards.
pub(crate) fn run(global: &Global, words: &arguments::Shard) -> Result<ExitStatus, Error> {
    let ui = Ui::new(global);
    let plan = read_plan(&words.plan)?;
    let shards = plan.shards(words.of).map_err(|error| unusable(&words.plan, &error))?;
    let directory = &words.output;
    fs::create_dir_all(directory).map_err(|source| Error::File {
        operation: "write shards into",
        path: directory.display().to_string(),
        source,
    })?;
    keep_others(directory, &plan.header, words.of.get())?;
    let mut sizes = Vec::new();
    for shard in shards {
        let shard = shard?;
        if let Some(number) = shard.header.shard {
            let destination = output::prepare_columnar(&directory.join(number.filename()))?;
            destination.write_exactly(shard.table(), &[])?;
        }
        sizes.push((shard.table().num_rows() as u64, shard.num_bytes()));
    }
    let range = |of: fn(&(u64, u64)) -> u64| {
        let each = || sizes.iter().map(of);
        (each().min().unwrap_or(0), each().max().unwrap_or(0))
    };
    let ((fewest, most), (smallest, largest)) = (range(|size| size.0), range(|size| size.1));
    ui.note(format!(
        "{} in {} in {}: {fewest} to {most} rows each, {} to {}",
        counted(plan.table().num_rows() as u64, "row"),
        counted(words.of.get(), "shard"),
        directory.display(),
        ByteSize(smallest),
        ByteSize(largest)
    ));
    Ok(ExitStatus::Success)
}

/// Reads a plan or a shard.
pub(crate) fn read_plan(path: &Path) -> Result<PortablePlan, Error> {
    let table = read_whole_table(path)?;
    let plan = PortablePlan::of_table(&table).map_err(|error| unusable(path, &error))?;
    plan.ok_or_else(|| {
        let path = path.display();
        Error::Input(format!(
            "{path} is not a plan; `lksearch plan --from {path} -o plan.parquet` makes one of a table"
        ))
    })
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
        let there = read_plan(&path).map(|there| there.header);
        let what = match there {
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
