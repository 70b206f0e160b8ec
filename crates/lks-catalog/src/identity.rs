//! A star under all the numbers that catalogues have of it.
//!
//! ```text
//! SIMBAD's names ── the TIC, from the number that is known ── its duplicates and parts ── the TIC's columns KIC and GAIA
//! ```

use std::collections::BTreeMap;

use futures::FutureExt;
use lks_mast::{ArcSeconds, Position, as_typed};

use crate::client::CatalogClient;
use crate::error::Error;
use crate::ids::StarId;
use crate::motion::{Astrometry, Epoch};
use crate::names::{Names, host_of};
use crate::star_catalog::{ARTIFACT, DUPLICATE, DUPLICATE_OF, StarCatalog, TIC_GAIA_DR2, TIC_KIC};
use crate::stars::Star;

/// The TIC has what it split or took for two stars this near to each other. A look by place is quick, one by its column `duplicate_of` is not.
const RELATIVES: ArcSeconds = ArcSeconds(10.0);

/// What is known of a star.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Identity {
    /// Its names, as SIMBAD has them.
    pub names: Names,
    /// Its numbers: the one that was asked for, SIMBAD's, and those that the catalogues have of each other. A star may have several in one catalogue.
    pub ids: Vec<StarId>,
    /// Where it is and how it moves, by SIMBAD or by its catalogue.
    pub astrometry: Option<Astrometry>,
}

impl Identity {
    /// Its numbers in one catalogue, the one that was asked for first.
    pub fn ids_in(&self, catalogue: StarCatalog) -> impl Iterator<Item = StarId> {
        self.ids.iter().copied().filter(move |id| id.catalogue() == catalogue)
    }

    fn of(names: Names) -> Result<Self, Error> {
        let mut ids = names.ids();
        let typed = as_typed(&names.input);
        if let Some(asked) = StarId::read(host_of(&typed).unwrap_or(&typed))? {
            ids.retain(|id| *id != asked);
            ids.insert(0, asked);
        }
        let astrometry = names.astrometry;
        Ok(Self { names, ids, astrometry })
    }

    fn add(&mut self, ids: impl IntoIterator<Item = StarId>) {
        for id in ids {
            if !self.ids.contains(&id) {
                self.ids.push(id);
            }
        }
    }

    /// The number to look the star up by where one is missing.
    fn best(&self) -> Option<StarId> {
        use StarCatalog::{Epic, GaiaDr2, GaiaDr3, GaiaDr4, Kic, Tic};
        [Tic, Kic, GaiaDr2, GaiaDr3, GaiaDr4, Epic]
            .into_iter()
            .find_map(|catalogue| self.ids_in(catalogue).next())
    }
}

impl CatalogClient {
    /// All numbers and names of these stars, in their order, each by a name or by one of its numbers. Of what no catalogue has, nothing is known.
    ///
    /// # Errors
    /// [`Error::InvalidId`] for a number without a catalogue, or of Gaia without a release; and when a service does not answer, or not in its format.
    pub async fn identify(&self, targets: &[&str]) -> Result<Vec<Identity>, Error> {
        let mut stars = self.numbers_of(targets).await?;
        for star in &mut stars {
            if star.names.main_id.is_none() && star.astrometry.is_none() {
                star.ids.clear();
            }
        }
        self.add_missing(&mut stars, StarCatalog::GaiaDr3).await?;
        Ok(stars)
    }

    /// The numbers of stars in the catalogues of the missions, and what else comes with them.
    pub(crate) async fn numbers_of(&self, targets: &[&str]) -> Result<Vec<Identity>, Error> {
        for target in targets {
            // What is refused is refused before anything is asked.
            StarId::read(target)?;
        }
        let names = self.names(targets).await?;
        let mut stars: Vec<Identity> = names.into_iter().map(Identity::of).collect::<Result<_, _>>()?;
        self.add_missing(&mut stars, StarCatalog::Tic).await?;
        let in_tic = self.in_tic(&stars).await?;
        for star in &mut stars {
            let own: Vec<StarId> = star.ids_in(StarCatalog::Tic).collect();
            for id in own {
                let family = family(id, &in_tic);
                star.add(family.iter().map(|member| member.id));
                star.add(family.iter().filter_map(|member| member.star(TIC_KIC)));
                let Some(row) = in_tic.get(&id) else { continue };
                star.astrometry = star.astrometry.or(row.astrometry);
                // A part has a number of its own there.
                if star.ids_in(StarCatalog::GaiaDr2).next().is_none() {
                    star.add(row.star(TIC_GAIA_DR2));
                }
            }
        }
        // A star of the TIC has its place by now; of the others their catalogues are asked.
        let nowhere: Vec<StarId> = stars
            .iter()
            .filter(|star| star.astrometry.is_none())
            .flat_map(|star| star.ids.clone())
            .collect();
        let found = self
            .settled(self.stars_numbered(&nowhere, Epoch::J2000).boxed())
            .await?;
        for star in stars.iter_mut().filter(|star| star.astrometry.is_none()) {
            star.astrometry = star.ids.iter().find_map(|id| found.get(id)?.astrometry);
        }
        Ok(stars)
    }

    /// Looks up what stars are in a catalogue in which no number of theirs is known.
    async fn add_missing(&self, stars: &mut [Identity], catalogue: StarCatalog) -> Result<(), Error> {
        let lacks = |star: &Identity| star.ids_in(catalogue).next().is_none();
        let (places, ids): (Vec<usize>, Vec<StarId>) = stars
            .iter()
            .enumerate()
            .filter(|(_, star)| lacks(star))
            .filter_map(|(place, star)| Some((place, star.best()?)))
            .unzip();
        let matches = self.cross_match(&ids, catalogue).await?;
        for (place, found) in places.into_iter().zip(matches) {
            stars[place].add(found.stars);
        }
        Ok(())
    }

    /// The rows of these stars in the TIC, and of all that are near enough to be of the same star.
    async fn in_tic(&self, stars: &[Identity]) -> Result<BTreeMap<StarId, Star>, Error> {
        let ids: Vec<StarId> = stars.iter().flat_map(|star| star.ids_in(StarCatalog::Tic)).collect();
        let own = self.stars_numbered(&ids, Epoch::J2000).await?;
        let places: Vec<Position> = own.values().filter_map(|star| star.position).collect();
        let near = self.stars_around(StarCatalog::Tic, &places, RELATIVES).await?;
        let near = near.into_iter().map(|star| (star.id, star));
        let mut rows: BTreeMap<StarId, Star> = near.chain(own).collect();
        rows.retain(|_, star| !star.is(ARTIFACT));
        Ok(rows)
    }
}

/// The rows of a number of the TIC, of the star that it repeats or was split from, and of what repeats it or was split from it. What else was split from the same
/// star is another one.
fn family(id: StarId, rows: &BTreeMap<StarId, Star>) -> Vec<&Star> {
    let original = rows.get(&id).and_then(|star| star.star(DUPLICATE_OF));
    let is_member = |star: &&Star| {
        let of = star.star(DUPLICATE_OF);
        star.id == id
            || Some(star.id) == original
            || of == Some(id)
            || (star.is(DUPLICATE) && of.is_some() && of == original)
    };
    rows.values().filter(is_member).collect()
}
