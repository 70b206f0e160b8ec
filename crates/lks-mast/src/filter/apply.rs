//! Filters put to a table, once, each remembering how many rows it alone would have left.

use lks_table::Table;
use lks_table::arrow_array::BooleanArray;

use super::{Campaign, CampaignHalf, Exptime, Filters, TextFilter};
use crate::columns::{floats, integers};
use crate::error::Error;
use crate::kind::{Kind, KindFilter};
use crate::request::wanted_pipelines;
use crate::search::{Provenance, Search};

/// A filter that let rows fall.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejection {
    /// The filter's name, as in [`Filters`], or `query`.
    pub filter: String,
    /// How many rows it alone would leave.
    pub num_left: usize,
    /// Of a filter that names values, those that there are, in order: in all rows if it alone leaves none, else in the rows that the other
    /// filters leave, if these are some.
    pub available: Vec<String>,
}

/// The column whose values a filter names.
fn named(filter: &str) -> Option<&'static str> {
    [
        "pipeline",
        "target_name",
        "mission",
        "sector",
        "quarter",
        "month",
        "campaign",
        "year",
        "exptime",
    ]
    .into_iter()
    .find(|column| *column == filter)
}

fn values(table: &Table, column: &str) -> Vec<String> {
    let mut texts: Vec<String> = table.texts(column).flatten().map(str::to_owned).collect();
    texts.sort_unstable();
    let mut numbers: Vec<f64> = floats(table, column).into_iter().flatten().collect();
    numbers.sort_unstable_by(f64::total_cmp);
    texts.extend(numbers.iter().map(f64::to_string));
    texts.dedup();
    texts
}

/// Which rows are of the wanted kind.
pub(crate) fn is_of_kind(table: &Table, kind: KindFilter) -> Vec<bool> {
    let names = table.texts("productFilename");
    names
        .map(|name| kind.accepts(Kind::of_filename(name.unwrap_or_default())))
        .collect()
}

/// Which rows are of the wanted makers and collections, unless the search names pipelines, which is a filter of its own.
pub(crate) fn is_of_provenance(table: &Table, search: &Search) -> Vec<bool> {
    let collections: Vec<&str> = match (search.mission.projects(), search.provenance) {
        (own, Provenance::WithoutHlsps | Provenance::MissionProducts) => own.to_vec(),
        (own, Provenance::Any | Provenance::Hlsps) => own.iter().copied().chain(["HLSP"]).collect(),
    };
    let collections = TextFilter::new(collections);
    let pipelines = if search.filters.pipeline.is_none() {
        wanted_pipelines(search)
    } else {
        None
    };
    let observed = table.texts("obs_collection_obs").zip(table.texts("obs_collection"));
    let mask = table.rows().zip(observed).map(|(row, (observation, product))| {
        let own = row.boolean("mission_product");
        let by_maker = match search.provenance {
            Provenance::Any | Provenance::WithoutHlsps => true,
            Provenance::MissionProducts => own == Some(true),
            Provenance::Hlsps => own == Some(false),
        };
        by_maker
            && collections.accepts(observation.or(product))
            && pipelines
                .as_ref()
                .is_none_or(|words| words.accepts(row.text("pipeline")))
    });
    mask.collect()
}

/// The rows that pass all filters and the expression, and what each would have left alone.
pub(crate) fn apply(table: &Table, search: &Search) -> Result<(Table, Vec<Rejection>), Error> {
    let mut masks: Vec<(&str, Vec<bool>)> = masks(table, &search.filters, wanted_pipelines(search).as_ref());
    if let Some(query) = &search.query {
        let mask = query.evaluate(table)?;
        masks.push(("query", mask.iter().map(|value| value == Some(true)).collect()));
    }
    let mut all = passing(table.num_rows(), &masks, None);
    if let Some(extreme @ (Exptime::Shortest | Exptime::Longest)) = &search.filters.exptime {
        let mask = extreme_exptime(table, &all, *extreme == Exptime::Shortest);
        masks.push(("exptime", mask));
        all = passing(table.num_rows(), &masks, None);
    }
    let left = table.filter(&BooleanArray::from(all))?;
    let mut rejections = Vec::new();
    for (filter, mask) in &masks {
        let num_left = mask.iter().filter(|pass| **pass).count();
        if num_left == table.num_rows() {
            continue;
        }
        let available = match named(filter).filter(|_| left.is_empty()) {
            None => Vec::new(),
            Some(column) if num_left == 0 => values(table, column),
            Some(column) => {
                let others = passing(table.num_rows(), &masks, Some(filter));
                values(&table.filter(&BooleanArray::from(others))?, column)
            }
        };
        rejections.push(Rejection {
            filter: (*filter).to_owned(),
            num_left,
            available,
        });
    }
    Ok((left, rejections))
}

