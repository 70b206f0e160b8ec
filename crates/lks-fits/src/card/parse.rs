//! Card images to cards (FITS 4.0, sections 4.1 and 4.2; HIERARCH convention; CONTINUE of section 4.2.1.2). Total: any 80 bytes
//! give a card.

use std::borrow::Cow;

use super::{CARD, Card, CardValue};

/// What one card image is.
#[derive(Debug, PartialEq)]
pub(crate) enum Piece {
    /// A card of its own.
    Card(Card),
    /// A `CONTINUE` card: text and comment to add to the card before.
    Continue(String, String),
    /// `END`.
    End,
}

/// Reads one image. Bytes that are not ASCII become the replacement character.
pub(crate) fn parse(image: &[u8; CARD]) -> Piece {
    let text: Cow<'_, str> = match str::from_utf8(image) {
        Ok(text) if text.is_ascii() => text.into(),
        _ => image
            .iter()
            .map(|&byte| if byte.is_ascii() { byte as char } else { '\u{fffd}' })
            .collect(),
    };
    let split = text.char_indices().nth(8).map_or(text.len(), |(index, _)| index);
    let (keyword, rest) = text.split_at(split);
    let keyword = keyword.trim_end();
    if keyword == "END" && rest.trim().is_empty() {
        return Piece::End;
    }
    if keyword == "CONTINUE"
        && let Some((value, comment)) = quoted(rest.trim_start())
    {
        return Piece::Continue(value, comment);
    }
    if matches!(keyword, "COMMENT" | "HISTORY" | "") {
        return Piece::Card(Card::commentary(keyword, rest.trim_end()));
    }
    if let Some(value) = rest
        .strip_prefix("= ")
        .or_else(|| (rest.trim_end() == "=").then_some(""))
    {
        return Piece::Card(with_value(keyword, value));
    }
    if keyword == "HIERARCH"
        && let Some((name, value)) = rest.split_once('=')
        && !name.trim().is_empty()
    {
        return Piece::Card(with_value(name.trim(), value));
    }
    Piece::Card(Card::commentary(keyword, rest.trim_end()))
}

fn with_value(keyword: &str, field: &str) -> Card {
    let field = field.trim_start();
    if let Some((text, comment)) = quoted(field) {
        return Card {
            keyword: keyword.to_owned(),
            value: CardValue::Text(text),
            comment,
        };
    }
    let (value, comment) = field.split_once('/').unwrap_or((field, ""));
    Card {
        keyword: keyword.to_owned(),
        value: scalar(value.trim()),
        comment: comment.trim().to_owned(),
    }
}

/// A quoted string at the start of `field`, and the comment after it.
fn quoted(field: &str) -> Option<(String, String)> {
    let mut rest = field.strip_prefix('\'')?;
    let mut text = String::new();
    loop {
        let (before, after) = rest.split_once('\'')?;
        text.push_str(before);
        match after.strip_prefix('\'') {
            Some(more) => {
                text.push('\'');
                rest = more;
            }
            None => {
                let comment = after.split_once('/').map_or("", |(_, comment)| comment);
                return Some((text.trim_end_matches(' ').to_owned(), comment.trim().to_owned()));
            }
        }
    }
}

fn scalar(text: &str) -> CardValue {
    match text {
        "" => return CardValue::Undefined,
        "T" => return CardValue::Logical(true),
        "F" => return CardValue::Logical(false),
        _ => {}
    }
    if let Ok(value) = text.parse::<i64>() {
        return CardValue::Integer(value);
    }
    if let Some(value) = real(text) {
        return CardValue::Float(value);
    }
    if let Some((left, right)) = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'))
        .and_then(|text| text.split_once(','))
        && let (Some(left), Some(right)) = (real(left.trim()), real(right.trim()))
    {
        return CardValue::Complex(left, right);
    }
    CardValue::Unparsed(text.to_owned())
}

/// A finite number; unlike Rust's own parser it takes `D` exponents and no words such as `inf`.
fn real(text: &str) -> Option<f64> {
    let numeric = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'E' | b'e' | b'D' | b'd');
    if !text.bytes().all(numeric) {
        return None;
    }
    let number = text.replace(['D', 'd'], "E").parse::<f64>().ok()?;
    let digits_only = !text.contains(['.', 'E', 'e', 'D', 'd']);
    // Integers that do not fit into 64 bits stay text: a float would lose digits silently.
    (number.is_finite() && !(digits_only && text.len() > 18)).then_some(number)
}
