//! Queries the MAST archive for Kepler, K2 and TESS data, and returns tables.
//!
//! ```text
//! Search ─ Target ─ MastClient::search
//!   resolve        name → position                       all services' answers are read and compared
//!   observations   Mast.Caom.Filtered[.Position]   ∥     TESScut sectors
//!   products       Mast.Caom.Products, ≤ 500 observations each, at once
//!   join → added columns → sort → filter → SearchResult { table, warnings, empty_reason }        pure
//! ```
//!
//! Plain functions make the requests and read the responses (`request`, `response`); only [`MastClient`] does I/O. Nothing here
//! touches the disk. The results follow the Python package lksearch 1.2.1, column names included; where that is wrong, they differ.

mod citation;
mod client;
mod columns;
mod cutout;
mod decide;
mod empty_reason;
mod endpoints;
mod error;
mod filter;
mod finished;
mod footprints;
mod join;
mod k2;
mod kepler;
mod kept;
mod kind;
pub mod lanes;
mod many;
mod naming;
mod observations;
mod pipeline;
mod position;
mod product;
mod prospect;
mod region;
mod request;
mod resolve;
mod response;
mod result;
mod script;
mod search;
mod seen;
mod sort;
mod target;
mod target_list;
mod tess;
mod warning;

pub use citation::{Acknowledgement, Citations, Collection, Uncited};
pub use client::{CloudPaths, Listing, ManySearch, MastClient, PipelineCount, Polling, cloud_key};
pub use columns::{Column, as_in_results, with_units};
pub use cutout::{Cutout, CutoutName, CutoutSize};
pub use empty_reason::EmptyReason;
pub use endpoints::Endpoints;
pub use error::{AnswerProblem, Error, Service};
pub use filter::{Campaign, CampaignHalf, Campaigns, Description, Exptime, Filters, Numbers, Rejection, TextFilter};
pub use kept::{KeptAnswer, Notes};
pub use kind::{Kind, KindFilter, Kinds};
pub use lanes::http_options;
pub use lks_answers::Answers;
pub use lks_table::{ColumnType, Expression};
pub use many::{InputResult, ManyPart};
pub use naming::{data_uri, pipeline_of};
pub use pipeline::{Family, FluxColumn, GENERIC, Pipeline, QualityColumn};
pub use position::{ArcSeconds, Position};
pub use product::{NoFile, NoFileReason, Product};
pub use prospect::Prospect;
pub use resolve::{Located, Resolution};
pub use response::SectorSeen;
pub use result::{SearchResult, read_table};
pub use script::CurlScript;
pub use search::{Mission, Provenance, Search};
pub use seen::LastTime;
pub use target::{Catalog, Target, TargetId, as_typed, gaia_without_release, id_with_sign, name_as_typed};
pub use target_list::{ListedInput, TargetList};
pub use warning::Warning;

/// The examples of the README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
