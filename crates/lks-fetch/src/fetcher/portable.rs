//! Plans that are handed on: made with every place looked up, and carried out without asking for one.

use std::sync::Arc;

use lks_mast::{CutoutSize, KeptAnswer, Product, Warning};
use lks_table::{Table, concat};

use super::Fetcher;
use crate::error::Error;
use crate::plan::decide::plan;
use crate::plan::header::{Authorship, PlanHeader};
use crate::plan::policy::Policy;
use crate::plan::portable::{Draft, PortablePlan};
use crate::plan::{Cloud, Plan, PlannedRows};

/// A [`PortablePlan`] that is made part by part, of tables that may be too large to hold. What was looked up is kept: made again, it asks only for
/// the rest.
#[derive(Debug)]
#[must_use = "it plans the rows that it is given"]
pub struct Planning {
    fetcher: Fetcher,
    draft: Draft,
    kept: Option<KeptAnswer>,
    warning: Option<Warning>,
}

impl Planning {
    /// Rows that are best planned at once: few enough to bound what is held of the answers, and many enough to keep these in few writings.
    pub const ROWS_AT_ONCE: usize = 16_000;

    /// The next rows as the plan has them: with their numbers and the places of their files, as in the table of a [`PortablePlan`].
    ///
    /// # Errors
    /// [`Error::Places`] if the archive does not say where the files are.
    pub async fn part(&mut self, rows: &Table) -> Result<Table, Error> {
        let products = rows
            .rows()
            .filter_map(|row| Product::of_row(&row, CutoutSize::default()).ok());
        let uris: Vec<String> = products
            .filter_map(|product| product.data_uri().map(str::to_owned))
            .collect();
        let places = self.fetcher.mast.cloud_paths(&uris).await.map_err(Error::Places)?;
        drop(uris);
        self.kept = [self.kept.take(), places.kept]
            .into_iter()
            .flatten()
            .min_by_key(|kept| kept.date);
        self.warning = self.warning.take().or(places.warning);
        let planned = self.draft.add(rows, places.keys);
        // Nobody waits for what is being kept when a program ends.
        self.fetcher.mast.answers().settle().await;
        planned
    }

    /// What the plan says of itself, with the rows so far: the metadata of its file.
    pub fn header(&self) -> PlanHeader {
        self.draft.header()
    }

    /// The bytes of the files so far, as far as they are known; a file that is listed twice counts once.
    pub fn num_bytes(&self) -> u64 {
        self.draft.num_bytes()
    }

    /// When the oldest of the places on the cloud was told, if some of these were kept from earlier.
    pub fn kept(&self) -> Option<&KeptAnswer> {
        self.kept.as_ref()
    }

    /// That the look-up fails now, if that is why older places are given.
    pub fn warning(&self) -> Option<&Warning> {
        self.warning.as_ref()
    }
}

impl Fetcher {
    /// A plan to which rows are added by [`Planning::part`], at best [`Planning::ROWS_AT_ONCE`].
    pub fn planning(&self, cutout_size: CutoutSize, policy: &Policy, authorship: Authorship) -> Planning {
        Planning {
            fetcher: self.clone(),
            draft: Draft::new(cutout_size, policy, authorship),
            kept: None,
            warning: None,
        }
    }

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
        let mut planning = self.planning(cutout_size, policy, authorship);
        let mut parts = Vec::new();
        // A table without rows is planned for its columns.
        for start in (0..table.num_rows().max(1)).step_by(Planning::ROWS_AT_ONCE) {
            let rows = table.slice(start, Planning::ROWS_AT_ONCE);
            parts.push(planning.part(&rows).await?);
        }
        let mut plan = PortablePlan::of(planning.header(), &concat(&parts)?)?;
        (plan.kept, plan.warning) = (planning.kept, planning.warning);
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
