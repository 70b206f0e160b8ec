//! How many requests of this process wait for a place at once, so that one of them looks for all.

use super::CrossProcess;

/// A request that waits for a place, until this is dropped.
pub(super) struct Wanted<'a> {
    cross_process: &'a CrossProcess,
    /// What the names of the places begin with.
    pub(super) places: String,
}

impl<'a> Wanted<'a> {
    pub(super) fn new(cross_process: &'a CrossProcess, places: String) -> Self {
        *cross_process.ours().wanted.entry(places.clone()).or_default() += 1;
        Self { cross_process, places }
    }
}

impl Drop for Wanted<'_> {
    fn drop(&mut self) {
        let mut ours = self.cross_process.ours();
        if let Some(number) = ours.wanted.get_mut(&self.places) {
            *number -= 1;
            if *number == 0 {
                ours.wanted.remove(&self.places);
            }
        }
    }
}
