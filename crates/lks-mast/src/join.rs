//! Observations and their products put together.

use std::collections::HashSet;

use lks_table::{JoinOptions, Table, join};

use crate::columns::Column;
use crate::error::Error;

const GROUP: &str = "__group";

/// One row per product, with the columns of its observation; products whose observation is not there are kept.
///
/// A product belongs to the observation that its `obsID` names, which knows its exposure time, or where that is not there to the one that
/// listed it (`parent_obsid`); never to one by its own `obs_id`: the files of a TICA, TESS-SPOC or data validation observation have other
/// names than the observation.
pub(crate) fn joined(observations: &Table, products: &Table) -> Result<Table, Error> {
    let known: HashSet<&str> = observations.texts("obsid").flatten().collect();
    let own: Vec<Option<&str>> = products.texts("obsID").collect();
    let groups: Vec<Option<&str>> = products
        .texts("parent_obsid")
        .zip(own)
        .map(|(parent, own)| {
            let listed = |group: &Option<&str>| group.is_some_and(|group| known.contains(group));
            [own, parent].into_iter().find(listed).unwrap_or(parent.or(own))
        })
        .collect();
    let options = JoinOptions::on("obsid", GROUP)
        .with_suffixes("_obs", "_prod")
        .with_orphans(false, true);
    let table = join(observations, &products.with_text(GROUP, groups)?, &options)?.drop(&[GROUP]);
    // The names that lksearch gives: what the product says is what its file is found by.
    let renamed: Vec<(String, String)> = Column::renamed_in_join()
        .filter(|(old, _)| table.has_column(old))
        .map(|(old, new)| (old, new.to_owned()))
        .collect();
    Ok(table.rename(&renamed)?)
}
