//! The stars with given numbers, or what they are in another catalogue: a row, or several, for each that was asked for, in its order.

use std::collections::HashMap;

use futures::FutureExt;
use futures::future::join;
use lks_table::{Table, concat};

use crate::adql;
use crate::client::CatalogClient;
use crate::cross_match::{Match, MatchState};
use crate::error::Error;
use crate::ids::StarId;
use crate::motion::Epoch;
use crate::schema::Schema;
use crate::star_catalog::StarCatalog;
use crate::stars::{self, Star};
use crate::tap::Query;

/// Numbers in one query, some 50 kB. The Python package sends all that it has in one, and clients of other services 300 to 500.
const NUMBERS_PER_QUERY: usize = 5000;

/// What was found of a list of ids.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LookUp {
    /// At least one row for each id, in their order, with `input_row` (from 0) and `input`; the columns of the star are null where there is
    /// none.
    pub table: Table,
    /// Ids that were not found, in their order.
    pub missing: Vec<StarId>,
    /// Ids that stand for several stars.
    pub num_ambiguous: usize,
}

impl CatalogClient {
    /// The stars with these numbers, which may be of several catalogues, as they stand at the epoch.
    ///
    /// # Errors
    /// When a service does not answer, or not in its format. That a star is not there is not an error.
    pub async fn look_up(&self, ids: &[StarId], epoch: Epoch) -> Result<LookUp, Error> {
        let matches: Vec<Match> = ids.iter().map(|id| Match::itself(*id)).collect();
        self.settled(self.look_up_matches(&matches, epoch).boxed()).await
    }

    /// What these stars are in another catalogue, as they stand there at the epoch.
    ///
    /// # Errors
    /// As [`CatalogClient::look_up`].
    pub async fn look_up_in(&self, ids: &[StarId], to: StarCatalog, epoch: Epoch) -> Result<LookUp, Error> {
        let matches = self.cross_match(ids, to).await?;
        self.settled(self.look_up_matches(&matches, epoch).boxed()).await
    }

    async fn look_up_matches(&self, matches: &[Match], epoch: Epoch) -> Result<LookUp, Error> {
        let wanted: Vec<StarId> = matches.iter().flat_map(|found| found.stars.iter().copied()).collect();
        let parts = self.stars_in_parts(&wanted, epoch).await?;
        let mut stars: HashMap<StarId, &Star> = HashMap::with_capacity(wanted.len());
        for star in parts.iter().flatten() {
            stars.entry(star.id).or_insert(star);
        }
        let mut rows: Vec<Row<'_>> = Vec::with_capacity(matches.len());
        let (mut missing, mut num_ambiguous) = (Vec::new(), 0);
        let mut there: Vec<&Star> = Vec::new();
        for (input_row, found) in matches.iter().enumerate() {
            there.clear();
            there.extend(found.stars.iter().filter_map(|id| stars.get(id)));
            let state = MatchState::of(there.len());
            num_ambiguous += usize::from(state == MatchState::Ambiguous);
            let row = |star| Row {
                input_row,
                found,
                state,
                star,
            };
            if there.is_empty() {
                missing.push(found.from);
                rows.push(row(None));
            }
            rows.extend(there.iter().map(|star| row(Some(star))));
        }
        Ok(LookUp {
            table: table(&rows, epoch)?,
            missing,
            num_ambiguous,
        })
    }

    /// The stars with these numbers; of several rows with one number, the first.
    pub(crate) async fn stars_numbered(&self, ids: &[StarId], epoch: Epoch) -> Result<HashMap<StarId, Star>, Error> {
        let mut found = HashMap::with_capacity(ids.len());
        for star in self.stars_in_parts(ids, epoch).await?.into_iter().flatten() {
            found.entry(star.id).or_insert(star);
        }
        Ok(found)
    }

    /// The stars with these numbers, in the parts that they come in: those of a long list are many, and stay where they are.
    async fn stars_in_parts(&self, ids: &[StarId], epoch: Epoch) -> Result<Vec<Vec<Star>>, Error> {
        let mut parts = Vec::new();
        for catalogue in StarCatalog::ALL {
            let numbers = ids.iter().filter(|id| id.catalogue() == catalogue).map(StarId::number);
            let mut numbers: Vec<u64> = numbers.collect();
            if numbers.is_empty() {
                continue;
            }
            numbers.sort_unstable();
            numbers.dedup();
            parts.extend(self.stars_by_id(catalogue, &numbers, epoch).await?);
        }
        Ok(parts)
    }

