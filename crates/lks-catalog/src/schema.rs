//! The columns that a service really has of a catalogue.

use crate::adql;
use crate::error::Error;
use crate::star_catalog::{Name, Source};

/// A catalogue's table with the names that stand in queries.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Schema {
    pub(crate) table: String,
    /// What is selected: the columns that are read, or all of a table of whose columns nothing is known.
    pub(crate) selected: String,
    pub(crate) id: String,
    pub(crate) ra: String,
    pub(crate) dec: String,
    pub(crate) pm_ra: Option<String>,
    pub(crate) pm_dec: Option<String>,
    pub(crate) magnitude: Option<String>,
    /// The columns that only this catalogue has, in the order of [`Source::extras`].
    extras: Vec<Option<String>>,
}

impl Schema {
    /// As it was when this was written, with whatever columns there are.
    pub(crate) fn declared(source: &Source) -> Result<Self, Error> {
        Ok(Self {
            selected: "*".to_owned(),
            ..Self::before(source)?
        })
    }

    /// With all columns that it had when this was written.
    pub(crate) fn before(source: &Source) -> Result<Self, Error> {
        let needed = [source.id, source.ra, source.dec].into_iter();
        let names = needed.chain(source.epoch.column()).chain(optional(source));
        let columns: Vec<String> = names.filter_map(|names| Some((*names.first()?).to_owned())).collect();
        Self::of(source, &columns)
    }

    /// As the service says, which has these columns.
    ///
    /// # Errors
    /// [`Error::SchemaChanged`] if it lacks one that cannot be done without.
    pub(crate) fn of(source: &Source, columns: &[String]) -> Result<Self, Error> {
        let plain = |column: &str| column.trim().trim_matches('"').to_owned();
        let columns: Vec<String> = columns.iter().map(|column| plain(column)).collect();
        let named = |name: &&str| columns.iter().find(|column| column.eq_ignore_ascii_case(name));
        let there = |names: Name| names.iter().find_map(named);
        let find = |names: Name| there(names).map(|name| adql::name(source.service, name)).transpose();
        let needed = |names: Name| find(names)?.ok_or_else(|| missing(source, names.first().copied().unwrap_or("id")));
        let epoch = source.epoch.column().map(needed).transpose()?;
        let (id, ra, dec) = (needed(source.id)?, needed(source.ra)?, needed(source.dec)?);
        let mut selected = vec![id.clone(), ra.clone(), dec.clone()];
        selected.extend(epoch);
        let others: Vec<Option<String>> = optional(source).map(find).collect::<Result<_, _>>()?;
        selected.extend(others.into_iter().flatten());
        Ok(Self {
            table: adql::name(source.service, source.table)?,
            selected: selected.join(", "),
            id,
            ra,
            dec,
            pm_ra: find(source.pm_ra)?,
            pm_dec: find(source.pm_dec)?,
            magnitude: find(source.magnitude)?,
            extras: source
                .extras
                .iter()
                .map(|extra| find(extra.source))
                .collect::<Result<_, _>>()?,
        })
    }

    /// The name of a column that only this catalogue has.
    ///
    /// # Errors
    /// [`Error::SchemaChanged`] if the service lacks it.
    pub(crate) fn extra(&self, source: &Source, name: &str) -> Result<String, Error> {
        let place = source.extras.iter().position(|extra| extra.name == name);
        let column = place.and_then(|place| self.extras.get(place)?.clone());
        column.ok_or_else(|| missing(source, name))
    }
}

/// The columns that can be done without, in the order in which they are selected.
fn optional(source: &Source) -> impl Iterator<Item = Name> {
    let of_all = [
        source.pm_ra,
        source.pm_dec,
        source.parallax,
        source.radial_velocity,
        source.magnitude,
    ];
    let of_one = source.extras.iter().map(|extra| extra.source);
    of_all.into_iter().chain(of_one)
}

fn missing(source: &Source, column: &str) -> Error {
    Error::SchemaChanged {
        service: source.service,
        what: format!("column '{column}' in its table {}", source.table),
    }
}
