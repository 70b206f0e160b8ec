//! Which table and which column a word means.

use lksearch::Error;
use lksearch::fits::{ColumnInfo, FitsFile, HduInfo, HduKind};

/// A name that is this similar to another is taken for a slip of the pen (Jaro-Winkler, 1 is equal).
const SIMILAR: f64 = 0.75;

/// The HDU of that number or name, or the first table.
pub fn find_table(file: &FitsFile, hdu: Option<&str>) -> Result<usize, Error> {
    if let Some(hdu) = hdu {
        return Ok(file.find(hdu)?);
    }
    let first = file.hdus().iter().find(|hdu| is_table(hdu));
    first.map(|hdu| hdu.index).ok_or_else(|| {
        let kinds: Vec<_> = file
            .hdus()
            .iter()
            .map(|hdu| format!("{} {} ({})", hdu.index, hdu.name, hdu.kind))
            .collect();
        Error::Input(format!("there is no table in this file; it has {}", kinds.join(", ")))
    })
}

/// Whether it has columns and rows.
pub fn is_table(hdu: &HduInfo) -> bool {
    matches!(hdu.kind, HduKind::BinaryTable | HduKind::AsciiTable)
}

/// The column of that name, in any case if there is no exact one.
///
/// # Errors
/// There is none; the message names the most similar one and all others.
pub fn find_column<'a>(columns: &'a [ColumnInfo], name: &str) -> Result<&'a ColumnInfo, Error> {
    let exact = columns.iter().find(|column| column.name == name);
    let same = || columns.iter().find(|column| column.name.eq_ignore_ascii_case(name));
    exact.or_else(same).ok_or_else(|| {
        let similarity = |column: &ColumnInfo| strsim::jaro_winkler(&column.name.to_uppercase(), &name.to_uppercase());
        let nearest = columns.iter().max_by(|a, b| similarity(a).total_cmp(&similarity(b)));
        let hint = nearest
            .filter(|column| similarity(column) >= SIMILAR)
            .map(|column| format!("did you mean {}? ", column.name))
            .unwrap_or_default();
        let known: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        Error::Input(format!(
            "there is no column {name:?}; {hint}the table has {}",
            known.join(", ")
        ))
    })
}
