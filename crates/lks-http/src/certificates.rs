//! Certificates in place of the system's.

use std::path::PathBuf;

#[cfg(feature = "tls")]
use reqwest::Certificate;

/// Where trusted certificates are, in PEM files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Certificates {
    /// A file of certificates.
    pub file: Option<NamedPath>,
    /// Directories of such files.
    pub directories: Vec<NamedPath>,
}

/// A path, and the variable that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamedPath {
    /// The path.
    pub path: PathBuf,
    /// The variable that holds it, for messages.
    pub variable: String,
}

impl Certificates {
    /// The same certificates, and those of this file.
    #[must_use]
    pub fn with_file(mut self, path: impl Into<PathBuf>, variable: impl Into<String>) -> Self {
        self.file = Some(NamedPath::new(path, variable));
        self
    }

    /// The same certificates, and those of the files in this directory.
    #[must_use]
    pub fn with_directory(mut self, path: impl Into<PathBuf>, variable: impl Into<String>) -> Self {
        self.directories.push(NamedPath::new(path, variable));
        self
    }

    /// Reads them, as far as they can be read; `None` if nothing is named, so that the system's count.
    ///
    /// # Errors
    /// There are none, in words.
    #[cfg(feature = "tls")]
    pub(crate) fn read(&self) -> Result<Option<Vec<Certificate>>, String> {
        let file = self.file.as_ref();
        let Some(first) = file.or(self.directories.first()) else {
            return Ok(None);
        };
        let mut found = Vec::new();
        let files = file.map(|file| (Some(file.path.as_path()), None));
        let directories = self
            .directories
            .iter()
            .map(|directory| (None, Some(directory.path.as_path())));
        for (file, directory) in files.into_iter().chain(directories) {
            let read = rustls_native_certs::load_certs_from_paths(file, directory);
            for error in read.errors {
                tracing::debug!(%error, "certificates left out");
            }
            found.extend(read.certs.iter().filter_map(|der| Certificate::from_der(der).ok()));
        }
        match found.is_empty() {
            true => Err(first.wrong()),
            false => Ok(Some(found)),
        }
    }
}

impl NamedPath {
    fn new(path: impl Into<PathBuf>, variable: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            variable: variable.into(),
        }
    }

    #[cfg(feature = "tls")]
    fn wrong(&self) -> String {
        let why = match std::fs::metadata(&self.path) {
            Err(error) => format!("which cannot be read: {error}"),
            Ok(_) => "in which there is no certificate that can be read".to_owned(),
        };
        format!(
            "the variable {} names {}, {why}; correct it, or unset it to use the certificates of the system",
            self.variable,
            self.path.display()
        )
    }
}

#[cfg(all(test, feature = "tls"))]
mod tests;
