//! `lksearch fits header`.

use lksearch::Error;
use lksearch::fits::{Card, CardValue, FitsFile, HduInfo};
use lksearch::table::Table;

use crate::arguments::Output;
use crate::exit::ExitStatus;
use crate::output::{self, Destination};
use crate::ui::Ui;
use crate::visible::{self, Visible};

/// Bytes of a card.
const CARD: usize = 80;

/// What is wanted of which header.
pub(super) struct Wanted<'a> {
    hdu: Option<&'a str>,
    /// In capitals; none stands for all.
    keywords: Vec<String>,
}

impl<'a> Wanted<'a> {
    /// The cards of these keywords in one HDU, or in all.
    pub(super) fn new(hdu: Option<&'a str>, keywords: &[String]) -> Self {
        let keywords = keywords.iter().map(|keyword| keyword.trim().to_uppercase());
        Self {
            hdu,
            keywords: keywords.collect(),
        }
    }

    fn has(&self, keyword: &str) -> bool {
        let keyword = keyword.to_uppercase();
        self.keywords.is_empty()
            || self
                .keywords
                .iter()
                .any(|pattern| matches(pattern.as_bytes(), keyword.as_bytes()))
    }
}

/// Whether a pattern with `*` and `?` stands for the word.
fn matches(pattern: &[u8], word: &[u8]) -> bool {
    match (pattern, word) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => (0..=word.len()).any(|n| matches(rest, &word[n..])),
        ([b'?', rest @ ..], [_, others @ ..]) => matches(rest, others),
        ([first, rest @ ..], [other, others @ ..]) => first == other && matches(rest, others),
        _ => false,
    }
}

/// Prints the cards of one HDU, or of all: for people as they stand in the file, for programs one row per card.
pub(super) async fn print(file: &FitsFile, wanted: &Wanted<'_>, output: &Output, ui: &Ui) -> Result<ExitStatus, Error> {
    let range = match wanted.hdu {
        Some(hdu) => file.find(hdu)?..=file.find(hdu)?,
        None => 0..=file.hdus().len() - 1,
    };
    let hdus = &file.hdus()[range];
    let destination = output::prepare(output)?;
    let table = table(file, hdus, wanted)?;
    let is_missing = table.is_empty() && !wanted.keywords.is_empty();
    match destination.is_for_people() {
        true => {
            let written = as_they_stand(file, hdus, wanted, &destination).await;
            output::ended(written, destination)?;
        }
        false => destination.write(&table, &[])?,
    }
    if is_missing {
        let place = wanted
            .hdu
            .map_or("any header".to_owned(), |hdu| format!("the header of HDU {hdu}"));
        ui.note(format!(
            "nothing found: there is no card {} in {place}",
            wanted.keywords.join(" or ")
        ));
        return Ok(ExitStatus::NothingFound);
    }
    Ok(ExitStatus::Success)
}

/// Each header after a line that names the HDU, if they are to be named and there is something of them.
async fn as_they_stand(
    file: &FitsFile,
    hdus: &[HduInfo],
    wanted: &Wanted<'_>,
    destination: &Destination,
) -> Result<(), Error> {
    let mut text = Visible::default();
    for info in hdus {
        let bytes = file.bytes(info.header_offset..info.data_offset).await?;
        let lines = lines(&bytes, wanted);
        if wanted.hdu.is_none() && !lines.is_empty() {
            text.push(format_args!("# HDU {} {}\n", info.index, visible::line(&info.name)));
        }
        text.push(lines);
    }
    destination.write_text(&text)
}

/// One line per wanted card, up to `END`. What is not printable, and could move the cursor of a terminal, becomes a question mark.
fn lines(header: &[u8], wanted: &Wanted<'_>) -> String {
    let mut text = String::new();
    let mut is_wanted = false;
    for card in header.chunks(CARD) {
        let card: String = card
            .iter()
            .map(|byte| match byte {
                b' '..=b'~' => char::from(*byte),
                _ => '?',
            })
            .collect();
        let is_end = card.starts_with("END     ");
        // What goes on in CONTINUE cards is wanted as far as its beginning is.
        if !card.starts_with("CONTINUE") || wanted.keywords.is_empty() {
            is_wanted = (!is_end || wanted.keywords.is_empty()) && wanted.has(keyword(&card));
        }
        if is_wanted {
            text.push_str(&card);
            text.push('\n');
        }
        if is_end {
            break;
        }
    }
    text
}

/// The keyword of a card image, also of one that is longer than eight letters (HIERARCH).
fn keyword(card: &str) -> &str {
    match card.strip_prefix("HIERARCH ").and_then(|rest| rest.split_once('=')) {
        Some((keyword, _)) => keyword.trim(),
        None => card.get(..8).unwrap_or(card).trim_end(),
    }
}

/// A string and its `CONTINUE` cards are one row.
fn table(file: &FitsFile, hdus: &[HduInfo], wanted: &Wanted<'_>) -> Result<Table, Error> {
    let mut cards: Vec<(i64, &Card)> = Vec::new();
    for info in hdus {
        let header = file.header(info.index)?;
        let found = header.cards().iter().filter(|card| wanted.has(&card.keyword));
        cards.extend(found.map(|card| (info.index as i64, card)));
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
fn value(value: &CardValue) -> Option<String> {
    match value {
        CardValue::Undefined => None,
        CardValue::Text(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn kind(value: &CardValue) -> &'static str {
    match value {
        CardValue::Logical(_) => "logical",
        CardValue::Integer(_) => "integer",
        CardValue::Float(_) => "float",
        CardValue::Complex(..) => "complex",
        CardValue::Text(_) => "text",
        CardValue::Undefined => "undefined",
        CardValue::Commentary(_) => "commentary",
        _ => "unparsed",
    }
}
