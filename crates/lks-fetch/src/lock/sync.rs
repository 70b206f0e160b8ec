//! The plan that brings exactly the bytes of a lock: from the store, whatever it keeps them as, else from where the product is served.

use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use lks_cache::{Assurance, Contents, Facts, Holding, Level, Lookup, Store};

use super::{Lock, LockedProduct};
use crate::blocking::blocking;
use crate::fetcher::Fetcher;
use crate::plan::policy::Policy;
use crate::plan::{Action, Kept, Local, Plan};
use crate::store::key::key_of;
use crate::store::local::kept;

impl Fetcher {
    /// Decides how each product of the lock is had, in the order of the lock. What the store has is read to its end; a file with the
    /// locked bytes that it keeps elsewhere, set aside or as another product, is copied to the product's path now. Of the rest a
    /// run takes only what has the locked bytes; what else stands in its place stays there until such a file came, and is set aside then.
    pub async fn plan_sync(&self, lock: &Lock, policy: &Policy) -> Plan {
        let policy = Policy {
            download_cloud: true,
            check_sizes: true,
            force: false,
            ..policy.clone()
        };
        let (store, products) = (self.store().clone(), lock.products().to_vec());
        let local = blocking(move || look_up(&store, &products)).await;
        let rows: Vec<_> = lock
            .products()
            .iter()
            .map(|locked| Ok(locked.product.clone()))
            .collect();
        let mut plan = self.plan_with(rows, &local, &policy).await;
        for (step, locked) in plan.steps.iter_mut().zip(lock.products()) {
            if let Action::Fetch { .. } = step.action {
                step.locked = Some(Arc::new(locked.clone()));
            }
        }
        plan
    }
}

fn look_up(store: &Store, products: &[LockedProduct]) -> Vec<Local> {
    let contents = store.contents();
    products
        .iter()
        .map(|locked| look_up_one(store, &contents, locked))
        .collect()
}

fn look_up_one(store: &Store, contents: &Contents<'_>, locked: &LockedProduct) -> Local {
    let Ok(key) = key_of(&locked.product) else {
        return Local::Absent;
    };
    let damaged = |error: &dyn std::fmt::Display| Local::Damaged(error.to_string());
    let (sha256, size) = (locked.content.sha256.as_str(), locked.content.size);
    let instead = match store.lookup(&key, Level::Sha256, SystemTime::now()) {
        Ok(Lookup::Hit(entry)) => match &entry.record {
            Some(record) if record.sha256 == sha256 => return whole(kept(&entry)),
            _ => Local::Damaged("it has other bytes than the lock".to_owned()),
        },
        Ok(Lookup::Miss(lks_cache::MissReason::Absent)) => Local::Absent,
        Ok(Lookup::Miss(reason)) => damaged(&reason),
        Err(error) => damaged(&error),
    };
    let found = match contents.at(&key.path, sha256, size) {
        Ok(None) => contents.find(sha256, size),
        found => found,
    };
    match found {
        Ok(Some(mut holding)) => put(store, &key, &mut holding, locked).unwrap_or_else(|error| damaged(&error)),
        Ok(None) => instead,
        Err(error) => damaged(&error),
    }
}

/// Copies what holds the locked bytes to the product's path; what stood there is set aside, and the same bytes are taken over.
fn put(
    store: &Store,
    key: &lks_cache::Key,
    holding: &mut Holding,
    locked: &LockedProduct,
) -> Result<Local, lks_cache::Error> {
    let unread = |source: io::Error| lks_cache::Error::Io {
        operation: "copy",
        path: store.path_of(&key.path),
        source,
    };
    let mut writer = store.begin(key, Some(locked.content.size))?;
    io::copy(&mut holding.file, &mut writer).map_err(unread)?;
    let finished = writer.finish()?;
    if finished.sha256() != locked.content.sha256 {
        return Err(unread(io::Error::other(format!(
            "{} was changed meanwhile",
            holding.path.display()
        ))));
    }
    let entry = finished.commit(facts(locked), SystemTime::now())?;
    let noticed = holding
        .is_set_aside
        .then(|| "the locked version had been set aside, and was put back".to_owned());
    Ok(whole(Kept {
        noticed,
        ..kept(&entry)
    }))
}

/// A file with the locked bytes, which are the same wherever they came from: also one that only the cloud may give is not asked for.
fn whole(kept: Kept) -> Local {
    Local::Whole(Kept {
        from_cloud: true,
        ..kept
    })
}

/// What the record says of a file that has the locked bytes: what was known when it was locked.
fn facts(locked: &LockedProduct) -> Facts {
    Facts::from_source(locked.source.as_deref().unwrap_or("lock"))
        .with_etag(locked.content.etag.clone())
        .with_last_modified(locked.content.last_modified.clone())
        .with_length(locked.content.size)
        .with_assurance(Assurance::Checksum)
        .with_note(locked.note.clone())
}
