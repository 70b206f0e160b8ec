//! Searches without a target: everything that the archive lists of a sector, a quarter or a campaign, in parts that are given one after the other.
//!
//! MAST's pages have no stable order, so observations are not asked for page by page: the sky is divided by right ascension until what the archive counts in a
//! part fits into one page.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};

use futures::{FutureExt, StreamExt, TryStreamExt};
use lks_table::{Table, concat};

use super::{CONCURRENT, GROUPS_AT_ONCE, MastClient};
use crate::columns::Answer;
use crate::decide::{Gathered, decide};
use crate::error::{AnswerProblem, Error, Service};
use crate::filter::Exptime;
use crate::kind::Kind;
use crate::observations::{groups, usable};
use crate::pipeline::Pipeline;
use crate::request::{Question, ServerFilters, wants_observations};
use crate::result::SearchResult;
use crate::search::{Provenance, Search};
use crate::target::Target;
use crate::warning::Warning;

/// Observations of a part, such as all targets of two minutes in a sector: a page of them has 40 MB.
const ROWS_PER_PART: usize = 25_000;
/// Degrees of right ascension that are not divided any more.
const NARROWEST: f64 = 1e-6;

/// A search without a target that is under way.
#[derive(Debug)]
#[must_use = "it asks nothing until `next` is called"]
pub struct Listing {
    client: MastClient,
    search: Search,
    filters: ServerFilters,
    /// Parts of the sky that are still to be asked for, from east to west, and about how many observations are there.
    open: Vec<(f64, f64, usize)>,
    /// Those whose products were not asked for yet, so many as are asked about at once; the last may be fewer.
    observations: VecDeque<Table>,
    groups: Seen,
    products: Seen,
    num_counted: Option<usize>,
    num_observations: usize,
    num_left: usize,
    warnings: Vec<Warning>,
}

/// Texts that were met, by their hashes: a sector has millions of them.
#[derive(Debug, Default)]
struct Seen(HashSet<u64>, RandomState);

impl Seen {
    /// The rows whose text in this column was not met before, or that have none.
    fn new_rows<'a>(&'a mut self, table: &'a Table, column: &'a str) -> impl Iterator<Item = usize> + 'a {
        let Self(met, hasher) = self;
        let rows = table.texts(column).enumerate();
        rows.filter(move |(_, text)| text.is_none_or(|text| met.insert(hasher.hash_one(text))))
            .map(|(row, _)| row)
    }
}

/// How many observations there are of one pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PipelineCount {
    /// The pipeline; `None` for all that are not known by name.
    pub pipeline: Option<String>,
    /// Its observations.
    pub num_observations: usize,
}

impl Search {
    /// The filters that choose among the products of a listing, so that [`MastClient::count`] cannot take them into account.
    pub fn uncounted(&self) -> Vec<&'static str> {
        let filters = &self.filters;
        let given = [
            ("year", filters.year.is_some()),
            ("month", filters.month.is_some()),
            ("description", filters.description.is_some()),
            ("target_name", filters.target_name.is_some()),
            ("query", self.query.is_some()),
            ("hlsps", self.provenance == Provenance::Hlsps),
        ];
        given
            .into_iter()
            .filter(|(_, is_given)| *is_given)
            .map(|(name, _)| name)
            .collect()
    }

    /// Refuses what has no meaning without a target.
    fn check_listing(&self) -> Result<(), Error> {
        self.check()?;
        let filters = &self.filters;
        let why = if self.target != Target::Any {
            "a listing has no target"
        } else if [&filters.sector, &filters.quarter, &filters.sequence]
            .iter()
            .all(|numbers| numbers.is_none())
            && filters.campaign.is_none()
        {
            "a search without a target needs a sector, a quarter or a campaign"
        } else if self.radius.is_some() || filters.distance.is_some() {
            "a radius and a distance need a target"
        } else if self.kind.is_only(Kind::TessCut) || !wants_observations(self) {
            "cutouts are made around a target; name one, or a list of them"
        } else if matches!(filters.exptime, Some(Exptime::Shortest | Exptime::Longest)) {
            "the shortest and the longest exposure time are those of a target; give seconds, or fast, short or long"
        } else {
            return Ok(());
        };
        Err(Error::invalid(why))
    }
}

