//! A header: its cards in order, `CONTINUE` joined. Decides how images become cards; where they come from is not its business.

#[cfg(test)]
mod tests;

use crate::card::{CARD, Card, CardValue, Piece, parse};

/// The cards of one HDU, without `END`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Header {
    cards: Vec<Card>,
    /// Whether the last card is a string that a `CONTINUE` card may go on.
    open: bool,
}

impl Header {
    /// All cards in the order of the file.
    pub fn cards(&self) -> &[Card] {
        &self.cards
    }

    /// The first card of that keyword.
    pub fn get(&self, keyword: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.keyword == keyword)
    }

    /// The value of that keyword if it is a string.
    pub fn text(&self, keyword: &str) -> Option<&str> {
        match &self.get(keyword)?.value {
            CardValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of that keyword if it is an integer.
    pub fn integer(&self, keyword: &str) -> Option<i64> {
        match self.get(keyword)?.value {
            CardValue::Integer(value) => Some(value),
            _ => None,
        }
    }

    /// The value of that keyword if it is a number; integers are converted.
    pub fn float(&self, keyword: &str) -> Option<f64> {
        self.get(keyword)?.value.as_float()
    }

    /// The value of that keyword if it is a logical.
    pub fn logical(&self, keyword: &str) -> Option<bool> {
        match self.get(keyword)?.value {
            CardValue::Logical(value) => Some(value),
            _ => None,
        }
    }

    /// Adds the card of one image; `false` at `END`.
    pub(crate) fn push(&mut self, image: &[u8; CARD]) -> bool {
        match parse(image) {
            Piece::End => return false,
            Piece::Continue(part, comment) if self.open => self.go_on(&part, &comment),
            Piece::Continue(part, comment) => {
                self.cards.push(Card {
                    keyword: "CONTINUE".to_owned(),
                    value: CardValue::Commentary(part),
                    comment,
                });
            }
            Piece::Card(card) => {
                self.open = matches!(&card.value, CardValue::Text(text) if text.ends_with('&'));
                self.cards.push(card);
            }
        }
        true
    }

    fn go_on(&mut self, part: &str, comment: &str) {
        let Some(card) = self.cards.last_mut() else { return };
        if let CardValue::Text(text) = &mut card.value {
            // The ampersand only says that more follows (FITS 4.0, section 4.2.1.2).
            text.pop();
            text.push_str(part);
            if !part.ends_with('&') {
                // Trailing spaces mean nothing, those before an empty last part neither.
                text.truncate(text.trim_end_matches(' ').len());
            }
        }
        if !comment.is_empty() {
            if !card.comment.is_empty() {
                card.comment.push(' ');
            }
            card.comment.push_str(comment);
        }
        self.open = part.ends_with('&');
    }
}
