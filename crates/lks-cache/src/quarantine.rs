//! Setting files aside: moved, never deleted, with a note that says why.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::beneath::Directory;
use crate::date;
use crate::error::Error;
use crate::name::ProductPath;
use crate::record::{Record, key_of};
use crate::store::{Store, is_absent};

impl Store {
    /// Moves what stands at `path` into a directory of its own below `quarantine`, with the record it had and a note of the reason.
    /// `None` if nothing was there any more.
    pub(crate) fn quarantine(
        &self,
        path: &ProductPath,
        record: Option<&Record>,
        word: &str,
        reason: &str,
        now: SystemTime,
    ) -> Result<Option<PathBuf>, Error> {
        let key = record.map_or_else(|| key_of(&path.to_string()), |record| record.key.clone());
        let parent = self.state_directory("quarantine");
        fs::create_dir_all(&parent).map_err(Error::writing("create directory", &parent))?;
        let prefix = format!("{}-{}-{word}-", date::compact(now), &key[..16]);
        let kept = tempfile::Builder::new()
            .prefix(&prefix)
            .rand_bytes(8)
            .permissions(fs::Permissions::from_mode(0o777))
            .tempdir_in(&parent)
            .map_err(Error::writing("create directory", &parent))?;
        let why = serde_json::json!({
            "path": path.to_string(),
            "uri": record.map(|record| record.uri.as_str()),
            "reason": reason,
            "at": date::iso(now),
        });
        let note = |name: &str, text: &str| {
            let file = kept.path().join(name);
            fs::write(&file, text).map_err(Error::writing("write", &file))
        };
        note("why.json", &format!("{why}\n"))?;
        if let Some(record) = record {
            note("record.json", &record.to_text())?;
        }
        let data = kept.path().join("data");
        match self.move_away(path, &data) {
            Ok(()) => {
                self.note_unsynced(&parent);
                let directory = kept.keep();
                tracing::warn!(path = %path, reason, moved_to = %directory.display(), "file set aside");
                Ok(Some(directory))
            }
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(Error::writing("set aside", &path.below(self.root()))(error)),
        }
    }

    fn move_away(&self, path: &ProductPath, to: &Path) -> io::Result<()> {
        let directory = Directory::open(self.root(), path)?;
        match directory.rename_away(path.filename(), to) {
            // The data directory lies on another disk than the state directory: there the copy must be complete before the original goes.
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                fs::copy(directory.path().join(path.filename()), to)?;
                fs::File::open(to)?.sync_all()?;
                directory.remove(path.filename())
            }
            outcome => outcome,
        }
    }
}
