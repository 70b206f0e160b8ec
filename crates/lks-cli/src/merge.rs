//! `lksearch merge`.

use std::path::Path;

use lksearch::fetch::{Merged, Part, PortablePlan, merge};
use lksearch::{Error, Status};

use crate::arguments::{self, Global};
use crate::download::{in_words, read_whole_table};
use crate::exit::ExitStatus;
use crate::output;
use crate::shard::{files_in, read_plan};
use crate::ui::{Ui, counted, listed};

/// So many files or shards are named where many are meant.
const NAMED: usize = 8;
const SHOWN: [&str; 6] = ["Status", "source", "bytes", "productFilename", "Message", "shard"];

/// Puts manifests together.
pub(crate) fn run(global: &Global, words: &arguments::Merge) -> Result<ExitStatus, Error> {
    let ui = Ui::new(global);
    let destination = output::prepare(&words.output)?;
    let plan = words.plan.as_deref().map(read_plan).transpose()?;
    let mut parts = Vec::new();
    for input in &words.inputs {
        match input.is_dir() {
            true => parts.extend(manifests_in(input, &ui)?),
            false => parts.push(part(input)?),
        }
    }
    if parts.is_empty() && plan.is_none() {
        let message = "there is no manifest of a plan; give what `lksearch download --from SHARD -o MANIFEST` wrote";
        return Err(Error::Input(message.to_owned()));
    }
    let merged = merge(&parts, plan.as_ref())?;
    for warning in &merged.warnings {
        ui.warning(warning);
    }
    if let Some(missing) = missing(&merged) {
        ui.warning(missing);
    }
    ui.note(summary(&merged));
    destination.write(&merged.table, &SHOWN)?;
    let num_failed = merged.counts.get(&Status::Error).copied().unwrap_or(0);
    Ok(match num_failed == 0 && merged.num_missing == 0 {
        true => ExitStatus::Success,
        false => ExitStatus::SomeFailed,
    })
}

fn part(path: &Path) -> Result<Part, Error> {
    Ok(Part {
        name: path.display().to_string(),
        table: read_whole_table(path)?,
    })
}

/// The manifests of plans in a directory. What else lies there is passed over, and named unless it is a plan.
fn manifests_in(directory: &Path, ui: &Ui) -> Result<Vec<Part>, Error> {
    let (mut parts, mut others) = (Vec::new(), Vec::new());
    for path in files_in(directory)? {
        match part(&path) {
            Ok(part) if part.table.has_column("Status") && part.table.has_column("plan") => parts.push(part),
            Ok(part) if matches!(PortablePlan::of_table(&part.table), Ok(Some(_))) => {}
            Ok(_) | Err(_) => others.push(path.display().to_string()),
        }
    }
    if !others.is_empty() {
        ui.note(format!(
            "passed over, because they are not manifests of a plan: {}",
            listed(&others, NAMED)
        ));
    }
    Ok(parts)
}

fn missing(merged: &Merged) -> Option<String> {
    let Merged {
        num_missing,
        missing_shards,
        ..
    } = merged;
    if *num_missing == 0 {
        return None;
    }
    let rows = counted(*num_missing, "row");
    let shards: Vec<String> = missing_shards.iter().map(ToString::to_string).collect();
    let whose = match shards.len() {
        0 => String::new(),
        1 => format!(", of shard {}", shards[0]),
        _ => format!(", of the shards {}", listed(&shards, NAMED)),
    };
    Some(format!(
        "no manifest has {rows} of the plan{whose}; download what is missing and merge again"
    ))
}

fn summary(merged: &Merged) -> String {
    let counts = in_words(&merged.counts);
    let rows = counted(merged.table.num_rows() as u64, "row");
    match counts.is_empty() {
        true => rows,
        false => format!("{rows}: {counts}"),
    }
}
