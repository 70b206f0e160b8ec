//! Requests in parts, and the tables that come with them.

use crate::server::request::Request;
use crate::world::stars::{Cell, Column, Datatype, Table};

/// The parts of a `multipart/form-data` body: those that are fields, and those that are files.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) fields: Vec<(String, String)>,
    files: Vec<(String, String)>,
}

pub(super) fn parts(request: &Request) -> Parts {
    let mut parts = Parts::default();
    let kind = request.header("content-type").unwrap_or_default();
    let Some((_, boundary)) = kind.split_once("boundary=") else {
        return parts;
    };
    let boundary = format!("--{}", boundary.trim().trim_matches('"'));
    let body = String::from_utf8_lossy(&request.body);
    for part in body.split(boundary.as_str()).skip(1) {
        let Some((head, content)) = part.split_once("\r\n\r\n") else {
            continue;
        };
        let content = content.strip_suffix("\r\n").unwrap_or(content).to_owned();
        let attribute = |name: &str| {
            let (_, rest) = head.split_once(&format!(" {name}=\""))?;
            rest.split('"').next().map(str::to_owned)
        };
        let Some(name) = attribute("name") else { continue };
        match attribute("filename") {
            Some(_) => parts.files.push((name, content)),
            None => parts.fields.push((name, content)),
        }
    }
    parts
}

/// The tables that `UPLOAD` names, as `name,param:part;…`, each below `TAP_UPLOAD`.
pub(super) fn tables(parts: &Parts, upload: Option<&str>) -> Result<Vec<Table>, String> {
    let Some(upload) = upload.filter(|upload| !upload.trim().is_empty()) else {
        return Ok(Vec::new());
    };
    let named = upload.split(';').filter(|part| !part.trim().is_empty());
    named
        .map(|pair| {
            let (name, place) = pair.split_once(',').ok_or("UPLOAD is not 'name,param:part'")?;
            let part = place
                .trim()
                .strip_prefix("param:")
                .ok_or("only tables that come along can be uploaded")?;
            let file = parts.files.iter().find(|(name, _)| name == part);
            let (_, document) = file.ok_or_else(|| format!("there is no part '{part}'"))?;
            read(&format!("TAP_UPLOAD.{}", name.trim()), document)
        })
        .collect()
}

/// A VOTable with `TABLEDATA`, as the clients write it.
fn read(name: &str, document: &str) -> Result<Table, String> {
    let columns: Vec<Column> = elements(document, "FIELD").map(|(tag, _)| column(tag)).collect();
    if columns.is_empty() || document.contains("<BINARY") {
        return Err("the uploaded table has no FIELD, or is not in TABLEDATA".to_owned());
    }
    let mut rows = Vec::new();
    for (_, row) in elements(document, "TR") {
        let cells = elements(row, "TD").map(|(_, text)| unescaped(text));
        let row: Vec<Cell> = columns
            .iter()
            .zip(cells)
            .map(|(column, text)| cell(column, text))
            .collect();
        if row.len() != columns.len() {
            return Err("a row of the uploaded table has too few cells".to_owned());
        }
        rows.push(row);
    }
    let name = name.to_owned();
    Ok(Table { name, columns, rows })
}

fn column(tag: &str) -> Column {
    let attribute = |name: &str| {
        let (_, rest) = tag.split_once(&format!("{name}=\""))?;
        rest.split('"').next()
    };
    Column {
        name: unescaped(attribute(" name").or(attribute(" ID")).unwrap_or_default()),
        datatype: match attribute("datatype") {
            Some("short" | "int") => Datatype::Int,
            Some("long") => Datatype::Long,
            Some("float") => Datatype::Float,
            Some("double") => Datatype::Double,
            _ => Datatype::Char,
        },
        unit: "",
    }
}

fn cell(column: &Column, text: String) -> Cell {
    if text.is_empty() {
        return Cell::Null;
    }
    match column.datatype {
        Datatype::Int | Datatype::Long => text.trim().parse().map_or(Cell::Null, Cell::Integer),
        Datatype::Float | Datatype::Double => text.trim().parse().map_or(Cell::Null, Cell::Float),
        Datatype::Char => Cell::Text(text),
    }
}

/// The elements of a name that are not within each other: what is in the tag, and what is between the tags.
fn elements<'a>(document: &'a str, name: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut rest = document;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find(&open)?;
            rest = &rest[start + open.len()..];
            // `<TD` is not `<TDX`.
            if !rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/')) {
                continue;
            }
            let end = rest.find('>')?;
            let (tag, after) = (&rest[..end], &rest[end + 1..]);
            if let Some(tag) = tag.strip_suffix('/') {
                rest = after;
                return Some((tag, ""));
            }
            let length = after.find(&close)?;
            rest = &after[length + close.len()..];
            return Some((tag, &after[..length]));
        }
    })
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
