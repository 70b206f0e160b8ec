//! What the store has: the look-ups of a run, made together on a thread that may block.

use std::path::PathBuf;
use std::time::SystemTime;

use lks_cache::{Adoption, Assurance, Entry, Facts, Glance, Key, Level, Lookup, MissReason, Record, Store, Writer};
use lks_mast::{NoFile, Product};

use crate::plan::policy::Policy;
use crate::plan::route::Source;
use crate::plan::{Kept, Local};
use crate::report::failure::Failure;
use crate::store::content::Form;
use crate::store::foreign::check_foreign;
use crate::store::key::key_of;
use crate::store::resume_point::ResumePoint;

/// What the record says of the source of a file that was found.
const FOUND: &str = "found";

/// So many are asked for at once, which bounds what is kept of records meanwhile.
const LOOKED_UP_AT_ONCE: usize = 1024;

/// What the store has of each row's product. One with an unsafe name is absent: it will not be fetched either.
pub(crate) fn look_up(store: &Store, rows: &[Result<Product, NoFile>], policy: &Policy) -> Vec<Local> {
    let mut local = vec![Local::Absent; rows.len()];
    if policy.force {
        return local;
    }
    for (rows, local) in rows.chunks(LOOKED_UP_AT_ONCE).zip(local.chunks_mut(LOOKED_UP_AT_ONCE)) {
        let named = rows.iter().enumerate().filter_map(|(n, row)| {
            let product = row.as_ref().ok()?;
            Some(((n, product), key_of(product).ok()?))
        });
        let (products, keys): (Vec<(usize, &Product)>, Vec<Key>) = named.unzip();
        let seen = match policy.level() {
            // What cannot be read is told of each file.
            Level::Stat => store.glance(&keys).unwrap_or_default(),
            _ => Vec::new(),
        };
        let mut seen = seen.into_iter();
        for ((n, product), key) in products.into_iter().zip(keys) {
            local[n] = match seen.next() {
                Some(Glance::Unchanged(record)) => {
                    Local::Whole(kept_of(store.path_of(&key.path), record.size, Some(&record)))
                }
                Some(Glance::Absent) => Local::Absent,
                Some(Glance::Unclear) | None => look_up_one(store, product, &key, policy),
            };
        }
    }
    local
}

fn look_up_one(store: &Store, product: &Product, key: &Key, policy: &Policy) -> Local {
    match store.lookup(key, policy.level(), SystemTime::now()) {
        Ok(Lookup::Hit(entry)) if policy.check_sizes => Local::Whole(kept(&entry)),
        Ok(Lookup::Hit(entry)) => Local::Unchecked(kept(&entry)),
        Ok(Lookup::Miss(MissReason::Absent)) => Local::Absent,
        Ok(Lookup::Miss(MissReason::Unrecorded { size })) => unrecorded(store, product, key, size),
        Ok(Lookup::Miss(reason)) => Local::Damaged(reason.to_string()),
        Err(error) => Local::Damaged(error.to_string()),
    }
}

/// A file that another tool left: taken over, untouched, if its structure says that it is whole and its own checksums are right, or if it
/// is as long as the table says where no structure can tell.
fn unrecorded(store: &Store, product: &Product, key: &Key, size: u64) -> Local {
    let form = Form::of(product.filename());
    if !form.has_structure() && product.size().is_none() {
        return Local::Damaged(format!(
            "a file of {size} bytes is there, and nothing tells whether it is whole"
        ));
    }
    let assurance = if form.has_structure() {
        Assurance::Structure
    } else {
        Assurance::Length
    };
    let length = product.size().filter(|_| !form.has_structure());
    let facts = Facts::from_source(FOUND).with_length(length);
    let facts = facts.with_table_size(product.size()).with_assurance(assurance);
    match store.adopt(key, facts, &check_foreign, SystemTime::now()) {
        Ok(Adoption::Adopted(entry) | Adoption::Known(entry)) => Local::Whole(kept(&entry)),
        Ok(Adoption::Refused(refusal)) => Local::Damaged(format!("a file that another program left: {refusal}")),
        Ok(_) => Local::Damaged("a file that another program left is in its place".to_owned()),
        Err(error) => Local::Damaged(error.to_string()),
    }
}

/// Looks again, because another process may have brought the file meanwhile. One of another SHA-256 than is given does not count.
///
/// # Errors
/// The file is not here and cannot be written, so that it need not be asked for.
pub(crate) fn look_again(store: &Store, key: &Key, force: bool, sha256: Option<&str>) -> Result<Option<Kept>, Failure> {
    if !force
        && let Ok(Lookup::Hit(entry)) = store.lookup(key, Level::Stat, SystemTime::now())
        && let kept = kept(&entry)
        && sha256.is_none_or(|sha256| kept.sha256.as_deref() == Some(sha256))
    {
        return Ok(Some(kept));
    }
    store.check_writable(key)?;
    Ok(None)
}

/// Resumes what an earlier run left of the product from that kind of place, if its owner is gone.
pub(crate) fn resume(store: &Store, key: &Key, source: Source) -> Option<(Writer, ResumePoint)> {
    let kept = store.resumable(key).unwrap_or_else(|error| {
        tracing::debug!(%error, "what earlier runs left is not looked at");
        Vec::new()
    });
    let origins = kept.iter().filter_map(|text| ResumePoint::parse(text));
    origins.filter(|origin| origin.source == source).find_map(|origin| {
        let resumed = store.resume(key, &origin.to_text());
        let writer = resumed.inspect_err(|error| tracing::debug!(%error, "what an earlier run left is not continued"));
        Some((writer.ok().flatten()?, origin))
    })
}

/// What a row says of a file of the store.
pub(crate) fn kept(entry: &Entry) -> Kept {
    let bytes = entry.file.metadata().map_or(0, |metadata| metadata.len());
    Kept {
        noticed: entry.noticed.clone(),
        ..kept_of(entry.path.clone(), bytes, entry.record.as_ref())
    }
}

fn kept_of(path: PathBuf, bytes: u64, record: Option<&Record>) -> Kept {
    Kept {
        path,
        bytes,
        sha256: record.map(|record| record.sha256.clone()),
        assurance: record.map(|record| record.assurance),
        noticed: None,
        from_cloud: record.is_some_and(|record| record.source == Source::Cloud.word()),
    }
}
