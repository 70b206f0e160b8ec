//! The cards that decide the structure of an HDU, each checked for what it may be.

use super::HduKind;
use crate::DamageReason;
use crate::card::{Card, CardValue};
use crate::form::Form;

/// Most axes and columns a header can name with three digits.
const MAX_NUMBER: usize = 999;

/// Whether a header's card of this keyword is looked at by [`Layout::of`](super::Layout::of).
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

/// The structural cards of one header; of a keyword given twice, the first counts.
#[derive(Default)]
pub(super) struct Found {
    pub(super) bitpix: Option<i64>,
    pub(super) num_axes: Option<usize>,
    pub(super) axes: Vec<Option<u64>>,
    pub(super) pcount: Option<u64>,
    pub(super) gcount: Option<u64>,
    pub(super) groups: bool,
    pub(super) name: Option<String>,
    pub(super) version: Option<i64>,
    num_fields: Option<u64>,
    forms: Vec<Option<String>>,
    pub(super) checksum: Option<String>,
    pub(super) datasum: Option<String>,
    pub(super) odd_sum: Option<DamageReason>,
    pub(super) num_extensions: Option<u64>,
}

impl Found {
    pub(super) fn take(&mut self, card: &Card) -> Result<(), DamageReason> {
        match card.keyword.as_str() {
            "BITPIX" => set(&mut self.bitpix, one_of(card, &[8, 16, 32, 64, -32, -64])?),
            "NAXIS" => set(&mut self.num_axes, count(card, MAX_NUMBER as u64)? as usize),
            "PCOUNT" => set(&mut self.pcount, count(card, i64::MAX as u64)?),
            "GCOUNT" => set(&mut self.gcount, count(card, i64::MAX as u64)?),
            "GROUPS" => self.groups = card.value == CardValue::Logical(true),
            "TFIELDS" => set(&mut self.num_fields, count(card, MAX_NUMBER as u64)?),
            "NEXTEND" => self.num_extensions = count(card, u64::MAX).ok(),
            "EXTNAME" => set_text(&mut self.name, &card.value),
            "CHECKSUM" => set_sum(&mut self.checksum, &mut self.odd_sum, card),
            "DATASUM" => set_sum(&mut self.datasum, &mut self.odd_sum, card),
            "EXTVER" => {
                if let CardValue::Integer(version) = card.value {
                    set(&mut self.version, version);
                }
            }
            keyword => {
                if let Some(number) = numbered(keyword, "NAXIS") {
                    let axis = count(card, i64::MAX as u64)?;
                    set(slot(&mut self.axes, number), axis);
                } else if let Some(number) = numbered(keyword, "TFORM") {
                    let form = match &card.value {
                        CardValue::Text(form) => form.clone(),
                        other => return Err(bad(card, other)),
                    };
                    set(slot(&mut self.forms, number), form);
                }
            }
        }
        Ok(())
    }

    /// Rows and columns; the columns of a binary table must fill its rows.
    pub(super) fn table_shape(&self, kind: &HduKind, bitpix: i64, axes: &[u64]) -> Result<Vec<u64>, DamageReason> {
        let &[width, num_rows] = axes else {
            return Err(DamageReason::BadValue {
                keyword: "NAXIS".to_owned(),
                found: format!("{} in a table", axes.len()),
            });
        };
        if bitpix != 8 {
            return Err(DamageReason::BadValue {
                keyword: "BITPIX".to_owned(),
                found: format!("{bitpix} in a table"),
            });
        }
        // Nothing else is allowed, and with 0 the rows would lie beyond the data.
        if let Some(gcount) = self.gcount.filter(|gcount| *gcount != 1) {
            return Err(DamageReason::BadValue {
                keyword: "GCOUNT".to_owned(),
                found: format!("{gcount} in a table"),
            });
        }
        let num_fields = self.num_fields.ok_or_else(|| missing("TFIELDS"))?;
        let mut filled = 0u64;
        for number in 1..=num_fields {
            let keyword = format!("TFORM{number}");
            let text = self
                .forms
                .get(number as usize - 1)
                .and_then(Option::as_ref)
                .ok_or_else(|| missing(&keyword))?;
            if *kind == HduKind::BinaryTable {
                let form = Form::parse(text).ok_or(DamageReason::BadValue {
                    keyword,
                    found: format!("'{text}'"),
                })?;
                filled = filled.saturating_add(form.width());
            }
        }
        if *kind == HduKind::BinaryTable && filled != width {
            let detail = format!("the columns fill {filled} bytes, a row has {width} (NAXIS1)");
            return Err(DamageReason::Columns { detail });
        }
        Ok(vec![num_rows, num_fields])
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

fn set_text(place: &mut Option<String>, value: &CardValue) {
    if let CardValue::Text(text) = value {
        set(place, text.trim_end().to_owned());
    }
}

/// A sum that cannot be read must not pass for one that is not there, which is written as an empty string.
fn set_sum(place: &mut Option<String>, odd: &mut Option<DamageReason>, card: &Card) {
    match &card.value {
        CardValue::Text(text) => set(place, text.trim().to_owned()),
        // Against the standard, but clear.
        CardValue::Integer(sum) if card.keyword == "DATASUM" => set(place, sum.to_string()),
        other => set(odd, bad(card, other)),
    }
}

fn count(card: &Card, limit: u64) -> Result<u64, DamageReason> {
    match &card.value {
        CardValue::Integer(value) => u64::try_from(*value).ok().filter(|value| *value <= limit),
        _ => None,
    }
    .ok_or_else(|| bad(card, &card.value))
}

fn one_of(card: &Card, known: &[i64]) -> Result<i64, DamageReason> {
    match &card.value {
        CardValue::Integer(value) if known.contains(value) => Ok(*value),
        other => Err(bad(card, other)),
    }
}

fn bad(card: &Card, value: &CardValue) -> DamageReason {
    DamageReason::BadValue {
        keyword: card.keyword.clone(),
        found: value.to_string(),
    }
}

pub(super) fn missing(keyword: &str) -> DamageReason {
    DamageReason::Missing {
        keyword: keyword.to_owned(),
    }
}
