//! `lksearch fits header`.

use std::io::Write;

use lksearch::Error;
use lksearch::fits::{Card, FitsFile, HduInfo, Value};
use lksearch::table::Table;

use super::rows;
use crate::arguments::Output;
use crate::output::{self, Destination};

/// Bytes of a card.
const CARD: usize = 80;

/// Prints the cards of one HDU, or of all: for people as they stand in the file, for programs one row per card.
pub async fn print(file: &FitsFile, hdu: Option<&str>, output: &Output) -> Result<(), Error> {
    let wanted = match hdu {
        Some(hdu) => file.find(hdu)?..=file.find(hdu)?,
        None => 0..=file.hdus().len() - 1,
    };
    let hdus = &file.hdus()[wanted];
    let destination = output::prepare(output)?;
    if destination.is_for_people() {
        let written = as_they_stand(file, hdus, hdu.is_none(), &destination).await;
        return rows::ended(written, destination);
    }
    destination.write(&table(file, hdus)?, &[])
}

/// Each header after a line that names the HDU, if they are to be named.
async fn as_they_stand(
    file: &FitsFile,
    hdus: &[HduInfo],
    are_named: bool,
    destination: &Destination,
) -> Result<(), Error> {
    let mut text = String::new();
    for info in hdus {
        if are_named {
            text.push_str(&format!("# HDU {} {}\n", info.index, info.name));
        }
        let bytes = file.bytes(info.header_offset..info.data_offset).await?;
        push_lines(&mut text, &bytes);
    }
    let write = || {
        let mut out = destination.writer()?;
        out.write_all(text.as_bytes())?;
        out.flush()
    };
    write().map_err(rows::unwritten)
}

/// One line per card, up to `END`. What is not printable, and could move the cursor of a terminal, becomes a question mark.
fn push_lines(text: &mut String, header: &[u8]) {
    for card in header.chunks(CARD) {
        text.extend(card.iter().map(|byte| match byte {
            b' '..=b'~' => char::from(*byte),
            _ => '?',
        }));
        text.push('\n');
        if card.starts_with(b"END     ") {
            break;
        }
    }
}

/// A string and its `CONTINUE` cards are one row.
fn table(file: &FitsFile, hdus: &[HduInfo]) -> Result<Table, Error> {
    let mut cards: Vec<(i64, &Card)> = Vec::new();
    for info in hdus {
        let header = file.header(info.index)?;
        cards.extend(header.cards().iter().map(|card| (info.index as i64, card)));
    }
    let each = |of: fn(&Card) -> Option<String>| cards.iter().map(move |(_, card)| of(card));
    Ok(Table::empty()
        .with_integer("hdu", cards.iter().map(|(index, _)| Some(*index)))?
        .with_text("keyword", each(|card| Some(card.keyword.clone())))?
        .with_text("value", each(|card| value(&card.value)))?
        .with_text("type", each(|card| Some(kind(&card.value).to_owned())))?
        .with_text("unit", each(|card| card.unit().map(str::to_owned)))?
        .with_text(
            "comment",
            each(|card| Some(card.comment.clone()).filter(|comment| !comment.is_empty())),
        )?)
}

/// The value without the quotes of a string; none where the card has none.
fn value(value: &Value) -> Option<String> {
    match value {
        Value::Undefined => None,
        Value::Text(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Logical(_) => "logical",
        Value::Integer(_) => "integer",
        Value::Float(_) => "float",
        Value::Complex(..) => "complex",
        Value::Text(_) => "text",
        Value::Undefined => "undefined",
        Value::Commentary(_) => "commentary",
        _ => "unparsed",
    }
}
