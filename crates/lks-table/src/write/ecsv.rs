//! ECSV 1.0, astropy's CSV with types, units and descriptions (<https://github.com/astropy/astropy-APEs/blob/main/APE6.rst>).

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_schema::{DataType, Field, Schema};
use serde_json::Value;

use super::cell::{Column, axes, push_quoted};
use super::{Writer, csv, failed};
use crate::error::Error;
use crate::table::Table;

/// What a column of times counts from, kept as metadata of the column.
const TIMES: [&str; 4] = ["time_zero_jd", "time_unit", "time_scale", "time_position"];

/// A table as [`super::csv()`] below a header that says types, units and descriptions. Null is an empty cell, which astropy masks; so it does with
/// empty text.
///
/// # Errors
/// [`Error::Write`].
pub fn ecsv(table: &Table, out: impl Write + Send) -> Result<(), Error> {
    super::all(table, Writer::ecsv(table.schema(), out)?)
}

/// The header and the line of names.
pub(super) fn begin(schema: &Schema, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"# %ECSV 1.0\n# ---\n# delimiter: ','\n")?;
    for line in description(schema).lines() {
        writeln!(out, "# {line}")?;
    }
    out.write_all(b"# schema: astropy-2.0\n")?;
    csv::names(schema, out)
}

/// The columns in YAML, as astropy also keeps them in the `table_meta_yaml` of a Parquet file. JSON is YAML.
pub(super) fn description(schema: &Schema) -> String {
    let mut yaml = "datatype:\n".to_owned();
    for field in schema.fields() {
        let (datatype, subtype) = kind(field);
        let metadata = |key: &str| field.metadata().get(key).map(String::as_str);
        let unit = metadata("time_unit").or_else(|| metadata("unit"));
        let times = TIMES.iter().filter_map(|key| Some((*key, quoted(metadata(key)?))));
        let times = Some(object(times)).filter(|times| times != "{}");
        let members = [
            ("name", Some(quoted(field.name()))),
            ("unit", unit.map(quoted)),
            ("datatype", Some(quoted(datatype))),
            ("subtype", subtype.as_deref().map(quoted)),
            ("description", metadata("description").map(quoted)),
            ("meta", times),
        ];
        let column = object(members.into_iter().filter_map(|(key, value)| Some((key, value?))));
        yaml.push_str(&format!("- {column}\n"));
    }
    yaml
}

fn object<'a>(members: impl Iterator<Item = (&'a str, String)>) -> String {
    let members: Vec<_> = members.map(|(key, value)| format!("\"{key}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A line per row.
pub(super) fn lines(batch: &RecordBatch, out: &mut impl Write) -> Result<(), Error> {
    let fields = batch.schema_ref().fields().iter();
    let columns = fields.zip(batch.columns()).map(|(field, array)| {
        let column = Column::new(field, array)?;
        Ok((column, array.as_boolean_opt()))
    });
    let columns = columns.collect::<Result<Vec<_>, Error>>()?;
    let mut line = String::new();
    for row in 0..batch.num_rows() {
        line.clear();
        for (number, (column, truths)) in columns.iter().enumerate() {
            if number > 0 {
                line.push(',');
            }
            match truths {
                Some(truths) if arrow_array::Array::is_valid(truths, row) => {
                    line.push_str(if truths.value(row) { "True" } else { "False" });
                }
                _ => column.push_csv(&mut line, row),
            }
        }
        if line.is_empty() {
            // A blank line would not be a row.
            push_quoted(&mut line, "");
        }
        line.push('\n');
        out.write_all(line.as_bytes()).map_err(failed("ECSV"))?;
    }
    Ok(())
}

/// Datatype and subtype. Cells of several elements are JSON text; the slowest axis is the first.
fn kind(field: &Field) -> (&'static str, Option<String>) {
    let (mut shape, mut leaf) = (Vec::new(), field.data_type());
    loop {
        leaf = match leaf {
            DataType::FixedSizeList(item, size) => {
                shape.push(size.to_string());
                item.data_type()
            }
            DataType::LargeList(item) => {
                shape.push("null".to_owned());
                item.data_type()
            }
            _ => break,
        };
    }
    let name = match leaf {
        DataType::Boolean => "bool",
        DataType::Int8 => "int8",
        DataType::Int16 => "int16",
        DataType::Int32 => "int32",
        DataType::Int64 => "int64",
        DataType::UInt8 => "uint8",
        DataType::UInt16 => "uint16",
        DataType::UInt32 => "uint32",
        DataType::UInt64 => "uint64",
        DataType::Float32 => "float32",
        DataType::Float64 => "float64",
        _ => "string",
    };
    if shape.is_empty() {
        return (name, None);
    }
    let axes = axes(field);
    if let Some(first) = shape.first().and_then(|size| size.parse::<usize>().ok())
        && !axes.is_empty()
        && axes.iter().product::<usize>() == first
    {
        shape.splice(0..1, axes.iter().rev().map(usize::to_string));
    }
    match shape.iter().any(|size| size == "null") && shape.len() > 1 {
        // Lists of unequal length in lists are any JSON.
        true => ("string", Some("json".to_owned())),
        false => ("string", Some(format!("{name}[{}]", shape.join(",")))),
    }
}
