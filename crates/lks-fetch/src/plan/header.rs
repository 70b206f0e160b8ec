//! What the file of a plan says besides its rows: metadata of its Arrow schema, `lksearch.plan.…`.

use std::collections::HashMap;

use lks_table::Table;

use super::policy::{CutoutSource, Policy};
use super::shard::Shard;
use crate::error::Error;

/// The version of the format that is written, and the newest that is read.
pub const PLAN_VERSION: u32 = 1;

pub(super) const VERSION: &str = "lksearch.plan.version";
pub(super) const ID: &str = "lksearch.plan.id";
const PROGRAM: &str = "lksearch.plan.program";
const QUESTION: &str = "lksearch.plan.question";
const CREATED: &str = "lksearch.plan.created";
pub(super) const SOURCES: &str = "lksearch.plan.sources";
const CUTOUTS: &str = "lksearch.plan.cutouts";
pub(super) const SHARD: &str = "lksearch.plan.shard";
/// Where cutouts come from, if that was chosen.
const CUBES: &str = "cubes";
const SERVICE: &str = "tesscut";

/// Who makes a plan, of what, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authorship {
    /// The program, with its version.
    pub program: String,
    /// What was asked.
    pub question: String,
    /// When, UTC.
    pub created: String,
}

/// What a plan, or a shard of it, says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanHeader {
    /// The number of its rows, a dash, and 16 hexadecimal digits of the SHA-256 of their URIs in their order: two plans of one id have the same rows.
    pub id: String,
    /// Who made it.
    pub authorship: Authorship,
    /// Which of its rows these are; `None` for all of them.
    pub shard: Option<Shard>,
    pub(super) sources: Sources,
    pub(super) cutouts: CutoutSource,
}

/// Which places are used, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sources {
    CloudFirst,
    ArchiveFirst,
    CloudOnly,
    Links,
    LinksOnly,
}

impl PlanHeader {
    /// The header of a table; `None` for one that is not a plan.
    ///
    /// # Errors
    /// As [`PortablePlan::of_table`](crate::PortablePlan::of_table).
    pub fn of_table(table: &Table) -> Result<Option<Self>, Error> {
        let metadata = table.metadata();
        let Some(version) = metadata.get(VERSION) else {
            return Ok(None);
        };
        let text = |key: &str| metadata.get(key).cloned().unwrap_or_default();
        if version.parse() != Ok(PLAN_VERSION) {
            let program = Some(text(PROGRAM)).filter(|program| !program.is_empty());
            return Err(Error::Plan(format!(
                "it is a plan of version {version}, and version {PLAN_VERSION} is the newest that this program reads; use {}, or make the plan anew with `lksearch plan`",
                program.as_deref().unwrap_or("the program that wrote it")
            )));
        }
        let damaged = |key: &str| {
            Error::Plan(format!(
                "its metadata {key} is not what a plan says; make it anew with `lksearch plan`"
            ))
        };
        Ok(Some(Self {
            id: metadata
                .get(ID)
                .filter(|id| num_rows(id).is_some())
                .cloned()
                .ok_or_else(|| damaged(ID))?,
            authorship: Authorship {
                program: text(PROGRAM),
                question: text(QUESTION),
                created: text(CREATED),
            },
            shard: match metadata.get(SHARD) {
                Some(shard) => Some(shard.parse().map_err(|_| damaged(SHARD))?),
                None => None,
            },
            sources: Sources::parse(&text(SOURCES)).ok_or_else(|| damaged(SOURCES))?,
            cutouts: match metadata.get(CUTOUTS).map(String::as_str) {
                None => CutoutSource::Auto,
                Some(CUBES) => CutoutSource::Cubes,
                Some(SERVICE) => CutoutSource::Service,
                Some(_) => return Err(damaged(CUTOUTS)),
            },
        }))
    }

    /// How many rows the whole plan has.
    pub fn num_rows(&self) -> u64 {
        num_rows(&self.id).unwrap_or(0)
    }

    /// As the metadata of its file.
    pub fn metadata(&self) -> HashMap<String, String> {
        let Authorship {
            program,
            question,
            created,
        } = &self.authorship;
        let cutouts = match self.cutouts {
            CutoutSource::Auto => None,
            CutoutSource::Cubes => Some(CUBES.to_owned()),
            CutoutSource::Service => Some(SERVICE.to_owned()),
        };
        let optional = [(CUTOUTS, cutouts), (SHARD, self.shard.map(|shard| shard.to_string()))];
        let entries = [
            (VERSION, PLAN_VERSION.to_string()),
            (ID, self.id.clone()),
            (PROGRAM, program.clone()),
            (QUESTION, question.clone()),
            (CREATED, created.clone()),
            (SOURCES, self.sources.words().to_owned()),
        ];
        let entries = entries.map(|(key, value)| (key.to_owned(), value));
        let optional = optional
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), value?)));
        entries.into_iter().chain(optional).collect()
    }
}

impl Sources {
    const ALL: [Self; 5] = [
        Self::CloudFirst,
        Self::ArchiveFirst,
        Self::CloudOnly,
        Self::Links,
        Self::LinksOnly,
    ];

    pub(super) fn of(policy: &Policy) -> Self {
        match (policy.download_cloud, policy.cloud_only, policy.prefer_cloud) {
            (true, true, _) => Self::CloudOnly,
            (true, false, true) => Self::CloudFirst,
            (true, false, false) => Self::ArchiveFirst,
            (false, false, _) => Self::Links,
            (false, true, _) => Self::LinksOnly,
        }
    }

    /// `prefer_cloud`, `cloud_only` and `download_cloud`.
    pub(super) fn settings(self) -> (bool, bool, bool) {
        match self {
            Self::CloudFirst => (true, false, true),
            Self::ArchiveFirst => (false, false, true),
            Self::CloudOnly => (true, true, true),
            Self::Links => (true, false, false),
            Self::LinksOnly => (true, true, false),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::CloudFirst => "cloud mast",
            Self::ArchiveFirst => "mast cloud",
            Self::CloudOnly => "cloud",
            Self::Links => "link mast",
            Self::LinksOnly => "link",
        }
    }

    fn parse(words: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sources| sources.words() == words)
    }
}

/// The number of rows that the id of a plan says.
pub(crate) fn num_rows(id: &str) -> Option<u64> {
    id.split_once('-')?.0.parse().ok()
}
