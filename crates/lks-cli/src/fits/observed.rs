//! What the headers of a file say of the observation as a whole, which a table made of its rows says too.

use lksearch::fits::{Card, CardValue, FitsFile};

/// Keywords of the missions and of their pipelines that stay true of any rows of a file.
const KEYWORDS: [&str; 19] = [
    "OBJECT", "TICID", "KEPLERID", "RADESYS", "EQUINOX", "RA_OBJ", "DEC_OBJ", "TELESCOP", "INSTRUME", "MISSION",
    "SECTOR", "QUARTER", "CAMPAIGN", "CAMERA", "CCD", "MODULE", "OUTPUT", "CHANNEL", "OBSMODE",
];

/// Cards for the headers of a file that a table becomes.
#[derive(Default)]
pub(super) struct Observed {
    pub primary: Vec<Card>,
    pub table: Vec<Card>,
}

impl Observed {
    /// What is said in the primary header and in that of an HDU, each where it stands; rows of the primary HDU become those of an extension.
    pub(super) fn of(file: &FitsFile, hdu: usize) -> Self {
        Self {
            primary: if hdu == 0 { Vec::new() } else { cards(file, 0) },
            table: cards(file, hdu),
        }
    }
}

/// The cards of an HDU that say it, in their order.
fn cards(file: &FitsFile, hdu: usize) -> Vec<Card> {
    let cards = file.header(hdu).map(|header| header.cards()).unwrap_or_default();
    let is_kept = |card: &&Card| is_synthetic(card) || KEYWORDS.contains(&card.keyword.as_str()) && is_plain(card);
    cards.iter().filter(is_kept).cloned().collect()
}

/// Whether the card says of the file that no telescope has made it.
pub(crate) fn is_synthetic(card: &Card) -> bool {
    matches!(&card.value, CardValue::Commentary(text) if text.trim_start().starts_with("Synthetic"))
}

/// Whether the card can be written as it was read, whatever stands in it.
fn is_plain(card: &Card) -> bool {
    let is_ascii = |text: &str| text.chars().all(|character| matches!(character, ' '..='~'));
    let is_value = match &card.value {
        CardValue::Text(text) => is_ascii(text),
        CardValue::Float(value) => value.is_finite(),
        CardValue::Logical(_) | CardValue::Integer(_) | CardValue::Undefined => true,
        _ => false,
    };
    is_value && is_ascii(&card.comment)
}
