//! The events of one file while it comes, or does not.

use std::pin::pin;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use url::Url;

use super::Transfer;
use crate::plan::route::Route;
use crate::report::progress::Event;

/// Progress of one file is reported at most so often.
const BETWEEN_EVENTS: Duration = Duration::from_millis(100);

#[derive(Default)]
pub(super) struct Meter {
    most: u64,
    reported_at: Option<Instant>,
    /// What is not reported yet because too little time has passed.
    pending: Option<(u64, Option<u64>)>,
}

impl Transfer<'_> {
    /// Waits for the answer of this place, and reports what it waits for if that takes long.
    pub(crate) async fn answer<T>(&self, route: &Route, asking: impl Future<Output = T>) -> T {
        let (archive, mirror) = (Some(&self.context.endpoints.mast), self.context.mirror.as_ref());
        let hosts: Vec<&Url> = match route {
            Route::Cloud { .. } | Route::Mirror { .. } | Route::Cube(_) => mirror.into_iter().collect(),
            // The archive may send us to the mirror.
            Route::Archive { .. } => archive.into_iter().chain(mirror).collect(),
            Route::Cutout(_) => archive.into_iter().collect(),
        };
        if let Some((host, pause)) = hosts
            .first()
            .and_then(|host| Some((host, self.context.http.pause_of(host)?)))
        {
            self.report_wait(host, pause, "the host asks to wait".to_owned());
        }
        let tell = |host: &Url, silence: Duration, pause: Duration| {
            self.report_wait(host, pause, format!("no answer for {} s", silence.as_secs()));
        };
        self.context.http.watch(&hosts, asking, tell).await
    }

    fn report_wait(&self, host: &Url, pause: Duration, reason: String) {
        self.progress.event(Event::Waiting {
            row: self.row,
            host: host.host_str().map(str::to_owned),
            pause,
            reason,
        });
    }

    /// Reports how many bytes came; a file that is begun anew does not shrink.
    pub(crate) fn report_received(&self, bytes: u64, size: Option<u64>) {
        let mut meter = self.meter.lock().unwrap_or_else(PoisonError::into_inner);
        let is_end = size == Some(bytes);
        let quiet = meter
            .reported_at
            .is_some_and(|reported_at| reported_at.elapsed() < BETWEEN_EVENTS);
        if bytes <= meter.most {
            return;
        }
        if quiet && !is_end {
            meter.pending = Some((bytes, size));
            return;
        }
        *meter = Meter {
            most: bytes,
            reported_at: Some(Instant::now()),
            pending: None,
        };
        drop(meter);
        self.progress.event(Event::Received {
            row: self.row,
            bytes,
            size: size.or(self.product.size()),
        });
    }

    /// Waits for the next piece; if it takes long, what came before it is reported.
    pub(crate) async fn next<T>(&self, piece: impl Future<Output = T>) -> T {
        let mut piece = pin!(piece);
        let pending = self.meter.lock().unwrap_or_else(PoisonError::into_inner).pending;
        if let Some((bytes, size)) = pending {
            match tokio::time::timeout(BETWEEN_EVENTS, &mut piece).await {
                Ok(piece) => return piece,
                Err(_) => self.report_received(bytes, size),
            }
        }
        piece.await
    }
}
