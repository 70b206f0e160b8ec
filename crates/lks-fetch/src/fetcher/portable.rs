//! Plans that are handed on: made with every place looked up, and carried out without asking for one.

use std::sync::Arc;

use lks_mast::{CutoutSize, Product};
use lks_table::Table;

use super::Fetcher;
use crate::error::Error;
use crate::plan::decide::plan;
use crate::plan::header::Authorship;
use crate::plan::policy::Policy;
use crate::plan::portable::PortablePlan;
use crate::plan::{Cloud, Plan, PlannedRows};

impl Fetcher {
    /// The rows of a table with the places of their files, whatever the store has, so that it holds on any machine.
    ///
    /// # Errors
    /// [`Error::Places`] if the archive does not say where the files are.
    pub async fn portable_plan(
        &self,
        table: &Table,
        cutout_size: CutoutSize,
        policy: &Policy,
        authorship: Authorship,
    ) -> Result<PortablePlan, Error> {
        let products = table.rows().filter_map(|row| Product::of_row(&row, cutout_size).ok());
        let uris: Vec<String> = products
            .filter_map(|product| product.data_uri().map(str::to_owned))
            .collect();
        let places = self.mast.cloud_paths(&uris).await.map_err(Error::Places)?;
        drop(uris);
        let mut plan = PortablePlan::new(table, cutout_size, places.keys, policy, authorship)?;
        (plan.kept, plan.warning) = (places.kept, places.warning);
        Ok(plan)
    }

    /// Decides what happens to each row of a table, as [`Fetcher::plan`] does. Of a [`PortablePlan`] or a shard the places, and their order, are
    /// those that it says: nothing is asked. Rows of a manifest of a plan stay rows of that plan. One that cannot be read is a plan in which every row fails.
    pub async fn plan_table(&self, table: &Table, cutout_size: CutoutSize, policy: &Policy) -> Plan {
        let rows = Product::of_table(table, cutout_size);
        let planned = match PortablePlan::of_table(table) {
            Ok(Some(planned)) => planned,
            Ok(None) => {
                let planned = PlannedRows::of_manifest(table).map(Arc::new);
                return Plan {
                    planned,
                    ..self.plan(rows, policy).await
                };
            }
            Err(error) => return Plan::refused(rows, policy.clone(), &error.to_string()),
        };
        let policy = planned.policy(policy);
        let (rows, local) = self.look_up(rows, &policy).await;
        let places = self.confirmed(planned.places(), &policy).await;
        Plan {
            planned: Some(Arc::new(PlannedRows {
                plan: planned.header.id.clone(),
                shard: planned.header.shard,
                rows: planned.row_numbers(),
            })),
            ..plan(rows, &local, &Cloud::Known(places), &policy)
        }
    }
}
