//! The order of a result: lksearch's, with numbers as numbers, and total, so that equal searches give equal tables.

use lks_table::{SortKey, Table};

use crate::error::Error;
use crate::pipeline::Pipeline;
use crate::search::Mission;

const PRIORITY: &str = "__priority";

/// These rows of the table in their order. Nothing but the columns that decide it is copied on the way.
pub(crate) fn sorted(table: &Table, positions: &[usize], mission: Mission) -> Result<Vec<usize>, Error> {
    let sequence: &[&str] = match mission {
        Mission::Tess => &["sector"],
        Mission::Kepler => &["quarter"],
        Mission::K2 => &["campaign", "campaign_half"],
        Mission::Mast | Mission::All => &["mission", "sequence_number"],
    };
    // The last keys decide nothing that anyone asked for, but MAST's own order differs from query to query.
    let rest = [
        "pipeline",
        "exptime",
        "target_name",
        "obs_id",
        "productFilename",
        "dataURI",
        "obsid",
    ];
    let names: Vec<&str> = ["distance", PRIORITY]
        .iter()
        .chain(sequence)
        .chain(&rest)
        .copied()
        .collect();
    let stored: Vec<&str> = names.iter().copied().filter(|name| *name != PRIORITY).collect();
    let deciding = table.select(&stored)?.take(positions)?;
    let priorities = deciding
        .texts("pipeline")
        .map(|pipeline| Some(i64::from(Pipeline::place(pipeline.unwrap_or_default(), mission))));
    let keys: Vec<SortKey> = names.into_iter().map(SortKey::ascending).collect();
    let order = deciding.with_integer(PRIORITY, priorities)?.sorted_indices(&keys)?;
    Ok(order.into_iter().map(|place| positions[place]).collect())
}
