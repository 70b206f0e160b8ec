//! `lksearch search`.

use std::ffi::OsString;

use lksearch::{Client, EmptyReason, Error, Kind, Search, SearchResult, Target, Warning};

use crate::arguments::{self, Global};
use crate::exit::ExitStatus;
use crate::session::Session;
use crate::ui::counted;
use crate::{filters, listing, many, output};

/// Searches and prints what was found. A format for programs has a table even when nothing was found.
pub(crate) async fn run(global: &Global, words: arguments::Search) -> Result<ExitStatus, Error> {
    if let Some(list) = &words.targets {
        return many::search(global, &words, list).await;
    }
    let search = filters::search(words.mission, &words.target, &words.filters)?;
    if search.target == Target::Any {
        return listing::run(global, &words, &search).await;
    }
    if words.count {
        let message = "--count counts what a sector, a quarter or a campaign has; leave the target out";
        return Err(Error::Input(message.to_owned()));
    }
    let destination = output::prepare(&words.output)?;
    let is_for_people = destination.is_for_people();
    let asking = [("search.max_age", OsString::from("0s"), "--new")];
    let session = Session::begin(global, if words.new { &asking } else { &[] })?;
    let client = session.client()?;
    let found = find(&client, &session, &search).await?;
    let found = match words.new {
        true => new_rows(&found, &session)?,
        false => found,
    };
    let ending = ending(&found);
    let is_shown = match ending {
        ExitStatus::Success => true,
        ExitStatus::NothingFound => !is_for_people,
        _ => false,
    };
    if is_shown {
        let table = output::select(&found.table, &words.columns)?;
        destination.write_numbered(&table, &words.columns, &found.shown_columns())?;
        if is_for_people {
            session.ui.note(counted(found.len() as u64, "row"));
        }
    }
    Ok(session.judged(ending, is_incomplete(&found)))
}

/// How a search ends: what a service could not tell is not "nothing found".
pub(crate) fn ending(found: &SearchResult) -> ExitStatus {
    match (found.is_empty(), &found.empty_reason) {
        (true, Some(EmptyReason::ServiceDown { .. })) => ExitStatus::Unavailable,
        (true, _) => ExitStatus::NothingFound,
        (false, _) => ExitStatus::Success,
    }
}

/// Searches and says what the user should know about the result.
pub(crate) async fn find(client: &Client, session: &Session, search: &Search) -> Result<SearchResult, Error> {
    let found = client.search(search).await?;
    for warning in &found.warnings {
        session.ui.warning(warning);
    }
    session.reused.note(&found.kept, &session.ui);
    for name in found.unknown_columns() {
        session.ui.warning(format!(
            "search_result_display_extra_columns: there is no column '{name}'; `--columns all` shows which there are"
        ));
    }
    match &found.empty_reason {
        // The warning says it.
        Some(EmptyReason::ServiceDown { .. }) | None => {}
        Some(reason) => session.ui.note(format!("nothing found: {reason}")),
    }
    for prospect in &found.prospects {
        session.ui.note(prospect);
    }
    if misses_the_place(search, &found) {
        session.ui.note(
            "only what was observed at exactly this position was asked for; `--radius 20arcsec` finds what is near it",
        );
    }
    Ok(found)
}

/// The rows that came since the last time, which is told.
fn new_rows(found: &SearchResult, session: &Session) -> Result<SearchResult, Error> {
    let new = found.new_rows()?;
    session.ui.note(match &found.last_time {
        Some(last) => format!(
            "{} new since {}, when there were {}",
            counted(new.len() as u64, "row"),
            humantime::format_rfc3339_seconds(last.date),
            last.num_rows
        ),
        None => "this search was not asked here before, so all rows are new".to_owned(),
    });
    Ok(new)
}

/// Whether rows are missing, or older answers stand for newer ones, because a service did not answer now.
pub(crate) fn is_incomplete(found: &SearchResult) -> bool {
    found.warnings.iter().any(|warning| {
        matches!(
            warning,
            Warning::OlderAnswer { .. }
                | Warning::CutoutsUnavailable { .. }
                | Warning::NearbyProductsUnavailable { .. }
        )
    })
}

/// Whether nothing was observed at a position, which may lie beside the footprint of the star that is meant; cutouts can be made anywhere.
fn misses_the_place(search: &Search, found: &SearchResult) -> bool {
    let only_cutouts = found.table.texts("kind").all(|kind| kind == Some(Kind::TessCut.name()));
    let not_observed = matches!(found.empty_reason, None | Some(EmptyReason::NotObserved { .. }));
    matches!(search.target, Target::Position(_))
        && search.radius.is_none()
        && !search.kind.is_only(Kind::TessCut)
        && only_cutouts
        && not_observed
}