impl MastClient {
    /// Everything that the archive lists for a search with [`Target::Any`], in parts: [`Listing::next`] gives one after the other, so that a whole sector
    /// need not fit into memory. There are no cutouts in it.
    ///
    /// # Errors
    /// When the question makes no sense, or has no sector, quarter or campaign.
    pub fn list(&self, search: &Search) -> Result<Listing, Error> {
        search.check_listing()?;
        Ok(Listing {
            client: self.clone(),
            filters: ServerFilters::of(search),
            search: search.clone(),
            open: Vec::new(),
            observations: VecDeque::new(),
            groups: Seen::default(),
            products: Seen::default(),
            num_counted: None,
            num_observations: 0,
            num_left: search.limit.unwrap_or(usize::MAX),
            warnings: Vec::new(),
        })
    }

    /// How many observations a listing is made of, by pipeline: those that the archive counts with mission, sector, pipelines and exposure time. The
    /// [other filters](Search::uncounted) choose among their products.
    ///
    /// # Errors
    /// As [`MastClient::list`], and when the archive does not answer.
    pub async fn count(&self, search: &Search) -> Result<Vec<PipelineCount>, Error> {
        search.check_listing()?;
        let filters = ServerFilters::of(search);
        let total = self.count_rows(&Question::observations(&filters)).await?;
        let known = Pipeline::archived_for(search.mission).map(|known| known.name);
        let names = filters.pipelines_among(known);
        let asked: Vec<_> = names
            .iter()
            .map(|name| {
                let question = Question::observations(&filters.made_by(name));
                async move { self.count_rows(&question).await }.boxed()
            })
            .collect();
        let counted: Vec<usize> = futures::stream::iter(asked).buffered(CONCURRENT).try_collect().await?;
        let mut counts: Vec<PipelineCount> = names
            .into_iter()
            .zip(counted)
            .filter(|(_, counted)| *counted > 0)
            .map(|(name, num_observations)| PipelineCount {
                pipeline: Some(name.to_owned()),
                num_observations,
            })
            .collect();
        let known: usize = counts.iter().map(|count| count.num_observations).sum();
        if let Some(num_observations @ 1..) = total.checked_sub(known) {
            counts.push(PipelineCount {
                pipeline: None,
                num_observations,
            });
        }
        if let Some(wanted) = &search.filters.pipeline {
            counts.retain(|count| wanted.accepts(count.pipeline.as_deref()));
        }
        Ok(counts)
    }
}

impl Listing {
    /// The next rows, each product once, sorted within the part; the parts follow each other in right ascension. `None` when everything was given. A part may have
    /// no rows.
    ///
    /// # Errors
    /// When a service does not answer.
    pub async fn next(&mut self) -> Result<Option<SearchResult>, Error> {
        if self.num_left == 0 {
            return Ok(None);
        }
        self.fill().boxed().await?;
        let Some(observations) = self.observations.pop_front() else {
            return self.ended();
        };
        let (client, groups) = (self.client.clone(), groups(&observations));
        // The next page comes while the products of the last one do, if nobody said where to end.
        let next = async {
            match self.search.limit {
                None => self.fill().boxed().await,
                Some(_) => Ok(()),
            }
        };
        let (products, ()) = futures::try_join!(client.fetch_products(&groups), next)?;
        let gathered = Gathered {
            observations: Some(observations),
            products: Some(products),
            warnings: std::mem::take(&mut self.warnings),
            ..Gathered::default()
        };
        let mut found = decide(&self.search, gathered)?;
        let new = self.products.new_rows(&found.table, "dataURI");
        let rows: Vec<usize> = new.take(self.num_left).collect();
        if rows.len() < found.len() {
            found.table = found.table.take(&rows)?;
        }
        self.num_left -= rows.len();
        Ok(Some(found))
    }

