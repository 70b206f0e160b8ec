//! Where a star is at an epoch, by its name or its number.

use futures::FutureExt;
use lks_mast::{Position, Target};

use crate::client::CatalogClient;
use crate::error::Error;
use crate::ids::StarId;
use crate::motion::Epoch;

impl CatalogClient {
    /// Where a target is at an epoch: a number by its catalogue, a name by SIMBAD, both with the motion that is known; a position stays where it
    /// is. `None` for what neither of them knows.
    ///
    /// # Errors
    /// When a service does not answer, or not in its format.
    pub async fn place(&self, target: &Target, epoch: Epoch) -> Result<Option<Position>, Error> {
        let name = match target {
            Target::Position(position) => return Ok(Some(*position)),
            Target::Id(id) => return self.place_of_star(StarId::from(*id), epoch).await,
            other => other.to_string(),
        };
        if let Some(id) = StarId::read(&name)? {
            return self.place_of_star(id, epoch).await;
        }
        let known = self.names(&[&name]).await?.pop();
        let astrometry = known.and_then(|star| star.astrometry);
        astrometry.map(|astrometry| astrometry.at(epoch)).transpose()
    }

    async fn place_of_star(&self, id: StarId, epoch: Epoch) -> Result<Option<Position>, Error> {
        let stars = self.settled(self.stars_numbered(&[id], epoch).boxed()).await?;
        Ok(stars.get(&id).and_then(|star| star.position))
    }
}
