//! How many retries all requests of a client may make: some in advance, then about as many as there are complete responses.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::Class;

/// In the beginning and at most: 35 retries of transient failures.
const MOST: u32 = 500;
const TRANSIENT: u32 = 14;
/// A host that throttles is up, and its pauses are longer.
const THROTTLED: u32 = 5;
/// Each complete response pays for one retry.
const ANSWER: u32 = 15;

/// Tokens that retries cost.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    pub(crate) fn new() -> Self {
        Self(AtomicU32::new(MOST))
    }

    /// Pays for one retry after a failure of this class; `false` if the budget is spent.
    pub(crate) fn pay(&self, class: Class) -> bool {
        let cost = match class {
            Class::Transient => TRANSIENT,
            Class::Throttled { .. } => THROTTLED,
            // Nothing was sent, or nothing is sent again.
            Class::Down { .. } | Class::Changed | Class::NotFound | Class::Denied | Class::Permanent => return true,
        };
        let paid = |tokens: u32| tokens.checked_sub(cost);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, paid).is_ok()
    }

    /// A response was received completely.
    pub(crate) fn earn(&self) {
        let earned = |tokens: u32| Some(tokens.saturating_add(ANSWER).min(MOST));
        // The closure always gives a value.
        let _always = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, earned);
    }
}

#[cfg(test)]
mod tests;
