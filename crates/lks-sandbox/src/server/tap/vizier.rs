//! VizieR's own form of questions, `viz-bin/votable`: lines of `key=value`, as astroquery sends them.

use super::adql;
use super::evaluate::{Rows, evaluate};
use super::votable::{Serialisation, document, error};
use crate::server::reply::Reply;
use crate::server::request::Request;
use crate::server::service::Service;
use crate::world::stars::named;

/// The stars around a position, with the columns that are asked for.
pub(crate) fn cone(service: &Service, request: &Request) -> Reply {
    match rows(service, request) {
        Ok((name, rows)) => {
            let document = document(&rows, &name, Serialisation::TableData);
            Reply::with_body(200, "text/xml", document)
        }
        Err(words) => error(200, &words),
    }
}

fn rows(service: &Service, request: &Request) -> Result<(String, Rows), String> {
    let body = String::from_utf8_lossy(&request.body);
    let lines: Vec<(&str, &str)> = body.lines().filter_map(|line| line.split_once('=')).collect();
    let value = |key: &str| {
        lines
            .iter()
            .find(|(other, _)| *other == key)
            .map(|(_, value)| value.trim())
    };
    let source = value("-source").ok_or("-source is missing")?;
    let table = named(source, service.has_gaia_dr4).ok_or_else(|| format!("there is no catalogue '{source}'"))?;
    let (ra, dec) = position(value("-c").ok_or("-c is missing")?)?;
    let radius: f64 = value("-c.rs")
        .and_then(|text| text.parse().ok())
        .ok_or("-c.rs is missing")?;
    let has = |name: &str| table.columns.iter().any(|column| column.name == name);
    let axes = if has("RA_ICRS") {
        ("RA_ICRS", "DE_ICRS")
    } else {
        ("RAJ2000", "DEJ2000")
    };
    let mut conditions = vec![format!(
        "1=CONTAINS(POINT({},{}),CIRCLE({ra},{dec},{}))",
        axes.0,
        axes.1,
        radius / 3600.0
    )];
    // What is not an option is a limit of a column: `Tmag=<18.0`.
    for (key, limit) in lines.iter().filter(|(key, _)| !key.starts_with('-')) {
        let number: f64 = limit
            .trim_start_matches(['<', '>', '='])
            .trim()
            .parse()
            .map_err(|_| format!("'{limit}' is no limit"))?;
        let operator = if limit.starts_with('>') { ">" } else { "<" };
        conditions.push(format!("{key}{operator}{number}"));
    }
    let columns: Vec<&str> = value("-out")
        .unwrap_or("*")
        .split(',')
        .filter(|name| has(name))
        .collect();
    let selected = if columns.is_empty() {
        "*".to_owned()
    } else {
        columns.join(",")
    };
    let query = adql::parse(&format!(
        "SELECT {selected} FROM \"{source}\" WHERE {}",
        conditions.join(" AND ")
    ))?;
    let limit = value("-out.max")
        .and_then(|text| text.parse().ok())
        .unwrap_or(usize::MAX);
    let tables = |name: &str| named(name, service.has_gaia_dr4);
    let mut rows = evaluate(&query, &tables, limit)?;
    // It says nothing of what it left away.
    rows.is_cut = false;
    Ok((source.to_owned(), rows))
}

/// `319.50000412-41.19999449`.
fn position(text: &str) -> Result<(f64, f64), String> {
    let split = text.rfind(['+', '-']).filter(|place| *place > 0);
    let numbers = split.and_then(|place| {
        let (ra, dec) = text.split_at(place);
        Some((ra.trim().parse().ok()?, dec.trim().parse().ok()?))
    });
    numbers.ok_or_else(|| format!("'{text}' is no position"))
}
