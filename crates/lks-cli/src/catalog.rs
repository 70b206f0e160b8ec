//! `lksearch catalog`.

use std::path::Path;

use lksearch::catalog::{self, Epoch, LookUp, StarCatalog, StarId};
use lksearch::table::Table;
use lksearch::{Client, Error, Position, Target};

use crate::arguments::{self, Global};
use crate::exit::ExitStatus;
use crate::output::{self, Destination};
use crate::reused;
use crate::session::Session;
use crate::targets;
use crate::ui::counted;

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
    let texts = list(words.ids, words.targets.as_deref(), "an id, such as 'TIC 377780790'")?;
    let ids: Vec<StarId> = texts.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
    let destination = output::prepare(&words.output)?;
    let session = Session::begin(global, &[])?;
    let client = session.client()?;
    let found = match to {
        Some(to) => client.catalog().look_up_in(&ids, to, epoch).await?,
        None => client.catalog().look_up(&ids, epoch).await?,
    };
    let is_older = session.reused.note_all(client.catalog().reused(), &session.ui);
    let table = output::select(&found.table, &words.columns)?;
    write(destination, table, &words.columns, &SHOWN_OF_IDS)?;
    note_missing_and_ambiguous(&session, &found, to);
    let ending = match found.missing.len() {
        0 => ExitStatus::Success,
        missing if missing == ids.len() => ExitStatus::NothingFound,
        _ => ExitStatus::SomeFailed,
    };
    Ok(session.judged(ending, is_older))
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
    Ok(text.map_or(Ok(Epoch::J2000), str::parse)?)
}

/// What was given on the command line, and in a list.
fn list(given: Vec<String>, list: Option<&Path>, what: &str) -> Result<Vec<String>, Error> {
    let mut items = given;
    if let Some(list) = list {
        let listed = targets::read(list)?.inputs;
        items.extend(listed.into_iter().filter(|input| !input.trim().is_empty()));
    }
    match items.is_empty() {
        true => Err(Error::Input(format!("there is nothing to look up; give {what}"))),
        false => Ok(items),
    }
}
