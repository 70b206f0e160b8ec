//! Rows of a `TABLEDATA`: an element for each cell.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::field::Field;
use super::{known, malformed, next, push_text, with_fields};
use crate::decode::RowBuilder;
use crate::error::Error;
use crate::table::Table;
use crate::types::{ColumnType, ColumnTypes};

/// The rows up to the end of the `TABLEDATA`.
pub(super) fn rows(reader: &mut Reader<&[u8]>, fields: &[Field], types: &ColumnTypes) -> Result<Table, Error> {
    let types = known(fields, types);
    let mut builder = with_fields(fields, &types)?;
    let mut cell: Option<String> = None;
    let mut num_cells = 0;
    loop {
        let event = next(reader)?;
        match &event {
            Event::Start(tag) if tag.local_name().as_ref() == b"TD" => cell = Some(String::new()),
            Event::End(tag) if tag.local_name().as_ref() == b"TD" => {
                let text = cell.take().unwrap_or_default();
                push(&mut builder, fields, num_cells, &text).map_err(|message| malformed(reader, message))?;
                num_cells += 1;
            }
            Event::Empty(tag) if tag.local_name().as_ref() == b"TD" => {
                push(&mut builder, fields, num_cells, "").map_err(|message| malformed(reader, message))?;
                num_cells += 1;
            }
            Event::End(tag) if tag.local_name().as_ref() == b"TR" => {
                if num_cells != fields.len() {
                    let message = format!("a row of {num_cells} cells for {} fields", fields.len());
                    return Err(malformed(reader, message));
                }
                num_cells = 0;
                builder.end_row()?;
            }
            Event::End(tag) if tag.local_name().as_ref() == b"TABLEDATA" => return builder.finish(),
            _ => {
                if let Some(cell) = &mut cell {
                    push_text(reader, &event, cell)?;
                }
            }
        }
    }
}

fn push(builder: &mut RowBuilder<'_>, fields: &[Field], number: usize, text: &str) -> Result<(), String> {
    let Some(field) = fields.get(number) else {
        return Err(format!("a row of more than {} cells", fields.len()));
    };
    let row = builder.row();
    let column = builder.column(number);
    let trimmed = text.trim();
    if text.is_empty() || field.is_null(trimmed) {
        column.push_null(row);
        return Ok(());
    }
    match (field.column_type(), trimmed) {
        (ColumnType::Boolean, "T" | "t" | "1" | "true" | "True" | "TRUE") => column.push_boolean(row, true),
        (ColumnType::Boolean, "F" | "f" | "0" | "false" | "False" | "FALSE") => column.push_boolean(row, false),
        (ColumnType::Boolean, "?" | "") => {
            column.push_null(row);
            Ok(())
        }
        (ColumnType::Integer | ColumnType::Float, "") => {
            column.push_null(row);
            Ok(())
        }
        _ => column.push_text(row, text),
    }
    .map_err(str::to_owned)
}
