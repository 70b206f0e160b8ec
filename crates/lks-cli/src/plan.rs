//! `lksearch plan`.

use std::collections::BTreeMap;

use bytesize::ByteSize;
use lksearch::fetch::{Authorship, Planning};
use lksearch::table::{Table, concat};
use lksearch::{DownloadOptions, Error};

use crate::arguments::{self, Global};
use crate::download::{self, Asked, Found};
use crate::exit::ExitStatus;
use crate::listing::Listed;
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
    let asked = Asked::of(&words.asking)?;
    asked.plan()?;
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
    let mut rows = match asked.listing() {
        Some(search) => Rows::Listed(Box::new(Listed::begin(&client, &session, search)?)),
        None => Rows::Found(asked.rows(&client, &session).await?, 0),
    };
    let mut plan = Growing::new(destination, &[]).of_one_table(matches!(rows, Rows::Found(..)));
    let mut first_places: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(part) = rows.next().await? {
        let planned = planning.part(&part).await?;
        for routes in planned.texts("routes") {
            let first = routes.and_then(|routes| routes.split(' ').next());
            *first_places.entry(first.unwrap_or("nowhere").to_owned()).or_insert(0) += 1;
        }
        plan.push(&planned)?;
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

/// The rows that are planned, so many as are planned at once.
enum Rows<'a> {
    Listed(Box<Listed<'a>>),
    /// A table, and where in it the next rows begin.
    Found(Found, usize),
}

impl Rows<'_> {
    async fn next(&mut self) -> Result<Option<Table>, Error> {
        let part = match self {
            Self::Listed(listed) => {
                let (mut parts, mut num_rows) = (Vec::new(), 0);
                while num_rows < Planning::ROWS_AT_ONCE {
                    let Some(part) = listed.next().await? else { break };
                    num_rows += part.num_rows();
                    parts.push(part);
                }
                concat(&parts)?
            }
            Self::Found(found, start) => {
                let part = found.table.slice(*start, Planning::ROWS_AT_ONCE);
                *start += part.num_rows();
                part
            }
        };
        Ok(Some(part).filter(|part| !part.is_empty()))
    }

    fn tell(&self) {
        if let Self::Listed(listed) = self {
            listed.tell();
        }
    }

    fn without_rows(&self, session: &Session) -> ExitStatus {
        match self {
            Self::Listed(_) => {
                session.ui.note("nothing to plan: the archive lists nothing there");
                ExitStatus::NothingFound
            }
            Self::Found(found, _) => found.without_rows(),
        }
    }

    fn ending(&self, session: &Session) -> ExitStatus {
        match self {
            Self::Listed(listed) => listed.ending(),
            Self::Found(found, _) => session.judged(found.ending, found.is_incomplete),
        }
    }
}
