//! `lksearch plan`.

use std::collections::BTreeMap;

use bytesize::ByteSize;
use lksearch::fetch::{Authorship, PortablePlan};
use lksearch::{DownloadOptions, Error};

use crate::arguments::{self, Global};
use crate::download::{self, Asked};
use crate::exit::ExitStatus;
use crate::output;
use crate::question::{now, program, question};
use crate::session::Session;
use crate::ui::counted;

/// Searches, or reads a table; looks up where the files are; writes the plan.
pub(crate) async fn run(global: &Global, words: arguments::Plan) -> Result<ExitStatus, Error> {
    let mut options = DownloadOptions::default();
    if let Some(size) = &words.cutout_size {
        options = options.with_cutout_size(size.parse()?);
    }
    let asked = Asked::of(&words.asking)?;
    asked.plan()?;
    let destination = output::prepare_columnar(&words.output)?;
    let mut changes = download::order(&words.order);
    if words.link {
        changes.push(("download_cloud", "false".into(), "--link"));
    }
    let session = Session::begin(global, &changes)?;
    let client = session.client()?;
    let found = asked.rows(&client, &session).await?;
    if found.table.is_empty() {
        return Ok(found.without_rows());
    }
    let authorship = Authorship {
        program: program().to_owned(),
        question: question(global, "plan"),
        created: now(),
    };
    let plan = client.portable_plan(&found.table, &options, authorship).await?;
    drop(found.table);
    session.reused.note(plan.kept.as_slice(), &session.ui);
    if let Some(warning) = &plan.warning {
        session.ui.warning(warning);
    }
    destination.write_exactly(plan.table(), &[])?;
    session.ui.note(described(&plan));
    Ok(session.judged(found.ending, found.has_older))
}

/// How much it is, and where it comes from.
fn described(plan: &PortablePlan) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for routes in plan.table().texts("routes") {
        let first = routes.and_then(|routes| routes.split(' ').next());
        *counts.entry(first.unwrap_or("nowhere")).or_insert(0) += 1;
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(place, count)| format!("{count} from {place}"))
        .collect();
    format!(
        "{} planned, {}: {}",
        counted(plan.table().num_rows() as u64, "row"),
        ByteSize(plan.num_bytes()),
        counts.join(", ")
    )
}
