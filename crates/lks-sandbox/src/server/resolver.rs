//! The name resolver, as `/Santa-war/query` and as the Mashup service `Mast.Name.Lookup`.

use serde_json::{Map, Value, json};

use super::reply::Reply;
use super::request::Request;
use super::service::Service;

pub(crate) fn query(service: &Service, request: &Request) -> Reply {
    let names: Vec<&str> = request.parameters("name").collect();
    if names.is_empty() {
        return Reply::page(400);
    }
    let all = request
        .parameter("resolveAll")
        .is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let resolver = request.parameter("resolver");
    let rows = names
        .iter()
        .flat_map(|name| rows(service, name, all, resolver))
        .collect();
    let json = request
        .parameter("outputFormat")
        .is_some_and(|format| format.eq_ignore_ascii_case("json"));
    if json {
        Reply::json(200, &answer(rows))
    } else {
        Reply::with_body(200, "text/xml", xml(&rows))
    }
}

/// What `Mast.Name.Lookup` answers; JSON only if the format is named inside `params`.
pub(crate) fn lookup(service: &Service, params: &Map<String, Value>) -> Reply {
    let name = params.get("input").and_then(Value::as_str).unwrap_or_default();
    let rows = rows(service, name, false, None);
    if params.get("format").and_then(Value::as_str) == Some("json") {
        Reply::json(200, &answer(rows))
    } else {
        Reply::with_body(200, "text/xml", xml(&rows))
    }
}

fn answer(rows: Vec<Map<String, Value>>) -> Value {
    json!({"resolvedCoordinate": rows, "status": ""})
}

/// The answers of the resolvers that know a name: the first, the wanted one, or all.
fn rows(service: &Service, name: &str, all: bool, resolver: Option<&str>) -> Vec<Map<String, Value>> {
    let mut rows = service.world.resolve(name);
    if rows.is_empty() {
        return position(name).into_iter().collect();
    }
    if let Some(resolver) = resolver.filter(|_| !all) {
        rows.retain(|row| {
            row.get("resolver")
                .and_then(Value::as_str)
                .is_some_and(|own| own.eq_ignore_ascii_case(resolver))
        });
    }
    if !all {
        rows.truncate(1);
    }
    rows
}

/// A name that is a position in degrees, which the resolver gives back; lksearch asks for all its targets like this.
fn position(name: &str) -> Option<Map<String, Value>> {
    let numbers: Vec<f64> = name
        .split(|separator: char| separator == ',' || separator.is_whitespace())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let [ra, decl] = numbers[..] else { return None };
    if !(0.0..=360.0).contains(&ra) || !(-90.0..=90.0).contains(&decl) {
        return None;
    }
    let row = json!({
        "searchString": name.to_lowercase(), "resolver": "", "cached": false, "resolverTime": 0, "searchRadius": -1.0,
        "canonicalName": name, "ra": ra, "decl": decl,
    });
    row.as_object().cloned()
}

fn xml(rows: &[Map<String, Value>]) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<resolvedItems>");
    for row in rows {
        text.push_str("<resolvedCoordinate>");
        for (key, value) in row {
            let value = value.as_str().map_or_else(|| value.to_string(), super::s3::escape);
            text.push_str(&format!("<{key}>{value}</{key}>"));
        }
        text.push_str("</resolvedCoordinate>");
    }
    text + "</resolvedItems>"
}
