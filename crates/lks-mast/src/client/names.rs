//! Names and where they are: each is kept by itself, and those that are not are asked about together.

use std::collections::HashMap;
use std::time::SystemTime;

use futures::FutureExt;
use lks_answers::Question as Exact;

use super::MastClient;
use super::batches::Batches;
use crate::error::{Error, Service};
use crate::resolve::{NAMES_PER_REQUEST, Resolution};
use crate::response::{self, ResolverRow};

impl MastClient {
    /// Where the named objects are. What was kept is noted.
    pub(super) async fn located(&self, names: &[&str]) -> Result<Vec<Resolution>, Error> {
        let now = SystemTime::now();
        let mut kept: HashMap<&str, (SystemTime, Vec<ResolverRow>)> = HashMap::new();
        for name in names {
            let read = |body: &[u8]| response::resolved(body).ok();
            if let Some(found) = self.answers.recall(&self.exact_name(name), read).await {
                kept.insert(name, found);
            }
        }
        let is_fresh = |name: &&str| {
            kept.get(*name)
                .is_some_and(|(date, _)| self.answers.is_fresh(*date, now))
        };
        let mut asked: Vec<&str> = names.iter().copied().filter(|name| !is_fresh(name)).collect();
        asked.dedup();
        let batches = Batches {
            size: NAMES_PER_REQUEST,
            smallest: NAMES_PER_REQUEST,
            is_too_much: |_| false,
        };
        let answers: Result<Vec<Vec<Resolution>>, Error> = batches
            .ask(&asked, &|names: &[&str]| self.resolve_batch(names, now).boxed())
            .await;
        let asked: HashMap<String, Resolution> = match answers {
            Ok(answers) => answers.into_iter().flatten().map(|it| (it.name.clone(), it)).collect(),
            Err(error) if error.is_of_service() && asked.iter().all(|name| kept.contains_key(name)) => {
                let oldest = asked
                    .iter()
                    .filter_map(|name| Some(kept.get(name)?.0))
                    .min()
                    .unwrap_or(now);
                self.notes.failed(Service::Resolver, oldest, error.to_string());
                HashMap::new()
            }
            Err(error) => {
                let missing = asked.iter().find(|name| !kept.contains_key(*name)).unwrap_or(&"");
                return Err(self.if_offline(error, Service::Resolver, &format!("the position of '{missing}'")));
            }
        };
        let answer = |name: &&str| match (asked.get(*name), kept.get(name)) {
            (Some(resolution), _) => resolution.clone(),
            (None, Some((date, rows))) => {
                self.notes.kept(Service::Resolver, *date);
                Resolution::of(name, rows)
            }
            (None, None) => Resolution::of(name, &[]),
        };
        Ok(names.iter().map(answer).collect())
    }

    /// Names that nobody knows are not kept: the service that knows one may just have been away, and a name that was mistyped is not asked for again.
    async fn resolve_batch(&self, names: &[&str], now: SystemTime) -> Result<Vec<Resolution>, Error> {
        let url = self.endpoints.resolve(names);
        let (rows, _) = self.small(Service::Resolver, url, response::resolved).await?;
        for name in names {
            let mine: Vec<ResolverRow> = Resolution::rows_of(name, &rows).cloned().collect();
            if !mine.is_empty() {
                self.answers.keep(
                    &self.exact_name(name),
                    now,
                    Box::new(move || response::resolved_as_json(&mine)),
                );
            }
        }
        Ok(names.iter().map(|name| Resolution::of(name, &rows)).collect())
    }

    fn exact_name(&self, name: &str) -> Exact {
        let url = self.endpoints.resolve(&[name]);
        Exact::new(
            "name",
            format!("the position of '{name}'"),
            &[&self.endpoints.exact(&url)],
        )
    }
}
