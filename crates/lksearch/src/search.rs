//! The short way to begin a search: `tess("TOI 1161")?.sector(14)`.

use lks_mast::{Mission, Search, Target};

use crate::error::Error;

/// What TESS and the makers of high-level science products have of a target: a name, an id (`TIC 158324245`), or a position in degrees
/// (`"285.6794 +50.2413"`, ICRS). Nothing is asked yet.
///
/// ```
/// use lksearch::{Kind, Numbers, tess};
///
/// let search = tess("TOI 1161")?.sector(14).exptime(120).kind(Kind::Timeseries).mission_products();
/// assert_eq!(search.filters.sector, Some(Numbers::from(14)));
/// assert!(tess("158324245").is_err(), "a bare number could be a TIC, KIC or EPIC id");
/// # Ok::<(), lksearch::Error>(())
/// ```
///
/// # Errors
/// [`Error::Archive`], of the kind [`InvalidQuery`](crate::ErrorKind::InvalidQuery), if the text is no target. That a name is known to
/// nobody shows only when the archive is asked.
pub fn tess(target: &str) -> Result<Search, Error> {
    of(Mission::Tess, target)
}

/// What Kepler's prime mission and the makers of high-level science products have of a target.
///
/// ```
/// use lksearch::{Exptime, kepler};
///
/// let search = kepler("KIC 8644288")?.quarter([3, 4]).month(1).exptime(Exptime::Short);
/// assert!(search.filters.month.is_some());
/// # Ok::<(), lksearch::Error>(())
/// ```
///
/// # Errors
/// As [`tess`].
pub fn kepler(target: &str) -> Result<Search, Error> {
    of(Mission::Kepler, target)
}

/// What K2 and the makers of high-level science products have of a target.
///
/// ```
/// use lksearch::{Provenance, k2};
///
/// let search = k2("K2-18")?.campaign("1..5")?.hlsps();
/// assert_eq!(search.provenance, Provenance::Hlsps);
/// # Ok::<(), lksearch::Error>(())
/// ```
///
/// # Errors
/// As [`tess`].
pub fn k2(target: &str) -> Result<Search, Error> {
    of(Mission::K2, target)
}

/// What the pipelines of all three missions have of a target.
///
/// ```
/// use lksearch::{Mission, mast};
///
/// assert_eq!(mast("Kepler-10")?.pipeline(["SPOC", "Kepler"]).mission, Mission::Mast);
/// # Ok::<(), lksearch::Error>(())
/// ```
///
/// # Errors
/// As [`tess`].
pub fn mast(target: &str) -> Result<Search, Error> {
    of(Mission::Mast, target)
}

fn of(mission: Mission, target: &str) -> Result<Search, Error> {
    Ok(Search::new(mission, Target::parse(target)?))
}
