//! Searches for many targets, by the same steps as a search for one, and for all of a sector, a quarter or a campaign.

use lks_mast::{InputResult, ListedInput, Listing, ManyPart, Mission, PipelineCount, Search};

use crate::client::{Client, Inner};
use crate::error::Error;

/// A search for many targets that is under way; see [`Client::search_many`].
#[derive(Debug)]
#[must_use = "it asks nothing until `next` is called"]
pub struct ManySearch {
    client: Client,
    search: Search,
    asked: Asked,
}

#[derive(Debug)]
enum Asked {
    Archive(Box<lks_mast::ManySearch>),
    /// Of all missions, in which a star has other numbers.
    Catalogs(Box<lks_catalog::AllMissionsSearch>),
}

impl Client {
    /// What the archive has for many targets, each written as for a search of its own; all else is as the search says, of which the target does not count. The
    /// questions of many targets are asked together, and each input gets the rows that [`Client::search`] finds for it alone.
    ///
    /// ```no_run
    /// use lksearch::{Mission, Search, Target};
    ///
    /// # async fn example(client: &lksearch::Client) -> Result<(), lksearch::Error> {
    /// let search = Search::new(Mission::Tess, Target::Any).with_sector(14);
    /// let mut many = client.search_many(&search, ["TOI 1161", "TIC 377780790", "285.6794 +50.2413"])?;
    /// while let Some(part) = many.next().await {
    ///     println!("{:?}", part.table()?);
    ///     for result in &part.results {
    ///         if let Some(reason) = result.reason() {
    ///             println!("row {}, '{}': {reason}", result.input_row, result.input);
    ///         }
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Archive`] if the question has no meaning.
    pub fn search_many(
        &self,
        search: &Search,
        inputs: impl IntoIterator<Item = impl Into<ListedInput>>,
    ) -> Result<ManySearch, Error> {
        let inputs: Vec<ListedInput> = inputs.into_iter().map(Into::into).collect();
        let Inner { mast, catalog, .. } = &*self.0;
        let asked = match search.mission {
            Mission::All if self.0.is_one_sky => {
                Asked::Catalogs(Box::new(catalog.search_all_many(mast, search, inputs)?))
            }
            _ => Asked::Archive(Box::new(mast.search_many(search, inputs)?)),
        };
        Ok(ManySearch {
            client: self.clone(),
            search: search.clone(),
            asked,
        })
    }

    /// What the archive lists of a sector, a quarter or a campaign, whatever the target: a search for [`Target::Any`](lks_mast::Target::Any), which comes in parts.
    ///
    /// ```no_run
    /// use lksearch::{Mission, Search, Target};
    ///
    /// # async fn example(client: &lksearch::Client) -> Result<(), lksearch::Error> {
    /// let mut listing = client.list(&Search::new(Mission::Tess, Target::Any).with_sector(14).with_pipeline("SPOC"))?;
    /// while let Some(part) = listing.next().await? {
    ///     println!("{} more products", part.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Archive`] if the question has no meaning.
    pub fn list(&self, search: &Search) -> Result<Listing, Error> {
        Ok(self.0.mast.list(search)?)
    }

    /// How many observations a listing is made of, by pipeline.
    ///
    /// # Errors
    /// [`Error::Archive`] if the question has no meaning or the archive does not answer it.
    pub async fn count(&self, search: &Search) -> Result<Vec<PipelineCount>, Error> {
        Ok(self.0.mast.count(search).await?)
    }
}

impl ManySearch {
    /// The results of the next inputs, in their order, so many as are held at once; `None` when all were given. What was answered is kept: a search that is dropped
    /// and begun again asks only for the rest.
    pub async fn next(&mut self) -> Option<ManyPart> {
        let mut part = match &mut self.asked {
            Asked::Archive(many) => many.next().await?,
            Asked::Catalogs(many) => return many.next().await,
        };
        let (again, searches): (Vec<usize>, Vec<Search>) = part
            .results
            .iter()
            .enumerate()
            .filter_map(|(place, result)| Some((place, self.another_search(result)?)))
            .unzip();
        // The reasons stand without this; what fails here is not worth a word.
        let Client(inner) = &self.client;
        if !searches.is_empty()
            && let Ok(found) = inner.catalog.search_each_again(&inner.mast, &searches).await
        {
            for (place, found) in again.into_iter().zip(found) {
                if let Some(found) = found {
                    part.results[place].outcome = Ok(found);
                }
            }
        }
        Some(part)
    }

    /// The search by which a star is looked for that was not found under its name.
    fn another_search(&self, result: &InputResult) -> Option<Search> {
        let search = self.search.about(result.target.clone()?);
        let found = result.outcome.as_ref().ok()?;
        self.client.is_worth_another_search(&search, found).then_some(search)
    }

    /// How many inputs have not been begun.
    pub fn num_left(&self) -> usize {
        match &self.asked {
            Asked::Archive(many) => many.num_left(),
            Asked::Catalogs(many) => many.num_left(),
        }
    }
}
