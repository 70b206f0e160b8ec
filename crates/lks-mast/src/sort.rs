//! The order of a result: lksearch's, with numbers as numbers, and total, so that equal searches give equal tables.

use lks_table::{SortKey, Table};

use crate::error::Error;
use crate::search::Mission;

const PRIORITY: &str = "__priority";

/// The table in its order.
pub(crate) fn sorted(table: &Table, mission: Mission) -> Result<Table, Error> {
    let priorities = table
        .texts("pipeline")
        .map(|pipeline| Some(priority(mission, pipeline.unwrap_or_default())));
    let sequence: &[&str] = match mission {
        Mission::Tess => &["sector"],
        Mission::Kepler => &["quarter"],
        Mission::K2 => &["campaign", "campaign_half"],
        Mission::Mast => &["mission", "sequence_number"],
    };
    // The last keys decide nothing that anyone asked for, but MAST's own order differs from query to query.
    let names = ["distance", PRIORITY].iter().chain(sequence).chain(&[
        "pipeline",
        "exptime",
        "target_name",
        "obs_id",
        "productFilename",
        "dataURI",
        "obsid",
    ]);
    let keys: Vec<SortKey> = names.map(|name| SortKey::ascending(*name)).collect();
    Ok(table.with_integer(PRIORITY, priorities)?.sort(&keys)?.drop(&[PRIORITY]))
}

fn priority(mission: Mission, pipeline: &str) -> i64 {
    match (mission, pipeline) {
        (Mission::Tess, "SPOC") | (Mission::Kepler, "Kepler") | (Mission::K2, "K2") => 1,
        (Mission::Mast, "SPOC" | "Kepler" | "K2") => 1,
        (Mission::Tess, "TESS-SPOC") | (Mission::Kepler, "KBONUS-BKG") => 2,
        (Mission::Tess, "TESScut") => 3,
        _ => 9,
    }
}
