//! The program under test, each time with a home of its own making and the settings of one archive.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A program, an archive, and a directory for what they need.
pub(crate) struct Bench {
    program: String,
    archive: String,
    directory: TempDir,
}

/// A row of the table to download.
pub(crate) struct Product {
    pub(crate) uri: String,
    pub(crate) collection: &'static str,
    pub(crate) obs_id: String,
    pub(crate) filename: String,
    pub(crate) size: u64,
}

impl Bench {
    /// `archive` is `http://HOST:PORT`; files go below `scratch`.
    pub(crate) fn new(program: &str, archive: String, scratch: &Path) -> Result<Self, String> {
        let directory = tempfile::Builder::new().prefix("lks-campaign-").tempdir_in(scratch);
        Ok(Self {
            program: program.to_owned(),
            archive,
            directory: directory.map_err(|error| format!("{}: {error}", scratch.display()))?,
        })
    }

    /// A path below the directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Where the product is once it is there.
    pub(crate) fn file(&self, cache: &str, product: &Product) -> PathBuf {
        let folder = self.path(cache).join("mastDownload").join(product.collection);
        folder.join(&product.obs_id).join(&product.filename)
    }

    /// Writes the table.
    pub(crate) fn table(&self, name: &str, products: &[Product]) -> Result<PathBuf, String> {
        let mut text = String::from("obs_collection,obs_id,productFilename,dataURI,size\n");
        for product in products {
            let Product {
                uri,
                collection,
                obs_id,
                filename,
                size,
            } = product;
            text += &format!("{collection},{obs_id},{filename},{uri},{size}\n");
        }
        let path = self.path(name);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }

    /// Starts a download of the table into the cache; its manifest becomes `manifest`.
    pub(crate) fn download(&self, table: &Path, cache: &str, manifest: &str, more: &[&str]) -> Result<Child, String> {
        let mut command = Command::new(&self.program);
        command.env_clear().env("HOME", self.directory.path());
        command.env("XDG_RUNTIME_DIR", self.directory.path());
        for key in ["mast", "resolver", "s3"] {
            command.arg("--set").arg(format!("endpoints.{key}={}", self.archive));
        }
        command.arg("--quiet").arg("--cache-dir").arg(self.path(cache));
        command.arg("download").arg("--from").arg(table).args(more);
        command.arg("--output").arg(self.path(manifest));
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.spawn().map_err(|error| format!("{}: {error}", self.program))
    }
}

/// The light curves of the made-up stars of an archive with so many.
pub(crate) fn light_curves(n: u64, size_of: impl Fn(&str) -> u64) -> Vec<Product> {
    (0..n)
        .map(|n| {
            let obs_id = format!("tess2018206045859-s0001-{:016}-0120-s", 9_000_000_000 + n);
            let filename = format!("{obs_id}_lc.fits");
            let uri = format!("mast:TESS/product/{filename}");
            Product {
                size: size_of(&uri),
                uri,
                collection: "TESS",
                obs_id,
                filename,
            }
        })
        .collect()
}
