//! `{"metadata": [{"name": …}], "data": [[…]]}` of TAPVizieR and ESA; the columns are also called `columns` or `fields`.
//!
//! The rows go straight into columns. Since they may stand before the names, the document is read twice.

use std::fmt;

use lks_table::{ColumnTypes, Table, decode::ListsSeed};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Answer;
use crate::error::{CatalogService, Error};

/// No catalogue has more.
const MOST_COLUMNS: usize = 4096;

pub(super) fn read(service: CatalogService, body: &[u8]) -> Result<Answer, Error> {
    let damaged = |error| Error::answer(service, format!("answered with damaged JSON: {error}"));
    let no_rows = || Error::answer(service, "answered with JSON that holds no rows");
    let head: Head = serde_json::from_slice(body).map_err(damaged)?;
    let names = head.metadata.ok_or_else(no_rows)?.0;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut document = serde_json::Deserializer::from_slice(body);
    let table = Rows(&names).deserialize(&mut document).map_err(damaged)?;
    Ok(Answer {
        table: table.ok_or_else(no_rows)?,
        is_cut: head
            .status
            .is_some_and(|status| status.eq_ignore_ascii_case("OVERFLOW")),
    })
}

/// What is said of the rows.
#[derive(Deserialize)]
struct Head {
    #[serde(alias = "columns", alias = "fields")]
    metadata: Option<Names>,
    status: Option<String>,
}

struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(NamesVisitor)
    }
}

struct NamesVisitor;

impl<'de> Visitor<'de> for NamesVisitor {
    type Value = Names;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of columns")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Names, A::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Column {
            Name(String),
            Described { name: String },
        }
        let mut names = Vec::new();
        while let Some(column) = seq.next_element()? {
            if names.len() == MOST_COLUMNS {
                return Err(A::Error::custom(format!("more than {MOST_COLUMNS} columns")));
            }
            let (Column::Name(name) | Column::Described { name }) = column;
            names.push(name);
        }
        Ok(Names(names))
    }
}

/// Reads the rows of the document, if it has any.
struct Rows<'n>(&'n [&'n str]);

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = Option<Table>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Table>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = Option<Table>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Table>, A::Error> {
        let types = ColumnTypes::none();
        let mut table = None;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "data" => table = Some(map.next_value_seed(ListsSeed::new(self.0, &types))?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(table)
    }
}
