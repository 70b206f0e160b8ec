//! Searches without a target: all that the archive lists of a sector, a quarter or a campaign, written as it comes.

use std::collections::BTreeSet;

use lksearch::archive::Listing;
use lksearch::table::Table;
use lksearch::{Client, Error, Search};

use crate::arguments::{self, Global};
use crate::exit::ExitStatus;
use crate::output::{self, Destination, Growing};
use crate::session::Session;
use crate::ui::{Line, counted};

/// People are shown rows if they ask for no more of them than this; else the counts.
const MOST_SHOWN: usize = 1000;

/// Counts, or writes the rows.
pub(crate) async fn run(global: &Global, words: &arguments::Search, search: &Search) -> Result<ExitStatus, Error> {
    if words.new {
        let message = "--new compares with an earlier search for the same target; name one";
        return Err(Error::Input(message.to_owned()));
    }
    let uncounted: Vec<String> = search
        .uncounted()
        .iter()
        .map(|name| format!("--{}", name.replace('_', "-")))
        .collect();
    let uncounted = uncounted.join(", ");
    if words.count && !uncounted.is_empty() {
        let message = format!(
            "--count gives what the archive counts, and it does not count with {uncounted}; leave that out, or write the rows with -o"
        );
        return Err(Error::Input(message));
    }
    let destination = output::prepare(&words.output)?;
    let session = Session::begin(global, &[])?;
    let client = session.client()?;
    let is_small = search.limit.is_some_and(|limit| limit <= MOST_SHOWN);
    let is_too_much = destination.is_stdout_for_people() && !is_small;
    match words.count || is_too_much {
        true => {
            if !uncounted.is_empty() {
                session.ui.note(format!("the archive counts without {uncounted}"));
            }
            count(&client, &session, search, destination, is_too_much && !words.count).await
        }
        false => list(&client, &session, search, Growing::new(destination, &words.columns)).await,
    }
}

async fn count(
    client: &Client,
    session: &Session,
    search: &Search,
    destination: Destination,
    is_instead: bool,
) -> Result<ExitStatus, Error> {
    let counts = client.count(search).await?;
    let table = Table::empty()
        .with_text(
            "pipeline",
            counts
                .iter()
                .map(|count| Some(count.pipeline.as_deref().unwrap_or("others"))),
        )?
        .with_integer(
            "observations",
            counts.iter().map(|count| Some(count.num_observations as i64)),
        )?;
    destination.write(&table, &["pipeline", "observations"])?;
    let total: usize = counts.iter().map(|count| count.num_observations).sum();
    session.ui.note(counted(total as u64, "observation"));
    if is_instead && total > 0 {
        session
            .ui
            .note("`-o FILE.parquet` writes the rows of their products, --limit 100 shows some");
    }
    Ok(match total {
        0 => ExitStatus::NothingFound,
        _ => ExitStatus::Success,
    })
}

async fn list(client: &Client, session: &Session, search: &Search, mut rows: Growing) -> Result<ExitStatus, Error> {
    let mut listed = Listed::begin(client, session, search)?;
    while let Some(part) = listed.next().await? {
        rows.push(&part)?;
        if !rows.is_read() {
            break;
        }
    }
    listed.line.end();
    let num_rows = rows.num_rows();
    rows.finish(search.mission.display_columns())?;
    listed.tell();
    session.ui.note(counted(num_rows as u64, "row"));
    Ok(match num_rows {
        0 => ExitStatus::NothingFound,
        _ => listed.ending(),
    })
}

/// A listing that is under way, and what is to be said of it.
pub(crate) struct Listed<'a> {
    session: &'a Session,
    listing: Listing,
    line: Line,
    num_rows: usize,
    warnings: BTreeSet<String>,
    is_short: bool,
}

impl<'a> Listed<'a> {
    pub(crate) fn begin(client: &Client, session: &'a Session, search: &Search) -> Result<Self, Error> {
        Ok(Self {
            session,
            listing: client.list(search)?,
            line: session.ui.line(),
            num_rows: 0,
            warnings: BTreeSet::new(),
            is_short: false,
        })
    }

    /// The next rows, if there are more.
    pub(crate) async fn next(&mut self) -> Result<Option<Table>, Error> {
        let Some(part) = self.listing.next().await? else {
            return Ok(None);
        };
        self.num_rows += part.table.num_rows();
        self.is_short |= part.warnings.iter().any(lksearch::Warning::is_of_missing_rows);
        self.warnings.extend(part.warnings.iter().map(ToString::to_string));
        if let (Some(counted), so_far) = self.listing.progress() {
            self.line
                .set_message(&format!("{so_far} of {counted} observations, {} rows", self.num_rows));
        }
        Ok(Some(part.table))
    }

    /// Says what the user should know of the rows.
    pub(crate) fn tell(&self) {
        self.line.end();
        let ui = &self.session.ui;
        self.warnings.iter().for_each(|warning| ui.warning(warning));
    }

    /// How the program ends that has rows.
    pub(crate) fn ending(&self) -> ExitStatus {
        match self.is_short {
            true => ExitStatus::SomeFailed,
            false => ExitStatus::Success,
        }
    }
}
