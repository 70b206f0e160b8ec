//! What a search for many targets found, with the input that each row is of.

use lks_table::{Table, concat};

use crate::decide::{Gathered, decide};
use crate::error::Error;
use crate::kept::KeptAnswer;
use crate::result::SearchResult;
use crate::search::Search;
use crate::target::Target;
use crate::warning::Warning;

/// What was found for some of the inputs, in their order.
#[derive(Debug)]
#[non_exhaustive]
pub struct ManyPart {
    /// One for each input.
    pub results: Vec<InputResult>,
    /// The services whose answers were kept from earlier, and when they gave them, besides those of single results.
    pub kept: Vec<KeptAnswer>,
    /// What should be known about all of them.
    pub warnings: Vec<Warning>,
    search: Search,
}

/// What was found for one input.
#[derive(Debug)]
#[non_exhaustive]
pub struct InputResult {
    /// Its place among the inputs, from 0.
    pub input_row: usize,
    /// The input as it was given.
    pub input: String,
    /// What it is; `None` if it is not a target.
    pub target: Option<Target>,
    /// What a search for it alone gives: rows, or the reason why there are none, or what failed.
    pub outcome: Result<SearchResult, Error>,
}

impl InputResult {
    /// What was found for an input.
    pub fn new(input_row: usize, input: String, target: Option<Target>, outcome: Result<SearchResult, Error>) -> Self {
        Self {
            input_row,
            input,
            target,
            outcome,
        }
    }

    /// Why there are no rows, in words; `None` where there are some.
    pub fn reason(&self) -> Option<String> {
        match &self.outcome {
            Ok(found) if !found.is_empty() => None,
            Ok(found) => Some(match &found.empty_reason {
                Some(reason) => reason.to_string(),
                None => "nothing was found".to_owned(),
            }),
            Err(error) => Some(error.to_string()),
        }
    }
}

impl ManyPart {
    /// These results of a search.
    pub fn new(search: Search, results: Vec<InputResult>, kept: Vec<KeptAnswer>, warnings: Vec<Warning>) -> Self {
        Self {
            results,
            kept,
            warnings,
            search,
        }
    }

    /// The rows of all results. In front of the columns of a search are `input_row`, the place of the input from 0, and `input`.
    ///
    /// # Errors
    /// If a column has types that do not go together.
    pub fn table(&self) -> Result<Table, Error> {
        let found: Vec<(&InputResult, &SearchResult)> = self
            .results
            .iter()
            .filter_map(|result| Some((result, result.outcome.as_ref().ok()?)))
            .collect();
        let mut tables: Vec<Table> = found
            .iter()
            .map(|(_, found)| found.table.clone())
            .filter(|table| !table.is_empty())
            .collect();
        // Without rows the columns are still those of a search.
        if tables.is_empty() {
            tables.push(decide(&self.search, Gathered::default())?.table);
        }
        let rows = || {
            let each = found.iter();
            each.flat_map(|(result, found)| std::iter::repeat_n(*result, found.len()))
        };
        let table = concat(&tables)?;
        let names: Vec<&str> = ["input_row", "input"].into_iter().chain(table.column_names()).collect();
        Ok(table
            .with_integer("input_row", rows().map(|result| Some(result.input_row as i64)))?
            .with_text("input", rows().map(|result| Some(&result.input)))?
            .select(&names)?)
    }
}
