//! Answers that were kept: which question is which, and how an answer becomes bytes and comes back.

use std::io::{self, Write};
use std::time::SystemTime;

use lks_answers::{Fetched, Question as Exact};
use lks_table::{Format, Table};

use super::MastClient;
use crate::columns::Answer;
use crate::error::{Error, Service};

impl MastClient {
    /// A kept answer if it is fresh, or the service's, or an older one where the service fails. What was kept is noted.
    pub(super) async fn remembered<T: Send + 'static>(
        &self,
        service: Service,
        exact: &Exact,
        read: impl Fn(&[u8]) -> Option<T> + Clone + Send + 'static,
        fetch: impl Future<Output = Result<Fetched<T>, Error>>,
    ) -> Result<T, Error> {
        let on_failure = |error: &Error, date| {
            let stands_in = error.is_of_service();
            if stands_in {
                self.notes.failed(service, date, error.to_string());
            }
            stands_in
        };
        let now = SystemTime::now();
        let answered = self.answers.ask(exact, now, read, fetch, on_failure).await;
        let answered = answered.map_err(|error| self.if_offline(error, service, exact.about()))?;
        match answered.kept {
            Some(date) => self.notes.kept(service, exact, date),
            None => self.notes.asked(exact, now),
        }
        Ok(answered.value)
    }

    /// Says which question was never answered, where only kept answers can be had.
    pub(super) fn if_offline(&self, error: Error, service: Service, about: &str) -> Error {
        match error.offline().filter(|_| self.answers.is_kept()) {
            Some(reason) => Error::NotKept {
                service,
                about: about.to_owned(),
                reason: reason.to_owned(),
            },
            None => error,
        }
    }
}

impl Answer {
    /// Writes the bytes in which a table is kept.
    pub(super) fn write(table: &Table, out: &mut (dyn Write + Send)) -> io::Result<()> {
        let format = match cfg!(feature = "parquet") {
            true => Format::Arrow,
            false => Format::Ndjson,
        };
        format.write(table, out).map_err(io::Error::other)
    }

    /// The table in these bytes, if they hold what this version of the program promises.
    pub(super) fn of_bytes(self, bytes: &[u8]) -> Option<Table> {
        let table = match bytes.starts_with(b"ARROW1") {
            true => lks_table::read::arrow(bytes).ok()?,
            false => lks_table::read::ndjson(bytes, &self.types()).ok()?,
        };
        self.checked(&table).ok()
    }
}
