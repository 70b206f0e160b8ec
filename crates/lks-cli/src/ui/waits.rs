//! Says what is waited for where nothing else does.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use lksearch::Client;

use super::{Ui, say};

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(1);
/// A wait for the same host is said again no sooner than this.
const SAID_AGAIN: Duration = Duration::from_secs(10);

/// When a wait was said last, by host.
#[derive(Default)]
pub(super) struct Said(HashMap<Option<String>, Instant>);

impl Said {
    /// Whether it is time to say that this host is waited for, which is said then.
    pub(super) fn is_time(&mut self, host: Option<String>) -> bool {
        let last = self.0.get(&host);
        let is_time = last.is_none_or(|last| last.elapsed() >= SAID_AGAIN);
        if is_time {
            self.0.insert(host, Instant::now());
        }
        is_time
    }
}

/// Whether a display of a download says what is waited for.
#[derive(Clone, Default)]
pub(super) struct SaidElsewhere(Arc<AtomicBool>);

impl Ui {
    /// From now on, says of each host what is waited for.
    pub(crate) fn tell_waits(&self, client: &Client) {
        if self.quiet {
            return;
        }
        let (client, elsewhere) = (client.clone(), self.said_elsewhere.0.clone());
        tokio::spawn(async move {
            let mut said = Said::default();
            loop {
                tokio::time::sleep(EVERY).await;
                for wait in client.waits() {
                    if !elsewhere.load(Ordering::Relaxed) && said.is_time(Some(wait.host.clone())) {
                        say(None, &wait);
                    }
                }
            }
        });
    }

    /// Leaves it to another display from now on.
    pub(crate) fn leave_waits(&self) {
        self.said_elsewhere.0.store(true, Ordering::Relaxed);
    }
}
