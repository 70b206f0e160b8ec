//! `lksearch plan`.

mod rows;

use std::collections::BTreeMap;

use bytesize::ByteSize;
use lksearch::fetch::Authorship;
use lksearch::{DownloadOptions, Error};

use self::rows::Rows;
use crate::arguments::{self, Global};
use crate::download::{self, Asked};
use crate::exit::ExitStatus;
use crate::output::{self, Growing};
use crate::question::{now, program, question};
use crate::session::Session;
use crate::ui::counted;

/// Searches, or reads a table; looks up where the files are; writes the plan, part by part.
pub(crate) async fn run(global: &Global, words: arguments::Plan) -> Result<ExitStatus, Error> {
    let mut options = DownloadOptions::default();
    if let Some(size) = &words.cutout_size {
        options = options.with_cutout_size(size.parse()?);
    }
    let asked = Asked::in_parts(&words.asking)?;
    let destination = output::prepare_columnar(&words.output)?;
    let mut changes = download::order(&words.order);
    if words.link {
        changes.push(("download_cloud", "false".into(), "--link"));
    }
    let session = Session::begin(global, &changes)?;
    let client = session.client()?;
    let authorship = Authorship {
        program: program().to_owned(),
        question: question(global, "plan"),
        created: now(),
    };
    let mut planning = client.planning(&options, authorship)?;
    let mut rows = Rows::begin(asked, &client, &session).await?;
    let mut plan = Growing::new(destination, &[]).of_one_table(rows.is_one_table());
    let mut first_places: BTreeMap<String, usize> = BTreeMap::new();
    let mut next = rows.next().await?;
    while let Some(part) = next {
        // The next rows come meanwhile; that these fail must not lose what is being looked up.
        let (planned, after) = futures::join!(planning.part(&part), rows.next());
        let planned = planned?;
        for routes in planned.texts("routes") {
            let first = routes.and_then(|routes| routes.split(' ').next());
            *first_places.entry(first.unwrap_or("nowhere").to_owned()).or_insert(0) += 1;
        }
        plan.push(&planned)?;
        next = after?;
    }
    rows.tell();
    if plan.num_rows() == 0 {
        return Ok(rows.without_rows(&session));
    }
    session.reused.note(planning.kept().cloned().as_slice(), &session.ui);
    if let Some(warning) = planning.warning() {
        session.ui.warning(warning);
    }
    plan.add_metadata(planning.header().metadata());
    let num_rows = plan.num_rows() as u64;
    plan.finish(&[])?;
    let counts = first_places
        .iter()
        .map(|(place, count)| format!("{count} from {place}"));
    session.ui.note(format!(
        "{} planned, {}: {}",
        counted(num_rows, "row"),
        ByteSize(planning.num_bytes()),
        counts.collect::<Vec<_>>().join(", ")
    ));
    Ok(rows.ending(&session))
}
