//! Which parts of a result were answered earlier, and when.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lks_answers::{Question as Exact, UsedAnswer};

use crate::error::Service;
use crate::response::SectorSeen;
use crate::warning::Warning;

/// A service whose answers, or some of them, were kept from earlier and are part of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeptAnswer {
    /// The service.
    pub service: Service,
    /// When it answered; of several answers the oldest.
    pub date: SystemTime,
}

/// What is noted while questions are answered; clones note into the same place.
#[derive(Debug, Clone, Default)]
pub struct Notes(Arc<Mutex<Noted>>);

#[derive(Debug)]
pub(crate) struct Noted {
    /// When this began.
    since: SystemTime,
    pub(crate) kept: Vec<KeptAnswer>,
    pub(crate) warnings: Vec<Warning>,
    /// The sectors that saw the target, if that was asked and answered.
    pub(crate) sectors: Option<Vec<SectorSeen>>,
    /// The answers that were used, kept ones and those that are being kept.
    pub(crate) used: Vec<UsedAnswer>,
    /// Whether an answer was used that is not kept.
    pub(crate) is_of_more: bool,
}

impl Default for Noted {
    fn default() -> Self {
        Self {
            since: SystemTime::now(),
            kept: Vec::new(),
            warnings: Vec::new(),
            sectors: None,
            used: Vec::new(),
            is_of_more: false,
        }
    }
}

impl Notes {
    /// An answer of that date was given in place of asking the service.
    pub fn given(&self, service: Service, date: SystemTime) {
        if self.is_from_earlier(date) {
            add(&mut self.noted().kept, service, date);
        }
    }

    /// Whether an answer of this date is not of the task that is noted: an answer that is used twice is not from earlier the second time.
    pub(crate) fn is_from_earlier(&self, date: SystemTime) -> bool {
        !(self.noted().since..=SystemTime::now()).contains(&date)
    }

    /// As [`given`](Self::given), and something may be made of it and kept.
    pub(crate) fn kept(&self, service: Service, question: &Exact, date: SystemTime) {
        self.asked(question, date);
        self.given(service, date);
    }

    /// An answer came now and is kept with this date.
    pub(crate) fn asked(&self, question: &Exact, date: SystemTime) {
        self.noted().used.push(UsedAnswer::new(question, date));
    }

    /// An answer came now and is not kept.
    pub(crate) fn not_kept(&self) {
        self.noted().is_of_more = true;
    }

    pub(crate) fn seen(&self, sectors: &[SectorSeen]) {
        self.noted().sectors = Some(sectors.to_vec());
    }

    /// A service failed, and its answer of that date was given; told once for each service.
    pub fn failed(&self, service: Service, date: SystemTime, reason: String) {
        let warnings = &mut self.noted().warnings;
        let is_known =
            |warning: &Warning| matches!(warning, Warning::OlderAnswer { service: known, .. } if *known == service);
        if !warnings.iter().any(is_known) {
            warnings.push(Warning::OlderAnswer { service, date, reason });
        }
    }

    /// Something is worth knowing of the answers; told once.
    pub fn warn(&self, warning: Warning) {
        let warnings = &mut self.noted().warnings;
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }

    /// The services whose answers were given in place of asking them, with the dates of the oldest, and warnings about those that failed, since this was asked
    /// the last time.
    pub fn reused(&self) -> (Vec<KeptAnswer>, Vec<Warning>) {
        let Noted { kept, warnings, .. } = self.take();
        (kept, warnings)
    }

    pub(crate) fn take(&self) -> Noted {
        std::mem::take(&mut *self.noted())
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A date in whole seconds since 1970.
pub(crate) fn seconds(date: SystemTime) -> u64 {
    date.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The date of so many seconds; one that no clock has is far in the future.
pub(crate) fn date(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds.min(1 << 37))
}

/// Each service once, with its oldest answer.
pub(crate) fn add(kept: &mut Vec<KeptAnswer>, service: Service, date: SystemTime) {
    match kept.iter_mut().find(|kept| kept.service == service) {
        Some(kept) => kept.date = kept.date.min(date),
        None => kept.push(KeptAnswer { service, date }),
    }
}
