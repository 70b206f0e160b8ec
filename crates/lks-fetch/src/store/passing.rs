//! What is computed of a file while its bytes pass, so that it need not be read again to be checked.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use lks_cache::Watch;
use lks_fits::verify::{Examiner, Report};

use crate::store::checksum::{Algorithm, Computing};
use crate::store::content::Form;

/// What is worth computing, as far as the head of the first answer tells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) form: Form,
    /// How the announced checksum is computed, if there is one.
    pub(crate) algorithm: Option<Algorithm>,
    /// Not only the one check that is enough.
    pub(crate) all_checks: bool,
}

/// A file on its way, seen by the thread that hashes it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Passing(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    wanted: Option<Wanted>,
    fits: Option<Examiner>,
    announced: Option<(Algorithm, Computing)>,
}

/// What was computed.
#[derive(Debug, Default)]
pub(crate) struct Passed {
    /// What was found out about a FITS file.
    pub(crate) report: Option<Result<Report, lks_fits::Error>>,
    /// The checksum as the announced one is computed, in digits.
    pub(crate) digits: Option<String>,
}

impl Passing {
    pub(crate) fn of(wanted: Wanted) -> Self {
        Self(Arc::new(Mutex::new(State::of(wanted))))
    }

    /// What was computed of the whole file; nothing, if nobody showed it.
    pub(crate) fn end(self) -> Passed {
        let State { fits, announced, .. } = self.with(mem::take);
        Passed {
            report: fits.map(Examiner::finish),
            digits: announced.map(|(algorithm, computing)| computing.end(algorithm)),
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Watch for Passing {
    fn bytes(&mut self, bytes: &[u8]) {
        self.with(|state| state.add(bytes));
    }

    fn restart(&mut self) {
        self.with(|state| *state = state.wanted.map(State::of).unwrap_or_default());
    }
}

impl State {
    fn of(wanted: Wanted) -> Self {
        let is_fits = wanted.form == Form::Fits;
        let announced = wanted
            .algorithm
            .and_then(|algorithm| Some((algorithm, algorithm.begin()?)));
        Self {
            wanted: Some(wanted),
            fits: is_fits.then(Examiner::new),
            announced,
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        if let Some(examiner) = &mut self.fits {
            examiner.push(bytes);
            let is_enough = examiner.promises_sums() == Some(true) && self.wanted.is_some_and(|it| !it.all_checks);
            // It costs more than all else together. A file that breaks its promise is read once more.
            if is_enough && matches!(self.announced, Some((Algorithm::Md5, _))) {
                self.announced = None;
            }
        }
        if let Some((_, computing)) = &mut self.announced {
            computing.add(bytes);
        }
    }
}

#[cfg(test)]
mod tests;
