//! Rows of Arrow as a file with one binary table. The reverse of what [`crate::FitsFile::table`] does with types, nulls and metadata.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};

use super::{Cells, Checksum, Column, Hdu};
use crate::{Card, Error};

/// The bytes of a file whose first extension, of this name, has these rows.
///
/// Of a field's metadata `unit`, `display`, `description`, `dimensions`, `null` and `complex` are heeded, and of the first column of times
/// `time_zero_jd`, `time_unit`, `time_scale` and `time_position`, which become `BJDREFI`, `TIMEUNIT`, `TIMESYS` and their like. Text is filled up to
/// the longest; a character that is not ASCII, which FITS has no place for, becomes `?`. Null is NaN, `TNULL`, an undefined logical, or empty
/// text.
///
/// # Errors
/// A column of a type that FITS does not have, an integer column in which no number is left that could stand for no value, and what a card
/// cannot hold.
pub fn file_of(schema: &Schema, batches: &[RecordBatch], name: &str) -> Result<Vec<u8>, Error> {
    let fields = schema.fields().iter().enumerate();
    let layouts = fields.map(|(index, field)| Layout::of(field, batches.iter().map(|batch| batch.column(index))));
    let layouts = layouts.collect::<Result<Vec<_>, Error>>()?;
    let reference = schema
        .fields()
        .iter()
        .find(|field| field.metadata().contains_key("time_zero_jd"));
    let num_rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let heap: u64 = layouts.iter().map(|layout| layout.heap).sum();
    let table = Hdu::table(layouts.iter().map(|layout| layout.column.clone()), num_rows as u64)
        .heap(heap)
        .card("EXTNAME", ascii(name), "name of extension")
        .cards(reference.map_or(Vec::new(), |field| times(field)))
        .checksum(Checksum::HduAndData);
    let mut file = Hdu::primary().checksum(Checksum::HduAndData).bytes()?;
    table.append_with(&mut file, |out| {
        let mut variable = Vec::new();
        for batch in batches {
            for row in 0..batch.num_rows() {
                for (layout, array) in layouts.iter().zip(batch.columns()) {
                    layout.push(out, &mut variable, array, row);
                }
            }
        }
        out.append(&mut variable);
    })?;
    Ok(file)
}

/// How the cells of a column are stored.
struct Layout {
    column: Column,
    /// Elements of a cell; of a list of any length, of an element.
    repeat: usize,
    /// The same in the units of the format, where two make a complex number.
    num_stored: usize,
    /// Bytes of each text.
    width: usize,
    /// The stored integer that means null.
    null: Option<i64>,
    /// Whether cells are descriptors of what lies in the heap, and with 64 bits.
    descriptor: Option<Descriptor>,
    /// Bytes of the heap.
    heap: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Descriptor {
    P,
    Q,
}

impl Layout {
    fn of<'a>(field: &Field, parts: impl Iterator<Item = &'a ArrayRef> + Clone) -> Result<Self, Error> {
        let metadata = |key: &str| field.metadata().get(key).map(String::as_str);
        let unwritable = |reason: String| Error::Unwritable {
            what: format!("the column {:?}", field.name()),
            reason,
        };
        let (kind, repeat, is_variable) = shape(field.data_type());
        let is_complex = metadata("complex").is_some() && repeat % 2 == 0;
        let leaves = || parts.clone().map(leaves);
        let texts = || {
            leaves()
                .filter_map(|leaves| leaves.as_string_opt::<i32>())
                .flatten()
                .flatten()
        };
        let width = texts().map(|text| text.chars().count()).max().unwrap_or(0).max(1);
        let (letter, size, zero) = match kind {
            DataType::Boolean => ('L', 1, None),
            DataType::UInt8 => ('B', 1, None),
            DataType::Int8 => ('B', 1, Some(-128.0)),
            DataType::Int16 => ('I', 2, None),
            DataType::UInt16 => ('I', 2, Some(32_768.0)),
            DataType::Int32 => ('J', 4, None),
            DataType::UInt32 => ('J', 4, Some(2_147_483_648.0)),
            DataType::Int64 => ('K', 8, None),
            DataType::UInt64 => ('K', 8, Some(9_223_372_036_854_775_808.0)),
            DataType::Float32 if is_complex => ('C', 8, None),
            DataType::Float64 if is_complex => ('M', 16, None),
            DataType::Float32 => ('E', 4, None),
            DataType::Float64 => ('D', 8, None),
            DataType::Utf8 if !is_variable => ('A', width, None),
            DataType::Null => ('E', 4, None),
            other => return Err(unwritable(format!("FITS has no type for {other}"))),
        };
        let num_stored = match kind {
            DataType::Null => 0,
            _ if is_complex => repeat / 2,
            _ => repeat,
        };
        let lengths = || {
            parts
                .clone()
                .flat_map(|array| (0..array.len()).map(move |row| length(array, row)))
        };
        let heap = if is_variable {
            lengths().map(|n| (n * num_stored * size) as u64).sum()
        } else {
            0
        };
        let descriptor = is_variable.then_some(if heap < 1 << 31 { Descriptor::P } else { Descriptor::Q });
        let form = match (descriptor, letter) {
            (None, 'A') => format!("{}A", num_stored * width),
            (None, letter) => format!("{num_stored}{letter}"),
            (Some(kind), letter) => {
                let longest = lengths().max().unwrap_or(0) * num_stored;
                format!("1{}{letter}({longest})", if kind == Descriptor::P { 'P' } else { 'Q' })
            }
        };
        let mut column = Column::new(ascii(field.name()), form);
        if let Some(unit) = metadata("unit").or_else(|| metadata("time_unit")) {
            column = column.unit_described(ascii(unit), "");
        }
        if let Some(description) = metadata("description") {
            column = column.description(ascii(description));
        }
        if let Some(display) = metadata("display") {
            column = column.display(ascii(display));
        }
        let mut axes: Vec<u64> = metadata("dimensions")
            .unwrap_or_default()
            .split(',')
            .filter_map(|axis| axis.parse().ok())
            .collect();
        if letter == 'A' && repeat > 1 {
            axes = [width as u64].into_iter().chain(axes.into_iter().skip(1)).collect();
            if axes.iter().product::<u64>() != (repeat * width) as u64 {
                axes = vec![width as u64, repeat as u64];
            }
        }
        if axes.len() > 1 && descriptor.is_none() {
            column = column.dimensions(&axes);
        }
        if let Some(zero) = zero {
            column = column.scale(1.0, zero);
        }
        let mut null = None;
        if kind.is_integer() {
            let has_nulls =
                parts.clone().any(|part| part.null_count() > 0) || leaves().any(|leaves| leaves.null_count() > 0);
            let given = metadata("null").and_then(|null| null.parse().ok());
            if has_nulls || given.is_some() {
                null = Some(
                    unused(given, kind, leaves())
                        .ok_or_else(|| unwritable("no integer is left that could stand for no value".to_owned()))?,
                );
            }
        }
        if let Some(null) = null {
            column = column.null(null);
        }
        Ok(Self {
            column,
            repeat,
            num_stored,
            width,
            null,
            descriptor,
            heap,
        })
    }

