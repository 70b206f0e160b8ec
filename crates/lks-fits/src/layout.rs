//! What a header says about its HDU: kind, shape, sizes. Pure; refuses what cannot be.

#[cfg(test)]
mod tests;

use std::fmt;

use crate::card::{Card, Value};
use crate::form::Form;
use crate::{BLOCK, Reason};

/// Most axes and columns a header can name with three digits.
const MAX_NUMBER: usize = 999;

/// Kind of an HDU; shown by the names that astropy gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HduKind {
    /// The first HDU: an image or nothing.
    Primary,
    /// `XTENSION = 'IMAGE'`.
    Image,
    /// `XTENSION = 'BINTABLE'`.
    BinaryTable,
    /// `XTENSION = 'TABLE'`.
    AsciiTable,
    /// A primary HDU of random groups.
    RandomGroups,
    /// An extension of another kind, by its name.
    Other(String),
}

impl fmt::Display for HduKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Primary => "PrimaryHDU",
            Self::Image => "ImageHDU",
            Self::BinaryTable => "BinTableHDU",
            Self::AsciiTable => "TableHDU",
            Self::RandomGroups => "GroupsHDU",
            Self::Other(_) => "NonstandardExtHDU",
        })
    }
}

/// Where an HDU lies and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HduInfo {
    /// Place in the file, the primary HDU being 0.
    pub index: usize,
    /// `EXTNAME`; "PRIMARY" for a primary HDU without one.
    pub name: String,
    /// `EXTVER`, 1 if there is none.
    pub version: i64,
    /// Kind of the HDU.
    pub kind: HduKind,
    /// Number of cards, `END` not counted, a string with its `CONTINUE` cards counted once (as astropy counts).
    pub n_cards: usize,
    /// Of an image, the axes in FITS order (the fastest first); of a table, rows and columns.
    pub shape: Vec<u64>,
    /// First byte of the header (astropy's `hdrLoc`).
    pub header_offset: u64,
    /// First byte of the data (astropy's `datLoc`).
    pub data_offset: u64,
    /// Bytes of the data with their padding (astropy's `datSpan`).
    pub data_span: u64,
    /// Bytes of the data without padding.
    pub data_size: u64,
}

impl HduInfo {
    /// First byte after the HDU.
    pub fn end(&self) -> u64 {
        self.data_offset + self.data_span
    }
}

/// What the structural cards of a header say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layout {
    pub(crate) kind: HduKind,
    pub(crate) name: String,
    pub(crate) version: i64,
    pub(crate) shape: Vec<u64>,
    /// Bytes without padding; with padding they fit into an `i64`.
    pub(crate) data_size: u64,
    pub(crate) checksum: Option<String>,
    pub(crate) datasum: Option<String>,
    /// Number of extensions the primary header announces.
    pub(crate) n_extensions: Option<u64>,
}

/// Whether a header's card of this keyword is looked at by [`Layout::of`].
pub(crate) fn is_structural(keyword: &[u8]) -> bool {
    const EXACT: [&[u8]; 12] = [
        b"SIMPLE",
        b"XTENSION",
        b"BITPIX",
        b"PCOUNT",
        b"GCOUNT",
        b"GROUPS",
        b"EXTNAME",
        b"EXTVER",
        b"TFIELDS",
        b"CHECKSUM",
        b"DATASUM",
        b"NEXTEND",
    ];
    let keyword = keyword.trim_ascii_end();
    EXACT.contains(&keyword) || keyword.starts_with(b"NAXIS") || keyword.starts_with(b"TFORM")
}

