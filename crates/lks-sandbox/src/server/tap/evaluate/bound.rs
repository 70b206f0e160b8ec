//! Expressions whose columns were found, and what they are of a row.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::super::adql::{Expression, Operator};
use super::Scope;
use crate::world::stars::Cell;

/// An expression whose columns were found.
#[derive(Debug)]
pub(super) enum Bound {
    Column(usize, usize),
    Constant(Cell),
    Binary(Operator, Box<Self>, Box<Self>),
    Not(Box<Self>),
    Negative(Box<Self>),
    InIntegers(Box<Self>, HashSet<i64>),
    In(Box<Self>, Vec<Self>),
    Like(Box<Self>, Vec<String>),
    IsNull(Box<Self>, bool),
    /// Whether a point is in a circle: both by right ascension, declination, and radius, in degrees.
    Contains([Box<Self>; 5]),
    Distance([Box<Self>; 4]),
    Count,
}

pub(super) fn is_called(alias: &str, name: &str) -> bool {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    alias.eq_ignore_ascii_case(name) || last(alias) == last(name)
}

pub(super) fn bind(expression: &Expression, scope: &Scope<'_>) -> Result<Bound, String> {
    let boxed = |expression: &Expression| bind(expression, scope).map(Box::new);
    Ok(match expression {
        Expression::Column(table, name) => {
            let unknown = || format!("Unknown column \"{name}\" !");
            let mut found = scope
                .iter()
                .enumerate()
                .filter(|(_, (alias, _))| table.as_ref().is_none_or(|table| is_called(alias, table)));
            let here = found.find_map(|(place, (_, table))| {
                let column = table
                    .columns
                    .iter()
                    .position(|column| column.name.eq_ignore_ascii_case(name))?;
                Some((place, column))
            });
            let (place, column) = here.ok_or_else(unknown)?;
            Bound::Column(place, column)
        }
        Expression::Number(number) => Bound::Constant(Cell::Float(*number)),
        Expression::Integer(integer) => Bound::Constant(Cell::Integer(*integer)),
        Expression::Text(text) => Bound::Constant(Cell::Text(text.clone())),
        Expression::Binary(operator, left, right) => Bound::Binary(*operator, boxed(left)?, boxed(right)?),
        Expression::Not(inner) => Bound::Not(boxed(inner)?),
        Expression::Negative(inner) => Bound::Negative(boxed(inner)?),
        Expression::IsNull(inner, wanted) => Bound::IsNull(boxed(inner)?, *wanted),
        Expression::Like(inner, pattern) => Bound::Like(
            boxed(inner)?,
            pattern.to_lowercase().split('%').map(str::to_owned).collect(),
        ),
        Expression::In(inner, list) => {
            let integers: Option<HashSet<i64>> = list
                .iter()
                .map(|item| match item {
                    Expression::Integer(integer) => Some(*integer),
                    _ => None,
                })
                .collect();
            match integers {
                Some(integers) => Bound::InIntegers(boxed(inner)?, integers),
                None => Bound::In(
                    boxed(inner)?,
                    list.iter().map(|item| bind(item, scope)).collect::<Result<_, _>>()?,
                ),
            }
        }
        Expression::Call(name, arguments) => return call(name, arguments, scope),
    })
}

fn call(name: &str, arguments: &[Expression], scope: &Scope<'_>) -> Result<Bound, String> {
    // The name of the coordinate system may stand first.
    let shape = |expression: &Expression, wanted: &str, num_numbers: usize| match expression {
        Expression::Call(name, arguments) if name == wanted => {
            let numbers = arguments
                .iter()
                .filter(|argument| !matches!(argument, Expression::Text(_)));
            let bound: Result<Vec<Box<Bound>>, String> =
                numbers.map(|number| bind(number, scope).map(Box::new)).collect();
            bound.and_then(|bound| match bound.len() == num_numbers {
                true => Ok(bound),
                false => Err(format!("{wanted} wants {num_numbers} numbers")),
            })
        }
        _ => Err(format!("{name} wants a {wanted}")),
    };
    match (name, arguments) {
        ("CONTAINS", [point, circle]) => {
            let mut numbers = shape(point, "POINT", 2)?;
            numbers.extend(shape(circle, "CIRCLE", 3)?);
            let numbers = numbers
                .try_into()
                .map_err(|_| "CONTAINS wants a point and a circle".to_owned());
            numbers.map(Bound::Contains)
        }
        ("DISTANCE", [one, other]) => {
            let mut numbers = shape(one, "POINT", 2)?;
            numbers.extend(shape(other, "POINT", 2)?);
            let numbers = numbers.try_into().map_err(|_| "DISTANCE wants two points".to_owned());
            numbers.map(Bound::Distance)
        }
        ("COUNT", _) => Ok(Bound::Count),
        _ => Err(format!("Unknown function \"{name}\" !")),
    }
}

