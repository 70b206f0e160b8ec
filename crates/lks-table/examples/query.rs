//! `query FILE EXPRESSION`: the rows of a table file of which the expression is true, as CSV.

use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use lks_table::{ColumnTypes, Expression, read, write};

fn main() -> ExitCode {
    match query() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if this cannot be written.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn query() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, expression] = arguments.as_slice() else {
        return Err("usage: query FILE EXPRESSION".into());
    };
    let table = read::detect(&std::fs::read(file)?, &ColumnTypes::none())?;
    let mask = Expression::parse(expression)?.evaluate(&table)?;
    write::csv(&table.filter(&mask)?, BufWriter::new(io::stdout().lock()))?;
    Ok(())
}