impl Layout {
    /// Reads the cards of HDU number `index`.
    pub(crate) fn of(cards: &[Card], index: usize) -> Result<Self, Reason> {
        let mut found = Found::default();
        for card in cards {
            found.take(card)?;
        }
        let extension = match cards.first() {
            Some(Card {
                keyword,
                value: Value::Logical(true),
                ..
            }) if index == 0 && keyword == "SIMPLE" => None,
            Some(Card {
                keyword,
                value: Value::Text(kind),
                ..
            }) if index > 0 && keyword == "XTENSION" => Some(kind.as_str()),
            Some(card) => {
                return Err(Reason::BadHeaderStart {
                    found: format!("{} = {}", card.keyword, card.value),
                });
            }
            None => {
                return Err(Reason::Missing {
                    keyword: if index == 0 { "SIMPLE" } else { "XTENSION" }.to_owned(),
                });
            }
        };
        let bitpix = found.bitpix.ok_or_else(|| missing("BITPIX"))?;
        let n_axes = found.n_axes.ok_or_else(|| missing("NAXIS"))?;
        let mut axes = Vec::with_capacity(n_axes);
        for number in 0..n_axes {
            axes.push(
                found
                    .axes
                    .get(number)
                    .copied()
                    .flatten()
                    .ok_or_else(|| missing(&format!("NAXIS{}", number + 1)))?,
            );
        }
        let groups = extension.is_none() && found.groups && axes.first() == Some(&0);
        let counted = if groups { &axes[1..] } else { &axes[..] };
        let data_size = data_size(
            bitpix,
            counted,
            n_axes,
            found.pcount.unwrap_or(0),
            found.gcount.unwrap_or(1),
        )?;
        let kind = match extension {
            None if groups => HduKind::RandomGroups,
            None => HduKind::Primary,
            Some("IMAGE" | "IUEIMAGE") => HduKind::Image,
            Some("BINTABLE" | "A3DTABLE") => HduKind::BinaryTable,
            Some("TABLE") => HduKind::AsciiTable,
            Some(other) => HduKind::Other(other.to_owned()),
        };
        let shape = match kind {
            HduKind::BinaryTable | HduKind::AsciiTable => found.table_shape(&kind, bitpix, &axes)?,
            HduKind::Primary | HduKind::Image | HduKind::RandomGroups | HduKind::Other(_) => axes,
        };
        Ok(Self {
            name: found.name.unwrap_or_else(|| {
                if index == 0 {
                    "PRIMARY".to_owned()
                } else {
                    String::new()
                }
            }),
            version: found.version.unwrap_or(1),
            kind,
            shape,
            data_size,
            checksum: found.checksum,
            datasum: found.datasum,
            n_extensions: found.n_extensions,
        })
    }
}

/// The structural cards of one header; of a keyword given twice, the first counts.
#[derive(Default)]
struct Found {
    bitpix: Option<i64>,
    n_axes: Option<usize>,
    axes: Vec<Option<u64>>,
    pcount: Option<u64>,
    gcount: Option<u64>,
    groups: bool,
    name: Option<String>,
    version: Option<i64>,
    n_fields: Option<u64>,
    forms: Vec<Option<String>>,
    checksum: Option<String>,
    datasum: Option<String>,
    n_extensions: Option<u64>,
}

impl Found {
    fn take(&mut self, card: &Card) -> Result<(), Reason> {
        match card.keyword.as_str() {
            "BITPIX" => set(&mut self.bitpix, one_of(card, &[8, 16, 32, 64, -32, -64])?),
            "NAXIS" => set(&mut self.n_axes, count(card, MAX_NUMBER as u64)? as usize),
            "PCOUNT" => set(&mut self.pcount, count(card, i64::MAX as u64)?),
            "GCOUNT" => set(&mut self.gcount, count(card, i64::MAX as u64)?),
            "GROUPS" => self.groups = card.value == Value::Logical(true),
            "TFIELDS" => set(&mut self.n_fields, count(card, MAX_NUMBER as u64)?),
            "NEXTEND" => self.n_extensions = count(card, u64::MAX).ok(),
            "EXTNAME" => set_text(&mut self.name, &card.value),
            "CHECKSUM" => set_sum(&mut self.checksum, card)?,
            "DATASUM" => set_sum(&mut self.datasum, card)?,
            "EXTVER" => {
                if let Value::Integer(version) = card.value {
                    set(&mut self.version, version);
                }
            }
            keyword => {
                if let Some(number) = numbered(keyword, "NAXIS") {
                    let axis = count(card, i64::MAX as u64)?;
                    set(slot(&mut self.axes, number), axis);
                } else if let Some(number) = numbered(keyword, "TFORM") {
                    let form = match &card.value {
                        Value::Text(form) => form.clone(),
                        other => return Err(bad(card, other)),
                    };
                    set(slot(&mut self.forms, number), form);
                }
            }
        }
        Ok(())
    }

