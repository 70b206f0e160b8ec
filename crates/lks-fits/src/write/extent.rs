//! What must be known of all cells of a column before the first is written.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, FieldRef};

use super::elements::{leaves, length, shape, stored};
use super::format::{Format, given_null};
use crate::Error;

/// What the cells of a column tell of how they must be stored.
#[derive(Debug, Clone)]
pub(super) struct Extent {
    pub(super) field: FieldRef,
    /// Characters of the longest text.
    pub(super) width: usize,
    /// Elements of the longest list, and of all lists.
    pub(super) longest: usize,
    pub(super) num_elements: u64,
    pub(super) has_nulls: bool,
    pub(super) unused: Unused,
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
        Format::of(field, extent.width)?;
        Ok(extent)
    }

    /// Whether cells that were not seen may change how all are stored.
    pub(super) fn depends_on_rows(&self) -> bool {
        let (kind, _, is_variable) = shape(self.field.data_type());
        *kind == DataType::Utf8 || is_variable
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
pub(super) struct Unused {
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

    pub(super) fn first(&self) -> Option<i64> {
        let end = self.ends.iter().find(|(_, is_taken)| !is_taken).map(|(null, _)| *null);
        let byte = || self.bytes.as_ref()?.iter().position(|is_taken| !is_taken);
        end.or_else(|| byte().map(|byte| byte as i64))
    }
}
