//! The segment that this store appends its records to.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use rustix::fs::OFlags;

use super::Segments;
use crate::dirfd::{Directory, random_name};
use crate::error::Error;
use crate::lock::release;
use crate::segment::{DONE, Handle, Head, LOG, Segment, head_of};
use crate::store::{MODE, Store};

/// A segment of this size is finished, so that it may be compacted while its writer goes on.
const FINISHED_FROM: u64 = 4 << 20;
/// How often the segment may vanish between two steps before we give up.
const ATTEMPTS: usize = 8;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Writer {
    own: Option<Own>,
    /// What was written to and not synced since.
    unsynced: Vec<Arc<File>>,
    /// Lines that were written to `own` and not synced since.
    pending: Vec<u8>,
}

/// A segment that nobody else writes to. Its lock says that its writer lives.
#[derive(Debug)]
struct Own {
    file: Arc<File>,
    /// Device and inode.
    identity: (u64, u64),
    name: String,
    length: u64,
}

impl Drop for Own {
    fn drop(&mut self) {
        release(&self.file);
    }
}

impl Segments {
    /// Appends a line to the segment of this store, and files it; `true` if the segment had to be made.
    pub(super) fn append(&mut self, store: &Store, line: &[u8], head: Option<Head>) -> io::Result<bool> {
        let mut is_new = false;
        for _ in 0..ATTEMPTS {
            if self.writer.own.is_none() {
                let own = match Own::create(store) {
                    // Someone clears the cache meanwhile.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    made => made?,
                };
                self.view
                    .add(Segment::open(Handle::held(&own.name, own.file.clone())?)?);
                self.writer.unsynced.push(own.file.clone());
                self.writer.own = Some(own);
                is_new = true;
            }
            let Some(own) = &mut self.writer.own else { continue };
            if let Err(error) = (&*own.file).write_all(line) {
                // What there is of it would spoil the next line.
                if own.file.set_len(own.length).is_err() {
                    self.writer.abandon();
                }
                return Err(error);
            }
            // After the line, so that whoever takes the segment away before the line is in it is noticed.
            let (offset, length) = (own.length, own.length + line.len() as u64);
            if !own.is_in_place(store, length) {
                self.writer.abandon();
                continue;
            }
            own.length = length;
            if self.writer.pending.is_empty() && !is_new {
                self.writer.unsynced.push(own.file.clone());
            }
            self.writer.pending.extend_from_slice(line);
            if let (Some(segment), Some(head)) = (self.view.segment_mut(&own.name), head) {
                segment.note(&head, offset, line.len());
            }
            return Ok(is_new);
        }
        Err(io::Error::other("the directory of records keeps changing"))
    }
}

impl Writer {
    /// The next line begins another segment. What was written and not synced is kept, in case that syncing it fails.
    fn abandon(&mut self) {
        self.own = None;
    }
}

impl Own {
    fn create(store: &Store) -> io::Result<Self> {
        let directory = store.segments_made()?;
        for _ in 0..ATTEMPTS {
            let name = format!("{}{LOG}", random_name());
            let file = directory.create_new(&name, MODE, OFlags::APPEND)?;
            // A compaction looks whether it is finished, and takes it for that; then it is.
            if store.mark_in_use(&file) {
                let metadata = file.metadata()?;
                return Ok(Self {
                    file: Arc::new(file),
                    identity: (metadata.dev(), metadata.ino()),
                    name,
                    length: 0,
                });
            }
        }
        Err(io::Error::other("others lock new segments of records"))
    }

    /// Whether those who look for records find it, with what was written to it and nothing else.
    fn is_in_place(&self, store: &Store, length: u64) -> bool {
        let seen = store.segments_path().join(&self.name).symlink_metadata();
        seen.is_ok_and(|seen| (seen.dev(), seen.ino()) == self.identity && seen.len() == length)
    }
}

impl Store {
    /// Whether this store has a segment to append to.
    pub(crate) fn has_own_segment(&self) -> bool {
        self.segments().writer.own.is_some()
    }

    /// Makes the records that were written so far durable. A segment that cannot be synced is written anew, because a second sync of the
    /// same file may claim success over lost bytes.
    ///
    /// `false` if there were none.
    pub(crate) fn sync_records(&self) -> Result<bool, Error> {
        let (files, pending) = {
            let writer = &mut self.segments().writer;
            (
                std::mem::take(&mut writer.unsynced),
                std::mem::take(&mut writer.pending),
            )
        };
        let path = self.segments_path();
        let failures = files.iter().filter_map(|file| file.sync_data().err());
        // All of them are tried.
        if let Some(error) = failures.collect::<Vec<_>>().pop() {
            tracing::warn!(path = %path.display(), %error, "records are written once more");
            self.rewrite(pending)
                .map_err(Error::writing("sync records in", &path))?;
        }
        self.finish_long_segment();
        Ok(!files.is_empty())
    }

    fn rewrite(&self, mut lines: Vec<u8>) -> io::Result<()> {
        let mut segments = self.segments();
        segments.writer.abandon();
        // Others went on writing to the same file.
        lines.append(&mut segments.writer.pending);
        for line in lines.split_inclusive(|&byte| byte == b'\n') {
            segments.append(self, line, head_of(line))?;
        }
        segments.writer.pending.clear();
        let files = std::mem::take(&mut segments.writer.unsynced);
        drop(segments);
        self.note_unsynced_up_to_root(&self.segments_path());
        files.iter().try_for_each(|file| file.sync_data())
    }

    fn finish_long_segment(&self) {
        let mut segments = self.segments();
        // What was written meanwhile is synced with the next batch.
        if !segments.writer.pending.is_empty() {
            return;
        }
        let is_long = |own: &mut Own| own.length >= FINISHED_FROM;
        if let Some(own) = segments.writer.own.take_if(is_long)
            && let Err(error) = self
                .segments_directory()
                .and_then(|directory| finish(&directory, &own.name))
        {
            tracing::debug!(name = own.name, %error, "it keeps its name");
        }
    }
}

/// Gives a log the name of one without a writer, in whose place it cannot be written any more: a writer that is alive all the same notices.
pub(super) fn finish(directory: &Directory, name: &str) -> io::Result<String> {
    let done = format!("{}{DONE}", name.strip_suffix(LOG).unwrap_or(name));
    directory.rename_new(name, directory, &done)?;
    Ok(done)
}