    /// Appends the cell of a row, and what belongs into the heap.
    fn push(&self, out: &mut Vec<u8>, heap: &mut Vec<u8>, array: &ArrayRef, row: usize) {
        let Some(descriptor) = self.descriptor else {
            return self.elements(out, array, row..row + 1);
        };
        let num_elements = length(array, row);
        let num_stored = num_elements * self.num_stored;
        let place = heap.len();
        let mut cells = Cells::new(out);
        match descriptor {
            Descriptor::P => cells.descriptor32(num_stored as i32, place as i32),
            Descriptor::Q => cells.descriptor64(num_stored as i64, place as i64),
        }
        let start = array.as_list::<i64>().value_offsets()[row] as usize;
        self.elements(heap, array.as_list::<i64>().values(), start..start + num_elements);
    }

    /// Appends elements, and those of the lists that they are.
    fn elements(&self, out: &mut Vec<u8>, array: &ArrayRef, range: std::ops::Range<usize>) {
        for index in range {
            match array.data_type() {
                DataType::FixedSizeList(_, size) => {
                    let size = *size as usize;
                    let list = array.as_fixed_size_list();
                    if list.is_null(index) {
                        (0..self.repeat).for_each(|_| self.element(out, leaves(array), None));
                    } else {
                        self.elements(out, list.values(), index * size..(index + 1) * size);
                    }
                }
                _ => self.element(out, array, Some(index).filter(|_| !is_null(array, index))),
            }
        }
    }

    /// Appends an element; `None` is null.
    fn element(&self, out: &mut Vec<u8>, array: &ArrayRef, index: Option<usize>) {
        let mut cells = Cells::new(out);
        let integer = || index.map_or(self.null.unwrap_or(0), |index| stored(array, index));
        match array.data_type() {
            DataType::Null => {}
            DataType::Boolean => cells.logical(index.map(|index| array.as_boolean().value(index))),
            DataType::UInt8 | DataType::Int8 => cells.uint8(integer() as u8),
            DataType::Int16 | DataType::UInt16 => cells.int16(integer() as i16),
            DataType::Int32 | DataType::UInt32 => cells.int32(integer() as i32),
            DataType::Int64 | DataType::UInt64 => cells.int64(integer()),
            DataType::Float32 => {
                cells.float32(index.map_or(f32::NAN, |index| array.as_primitive::<Float32Type>().value(index)))
            }
            DataType::Float64 => {
                cells.float64(index.map_or(f64::NAN, |index| array.as_primitive::<Float64Type>().value(index)))
            }
            _ => {
                let texts = array.as_string_opt::<i32>();
                let text = index.and_then(|index| Some(texts?.value(index))).unwrap_or_default();
                cells.text(&ascii(text), self.width);
            }
        }
    }
}

