//! `lksearch catalog`.

use std::path::Path;

use lksearch::archive::{TargetList, name_as_typed};
use lksearch::catalog::{self, Epoch, LookUp, StarCatalog, StarId};
use lksearch::table::{Row, SortKey, Table};
use lksearch::{Client, Error, Position, Target};

use crate::arguments::{self, Global};
use crate::exit::ExitStatus;
use crate::output::{self, Destination};
use crate::reused;
use crate::session::Session;
use crate::targets;
use crate::ui::counted;

/// So many rows that are not ids are told one by one.
const MOST_TOLD: usize = 3;
/// What people are shown of a cone.
const SHOWN_OF_CONE: [&str; 9] = [
    "id",
    "ra",
    "dec",
    "separation_arcsec",
    "magnitude",
    "relative_flux",
    "pm_ra",
    "pm_dec",
    "disposition",
];
/// What people are shown of look-ups.
const SHOWN_OF_IDS: [&str; 8] = ["input", "match", "via", "id", "ra", "dec", "magnitude", "disposition"];

pub(crate) async fn run(global: &Global, words: arguments::Catalog) -> Result<ExitStatus, Error> {
    match words {
        arguments::Catalog::Cone(words) => cone(global, words).await,
        arguments::Catalog::Id(words) => id(global, words).await,
        arguments::Catalog::Names(words) => names(global, words).await,
    }
}

async fn cone(global: &Global, words: arguments::Cone) -> Result<ExitStatus, Error> {
    let (catalogue, epoch) = (words.catalog.parse::<StarCatalog>()?, epoch(words.epoch.as_deref())?);
    let radius = words.radius.parse()?;
    let target = words.target.join(" ").parse::<Target>()?;
    let destination = output::prepare(&words.output)?;
    let session = Session::begin(global, &[])?;
    let client = session.client()?;
    let Some(position) = place(&client, &session, &target, epoch).await? else {
        session.ui.note(format!(
            "nothing found: no service knows '{target}'; check the spelling"
        ));
        return Ok(ExitStatus::NothingFound);
    };
    let mut cone = catalog::Cone::new(catalogue, position, radius).with_epoch(epoch);
    cone.magnitude_limit = words.magnitude_limit;
    let stars = client.catalog().cone(&cone).await?;
    let is_older = session.reused.note_all(client.catalog().reused(), &session.ui);
    if stars.num_without_magnitude > 0 {
        let without = counted(stars.num_without_magnitude as u64, "star");
        session
            .ui
            .note(format!("--magnitude-limit leaves out {without} without a magnitude"));
    }
    let table = output::select(&stars.table, &words.columns)?;
    let (num_stars, is_for_people) = (table.num_rows(), destination.is_for_people());
    if num_stars > 0 || !is_for_people {
        write(destination, table, &words.columns, &SHOWN_OF_CONE)?;
        if is_for_people {
            session.ui.note(counted(num_stars as u64, "star"));
        }
    }
    match num_stars == 0 {
        true => {
            session.ui.note(format!(
                "nothing found: {} has no star within {radius} of {position} at {epoch}",
                catalogue.label()
            ));
            Ok(session.judged(ExitStatus::NothingFound, is_older))
        }
        false => Ok(session.judged(ExitStatus::Success, is_older)),
    }
}

/// Where the target is: as the catalogues know it with its motion, else as the archive's resolver says, which knows of none.
async fn place(client: &Client, session: &Session, target: &Target, epoch: Epoch) -> Result<Option<Position>, Error> {
    if let Some(position) = client.catalog().place(target, epoch).await? {
        return Ok(Some(position));
    }
    let name = target.to_string();
    let resolution = client.resolve(&[&name]).await?.pop();
    session
        .reused
        .note_all(reused::of_resolver(resolution.as_slice()), &session.ui);
    let position = resolution.and_then(|resolution| resolution.position());
    if position.is_some() && epoch != Epoch::J2000 {
        session.ui.warning(format!(
            "SIMBAD does not know '{name}'; the place that the archive's resolver gives is taken without any proper motion"
        ));
    }
    Ok(position)
}

