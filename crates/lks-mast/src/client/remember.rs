//! Answers that were kept: which question is which, and how an answer becomes bytes and comes back.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::time::SystemTime;

use lks_answers::{Fetched, Question as Exact};
use lks_table::{Format, Table};
use serde::{Deserialize, Serialize};

use super::MastClient;
use crate::columns::Answer;
use crate::error::{Error, Service};
use crate::kept;

/// Places of products in the cloud are kept in so many files.
const SHARDS: u32 = 64;
/// So many places are kept in one of them; beyond that the oldest are given up.
const MOST_PATHS: usize = 1 << 16;

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

/// Where a product is in the cloud, and when that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptPath {
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    #[serde(rename = "t")]
    seconds: u64,
}

impl KeptPath {
    pub(super) fn new(key: Option<String>, date: SystemTime) -> Self {
        Self {
            key,
            seconds: kept::seconds(date),
        }
    }

    pub(super) fn date(&self) -> SystemTime {
        kept::date(self.seconds)
    }
}

pub(super) type KeptPaths = BTreeMap<String, KeptPath>;

/// The file that has the place of this product, among those of this look-up.
pub(super) fn shard_of(uri: &str) -> u32 {
    // FNV-1a: the same on every machine and in every version.
    let hash = uri.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash % SHARDS
}

pub(super) fn shard(service: &str, number: u32) -> Exact {
    let number = number.to_string();
    Exact::new(
        Service::PathLookup.kind(),
        format!("places in the cloud, part {number} of {SHARDS}"),
        &[service, &number],
    )
}

pub(super) fn read_paths(bytes: &[u8]) -> Option<KeptPaths> {
    serde_json::from_slice(bytes).ok()
}

/// Writes what was kept with what was learned, the newest if they are too many.
pub(super) fn write_paths(
    mut kept: KeptPaths,
    learned: HashMap<String, KeptPath>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    kept.extend(learned);
    if kept.len() > MOST_PATHS {
        let mut dates: Vec<u64> = kept.values().map(|path| path.seconds).collect();
        dates.sort_unstable();
        let oldest = dates[kept.len() - MOST_PATHS / 8 * 7];
        kept.retain(|_, path| path.seconds >= oldest);
    }
    Ok(serde_json::to_writer(out, &kept)?)
}
