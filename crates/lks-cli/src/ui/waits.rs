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
pub(super) const SAID_AGAIN: Duration = Duration::from_secs(10);

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
            let mut said: HashMap<String, Instant> = HashMap::new();
            loop {
                tokio::time::sleep(EVERY).await;
                for wait in client.waits() {
                    let is_news = said.get(&wait.host).is_none_or(|said| said.elapsed() >= SAID_AGAIN);
                    if is_news && !elsewhere.load(Ordering::Relaxed) {
                        say(None, &wait);
                        said.insert(wait.host, Instant::now());
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