async fn id(global: &Global, words: arguments::Id) -> Result<ExitStatus, Error> {
    let to = words.to.as_deref().map(str::parse::<StarCatalog>).transpose()?;
    let epoch = epoch(words.epoch.as_deref())?;
    let given: Vec<StarId> = words.ids.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
    let asked = Asked::read(given, words.targets.as_deref())?;
    let destination = output::prepare(&words.output)?;
    let session = Session::begin(global, &[])?;
    let client = session.client()?;
    let found = match to {
        Some(to) => client.catalog().look_up_in(&asked.ids, to, epoch).await?,
        None => client.catalog().look_up(&asked.ids, epoch).await?,
    };
    let is_older = session.reused.note_all(client.catalog().reused(), &session.ui);
    let table = output::select(&asked.with_refused(&found.table)?, &words.columns)?;
    write(destination, table, &words.columns, &SHOWN_OF_IDS)?;
    for (row, _, reason) in asked.refused.iter().take(MOST_TOLD) {
        session.ui.warning(format!("row {row}: {reason}"));
    }
    if let Some(more @ 1..) = asked.refused.len().checked_sub(MOST_TOLD) {
        session.ui.warning(format!("{more} more rows are not ids"));
    }
    note_missing_and_ambiguous(&session, &found, to);
    let ending = match found.missing.len() {
        missing if missing == asked.ids.len() => ExitStatus::NothingFound,
        0 if asked.refused.is_empty() => ExitStatus::Success,
        _ => ExitStatus::SomeFailed,
    };
    Ok(session.judged(ending, is_older))
}

/// The ids of the command line and of a list, of which some rows may be none.
struct Asked {
    ids: Vec<StarId>,
    /// The row of each id, from 0.
    rows: Vec<usize>,
    /// Rows that are not ids, with what is there and why it cannot be read.
    refused: Vec<(usize, String, String)>,
}

impl Asked {
    fn read(given: Vec<StarId>, targets: Option<&Path>) -> Result<Self, Error> {
        let rows = (0..given.len()).collect();
        let (ids, refused) = (given, Vec::new());
        let mut asked = Self { ids, rows, refused };
        let inputs = targets.map(targets::read).transpose()?.map(TargetList::into_inputs);
        let inputs = inputs
            .into_iter()
            .flatten()
            .filter(|input| !input.text.trim().is_empty());
        for (row, input) in (asked.rows.len()..).zip(inputs) {
            let id = match input.refused {
                None => input.text.parse::<StarId>().map_err(|error| error.to_string()),
                Some(reason) => Err(reason),
            };
            match id {
                Ok(id) => {
                    asked.ids.push(id);
                    asked.rows.push(row);
                }
                Err(reason) => asked.refused.push((row, input.text, reason)),
            }
        }
        match (asked.ids.is_empty(), asked.refused.first()) {
            (false, _) => Ok(asked),
            (true, Some((row, _, reason))) => Err(Error::Input(format!("no row is an id; row {row}: {reason}"))),
            (true, None) => Err(nothing_to_look_up("an id, such as 'TIC 377780790'")),
        }
    }

    /// What was found of the ids, with a row for each that is none.
    fn with_refused(&self, found: &Table) -> Result<Table, Error> {
        if self.refused.is_empty() {
            return Ok(found.clone());
        }
        let number = |row: usize| i64::try_from(row).ok();
        let row_of = |row: Row<'_>| self.rows.get(usize::try_from(row.integer("input_row")?).ok()?);
        let found = found.with_integer("input_row", found.rows().map(|row| number(*row_of(row)?)))?;
        let refused = Table::empty()
            .with_integer("input_row", self.refused.iter().map(|(row, ..)| number(*row)))?
            .with_text("input", self.refused.iter().map(|(_, text, _)| Some(text)))?
            .with_text("match", self.refused.iter().map(|_| Some("none")))?;
        let all = lksearch::table::concat(&[found, refused])?;
        Ok(all.sort(&[SortKey::ascending("input_row")])?)
    }
}

