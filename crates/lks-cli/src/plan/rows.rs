//! The rows of a plan, so many as are planned at once, whatever parts they come in.

use lksearch::fetch::Planning;
use lksearch::table::{Table, concat};
use lksearch::{Client, Error};

use crate::download::{Asked, Found, SavedRows};
use crate::exit::ExitStatus;
use crate::listing::Listed;
use crate::session::Session;

/// Bytes of rows that wait to be enough.
const HELD: usize = 64 << 20;

/// The rows that are planned.
pub(super) struct Rows<'a> {
    source: Source<'a>,
    /// Rows that came, and are not given yet.
    waiting: Vec<Table>,
}

enum Source<'a> {
    /// What the archive lists somewhere.
    Listed(Box<Listed<'a>>),
    /// A file.
    Saved(Box<SavedRows>),
    /// A search, whose rows were not taken yet.
    Found(Found),
}

impl<'a> Rows<'a> {
    /// Searches where the rows do not come in parts.
    pub(super) async fn begin(asked: Asked, client: &Client, session: &'a Session) -> Result<Self, Error> {
        let source = match asked {
            Asked::Saved(saved) => {
                saved.tell(&session.ui);
                Source::Saved(Box::new(saved))
            }
            asked => match asked.listing() {
                Some(search) => Source::Listed(Box::new(Listed::begin(client, session, search)?)),
                None => Source::Found(asked.rows(client, session).await?),
            },
        };
        Ok(Self {
            source,
            waiting: Vec::new(),
        })
    }

    /// Whether they are all of one table.
    pub(super) fn is_one_table(&self) -> bool {
        !matches!(self.source, Source::Listed(_))
    }

    pub(super) async fn next(&mut self) -> Result<Option<Table>, Error> {
        while !is_enough(&self.waiting) {
            let Some(part) = self.source.next().await? else { break };
            self.waiting.push(part);
        }
        let rows = concat(&std::mem::take(&mut self.waiting))?;
        let part = rows.slice(0, Planning::ROWS_AT_ONCE);
        self.waiting.push(rows.slice(part.num_rows(), usize::MAX));
        Ok(Some(part).filter(|part| !part.is_empty()))
    }

    /// Says what the user should know of the rows.
    pub(super) fn tell(&self) {
        if let Source::Listed(listed) = &self.source {
            listed.tell();
        }
    }

    /// Says that there are none, and how the program ends then.
    pub(super) fn without_rows(&self, session: &Session) -> ExitStatus {
        match &self.source {
            Source::Listed(_) => {
                session.ui.note("nothing to plan: the archive lists nothing there");
                ExitStatus::NothingFound
            }
            Source::Saved(saved) => {
                saved.tell_of_none(&session.ui);
                ExitStatus::NothingFound
            }
            Source::Found(found) => found.without_rows(),
        }
    }

    /// How the program ends that has planned them.
    pub(super) fn ending(&self, session: &Session) -> ExitStatus {
        match &self.source {
            Source::Listed(listed) => listed.ending(),
            Source::Saved(_) => ExitStatus::Success,
            Source::Found(found) => session.judged(found.ending, found.is_incomplete),
        }
    }
}

/// Whether these are so many as are planned at once, or as large as may be held.
fn is_enough(parts: &[Table]) -> bool {
    let (mut num_rows, mut num_bytes) = (0, 0);
    for batch in parts.iter().flat_map(Table::batches) {
        num_rows += batch.num_rows();
        num_bytes += batch.get_array_memory_size();
    }
    num_rows >= Planning::ROWS_AT_ONCE || num_bytes >= HELD
}

impl Source<'_> {
    async fn next(&mut self) -> Result<Option<Table>, Error> {
        match self {
            Self::Listed(listed) => listed.next().await,
            Self::Saved(saved) => saved.next(),
            Self::Found(found) => {
                let rows = std::mem::replace(&mut found.table, Table::empty());
                Ok(Some(rows).filter(|rows| !rows.is_empty()))
            }
        }
    }
}
