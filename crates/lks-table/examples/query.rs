//! `query FILE EXPRESSION`: the rows of a table file of which the expression is true, as CSV.

use std::error::Error;
use std::io::{self, BufWriter};

use lks_table::{ColumnTypes, Expression, read, write};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, expression] = arguments.as_slice() else {
        return Err("usage: query FILE EXPRESSION".into());
    };
    let table = read::detect(&std::fs::read(file)?, &ColumnTypes::none())?;
    let mask = Expression::parse(expression).and_then(|expression| expression.evaluate(&table));
    // The message of an expression has several lines; Debug would show them as one.
    let mask = mask.map_err(|error| io::Error::other(error.to_string()))?;
    write::csv(&table.filter(&mask)?, BufWriter::new(io::stdout().lock()))?;
    Ok(())
}
