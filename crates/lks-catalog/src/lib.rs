//! Stars in catalogues: the TIC, KIC and EPIC of TESS, Kepler and K2, and Gaia; their numbers in each other, their names, and where they are at any time.
//!
//! ```text
//! cone          a position and a radius ─► the stars around it, as they stand at an epoch
//! look_up       thousands of ids        ─► a row for each, in their order
//! cross_match   the same in another catalogue: unique, ambiguous or none
//! names         thousands of names      ─► all names of each, from SIMBAD
//! identify      names or ids            ─► all numbers that the catalogues have of each
//! ```
//!
//! Plain functions write the queries (`adql`), read the answers (`answer`, `stars`) and move the stars (`motion`); only [`CatalogClient`]
//! does I/O, by [TAP](https://www.ivoa.net/documents/TAP/). Nothing here touches the disk.
//!
//! # Columns of stars
//!
//! `id`; `ra` and `dec` in degrees, ICRS, at `epoch` (Julian years, TDB); `separation_arcsec` and `relative_flux` of a cone: the angle from the asked
//! position, and the brightness relative to the star that is nearest to it; `magnitude` in `band`; `pm_ra` (times the cosine of the declination) and
//! `pm_dec` in mas/yr, `parallax` in mas and `radial_velocity` in km/s as the catalogue has them at `catalog_epoch`; and what only that catalogue has.
//! What a catalogue lacks is null.

mod adql;
mod answer;
mod client;
mod cone;
mod cross_match;
mod error;
mod identity;
mod ids;
mod look_up;
mod motion;
mod names;
mod place;
mod schema;
mod search;
mod search_many;
mod star_catalog;
mod stars;
mod tap;

pub use client::{CatalogClient, CatalogEndpoints};
pub use cone::{Cone, Stars};
pub use cross_match::{Match, MatchState};
pub use error::{CatalogService, Error};
pub use identity::Identity;
pub use ids::{Epic, GaiaDr2, GaiaDr3, GaiaDr4, Kic, StarId, Tic};
pub use look_up::LookUp;
pub use motion::{Astrometry, Epoch};
pub use names::{Names, names_table};
pub use search_many::AllMissionsSearch;
pub use star_catalog::StarCatalog;
pub use stars::star_decimals;

/// The examples of the README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
