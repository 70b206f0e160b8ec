//! The right to be receiving a file.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

/// One of a run's slots, given back early: what comes after the last byte needs the disk and not the network.
pub(crate) struct Slot<'a> {
    slots: &'a Semaphore,
    permit: Mutex<Option<SemaphorePermit<'a>>>,
}

impl<'a> Slot<'a> {
    pub(crate) async fn acquire(slots: &'a Semaphore) -> Self {
        let slot = Self {
            slots,
            permit: Mutex::new(None),
        };
        slot.reacquire().await;
        slot
    }

    /// Waits for a slot, unless it is held still.
    pub(crate) async fn reacquire(&self) {
        if self.permit().is_none() {
            // The semaphore is never closed.
            let permit = self.slots.acquire().await.ok();
            *self.permit() = permit;
        }
    }

    pub(crate) fn release(&self) {
        *self.permit() = None;
    }

    fn permit(&self) -> MutexGuard<'_, Option<SemaphorePermit<'a>>> {
        self.permit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
