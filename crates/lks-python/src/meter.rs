//! How far a download is.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use lksearch::{Event, Progress};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Files and bytes that are done, and those that are expected.
#[derive(Default)]
pub(crate) struct Meter {
    num_files: AtomicUsize,
    num_bytes: AtomicU64,
    files: AtomicUsize,
    bytes: AtomicU64,
    /// Bytes of each row that is being fetched.
    received: Mutex<HashMap<usize, u64>>,
}

impl Meter {
    pub(crate) fn state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let state = PyDict::new(py);
        state.set_item("files", self.files.load(Ordering::Relaxed))?;
        state.set_item("num_files", self.num_files.load(Ordering::Relaxed))?;
        state.set_item("bytes", self.bytes.load(Ordering::Relaxed))?;
        state.set_item("num_bytes", self.num_bytes.load(Ordering::Relaxed))?;
        Ok(state)
    }
}

impl Progress for Meter {
    fn event(&self, event: Event) {
        let mut received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Begun { num_files, num_bytes } => {
                self.num_files.store(num_files, Ordering::Relaxed);
                self.num_bytes.store(num_bytes, Ordering::Relaxed);
            }
            Event::FileBegun { row, .. } => drop(received.entry(row).or_insert(0)),
            Event::Received { row, bytes, .. } => {
                let before = received.insert(row, bytes).unwrap_or(0);
                self.bytes.fetch_add(bytes.saturating_sub(before), Ordering::Relaxed);
            }
            // What was here already was not counted at the beginning.
            Event::FileDone { row, .. } => drop(
                received
                    .remove(&row)
                    .map(|_| self.files.fetch_add(1, Ordering::Relaxed)),
            ),
            // The events may grow, and waiting is not told.
            _ => {}
        }
    }
}
