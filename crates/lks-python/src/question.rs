//! A search as Python says it: a target, a mission, and filters by their names.

use lksearch::{ArcSeconds, Description, Error, Mission, Numbers, Position, Provenance, Search, Target, TextFilter};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyString, PyTuple};

use crate::error::{meaningless, raised};
use crate::settings::{listed, texts};

/// The filters of a search; `filetype` is another name of `kind`.
const NAMES: [&str; 19] = [
    "radius",
    "kind",
    "hlsp",
    "mission_products",
    "hlsps",
    "sector",
    "quarter",
    "month",
    "campaign",
    "sequence",
    "exptime",
    "pipeline",
    "year",
    "distance",
    "description",
    "target_name",
    "missions",
    "query",
    "limit",
];

/// What is searched for.
pub(crate) enum Targets {
    /// Whatever the archive lists of a sector, a quarter or a campaign.
    Any,
    One(Target),
    /// Each as text, in their order.
    Many(Vec<String>),
}

impl Targets {
    /// Reads a target, or a sequence of targets.
    pub(crate) fn read(value: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let Some(value) = value.filter(|value| !value.is_none()) else {
            return Ok(Self::Any);
        };
        if value.is_instance_of::<PyString>() {
            return Ok(Self::One(value.extract::<String>()?.parse().map_err(raised)?));
        }
        if let Some(position) = pair(value) {
            return Ok(Self::One(Target::Position(icrs(position)?)));
        }
        if value.hasattr("icrs")? {
            return of_coordinates(value);
        }
        // A number alone could be one of several catalogues; what is said of it as text says so.
        if value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>() {
            return Ok(Self::One(value.str()?.to_string().parse().map_err(raised)?));
        }
        let each = listed(value)?;
        // The members of these are no targets.
        let is_other = value.is_instance_of::<PyBytes>() || value.is_instance_of::<PyDict>();
        let each = each.try_iter().ok().filter(|_| !is_other).ok_or_else(no_target)?;
        each.map(|one| one_of_many(&one?))
            .collect::<PyResult<_>>()
            .map(Self::Many)
    }
}

fn one_of_many(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Some(position) = pair(value) {
        return Ok(as_text(position));
    }
    if value.hasattr("icrs")? {
        return match of_coordinates(value)? {
            Targets::One(target) => Ok(target.to_string()),
            Targets::Any | Targets::Many(_) => Err(meaningless("give positions one by one, or all in one SkyCoord")),
        };
    }
    let text = value.str()?.to_string();
    if value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>() {
        text.parse::<Target>().map_err(raised)?;
    } else if !value.is_instance_of::<PyString>() {
        return Err(no_target());
    }
    Ok(text)
}

fn no_target() -> PyErr {
    PyTypeError::new_err("a target is a name, an id, a position (ra, dec) or a SkyCoord, or a list of these")
}

/// Right ascension and declination, if it is two numbers.
fn pair(value: &Bound<'_, PyAny>) -> Option<(f64, f64)> {
    listed(value).ok()?.extract::<[f64; 2]>().ok().map(Into::into)
}

fn as_text((ra, dec): (f64, f64)) -> String {
    format!("{ra} {dec:+}")
}

fn icrs((ra, dec): (f64, f64)) -> PyResult<Position> {
    Position::icrs(ra, dec).map_err(raised)
}

/// The positions of astropy's coordinates.
fn of_coordinates(value: &Bound<'_, PyAny>) -> PyResult<Targets> {
    let icrs_frame = value.getattr("icrs")?;
    let degrees = |axis: &str| icrs_frame.getattr(axis)?.getattr("deg")?.call_method0("tolist");
    let (ra, dec) = (degrees("ra")?, degrees("dec")?);
    if let (Ok(ra), Ok(dec)) = (ra.extract::<f64>(), dec.extract::<f64>()) {
        return Ok(Targets::One(Target::Position(icrs((ra, dec))?)));
    }
    let (ra, dec): (Vec<f64>, Vec<f64>) = (ra.extract()?, dec.extract()?);
    Ok(Targets::Many(ra.into_iter().zip(dec).map(as_text).collect()))
}

