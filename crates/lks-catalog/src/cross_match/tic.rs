//! What stars of the TIC are really: a `DUPLICATE` the star it repeats, one that was `SPLIT` the stars it was split into, and an `ARTIFACT` none.

use std::collections::{BTreeMap, HashMap};

use super::Candidates;
use crate::client::CatalogClient;
use crate::error::Error;
use crate::ids::StarId;
use crate::motion::Epoch;
use crate::star_catalog::{ARTIFACT, DUPLICATE, DUPLICATE_OF, SPLIT, StarCatalog, TIC_KIC};
use crate::stars::Star;

impl CatalogClient {
    /// What a column of the TIC says of these stars. The KIC has one number for what the TIC split, which stands with the number that was split.
    pub(super) async fn tic_candidates(&self, column: &str, from: &[StarId]) -> Result<Candidates, Error> {
        let asked = self.stars_numbered(from, Epoch::J2000).await?;
        let real = self.real(asked.clone()).await?;
        let column_of = |stars: &[Star]| -> Vec<StarId> { stars.iter().filter_map(|star| star.star(column)).collect() };
        let mut found: Candidates = real.iter().map(|(id, stars)| (*id, (column_of(stars), None))).collect();
        if column == TIC_KIC {
            let lacks = |star: &&Star| found[&star.id].0.is_empty() && !star.is(ARTIFACT);
            let lacking: Vec<&Star> = asked.values().filter(lacks).collect();
            let before: Vec<StarId> = lacking.iter().filter_map(|star| star.star(DUPLICATE_OF)).collect();
            let before = self.stars_numbered(&before, Epoch::J2000).await?;
            for star in lacking {
                let split = star
                    .star(DUPLICATE_OF)
                    .and_then(|split| before.get(&split)?.star(column));
                found.insert(star.id, (star.star(column).or(split).into_iter().collect(), None));
            }
        }
        Ok(found)
    }

    /// The real stars that stars of the TIC stand for, by their numbers.
    async fn real(&self, asked: HashMap<StarId, Star>) -> Result<HashMap<StarId, Vec<Star>>, Error> {
        let repeated: Vec<StarId> = asked
            .values()
            .filter(|star| star.is(DUPLICATE))
            .filter_map(|star| star.star(DUPLICATE_OF))
            .collect();
        let originals = self.stars_numbered(&repeated, Epoch::J2000).await?;
        let split: Vec<u64> = asked
            .values()
            .filter(|star| star.is(SPLIT))
            .map(|star| star.id.number())
            .collect();
        let parts = self.parts_of(&split).await?;
        Ok(asked
            .into_iter()
            .map(|(id, star)| {
                let stars = match parts.get(&id) {
                    _ if star.is(ARTIFACT) => Vec::new(),
                    _ if star.is(DUPLICATE) => {
                        let original = star.star(DUPLICATE_OF).and_then(|original| originals.get(&original));
                        original.into_iter().cloned().collect()
                    }
                    Some(parts) => parts.clone(),
                    None => vec![star],
                };
                (id, stars)
            })
            .collect())
    }

    /// The stars that numbers of the TIC were split into, the brightest first.
    async fn parts_of(&self, split: &[u64]) -> Result<HashMap<StarId, Vec<Star>>, Error> {
        let mut parts: HashMap<StarId, Vec<Star>> = HashMap::new();
        if split.is_empty() {
            return Ok(parts);
        }
        let column = self.tic_column(DUPLICATE_OF).await?;
        let mut stars = self.stars_with(StarCatalog::Tic, &column, split, Epoch::J2000).await?;
        stars.retain(|star| !star.is(DUPLICATE) && !star.is(ARTIFACT));
        let brightness = |star: &Star| star.magnitude.unwrap_or(f64::INFINITY);
        stars.sort_by(|one, other| brightness(one).total_cmp(&brightness(other)));
        for star in stars {
            if let Some(original) = star.star(DUPLICATE_OF) {
                parts.entry(original).or_default().push(star);
            }
        }
        Ok(parts)
    }

    pub(super) async fn to_tic(
        &self,
        column: &str,
        catalogue: StarCatalog,
        from: &[StarId],
    ) -> Result<Candidates, Error> {
        let name = self.tic_column(column).await?;
        let numbers: Vec<u64> = from.iter().map(StarId::number).collect();
        let rows = self.stars_with(StarCatalog::Tic, &name, &numbers, Epoch::J2000).await?;
        // Of equal numbers the first one counts.
        let asked = rows.iter().rev().map(|star| (star.id, star.clone()));
        let real = self.real(asked.collect()).await?;
        let mut found: BTreeMap<StarId, Vec<StarId>> = BTreeMap::new();
        for row in &rows {
            let Some(number) = row.star(column).filter(|id| id.catalogue() == catalogue) else {
                continue;
            };
            let stars = found.entry(number).or_default();
            for star in real.get(&row.id).into_iter().flatten() {
                if !stars.contains(&star.id) {
                    stars.push(star.id);
                }
            }
        }
        Ok(found.into_iter().map(|(id, stars)| (id, (stars, None))).collect())
    }

    /// The name that a column of the TIC has in queries.
    async fn tic_column(&self, extra: &str) -> Result<String, Error> {
        self.schema(StarCatalog::Tic)
            .await?
            .extra(StarCatalog::Tic.source(), extra)
    }
}
