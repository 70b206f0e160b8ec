//! Where a table goes: stdout, a device, or a file that replaces an old one whole.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use lksearch::Error;
use tempfile::NamedTempFile;

/// What is written to.
pub(super) enum Place {
    Stdout,
    /// A device or a pipe, such as `/dev/null`: there is nothing to rename over it.
    Device(File),
    /// Written beside the file and then renamed, so that an old file is replaced whole or not at all.
    File {
        path: PathBuf,
        draft: NamedTempFile,
    },
}

impl Place {
    /// Makes a path ready to be written.
    ///
    /// # Errors
    /// Nothing can be written there.
    pub(super) fn of(path: &Path) -> Result<Self, Error> {
        place(path).map_err(unwritable(path))
    }

    /// Gives the file its name.
    pub(super) fn publish(self) -> Result<(), Error> {
        let Self::File { path, draft } = self else {
            return Ok(());
        };
        allow_reading(&draft).map_err(unwritable(&path))?;
        let persisted = draft.persist(&path).map(drop);
        persisted.map_err(|error| unwritable(&path)(error.error))
    }
}

fn place(path: &Path) -> io::Result<Place> {
    let path = match std::fs::metadata(path) {
        Ok(there) if there.is_dir() => return Err(io::Error::from(io::ErrorKind::IsADirectory)),
        Ok(there) if !there.is_file() => return Ok(Place::Device(File::options().write(true).open(path)?)),
        // A link stays one; the file that it points to is replaced.
        Ok(_) => path.canonicalize()?,
        Err(_) => path.to_path_buf(),
    };
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if !directory.is_dir() {
        let reason = format!("there is no directory {}", directory.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, reason));
    }
    let draft = tempfile::Builder::new().prefix(".lksearch-").tempfile_in(directory);
    let draft = draft.map_err(|error| match error.kind() {
        // The name of the draft is nothing that anybody asked for.
        kind @ (io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => kind.into(),
        _ => error,
    })?;
    Ok(Place::File { path, draft })
}

/// A temporary file is private; what the user asked for is as readable as any file they make.
#[cfg(unix)]
fn allow_reading(draft: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // The mask cannot be read without changing it for a moment; a second new file shows what it leaves.
    let sample = draft.path().with_extension("mode");
    let mode = File::create_new(&sample)?.metadata()?.permissions().mode();
    std::fs::remove_file(&sample)?;
    draft.as_file().set_permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn allow_reading(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> Error {
    let path = path.display().to_string();
    move |source| Error::File {
        operation: "write",
        path: path.clone(),
        source,
    }
}
