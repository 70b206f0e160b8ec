//! `query FILE EXPRESSION [FORMAT]`: the rows of a table file of which the expression is true, as CSV or in another format.

use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use lks_table::{ColumnTypes, Expression, Format, read};

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
    let (file, expression, format) = match arguments.as_slice() {
        [file, expression] => (file, expression, Format::Csv),
        [file, expression, format] => (file, expression, format.parse()?),
        _ => return Err("usage: query FILE EXPRESSION [FORMAT]".into()),
    };
    let table = read::detect(&std::fs::read(file)?, &ColumnTypes::none())?;
    let mask = expression.parse::<Expression>()?.evaluate(&table)?;
    format.write(&table.filter(&mask)?, BufWriter::new(io::stdout()))?;
    Ok(())
}
