//! Searches for the targets of a list.

use std::collections::BTreeSet;
use std::path::Path;

use lksearch::table::Table;
use lksearch::{Client, Error, ErrorKind, InputResult, KeptAnswer, ManySearch, Search, TargetList};

use crate::arguments::{self, Global, Output};
#[cfg(feature = "download")]
use crate::download::Found;
use crate::exit::ExitStatus;
use crate::output::{self, Growing};
use crate::session::Session;
use crate::ui::{Line, counted};
use crate::{filters, targets};

/// So many targets without rows are named, and so many different warnings.
const MOST_TOLD: usize = 10;

/// What people are shown in front of a search's columns.
const SHOWN: [&str; 2] = ["input_row", "input"];

/// Searches for all targets of the list and writes the rows as they come.
pub(crate) async fn search(global: &Global, words: &arguments::Search, list: &Path) -> Result<ExitStatus, Error> {
    let search = filters::of_list(words.mission, &words.filters)?;
    let outputs = [
        ("-o", words.output.output.as_deref()),
        ("--unanswered", words.unanswered.as_deref()),
    ];
    targets::keep_apart(list, &outputs)?;
    let list = targets::read(list)?;
    let destination = output::prepare(&words.output)?;
    let unanswered = words
        .unanswered
        .clone()
        .map(Output::to)
        .map(|output| output::prepare(&output));
    let (unanswered, is_for_people) = (unanswered.transpose()?, destination.is_for_people());
    let session = Session::begin(global, &[])?;
    let client = session.client()?;
    let shown: Vec<&str> = SHOWN
        .into_iter()
        .chain(search.mission.display_columns().iter().copied())
        .collect();
    let mut asked = Asked::begin(&client, &session, &search, list)?;
    let mut rows = Growing::new(destination, &words.columns);
    while let Some(part) = asked.next().await? {
        rows.push(&part)?;
        if !rows.is_read() {
            break;
        }
    }
    let num_rows = rows.num_rows();
    // What an earlier run found is not replaced by the silence of a service.
    if num_rows > 0 || asked.ending() != ExitStatus::Unavailable {
        rows.finish(&shown)?;
    }
    if is_for_people && num_rows > 0 {
        session.ui.note(counted(num_rows as u64, "row"));
    }
    asked.tell();
    if let Some(destination) = unanswered {
        destination.write(&asked.unanswered()?, &["input_row", "input", "reason"])?;
    }
    Ok(asked.ending())
}

/// The rows for all targets of the list, of which the user is told.
#[cfg(feature = "download")]
pub(crate) async fn rows(
    client: &Client,
    session: &Session,
    search: &Search,
    list: TargetList,
) -> Result<Found, Error> {
    let mut asked = Asked::begin(client, session, search, list)?;
    let mut tables = Vec::new();
    while let Some(part) = asked.next().await? {
        tables.push(part);
    }
    asked.tell();
    Ok(Found {
        table: lksearch::table::concat(&tables)?,
        is_incomplete: asked.is_incomplete,
        ending: asked.ending(),
    })
}

/// A search for many targets, and what is to be said of it.
pub(crate) struct Asked<'a> {
    session: &'a Session,
    many: ManySearch,
    line: Line,
    num_inputs: usize,
    num_found: usize,
    without: Vec<(usize, String, String)>,
    warnings: BTreeSet<String>,
    kept: Vec<KeptAnswer>,
    is_incomplete: bool,
    failure: Option<ErrorKind>,
    gave_up: bool,
}

impl<'a> Asked<'a> {
    pub(crate) fn begin(
        client: &Client,
        session: &'a Session,
        search: &Search,
        list: TargetList,
    ) -> Result<Self, Error> {
        let num_inputs = list.inputs.len();
        if let Some(column) = &list.column {
            session.ui.note(format!(
                "{} from the column {column}",
                counted(num_inputs as u64, "target")
            ));
        }
        let line = session.ui.line();
        line.set_message(&format!("0/{}", counted(num_inputs as u64, "target")));
        Ok(Self {
            session,
            many: client.search_many(search, list.into_inputs())?,
            line,
            num_inputs,
            num_found: 0,
            without: Vec::new(),
            warnings: BTreeSet::new(),
            kept: Vec::new(),
            is_incomplete: false,
            failure: None,
            gave_up: false,
        })
    }

