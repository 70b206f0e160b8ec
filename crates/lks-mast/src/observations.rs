//! Which observations of an answer count, and for which star they were made.

use std::collections::{BTreeSet, HashSet};

use lks_table::Table;

use crate::columns::{is_asked, is_other_star};
use crate::error::Error;
use crate::position::{ArcSeconds, Position};
use crate::target::TargetId;
use crate::warning::Warning;

/// Products filed under another name belong to a star only if they were made at its very place.
const SAME_STAR: ArcSeconds = ArcSeconds(2.0);

/// Each observation once, without full-frame images: their products are all images of a sector.
pub(crate) fn usable(observations: &Table) -> Result<(Table, Option<Warning>), Error> {
    let (observations, _) = observations.distinct_by("obsid")?;
    let is_image = |name: Option<&str>| matches!(name, Some("TESS FFI" | "TICA FFI"));
    let targets: Vec<usize> = observations
        .texts("target_name")
        .enumerate()
        .filter(|(_, name)| !is_image(*name))
        .map(|(row, _)| row)
        .collect();
    let num_observations = observations.num_rows() - targets.len();
    let warning = (num_observations > 0).then_some(Warning::FullFrameImagesLeftOut { num_observations });
    Ok((observations.take(&targets)?, warning))
}

/// The observations that were made at the star's place, but are filed neither under its number nor under another one of its catalogue.
///
/// A mission's own footprint is that of one target, so what it was made for is the star however far two catalogues have it apart; high-level
/// science products may cover many stars, and must have been made at its very place.
pub(crate) fn foreign_to(
    nearby: &Table,
    id: TargetId,
    own_groups: &[String],
    position: &Position,
) -> Result<Table, Error> {
    let rows: Vec<usize> = nearby
        .rows()
        .enumerate()
        .filter(|(_, row)| {
            let name = row.text("target_name");
            let there = row
                .float("s_ra")
                .zip(row.float("s_dec"))
                .and_then(|(ra, dec)| Position::icrs(ra, dec).ok());
            let covers_many = row.text("obs_collection") == Some("HLSP");
            !is_other_star(name, id)
                && !own_groups.iter().any(|group| Some(group.as_str()) == row.text("obsid"))
                && (!covers_many || there.is_some_and(|there| there.separation(position) <= SAME_STAR))
        })
        .map(|(index, _)| index)
        .collect();
    Ok(nearby.take(&rows)?)
}

/// The observations that products say they belong to, and that are not there.
pub(crate) fn undescribed(observations: &Table, products: &Table) -> Vec<String> {
    let known: HashSet<&str> = observations.texts("obsid").flatten().collect();
    let own: BTreeSet<&str> = products.texts("obsID").flatten().collect();
    own.into_iter()
        .filter(|group| !known.contains(group))
        .map(str::to_owned)
        .collect()
}

/// The rows that are filed under the star's own number.
pub(crate) fn rows_of(observations: &Table, id: TargetId) -> Vec<usize> {
    let names = observations.texts("target_name").enumerate();
    names
        .filter(|(_, name)| is_asked(*name, Some(id)))
        .map(|(row, _)| row)
        .collect()
}

pub(crate) fn groups(observations: &Table) -> Vec<String> {
    observations.texts("obsid").flatten().map(str::to_owned).collect()
}

pub(crate) fn place_of(observations: &Table) -> Option<Position> {
    observations
        .rows()
        .find_map(|row| Position::icrs(row.float("s_ra")?, row.float("s_dec")?).ok())
}
