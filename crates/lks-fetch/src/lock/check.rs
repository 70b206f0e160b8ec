//! How a lock compares with what is here and with what the sources serve now. Nothing is written, and of the sources only heads are asked for.

use std::collections::HashMap;
use std::path::PathBuf;

use futures::StreamExt;
use http::{HeaderMap, Method, header};
use lks_cache::{Contents, Store};
use lks_http::Request;
use lks_mast::lanes;
use object_store::path::Path;
use object_store::{GetOptions, ObjectStore};

use super::{Content, Lock, LockedProduct};
use crate::blocking::blocking;
use crate::fetcher::{Fetcher, HEADS_AT_ONCE};
use crate::plan::route::Source;
use crate::report::failure::Failure;
use crate::report::manifest::FailureKind;
use crate::source::bucket::AnswerHeaders;
use crate::source::retrying;
use crate::source::validator::text;
use crate::store::key::key_of;

/// How one product of a lock compares.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checked {
    /// What is here.
    pub here: Here,
    /// What its source serves now.
    pub upstream: Upstream,
}

/// Whether a store has the locked bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Here {
    /// The file at the product's path has them.
    Equal(PathBuf),
    /// This file has them: another product's, or one that was set aside. [`Fetcher::plan_sync`] puts a copy at the path.
    Elsewhere(PathBuf),
    /// The file at the product's path has other bytes.
    Other(PathBuf),
    /// Nothing has them.
    Missing,
    /// It cannot be told, for this reason.
    Unreadable(String),
}

/// Whether the source of a product still serves the locked bytes, as far as its validators tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upstream {
    /// It was not asked.
    NotAsked,
    /// The validators are those of the lock.
    Same,
    /// The source serves something else now, or nothing.
    Changed(String),
    /// It cannot be told, for this reason.
    Unknown(String),
}

impl Here {
    /// The word for it in tables.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Equal(_) => "EQUAL",
            Self::Elsewhere(_) => "HELD",
            Self::Other(_) => "OTHER",
            Self::Missing => "MISSING",
            Self::Unreadable(_) => "UNREADABLE",
        }
    }
}

impl Upstream {
    /// The word for it in tables.
    pub(crate) fn word(&self) -> Option<&'static str> {
        match self {
            Self::NotAsked => None,
            Self::Same => Some("same"),
            Self::Changed(_) => Some("changed"),
            Self::Unknown(_) => Some("unknown"),
        }
    }
}

impl Checked {
    /// What the user should know, if it is not plainly equal.
    pub fn message(&self) -> Option<String> {
        let here = match &self.here {
            Here::Equal(_) | Here::Missing => None,
            Here::Elsewhere(path) => Some(format!(
                "{} has the locked bytes; `sync` puts them in place",
                path.display()
            )),
            Here::Other(_) => {
                Some("another file stands in its place; `sync` sets it aside when the locked bytes came".to_owned())
            }
            Here::Unreadable(reason) => Some(reason.clone()),
        };
        let upstream = match &self.upstream {
            Upstream::NotAsked | Upstream::Same => None,
            Upstream::Changed(reason) | Upstream::Unknown(reason) => Some(reason.clone()),
        };
        let said: Vec<String> = here.into_iter().chain(upstream).collect();
        (!said.is_empty()).then(|| said.join("; "))
    }
}

impl Fetcher {
    /// Compares the products of the lock, in its order, with the store, every file read to its end, and, if `asks`, with what their
    /// sources serve.
    pub async fn check(&self, lock: &Lock, asks: bool) -> Vec<Checked> {
        let (store, products) = (self.store().clone(), lock.products().to_vec());
        let here = blocking(move || {
            let contents = store.contents();
            products
                .iter()
                .map(|locked| compare_here(&store, &contents, locked))
                .collect::<Vec<_>>()
        });
        let upstream = async {
            match asks {
                true => self.upstream(lock.products()).await,
                false => vec![Upstream::NotAsked; lock.products().len()],
            }
        };
        let (here, upstream) = futures::future::join(here, upstream).await;
        here.into_iter()
            .zip(upstream)
            .map(|(here, upstream)| Checked { here, upstream })
            .collect()
    }

    async fn upstream(&self, products: &[LockedProduct]) -> Vec<Upstream> {
        let on_cloud = products
            .iter()
            .filter(|locked| is_from_cloud(locked) && is_comparable(locked).is_ok());
        let uris: Vec<String> = on_cloud.map(|locked| locked.product.uri().to_owned()).collect();
        let keys = match uris.is_empty() {
            true => Ok(HashMap::new()),
            false => self
                .mast
                .clone()
                .without_answers()
                .cloud_paths(&uris)
                .await
                .map(|paths| paths.keys)
                .map_err(|error| error.to_string()),
        };
        let keys = &keys;
        // By number, because a closure over borrowed products would make this future one that cannot be spawned.
        futures::stream::iter(0..products.len())
            .map(|n| async move { self.upstream_of(&products[n], keys).await })
            .buffered(HEADS_AT_ONCE)
            .collect()
            .await
    }

