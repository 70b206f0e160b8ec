//! What the store has and how a file gets into it: the look-up before a run, the writing, and the checks before a file is published.

pub(crate) mod buffer;
pub(crate) mod checksum;
pub(crate) mod commit;
pub(crate) mod content;
pub(crate) mod foreign;
pub(crate) mod key;
pub(crate) mod listed;
pub(crate) mod local;
pub(crate) mod passing;
pub(crate) mod resume_point;
pub(crate) mod writer_task;
