//! Searches for many stars in all missions: what the catalogues know of them is asked together, and so is what each mission has of them.

use std::sync::Arc;
use std::vec::IntoIter;

use futures::FutureExt;
use lks_mast::{
    InputResult, KeptAnswer, ListedInput, ManyPart, MastClient, Mission, Search, SearchResult, Target, Warning,
};

use crate::client::CatalogClient;
use crate::error::Error;
use crate::identity::Identity;
use crate::ids::StarId;
use crate::search::{MISSIONS, is_of, searches, together};

/// Inputs that are looked up together.
const BLOCK: usize = 200;

/// A search of all missions for many targets that is under way.
#[derive(Debug)]
#[must_use = "it asks nothing until `next` is called"]
pub struct AllMissionsSearch {
    catalogs: CatalogClient,
    archive: MastClient,
    search: Search,
    inputs: IntoIter<ListedInput>,
    num_begun: usize,
}

/// A search for one input in one mission.
struct Asked {
    input: usize,
    search: Search,
    found: Option<Result<SearchResult, lks_mast::Error>>,
}

impl CatalogClient {
    /// What [`CatalogClient::search_all`] finds for each of many targets, of which that of the search does not count.
    ///
    /// # Errors
    /// When the question makes no sense.
    pub fn search_all_many(
        &self,
        archive: &MastClient,
        search: &Search,
        inputs: Vec<ListedInput>,
    ) -> Result<AllMissionsSearch, Error> {
        let mut search = search.clone();
        search.mission = Mission::All;
        // It is checked as that of the archive is.
        drop(archive.search_many(&search, Vec::<ListedInput>::new())?);
        Ok(AllMissionsSearch {
            catalogs: self.clone(),
            archive: archive.clone(),
            search,
            inputs: inputs.into_iter(),
            num_begun: 0,
        })
    }
}

impl AllMissionsSearch {
    /// The results of the next inputs, in their order; `None` when all were given. An input that is not a target, one without rows and one of which a service did
    /// not answer have their own results.
    pub async fn next(&mut self) -> Option<ManyPart> {
        let block: Vec<ListedInput> = self.inputs.by_ref().take(BLOCK).collect();
        if block.is_empty() {
            return None;
        }
        let catalogs = self.catalogs.noting();
        let targets: Vec<Result<Target, lks_mast::Error>> = block.iter().map(ListedInput::target).collect();
        let (mut results, mut asked) = (Vec::with_capacity(block.len()), Vec::new());
        let known = self.known(&catalogs, &targets).boxed().await;
        for (place, (target, known)) in targets.into_iter().zip(known).enumerate() {
            let planned = match &target {
                Ok(target) => known.and_then(|known| self.searches(target, known.as_ref())),
                Err(_) => Ok(Vec::new()),
            };
            let (target, outcome) = match (target, planned) {
                (Ok(target), Ok(searches)) => {
                    asked.extend(searches.into_iter().map(|search| Asked {
                        input: place,
                        search,
                        found: None,
                    }));
                    (Some(target), Ok(()))
                }
                (Ok(target), Err(error)) => (Some(target), Err(error)),
                (Err(error), _) => (None, Err(error)),
            };
            results.push((target, outcome));
        }
        let (mut kept, mut warnings) = catalogs.reused();
        self.ask(&mut asked, &mut kept, &mut warnings).boxed().await;
        let mut asked = asked.into_iter().peekable();
        let first = self.num_begun;
        self.num_begun += block.len();
        let results = block.into_iter().zip(results).enumerate();
        let results = results.map(|(place, (listed, (target, outcome)))| {
            let own = std::iter::from_fn(|| asked.next_if(|asked| asked.input == place));
            let found: Result<Vec<SearchResult>, lks_mast::Error> = own.filter_map(|asked| asked.found).collect();
            let outcome = outcome.and(found).and_then(|found| match &*found {
                [_] if found[0].mission == Mission::All => Ok(found.into_iter().next().expect("because it is there")),
                _ => together(Mission::All, &self.search, found).map_err(of_archive),
            });
            InputResult::new(first + place, listed.text, target, outcome)
        });
        Some(ManyPart::new(self.search.clone(), results.collect(), kept, warnings))
    }

