//! How the columns of Arrow rows are stored in a binary table. The reverse of what [`crate::FitsFile::table`] does with types, nulls and
//! metadata.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field};

use super::elements::{is_null, leaves, length, shape, stored};
use super::extent::Extent;
use super::format::{Format, given_null, unwritable};
use super::{Cells, Column};
use crate::{Card, Error};

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
        } = Format::of(field, extent.width)?;
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

    /// Whether there is a number for each integer, and one for those that are missing.
    pub(super) fn check(&self, array: &ArrayRef) -> Result<(), Error> {
        let leaves = leaves(array);
        if !leaves.data_type().is_integer() {
            return Ok(());
        }
        let reason = match self.null {
            None if array.null_count() + leaves.null_count() > 0 => {
                "integers are missing, and nothing says what stands for them"
            }
            Some(null) if (0..leaves.len()).any(|index| leaves.is_valid(index) && stored(leaves, index) == null) => {
                "an integer is the one that stands for missing ones"
            }
            _ => return Ok(()),
        };
        Err(Error::Unwritable {
            what: format!("the column {:?}", self.column.name),
            reason: format!("{reason}; measure the rows before the first is written"),
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

/// The text in the characters that FITS has, with `?` for each other one.
pub fn ascii(text: &str) -> String {
    let character = |character: char| if matches!(character, ' '..='~') { character } else { '?' };
    text.chars().map(character).collect()
}
