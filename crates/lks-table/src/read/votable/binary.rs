//! Rows of `BINARY` and `BINARY2`: a stream of base64, in which each cell has the bytes of its field's type, most significant first.
//!
//! Sizes that a cell claims for itself are believed only as far as the stream has bytes for them.

mod elements;
mod stream;

use quick_xml::Reader;
use quick_xml::events::Event;

use self::elements::elements;
use self::stream::{Stream, cut, exact};
use super::field::{Datatype, Field, Size, attribute};
use super::{known, malformed, next, with_fields};
use crate::decode::{Column, RowBuilder};
use crate::error::Error;
use crate::table::Table;
use crate::types::ColumnTypes;

/// How the stream says which cells are null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Masks {
    /// Only by their values (`BINARY`).
    None,
    /// By a bit for each field, in front of each row (`BINARY2`).
    Before,
}

/// The rows up to the end of the `BINARY` or `BINARY2`.
pub(super) fn rows(
    reader: &mut Reader<&[u8]>,
    fields: &[Field],
    types: &ColumnTypes,
    masks: Masks,
) -> Result<Table, Error> {
    let widths = fields.iter().try_for_each(Field::check_width);
    widths.map_err(|message| malformed(reader, message))?;
    let mut stream = Stream::default();
    let mut is_in_stream = false;
    loop {
        let event = next(reader)?;
        match event {
            Event::Start(tag) if tag.local_name().as_ref() == b"STREAM" => {
                let read = |name| attribute(&tag, name).map_err(|message| malformed(reader, message));
                if let Some(place) = read("href")? {
                    return Err(malformed(reader, format!("its rows are in another file, '{place}'")));
                }
                match read("encoding")?.as_deref() {
                    None | Some("base64") => is_in_stream = true,
                    Some(other) => return Err(malformed(reader, format!("its rows are encoded as '{other}'"))),
                }
            }
            Event::Text(text) if is_in_stream => stream.pieces.push(text.into_inner()),
            Event::CData(text) if is_in_stream => stream.pieces.push(text.into_inner()),
            Event::End(tag) => match tag.local_name().as_ref() {
                b"STREAM" => is_in_stream = false,
                b"BINARY" | b"BINARY2" => break,
                _ => {}
            },
            // Line breaks may be written as references, and hold nothing.
            _ => {}
        }
    }
    let types = known(fields, types);
    let mut rows = Rows {
        builder: with_fields(fields, &types)?,
        fields,
        masks,
        stream,
        text: String::new(),
        mask: Vec::new(),
    };
    while !rows.stream.is_at_end().map_err(|message| malformed(reader, message))? {
        rows.row().map_err(|message| malformed(reader, message))?;
        rows.builder.end_row()?;
    }
    rows.builder.finish()
}

struct Rows<'a, 't> {
    builder: RowBuilder<'t>,
    fields: &'a [Field],
    masks: Masks,
    stream: Stream<'a>,
    /// Of the cell that is being read.
    text: String,
    /// Of the row that is being read.
    mask: Vec<u8>,
}

impl Rows<'_, '_> {
    fn row(&mut self) -> Result<(), String> {
        let before = self.stream.num_taken;
        self.mask.clear();
        if self.masks == Masks::Before {
            self.mask
                .extend_from_slice(self.stream.take(self.fields.len().div_ceil(8))?);
        }
        let row = self.builder.row();
        for (number, field) in self.fields.iter().enumerate() {
            let num_elements = match field.size {
                Size::One => 1,
                Size::Fixed(size) => size,
                Size::Variable => u32::from_be_bytes(self.stream.array()?) as usize,
            };
            let is_masked = self
                .mask
                .get(number / 8)
                .is_some_and(|byte| byte & (0x80 >> (number % 8)) != 0);
            // A field of no elements takes nothing of the stream: its column is filled with nulls at the end, and costs nothing before.
            if field.size == Size::Fixed(0) {
                continue;
            }
            let num_bytes = field.datatype.num_bytes(num_elements);
            let bytes = self.stream.take(num_bytes.ok_or_else(cut)?)?;
            let column = self.builder.column(number);
            match is_masked || num_elements == 0 {
                true => column.push_null(row),
                false if field.size == Size::One => {
                    element(column, row, field, bytes, self.masks, &mut self.text).map_err(str::to_owned)?;
                }
                false => {
                    self.text.clear();
                    elements(&mut self.text, field.datatype, num_elements, bytes);
                    match self.text.is_empty() {
                        true => column.push_null(row),
                        false => column.push_text(row, &self.text).map_err(str::to_owned)?,
                    }
                }
            }
        }
        match self.stream.num_taken == before {
            true => Err("there are bytes for rows, and its rows have none".to_owned()),
            false => Ok(()),
        }
    }
}

/// Adds the only element of a cell.
fn element(
    column: &mut Column,
    row: usize,
    field: &Field,
    bytes: &[u8],
    masks: Masks,
    text: &mut String,
) -> Result<(), &'static str> {
    let integer = |column: &mut Column, number: i64| match field.is_null_number(number) {
        true => {
            column.push_null(row);
            Ok(())
        }
        false => column.push_integer(row, number),
    };
    let float = |column: &mut Column, number: f64| match number.is_nan() && masks == Masks::None {
        true => {
            column.push_null(row);
            Ok(())
        }
        false => column.push_float(row, number),
    };
    match (field.datatype, bytes) {
        (Datatype::Boolean, [b'T' | b't' | b'1']) => column.push_boolean(row, true),
        (Datatype::Boolean, [b'F' | b'f' | b'0']) => column.push_boolean(row, false),
        (Datatype::Boolean, _) => {
            column.push_null(row);
            Ok(())
        }
        (Datatype::Bit, [bits]) => column.push_boolean(row, bits & 0x80 != 0),
        (Datatype::UnsignedByte, [byte]) => integer(column, i64::from(*byte)),
        (Datatype::Short, _) => integer(column, i64::from(i16::from_be_bytes(exact(bytes)))),
        (Datatype::Int, _) => integer(column, i64::from(i32::from_be_bytes(exact(bytes)))),
        (Datatype::Long, _) => integer(column, i64::from_be_bytes(exact(bytes))),
        (Datatype::Float, _) => float(column, as_written(f32::from_be_bytes(exact(bytes)))),
        (Datatype::Double, _) => float(column, f64::from_be_bytes(exact(bytes))),
        _ => {
            text.clear();
            elements(text, field.datatype, 1, bytes);
            match text.is_empty() {
                true => {
                    column.push_null(row);
                    Ok(())
                }
                false => column.push_text(row, text),
            }
        }
    }
}

/// The number whose shortest decimal form the 32-bit float has, as `TABLEDATA` spells it: 10.39, and not 10.390000343322754.
pub(super) fn as_written(value: f32) -> f64 {
    let wide = f64::from(value);
    let mut scale = 1.0;
    for _ in 0..10 {
        let scaled = (wide * scale).round();
        // Both are exact below 2^53, so their quotient is the float that is nearest to the decimal number.
        if scaled.abs() >= 9_007_199_254_740_992.0 {
            break;
        }
        if (scaled / scale) as f32 == value {
            return scaled / scale;
        }
        scale *= 10.0;
    }
    match value.is_finite() {
        true => value.to_string().parse().unwrap_or(wide),
        false => wide,
    }
}
