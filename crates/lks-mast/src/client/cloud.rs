//! Where products are in the cloud: batches of look-ups, and the rules from a path to a key.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::SystemTime;

use futures::FutureExt;
use lks_answers::Body;

use super::MastClient;
use super::batches::Batches;
use super::places::{self, KeptPath, KeptPaths, shard, shard_of};
use crate::error::{Error, Service};
use crate::kept::KeptAnswer;
use crate::response;
use crate::warning::Warning;

/// URIs per request; more of them make the address too long for the service (HTTP 414).
const URIS_PER_REQUEST: usize = 40;
/// So many are kept while they are used; of more, as of a whole sector, the copy is given up first.
const KEPT_BESIDE: usize = 10_000;

/// Where products are in the cloud.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct CloudPaths {
    /// The key in the bucket of each product, by `dataURI`; `None` where MAST knows of none. A key does not prove that the object is there.
    pub keys: HashMap<String, Option<String>>,
    /// When the oldest of them was told, if some were kept from earlier.
    pub kept: Option<KeptAnswer>,
    /// That the look-up fails now, if that is why older ones are given.
    pub warning: Option<Warning>,
}

impl MastClient {
    /// Where products are in the cloud. What is learned is kept beside what is done with it; [`Answers::settle`](lks_answers::Answers::settle) waits
    /// for that.
    ///
    /// # Errors
    /// When the look-up does not answer, or not in its format.
    pub async fn cloud_paths<S: AsRef<str> + Sync>(&self, uris: &[S]) -> Result<CloudPaths, Error> {
        let now = SystemTime::now();
        let mut distinct: Vec<&str> = uris.iter().map(AsRef::as_ref).collect();
        distinct.sort_unstable();
        distinct.dedup();
        if !self.answers.is_kept() {
            let keys = self.look_up(&distinct).await?;
            return Ok(CloudPaths {
                keys,
                ..CloudPaths::default()
            });
        }
        let mut before = self.kept_paths(&distinct).await;
        let is_fresh = |uri: &&str| place(&before, uri).is_some_and(|path| self.answers.is_fresh(path.date(), now));
        let (known, asked): (Vec<&str>, Vec<&str>) = distinct.into_iter().partition(is_fresh);
        let mut kept = oldest(&before, &known);
        // What is given is taken out, so that it is not in memory twice.
        let mut keys = taken(&mut before, &known);
        drop(known);
        let learned = match self.look_up(&asked).await {
            Ok(learned) => learned,
            Err(error) if error.is_of_service() && asked.iter().all(|uri| place(&before, uri).is_some()) => {
                let older = oldest(&before, &asked);
                keys.extend(taken(&mut before, &asked));
                let warning = older.as_ref().map(|older| Warning::OlderAnswer {
                    service: older.service,
                    date: older.date,
                    reason: error.to_string(),
                });
                kept = [kept, older].into_iter().flatten().min_by_key(|kept| kept.date);
                return Ok(CloudPaths { keys, kept, warning });
            }
            Err(error) => {
                return Err(self.if_offline(error, Service::PathLookup, "the places of these products in the cloud"));
            }
        };
        self.keep_paths(&learned, now);
        if learned.len() > KEPT_BESIDE {
            self.answers.settle().await;
        }
        match keys.is_empty() {
            true => keys = learned,
            false => keys.extend(learned),
        }
        let warning = None;
        Ok(CloudPaths { keys, kept, warning })
    }

    /// What was kept of the look-up about these products, which are sorted, by the files that they belong to.
    async fn kept_paths(&self, uris: &[&str]) -> KeptByFile {
        let numbers: BTreeSet<u32> = uris.iter().map(|uri| shard_of(uri)).collect();
        let service = self.lookup_service();
        let files = numbers.iter().map(|number| shard(&service, *number)).collect();
        let mut names: Vec<String> = uris.iter().map(|uri| places::name(uri)).collect();
        names.sort_unstable();
        let read = move |body: Vec<u8>| places::read(&body, &names);
        let found = self.answers.recall_each(files, read).await;
        let found = numbers.into_iter().zip(found);
        found.filter_map(|(number, found)| Some((number, found?.1))).collect()
    }

