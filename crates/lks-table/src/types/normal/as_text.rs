//! Lists, structures, spans of time and other values that a table has no type for, as text.

use std::fmt;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{Array, ArrayRef};
use arrow_cast::display::{ArrayFormatter, FormatOptions};

use super::text_size;
use crate::error::Error;

/// Most bytes that lists and other nested values of a column become as text, in one batch: they may share their elements.
const MAX_TEXT: usize = 1 << 28;

/// The text of each value, null where there is none.
pub(super) fn as_text(array: &ArrayRef) -> Result<ArrayRef, Error> {
    if text_size(array)? > MAX_TEXT as u64 {
        return Err(too_much_text());
    }
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array, &options)?;
    let mut texts = StringBuilder::new();
    let mut left = MAX_TEXT;
    for row in 0..array.len() {
        if array.is_null(row) {
            texts.append_null();
            continue;
        }
        let mut limited = Limited {
            text: String::new(),
            left: Some(left),
        };
        let written = formatter.value(row).write(&mut limited);
        left = limited.left.ok_or_else(too_much_text)?;
        written?;
        texts.append_value(limited.text);
    }
    Ok(Arc::new(texts.finish()))
}

fn too_much_text() -> Error {
    Error::Shape(format!(
        "more than {MAX_TEXT} bytes of lists in one column; write the table without it"
    ))
}

/// A text that grows no further than a limit.
struct Limited {
    text: String,
    /// None once there was more.
    left: Option<usize>,
}

impl fmt::Write for Limited {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        self.left = self.left.and_then(|left| left.checked_sub(more.len()));
        self.left.ok_or(fmt::Error)?;
        self.text.push_str(more);
        Ok(())
    }
}
