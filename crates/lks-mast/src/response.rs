//! What the services answered, read from bytes; nothing is asked here.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};

use lks_table::{Table, decode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::columns::Answer;
use crate::error::{AnswerProblem, Error, Service};
use crate::position::Position;

/// An answer, or the news that it is still being made.
#[derive(Debug)]
pub(crate) enum Reply<T> {
    Executing,
    Complete(T),
}

/// A page of rows and what the service says about all pages.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) table: Table,
    /// How many rows there are on all pages, if the service says so.
    pub(crate) rows_filtered: Option<usize>,
    /// How many pages there are.
    pub(crate) pages: Option<usize>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    status: Option<Cow<'a, str>>,
    #[serde(default)]
    msg: Option<Value>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(default)]
    paging: Option<Value>,
    #[serde(default)]
    service: Option<Value>,
}

/// A page of rows that the Mashup service answers `question` with.
pub(crate) fn mashup(body: &[u8], answer: Answer, question: &str) -> Result<Reply<Page>, Error> {
    let service = answer.service();
    let Some((data, paging)) = complete(body, service, question)? else {
        return Ok(Reply::Executing);
    };
    let rows = decode::rows(data.get().as_bytes(), &answer.types())
        .map_err(|error| Error::answer(service, AnswerProblem::Json(error.to_string())))?;
    let counted = |name: &str| paging.as_ref().and_then(|paging| count(paging.get(name)?));
    Ok(Reply::Complete(Page {
        table: answer.checked(&rows)?,
        rows_filtered: counted("rowsFiltered").or_else(|| counted("rowsTotal")),
        pages: counted("pagesFiltered"),
    }))
}

/// How many rows the Mashup service counts for `question`.
pub(crate) fn row_count(body: &[u8], service: Service, question: &str) -> Result<Reply<usize>, Error> {
    let Some((data, _)) = complete(body, service, question)? else {
        return Ok(Reply::Executing);
    };
    let rows: Vec<HashMap<String, Value>> = serde_json::from_str(data.get())
        .map_err(|error| Error::answer(service, AnswerProblem::Json(error.to_string())))?;
    let counted = rows.first().and_then(|row| count(row.get("Column1")?));
    counted
        .map(Reply::Complete)
        .ok_or_else(|| Error::schema(service, "Column1"))
}

/// The rows of a complete answer, undecoded, and what is said of its pages; `None` while it is being made.
fn complete<'a>(
    body: &'a [u8],
    service: Service,
    question: &str,
) -> Result<Option<(&'a RawValue, Option<Value>)>, Error> {
    let envelope: Envelope<'_> = json(body, service)?;
    if let Some(Value::String(echoed)) = &envelope.service
        && echoed != question
    {
        return Err(Error::answer(
            service,
            AnswerProblem::Mismatch(format!("'{echoed}' instead of '{question}'")),
        ));
    }
    match envelope.status.as_deref() {
        Some("COMPLETE") => {}
        Some("EXECUTING") => return Ok(None),
        Some("ERROR") => {
            return Err(Error::Remote {
                service,
                message: message(envelope.msg),
            });
        }
        Some(other) => {
            return Err(Error::answer(
                service,
                AnswerProblem::Status(other.chars().take(80).collect()),
            ));
        }
        None => return Err(Error::schema(service, "status")),
    }
    let Some(data) = envelope.data else {
        return Err(Error::schema(service, "data"));
    };
    if !data.get().starts_with('[') {
        return Err(Error::schema(service, "data"));
    }
    Ok(Some((data, envelope.paging)))
}

fn message(msg: Option<Value>) -> String {
    match msg {
        Some(Value::String(text)) if !text.trim().is_empty() => text.trim().chars().take(500).collect(),
        Some(Value::Null) | None | Some(Value::String(_)) => "it gives no reason".to_owned(),
        Some(other) => other.to_string().chars().take(500).collect(),
    }
}

