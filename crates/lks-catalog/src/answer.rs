//! What a TAP service answered, read from bytes: a VOTable in any serialisation, or JSON or CSV where it prefers those. The body itself says which; what the
//! service calls it does not count.

use lks_http::html_excerpt;
use lks_table::{ColumnTypes, Table, decode, read};
use serde_json::{Map, Value};

use crate::error::{CatalogService, Error};

/// The rows of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) table: Table,
    /// Whether the service says that there are more.
    pub(crate) is_cut: bool,
}

/// Reads an answer.
///
/// # Errors
/// [`Error::Remote`] if the service says that it failed, even after rows; [`Error::Answer`] if it sent something else than a table, or a part of
/// one.
pub(crate) fn read(service: CatalogService, body: &[u8]) -> Result<Answer, Error> {
    let text = String::from_utf8_lossy(&body[..body.len().min(4096)]);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.as_bytes().first() {
        None => Err(Error::answer(service, "answered with nothing")),
        Some(b'<') if is_votable(text) => votable(service, body),
        Some(b'<') => {
            let words: String = html_excerpt(text).chars().take(200).collect();
            Err(Error::answer(
                service,
                format!("answered with a page instead of data ('{words}')"),
            ))
        }
        Some(b'{') => json(service, body),
        Some(_) => csv(service, body, text),
    }
}

/// The words of a service in the body of a failure, if it wrote any.
pub(crate) fn words_of_failure(body: &str) -> Option<String> {
    let words = html_excerpt(body.trim());
    let words = [
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ]
    .into_iter()
    .fold(words, |words, (reference, character)| {
        words.replace(reference, character)
    });
    (!words.is_empty()).then(|| words.chars().take(400).collect())
}

/// Whether the root element is a `VOTABLE`, whatever stands before it and whichever prefix it has.
fn is_votable(text: &str) -> bool {
    text.contains("VOTABLE")
}

fn votable(service: CatalogService, body: &[u8]) -> Result<Answer, Error> {
    let unreadable = |error| Error::answer(service, format!("answered with a VOTable that cannot be read: {error}"));
    let document = read::votable_document(body, &ColumnTypes::none()).map_err(unreadable)?;
    let mut is_cut = false;
    // Before the table, after it, or both: the worst counts.
    for info in &document.infos {
        if !info.name.eq_ignore_ascii_case("QUERY_STATUS") {
            continue;
        }
        match info.value.trim().to_ascii_uppercase().as_str() {
            "ERROR" => {
                let words = if info.text.is_empty() {
                    "no reason was given"
                } else {
                    &info.text
                };
                let message = words.chars().take(400).collect();
                return Err(Error::Remote { service, message });
            }
            "OVERFLOW" => is_cut = true,
            _ => {}
        }
    }
    match document.table {
        Some(table) => Ok(Answer { table, is_cut }),
        None => Err(Error::answer(service, "answered with a VOTable without a table")),
    }
}

/// `{"metadata": [{"name": …}], "data": [[…]]}` of TAPVizieR and ESA; the columns are also called `columns` or `fields`.
fn json(service: CatalogService, body: &[u8]) -> Result<Answer, Error> {
    let damaged = |error| Error::answer(service, format!("answered with damaged JSON: {error}"));
    let document: Map<String, Value> = serde_json::from_slice(body).map_err(damaged)?;
    let list = |names: &[&str]| names.iter().find_map(|name| document.get(*name)?.as_array());
    let (columns, data) = (list(&["metadata", "columns", "fields"]), list(&["data"]));
    let (Some(columns), Some(data)) = (columns, data) else {
        return Err(Error::answer(service, "answered with JSON that holds no rows"));
    };
    let name = |column: &Value| match column {
        Value::String(name) => Some(name.clone()),
        _ => column.get("name")?.as_str().map(str::to_owned),
    };
    let names: Option<Vec<String>> = columns.iter().map(name).collect();
    let names = names.ok_or_else(|| Error::answer(service, "answered with columns that have no names"))?;
    let mut rows = Vec::with_capacity(data.len());
    for row in data {
        let cells = row.as_array().filter(|cells| cells.len() == names.len());
        let cells =
            cells.ok_or_else(|| Error::answer(service, "answered with rows of another length than its columns"))?;
        let pairs = names.iter().cloned().zip(cells.iter().cloned());
        rows.push(Value::Object(pairs.collect()));
    }
    let text = Value::Array(rows).to_string();
    let table = decode::rows(text.as_bytes(), &ColumnTypes::none())?;
    let is_cut = document
        .get("status")
        .and_then(Value::as_str)
        .is_some_and(|status| status == "OVERFLOW");
    Ok(Answer { table, is_cut })
}

fn csv(service: CatalogService, body: &[u8], beginning: &str) -> Result<Answer, Error> {
    let not_a_table = || {
        let line: String = beginning.lines().next().unwrap_or_default().chars().take(200).collect();
        Error::answer(service, format!("answered with something else than a table ('{line}')"))
    };
    // One word, or a sentence, is no line of names.
    let header = beginning.lines().next().unwrap_or_default();
    let is_name = |name: &str| !name.trim().is_empty() && !name.trim().trim_matches('"').contains(' ');
    if !header.contains(',') || !header.split(',').all(is_name) {
        return Err(not_a_table());
    }
    let table = read::csv(body, &ColumnTypes::none()).map_err(|_| not_a_table())?;
    Ok(Answer { table, is_cut: false })
}

#[cfg(test)]
mod tests;
