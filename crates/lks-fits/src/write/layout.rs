//! How the columns of Arrow rows are stored in a binary table. The reverse of what [`crate::FitsFile::table`] does with types, nulls and
//! metadata.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field, FieldRef};

use super::{Cells, Column};
use crate::{Card, Error};

/// What the cells of a column tell of how they must be stored.
#[derive(Debug, Clone)]
pub(super) struct Extent {
    field: FieldRef,
    /// Characters of the longest text.
    width: usize,
    /// Elements of the longest list, and of all lists.
    longest: usize,
    num_elements: u64,
    has_nulls: bool,
    unused: Unused,
}

impl Extent {
    /// Of a column of which no cell was seen.
    pub(super) fn new(field: &FieldRef) -> Result<Self, Error> {
        let extent = Self {
            field: field.clone(),
            width: 1,
            longest: 0,
            num_elements: 0,
            has_nulls: false,
            unused: Unused::new(shape(field.data_type()).0, given_null(field)),
        };
        Format::of(&extent)?;
        Ok(extent)
    }

    /// Takes account of cells.
    pub(super) fn measure(&mut self, array: &ArrayRef) {
        let leaves = leaves(array);
        if let Some(texts) = leaves.as_string_opt::<i32>() {
            let longest = texts.iter().flatten().map(|text| text.chars().count()).max();
            self.width = longest.unwrap_or(0).max(self.width);
        }
        if shape(array.data_type()).2 {
            for row in 0..array.len() {
                let num_elements = length(array, row);
                self.longest = num_elements.max(self.longest);
                self.num_elements += num_elements as u64;
            }
        }
        if leaves.data_type().is_integer() {
            self.has_nulls |= array.null_count() > 0 || leaves.null_count() > 0;
            let known = (0..leaves.len()).filter(|index| leaves.is_valid(*index));
            known.for_each(|index| self.unused.take(stored(leaves, index)));
        }
    }
}

/// Which integers could stand for null, because no element has them.
#[derive(Debug, Clone)]
struct Unused {
    /// In the order of preference: the one that is given, the least and the greatest that there are.
    ends: Vec<(i64, bool)>,
    /// Where there are only 256 integers, whether each is taken.
    bytes: Option<Vec<bool>>,
}

impl Unused {
    fn new(kind: &DataType, given: Option<i64>) -> Self {
        let (least, greatest) = match kind {
            DataType::UInt8 | DataType::Int8 => (0, 255),
            DataType::Int16 | DataType::UInt16 => (i64::from(i16::MIN), i64::from(i16::MAX)),
            DataType::Int32 | DataType::UInt32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (i64::MIN, i64::MAX),
        };
        let ends = given.into_iter().chain([least, greatest]);
        let ends = ends.filter(|null| (least..=greatest).contains(null));
        Self {
            ends: ends.map(|null| (null, false)).collect(),
            bytes: (greatest == 255).then(|| vec![false; 256]),
        }
    }

    fn take(&mut self, value: i64) {
        for (null, is_taken) in &mut self.ends {
            *is_taken |= *null == value;
        }
        if let Some(is_taken) = self.bytes.as_mut().and_then(|bytes| bytes.get_mut(value as usize)) {
            *is_taken = true;
        }
    }

    fn first(&self) -> Option<i64> {
        let end = self.ends.iter().find(|(_, is_taken)| !is_taken).map(|(null, _)| *null);
        let byte = || self.bytes.as_ref()?.iter().position(|is_taken| !is_taken);
        end.or_else(|| byte().map(|byte| byte as i64))
    }
}

/// The letter of a column's `TFORM`, bytes of an element, and the zero point that stands for a type which FITS does not have.
struct Format {
    letter: char,
    size: usize,
    zero: Option<f64>,
    /// Elements of a cell; of a list of any length, of an element.
    repeat: usize,
    /// The same in the units of the format, where two make a complex number.
    num_stored: usize,
    is_variable: bool,
}

impl Format {
    fn of(extent: &Extent) -> Result<Self, Error> {
        let (kind, repeat, is_variable) = shape(extent.field.data_type());
        let is_complex = extent.field.metadata().contains_key("complex") && repeat % 2 == 0;
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
            DataType::Utf8 if !is_variable => ('A', extent.width, None),
            DataType::Null => ('E', 4, None),
            other => return Err(unwritable(&extent.field, format!("FITS has no type for {other}"))),
        };
        let num_stored = match kind {
            DataType::Null => 0,
            _ if is_complex => repeat / 2,
            _ => repeat,
        };
        Ok(Self {
            letter,
            size,
            zero,
            repeat,
            num_stored,
            is_variable,
        })
    }
}

fn unwritable(field: &Field, reason: String) -> Error {
    Error::Unwritable {
        what: format!("the column {:?}", field.name()),
        reason,
    }
}

/// The stored integer that the field names as null.
fn given_null(field: &Field) -> Option<i64> {
    field.metadata().get("null").and_then(|null| null.parse().ok())
}

/// How the cells of a column are stored.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) column: Column,
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
    pub(super) heap: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Descriptor {
    P,
    Q,
}

impl Layout {
    /// Of cells that were all measured.
    pub(super) fn of(extent: &Extent) -> Result<Self, Error> {
        let field = &extent.field;
        let metadata = |key: &str| field.metadata().get(key).map(String::as_str);
        let Format {
            letter,
            size,
            zero,
            repeat,
            num_stored,
            is_variable,
        } = Format::of(extent)?;
        let width = extent.width;
        let heap = extent.num_elements * (num_stored * size) as u64;
        let descriptor = is_variable.then_some(if heap < 1 << 31 { Descriptor::P } else { Descriptor::Q });
        let form = match (descriptor, letter) {
            (None, 'A') => format!("{}A", num_stored * width),
            (None, letter) => format!("{num_stored}{letter}"),
            (Some(kind), letter) => {
                let longest = extent.longest * num_stored;
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
        let is_integer = shape(field.data_type()).0.is_integer();
        let null = match is_integer && (extent.has_nulls || given_null(field).is_some()) {
            true => {
                let none_left = || unwritable(field, "no integer is left that could stand for no value".to_owned());
                Some(extent.unused.first().ok_or_else(none_left)?)
            }
            false => None,
        };
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

    /// Appends the cell of a row, and what belongs into the heap, of which so many bytes were written before.
    pub(super) fn push(&self, out: &mut Vec<u8>, (written, heap): (u64, &mut Vec<u8>), array: &ArrayRef, row: usize) {
        let Some(descriptor) = self.descriptor else {
            return self.elements(out, array, row..row + 1);
        };
        let num_elements = length(array, row);
        let num_stored = num_elements * self.num_stored;
        let place = written + heap.len() as u64;
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
pub(super) fn times(field: &Field) -> Vec<Card> {
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
pub(super) fn ascii(text: &str) -> String {
    let character = |character: char| if matches!(character, ' '..='~') { character } else { '?' };
    text.chars().map(character).collect()
}
