//! Names and where they are: each is kept by itself, and those that are not are asked about together.

use std::collections::HashMap;
use std::io::Write;
use std::time::SystemTime;

use futures::FutureExt;
use lks_answers::Question as Exact;

use super::MastClient;
use super::batches::Batches;
use crate::error::{Error, Service};
use crate::resolve::{NAMES_PER_REQUEST, Resolution};
use crate::response::{self, ResolverRow};
use crate::target::Target;

impl MastClient {
    /// Where the named objects are. What was kept is noted.
    pub(super) async fn located(&self, names: &[&str]) -> Result<Vec<Resolution>, Error> {
        let ahead: Option<Vec<Resolution>> = names.iter().map(|name| self.ahead.name(name)).collect();
        if let Some(known) = ahead {
            return Ok(known);
        }
        let now = SystemTime::now();
        let mut kept: HashMap<&str, (SystemTime, Vec<ResolverRow>)> = HashMap::new();
        for name in names {
            let read = |body: Vec<u8>| response::resolved(&body).ok();
            let found = self.answers.recall(&self.exact_name(name), read).await;
            // The service that knows it may have been away, so it is asked again where that can be done.
            if let Some(found) = found.filter(|(_, rows)| !rows.is_empty() || self.answers.is_offline()) {
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
        let mut failure = None;
        let asked: HashMap<String, Resolution> = match answers {
            Ok(answers) => answers.into_iter().flatten().map(|it| (it.name.clone(), it)).collect(),
            Err(error) if error.is_of_service() && asked.iter().all(|name| kept.contains_key(name)) => {
                let oldest = asked
                    .iter()
                    .filter_map(|name| Some(kept.get(name)?.0))
                    .min()
                    .unwrap_or(now);
                self.notes.failed(Service::Resolver, oldest, error.to_string());
                failure = Some(error.to_string());
                HashMap::new()
            }
            Err(error) => {
                let missing = asked.iter().find(|name| !kept.contains_key(*name)).unwrap_or(&"");
                return Err(self.if_offline(error, Service::Resolver, &format!("the position of '{missing}'")));
            }
        };
        let answer = |name: &&str| match (asked.get(*name), kept.get(name)) {
            (Some(resolution), _) => {
                match resolution.answers.is_empty() {
                    true => self.notes.not_kept(),
                    false => self.notes.asked(&self.exact_name(name), now),
                }
                resolution.clone()
            }
            (None, Some((date, rows))) => {
                self.notes.kept(Service::Resolver, &self.exact_name(name), *date);
                if rows.is_empty() {
                    self.notes.not_kept();
                }
                Resolution {
                    kept: Some(*date).filter(|date| self.notes.is_from_earlier(*date)),
                    failure: failure.clone().filter(|_| !is_fresh(name)),
                    ..Resolution::of(name, rows)
                }
            }
            (None, None) => Resolution::of(name, &[]),
        };
        Ok(names.iter().map(answer).collect())
    }

    /// Names that nobody knows are not kept: a name that was mistyped is not asked for again. That nobody knows a number is, for being offline.
    async fn resolve_batch(&self, names: &[&str], now: SystemTime) -> Result<Vec<Resolution>, Error> {
        self.ahead.check(Service::Resolver)?;
        let url = self.endpoints.resolve(names);
        let (rows, _) = self.small(Service::Resolver, url, response::resolved).await?;
        for name in names {
            let mine: Vec<ResolverRow> = Resolution::rows_of(name, &rows).cloned().collect();
            if !mine.is_empty() || matches!(name.parse(), Ok(Target::Id(_))) {
                let body = Box::new(move |out: &mut (dyn Write + Send)| response::write_resolved(&mine, out));
                self.answers.keep(&self.exact_name(name), now, body);
            }
        }
        Ok(names.iter().map(|name| Resolution::of(name, &rows)).collect())
    }

    fn exact_name(&self, name: &str) -> Exact {
        let url = self.endpoints.resolve(&[name]);
        Exact::new(
            Service::Resolver.kind(),
            format!("the position of '{name}'"),
            &[&self.endpoints.exact(&url)],
        )
    }
}
