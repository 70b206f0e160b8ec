//! Which rows are asked for: those of a search, or of a file.

use std::path::{Path, PathBuf};

use lksearch::fetch::{PlanHeader, PortablePlan};
use lksearch::table::Table;
use lksearch::{Client, Error, Search, TargetList};

use super::rows::Rows;
use super::saved::read_table;
use crate::arguments::{Filters, MissionWord};
use crate::search::{find, has_older_answers};
use crate::session::Session;
use crate::{filters, many, shard, targets};

/// What rows are asked for.
pub(crate) enum Asked {
    /// Those that a search finds, or some of them.
    Search(Box<Search>, Option<Rows>),
    /// Those that a search finds for each target of a list.
    Many(Box<Search>, TargetList),
    /// Those of a file, which were read, and what is to be told of it.
    Saved(PathBuf, Table, Vec<String>),
}

impl Asked {
    /// Reads the words; a file is read now.
    pub(crate) fn of(
        (mission, target, from): (Option<MissionWord>, &[String], Option<&Path>),
        filters: &Filters,
        rows: Option<&str>,
    ) -> Result<Self, Error> {
        let rows = rows.map(Rows::parse).transpose()?;
        match (mission, from) {
            (Some(mission), _) => Ok(Self::Search(Box::new(filters::search(mission, target, filters)?), rows)),
            (None, Some(path)) => {
                let (table, told) = read_table(path, filters, rows.as_ref())?;
                Ok(Self::Saved(path.to_owned(), table, told))
            }
            (None, None) => Err(Error::Input("give a mission and a target, or --from FILE".to_owned())),
        }
    }

    /// Reads mission, filters and list.
    pub(crate) fn of_list(mission: MissionWord, filters: &Filters, list: &Path) -> Result<Self, Error> {
        let search = filters::of_list(mission, filters)?;
        Ok(Self::Many(Box::new(search), targets::read(list)?))
    }

    /// What the plan or shard says of itself, if it is one.
    pub(crate) fn plan(&self) -> Result<Option<PlanHeader>, Error> {
        match self {
            Self::Search(..) | Self::Many(..) => Ok(None),
            Self::Saved(path, table, _) => {
                let plan = PortablePlan::of_table(table).map_err(|error| shard::unusable(path, &error))?;
                Ok(plan.map(|plan| plan.header))
            }
        }
    }

    /// Whether the rows are those of a plan, as a manifest of a shard knows it too.
    pub(super) fn is_of_plan(&self) -> bool {
        matches!(self, Self::Saved(_, table, _) if table.has_column("plan_row"))
    }

    /// The rows, and whether older answers stand in for the archive's.
    pub(crate) async fn rows(self, client: &Client, session: &Session) -> Result<(Table, bool), Error> {
        match self {
            Self::Search(search, rows) => {
                let found = find(client, session, &search).await?;
                let has_older = has_older_answers(&found);
                Ok((picked(found.table, rows.as_ref())?, has_older))
            }
            Self::Many(search, list) => {
                let found = many::rows(client, session, &search, list).await?;
                Ok((found.table, found.has_older))
            }
            Self::Saved(path, table, told) => {
                told.iter().for_each(|told| session.ui.warning(told));
                if table.is_empty() {
                    let path = path.display();
                    session.ui.note(format!("nothing to fetch: no row of {path} is left"));
                }
                Ok((table, false))
            }
        }
    }
}

/// The rows that are named, or all; a table that has none is told as such.
pub(super) fn picked(table: Table, rows: Option<&Rows>) -> Result<Table, Error> {
    match rows {
        Some(rows) if !table.is_empty() => rows.of(&table),
        _ => Ok(table),
    }
}
