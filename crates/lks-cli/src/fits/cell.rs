//! A cell as people are shown it.

use lksearch::table::arrow_array::ArrayRef;
use lksearch::table::arrow_array::cast::AsArray;
use lksearch::table::arrow_schema::DataType;
use lksearch::table::write;

/// Elements of a list that are shown.
const SHOWN: usize = 3;

/// The text of a cell; the first elements of a long list stand for all.
pub(super) fn shown(array: &ArrayRef, row: usize) -> String {
    let items = match array.data_type() {
        DataType::FixedSizeList(..) => array.as_fixed_size_list().value(row),
        DataType::LargeList(_) => array.as_list::<i64>().value(row),
        _ => return write::text(array, row),
    };
    let first: Vec<String> = (0..items.len().min(SHOWN)).map(|item| shown(&items, item)).collect();
    let more = match items.len() > SHOWN {
        true => format!(", … {}", items.len()),
        false => String::new(),
    };
    format!("[{}{more}]", first.join(", "))
}
