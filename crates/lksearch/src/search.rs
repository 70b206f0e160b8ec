//! The short way to begin a search: `tess("TOI 1161")?.with_sector(14)`.

use lks_mast::{Mission, Search};

use crate::error::Error;

/// What TESS and the makers of high-level science products have of a target: a name, an id (`TIC 158324245`), or a position in degrees
/// (`"285.6794 +50.2413"`, ICRS). Nothing is sent yet.
///
/// ```
/// use lksearch::{Kind, Numbers, Provenance, tess};
///
/// let search = tess("TOI 1161")?
///     .with_sector(14)
///     .with_exptime(120)
///     .with_kind(Kind::Timeseries)
///     .with_provenance(Provenance::MissionProducts);
/// assert_eq!(search.filters.sector, Some(Numbers::from(14)));
/// assert!(tess("158324245").is_err(), "a bare number could be a TIC, KIC or EPIC id");
/// # Ok::<(), lksearch::Error>(())
/// ```
///
/// # Errors
/// [`Error::Archive`], of the kind [`InvalidQuery`](crate::ErrorKind::InvalidQuery), if the text is not a target. That no service
/// knows a name shows only when the archive is asked.
pub fn tess(target: &str) -> Result<Search, Error> {
    of(Mission::Tess, target)
}

/// What Kepler's prime mission and the makers of high-level science products have of a target.
///
/// ```
/// use lksearch::{Exptime, kepler};
///
/// let search = kepler("KIC 8644288")?.with_quarter([3, 4]).with_month(1).with_exptime(Exptime::Short);
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
/// let search = k2("K2-18")?.with_campaign(1..=5).with_provenance(Provenance::Hlsps);
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
/// assert_eq!(mast("Kepler-10")?.with_pipeline(["SPOC", "Kepler"]).mission, Mission::Mast);
/// # Ok::<(), lksearch::Error>(())
/// ```
///
/// # Errors
/// As [`tess`].
pub fn mast(target: &str) -> Result<Search, Error> {
    of(Mission::Mast, target)
}

/// What all three missions and the makers of high-level science products have of one star, in one table. Each mission is asked by the numbers
/// that it has of the star, or by the place where the star was when it observed.
///
/// ```
/// use lksearch::{Mission, all};
///
/// assert_eq!(all("Gaia DR3 2132155017099178624")?.mission, Mission::All);
/// # Ok::<(), lksearch::Error>(())
/// ```
///
/// # Errors
/// As [`tess`].
pub fn all(target: &str) -> Result<Search, Error> {
    of(Mission::All, target)
}

fn of(mission: Mission, target: &str) -> Result<Search, Error> {
    Ok(Search::new(mission, target.parse()?))
}
