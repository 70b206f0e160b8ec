//! The values of a column: as plain numbers, and with another type.

use lks_table::arrow_array::cast::AsArray;
use lks_table::arrow_array::types::{Float64Type, Int64Type};
use lks_table::{Cell, ColumnType, Table};

use crate::error::Error;

use ColumnType::{Boolean, Float, Integer, Text};

/// The numbers of a column; nulls for a column that is not there or holds something else. Faster than asking each row.
pub(crate) fn floats(table: &Table, name: &str) -> Vec<Option<f64>> {
    let Some(array) = table.column(name) else {
        return vec![None; table.num_rows()];
    };
    if let Some(floats) = array.as_primitive_opt::<Float64Type>() {
        return floats.iter().collect();
    }
    match array.as_primitive_opt::<Int64Type>() {
        Some(integers) => integers.iter().map(|value| value.map(|value| value as f64)).collect(),
        None => vec![None; table.num_rows()],
    }
}

/// The whole numbers of a column, as [`floats`] gives the others.
pub(crate) fn integers(table: &Table, name: &str) -> Vec<Option<i64>> {
    let array = table.column(name);
    match array.as_ref().and_then(|array| array.as_primitive_opt::<Int64Type>()) {
        Some(integers) => integers.iter().collect(),
        None => vec![None; table.num_rows()],
    }
}

/// The column with another type; a value that cannot be read as one becomes null.
pub(super) fn with_type(table: &Table, name: &str, wanted: ColumnType) -> Result<Table, Error> {
    let cells = || table.rows().map(|row| row.cell(name));
    Ok(match wanted {
        Text => table.with_text(name, cells().map(|cell| cell.map(|cell| text_of(&cell))))?,
        Integer => table.with_integer(name, cells().map(|cell| cell.and_then(|cell| whole(&cell))))?,
        Float => table.with_float(name, cells().map(|cell| cell.and_then(|cell| number(&cell))))?,
        Boolean => table.with_boolean(name, cells().map(|cell| cell.and_then(|cell| truth(&cell))))?,
        ColumnType::Timestamp => return Err(Error::invalid(format!("column '{name}' cannot be made a timestamp"))),
    })
}

fn text_of(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Text(text) => (*text).to_owned(),
        Cell::Integer(value) => value.to_string(),
        Cell::Float(value) => value.to_string(),
        Cell::Boolean(value) => value.to_string(),
        Cell::Timestamp(value) => value.to_string(),
    }
}

fn number(cell: &Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Float(value) => Some(*value),
        Cell::Integer(value) => Some(*value as f64),
        Cell::Text(text) => text.trim().parse().ok().filter(|value: &f64| value.is_finite()),
        Cell::Boolean(_) | Cell::Timestamp(_) => None,
    }
}

pub(crate) fn whole(cell: &Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Integer(value) => Some(*value),
        other => number(other)
            .filter(|value| value.fract() == 0.0 && value.abs() < 9e15)
            .map(|value| value as i64),
    }
}

fn truth(cell: &Cell<'_>) -> Option<bool> {
    match cell {
        Cell::Boolean(value) => Some(*value),
        Cell::Integer(value @ (0 | 1)) => Some(*value == 1),
        Cell::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Cell::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}