    /// How many inputs have not been begun.
    pub fn num_left(&self) -> usize {
        self.inputs.len()
    }

    /// What the catalogues know of each target; nothing of places, and where whatever lies within a radius is wanted, not the star.
    async fn known(
        &self,
        catalogs: &CatalogClient,
        targets: &[Result<Target, lks_mast::Error>],
    ) -> Vec<Result<Option<Identity>, lks_mast::Error>> {
        let name = |target: &Result<Target, lks_mast::Error>| match target {
            Ok(target @ (Target::Name(_) | Target::Id(_))) if self.search.radius.is_none() => Some(target.to_string()),
            Ok(_) | Err(_) => None,
        };
        // A number without a catalogue is refused for itself, not for all.
        let names: Vec<Option<Result<String, Error>>> = targets
            .iter()
            .map(|target| name(target).map(|name| StarId::read(&name).map(|_| name)))
            .collect();
        let wanted: Vec<&str> = names.iter().flatten().flatten().map(String::as_str).collect();
        let mut known = match catalogs.numbers_of(&wanted).await {
            Ok(known) => Ok(known.into_iter()),
            Err(error) => Err(Arc::new(error)),
        };
        let one = |name: Option<Result<String, Error>>| match (name.transpose(), &mut known) {
            (Ok(None), _) => Ok(None),
            (Err(error), _) => Err(of_archive(error)),
            (Ok(Some(_)), Err(error)) => Err(lks_mast::Error::Elsewhere(Arc::clone(error) as _)),
            (Ok(Some(_)), Ok(known)) => {
                let known = known.next();
                Ok(known.filter(|star| !star.ids.is_empty() || star.astrometry.is_some()))
            }
        };
        names.into_iter().map(one).collect()
    }

    /// The searches for one target: in each mission for a star that is known, or everywhere at its place.
    fn searches(&self, target: &Target, known: Option<&Identity>) -> Result<Vec<Search>, lks_mast::Error> {
        let Some(known) = known else {
            return Ok(vec![self.search.about(target.clone())]);
        };
        let wanted = MISSIONS
            .into_iter()
            .filter(|(mission, ..)| is_of(&self.search, *mission));
        let searches = wanted.map(|mission| searches(known, &self.search, mission));
        let searches: Vec<Vec<Search>> = searches.collect::<Result<_, _>>().map_err(of_archive)?;
        Ok(searches.concat())
    }

    /// Asks the archive: searches that differ in their targets alone are asked together.
    async fn ask(&self, asked: &mut [Asked], kept: &mut Vec<KeptAnswer>, warnings: &mut Vec<Warning>) {
        while let Some(first) = asked.iter().find(|asked| asked.found.is_none()) {
            let like = first.search.about(Target::Any);
            let is_alike = |search: &Search| (search.mission, search.radius) == (like.mission, like.radius);
            let alike: Vec<&mut Asked> = asked
                .iter_mut()
                .filter(|asked| asked.found.is_none() && is_alike(&asked.search))
                .collect();
            let inputs: Vec<String> = alike.iter().map(|asked| asked.search.target.to_string()).collect();
            let mut alike = alike.into_iter();
            match self.archive.search_many(&like, inputs) {
                Ok(mut many) => {
                    while let Some(part) = many.next().await {
                        kept.extend(part.kept);
                        warnings.extend(part.warnings);
                        for (asked, result) in alike.by_ref().zip(part.results) {
                            asked.found = Some(result.outcome);
                        }
                    }
                }
                Err(error) => {
                    let error = Arc::new(error);
                    alike.for_each(|asked| asked.found = Some(Err(lks_mast::Error::Repeated(Arc::clone(&error)))));
                }
            }
        }
    }
}

/// The error as that of an input of the archive's.
fn of_archive(error: Error) -> lks_mast::Error {
    match error {
        Error::Archive(error) => error,
        Error::Table(error) => error.into(),
        other => lks_mast::Error::Elsewhere(Arc::new(other)),
    }
}
