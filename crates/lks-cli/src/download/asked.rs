//! Which rows are asked for: those of a search, or of a file.

use std::path::PathBuf;

use lksearch::fetch::{PlanHeader, PortablePlan};
use lksearch::table::Table;
use lksearch::{Client, Error, Search, Target, TargetList};

use super::rows::Rows;
use super::saved::read_table;
use crate::arguments::Asking;
use crate::exit::ExitStatus;
use crate::search::{ending, find, is_incomplete};
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
    pub(crate) fn of(words: &Asking) -> Result<Self, Error> {
        let rows = words.rows.as_deref().map(Rows::parse).transpose()?;
        match (words.mission, &words.targets, &words.from) {
            (Some(mission), Some(list), _) => {
                let search = filters::of_list(mission, &words.filters)?;
                Ok(Self::Many(Box::new(search), targets::read(list)?))
            }
            (Some(mission), None, _) => {
                let search = filters::search(mission, &words.target, &words.filters)?;
                Ok(Self::Search(Box::new(search), rows))
            }
            (None, _, Some(path)) => {
                let (table, told) = read_table(path, &words.filters, rows.as_ref())?;
                Ok(Self::Saved(path.clone(), table, told))
            }
            (None, _, None) => Err(Error::Input("give a mission and a target, or --from FILE".to_owned())),
        }
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

    /// The search, if it is for no target and its rows come in parts.
    pub(crate) fn listing(&self) -> Option<&Search> {
        match self {
            Self::Search(search, None) => Some(search)
                .filter(|search| search.target == Target::Any)
                .map(|search| &**search),
            Self::Search(..) | Self::Many(..) | Self::Saved(..) => None,
        }
    }

    /// Whether the rows are those of a plan, as a manifest of a shard knows it too.
    pub(super) fn is_of_plan(&self) -> bool {
        matches!(self, Self::Saved(_, table, _) if table.has_column("plan_row"))
    }

    /// The rows.
    pub(crate) async fn rows(self, client: &Client, session: &Session) -> Result<Found, Error> {
        match self {
            Self::Search(search, rows) => {
                let found = find(client, session, &search).await?;
                Ok(Found {
                    is_incomplete: is_incomplete(&found),
                    ending: match ending(&found) {
                        ExitStatus::NothingFound => ExitStatus::Success,
                        other => other,
                    },
                    table: picked(found.table, rows.as_ref())?,
                })
            }
            Self::Many(search, list) => many::rows(client, session, &search, list).await,
            Self::Saved(path, table, told) => {
                told.iter().for_each(|told| session.ui.warning(told));
                if table.is_empty() {
                    let path = path.display();
                    session.ui.note(format!("nothing to fetch: no row of {path} is left"));
                }
                Ok(Found {
                    table,
                    is_incomplete: false,
                    ending: ExitStatus::Success,
                })
            }
        }
    }
}

/// The rows that were asked for.
pub(crate) struct Found {
    pub(crate) table: Table,
    /// Whether rows are missing or answers older, because a service did not answer.
    pub(crate) is_incomplete: bool,
    /// How the program ends if nothing else goes wrong.
    pub(crate) ending: ExitStatus,
}

impl Found {
    /// How the program ends that has nothing to do.
    pub(crate) fn without_rows(&self) -> ExitStatus {
        match self.ending {
            ExitStatus::Success => ExitStatus::NothingFound,
            ending => ending,
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
