//! How old the answers are that were not asked for now, and which services failed.

use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use lksearch::archive::{Notes, Resolution, Service};
use lksearch::{KeptAnswer, Warning};

use crate::ui::{Ui, counted};

/// What was said of kept answers so far in this command.
#[derive(Debug, Default)]
pub(crate) struct Reused {
    noted: Mutex<Vec<String>>,
}

impl Reused {
    /// Says how old these answers are, unless that was said already of all that the command found.
    pub(crate) fn note(&self, kept: &[KeptAnswer], ui: &Ui) {
        let Some(line) = line(kept, SystemTime::now()) else {
            return;
        };
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if !noted.iter().any(|earlier| line.ends_with(earlier.as_str())) {
            ui.note(&line);
            noted.push(line);
        }
    }

    /// The same, and warns of what is less than it could be; gives back whether rows may be missing or be older, as where a service failed.
    pub(crate) fn note_all(&self, (kept, warnings): (Vec<KeptAnswer>, Vec<Warning>), ui: &Ui) -> bool {
        warnings.iter().for_each(|warning| ui.warning(warning));
        self.note(&kept, ui);
        warnings.iter().any(Warning::is_of_missing_rows)
    }
}

/// The age of the resolver's answers that were kept, and that it fails now, if it does.
pub(crate) fn of_resolver(resolved: &[Resolution]) -> (Vec<KeptAnswer>, Vec<Warning>) {
    let notes = Notes::default();
    for name in resolved {
        match (name.kept, &name.failure) {
            (Some(date), Some(reason)) => {
                notes.given(Service::Resolver, date);
                notes.failed(Service::Resolver, date, reason.clone());
            }
            (Some(date), None) => notes.given(Service::Resolver, date),
            (None, _) => {}
        }
    }
    notes.reused()
}

/// How old the answers are. Those of the archive that have rows speak for all of them.
fn line(kept: &[KeptAnswer], now: SystemTime) -> Option<String> {
    let age = age(kept.iter().map(|kept| kept.date).min()?, now);
    let has_rows = kept.iter().any(|kept| kept.service == Service::Observations);
    let services: Vec<String> = kept.iter().map(|kept| kept.service.to_string()).collect();
    Some(match has_rows {
        true => format!("from {age}; `--refresh` asks again"),
        false => format!("{}: from {age}; `--refresh` asks again", services.join(", ")),
    })
}

fn age(date: SystemTime, now: SystemTime) -> String {
    let Ok(age) = now.duration_since(date) else {
        return "a date in the future, by the clock of this machine".to_owned();
    };
    match age.as_secs() / 3600 {
        0 => "less than an hour ago".to_owned(),
        hours @ 1..48 => format!("{} ago", counted(hours, "hour")),
        hours => format!("{} ago", counted(hours / 24, "day")),
    }
}
