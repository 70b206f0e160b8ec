//! Finished tables: what a search found is kept with the answers that it was made of, so that the same search again reads one table.

use std::io::Write;
use std::time::SystemTime;

use lks_answers::Question as Exact;

use super::MastClient;
use crate::error::Service;
use crate::finished;
use crate::kept::{Noted, add};
use crate::result::SearchResult;
use crate::search::Search;

/// Whose tables these are: another version of the program may compute other columns, and so may another number here.
const MADE_BY: &str = concat!(env!("CARGO_PKG_VERSION"), " 1");

impl MastClient {
    /// What this search found before, if all answers of which that was made would be given again.
    pub(super) async fn finished(&self, search: &Search) -> Option<SearchResult> {
        let mission = search.mission;
        let read = move |body| finished::of_bytes(mission, body);
        let exact = self.exact_table(search);
        let (made_of, mut found) = self.answers.recall_made(&exact, SystemTime::now(), read).await?;
        for used in made_of {
            let service = Service::of_kind(used.kind())?;
            add(&mut found.kept, service, used.date());
            if let Some(resolved) = found.resolved.as_mut().filter(|_| service == Service::Resolver) {
                resolved.kept = Some(used.date());
            }
        }
        Some(found)
    }

    /// Keeps what was found, if there is something, every answer that it was made of is kept, and none was missing or an older one.
    pub(super) fn keep_finished(&self, search: &Search, found: &SearchResult, noted: &Noted) {
        if noted.is_of_more || !noted.warnings.is_empty() || !self.answers.is_kept() {
            return;
        }
        let found = found.clone();
        let body = Box::new(move |out: &mut (dyn Write + Send)| finished::write(&found, out));
        let exact = self.exact_table(search);
        self.answers
            .keep_made(&exact, SystemTime::now(), noted.used.clone(), body);
    }

    /// The search as it was asked, the services, and the program.
    fn exact_table(&self, search: &Search) -> Exact {
        let endpoints = &self.endpoints;
        let about = format!("the table of a {} search for {}", search.mission.name(), search.target);
        let services = [
            endpoints.exact(&endpoints.invoke()),
            endpoints.exact(&endpoints.resolve(&[])),
            endpoints.exact_footprints().unwrap_or_default(),
        ];
        let [archive, resolver, mirror] = services.each_ref().map(String::as_str);
        let exact = [archive, resolver, mirror, &format!("{search:?}"), MADE_BY];
        Exact::new("table", about, &exact)
    }
}
