//! Observations that the caller has, described as a search would.

use lks_table::Table;

use super::MastClient;
use crate::columns::Answer;
use crate::decide::{Gathered, decide};
use crate::error::Error;
use crate::observations::{groups, usable};
use crate::result::SearchResult;
use crate::search::Search;

impl MastClient {
    /// The products of observations that the caller has, such as the table of another program: joined with them, described and filtered as those of a search.
    /// Nothing is asked about the search's target.
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] if the table lacks what cannot be done without, such as `obsid`; else as [`MastClient::search`].
    pub async fn products_of_observations(&self, search: &Search, observations: &Table) -> Result<SearchResult, Error> {
        search.check()?;
        let observations = Answer::Observations.checked(observations).map_err(|error| match error {
            Error::SchemaChanged { field, .. } => Error::invalid(format!(
                "a table of observations has a column '{field}', as the archive's has; this one has none, or nothing in it"
            )),
            other => other,
        })?;
        let (observations, warning) = usable(&observations)?;
        let client = self.noting();
        let products = client.products(&groups(&observations)).await;
        self.answers.settle().await;
        let gathered = Gathered {
            observations: Some(observations),
            products: Some(products?),
            warnings: warning.into_iter().collect(),
            ..Gathered::default()
        };
        let (mut found, noted) = (decide(search, gathered)?, client.notes.take());
        found.warnings.extend(noted.warnings);
        found.kept = noted.kept;
        Ok(found)
    }
}
