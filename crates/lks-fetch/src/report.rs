//! What a run says: its manifest, its events, and why a file could not be had.

pub(crate) mod failure;
pub(crate) mod journal;
pub(crate) mod manifest;
pub(crate) mod merge;
pub(crate) mod progress;
pub(crate) mod table;
pub(crate) mod verdicts;
