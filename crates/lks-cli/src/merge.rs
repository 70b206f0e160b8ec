//! `lksearch merge`.

mod source;

use std::path::PathBuf;

use lksearch::fetch::{Merging, PlanHeader, Verdicts};
use lksearch::table::concat;
use lksearch::{Error, Status};
use tokio::task::yield_now;

use self::source::{Source, Sources};
use crate::arguments::{self, Global};
use crate::download::{in_words, unreadable};
use crate::exit::ExitStatus;
use crate::output::{self, Growing};
use crate::shard::{files_in, open_plan, unusable};
use crate::ui::{Ui, counted, listed};

/// So many files or shards are named where many are meant.
const NAMED: usize = 8;
const SHOWN: [&str; 6] = ["Status", "source", "bytes", "productFilename", "Message", "shard"];
/// Rows that are written at once, and that are read of all manifests together.
const ROWS: usize = 1 << 13;

/// Puts manifests together. Those of Parquet and Arrow are read twice, and never held.
pub(crate) async fn run(global: &Global, words: arguments::Merge) -> Result<ExitStatus, Error> {
    let ui = Ui::new(global);
    let destination = output::prepare(&words.output)?;
    let plan = words
        .plan
        .as_deref()
        .map(|path| Ok::<_, Error>((path, open_plan(path)?)));
    let plan = plan.transpose()?;
    let mut merging = Merging::of(plan.as_ref().map(|(_, (header, _))| header.clone()))?;
    let inputs = inputs(&words.inputs, &ui)?;
    if inputs.is_empty() && plan.is_none() {
        let message = "there is no manifest of a plan; give what `lksearch download --from SHARD -o MANIFEST` wrote";
        return Err(Error::Input(message.to_owned()));
    }
    let mut sources = Sources::default();
    for path in &inputs {
        let mut source = Source::open(path, ROWS)?;
        merging.begin(&path.display().to_string(), source.head())?;
        while let Some(rows) = source.next()? {
            merging.add(&rows)?;
            // Where it may be asked to stop.
            yield_now().await;
        }
        sources.push(source);
    }
    let mut verdicts = merging.verdicts()?;
    if let Some((path, (_, parts))) = plan {
        let mut missing = Vec::new();
        for part in parts {
            let part = part.map_err(|error| unreadable(path, &error))?;
            missing.push(verdicts.missing(&part).map_err(|error| unusable(path, &error))?);
            yield_now().await;
        }
        sources.push(Source::held(concat(&missing)?));
    }
    for warning in &verdicts.warnings {
        ui.warning(warning);
    }
    if let Some(missing) = missing(&verdicts) {
        ui.warning(missing);
    }
    ui.note(summary(&verdicts));
    let num_failed = verdicts.counts.get(&Status::Error).copied().unwrap_or(0);
    let ending = match num_failed == 0 && verdicts.num_missing == 0 {
        true => ExitStatus::Success,
        false => ExitStatus::SomeFailed,
    };
    let mut sources = sources.again(&inputs, &verdicts)?;
    let head = sources.head()?;
    let order = verdicts.order();
    let mut parts = order.chunks(ROWS).map(|places| sources.rows(places));
    if destination.is_for_people() {
        let held = std::iter::once(Ok(head)).chain(parts).collect::<Result<Vec<_>, _>>()?;
        destination.write(&concat(&held)?, &SHOWN)?;
        return Ok(ending);
    }
    let mut rows = Growing::new(destination, &[]).of_one_table(true);
    rows.push(&head)?;
    while let Some(part) = parts.next().transpose()? {
        rows.push(&part)?;
        yield_now().await;
    }
    rows.finish(&SHOWN)?;
    Ok(ending)
}

/// The manifests that are meant. What else lies in a directory is passed over, and named unless it is a plan.
fn inputs(words: &[PathBuf], ui: &Ui) -> Result<Vec<PathBuf>, Error> {
    let (mut inputs, mut others) = (Vec::new(), Vec::new());
    for path in words {
        if !path.is_dir() {
            inputs.push(path.clone());
            continue;
        }
        for path in files_in(path)? {
            match Source::open(&path, ROWS) {
                Ok(source) if source.head().has_column("Status") && source.head().has_column("plan") => {
                    inputs.push(path)
                }
                Ok(source) if matches!(PlanHeader::of_table(source.head()), Ok(Some(_))) => {}
                Ok(_) | Err(_) => others.push(path.display().to_string()),
            }
        }
    }
    if !others.is_empty() {
        ui.note(format!(
            "passed over, because they are not manifests of a plan: {}",
            listed(&others, NAMED)
        ));
    }
    Ok(inputs)
}

fn missing(verdicts: &Verdicts) -> Option<String> {
    let Verdicts {
        num_missing,
        missing_shards,
        ..
    } = verdicts;
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

fn summary(verdicts: &Verdicts) -> String {
    let counts = in_words(&verdicts.counts);
    let rows = counted(verdicts.counts.values().sum::<usize>() as u64, "row");
    match counts.is_empty() {
        true => rows,
        false => format!("{rows}: {counts}"),
    }
}
