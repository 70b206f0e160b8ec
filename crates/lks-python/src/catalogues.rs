//! Stars in catalogues, and what services say of names.

use std::sync::Arc;

use lksearch::catalog::{self, Cone, Epoch, StarCatalog, StarId};
use lksearch::table::Table;
use lksearch::{ArcSeconds, Client, Error, Located, Position, Resolution, Target};
use pyo3::prelude::*;

use crate::error::{meaningless, raised};
use crate::question::{Targets, angle};
use crate::settings::texts;
use crate::shared::Shared;
use crate::table::plain;
use crate::task::Task;

const DEFAULT_RADIUS: ArcSeconds = ArcSeconds(100.0);

impl Shared {
    pub(crate) fn resolve_task(self: &Arc<Self>, names: &Bound<'_, PyAny>) -> PyResult<Task> {
        let names = texts(names)?;
        let resolve = |client: Client| async move {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            resolved(&client.resolve(&names).await?)
        };
        Task::new(self, resolve, plain)
    }

    pub(crate) fn cone_task(
        self: &Arc<Self>,
        target: &Bound<'_, PyAny>,
        radius: Option<&Bound<'_, PyAny>>,
        catalogue: &str,
        at: Option<&Bound<'_, PyAny>>,
        magnitude_limit: Option<f64>,
    ) -> PyResult<Task> {
        let Targets::One(target) = Targets::read(Some(target))? else {
            return Err(meaningless("a cone is around one target"));
        };
        let catalogue: StarCatalog = catalogue.parse().map_err(raised)?;
        let radius = radius.map_or(Ok(DEFAULT_RADIUS), angle)?;
        let at = epoch(at)?;
        let cone = move |client: Client| async move {
            let position = place(&client, &target, at).await?;
            let mut cone = Cone::new(catalogue, position, radius).with_epoch(at);
            cone.magnitude_limit = magnitude_limit;
            Ok(client.catalog().cone(&cone).await?.table)
        };
        Task::new(self, cone, plain)
    }

    pub(crate) fn ids_task(
        self: &Arc<Self>,
        ids: &Bound<'_, PyAny>,
        to: Option<&str>,
        at: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Task> {
        let ids: Result<Vec<StarId>, _> = texts(ids)?.iter().map(|id| id.parse()).collect();
        let (ids, at) = (ids.map_err(raised)?, epoch(at)?);
        let to: Option<StarCatalog> = to.map(str::parse).transpose().map_err(raised)?;
        let look_up = move |client: Client| async move {
            let found = match to {
                Some(to) => client.catalog().look_up_in(&ids, to, at).await?,
                None => client.catalog().look_up(&ids, at).await?,
            };
            Ok(found.table)
        };
        Task::new(self, look_up, plain)
    }

    pub(crate) fn names_task(self: &Arc<Self>, names: &Bound<'_, PyAny>) -> PyResult<Task> {
        let names = texts(names)?;
        let look_up = |client: Client| async move {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            Ok(catalog::names_table(&client.catalog().names(&names).await?)?)
        };
        Task::new(self, look_up, plain)
    }
}

/// A Julian year, or a text; astropy's times have it as `jyear`.
fn epoch(value: Option<&Bound<'_, PyAny>>) -> PyResult<Epoch> {
    let Some(value) = value else {
        return Ok(Epoch::J2000);
    };
    if value.hasattr("jyear")? {
        return Epoch::year(value.getattr("jyear")?.extract()?).map_err(raised);
    }
    match value.extract::<f64>() {
        Ok(year) => Epoch::year(year).map_err(raised),
        Err(_) => value
            .str()?
            .to_string()
            .parse()
            .map_err(|error: catalog::Error| raised(error)),
    }
}

/// Where the target is: as the catalogues know it with its motion, else as the archive's resolver says.
async fn place(client: &Client, target: &Target, epoch: Epoch) -> Result<Position, Error> {
    if let Some(position) = client.catalog().place(target, epoch).await? {
        return Ok(position);
    }
    let name = target.to_string();
    let resolution = client.resolve(&[&name]).await?.pop();
    resolution
        .and_then(|resolution| resolution.position())
        .ok_or_else(|| Error::Input(format!("no service knows '{name}'; check the spelling")))
}

fn resolved(names: &[Resolution]) -> Result<Table, Error> {
    let answers = names
        .iter()
        .flat_map(|name| name.answers.iter().map(|answer| (name.name.as_str(), answer)));
    let rows = answers.map(|(name, answer)| {
        let (resolver, canonical) = (answer.resolver.as_str(), answer.canonical_name.as_deref());
        (name, resolver, canonical, answer.position)
    });
    Ok(Located::table(rows)?)
}