    /// The rows of the next targets; `None` at the end, which comes early where the archive answers for none of them.
    pub(crate) async fn next(&mut self) -> Result<Option<Table>, Error> {
        if self.gave_up {
            return Ok(None);
        }
        let Some(part) = self.many.next().await else {
            return Ok(None);
        };
        self.kept.extend(part.kept.iter().cloned());
        self.warnings.extend(part.warnings.iter().map(ToString::to_string));
        for result in &part.results {
            self.note(result);
        }
        let is_down =
            |result: &InputResult| matches!(failure(result), Some(ErrorKind::Unavailable | ErrorKind::Remote));
        self.gave_up = part.results.iter().all(is_down) && self.many.num_left() > 0;
        self.line.set_message(&format!(
            "{}/{}, {} without rows",
            self.num_found + self.without.len(),
            counted(self.num_inputs as u64, "target"),
            self.without.len()
        ));
        Ok(Some(part.table()?))
    }

    fn note(&mut self, result: &InputResult) {
        if let Ok(found) = &result.outcome {
            self.kept.extend(found.kept.iter().cloned());
            self.is_incomplete |= crate::search::is_incomplete(found);
            self.warnings.extend(found.warnings.iter().map(ToString::to_string));
        }
        match result.reason() {
            None => self.num_found += 1,
            Some(reason) => {
                self.failure = self.failure.or(failure(result));
                self.without.push((result.input_row, result.input.clone(), reason));
            }
        }
    }

    /// Says what the user should know: warnings, the targets without rows, and how many there are.
    pub(crate) fn tell(&self) {
        let ui = &self.session.ui;
        self.line.end();
        self.warnings
            .iter()
            .take(MOST_TOLD)
            .for_each(|warning| ui.warning(warning));
        if let Some(more @ 1..) = self.warnings.len().checked_sub(MOST_TOLD) {
            ui.warning(format!("{more} more such"));
        }
        self.session.reused.note(&self.kept, ui);
        for (row, input, reason) in self.without.iter().take(MOST_TOLD) {
            ui.note(format!("row {row}, '{input}': {reason}"));
        }
        if let Some(more @ 1..) = self.without.len().checked_sub(MOST_TOLD) {
            ui.note(format!("{more} more without rows; --unanswered FILE lists all"));
        }
        ui.note(format!(
            "{} of {} with rows",
            self.num_found,
            counted(self.num_inputs as u64, "target")
        ));
        if self.gave_up {
            let left = counted(self.many.num_left() as u64, "target");
            ui.warning(format!(
                "{left} not asked for, because the archive does not answer; the same command later asks for the rest"
            ));
        }
    }

    /// The targets without rows, each with the reason.
    pub(crate) fn unanswered(&self) -> Result<Table, Error> {
        let without = &self.without;
        Ok(Table::empty()
            .with_integer("input_row", without.iter().map(|(row, ..)| Some(*row as i64)))?
            .with_text("input", without.iter().map(|(_, input, _)| Some(input)))?
            .with_text("reason", without.iter().map(|(.., reason)| Some(reason)))?)
    }

    pub(crate) fn ending(&self) -> ExitStatus {
        match (self.num_found, self.without.len(), self.failure) {
            (0, _, Some(ErrorKind::Unavailable | ErrorKind::Remote | ErrorKind::Offline)) => ExitStatus::Unavailable,
            (0, ..) => ExitStatus::NothingFound,
            _ if self.gave_up => ExitStatus::SomeFailed,
            (_, 0, _) => self.session.judged(ExitStatus::Success, self.is_incomplete),
            _ => ExitStatus::SomeFailed,
        }
    }
}

/// What kept a target from being searched for.
fn failure(result: &InputResult) -> Option<ErrorKind> {
    match &result.outcome {
        Err(error) => Some(ErrorKind::of_archive(error)),
        Ok(found) => (crate::search::ending(found) == ExitStatus::Unavailable).then_some(ErrorKind::Unavailable),
    }
}
