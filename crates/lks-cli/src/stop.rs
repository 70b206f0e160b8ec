//! What asks the program to stop: Ctrl-C, batch systems, and a terminal or session that ends.

use std::io;

use futures::future::select_all;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals, listened for from now on: before, each of them ends the program at once.
pub(crate) struct Stop(Vec<Signal>);

impl Stop {
    /// Listens within a runtime.
    pub(crate) fn listen() -> io::Result<Self> {
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let wanted = kinds
            .into_iter()
            .filter(|kind| *kind != SignalKind::hangup() || !is_hangup_ignored());
        wanted.map(signal).collect::<io::Result<_>>().map(Self)
    }

    /// Waits for the first of them.
    pub(crate) async fn asked(&mut self) {
        select_all(self.0.iter_mut().map(|signal| Box::pin(signal.recv()))).await;
    }
}

/// Whether the program was started by `nohup`, which is obeyed. Where it cannot be told, the system's own way of treating the signal stays.
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // The lowest bit is signal 1, which it is.
    mask.is_none_or(|mask| mask & 1 == 1)
}