    /// `keys` are those of the products that came from the cloud, or why they are not known.
    async fn upstream_of(
        &self,
        locked: &LockedProduct,
        keys: &Result<HashMap<String, Option<String>>, String>,
    ) -> Upstream {
        if let Err(reason) = is_comparable(locked) {
            return Upstream::Unknown(reason.to_owned());
        }
        let headers = match (is_from_cloud(locked), keys) {
            (false, _) => self.head_of_archive(locked.product.uri()).await,
            (true, Err(reason)) => return Upstream::Unknown(reason.clone()),
            (true, Ok(keys)) => match keys.get(locked.product.uri()).cloned().flatten() {
                Some(key) => self.head_of_object(&key).await,
                None => return Upstream::Changed("it is not on the cloud any more".to_owned()),
            },
        };
        match headers {
            Ok(headers) => compare(&locked.content, &headers),
            Err(failure) if failure.kind == FailureKind::NotFound => {
                Upstream::Changed(format!("it is not served any more: {}", failure.message))
            }
            Err(failure) => Upstream::Unknown(failure.message),
        }
    }

    async fn head_of_object(&self, key: &str) -> Result<HeaderMap, Failure> {
        let path = Path::parse(key).map_err(|error| Failure::protocol(error.to_string()))?;
        let options = GetOptions {
            head: true,
            ..GetOptions::default()
        };
        let answer = self.context.cloud.get_opts(&path, options).await?;
        Ok(answer
            .extensions
            .get::<AnswerHeaders>()
            .map(|it| it.0.clone())
            .unwrap_or_default())
    }

    async fn head_of_archive(&self, uri: &str) -> Result<HeaderMap, Failure> {
        let url = self.context.endpoints.product_url(uri);
        let mut request = Request::new(Method::HEAD, url).with_lane(lanes::FILE);
        request.redirect_lane = self.context.objects.clone().map(|objects| (objects, lanes::CLOUD));
        Ok(retrying::ask(&self.context.http, &request).await?.headers)
    }
}

fn is_from_cloud(locked: &LockedProduct) -> bool {
    locked.source.as_deref() == Some(Source::Cloud.word())
}

fn is_comparable(locked: &LockedProduct) -> Result<(), &'static str> {
    if locked.product.cutout().is_some() {
        Err("a cutout is made anew for each request")
    } else if locked.content.etag.is_none() && locked.content.last_modified.is_none() {
        Err("the lock has no ETag and no date of it")
    } else {
        Ok(())
    }
}

fn compare_here(store: &Store, contents: &Contents<'_>, locked: &LockedProduct) -> Here {
    let (sha256, size) = (locked.content.sha256.as_str(), locked.content.size);
    let key = match key_of(&locked.product) {
        Ok(key) => key,
        Err(error) => return Here::Unreadable(error.to_string()),
    };
    let found = match contents.at(&key.path, sha256, size) {
        Ok(Some(holding)) => return Here::Equal(holding.path),
        Ok(None) => contents.find(sha256, size),
        Err(error) => Err(error),
    };
    let path = store.path_of(&key.path);
    match found {
        Ok(Some(holding)) => Here::Elsewhere(holding.path),
        Ok(None) if path.symlink_metadata().is_ok() => Here::Other(path),
        Ok(None) => Here::Missing,
        Err(error) => Here::Unreadable(error.to_string()),
    }
}

/// What the head of an answer says of the locked bytes. An equal strong tag settles it; else a size or a date that differs does.
fn compare(content: &Content, headers: &HeaderMap) -> Upstream {
    let length = text(headers, header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if let Some(length) = length.filter(|length| *length != content.size) {
        return Upstream::Changed(format!("it has {length} bytes now, and had {}", content.size));
    }
    let pairs = [
        ("ETag", content.etag.as_deref(), text(headers, header::ETAG)),
        (
            "date",
            content.last_modified.as_deref(),
            text(headers, header::LAST_MODIFIED),
        ),
    ];
    for (name, locked, now) in pairs {
        match (locked, now) {
            (Some(locked), Some(now)) if locked == now => return Upstream::Same,
            (Some(locked), Some(now)) => {
                return Upstream::Changed(format!("its {name} is {now} now, and was {locked}"));
            }
            _ => {}
        }
    }
    Upstream::Unknown("its source gives neither an ETag nor a date to compare".to_owned())
}

#[cfg(test)]
mod tests;