fn count(value: &Value) -> Option<usize> {
    match value {
        Value::Number(number) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// One service's opinion on where a name is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ResolverRow {
    pub(crate) search_string: String,
    pub(crate) resolver: String,
    pub(crate) canonical_name: Option<String>,
    pub(crate) object_type: Option<String>,
    pub(crate) position: Position,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct RawCoordinate {
    #[serde(default)]
    search_string: Option<String>,
    #[serde(default)]
    resolver: Option<String>,
    #[serde(default)]
    canonical_name: Option<String>,
    #[serde(default)]
    object_type: Option<String>,
    #[serde(default)]
    ra: Option<Value>,
    #[serde(default)]
    decl: Option<Value>,
}

/// All rows of the resolver that hold a position.
pub(crate) fn resolved(body: &[u8]) -> Result<Vec<ResolverRow>, Error> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(rename = "resolvedCoordinate", default)]
        rows: Option<Vec<RawCoordinate>>,
    }
    let rows = json::<Answer>(body, Service::Resolver)?.rows.unwrap_or_default();
    let num_rows = rows.len();
    let read: Vec<ResolverRow> = rows.into_iter().filter_map(resolver_row).collect();
    if num_rows > 0 && read.is_empty() {
        return Err(Error::schema(Service::Resolver, "ra, decl"));
    }
    Ok(read)
}

/// Writes these rows as the resolver sends them.
pub(crate) fn write_resolved(rows: &[ResolverRow], out: &mut (dyn Write + Send)) -> io::Result<()> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        resolved_coordinate: Vec<RawCoordinate>,
    }
    let raw = |row: &ResolverRow| RawCoordinate {
        search_string: Some(row.search_string.clone()),
        resolver: Some(row.resolver.clone()),
        canonical_name: row.canonical_name.clone(),
        object_type: row.object_type.clone(),
        ra: Some(row.position.ra().into()),
        decl: Some(row.position.dec().into()),
    };
    let answer = Answer {
        resolved_coordinate: rows.iter().map(raw).collect(),
    };
    Ok(serde_json::to_writer(out, &answer)?)
}

fn resolver_row(row: RawCoordinate) -> Option<ResolverRow> {
    let position = Position::icrs(number(&row.ra?)?, number(&row.decl?)?).ok()?;
    Some(ResolverRow {
        search_string: row.search_string?,
        resolver: row.resolver.unwrap_or_else(|| "unnamed".to_owned()),
        canonical_name: row.canonical_name,
        object_type: row.object_type,
        position,
    })
}

fn number(value: &Value) -> Option<f64> {
    value
        .as_f64()
        .or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))
}

/// Where TESS saw a position.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SectorSeen {
    /// The sector's number.
    pub sector: i64,
    /// Camera, 1 to 4, if TESScut says so.
    pub camera: Option<i64>,
    /// CCD of the camera, 1 to 4.
    pub ccd: Option<i64>,
}

/// The sectors in TESScut's answer, in order, each once.
pub(crate) fn sectors(body: &[u8]) -> Result<Vec<SectorSeen>, Error> {
    #[derive(Deserialize)]
    struct Answer {
        results: Option<Vec<HashMap<String, Value>>>,
    }
    let Some(rows) = json::<Answer>(body, Service::TessCut)?.results else {
        return Err(Error::schema(Service::TessCut, "results"));
    };
    let mut seen = Vec::with_capacity(rows.len());
    for row in rows {
        let whole = |name: &str| row.get(name).and_then(number).map(|value| value as i64);
        let sector = whole("sector")
            .filter(|sector| *sector > 0)
            .ok_or_else(|| Error::schema(Service::TessCut, "sector"))?;
        seen.push(SectorSeen {
            sector,
            camera: whole("camera"),
            ccd: whole("ccd"),
        });
    }
    seen.sort_by_key(|row| row.sector);
    // A star on the seam of two CCDs is told twice, but there is one cutout.
    seen.dedup_by_key(|row| row.sector);
    Ok(seen)
}

/// The path in the cloud of each URI in a path look-up's answer.
pub(crate) fn paths(body: &[u8]) -> Result<HashMap<String, Option<String>>, Error> {
    #[derive(Deserialize)]
    struct Found {
        #[serde(default)]
        path: Option<String>,
    }
    let rows: HashMap<String, Option<Found>> = json(body, Service::PathLookup)?;
    Ok(rows
        .into_iter()
        .map(|(uri, found)| (uri, found.and_then(|found| found.path)))
        .collect())
}

fn json<'a, T: Deserialize<'a>>(body: &'a [u8], service: Service) -> Result<T, Error> {
    let text = std::str::from_utf8(body).map_err(|_| Error::answer(service, AnswerProblem::Encoding))?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with(['{', '[']) {
        let beginning: String = text.chars().take(2000).collect();
        let excerpt = lks_http::html_excerpt(&beginning)
            .chars()
            .take(200)
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        return Err(Error::answer(service, AnswerProblem::NotJson { excerpt }));
    }
    serde_json::from_str(text).map_err(|error| Error::answer(service, AnswerProblem::Json(error.to_string())))
}

#[cfg(test)]
mod tests;