    /// Keeps what was learned, beside what is done with it.
    fn keep_paths(&self, learned: &HashMap<String, Option<String>>, now: SystemTime) {
        let mut by_shard: BTreeMap<u32, BTreeMap<String, KeptPath>> = BTreeMap::new();
        for (uri, key) in learned {
            let paths = by_shard.entry(shard_of(uri)).or_default();
            paths.insert(places::name(uri), KeptPath::new(key.clone(), now));
        }
        let service = self.lookup_service();
        let answers = by_shard.into_iter().map(move |(number, learned)| {
            let answer = |before: Option<Vec<u8>>| -> Body {
                Box::new(move |out| places::write(&before.unwrap_or_default(), &learned, out))
            };
            (shard(&service, number), answer)
        });
        self.answers.keep_each(now, answers);
    }

    fn lookup_service(&self) -> String {
        self.endpoints.exact(&self.endpoints.path_lookup(&[]))
    }

    async fn look_up(&self, uris: &[&str]) -> Result<HashMap<String, Option<String>>, Error> {
        let batches = Batches {
            size: URIS_PER_REQUEST,
            smallest: 1,
            is_too_much: is_too_long,
        };
        let answers: Vec<Vec<(String, Option<String>)>> = batches
            .ask(uris, &|uris: &[&str]| self.look_up_batch(uris).boxed())
            .await?;
        Ok(answers.into_iter().flatten().collect())
    }

    async fn look_up_batch(&self, uris: &[&str]) -> Result<Vec<(String, Option<String>)>, Error> {
        let url = self.endpoints.path_lookup(uris);
        let (mut paths, _) = self.small(Service::PathLookup, url, response::paths).await?;
        let mut key = |uri: &str| cloud_key(&paths.remove(uri).flatten()?);
        Ok(uris.iter().map(|uri| ((*uri).to_owned(), key(uri))).collect())
    }
}

/// Places of products that were kept, by the number of their file.
type KeptByFile = HashMap<u32, KeptPaths>;

fn place<'k>(kept: &'k KeptByFile, uri: &str) -> Option<&'k KeptPath> {
    kept.get(&shard_of(uri))?.get(uri)
}

/// When the oldest of the kept places of these products was told.
fn oldest(kept: &KeptByFile, uris: &[&str]) -> Option<KeptAnswer> {
    let date = uris.iter().filter_map(|uri| Some(place(kept, uri)?.date())).min()?;
    let service = Service::PathLookup;
    Some(KeptAnswer { service, date })
}

/// The kept places of these products.
fn taken(kept: &mut KeptByFile, uris: &[&str]) -> HashMap<String, Option<String>> {
    let mut place = |uri: &&str| {
        let (uri, path) = kept.get_mut(&shard_of(uri))?.remove_entry(*uri)?;
        Some((uri, path.key))
    };
    uris.iter().filter_map(&mut place).collect()
}

/// Whether the address of a look-up was too long for the service.
fn is_too_long(error: &Error) -> bool {
    matches!(error, Error::Http { source, .. } if source.status().is_some_and(|status| status == 414))
}

/// The key in the bucket `stpubdata` for a path of the look-up, by the rules of `astroquery.mast`; `None` for a path that cannot be a key.
pub fn cloud_key(path: &str) -> Option<String> {
    let key = if path.contains("galex") {
        path.trim_start_matches('/').trim_start_matches("mast/").to_owned()
    } else if path.contains("/ps1/") {
        path.replace("/ps1/", "panstarrs/ps1/public/")
    } else if path.contains("hlsp") {
        path.replace("/hlsp_local/public/", "mast/")
    } else {
        path.to_owned()
    };
    let key = key.trim_start_matches('/');
    let odd = key.is_empty()
        || key
            .split('/')
            .any(|part| part.is_empty() || part == "." || part == "..")
        || key.contains("://");
    (!odd).then(|| key.to_owned())
}

#[cfg(test)]
mod tests;
