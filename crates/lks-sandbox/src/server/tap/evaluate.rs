//! The rows of a query.

mod bound;

use std::cmp::Ordering;
use std::collections::HashMap;

use self::bound::{Bound, bind, compare, is_called, is_true, value};
use super::adql::{Query, Selected, Source};
use crate::world::stars::{Cell, Column, Datatype, Table};

/// The rows of an answer.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// Whether there are more than the limit let through.
    pub(super) is_cut: bool,
}

/// Finds a table by its name.
type Tables<'t> = dyn Fn(&str) -> Option<&'t Table> + 't;

/// The tables of a query, by what they are called in it.
type Scope<'t> = Vec<(String, &'t Table)>;

/// A row of each table of the scope; none of a table that has no partner.
type Combined = Vec<Option<usize>>;

pub(super) fn evaluate<'t>(query: &Query, tables: &Tables<'t>, limit: usize) -> Result<Rows, String> {
    let find = |source: &Source| {
        let table = tables(&source.table);
        table.ok_or_else(|| format!("Unknown table \"{}\" !", source.table))
    };
    let mut scope: Scope<'t> = vec![(query.from.alias.clone(), find(&query.from)?)];
    let mut combined: Vec<Combined> = (0..scope[0].1.rows.len()).map(|row| vec![Some(row)]).collect();
    for join in &query.joins {
        let table = find(&join.source)?;
        let left = bind(&join.on.0, &scope)?;
        let here: Scope<'t> = vec![(join.source.alias.clone(), table)];
        let right = bind(&join.on.1, &here)?;
        let mut partners: HashMap<String, Vec<usize>> = HashMap::new();
        for row in 0..table.rows.len() {
            if let Some(key) = key(&value(&right, &here, &[Some(row)])) {
                partners.entry(key).or_default().push(row);
            }
        }
        let mut next = Vec::new();
        for row in combined {
            let found = key(&value(&left, &scope, &row)).and_then(|key| partners.get(&key));
            let extended = |partner| row.iter().copied().chain([partner]).collect();
            match found {
                Some(found) => next.extend(found.iter().map(|partner| extended(Some(*partner)))),
                None if join.is_left => next.push(extended(None)),
                None => {}
            }
        }
        combined = next;
        scope.extend(here);
    }
    if let Some(condition) = &query.condition {
        let condition = bind(condition, &scope)?;
        combined.retain(|row| is_true(&value(&condition, &scope, row)));
    }
    if let Some((by, is_descending)) = &query.order {
        let by = bind(by, &scope)?;
        combined.sort_by(|one, other| {
            let order = compare(&value(&by, &scope, one), &value(&by, &scope, other)).unwrap_or(Ordering::Equal);
            if *is_descending { order.reverse() } else { order }
        });
    }
    let (columns, values) = selected(query, &scope)?;
    if let [Bound::Count] = values[..] {
        let rows = vec![vec![Cell::Integer(combined.len() as i64)]];
        let is_cut = false;
        return Ok(Rows { columns, rows, is_cut });
    }
    combined.truncate(query.top.unwrap_or(usize::MAX));
    let is_cut = combined.len() > limit;
    combined.truncate(limit);
    let rows = combined
        .iter()
        .map(|row| values.iter().map(|bound| value(bound, &scope, row)).collect())
        .collect();
    Ok(Rows { columns, rows, is_cut })
}

/// The columns of the answer, and what is in them.
fn selected(query: &Query, scope: &Scope<'_>) -> Result<(Vec<Column>, Vec<Bound>), String> {
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    for what in &query.selected {
        let places = match what {
            Selected::All => 0..scope.len(),
            Selected::AllOf(table) => {
                let place = scope.iter().position(|(alias, _)| is_called(alias, table));
                let place = place.ok_or_else(|| format!("Unknown table \"{table}\" !"))?;
                place..place + 1
            }
            Selected::Value(expression, name) => {
                let bound = bind(expression, scope)?;
                let column = match bound {
                    Bound::Column(place, column) => scope[place].1.columns[column].clone(),
                    _ => Column {
                        name: "value".to_owned(),
                        datatype: if matches!(bound, Bound::Count) {
                            Datatype::Long
                        } else {
                            Datatype::Double
                        },
                        unit: "",
                    },
                };
                let name = name.clone().unwrap_or_else(|| column.name.clone());
                columns.push(Column { name, ..column });
                values.push(bound);
                continue;
            }
        };
        for place in places {
            let table = scope[place].1;
            columns.extend(table.columns.iter().cloned());
            values.extend((0..table.columns.len()).map(|column| Bound::Column(place, column)));
        }
    }
    Ok((columns, values))
}

/// By what rows are joined.
fn key(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Null => None,
        Cell::Integer(integer) => Some(integer.to_string()),
        Cell::Float(float) => Some(float.to_string()),
        Cell::Text(text) => Some(text.clone()),
    }
}

#[cfg(test)]
mod tests;
