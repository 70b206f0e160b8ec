//! What connections share and the owner of the sandbox looks at.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::log::Log;
use super::service::Service;
use crate::fault::Scripts;

pub(crate) struct State {
    pub(crate) service: Service,
    pub(crate) latency: Duration,
    /// Whether scripts are taken and the log is told over HTTP.
    pub(crate) has_control: bool,
    log: Mutex<Log>,
    scripts: Mutex<Scripts>,
}

impl State {
    pub(crate) fn new(service: Service, latency: Duration, has_control: bool) -> Self {
        Self {
            service,
            latency,
            has_control,
            log: Mutex::default(),
            scripts: Mutex::default(),
        }
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn scripts(&self) -> MutexGuard<'_, Scripts> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
