//! `lksearch resolve`.

use lksearch::archive::{Located, name_as_typed};
use lksearch::catalog::{Epoch, Identity, StarCatalog};
use lksearch::{Client, Error, ErrorKind};

use crate::arguments::{self, Global};
use crate::exit::ExitStatus;
use crate::output;
use crate::reused;
use crate::session::Session;

/// Looks names up and prints every service's answer, with the star's numbers in the catalogues and its names.
pub(crate) async fn run(global: &Global, words: arguments::Resolve) -> Result<ExitStatus, Error> {
    // Before any service is asked.
    words.names.iter().try_for_each(|name| name_as_typed(name).map(drop))?;
    let session = Session::begin(global, &[])?;
    let names: Vec<&str> = words.names.iter().map(String::as_str).collect();
    let client = session.client()?;
    let identities = identities(&client, &session, &names).await?;
    let resolved = client.resolve(&names).await?;
    let (mut kept, mut warnings) = reused::of_resolver(&resolved);
    let of_catalogs = client.catalog().reused();
    kept.extend(of_catalogs.0);
    warnings.extend(of_catalogs.1);
    let is_older = session.reused.note_all((kept, warnings), &session.ui);
    let (mut ending, mut rows) = (ExitStatus::Success, Vec::new());
    for (answer, star) in resolved.into_iter().zip(&identities) {
        let name = answer.name;
        let row = |located: Located| {
            (
                name.clone(),
                located.resolver,
                located.canonical_name,
                located.position,
                star,
            )
        };
        let mut answers: Vec<_> = answer.answers.into_iter().map(row).collect();
        if let (true, Some(known)) = (answers.is_empty(), star) {
            // Where the catalogues have it; the archive's resolver need not know all stars.
            let position = known
                .astrometry
                .map(|astrometry| astrometry.at(Epoch::J2000))
                .transpose()?;
            let source = known.names.main_id.as_ref().map(|_| "SIMBAD");
            let source = source.or_else(|| Some(known.ids.first()?.catalogue().label()));
            let answer = position.zip(source);
            answers.extend(answer.map(|(position, source)| {
                (
                    name.clone(),
                    source.to_owned(),
                    known.names.main_id.clone(),
                    position,
                    star,
                )
            }));
        }
        if answers.is_empty() {
            session
                .ui
                .warning(format!("no service knows '{name}'; check the spelling"));
            ending = ExitStatus::NothingFound;
        }
        rows.append(&mut answers);
    }
    if rows.is_empty() {
        return Ok(session.judged(ending, is_older));
    }
    let located = rows.iter().map(|(name, resolver, canonical, position, _)| {
        (name.as_str(), resolver.as_str(), canonical.as_deref(), *position)
    });
    let mut table = Located::table(located)?;
    let mut shown = vec!["name", "resolver", "canonical_name", "ra", "dec"];
    for catalogue in StarCatalog::ALL {
        let ids = rows.iter().map(|(.., star)| {
            let ids: Vec<String> = star
                .iter()
                .flat_map(|star| star.ids_in(catalogue))
                .map(|id| id.to_string())
                .collect();
            joined(&ids)
        });
        table = table.with_text(catalogue.name(), ids)?;
        let is_shown = catalogue != StarCatalog::GaiaDr2 && table.texts(catalogue.name()).any(|ids| ids.is_some());
        shown.extend(is_shown.then_some(catalogue.name()));
    }
    table = table.with_text(
        "names",
        rows.iter().map(|(.., star)| joined(&star.as_ref()?.names.names)),
    )?;
    output::table(&table, &shown, &words.output)?;
    // A terminal may have no room for all columns.
    for star in identities.iter().flatten().filter(|star| !star.ids.is_empty()) {
        let ids: Vec<String> = star.ids.iter().map(ToString::to_string).collect();
        session.ui.note(format!("{}: {}", star.names.input, ids.join(", ")));
    }
    Ok(session.judged(ending, is_older))
}

/// Several in one cell, as SIMBAD parts identifiers; none of them has that character.
fn joined(values: &[String]) -> Option<String> {
    (!values.is_empty()).then(|| values.join("|"))
}

/// What the catalogues know of each star. Without it the answer is still one.
async fn identities(client: &Client, session: &Session, names: &[&str]) -> Result<Vec<Option<Identity>>, Error> {
    let none = || vec![None; names.len()];
    if !client.catalogs_fit_archive() {
        return Ok(none());
    }
    match client.catalog().identify(names).await.map_err(Error::from) {
        Ok(known) => Ok(known.into_iter().map(Some).collect()),
        Err(error) if error.kind() == ErrorKind::InvalidQuery => Err(error),
        // Offline there is what was asked before.
        Err(error) if error.kind() == ErrorKind::Offline => Ok(none()),
        Err(error) => {
            session
                .ui
                .warning(format!("the star's numbers in the catalogues are not known: {error}"));
            Ok(none())
        }
    }
}
