//! What is asked of MAST's Mashup service, as plain JSON; nothing is sent here.
//!
//! `columnsconfig`, which other clients ask first, is never needed: which columns hold ranges is known here.

use serde_json::{Value, json};

use crate::cutout::TESSCUT;
use crate::filter::{TextFilter, known_pipeline, pipeline_name};
use crate::kind::Kind;
use crate::pipeline::Pipeline;
use crate::position::{ArcSeconds, Position};
use crate::search::{Mission, Provenance, Search};
use crate::target::TargetId;

/// Rows per page, MAST's own default.
pub(crate) const PAGE_SIZE: usize = 50_000;

/// Observations per product request, as astroquery asks; MAST's limit is not documented.
pub(crate) const GROUPS_PER_REQUEST: usize = 500;

/// The radius of a search without one, as lksearch has it: only what was observed at the very place.
const HERE: ArcSeconds = ArcSeconds(0.0001);

/// A question to the Mashup service.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Question {
    service: &'static str,
    params: Value,
    about: String,
}

impl Question {
    /// The name of the service.
    pub(crate) fn service(&self) -> &'static str {
        self.service
    }

    /// The `request` field of the form.
    pub(crate) fn page(&self, page: usize, page_size: usize) -> String {
        json!({ "service": self.service, "params": self.params, "format": "json", "pagesize": page_size, "page": page })
            .to_string()
    }

    /// Everything about it that shapes the answer.
    pub(crate) fn exact(&self) -> String {
        json!([self.service, self.params]).to_string()
    }

    /// What it asks, in words.
    pub(crate) fn about(&self) -> String {
        self.about.clone()
    }

    /// The observations of exactly one star of a mission's catalogue.
    pub(crate) fn observations_of(id: &TargetId, filters: &ServerFilters) -> Self {
        let mut list = filters.to_json();
        list.push(discrete("target_name", [id.target_name()]));
        Self::filtered(&list, format!("the observations of {id}"))
    }

    /// All observations that pass the filters.
    pub(crate) fn observations(filters: &ServerFilters) -> Self {
        Self::filtered(&filters.to_json(), "the observations of all targets".to_owned())
    }

    /// The observations of any of these stars.
    pub(crate) fn observations_of_all(ids: &[TargetId], filters: &ServerFilters) -> Self {
        let mut list = filters.to_json();
        list.push(discrete("target_name", ids.iter().map(TargetId::target_name)));
        Self::filtered(&list, format!("the observations of {} stars", ids.len()))
    }

    /// The same question for the number of rows alone.
    pub(crate) fn counted(&self) -> Self {
        let mut params = self.params.clone();
        params["columns"] = "COUNT_BIG(*)".into();
        Self {
            service: self.service,
            params,
            about: format!("the number of {}", self.about),
        }
    }

    /// The observations whose footprint lies within a radius of a position.
    pub(crate) fn observations_at(position: &Position, radius: Option<ArcSeconds>, filters: &ServerFilters) -> Self {
        let radius = radius.unwrap_or(HERE).degrees();
        let params = json!({
            "columns": "*",
            "filters": filters.to_json(),
            "position": format!("{}, {}, {radius}", position.ra(), position.dec()),
        });
        Self {
            service: "Mast.Caom.Filtered.Position",
            params,
            about: format!("the observations at {position}, radius {radius} deg"),
        }
    }

    /// The products of some observations, by their `obsid`.
    pub(crate) fn products(groups: &[String]) -> Self {
        Self {
            service: "Mast.Caom.Products",
            params: json!({ "obsid": groups.join(",") }),
            about: "products".to_owned(),
        }
    }

    fn filtered(filters: &[Value], about: String) -> Self {
        Self {
            service: "Mast.Caom.Filtered",
            params: json!({ "columns": "*", "filters": filters }),
            about,
        }
    }
}

/// What the server is told of the filters. It never keeps a row back that the search's own filters would let pass.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ServerFilters {
    groups: Vec<String>,
    projects: Vec<String>,
    collections: Vec<String>,
    pipelines: Vec<String>,
    sequences: Vec<String>,
    exptime: Option<(f64, f64)>,
    ra: Option<(f64, f64)>,
}

impl ServerFilters {
    pub(crate) fn of(search: &Search) -> Self {
        let filters = &search.filters;
        let own = match search.provenance {
            Provenance::WithoutHlsps | Provenance::MissionProducts => true,
            Provenance::Any => search.mission == Mission::Mast && search.filters.pipeline.is_none(),
            Provenance::Hlsps => false,
        };
        let mut projects: Vec<String> = search
            .mission
            .projects()
            .iter()
            .map(|word| (*word).to_owned())
            .collect();
        if !own {
            projects.push("HLSP".to_owned());
        }
        // Kepler's sequence number is null, and K2's cannot be relied on; only a sector can be asked for.
        let sequence = match search.mission {
            Mission::Tess => filters.sector.as_ref().or(filters.sequence.as_ref()),
            Mission::Kepler | Mission::K2 | Mission::Mast | Mission::All => None,
        };
        Self {
            groups: Vec::new(),
            projects,
            collections: Vec::new(),
            pipelines: pipelines(search).unwrap_or_default(),
            sequences: sequence
                .and_then(|numbers| numbers.whole_numbers(100))
                .map(|numbers| numbers.iter().map(ToString::to_string).collect())
                .unwrap_or_default(),
            // A second of slack, because the server's floats need not be ours.
            exptime: filters
                .exptime
                .as_ref()
                .and_then(|exptime| exptime.bounds())
                .map(|(low, high)| ((low - 1.0).max(0.0), (high + 1.0).min(1e9))),
            ra: None,
        }
    }

