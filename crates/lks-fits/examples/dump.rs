//! Prints everything that is read in a FITS file as JSON, for comparison with other readers:
//! `cargo run -p lks-fits --example dump -- FILE`.

use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use lks_fits::{Card, CardValue, FitsFile, HduKind, Selection};
use serde_json::{Value as Json, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: dump FILE")?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let dump = runtime.block_on(dump(Path::new(&path)))?;
    serde_json::to_writer(std::io::stdout().lock(), &dump)?;
    Ok(())
}

async fn dump(path: &Path) -> Result<Json, Box<dyn std::error::Error>> {
    let file = FitsFile::open(path).await?;
    let mut hdus = Vec::new();
    for info in file.hdus() {
        let mut columns = Json::Null;
        let mut image = Json::Null;
        match info.kind {
            HduKind::BinaryTable | HduKind::AsciiTable => {
                let batch = file.table(info.index, &Selection::default()).await?;
                let column = |(column, array): (&lks_fits::ColumnInfo, &ArrayRef)| {
                    json!({ "name": column.name, "format": column.format, "unit": column.unit, "display": column.display,
                            "dimensions": column.dimensions, "type": array.data_type().to_string(), "cells": cells(array) })
                };
                columns = file
                    .columns(info.index)?
                    .iter()
                    .zip(batch.columns())
                    .map(column)
                    .collect();
            }
            HduKind::Primary | HduKind::Image if info.data_size > 0 => {
                let pixels = file.image(info.index).await?;
                image = json!({ "axes": pixels.axes, "pixels": cells(&pixels.pixels) });
            }
            _ => {}
        }
        hdus.push(json!({
            "index": info.index, "name": info.name, "ver": info.version, "type": info.kind.to_string(), "num_cards": info.num_cards,
            "shape": info.shape, "hdrLoc": info.header_offset, "datLoc": info.data_offset, "datSpan": info.data_span,
            "cards": file.header(info.index)?.cards().iter().map(card).collect::<Vec<_>>(), "columns": columns, "image": image,
        }));
    }
    Ok(Json::Array(hdus))
}

fn card(card: &Card) -> Json {
    let (kind, value) = match &card.value {
        CardValue::Logical(value) => ("logical", json!(value)),
        CardValue::Integer(value) => ("integer", json!(value)),
        CardValue::Float(value) => ("float", json!(value)),
        CardValue::Complex(real, imaginary) => ("complex", json!([real, imaginary])),
        CardValue::Text(text) => ("text", json!(text)),
        CardValue::Undefined => ("undefined", Json::Null),
        CardValue::Commentary(text) => ("commentary", json!(text)),
        CardValue::Unparsed(text) => ("unparsed", json!(text)),
        _ => ("other", Json::Null),
    };
    json!([card.keyword, kind, value, card.comment])
}

/// The values of an array, lists within lists.
fn cells(array: &ArrayRef) -> Json {
    macro_rules! numbers {
        ($kind:ty) => {
            array
                .as_primitive::<$kind>()
                .iter()
                .map(|value| json!(value))
                .collect()
        };
    }
    match array.data_type() {
        DataType::Null => vec![Json::Null; array.len()].into(),
        DataType::Boolean => array.as_boolean().iter().map(|value| json!(value)).collect(),
        DataType::Utf8 => array.as_string::<i32>().iter().map(|value| json!(value)).collect(),
        DataType::UInt8 => numbers!(UInt8Type),
        DataType::Int8 => numbers!(Int8Type),
        DataType::Int16 => numbers!(Int16Type),
        DataType::UInt16 => numbers!(UInt16Type),
        DataType::Int32 => numbers!(Int32Type),
        DataType::UInt32 => numbers!(UInt32Type),
        DataType::Int64 => numbers!(Int64Type),
        DataType::UInt64 => numbers!(UInt64Type),
        // Widened, because the shortest text of a single is not that of the double of equal value.
        DataType::Float32 => array
            .as_primitive::<Float32Type>()
            .iter()
            .map(|value| json!(value.map(f64::from)))
            .collect(),
        DataType::Float64 => numbers!(Float64Type),
        DataType::FixedSizeList(..) => array
            .as_fixed_size_list()
            .iter()
            .map(|list| list.map_or(Json::Null, |list| cells(&list)))
            .collect(),
        DataType::LargeList(_) => array
            .as_list::<i64>()
            .iter()
            .map(|list| list.map_or(Json::Null, |list| cells(&list)))
            .collect(),
        other => json!(format!("no JSON for {other}")),
    }
}
