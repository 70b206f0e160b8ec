//! Queries in ADQL, put together from numbers and from names that were checked. No text that a user typed is ever part of one.

use std::fmt::Write;

use lks_mast::{ArcSeconds, Position};

use crate::error::{CatalogService, Error};
use crate::schema::Schema;

/// A circle on the sky.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circle {
    pub(crate) center: Position,
    pub(crate) radius: ArcSeconds,
}

/// Stars that move faster than this are looked for in a wider circle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FastStars {
    pub(crate) mas_per_year: f64,
    pub(crate) circle: Circle,
}

/// What a cone search asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConeQuestion {
    pub(crate) circle: Circle,
    pub(crate) fast: Option<FastStars>,
    /// Brighter than this, or of no magnitude.
    pub(crate) magnitude_limit: Option<f64>,
    /// Declinations from here on, and below there, in degrees.
    pub(crate) strip: Option<(f64, f64)>,
}

/// The stars in a circle.
pub(crate) fn cone(schema: &Schema, question: &ConeQuestion) -> String {
    let inside = |circle: &Circle| contains(schema, circle);
    let mut conditions = Vec::new();
    match (question.fast, schema.pm_ra.as_deref().zip(schema.pm_dec.as_deref())) {
        (Some(fast), Some((pm_ra, pm_dec))) => {
            conditions.push(inside(&fast.circle));
            let square = fast.mas_per_year * fast.mas_per_year;
            conditions.push(format!(
                "({} OR {pm_ra}*{pm_ra}+{pm_dec}*{pm_dec}>={square})",
                inside(&question.circle)
            ));
        }
        _ => conditions.push(inside(&question.circle)),
    }
    if let (Some(limit), Some(magnitude)) = (question.magnitude_limit, &schema.magnitude) {
        conditions.push(format!("({magnitude}<{limit} OR {magnitude} IS NULL)"));
    }
    if let Some((from, to)) = question.strip {
        let dec = &schema.dec;
        conditions.push(format!("{dec}>={from} AND {dec}<{to}"));
    }
    select(schema, &conditions.join(" AND "))
}

/// The stars in any of several circles.
pub(crate) fn cones(schema: &Schema, circles: &[Circle]) -> String {
    let conditions: Vec<String> = circles.iter().map(|circle| contains(schema, circle)).collect();
    select(schema, &conditions.join(" OR "))
}

/// The stars that have one of these numbers in a column.
pub(crate) fn numbered(schema: &Schema, column: &str, numbers: &[u64]) -> String {
    select(schema, &is_one_of(column, numbers))
}

/// The pairs of a table of neighbours whose first number is one of these, the nearest first.
pub(crate) fn neighbours(table: &str, from: &str, to: &str, numbers: &[u64]) -> String {
    format!(
        "SELECT {from}, {to}, angular_distance, magnitude_difference FROM {table} WHERE {}",
        is_one_of(from, numbers)
    )
}

/// The names of the columns of tables; services differ in whether they write names in quotes there.
pub(crate) fn columns_of(table: &str) -> String {
    format!("SELECT column_name FROM TAP_SCHEMA.columns WHERE table_name IN ('{table}', '\"{table}\"')")
}

/// All names of the stars that are called as the rows of the table `lksearch` say, and where they are.
pub(crate) const NAMES: &str = "SELECT t.input_row AS input_row, t.spelling AS spelling, b.main_id AS main_id, b.ra AS ra, b.dec AS dec, b.pmra AS pmra, \
    b.pmdec AS pmdec, b.plx_value AS plx_value, i.id AS id FROM TAP_UPLOAD.lksearch AS t JOIN ident AS typed ON typed.id = t.name \
    JOIN basic AS b ON b.oid = typed.oidref JOIN ident AS i ON i.oidref = typed.oidref";

fn select(schema: &Schema, condition: &str) -> String {
    format!("SELECT {} FROM {} WHERE {condition}", schema.selected, schema.table)
}

fn contains(schema: &Schema, circle: &Circle) -> String {
    format!(
        "1=CONTAINS(POINT('ICRS',{},{}),CIRCLE('ICRS',{},{},{}))",
        schema.ra,
        schema.dec,
        circle.center.ra(),
        circle.center.dec(),
        circle.radius.degrees()
    )
}

fn is_one_of(column: &str, numbers: &[u64]) -> String {
    let mut list = String::new();
    for number in numbers {
        // Writing to a string cannot fail.
        let _ = write!(list, "{number},");
    }
    format!("{column} IN ({})", list.trim_end_matches(','))
}

/// A name as it stands in a query: plain where it may be, else in quotes.
///
/// # Errors
/// [`Error::Answer`] for a name that cannot be one, since a service may say anything.
pub(crate) fn name(service: CatalogService, name: &str) -> Result<String, Error> {
    let is_plain = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    if !name.contains('/') && name.split('.').all(is_plain) {
        return Ok(name.to_owned());
    }
    let is_possible = (1..=100).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b';' | b'\\'));
    match is_possible {
        true => Ok(format!("\"{name}\"")),
        false => Err(Error::answer(
            service,
            format!("names a column '{}'", name.escape_debug()),
        )),
    }
}

#[cfg(test)]
mod tests;