    /// Only of targets between these right ascensions, in degrees.
    pub(crate) fn between(&self, from: f64, to: f64) -> Self {
        Self {
            ra: Some((from, to)),
            ..self.clone()
        }
    }

    /// Only of this pipeline.
    pub(crate) fn made_by(&self, pipeline: &str) -> Self {
        Self {
            pipelines: vec![pipeline.to_owned()],
            ..self.clone()
        }
    }

    /// Those of the pipelines that are asked for.
    pub(crate) fn pipelines_among(&self, known: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
        let is_asked = |name: &&str| self.pipelines.is_empty() || self.pipelines.iter().any(|asked| asked == name);
        known.filter(is_asked).collect()
    }

    /// For what may be filed under another name than the star's: high-level science products, and in a search of all missions what the
    /// others observed, in whose catalogues the star has other numbers.
    pub(crate) fn under_other_names(&self, search: &Search) -> Self {
        let collections = match search.mission {
            Mission::Mast | Mission::All => Vec::new(),
            Mission::Tess | Mission::Kepler | Mission::K2 => vec!["HLSP".to_owned()],
        };
        Self {
            collections,
            ..self.clone()
        }
    }

    /// For these observations, by their `obsid`, whatever the user asked for.
    pub(crate) fn only(&self, groups: &[String]) -> Self {
        Self {
            groups: groups.to_vec(),
            ..self.relaxed()
        }
    }

    /// Without what the user asked for beyond mission and kind: to tell "not observed" from "filtered out".
    pub(crate) fn relaxed(&self) -> Self {
        Self {
            pipelines: Vec::new(),
            sequences: Vec::new(),
            exptime: None,
            ..self.clone()
        }
    }

    fn to_json(&self) -> Vec<Value> {
        // Light curves and pixel files are `timeseries` and `cube`; full-frame images, which are thousands, stay away.
        let mut list = vec![
            discrete("project", &self.projects),
            discrete("dataproduct_type", ["timeseries", "cube"]),
        ];
        for (name, values) in [
            ("obsid", &self.groups),
            ("obs_collection", &self.collections),
            ("provenance_name", &self.pipelines),
            ("sequence_number", &self.sequences),
        ] {
            if !values.is_empty() {
                list.push(discrete(name, values));
            }
        }
        if let Some((low, high)) = self.exptime {
            list.push(json!({ "paramName": "t_exptime", "values": [{ "min": low, "max": high }] }));
        }
        if let Some((low, high)) = self.ra {
            list.push(json!({ "paramName": "s_ra", "values": [{ "min": low, "max": high }] }));
        }
        list
    }
}

fn discrete(name: &str, values: impl IntoIterator<Item = impl AsRef<str>>) -> Value {
    let values: Vec<String> = values.into_iter().map(|value| value.as_ref().to_owned()).collect();
    json!({ "paramName": name, "values": values })
}

/// The pipelines to ask for, if they are all known by their exact spelling.
fn pipelines(search: &Search) -> Option<Vec<String>> {
    let words = wanted_pipelines(search)?;
    let named: Option<Vec<String>> = words
        .0
        .wanted
        .iter()
        .filter(|word| !word.eq_ignore_ascii_case(TESSCUT))
        .map(|word| known_pipeline(&pipeline_name(word)).map(str::to_owned))
        .collect();
    named.filter(|names| !names.is_empty())
}

/// The pipelines that a search is for: those it names, or else what its provenance means; `None` where all are welcome.
pub(crate) fn wanted_pipelines(search: &Search) -> Option<TextFilter> {
    if let Some(words) = &search.filters.pipeline {
        return Some(words.map(pipeline_name));
    }
    let own = Pipeline::own(search.mission);
    match (search.mission, search.provenance) {
        (Mission::Mast, Provenance::Any) | (_, Provenance::MissionProducts) => Some(TextFilter::new(own)),
        (_, Provenance::WithoutHlsps) => Some(TextFilter::new(own.chain([TESSCUT]))),
        (_, Provenance::Any | Provenance::Hlsps) => None,
    }
}

/// Whether a search can give cutouts, so that TESScut must be asked.
pub(crate) fn wants_cutouts(search: &Search) -> bool {
    matches!(search.mission, Mission::Tess | Mission::All)
        && search.kind.accepts(Kind::TessCut)
        && search.provenance != Provenance::MissionProducts
        && wanted_pipelines(search).is_none_or(|words| words.accepts(Some(TESSCUT)))
}

/// Whether a search can give anything but cutouts, so that MAST must be asked for observations.
pub(crate) fn wants_observations(search: &Search) -> bool {
    let is_cutout = |word: &str| word.eq_ignore_ascii_case(TESSCUT);
    let only_cutouts = wanted_pipelines(search).is_some_and(|words| words.wants_only(is_cutout));
    !search.kind.is_only(Kind::TessCut) && !only_cutouts
}

/// Whether a search by id can find products that are filed under another name than the star's.
pub(crate) fn wants_foreign(search: &Search) -> bool {
    let is_own = |word: &str| word == TESSCUT || Pipeline::own(search.mission).any(|own| own == word);
    let own_only = wanted_pipelines(search).is_some_and(|words| words.wants_only(is_own));
    let hlsps = matches!(search.provenance, Provenance::Any | Provenance::Hlsps) && !own_only;
    search.mission.is_several() || hlsps
}

#[cfg(test)]
mod tests;
