//! What was asked ahead for many searches at once: each search finds the answers to its own questions here, and asks nothing.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lks_answers::Question as Exact;
use lks_table::Table;

use crate::error::{Error, Service};
use crate::resolve::Resolution;

/// Answers to questions that will be asked; clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Ahead(Arc<Mutex<Answered>>);

#[derive(Debug, Default)]
struct Answered {
    tables: HashMap<Exact, Table>,
    names: HashMap<String, Resolution>,
    failures: Vec<(Service, Arc<Error>)>,
}

impl Ahead {
    fn answered(&self) -> MutexGuard<'_, Answered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn table(&self, exact: &Exact) -> Option<Table> {
        self.answered().tables.get(exact).cloned()
    }

    pub(super) fn put_table(&self, exact: Exact, table: Table) {
        self.answered().tables.insert(exact, table);
    }

    pub(super) fn forget_tables(&self, exact: &HashSet<Exact>) {
        let tables = &mut self.answered().tables;
        exact.iter().for_each(|exact| drop(tables.remove(exact)));
    }

    pub(super) fn name(&self, name: &str) -> Option<Resolution> {
        self.answered().names.get(name).cloned()
    }

    pub(super) fn put_names(&self, names: impl IntoIterator<Item = (String, Resolution)>) {
        self.answered().names.extend(names);
    }

    /// Notes that a service failed, so that it is not asked for each target what it did not answer for many.
    pub(super) fn fail(&self, service: Service, error: Error) {
        self.answered().failures.push((service, Arc::new(error)));
    }

    /// The failure of a service, if one was noted.
    pub(super) fn check(&self, service: Service) -> Result<(), Error> {
        let answered = self.answered();
        let failure = answered.failures.iter().find(|(failed, _)| *failed == service);
        failure.map_or(Ok(()), |(_, error)| Err(Error::Repeated(Arc::clone(error))))
    }
}
