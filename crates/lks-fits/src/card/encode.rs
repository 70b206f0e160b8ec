//! Cards to their 80-byte images, in fixed format (FITS 4.0, sections 4.1 and 4.2).

use super::{CARD, Card, CardValue};

/// Bytes of a string value that fit between the quotes of one card.
const TEXT: usize = 68;
/// The same where a `&` must announce a `CONTINUE` card.
const CONTINUED: usize = 67;
/// Bytes of commentary text in one card.
const COMMENTARY: usize = 72;

/// Number of card images [`encode`] makes, without making them.
pub(crate) fn num_images(card: &Card) -> usize {
    match &card.value {
        CardValue::Text(text) => {
            let length = quoted_length(text);
            if length <= TEXT - hierarch_extra(&card.keyword) {
                1
            } else {
                continued(text, &card.keyword).len()
            }
        }
        CardValue::Commentary(text) => text.len().div_ceil(COMMENTARY).max(1),
        CardValue::Logical(_)
        | CardValue::Integer(_)
        | CardValue::Float(_)
        | CardValue::Complex(..)
        | CardValue::Undefined
        | CardValue::Unparsed(_) => 1,
    }
}

/// Appends the images of `card`; comments are cut where the card ends.
///
/// # Errors
/// The reason why the card cannot be written.
pub(crate) fn encode(card: &Card, out: &mut Vec<u8>) -> Result<(), String> {
    let printable = |text: &str| text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if !printable(&card.keyword) || !printable(&card.comment) {
        return Err("keyword and comment must be printable ASCII".to_owned());
    }
    let lead = lead(card)?;
    match &card.value {
        CardValue::Commentary(text) => {
            if !printable(text) {
                return Err("text must be printable ASCII".to_owned());
            }
            for part in pieces(text.as_bytes(), COMMENTARY) {
                image(out, &format!("{:<8}", card.keyword), part, "");
            }
        }
        CardValue::Text(text) => {
            if !printable(text) {
                return Err("text must be printable ASCII".to_owned());
            }
            if quoted_length(text) <= TEXT - hierarch_extra(&card.keyword) {
                let quoted = format!("'{:<8}'", text.replace('\'', "''"));
                image(out, &lead, format!("{quoted:<20}").as_bytes(), &card.comment);
            } else {
                let parts = continued(text, &card.keyword);
                let last = parts.len() - 1;
                for (index, part) in parts.iter().enumerate() {
                    let lead = if index == 0 { &lead } else { "CONTINUE  " };
                    let (mark, comment) = if index == last {
                        ("", card.comment.as_str())
                    } else {
                        ("&", "")
                    };
                    image(out, lead, format!("'{part}{mark}'").as_bytes(), comment);
                }
            }
        }
        CardValue::Logical(value) => image(
            out,
            &lead,
            format!("{:>20}", if *value { 'T' } else { 'F' }).as_bytes(),
            &card.comment,
        ),
        CardValue::Integer(value) => image(out, &lead, format!("{value:>20}").as_bytes(), &card.comment),
        CardValue::Float(value) => image(out, &lead, format!("{:>20}", float(*value)?).as_bytes(), &card.comment),
        CardValue::Complex(real, imaginary) => {
            let text = format!("({}, {})", float(*real)?, float(*imaginary)?);
            image(out, &lead, format!("{text:>20}").as_bytes(), &card.comment);
        }
        CardValue::Undefined => image(out, &lead, format!("{:>20}", "").as_bytes(), &card.comment),
        CardValue::Unparsed(text) => {
            if !printable(text) || text.len() > CARD - lead.len() {
                return Err("text must be printable ASCII and fit into the card".to_owned());
            }
            image(out, &lead, format!("{text:>20}").as_bytes(), &card.comment);
        }
    }
    Ok(())
}

/// Everything of a card before its value.
fn lead(card: &Card) -> Result<String, String> {
    let standard = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    let keyword = &card.keyword;
    if keyword.len() <= 8 && keyword.bytes().all(standard) {
        return Ok(format!("{keyword:<8}= "));
    }
    if matches!(card.value, CardValue::Commentary(_)) || keyword.contains('=') || keyword.len() > 40 {
        return Err("the keyword is not one of FITS".to_owned());
    }
    Ok(format!("HIERARCH {keyword} = "))
}

/// Bytes that a `HIERARCH` keyword takes away from the value.
fn hierarch_extra(keyword: &str) -> usize {
    let standard = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    if keyword.len() <= 8 && keyword.bytes().all(standard) {
        0
    } else {
        (keyword.len() + 2).min(43)
    }
}

/// A real number as short as reads back the same, never mistaken for an integer.
fn float(value: f64) -> Result<String, String> {
    if !value.is_finite() {
        return Err("a header cannot hold NaN or infinity; leave the value undefined".to_owned());
    }
    let magnitude = value.abs();
    Ok(if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        format!("{value:E}")
    } else {
        format!("{value:?}")
    })
}

fn quoted_length(text: &str) -> usize {
    text.len() + text.bytes().filter(|&byte| byte == b'\'').count()
}

/// The text with quotes doubled, cut so that no pair of quotes is torn.
fn continued(text: &str, keyword: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut room = CONTINUED - hierarch_extra(keyword);
    for character in text.chars() {
        let width = if character == '\'' { 2 } else { 1 };
        if part.len() + width > room {
            parts.push(std::mem::take(&mut part));
            room = CONTINUED;
        }
        part.push(character);
        if character == '\'' {
            part.push(character);
        }
    }
    parts.push(part);
    parts
}

fn pieces(text: &[u8], size: usize) -> impl Iterator<Item = &[u8]> {
    let count = text.len().div_ceil(size).max(1);
    (0..count).map(move |index| &text[index * size..text.len().min((index + 1) * size)])
}

fn image(out: &mut Vec<u8>, lead: &str, value: &[u8], comment: &str) {
    let end = out.len() + CARD;
    out.extend_from_slice(lead.as_bytes());
    out.extend_from_slice(value);
    if !comment.is_empty() && out.len() + 3 < end {
        out.extend_from_slice(b" / ");
        let room = end - out.len();
        out.extend_from_slice(&comment.as_bytes()[..comment.len().min(room)]);
    }
    debug_assert!(out.len() <= end, "because every value is cut to its card");
    out.resize(end, b' ');
}