pub(super) fn value(bound: &Bound, scope: &Scope<'_>, row: &[Option<usize>]) -> Cell {
    let number = |bound: &Bound| as_number(&value(bound, scope, row));
    let truth = |is_true: bool| Cell::Integer(i64::from(is_true));
    match bound {
        Bound::Column(place, column) => match row.get(*place).copied().flatten() {
            Some(row) => scope[*place].1.rows[row][*column].clone(),
            None => Cell::Null,
        },
        Bound::Constant(cell) => cell.clone(),
        Bound::Not(inner) => match value(inner, scope, row) {
            Cell::Null => Cell::Null,
            cell => truth(!is_true(&cell)),
        },
        Bound::Negative(inner) => match value(inner, scope, row) {
            Cell::Integer(integer) => Cell::Integer(integer.wrapping_neg()),
            cell => as_number(&cell).map_or(Cell::Null, |number| Cell::Float(-number)),
        },
        Bound::IsNull(inner, wanted) => truth((value(inner, scope, row) == Cell::Null) == *wanted),
        Bound::InIntegers(inner, integers) => match value(inner, scope, row) {
            Cell::Integer(integer) => truth(integers.contains(&integer)),
            _ => Cell::Null,
        },
        Bound::In(inner, list) => {
            let cell = value(inner, scope, row);
            let equal = |item: &Bound| compare(&cell, &value(item, scope, row)) == Some(Ordering::Equal);
            truth(list.iter().any(equal))
        }
        Bound::Like(inner, parts) => match value(inner, scope, row) {
            Cell::Text(text) => truth(is_like(&text.to_lowercase(), parts)),
            _ => Cell::Null,
        },
        Bound::Contains([ra, dec, center_ra, center_dec, radius]) => {
            let numbers = [ra, dec, center_ra, center_dec].map(|bound| number(bound));
            match (numbers, number(radius)) {
                ([Some(ra), Some(dec), Some(center_ra), Some(center_dec)], Some(radius)) => {
                    truth(crate::world::separation([ra, dec], [center_ra, center_dec]) <= radius)
                }
                _ => Cell::Null,
            }
        }
        Bound::Distance([ra, dec, to_ra, to_dec]) => match [ra, dec, to_ra, to_dec].map(|bound| number(bound)) {
            [Some(ra), Some(dec), Some(to_ra), Some(to_dec)] => {
                Cell::Float(crate::world::separation([ra, dec], [to_ra, to_dec]))
            }
            _ => Cell::Null,
        },
        Bound::Count => Cell::Null,
        Bound::Binary(operator, left, right) => {
            binary(*operator, &value(left, scope, row), || value(right, scope, row))
        }
    }
}

fn binary(operator: Operator, left: &Cell, right: impl FnOnce() -> Cell) -> Cell {
    let truth = |is_true: bool| Cell::Integer(i64::from(is_true));
    match operator {
        Operator::And if *left != Cell::Null && !is_true(left) => truth(false),
        Operator::Or if is_true(left) => truth(true),
        Operator::And | Operator::Or => match (left, right()) {
            (_, right) if operator == Operator::Or && is_true(&right) => truth(true),
            (Cell::Null, _) | (_, Cell::Null) => Cell::Null,
            (_, right) => truth(is_true(&right)),
        },
        Operator::Plus | Operator::Minus | Operator::Times | Operator::Divided => {
            match as_number(left).zip(as_number(&right())) {
                Some((one, other)) => Cell::Float(match operator {
                    Operator::Plus => one + other,
                    Operator::Minus => one - other,
                    Operator::Times => one * other,
                    _ => one / other,
                }),
                None => Cell::Null,
            }
        }
        _ => match compare(left, &right()) {
            None => Cell::Null,
            Some(order) => truth(match operator {
                Operator::Equal => order == Ordering::Equal,
                Operator::NotEqual => order != Ordering::Equal,
                Operator::Less => order == Ordering::Less,
                Operator::LessOrEqual => order != Ordering::Greater,
                Operator::Greater => order == Ordering::Greater,
                _ => order != Ordering::Less,
            }),
        },
    }
}

pub(super) fn compare(one: &Cell, other: &Cell) -> Option<Ordering> {
    match (one, other) {
        (Cell::Integer(one), Cell::Integer(other)) => Some(one.cmp(other)),
        (Cell::Text(one), Cell::Text(other)) => Some(one.cmp(other)),
        _ => as_number(one)?.partial_cmp(&as_number(other)?),
    }
}

fn as_number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Integer(integer) => Some(*integer as f64),
        Cell::Float(float) => Some(*float),
        Cell::Null | Cell::Text(_) => None,
    }
}

pub(super) fn is_true(cell: &Cell) -> bool {
    matches!(cell, Cell::Integer(truth) if *truth != 0)
}

/// Whether a text has these parts in their order, with anything between them.
fn is_like(text: &str, parts: &[String]) -> bool {
    let [first, middle @ .., last] = parts else {
        return parts.first().is_some_and(|part| part == text);
    };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else {
        return false;
    };
    for part in middle {
        match rest.find(part.as_str()) {
            Some(place) => rest = &rest[place + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last.as_str())
}
