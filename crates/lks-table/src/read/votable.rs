//! VOTable: the first `TABLE` with `TABLEDATA`.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::decode::{RowBuilder, utf8};
use crate::error::{Error, InputPosition};
use crate::table::Table;
use crate::types::{ColumnType, ColumnTypes};

/// A column's `FIELD`.
struct Field {
    name: String,
    kind: ColumnType,
    /// The value that stands for null (`VALUES null="-99"`).
    null: Option<String>,
}

/// A table of the first `TABLE` of a VOTable. Types are those of its fields, or what the caller knows. An empty cell is
/// null; arrays of numbers are kept as text.
///
/// # Errors
/// [`Error::Malformed`] for XML that is broken or cut, rows with more or fewer cells than fields, and data that is
/// `BINARY` or `FITS`.
pub fn votable(bytes: &[u8], types: &ColumnTypes) -> Result<Table, Error> {
    let mut reader = Reader::from_str(utf8(bytes)?);
    let mut fields: Vec<Field> = Vec::new();
    let mut table = None;
    let mut open = 0_usize;
    let mut has_root = false;
    loop {
        let event = reader
            .read_event()
            .map_err(|error| malformed(&reader, error.to_string()))?;
        match &event {
            Event::Start(_) => open += 1,
            Event::End(_) => open = open.saturating_sub(1),
            Event::Eof if open == 0 && has_root => break,
            Event::Eof => return Err(malformed(&reader, "it ends before it is complete".to_owned())),
            _ => {}
        }
        match &event {
            Event::Start(tag) | Event::Empty(tag) if table.is_none() => match tag.local_name().as_ref() {
                b"VOTABLE" => has_root = true,
                b"FIELD" => fields.push(field(tag).map_err(|message| malformed(&reader, message))?),
                b"VALUES" => {
                    if let Some(field) = fields.last_mut() {
                        field.null = attribute(tag, "null").map_err(|message| malformed(&reader, message))?;
                    }
                }
                b"TABLEDATA" if matches!(event, Event::Start(_)) => {
                    table = Some(rows(&mut reader, &fields, types)?);
                    open -= 1;
                }
                b"BINARY" | b"BINARY2" | b"FITS" => {
                    return Err(malformed(
                        &reader,
                        "only VOTables with TABLEDATA can be read".to_owned(),
                    ));
                }
                _ => {}
            },
            // A table may have fields and no data.
            Event::End(tag) if tag.local_name().as_ref() == b"TABLE" && table.is_none() => {
                table = Some(with_fields(&fields, &known(&fields, types))?.finish()?);
            }
            _ => {}
        }
    }
    table.ok_or_else(|| malformed(&reader, "it holds no TABLE".to_owned()))
}

/// The rows up to the end of the `TABLEDATA`.
fn rows(reader: &mut Reader<&[u8]>, fields: &[Field], types: &ColumnTypes) -> Result<Table, Error> {
    let types = known(fields, types);
    let mut builder = with_fields(fields, &types)?;
    let mut cell: Option<String> = None;
    let mut num_cells = 0;
    loop {
        let event = reader
            .read_event()
            .map_err(|error| malformed(reader, error.to_string()))?;
        match &event {
            Event::Start(tag) if tag.local_name().as_ref() == b"TD" => cell = Some(String::new()),
            Event::Text(text) => {
                if let Some(cell) = &mut cell {
                    let text = text.xml_content(XmlVersion::Implicit1_0);
                    cell.push_str(&text.map_err(|error| malformed(reader, error.to_string()))?);
                }
            }
            Event::CData(text) => {
                if let Some(cell) = &mut cell {
                    cell.push_str(&text.decode().map_err(|error| malformed(reader, error.to_string()))?);
                }
            }
            Event::GeneralRef(reference) => {
                let character = character(reference).map_err(|message| malformed(reader, message))?;
                if let Some(cell) = &mut cell {
                    cell.push(character);
                }
            }
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
                    return Err(malformed(
                        reader,
                        format!("a row of {num_cells} cells for {} fields", fields.len()),
                    ));
                }
                num_cells = 0;
                builder.end_row()?;
            }
            Event::End(tag) if tag.local_name().as_ref() == b"TABLEDATA" => break,
            Event::Eof => return Err(malformed(reader, "it ends before it is complete".to_owned())),
            _ => {}
        }
    }
    builder.finish()
}

fn push(builder: &mut RowBuilder<'_>, fields: &[Field], number: usize, text: &str) -> Result<(), String> {
    let Some(field) = fields.get(number) else {
        return Err(format!("a row of more than {} cells", fields.len()));
    };
    let row = builder.row();
    let column = builder.column(number);
    if text.is_empty() || field.null.as_deref() == Some(text.trim()) {
        column.push_null(row);
        return Ok(());
    }
    match (field.kind, text.trim()) {
        (ColumnType::Boolean, "T" | "t" | "1") => column.push_boolean(row, true),
        (ColumnType::Boolean, "F" | "f" | "0") => column.push_boolean(row, false),
        (ColumnType::Boolean, "?") => {
            column.push_null(row);
            Ok(())
        }
        _ => column.push_text(row, text),
    }
    .map_err(str::to_owned)
}

/// The types of the fields, where the caller does not know better.
fn known(fields: &[Field], types: &ColumnTypes) -> ColumnTypes {
    ColumnTypes::new(
        fields
            .iter()
            .map(|field| (field.name.as_str(), types.get(&field.name).unwrap_or(field.kind))),
    )
}

fn with_fields<'t>(fields: &[Field], types: &'t ColumnTypes) -> Result<RowBuilder<'t>, Error> {
    let mut builder = RowBuilder::new(types);
    for (number, field) in fields.iter().enumerate() {
        match builder.index_of(&field.name, number) {
            Ok(index) if index == number => {}
            Ok(_) => return Err(Error::Shape(format!("the column `{}` occurs twice", field.name))),
            Err(message) => return Err(Error::Shape(message.to_owned())),
        }
    }
    Ok(builder)
}

fn field(tag: &BytesStart<'_>) -> Result<Field, String> {
    let name = match (attribute(tag, "name")?, attribute(tag, "ID")?) {
        (Some(name), _) | (None, Some(name)) => name,
        (None, None) => return Err("a FIELD has no name".to_owned()),
    };
    let is_single = attribute(tag, "arraysize")?.is_none_or(|size| size == "1");
    let kind = match attribute(tag, "datatype")?.as_deref() {
        Some("boolean" | "bit") if is_single => ColumnType::Boolean,
        Some("unsignedByte" | "short" | "int" | "long") if is_single => ColumnType::Integer,
        Some("float" | "double") if is_single => ColumnType::Float,
        _ if attribute(tag, "xtype")?.as_deref() == Some("timestamp") => ColumnType::Timestamp,
        _ => ColumnType::Text,
    };
    Ok(Field { name, kind, null: None })
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    match tag.try_get_attribute(name).map_err(|error| error.to_string())? {
        Some(attribute) => {
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| error.to_string())?;
            Ok(Some(value.into_owned()))
        }
        None => Ok(None),
    }
}

fn character(reference: &BytesRef<'_>) -> Result<char, String> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(character);
    }
    let name = reference.decode().map_err(|error| error.to_string())?;
    match name.as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        other => Err(format!("unknown entity `&{other};`")),
    }
}

fn malformed(reader: &Reader<&[u8]>, message: String) -> Error {
    Error::Malformed {
        format: "VOTable",
        position: Some(InputPosition::Byte(reader.buffer_position())),
        message,
    }
}