    /// How many observations the archive counts, once that is known, and how many came.
    pub fn progress(&self) -> (Option<usize>, usize) {
        (self.num_counted, self.num_observations)
    }

    /// Asks until there are as many observations as are asked about at once, or as rows are wanted, or all: a question about a few costs as much.
    async fn fill(&mut self) -> Result<(), Error> {
        let enough = self.num_left.min(GROUPS_AT_ONCE);
        while self.observations.front().is_none_or(|next| next.num_rows() < enough) {
            if !self.ask().await? {
                break;
            }
        }
        Ok(())
    }

    /// Adds what came to those whose products were not asked for yet.
    fn add(&mut self, observations: Table) -> Result<(), Error> {
        let few = |last: &mut Table| last.num_rows() < GROUPS_AT_ONCE;
        let last = self.observations.pop_back_if(few);
        let all = concat(&last.into_iter().chain([observations]).collect::<Vec<_>>())?;
        for start in (0..all.num_rows()).step_by(GROUPS_AT_ONCE) {
            let rows: Vec<usize> = (start..all.num_rows()).take(GROUPS_AT_ONCE).collect();
            // Copied, so that the page they came in is not held as long as one of them.
            self.observations.push_back(all.take(&rows)?);
        }
        Ok(())
    }

    /// Asks for the observations of the next part of the sky; whether there was one.
    async fn ask(&mut self) -> Result<bool, Error> {
        if self.num_counted.is_none() {
            let all = self.client.count_rows(&Question::observations(&self.filters)).await?;
            self.num_counted = Some(all);
            self.open.push((0.0, 360.0, all));
        }
        let Some((from, to, counted)) = self.open.pop() else {
            return Ok(false);
        };
        let is_too_much = counted > ROWS_PER_PART.min(self.client.rows_per_page);
        let is_narrow = to - from <= NARROWEST;
        if is_narrow && counted > ROWS_PER_PART {
            // Or the count is the same whatever part of the sky is asked for, and there is no end to dividing it.
            let what =
                format!("{counted} observations within {NARROWEST} degrees of right ascension, as in the whole sky");
            return Err(Error::answer(Service::Observations, AnswerProblem::Mismatch(what)));
        }
        if is_too_much && !is_narrow {
            let middle = f64::midpoint(from, to);
            let below = Question::observations(&self.filters.between(from, middle));
            let num_below = self.client.count_rows(&below).await?;
            self.open.push((middle, to, counted.saturating_sub(num_below)));
            self.open.push((from, middle, num_below));
            return Ok(true);
        }
        // Those on the seam of two parts are counted in the first, and belong to both.
        if counted == 0 {
            return Ok(true);
        }
        let there = Question::observations(&self.filters.between(from, to));
        let rows = self.client.fetch_rows(&there, Answer::Observations).await?;
        let new: Vec<usize> = self.groups.new_rows(&rows, "obsid").collect();
        self.num_observations += new.len();
        let (observations, warning) = usable(&rows.take(&new)?)?;
        self.warnings.extend(warning);
        self.add(observations)?;
        Ok(true)
    }

    /// At the end as many observations should have come as there are; those without a position were not asked for. A part without rows says so.
    fn ended(&mut self) -> Result<Option<SearchResult>, Error> {
        self.num_left = 0;
        let counted = self.num_counted;
        let Some(expected) = counted.filter(|counted| self.num_observations < *counted) else {
            return Ok(None);
        };
        let mut last = decide(&self.search, Gathered::default())?;
        last.warnings.push(Warning::ListedShort {
            got: self.num_observations,
            expected,
        });
        Ok(Some(last))
    }
}
