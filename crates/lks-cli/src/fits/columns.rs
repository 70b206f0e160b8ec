//! Which table and which column a word means.

use lksearch::Error;
use lksearch::fits::{ColumnInfo, FitsFile, HduInfo, HduKind};
use lksearch::table::similar_names;

/// The HDU of that number or name, or the first table.
pub(crate) fn find_table(file: &FitsFile, hdu: Option<&str>) -> Result<usize, Error> {
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
pub(crate) fn is_table(hdu: &HduInfo) -> bool {
    matches!(hdu.kind, HduKind::BinaryTable | HduKind::AsciiTable)
}

/// What to do with the images and tables in compressed tiles, if the file has any.
pub(crate) fn compressed(file: &FitsFile) -> Option<String> {
    let named = |is: fn(&FitsFile, usize) -> bool| {
        let hdus = file.hdus().iter().filter(move |hdu| is(file, hdu.index));
        hdus.map(|hdu| format!("{} {}", hdu.index, hdu.name))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let images = named(FitsFile::is_compressed_image);
    let tables = named(FitsFile::is_compressed_table);
    let notes = [
        (
            images,
            "tile-compressed images are not decompressed by lksearch; open them with astropy: HDU",
        ),
        (
            tables,
            "compressed tables (ZTABLE) are not decompressed by lksearch; run `funpack FILE` of CFITSIO first: HDU",
        ),
    ];
    let notes = notes.iter().filter(|(names, _)| !names.is_empty());
    let notes: Vec<_> = notes.map(|(names, words)| format!("{words} {names}")).collect();
    (!notes.is_empty()).then(|| notes.join("; "))
}

/// As [`named_column`].
///
/// # Errors
/// There is none; the message names the nearest ones and all others.
pub(crate) fn find_column<'a>(columns: &'a [ColumnInfo], name: &str) -> Result<&'a ColumnInfo, Error> {
    named_column(columns, name).ok_or_else(|| {
        let nearest = similar_names(name, columns.iter().map(|column| column.name.as_str()));
        let hint = match nearest.is_empty() {
            true => String::new(),
            false => format!("did you mean {}? ", nearest.join(" or ")),
        };
        let known: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        Error::Input(format!(
            "there is no column {name:?}; {hint}the table has {}",
            known.join(", ")
        ))
    })
}

/// The column of that name, in any case if there is no exact one.
pub(crate) fn named_column<'a>(columns: &'a [ColumnInfo], name: &str) -> Option<&'a ColumnInfo> {
    let exact = columns.iter().find(|column| column.name == name);
    exact.or_else(|| columns.iter().find(|column| column.name.eq_ignore_ascii_case(name)))
}
