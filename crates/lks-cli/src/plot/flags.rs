//! Which cadences are flagged, by all columns of quality that a table has.

use lksearch::fits::ColumnInfo;
use lksearch::table::arrow_array::cast::AsArray;
use lksearch::table::arrow_array::{Array, ArrayRef, RecordBatch};
use lksearch::table::arrow_schema::DataType;
use lksearch::{Error, QualityColumn};

use super::numbers;

/// Whether each row of a batch is flagged; its columns of quality begin at `first`.
///
/// # Errors
/// A column says it neither by numbers nor by truth values nor by words.
pub(super) fn flagged(
    batch: &RecordBatch,
    first: usize,
    quality: &[(ColumnInfo, QualityColumn)],
) -> Result<Vec<bool>, Error> {
    let mut flagged = vec![false; batch.num_rows()];
    for (index, (column, meaning)) in quality.iter().enumerate() {
        let values = values(batch.column(first + index), meaning).ok_or_else(|| {
            Error::Input(format!(
                "column {} ({}) cannot be read as quality flags",
                column.name, column.format
            ))
        })?;
        let width = values.len() / batch.num_rows().max(1);
        for (row, values) in values.chunks(width.max(1)).enumerate() {
            flagged[row] |= values.contains(&true);
        }
    }
    Ok(flagged)
}

/// One truth value per value, of which a row may have several; what is null is flagged.
fn values(array: &ArrayRef, meaning: &QualityColumn) -> Option<Vec<bool>> {
    Some(match array.data_type() {
        DataType::Boolean => array.as_boolean().iter().map(|flag| flag.unwrap_or(true)).collect(),
        DataType::Utf8 => {
            let words = array.as_string::<i32>().iter();
            words
                .map(|word| !word.is_some_and(|word| meaning.accepts(word)))
                .collect()
        }
        DataType::FixedSizeList(..) => values(array.as_fixed_size_list().values(), meaning)?,
        _ => numbers::floats(array)?.into_iter().map(|flags| flags != 0.0).collect(),
    })
}
