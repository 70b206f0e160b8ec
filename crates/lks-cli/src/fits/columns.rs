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

/// What to do with the images and tables in compressed tiles, if the file has any.
pub fn compressed(file: &FitsFile) -> Option<String> {
    let named = |is: fn(&FitsFile, usize) -> bool| {
        let hdus = file.hdus().iter().filter(move |hdu| is(file, hdu.index));
        hdus.map(|hdu| format!("{} {}", hdu.index, hdu.name))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let images = named(FitsFile::is_compressed_image);
    let tables = named(FitsFile::is_compressed_table);
    let told = [
        (
            images,
            "tile-compressed images are not decompressed by lksearch; open them with astropy: HDU",
        ),
        (
            tables,
            "compressed tables (ZTABLE) are not decompressed by lksearch; run `funpack FILE` of CFITSIO first: HDU",
        ),
    ];
    let told = told.iter().filter(|(names, _)| !names.is_empty());
    let told: Vec<_> = told.map(|(names, words)| format!("{words} {names}")).collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// As [`named_column`].
///
/// # Errors
/// There is none; the message names the nearest ones and all others.
pub fn find_column<'a>(columns: &'a [ColumnInfo], name: &str) -> Result<&'a ColumnInfo, Error> {
    named_column(columns, name).ok_or_else(|| {
        let nearest = nearest(columns, name);
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
pub fn named_column<'a>(columns: &'a [ColumnInfo], name: &str) -> Option<&'a ColumnInfo> {
    let exact = columns.iter().find(|column| column.name == name);
    exact.or_else(|| columns.iter().find(|column| column.name.eq_ignore_ascii_case(name)))
}

/// The columns that end in the word, as `PDCSAP_FLUX` does in `flux`; else the one that is most like it, if one is like it at all.
fn nearest<'a>(columns: &'a [ColumnInfo], name: &str) -> Vec<&'a str> {
    let wanted = name.to_uppercase();
    let names = || columns.iter().map(|column| column.name.as_str());
    let ending = format!("_{wanted}");
    let longer: Vec<&str> = names().filter(|name| name.to_uppercase().ends_with(&ending)).collect();
    if !longer.is_empty() {
        return longer;
    }
    let likeness = |name: &str| strsim::jaro_winkler(&name.to_uppercase(), &wanted);
    let nearest = names().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    nearest.filter(|name| likeness(name) >= SIMILAR).into_iter().collect()
}
