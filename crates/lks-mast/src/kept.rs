//! Which parts of a result were answered earlier, and when.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

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

/// What is noted while a question is answered; clones note into the same place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes(Arc<Mutex<Noted>>);

#[derive(Debug, Default)]
pub(crate) struct Noted {
    pub(crate) kept: Vec<KeptAnswer>,
    pub(crate) warnings: Vec<Warning>,
    /// The sectors that saw the target, if that was asked and answered.
    pub(crate) sectors: Option<Vec<SectorSeen>>,
}

impl Notes {
    pub(crate) fn kept(&self, service: Service, date: SystemTime) {
        let kept = &mut self.0.lock().unwrap_or_else(PoisonError::into_inner).kept;
        match kept.iter_mut().find(|kept| kept.service == service) {
            Some(kept) => kept.date = kept.date.min(date),
            None => kept.push(KeptAnswer { service, date }),
        }
    }

    pub(crate) fn seen(&self, sectors: &[SectorSeen]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).sectors = Some(sectors.to_vec());
    }

    /// Once for each service.
    pub(crate) fn failed(&self, service: Service, date: SystemTime, reason: String) {
        let warnings = &mut self.0.lock().unwrap_or_else(PoisonError::into_inner).warnings;
        let is_known =
            |warning: &Warning| matches!(warning, Warning::OlderAnswer { service: known, .. } if *known == service);
        if !warnings.iter().any(is_known) {
            warnings.push(Warning::OlderAnswer { service, date, reason });
        }
    }

    pub(crate) fn take(&self) -> Noted {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
