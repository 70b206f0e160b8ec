//! What is asked for a search, and what of it goes on at once: observations, the sectors of TESScut, products.

use futures::future::{OptionFuture, join, join3};
use lks_table::{Table, concat};

use super::MastClient;
use crate::columns::Answer;
use crate::decide::Gathered;
use crate::error::{AnswerProblem, Error, Service};
use crate::observations::{foreign_to, groups, place_of, rows_of, undescribed, usable};
use crate::position::Position;
use crate::request::{GROUPS_PER_REQUEST, Question, ServerFilters, wants_cutouts, wants_foreign, wants_observations};
use crate::resolve::Resolution;
use crate::response::SectorSeen;
use crate::search::Search;
use crate::target::{Target, TargetId};
use crate::warning::Warning;

/// The question for observations with some filters.
type Ask<'a> = dyn Fn(&ServerFilters) -> Question + Sync + 'a;

impl MastClient {
    pub(super) async fn gather_position(
        &self,
        search: &Search,
        position: Position,
        resolved: Option<Resolution>,
        filters: &ServerFilters,
    ) -> Result<Gathered, Error> {
        let mut gathered = Gathered {
            position: Some(position),
            resolved,
            ..Gathered::default()
        };
        let ask = |filters: &ServerFilters| Question::observations_at(&position, search.radius, filters);
        // TESScut may be slow; the products do not wait for it.
        let (sectors, rows) = join(
            OptionFuture::from(wants_cutouts(search).then(|| self.noted_sectors(&position))),
            OptionFuture::from(wants_observations(search).then(|| self.observations_with_products(filters, &ask))),
        )
        .await;
        gathered.take_sectors(sectors);
        if let Some((observations, warning, products)) = rows.transpose()? {
            gathered.warnings.extend(warning);
            (gathered.observations, gathered.products) = (Some(observations), Some(products));
        }
        Ok(gathered)
    }

    async fn observations_with_products(
        &self,
        filters: &ServerFilters,
        ask: &Ask<'_>,
    ) -> Result<(Table, Option<Warning>, Table), Error> {
        let (observations, warning) = usable(&self.all_rows(&ask(filters), Answer::Observations).await?)?;
        let (observations, products) = self.with_products(observations, filters, ask).await?;
        Ok((observations, warning, products))
    }

    /// The products of these observations, and with the observations those that describe the products: one observation may list files of
    /// another, which the filters kept back, and then it is that other one that knows their exposure time and sector.
    async fn with_products(
        &self,
        observations: Table,
        filters: &ServerFilters,
        ask: &Ask<'_>,
    ) -> Result<(Table, Table), Error> {
        let products = self.products(&groups(&observations)).await?;
        let mut all = vec![observations];
        if *filters != filters.relaxed() {
            for hidden in undescribed(&all[0], &products).chunks(GROUPS_PER_REQUEST) {
                let question = ask(&filters.only(hidden));
                all.push(usable(&self.all_rows(&question, Answer::Observations).await?)?.0);
            }
        }
        Ok((concat(&all)?, products))
    }

    pub(super) async fn gather_id(
        &self,
        search: &Search,
        id: TargetId,
        filters: &ServerFilters,
    ) -> Result<Gathered, Error> {
        let mut gathered = Gathered::default();
        let mut observations = Table::with_types(&Answer::Observations.types());
        if wants_observations(search) {
            let rows = self
                .all_rows(&Question::observations_of(&id, filters), Answer::Observations)
                .await?;
            let own = rows_of(&rows, id);
            if own.is_empty()
                && let Some(other) = rows.texts("target_name").flatten().next()
            {
                let what = format!("rows of '{other}' instead of '{}'", id.target_name());
                return Err(Error::answer(Service::Observations, AnswerProblem::Mismatch(what)));
            }
            let (usable, warning) = usable(&rows.take(&own)?)?;
            gathered.warnings.extend(warning);
            observations = usable;
        }
        gathered.position = place_of(&observations);
        let (cutouts, foreign) = (
            wants_cutouts(search),
            wants_foreign(search) && wants_observations(search),
        );
        if gathered.position.is_none() && (cutouts || foreign) {
            let (position, resolved) = self.locate(&Target::Id(id)).await?;
            (gathered.position, gathered.resolved) = (position, resolved);
        }
        let own_groups = groups(&observations);
        let position = gathered.position;
        let elsewhere = filters.under_other_names(search);
        let ask_there =
            position.map(|position| move |filters: &ServerFilters| Question::observations_at(&position, None, filters));
        let nearby = ask_there.as_ref().filter(|_| foreign).map(|ask| ask(&elsewhere));
        let (own, sectors, nearby) = join3(
            self.with_products(observations, filters, &|filters| {
                Question::observations_of(&id, filters)
            }),
            OptionFuture::from(
                position
                    .filter(|_| cutouts)
                    .map(|position| async move { self.noted_sectors(&position).await }),
            ),
            OptionFuture::from(
                nearby
                    .as_ref()
                    .map(|question| self.all_rows(question, Answer::Observations)),
            ),
        )
        .await;
        let (observations, mut products) = own?;
        // A question by number gives no distance; the star is where it is.
        let mut observations = observations.with_float("distance", vec![Some(0.0); observations.num_rows()])?;
        gathered.take_sectors(sectors);
        if cutouts && position.is_none() {
            gathered
                .warnings
                .push(Warning::CutoutsWithoutPosition { target: id.to_string() });
        }
        match (nearby, position.zip(ask_there.as_ref())) {
            (Some(Ok(nearby)), Some((position, ask))) => {
                let (nearby, warning) = usable(&foreign_to(&nearby, id, &own_groups, &position)?)?;
                gathered.warnings.extend(warning);
                if !nearby.is_empty() {
                    let (nearby, theirs) = self.with_products(nearby, &elsewhere, ask).await?;
                    products = concat(&[products, theirs])?;
                    observations = concat(&[observations, nearby])?;
                }
            }
            (Some(Err(error)), _) => {
                gathered.warnings.push(Warning::NearbyProductsUnavailable {
                    reason: error.to_string(),
                });
            }
            (Some(Ok(_)) | None, _) => {}
        }
        gathered.observations = Some(observations);
        gathered.products = Some(products);
        Ok(gathered)
    }
}

impl Gathered {
    fn take_sectors(&mut self, answer: Option<Result<Vec<SectorSeen>, Error>>) {
        match answer {
            Some(Ok(sectors)) => self.sectors = sectors,
            Some(Err(error)) => {
                let reason = error.to_string();
                self.warnings
                    .push(Warning::CutoutsUnavailable { reason: reason.clone() });
                self.cutouts_down = Some(reason);
            }
            None => {}
        }
    }
}
