//! Setting files aside: moved, never deleted, with a note that says why.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::OFlags;

use crate::date;
use crate::dirfd::{Directory, Opened};
use crate::error::Error;
use crate::key::record_key_of;
use crate::path::RelativePath;
use crate::record::Record;
use crate::store::{MODE, Store, is_absent};

/// What the file that was set aside is called.
pub(crate) const DATA: &str = "data";

impl Store {
    /// Moves what stands at `path` into a directory of its own below `quarantine`, with the record it had and a note of the reason.
    /// `None` if nothing was there any more.
    pub(crate) fn quarantine(
        &self,
        path: &RelativePath,
        record: Option<&Record>,
        word: &str,
        reason: &str,
        now: SystemTime,
    ) -> Result<Option<PathBuf>, Error> {
        let location = self.location_of(path);
        let key = record.map_or_else(|| record_key_of(&location), |record| record.key.clone());
        let prefix = format!("{}-{}-{word}-", date::compact(now), &key[..16]);
        let made = self
            .state_made("quarantine")
            .and_then(|parent| parent.inner_new(&prefix).map(|(kept, name)| (parent, kept, name)));
        let (parent, kept, name) = made.map_err(self.state_error("quarantine", "create directory in"))?;
        let why = serde_json::json!({
            "path": location,
            "uri": record.map(|record| record.uri.as_str()),
            "reason": reason,
            "at": date::iso(now),
        });
        let outcome = note(&kept, "why.json", &format!("{why}\n"))
            .and_then(|()| record.map_or(Ok(()), |record| note(&kept, "record.json", &record.to_text())))
            .and_then(|()| self.move_away(path, &kept));
        if outcome.is_err()
            && let Err(error) = parent.remove_tree(&name)
        {
            tracing::debug!(path = %kept.path().display(), %error, "left for the sweep");
        }
        match outcome {
            Ok(()) => {
                self.note_unsynced_up_to_root(parent.path());
                tracing::warn!(path = location, reason, moved_to = %kept.path().display(), "file set aside");
                Ok(Some(kept.path().to_owned()))
            }
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(Error::writing("set aside", &self.path_of(path))(error)),
        }
    }

    fn move_away(&self, path: &RelativePath, to: &Directory) -> io::Result<()> {
        let (directory, name) = (self.directory_of(path)?, path.filename());
        match directory.rename(name, to, DATA) {
            // The data directory lies on another disk than the state directory: there the copy must be complete before the original goes.
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                match directory.find_own(Path::new(name))? {
                    Opened::File(mut from) => {
                        let mut copy = to.create_new(DATA, MODE, OFlags::empty())?;
                        io::copy(&mut from, &mut copy)?;
                        copy.sync_all()?;
                    }
                    Opened::Nothing => return Err(io::ErrorKind::NotFound.into()),
                    Opened::Other(_) if directory.attributes_of(name)?.kind().is_symlink() => {
                        to.copy_link(&directory, name, DATA)?
                    }
                    Opened::Other(what) => return Err(io::Error::other(format!("{what} cannot go to another disk"))),
                }
                directory.remove(name)
            }
            outcome => outcome,
        }
    }
}

fn note(directory: &Directory, name: &str, text: &str) -> io::Result<()> {
    directory
        .create_new(name, MODE, OFlags::empty())?
        .write_all(text.as_bytes())
}