/// Says which ids have no star, or several.
fn note_missing_and_ambiguous(session: &Session, found: &LookUp, to: Option<StarCatalog>) {
    let place = to.map_or("their catalogues", StarCatalog::label);
    if let Some(first) = found.missing.first() {
        let missing = counted(found.missing.len() as u64, "id");
        let example = match found.missing.len() {
            1 => format!("{first} is not in {place}"),
            _ => format!("{missing} are not in {place}, the first of them {first}"),
        };
        session.ui.warning(example);
    }
    if found.num_ambiguous > 0 {
        let several = counted(found.num_ambiguous as u64, "id");
        session.ui.note(format!(
            "{several} may be several stars there; the column `match` says which"
        ));
    }
}

async fn names(global: &Global, words: arguments::Names) -> Result<ExitStatus, Error> {
    words.names.iter().try_for_each(|name| name_as_typed(name).map(drop))?;
    let names = list(words.names, words.targets.as_deref(), "a name, such as Kepler-10")?;
    let destination = output::prepare(&words.output)?;
    let session = Session::begin(global, &[])?;
    let asked: Vec<&str> = names.iter().map(String::as_str).collect();
    let client = session.client()?;
    let found = client.catalog().names(&asked).await?;
    let is_older = session.reused.note_all(client.catalog().reused(), &session.ui);
    let table = catalog::names_table(&found)?;
    destination.write(&table, &["input", "name", "catalog"])?;
    let unknown: Vec<&str> = found
        .iter()
        .filter(|star| star.names.is_empty())
        .map(|star| star.input.as_str())
        .collect();
    if let Some(first) = unknown.first() {
        let more = match unknown.len() {
            1 => String::new(),
            several => format!(" and {} others", several - 1),
        };
        session
            .ui
            .warning(format!("SIMBAD does not know '{first}'{more}; check the spelling"));
    }
    let ending = match unknown.len() {
        0 => ExitStatus::Success,
        all if all == found.len() => ExitStatus::NothingFound,
        _ => ExitStatus::SomeFailed,
    };
    Ok(session.judged(ending, is_older))
}

/// Writes the table; people are shown the columns that were asked for, or else these.
fn write(destination: Destination, mut table: Table, asked: &[String], shown: &[&str]) -> Result<(), Error> {
    for axis in ["ra", "dec"] {
        if destination.is_for_people() && table.has_column(axis) {
            let short: Vec<Option<f64>> = table.rows().map(|row| row.float(axis).map(rounded)).collect();
            table = table.with_float(axis, short)?;
        }
    }
    match asked.is_empty() {
        true => destination.write(&table, shown),
        false => destination.write(&table, &table.column_names().collect::<Vec<_>>()),
    }
}

/// People are shown a position to a hundredth of a milliarcsecond.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e8).round() / 1e8
}

fn epoch(text: Option<&str>) -> Result<Epoch, Error> {
    match text.map_or(Ok(Epoch::J2000), str::parse) {
        Ok(epoch) => Ok(epoch),
        Err(error) => Err(Error::Input(format!("--epoch: {error}"))),
    }
}

/// What was given on the command line, and in a list.
fn list(given: Vec<String>, list: Option<&Path>, what: &str) -> Result<Vec<String>, Error> {
    let mut items = given;
    if let Some(list) = list {
        let listed = targets::read(list)?.inputs;
        items.extend(listed.into_iter().filter(|input| !input.trim().is_empty()));
    }
    match items.is_empty() {
        true => Err(nothing_to_look_up(what)),
        false => Ok(items),
    }
}

fn nothing_to_look_up(what: &str) -> Error {
    Error::Input(format!("there is nothing to look up; give {what}"))
}
