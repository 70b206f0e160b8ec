//! Which rows are asked for: those of a search, or of a file.

use std::path::{Path, PathBuf};

use lksearch::fetch::{PlanHeader, PortablePlan};
use lksearch::table::Table;
use lksearch::{Client, Error, Search};

use super::rows::Rows;
use super::saved::read_table;
use crate::arguments::{Filters, MissionWord};
use crate::search::{find, has_older_answers};
use crate::session::Session;
use crate::{filters, shard};

/// What rows are asked for.
pub(crate) enum Asked {
    /// Those that a search finds, or some of them.
    Search(Box<Search>, Option<Rows>),
    /// Those of a file, which were read.
    Saved(PathBuf, Table),
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
            (None, Some(path)) => Ok(Self::Saved(path.to_owned(), read_table(path, filters, rows.as_ref())?)),
            (None, None) => Err(Error::Input("give a mission and a target, or --from FILE".to_owned())),
        }
    }

    /// What the plan or shard says of itself, if it is one.
    pub(crate) fn plan(&self) -> Result<Option<PlanHeader>, Error> {
        match self {
            Self::Search(..) => Ok(None),
            Self::Saved(path, table) => {
                let plan = PortablePlan::of_table(table).map_err(|error| shard::unusable(path, &error))?;
                Ok(plan.map(|plan| plan.header))
            }
        }
    }

    /// Whether the rows are those of a plan, as a manifest of a shard knows it too.
    pub(super) fn is_of_plan(&self) -> bool {
        matches!(self, Self::Saved(_, table) if table.has_column("plan_row"))
    }

    /// The rows, and whether older answers stand in for the archive's.
    pub(crate) async fn rows(self, client: &Client, session: &Session) -> Result<(Table, bool), Error> {
        match self {
            Self::Search(search, rows) => {
                let found = find(client, session, &search).await?;
                let has_older = has_older_answers(&found);
                Ok((picked(found.table, rows.as_ref())?, has_older))
            }
            Self::Saved(path, table) => {
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
