//! Files side by side in a directory of the user, copied from the cache. A file of another content is never written over by chance.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use lksearch::{Error, FailureKind, Manifest, ManifestRow, Source, Status};

use crate::arguments::{Global, Place};
use crate::session::apart;

/// Bytes that are compared at once.
const PIECE: usize = 64 << 10;

/// A directory of the user for files without directories below it.
pub(crate) struct Flat {
    directory: PathBuf,
    /// Whether a file of another content gives way; `None` if the command has no word for that.
    force: Option<bool>,
}

impl Flat {
    /// As the options of the place say; `None` where the files stay in their directories.
    pub(crate) fn of(words: &Place, global: &Global, force: Option<bool>) -> Result<Option<Self>, Error> {
        let Some(directory) = words.dir.as_ref().filter(|_| words.flat) else {
            return Ok(None);
        };
        let directory = match global.sandbox {
            true => apart(directory),
            false => directory.clone(),
        };
        Self::new(&directory, force).map(Some)
    }

    /// As [`Flat::place`], on a thread that may wait for the disk.
    pub(crate) async fn place_meanwhile(self, manifest: Manifest) -> Manifest {
        let placing = tokio::task::spawn_blocking(move || self.place(manifest));
        placing
            .await
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }

    /// Files will go into this directory, which is made for the first of them. What else than a directory is there is told now, before
    /// anything is fetched in vain.
    fn new(directory: &Path, force: Option<bool>) -> Result<Self, Error> {
        let failed = |source| Error::File {
            operation: "put files into",
            path: directory.display().to_string(),
            source,
        };
        let absolute = std::path::absolute(directory).map_err(failed)?;
        match fs::metadata(&absolute) {
            Ok(there) if !there.is_dir() => Err(failed(io::ErrorKind::NotADirectory.into())),
            Ok(_) | Err(_) => Ok(Self {
                directory: absolute,
                force,
            }),
        }
    }

    /// Copies the files of the manifest, whose rows then say where the copies are. A name that is taken makes its row fail.
    fn place(&self, mut manifest: Manifest) -> Manifest {
        let mut takers: HashMap<OsString, String> = HashMap::new();
        let files = manifest.rows.iter_mut().filter(|row| row.source != Some(Source::Link));
        for row in files {
            let Some(kept) = row.local_path.clone() else { continue };
            let Some(name) = Path::new(&kept).file_name() else {
                continue;
            };
            let target = self.directory.join(name);
            let taker = takers.entry(name.to_owned()).or_insert_with(|| kept.clone());
            let placed = match *taker == kept {
                true => self.put(Path::new(&kept), &target),
                false => Err(format!("another file of this download, {taker}, has the same name")),
            };
            match placed {
                Ok(()) => row.local_path = Some(target.display().to_string()),
                Err(reason) => fail(row, &kept, &target, &reason),
            }
        }
        manifest
    }

    fn put(&self, kept: &Path, target: &Path) -> Result<(), String> {
        let message = |error: io::Error| error.to_string();
        if target.symlink_metadata().is_ok() {
            // Opening a pipe would wait for its other end.
            let is_file = fs::metadata(target).is_ok_and(|there| there.is_file());
            if is_file && is_same(kept, target).map_err(message)? {
                return Ok(());
            }
            if self.force != Some(true) {
                let way = if self.force.is_some() {
                    ", or replace it with --force"
                } else {
                    ""
                };
                return Err(format!("a file of other content has that name; move it{way}"));
            }
        }
        fs::create_dir_all(&self.directory).map_err(message)?;
        let draft = tempfile::Builder::new()
            .prefix(".lksearch-")
            .tempfile_in(&self.directory);
        let draft = draft.map_err(message)?;
        // With the permissions that the file has in the cache.
        fs::copy(kept, draft.path()).map_err(message)?;
        draft.as_file().sync_all().map_err(message)?;
        let persisted = match self.force {
            Some(true) => draft.persist(target),
            Some(false) | None => draft.persist_noclobber(target),
        };
        persisted.map(drop).map_err(|error| message(error.error))
    }
}

/// What was fetched stays in the cache, and the row says where.
fn fail(row: &mut ManifestRow, kept: &str, target: &Path, reason: &str) {
    row.status = Status::Error;
    row.failure = Some(FailureKind::Storage);
    row.message = Some(format!(
        "not put at {}: {reason}; it is in the cache as {kept}",
        target.display()
    ));
    row.local_path = None;
}

/// Whether two files hold the same bytes.
fn is_same(one: &Path, other: &Path) -> io::Result<bool> {
    let (mut one, mut other) = (File::open(one)?, File::open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut left, mut right) = (Vec::with_capacity(PIECE), Vec::with_capacity(PIECE));
    loop {
        for (file, piece) in [(&mut one, &mut left), (&mut other, &mut right)] {
            piece.clear();
            file.take(PIECE as u64).read_to_end(piece)?;
        }
        if left != right {
            return Ok(false);
        }
        if left.is_empty() {
            return Ok(true);
        }
    }
}