    /// Rows and columns; the columns of a binary table must fill its rows.
    fn table_shape(&self, kind: &HduKind, bitpix: i64, axes: &[u64]) -> Result<Vec<u64>, Reason> {
        let &[width, n_rows] = axes else {
            return Err(Reason::BadValue {
                keyword: "NAXIS".to_owned(),
                found: format!("{} in a table", axes.len()),
            });
        };
        if bitpix != 8 {
            return Err(Reason::BadValue {
                keyword: "BITPIX".to_owned(),
                found: format!("{bitpix} in a table"),
            });
        }
        let n_fields = self.n_fields.ok_or_else(|| missing("TFIELDS"))?;
        let mut filled = 0u64;
        for number in 1..=n_fields {
            let keyword = format!("TFORM{number}");
            let text = self
                .forms
                .get(number as usize - 1)
                .and_then(Option::as_ref)
                .ok_or_else(|| missing(&keyword))?;
            if *kind == HduKind::BinaryTable {
                let form = Form::parse(text).ok_or(Reason::BadValue {
                    keyword,
                    found: format!("'{text}'"),
                })?;
                filled = filled.saturating_add(form.width());
            }
        }
        if *kind == HduKind::BinaryTable && filled != width {
            let detail = format!("the columns fill {filled} bytes, a row has {width} (NAXIS1)");
            return Err(Reason::Columns { detail });
        }
        Ok(vec![n_rows, n_fields])
    }
}

/// `NAXIS` and `TFORM` with a number of one to three digits.
pub(crate) fn numbered(keyword: &str, prefix: &str) -> Option<usize> {
    let digits = keyword.strip_prefix(prefix)?;
    if digits.is_empty()
        || digits.len() > 3
        || digits.starts_with('0')
        || !digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    digits.parse().ok()
}

fn slot<T>(list: &mut Vec<Option<T>>, number: usize) -> &mut Option<T> {
    if list.len() < number {
        list.resize_with(number, || None);
    }
    &mut list[number - 1]
}

fn set<T>(place: &mut Option<T>, value: T) {
    place.get_or_insert(value);
}

fn set_text(place: &mut Option<String>, value: &Value) {
    if let Value::Text(text) = value {
        set(place, text.trim_end().to_owned());
    }
}

/// A sum that cannot be read must not pass for one that is not there, which is written as an empty string.
fn set_sum(place: &mut Option<String>, card: &Card) -> Result<(), Reason> {
    match &card.value {
        Value::Text(text) => set(place, text.trim().to_owned()),
        other => return Err(bad(card, other)),
    }
    Ok(())
}

fn count(card: &Card, limit: u64) -> Result<u64, Reason> {
    match &card.value {
        Value::Integer(value) => u64::try_from(*value).ok().filter(|value| *value <= limit),
        _ => None,
    }
    .ok_or_else(|| bad(card, &card.value))
}

fn one_of(card: &Card, known: &[i64]) -> Result<i64, Reason> {
    match &card.value {
        Value::Integer(value) if known.contains(value) => Ok(*value),
        other => Err(bad(card, other)),
    }
}

fn bad(card: &Card, value: &Value) -> Reason {
    Reason::BadValue {
        keyword: card.keyword.clone(),
        found: value.to_string(),
    }
}

fn missing(keyword: &str) -> Reason {
    Reason::Missing {
        keyword: keyword.to_owned(),
    }
}

/// FITS 4.0, equations 1, 2 and 4.
fn data_size(bitpix: i64, axes: &[u64], n_axes: usize, pcount: u64, gcount: u64) -> Result<u64, Reason> {
    if n_axes == 0 {
        return Ok(0);
    }
    axes.iter()
        .try_fold(1u64, |size, &axis| size.checked_mul(axis))
        .and_then(|size| size.checked_add(pcount))
        .and_then(|size| size.checked_mul(gcount))
        .and_then(|size| size.checked_mul(bitpix.unsigned_abs() / 8))
        .filter(|&size| size <= i64::MAX as u64 - BLOCK)
        .ok_or(Reason::TooLarge)
}
