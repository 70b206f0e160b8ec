//! Mashup: `invoke` with the CAOM services, paging, and the words for what goes wrong.

use serde_json::{Map, Value, json};

use super::reply::Reply;
use super::request::Request;
use super::resolver;
use super::service::Service;
use crate::fault::Fault;
use crate::world::{OBSERVATION_FIELDS, Observation, PRODUCT_FIELDS};

mod columns;
mod filter;
mod page;

pub(crate) use columns::columns_config;
use filter::Filters;
use page::{Field, Paging};

/// What a request could not be answered for; it becomes `status: "ERROR"` with HTTP status 200.
type Refusal = String;

pub(crate) fn invoke(service: &Service, request: &Request, fault: &Fault) -> Reply {
    if fault.executing {
        return Reply::json(
            200,
            &json!({"status": "EXECUTING", "msg": "", "data": [], "fields": [], "paging": null}),
        );
    }
    if let Some(msg) = &fault.mashup_error {
        return refused(msg);
    }
    if !matches!(request.method.as_str(), "GET" | "POST") {
        return Reply::page(405);
    }
    let parsed = request
        .parameter("request")
        .map(serde_json::from_str::<Map<String, Value>>);
    match parsed {
        None => refused("Error Msg: no request given"),
        Some(Err(error)) => refused(&format!("Error Msg: cannot read the request as JSON: {error}")),
        Some(Ok(mashup)) => answer(service, &mashup, fault).unwrap_or_else(|msg| refused(&msg)),
    }
}

fn refused(msg: &str) -> Reply {
    Reply::json(
        200,
        &json!({"status": "ERROR", "msg": msg, "data": [], "fields": [], "paging": null}),
    )
}

fn answer(service: &Service, mashup: &Map<String, Value>, fault: &Fault) -> Result<Reply, Refusal> {
    let name = mashup.get("service").and_then(Value::as_str).unwrap_or_default();
    let empty = Map::new();
    let params = mashup.get("params").and_then(Value::as_object).unwrap_or(&empty);
    let paging = Paging::parse(mashup)?;
    match name {
        "Mast.Caom.Filtered" => filtered(service, params, Question::Filtered, &paging, fault),
        "Mast.Caom.Filtered.Position" => filtered(
            service,
            params,
            Question::Position(filter_position(params)?),
            &paging,
            fault,
        ),
        "Mast.Caom.Cone" => filtered(service, params, Question::Cone(cone_position(params)?), &paging, fault),
        "Mast.Caom.Products" => products(service, params, &paging, fault),
        "Mast.Caom.All" => Ok(missions(service)),
        "Mast.Name.Lookup" => Ok(resolver::lookup(service, params)),
        other => Err(format!("Error Msg: unknown service '{other}'")),
    }
}

/// The three ways of asking for observations, which differ in the columns they add.
#[derive(Clone, Copy)]
enum Question {
    Filtered,
    Position(Circle),
    Cone(Circle),
}

/// A circle on the sky, degrees.
#[derive(Clone, Copy)]
struct Circle {
    ra: f64,
    dec: f64,
    radius: f64,
}

/// `position` is `"ra, dec, radius"`.
fn filter_position(params: &Map<String, Value>) -> Result<Circle, Refusal> {
    let text = params.get("position").and_then(Value::as_str).unwrap_or_default();
    let numbers: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    match numbers[..] {
        [ra, dec, radius] => Ok(Circle { ra, dec, radius }),
        _ => Err(format!("Error Msg: cannot read the position '{text}'")),
    }
}

fn cone_position(params: &Map<String, Value>) -> Result<Circle, Refusal> {
    let number = |name: &str| {
        let value = params.get(name);
        value
            .and_then(|value| value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()))
            .ok_or_else(|| format!("Error Msg: parameter '{name}' is missing or no number"))
    };
    Ok(Circle {
        ra: number("ra")?,
        dec: number("dec")?,
        radius: number("radius").or_else(|_| number("radius_deg")).unwrap_or(0.2),
    })
}

/// Observations that pass the filters and whose footprint comes within the circle.
fn filtered(
    service: &Service,
    params: &Map<String, Value>,
    question: Question,
    paging: &Paging,
    fault: &Fault,
) -> Result<Reply, Refusal> {
    let filters = Filters::parse(params.get("filters").unwrap_or(&Value::Null), &OBSERVATION_FIELDS)?;
    let (circle, added): (_, &[Field]) = match question {
        Question::Filtered => (None, &[]),
        Question::Position(circle) => (Some(circle), &[("objID1", "string"), ("distance", "float")]),
        Question::Cone(circle) => (Some(circle), &[("distance", "float"), ("_selected_", "boolean")]),
    };
    let mut found: Vec<(&Observation, f64)> = Vec::new();
    for observation in service.world.observations() {
        let distance = circle.map_or(0.0, |circle| observation.distance(circle.ra, circle.dec));
        let near = circle.is_none_or(|circle| distance <= circle.radius * 3600.0);
        if near && filters.pass(|column| observation.value(column)) {
            found.push((observation, distance));
        }
    }
    let columns = params.get("columns").and_then(Value::as_str).unwrap_or("*").trim();
    if columns.to_ascii_uppercase().starts_with("COUNT_BIG") {
        return Ok(page::count(found.len(), paging));
    }
    let fields = page::chosen(&[&OBSERVATION_FIELDS, added].concat(), columns)?;
    let cell = |(observation, distance): &(&Observation, f64), column: &str| match column {
        "objID1" => observation.object_id().into(),
        "distance" => page::number(*distance),
        _ => observation.value(column).unwrap_or(Value::Null),
    };
    Ok(page::rows(&found, &fields, paging, fault, cell))
}

/// Products listed under the observations named in `obsid`: a number, or text with commas between numbers.
fn products(service: &Service, params: &Map<String, Value>, paging: &Paging, fault: &Fault) -> Result<Reply, Refusal> {
    let text = match params.get("obsid") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Array(ids)) => ids
            .iter()
            .map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned))
            .collect::<Vec<_>>()
            .join(","),
        _ => return Err("Error Msg: parameter 'obsid' is missing".to_owned()),
    };
    let mut found = Vec::new();
    for id in text.split(',').map(str::trim).filter(|id| !id.is_empty()) {
        let obsid: u64 = id
            .parse()
            .map_err(|_| "Error Msg: Error converting data type varchar to bigint.".to_owned())?;
        found.extend(service.world.products(obsid));
    }
    let filters = Filters::parse(params.get("filters").unwrap_or(&Value::Null), &PRODUCT_FIELDS)?;
    found.retain(|product| filters.pass(|column| product.value(column)));
    let cell = |product: &&crate::world::Product, column: &str| product.value(column).unwrap_or(Value::Null);
    Ok(page::rows(&found, &PRODUCT_FIELDS, paging, fault, cell))
}

/// How many observations each mission has, in the old table form that `list_missions` of astroquery reads.
fn missions(service: &Service) -> Reply {
    let mut counts = std::collections::BTreeMap::new();
    for observation in service.world.observations() {
        *counts.entry(observation.collection).or_insert(0_u64) += 1;
    }
    let mut histogram = Map::from_iter([("hist".to_owned(), json!([]))]);
    histogram.extend(
        counts
            .into_iter()
            .map(|(mission, count)| (mission.to_owned(), count.into())),
    );
    let column =
        json!({"text": "obs_collection", "dataIndex": "obs_collection", "ExtendedProperties": {"histObj": histogram}});
    Reply::json(
        200,
        &json!({"status": "COMPLETE", "msg": "", "data": {"Tables": [{"Columns": [column], "Rows": []}]}}),
    )
}
