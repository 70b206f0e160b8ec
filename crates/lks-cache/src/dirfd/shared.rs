//! A directory that is opened once for all who use it at the same time.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::Directory;

/// Open for as long as somebody uses it.
#[derive(Debug, Default)]
pub(crate) struct Shared(Mutex<Weak<Directory>>);

impl Shared {
    /// The one that others use, or what `open` opens.
    pub(crate) fn get(&self, open: impl FnOnce() -> io::Result<Directory>) -> io::Result<Arc<Directory>> {
        let mut known = self.known();
        if let Some(directory) = known.upgrade() {
            return Ok(directory);
        }
        let directory = Arc::new(open()?);
        *known = Arc::downgrade(&directory);
        Ok(directory)
    }

    /// Whether somebody uses it.
    pub(crate) fn is_open(&self) -> bool {
        self.known().strong_count() > 0
    }

    /// Who comes next opens it anew.
    pub(crate) fn forget(&self) {
        *self.known() = Weak::new();
    }

    fn known(&self) -> MutexGuard<'_, Weak<Directory>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