/// What the cells hold, how many elements each has, and whether that number varies.
fn shape(kind: &DataType) -> (&DataType, usize, bool) {
    match kind {
        DataType::FixedSizeList(item, size) => {
            let (kind, repeat, is_variable) = shape(item.data_type());
            (kind, repeat * *size as usize, is_variable)
        }
        DataType::LargeList(item) => {
            let (kind, repeat, _) = shape(item.data_type());
            (kind, repeat, true)
        }
        single => (single, 1, false),
    }
}

/// What the lists hold, all of them together.
fn leaves(array: &ArrayRef) -> &ArrayRef {
    match array.data_type() {
        DataType::FixedSizeList(..) => leaves(array.as_fixed_size_list().values()),
        DataType::LargeList(_) => leaves(array.as_list::<i64>().values()),
        _ => array,
    }
}

/// Elements of the list of a row.
fn length(array: &ArrayRef, row: usize) -> usize {
    array
        .as_list_opt::<i64>()
        .map_or(1, |list| list.value_length(row) as usize)
}

fn is_null(array: &ArrayRef, index: usize) -> bool {
    *array.data_type() == DataType::Null || array.is_null(index)
}

/// A stored integer that no element has: the one that is given, else the least or the greatest there is, else any.
fn unused<'a>(given: Option<i64>, kind: &DataType, leaves: impl Iterator<Item = &'a ArrayRef> + Clone) -> Option<i64> {
    let (least, greatest) = match kind {
        DataType::UInt8 | DataType::Int8 => (0, 255),
        DataType::Int16 | DataType::UInt16 => (i64::from(i16::MIN), i64::from(i16::MAX)),
        DataType::Int32 | DataType::UInt32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let is_free = |null: &i64| {
        let mut arrays = leaves.clone();
        !arrays.any(|array| (0..array.len()).any(|index| array.is_valid(index) && stored(array, index) == *null))
    };
    let ends = given.into_iter().chain([least, greatest]);
    let ends = ends.filter(|null| (least..=greatest).contains(null));
    let bytes = (0..=255).filter(|_| greatest == 255);
    ends.chain(bytes).find(is_free)
}

/// The integer as it is stored; those that FITS has no type for are shifted by half their range (FITS 4.0, section 5.2.5).
fn stored(array: &ArrayRef, index: usize) -> i64 {
    match array.data_type() {
        DataType::UInt8 => array.as_primitive::<UInt8Type>().value(index).into(),
        DataType::Int8 => i64::from(array.as_primitive::<Int8Type>().value(index)) + 128,
        DataType::Int16 => array.as_primitive::<Int16Type>().value(index).into(),
        DataType::UInt16 => i64::from(array.as_primitive::<UInt16Type>().value(index)) - 32_768,
        DataType::Int32 => array.as_primitive::<Int32Type>().value(index).into(),
        DataType::UInt32 => i64::from(array.as_primitive::<UInt32Type>().value(index)) - 2_147_483_648,
        DataType::UInt64 => (array.as_primitive::<UInt64Type>().value(index) ^ (1 << 63)) as i64,
        _ => array.as_primitive::<Int64Type>().value(index),
    }
}

/// The keywords of a column's time reference.
fn times(field: &Field) -> Vec<Card> {
    let metadata = |key: &str| {
        field
            .metadata()
            .get(key)
            .map(String::as_str)
            .filter(|word| *word != "UNKNOWN")
    };
    let zero = metadata("time_zero_jd").unwrap_or_default();
    let (whole, fraction) = zero.split_once('.').unwrap_or((zero, "0"));
    let (Ok(whole), Ok(fraction)) = (whole.parse::<i64>(), format!("0.{fraction}").parse::<f64>()) else {
        return Vec::new();
    };
    let position = metadata("time_position");
    let name = if position == Some("BARYCENTER") {
        "BJDREF"
    } else {
        "JDREF"
    };
    let mut cards = vec![
        Card::new(format!("{name}I"), whole, "[d] integer part of the zero point"),
        Card::new(format!("{name}F"), fraction, "[d] fraction of the zero point"),
        Card::new("TIMEUNIT", metadata("time_unit").unwrap_or("d"), "unit of the times"),
    ];
    cards.extend(metadata("time_scale").map(|scale| Card::new("TIMESYS", ascii(scale), "time scale")));
    cards.extend(position.map(|position| Card::new("TREFPOS", ascii(position), "where the light arrives")));
    cards
}

/// The text in the characters that FITS has.
fn ascii(text: &str) -> String {
    let character = |character: char| if matches!(character, ' '..='~') { character } else { '?' };
    text.chars().map(character).collect()
}