/// Which rows pass all filters, or all but one.
fn passing(num_rows: usize, masks: &[(&str, Vec<bool>)], but: Option<&str>) -> Vec<bool> {
    let counts = |filter: &str| Some(filter) != but;
    (0..num_rows)
        .map(|row| masks.iter().all(|(filter, mask)| mask[row] || !counts(filter)))
        .collect()
}

fn masks(table: &Table, filters: &Filters, pipelines: Option<&TextFilter>) -> Vec<(&'static str, Vec<bool>)> {
    let words =
        |column: &'static str, words: &TextFilter| table.texts(column).map(|value| words.accepts(value)).collect();
    let numbers = |column: &'static str| floats(table, column).into_iter();
    let mut masks: Vec<(&'static str, Vec<bool>)> = Vec::new();
    if let (Some(_), Some(wanted)) = (&filters.pipeline, pipelines) {
        masks.push(("pipeline", words("pipeline", wanted)));
    }
    if let Some(wanted) = &filters.target_name {
        masks.push(("target_name", words("target_name", wanted)));
    }
    if let Some(wanted) = &filters.mission {
        masks.push(("mission", words("mission", wanted)));
    }
    if let Some(description) = &filters.description {
        masks.push((
            "description",
            table
                .texts("description")
                .map(|value| description.accepts(value))
                .collect(),
        ));
    }
    for (name, column, wanted) in [
        ("sector", "sector", &filters.sector),
        ("quarter", "quarter", &filters.quarter),
        ("month", "month", &filters.month),
        ("sequence", "sequence_number", &filters.sequence),
        ("year", "year", &filters.year),
        ("distance", "distance", &filters.distance),
    ] {
        if let Some(wanted) = wanted {
            masks.push((name, numbers(column).map(|value| wanted.accepts(value)).collect()));
        }
    }
    if let Some(wanted) = &filters.campaign {
        masks.push((
            "campaign",
            campaigns(table).map(|campaign| wanted.accepts(campaign)).collect(),
        ));
    }
    if let Some(wanted) = &filters.exptime {
        let mask = |pass: &dyn Fn(f64) -> bool| numbers("exptime").map(|value| value.is_some_and(pass)).collect();
        match wanted {
            Exptime::Seconds(wanted) => {
                masks.push((
                    "exptime",
                    numbers("exptime").map(|value| wanted.accepts(value)).collect(),
                ));
            }
            Exptime::Fast => masks.push(("exptime", mask(&|value| value < 60.0))),
            Exptime::Short => masks.push(("exptime", mask(&|value| (60.0..=120.0).contains(&value)))),
            Exptime::Long => masks.push(("exptime", mask(&|value| value > 120.0))),
            Exptime::Shortest | Exptime::Longest => {}
        }
    }
    masks
}

fn campaigns(table: &Table) -> impl Iterator<Item = Option<Campaign>> {
    integers(table, "campaign")
        .into_iter()
        .zip(table.texts("campaign_half"))
        .map(|(number, half)| {
            let half = match half {
                Some("a") => Some(CampaignHalf::A),
                Some("b") => Some(CampaignHalf::B),
                _ => None,
            };
            number.map(|number| Campaign { number, half })
        })
}

fn extreme_exptime(table: &Table, among: &[bool], shortest: bool) -> Vec<bool> {
    let times: Vec<Option<f64>> = floats(table, "exptime")
        .into_iter()
        .map(|time| time.filter(|value| !value.is_nan()))
        .collect();
    let better = |one: f64, other: f64| if shortest { one.min(other) } else { one.max(other) };
    let extreme = times
        .iter()
        .zip(among)
        .filter(|(_, among)| **among)
        .filter_map(|(time, _)| *time)
        .reduce(better);
    times.iter().map(|time| time.is_some() && *time == extreme).collect()
}
