//! Pages of rows in Mashup's envelope, and how many rows there are.

use std::ops::Range;

use serde_json::{Map, Value, json};

use super::Refusal;
use crate::fault::{self, Fault};
use crate::server::reply::Reply;

/// Rows of a page if the request does not say.
const PAGE_SIZE: usize = 50_000;

/// Name of a column and the type that MAST declares for it.
pub(super) type Field = (&'static str, &'static str);

/// Which page is asked for, counting from 1.
pub(super) struct Paging {
    page: usize,
    size: usize,
    without_null_columns: bool,
}

impl Paging {
    pub(super) fn parse(mashup: &Map<String, Value>) -> Result<Self, Refusal> {
        let number = |name: &str, default: usize| match mashup.get(name) {
            None | Some(Value::Null) => Ok(default),
            Some(value) => value
                .as_u64()
                .or_else(|| value.as_str()?.trim().parse().ok())
                .filter(|n| *n > 0)
                .map(|n| n as usize)
                .ok_or_else(|| format!("Error Msg: '{name}' must be a positive integer")),
        };
        Ok(Self {
            page: number("page", 1)?,
            size: number("pagesize", PAGE_SIZE)?,
            without_null_columns: mashup
                .get("removenullcolumns")
                .is_some_and(|value| *value == Value::Bool(true)),
        })
    }

    /// The rows of the page, rightly or wrongly.
    fn range(&self, num_total: usize, fault: Option<fault::Paging>) -> Range<usize> {
        let (page, size) = match fault {
            Some(fault::Paging::Ignored) => return 0..num_total,
            Some(fault::Paging::Repeated) => (1, self.size),
            Some(fault::Paging::Overlapping) | None => (self.page, self.size),
        };
        let late = if fault == Some(fault::Paging::Overlapping) {
            page - 1
        } else {
            0
        };
        let start = (page - 1).saturating_mul(size).saturating_sub(late).min(num_total);
        start..start.saturating_add(size).min(num_total)
    }

    fn block(&self, num_rows: usize, num_total: usize) -> Value {
        json!({
            "page": self.page, "pageSize": self.size, "pagesFiltered": num_total.div_ceil(self.size),
            "rows": num_rows, "rowsFiltered": num_total, "rowsTotal": num_total,
        })
    }
}

/// The columns that a request names, `*` for all.
pub(super) fn chosen(fields: &[Field], columns: &str) -> Result<Vec<Field>, Refusal> {
    if matches!(columns, "*" | "") {
        return Ok(fields.to_vec());
    }
    let find = |name: &str| {
        fields
            .iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .copied()
    };
    let names = columns
        .split(',')
        .map(|name| name.trim().rsplit('.').next().unwrap_or_default());
    names
        .map(|name| find(name).ok_or_else(|| format!("Error Msg: Invalid column name '{name}'.")))
        .collect()
}

/// One page of rows; each cell is made when it is written, since a full page is tens of megabytes.
pub(super) fn rows<R>(
    found: &[R],
    fields: &[Field],
    paging: &Paging,
    fault: &Fault,
    cell: impl Fn(&R, &str) -> Value,
) -> Reply {
    let page = &found[paging.range(found.len(), fault.paging)];
    let unwanted = |name: &str| {
        fault.without_columns.iter().any(|column| column == name)
            || (paging.without_null_columns && page.iter().all(|row| cell(row, name).is_null()))
    };
    let fields: Vec<Field> = fields.iter().filter(|(name, _)| !unwanted(name)).copied().collect();

    let mut data = String::with_capacity(page.len() * 1500);
    for (index, row) in page.iter().enumerate() {
        data.push_str(if index == 0 { "{" } else { ",{" });
        for (position, (name, _)) in fields.iter().enumerate() {
            if position > 0 {
                data.push(',');
            }
            let other = fault
                .cells
                .iter()
                .find(|cell| cell.column == *name && cell.row.is_none_or(|row| row == index));
            let value = other.map_or_else(|| cell(row, name), |cell| cell.value.clone());
            data.push_str(&format!("\"{name}\":{value}"));
        }
        data.push('}');
    }
    envelope(&data, &fields, &paging.block(page.len(), found.len()))
}

/// The answer to `COUNT_BIG(*)`: one row, whose integer is declared as text.
pub(super) fn count(num_found: usize, paging: &Paging) -> Reply {
    envelope(
        &format!("{{\"Column1\":{num_found}}}"),
        &[("Column1", "string")],
        &paging.block(1, 1),
    )
}

/// Keys in the order of the real answers.
fn envelope(data: &str, fields: &[Field], paging: &Value) -> Reply {
    let fields: Vec<Value> = fields
        .iter()
        .map(|(name, kind)| json!({"name": name, "type": kind}))
        .collect();
    let fields = Value::Array(fields);
    let body =
        format!("{{\"status\":\"COMPLETE\",\"msg\":\"\",\"data\":[{data}],\"fields\":{fields},\"paging\":{paging}}}");
    Reply::with_body(200, "application/json", body)
}

/// A float as MAST writes it: 0 instead of 0.0.
pub(super) fn number(value: f64) -> Value {
    if value == 0.0 { 0.into() } else { value.into() }
}
