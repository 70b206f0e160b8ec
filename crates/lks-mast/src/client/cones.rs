//! Cones at many places. Places near each other share one where that is cheaper: its rows are told apart by the footprints that they state.

use std::collections::HashSet;

use futures::{FutureExt, StreamExt, TryStreamExt};
use lks_answers::Question as Exact;
use lks_table::Table;

use super::{CONCURRENT, MastClient};
use crate::columns::Answer;
use crate::error::{Error, Service};
use crate::position::{ArcSeconds, Direction, Position, direction};
use crate::region::{Region, mean};
use crate::request::{PAGE_SIZE, Question, ServerFilters};

/// Fewer places than this do not share a cone, which costs a count and the cone.
const FEWEST: usize = 4;
/// A shared cone may have so many rows for each place: about what comes in the time of one more request.
const ROWS_PER_PLACE: usize = 1000;
/// A shared cone is no wider than this, in degrees.
const WIDEST: f64 = 6.0;
/// For each place a shared cone may cover so many square degrees: with less company its rows would be those of other stars.
const AREA_PER_PLACE: f64 = 0.5;
/// How often places whose cone has too many rows are divided before each is asked for by itself.
const DIVISIONS: u32 = 2;
/// Degrees without a place at which places are divided, rather than in the midst.
const GAP: f64 = 1.0;

/// A question at a place.
struct Cone {
    exact: Exact,
    position: Position,
    direction: Direction,
}

impl MastClient {
    /// Asks for the observations at these places.
    pub(super) async fn cones_ahead(&self, places: &[Position], radius: Option<ArcSeconds>, filters: &ServerFilters) {
        let (mut cones, mut seen) = (Vec::new(), HashSet::new());
        for position in places {
            let exact = self.exact_rows(&Question::observations_at(position, radius, filters));
            if seen.insert(exact.clone()) && !self.is_ahead(Answer::Observations, &exact).await {
                cones.push(Cone {
                    exact,
                    position: *position,
                    direction: direction(position.ra(), position.dec()),
                });
            }
        }
        let asked = async {
            // Within a radius the archive's distance would have to be reckoned as the archive does; at the very place it is 0.
            let alone = match radius {
                None => self.share(cones, filters).await?,
                Some(_) => cones,
            };
            let asked: Vec<_> = alone
                .iter()
                .map(|cone| self.ask_cone(cone, radius, filters).boxed())
                .collect();
            futures::stream::iter(asked)
                .buffered(CONCURRENT)
                .try_collect::<Vec<()>>()
                .await
        };
        if let Err(error) = asked.await {
            self.ahead.fail(Service::Observations, error);
        }
    }

    async fn ask_cone(&self, cone: &Cone, radius: Option<ArcSeconds>, filters: &ServerFilters) -> Result<(), Error> {
        let question = Question::observations_at(&cone.position, radius, filters);
        let rows = self.fetch_rows(&question, Answer::Observations).await?;
        let all: Vec<usize> = (0..rows.num_rows()).collect();
        self.answer_ahead(Answer::Observations, cone.exact.clone(), &rows, &all);
        Ok(())
    }

    /// Asks for places that lie near each other in one cone; gives back the others.
    async fn share(&self, cones: Vec<Cone>, filters: &ServerFilters) -> Result<Vec<Cone>, Error> {
        let mut alone = Vec::new();
        let mut open = vec![(cones, DIVISIONS)];
        while let Some((cones, divisions)) = open.pop() {
            if cones.len() < FEWEST {
                alone.extend(cones);
                continue;
            }
            let Some((middle, radius)) = circle(&cones) else {
                open.extend(divided(cones).map(|part| (part, divisions)));
                continue;
            };
            let question = Question::observations_at(&middle, Some(radius), filters);
            let num_rows = self.count_rows(&question).await?;
            if num_rows <= PAGE_SIZE.min(ROWS_PER_PLACE * cones.len()) {
                let rows = self.fetch_rows(&question, Answer::Observations).await?;
                match regions(&rows) {
                    Some(regions) => self.tell_apart(&rows, &regions, &cones)?,
                    None => alone.extend(cones),
                }
            } else if divisions > 0 {
                open.extend(divided(cones).map(|part| (part, divisions - 1)));
            } else {
                alone.extend(cones);
            }
        }
        Ok(alone)
    }

    /// Answers the question at each place with the rows whose footprints hold it.
    fn tell_apart(&self, rows: &Table, regions: &[Region], cones: &[Cone]) -> Result<(), Error> {
        let rows = rows.with_float("distance", vec![Some(0.0); rows.num_rows()])?;
        for cone in cones {
            let here: Vec<usize> = (0..regions.len())
                .filter(|row| regions[*row].holds(&cone.direction))
                .collect();
            self.answer_ahead(Answer::Observations, cone.exact.clone(), &rows, &here);
        }
        Ok(())
    }
}

/// The footprints of all rows; `None` if one is not understood, because a place would be missed then.
fn regions(rows: &Table) -> Option<Vec<Region>> {
    rows.texts("s_region").map(|region| Region::parse(region?)).collect()
}

/// The circle around the places, if they are near enough to each other to share it.
fn circle(cones: &[Cone]) -> Option<(Position, ArcSeconds)> {
    let directions: Vec<Direction> = cones.iter().map(|cone| cone.direction).collect();
    let middle = Position::of_direction(mean(&directions)).ok()?;
    let distances = cones.iter().map(|cone| middle.separation(&cone.position).degrees());
    let radius = distances.fold(0.0, f64::max);
    let area = std::f64::consts::PI * radius * radius;
    let is_shared = radius <= WIDEST && area <= AREA_PER_PLACE * cones.len() as f64;
    // A little more than to the farthest place, which must not fall out by rounding.
    is_shared.then_some((middle, ArcSeconds(radius * 3600.0 + 1.0)))
}

/// Two parts of the places, neither empty: beside the widest gap, or halves where there is none.
fn divided(mut cones: Vec<Cone>) -> impl Iterator<Item = Vec<Cone>> {
    let extent = |axis: usize| {
        let values = || cones.iter().map(move |cone| cone.direction[axis]);
        values().fold(f64::MIN, f64::max) - values().fold(f64::MAX, f64::min)
    };
    let axis = (0..3)
        .max_by(|one, other| extent(*one).total_cmp(&extent(*other)))
        .unwrap_or(0);
    cones.sort_by(|one, other| one.direction[axis].total_cmp(&other.direction[axis]));
    let gap = |place: &usize| cones[*place].direction[axis] - cones[*place - 1].direction[axis];
    let widest = (1..cones.len()).max_by(|one, other| gap(one).total_cmp(&gap(other)));
    let cut = widest
        .filter(|place| gap(place) >= GAP.to_radians())
        .unwrap_or(cones.len() / 2);
    let rest = cones.split_off(cut);
    [cones, rest].into_iter()
}