/// A search with these filters.
pub(crate) fn search(mission: &str, target: Target, filters: Option<&Bound<'_, PyDict>>) -> PyResult<Search> {
    let mut search = Search::new(mission.parse::<Mission>().map_err(raised)?, target);
    let Some(filters) = filters else { return Ok(search) };
    for (name, value) in filters {
        let name: String = name.extract()?;
        if !value.is_none() {
            set(&mut search, &name, &value)?;
        }
    }
    Ok(search)
}

fn set(search: &mut Search, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    let said = |error: &dyn std::fmt::Display| meaningless(format!("{name}: {error}"));
    macro_rules! parsed {
        ($text:expr) => {
            $text.parse().map_err(|error| said(&error))?
        };
    }
    let filters = &mut search.filters;
    match name {
        "radius" => search.radius = Some(angle(value)?),
        "kind" | "filetype" => search.kind = parsed!(texts(value)?.join(",")),
        "hlsp" if !value.is_truthy()? => search.provenance = Provenance::WithoutHlsps,
        "mission_products" if value.is_truthy()? => search.provenance = Provenance::MissionProducts,
        "hlsps" if value.is_truthy()? => search.provenance = Provenance::Hlsps,
        "hlsp" | "mission_products" | "hlsps" => {}
        "sector" => filters.sector = Some(parsed!(numbers(value)?)),
        "quarter" => filters.quarter = Some(parsed!(numbers(value)?)),
        "month" => filters.month = Some(parsed!(numbers(value)?)),
        "campaign" => filters.campaign = Some(parsed!(numbers(value)?)),
        "sequence" => filters.sequence = Some(parsed!(numbers(value)?)),
        "year" => filters.year = Some(parsed!(numbers(value)?)),
        "exptime" => filters.exptime = Some(parsed!(numbers(value)?)),
        "distance" => {
            let limit = Numbers::parse_upper_limit(&numbers(value)?);
            filters.distance = Some(limit.map_err(|error| said(&error))?);
        }
        "pipeline" => filters.pipeline = Some(TextFilter::new(texts(value)?)),
        "target_name" => filters.target_name = Some(TextFilter::new(texts(value)?)),
        "missions" => filters.mission = Some(TextFilter::new(texts(value)?)),
        "description" => {
            let words = TextFilter::new(texts(value)?);
            filters.description = Some(match value.is_instance_of::<PyTuple>() {
                true => Description::All(words),
                false => Description::Any(words),
            });
        }
        "query" => search.query = Some(parsed!(value.extract::<String>()?)),
        "limit" => {
            let limit = value.extract().map_err(|_| said(&"a number of rows, 0 or more"))?;
            search.limit = Some(limit);
        }
        other => {
            return Err(PyTypeError::new_err(format!(
                "a search has no filter '{other}'; known are {}",
                NAMES.join(", ")
            )));
        }
    }
    Ok(())
}

/// Numbers as the program reads them: of a tuple of two the range, of anything else with several all of them.
fn numbers(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if value.is_instance_of::<PyBool>() {
        return Err(PyTypeError::new_err(format!("{value} is not a number")));
    }
    if value.is_instance_of::<PyTuple>()
        && let Ok((low, high)) = value.extract::<(f64, f64)>()
    {
        return Ok(format!("{low}..{high}"));
    }
    if value.is_instance_of::<PyString>() {
        return value.extract();
    }
    let values = listed(value)?;
    match values.try_iter() {
        Ok(each) => {
            let words = each.map(|one| Ok(one?.str()?.to_string()));
            Ok(words.collect::<PyResult<Vec<_>>>()?.join(","))
        }
        Err(_) => Ok(values.str()?.to_string()),
    }
}

/// An angle: arcseconds, a text with a unit, or an astropy Quantity.
pub(crate) fn angle(value: &Bound<'_, PyAny>) -> PyResult<ArcSeconds> {
    let value = match value.hasattr("to_value")? {
        true => value.call_method1("to_value", ("arcsec",))?,
        false => value.clone(),
    };
    // The text has the checks: no angle is negative, or wider than the sky.
    let text = match value.extract::<f64>() {
        Ok(arcseconds) => arcseconds.to_string(),
        Err(_) => value.str()?.to_string(),
    };
    text.parse()
        .map_err(|error: lksearch::archive::Error| raised(Error::from(error)))
}
