//! A lock of the rows of a table: what a manifest already says of them, what the store knows, and what has to be fetched for it.

use std::collections::HashMap;
use std::time::SystemTime;

use lks_cache::{Level, Lookup, Record, Store, is_sha256};
use lks_mast::{CutoutSize, NoFile, Product};
use lks_table::{Row, Table};

use super::{Content, Lock, LockedProduct};
use crate::blocking::blocking;
use crate::error::Error;
use crate::fetcher::Fetcher;
use crate::plan::policy::Policy;
use crate::report::manifest::{Manifest, ManifestRow, Status};
use crate::report::progress::Progress;
use crate::store::key::key_of;

/// What came of locking the rows of a table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Locking {
    /// What a [`Lock`] of them holds, in the order of the table, each once.
    pub products: Vec<LockedProduct>,
    /// What became of each row, in the order of the table.
    pub manifest: Manifest,
    /// Rows that are not in the lock.
    pub left_out: Vec<LeftOut>,
}

/// A row that could not be locked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// Its number, from 0.
    pub row: usize,
    /// Why.
    pub reason: String,
}

impl Fetcher {
    /// Locks the rows: a row of a manifest that has its SHA-256 is locked as the manifest says, without a request; the file of any other
    /// row is brought into the store first, unless it is there.
    ///
    /// # Cancellation
    /// As [`Fetcher::run`].
    pub async fn lock(
        &self,
        table: &Table,
        cutout_size: CutoutSize,
        policy: &Policy,
        progress: &dyn Progress,
    ) -> Locking {
        let rows = Product::of_table(table, cutout_size);
        let stated: Vec<Option<Stated>> = table.rows().map(|row| Stated::of(&row)).collect();
        let is_stated = |n: usize| stated.get(n).is_some_and(Option::is_some) && rows[n].is_ok();
        let (fetched, given): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(|n| !is_stated(*n));
        // A link is no bytes, and an unchecked file has no hash.
        let policy = policy.clone().with_download_cloud(true).with_check_sizes(true);
        let wanted = fetched.iter().map(|n| rows[*n].clone()).collect();
        let run = self.run(self.plan(wanted, &policy).await, progress).await;
        let mut manifest = Manifest {
            rows: rows.iter().map(ManifestRow::of).collect(),
            ..Manifest::default()
        };
        for (n, row) in fetched.into_iter().zip(run.rows) {
            manifest.rows[n] = row;
        }
        for n in given {
            if let Some(Some(stated)) = stated.get(n) {
                let row = &mut manifest.rows[n];
                (row.status, row.bytes) = (Status::Complete, Some(stated.size));
                row.sha256 = Some(stated.sha256.clone());
            }
        }
        let store = self.store().clone();
        blocking(move || locked(&store, &rows, &stated, manifest)).await
    }
}

/// What a row of a manifest says of its file.
struct Stated {
    size: u64,
    sha256: String,
    source: Option<String>,
}

impl Stated {
    /// `None` for a row that does not state the bytes.
    fn of(row: &Row<'_>) -> Option<Self> {
        let sha256 = row.text("sha256").filter(|sha256| is_sha256(sha256))?.to_owned();
        // Programs write a column with gaps as one of floating-point numbers.
        let size = row
            .float("bytes")
            .filter(|size| (0.0..1e15).contains(size) && size.fract() == 0.0)? as u64;
        let source = row.text("source").filter(|source| *source != "cache");
        Some(Self {
            size,
            sha256,
            source: source.map(str::to_owned),
        })
    }
}

fn locked(store: &Store, rows: &[Result<Product, NoFile>], stated: &[Option<Stated>], manifest: Manifest) -> Locking {
    let (mut products, mut left_out) = (Vec::<LockedProduct>::new(), Vec::new());
    let (mut by_uri, mut by_path) = (HashMap::<String, usize>::new(), HashMap::<String, usize>::new());
    for (n, (row, outcome)) in rows.iter().zip(&manifest.rows).enumerate() {
        let stated = stated.get(n).and_then(Option::as_ref);
        match entry(store, row, stated, outcome).and_then(readable) {
            Err(reason) => left_out.push(LeftOut { row: n, reason }),
            Ok(entry) => {
                let (uri, path) = (entry.product.uri().to_owned(), entry.product.path().join("/"));
                let earlier = by_uri.get(&uri).or_else(|| by_path.get(&path)).map(|at| &products[*at]);
                match earlier {
                    None => {
                        by_uri.insert(uri, products.len());
                        by_path.insert(path, products.len());
                        products.push(entry);
                    }
                    Some(earlier) if earlier.product.uri() == uri && earlier.content.sha256 == entry.content.sha256 => {}
                    Some(earlier) => left_out.push(LeftOut {
                        row: n,
                        reason: format!(
                            "another row has the same file, {}, with other bytes or under another URI; only the first is locked",
                            earlier.product.path().join("/")
                        ),
                    }),
                }
            }
        }
    }
    Locking {
        products,
        manifest,
        left_out,
    }
}

fn entry(
    store: &Store,
    row: &Result<Product, NoFile>,
    stated: Option<&Stated>,
    outcome: &ManifestRow,
) -> Result<LockedProduct, String> {
    let product = row.as_ref().map_err(|none| none.reason.to_string())?;
    let key = key_of(product).map_err(|error| error.to_string())?;
    let record = || match store.lookup(&key, Level::Stat, SystemTime::now()) {
        Ok(Lookup::Hit(entry)) => Ok(entry.record),
        Ok(Lookup::Miss(_)) => Ok(None),
        Err(error) => Err(error.to_string()),
    };
    match stated {
        // What the manifest says holds, whatever the store has by now.
        Some(Stated { size, sha256, source }) => {
            let record = record().ok().flatten().filter(|record| record.sha256 == *sha256);
            Ok(match record {
                Some(record) => of_record(product, record),
                None => LockedProduct {
                    product: product.clone().with_size(*size),
                    content: Content {
                        size: *size,
                        sha256: sha256.clone(),
                        etag: None,
                        last_modified: None,
                    },
                    source: source.clone(),
                    note: None,
                },
            })
        }
        None if outcome.sha256.is_some() => match record()? {
            Some(record) => Ok(of_record(product, record)),
            None => Err("its file is not in the store any more; lock it again".to_owned()),
        },
        None => Err(outcome
            .message
            .clone()
            .unwrap_or_else(|| "there is no file of it".to_owned())),
    }
}

/// The entry, if a lock that has it can be read again: the names are the archive's.
fn readable(entry: LockedProduct) -> Result<LockedProduct, String> {
    let no_questions: [String; 0] = [];
    let alone = Lock::new("", "", no_questions, [entry.clone()]).to_text();
    match Lock::parse(alone.as_bytes()) {
        Ok(_) => Ok(entry),
        Err(Error::Lock { reason, .. }) => Err(reason),
        Err(other) => Err(other.to_string()),
    }
}

fn of_record(product: &Product, record: Record) -> LockedProduct {
    let printable = |text: Option<String>| text.filter(|text| !text.contains(char::is_control));
    LockedProduct {
        product: product.clone().with_size(record.size),
        content: Content {
            size: record.size,
            sha256: record.sha256,
            etag: printable(record.etag),
            last_modified: printable(record.last_modified),
        },
        source: printable(Some(record.source)),
        note: printable(record.note),
    }
}