    /// The stars with these numbers. While a service is asked for the columns that a catalogue has, it is asked for the stars with those that it had, and both
    /// take the time of one.
    async fn stars_by_id(
        &self,
        catalogue: StarCatalog,
        numbers: &[u64],
        epoch: Epoch,
    ) -> Result<Vec<Vec<Star>>, Error> {
        let source = catalogue.source();
        if source.is_known && self.known_schema(catalogue).is_none() {
            let before = Schema::before(source)?;
            let (schema, stars) = join(
                self.schema(catalogue),
                self.stars_in(&before, catalogue, &before.id, numbers, epoch),
            )
            .await;
            if schema? == before {
                return stars;
            }
        }
        let schema = self.schema(catalogue).await?;
        self.stars_in(&schema, catalogue, &schema.id, numbers, epoch).await
    }

    /// The stars that have one of these numbers in a column.
    pub(crate) async fn stars_with(
        &self,
        catalogue: StarCatalog,
        column: &str,
        numbers: &[u64],
        epoch: Epoch,
    ) -> Result<Vec<Star>, Error> {
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        let schema = self.schema(catalogue).await?;
        let parts = self.stars_in(&schema, catalogue, column, numbers, epoch).await?;
        Ok(parts.into_iter().flatten().collect())
    }

    async fn stars_in(
        &self,
        schema: &Schema,
        catalogue: StarCatalog,
        column: &str,
        numbers: &[u64],
        epoch: Epoch,
    ) -> Result<Vec<Vec<Star>>, Error> {
        let service = self.service_of(catalogue);
        let query = |numbers: &[u64]| {
            let about = format!("the stars of the {} with {column} {}", catalogue.label(), some(numbers));
            Ok(Query::new(about, adql::numbered(schema, column, numbers)))
        };
        let notes = service.notes.clone();
        let stars = move |answer: &Table| stars::stars(catalogue, answer, epoch, &notes);
        service.by_parts(numbers, NUMBERS_PER_QUERY, &query, stars).await
    }
}

/// A list in words: all of a short one, the beginning of a long one.
pub(crate) fn some<T: std::fmt::Display>(items: &[T]) -> String {
    let shown: Vec<String> = items.iter().take(3).map(T::to_string).collect();
    match items.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A row of the answer.
#[derive(Clone, Copy)]
struct Row<'a> {
    input_row: usize,
    found: &'a Match,
    state: MatchState,
    star: Option<&'a Star>,
}

/// One table of rows from several catalogues, each with its own columns.
fn table(rows: &[Row<'_>], epoch: Epoch) -> Result<Table, Error> {
    let catalogue = |row: &Row<'_>| row.star.map_or(row.found.catalogue, |star| star.id.catalogue());
    let mut tables = Vec::new();
    let mut order = Vec::with_capacity(rows.len());
    for wanted in StarCatalog::ALL {
        let (places, part): (Vec<usize>, Vec<&Row<'_>>) = rows
            .iter()
            .enumerate()
            .filter(|(_, row)| catalogue(row) == wanted)
            .unzip();
        if part.is_empty() {
            continue;
        }
        let stars: Vec<Option<&Star>> = part.iter().map(|row| row.star).collect();
        let table = Table::empty()
            .with_integer("input_row", part.iter().map(|row| i64::try_from(row.input_row).ok()))?
            .with_display("input", part.iter().map(|row| Some(row.found.from)))?
            .with_text("match", part.iter().map(|row| Some(row.state.name())))?
            .with_text("via", part.iter().map(|row| row.found.via))?;
        tables.push(stars::with_stars(table, wanted, &stars, epoch, None)?);
        order.extend(places);
    }
    let all = concat(&tables)?;
    if order.is_sorted() {
        return Ok(all);
    }
    let mut indices: Vec<usize> = (0..order.len()).collect();
    indices.sort_by_key(|index| order[*index]);
    Ok(all.take(&indices)?)
}
