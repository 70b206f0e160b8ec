//! Which rows are asked for: those of a search, or of a file.

use std::path::Path;

use lksearch::fetch::PlanHeader;
use lksearch::table::Table;
use lksearch::{Client, Error, Search, Target, TargetList};

use super::narrowing::Narrowing;
use super::rows::Rows;
use super::saved::SavedRows;
use crate::arguments::Asking;
use crate::exit::ExitStatus;
use crate::search::{ending, find, is_incomplete};
use crate::session::Session;
use crate::{filters, many, targets};

/// What rows are asked for.
pub(crate) enum Asked {
    /// Those that a search finds, or some of them.
    Search(Box<Search>, Option<Rows>),
    /// Those that a search finds for each target of a list.
    Many(Box<Search>, TargetList),
    /// Those of a file.
    Saved(SavedRows),
}

impl Asked {
    /// Reads the words; a file is read now.
    pub(crate) fn of(words: &Asking) -> Result<Self, Error> {
        Self::with(words, SavedRows::hold)
    }

    /// Reads the words; a file is read while its rows are asked for, if its format has them in parts.
    pub(crate) fn in_parts(words: &Asking) -> Result<Self, Error> {
        Self::with(words, SavedRows::open)
    }

    fn with(words: &Asking, read: impl FnOnce(&Path, Narrowing) -> Result<SavedRows, Error>) -> Result<Self, Error> {
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
            (None, _, Some(path)) => read(path, Narrowing::of(&words.filters, rows)?).map(Self::Saved),
            (None, _, None) => Err(Error::Input("give a mission and a target, or --from FILE".to_owned())),
        }
    }

    /// What the plan or shard says of itself, if it is one.
    pub(crate) fn plan(&self) -> Result<Option<PlanHeader>, Error> {
        match self {
            Self::Search(..) | Self::Many(..) => Ok(None),
            Self::Saved(saved) => saved.plan(),
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
        matches!(self, Self::Saved(saved) if saved.head().has_column("plan_row"))
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
                    table: match rows {
                        // A table that has none is told as such.
                        Some(rows) if !found.is_empty() => rows.of(&found.table)?,
                        _ => found.table,
                    },
                })
            }
            Self::Many(search, list) => many::rows(client, session, &search, list).await,
            Self::Saved(saved) => {
                saved.tell(&session.ui);
                let table = saved.into_table(&session.ui)?;
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
