//! The table of a cube: a column for each card of a frame's header, in its order, and a row for each frame.

use lks_fits::Card;
use lks_fits::write::{Cells, Column};

use super::cards;
use super::detector::Detector;
use super::frames::{Frame, Frames};
use crate::world::body::dates::date;
use crate::world::body::light::TESS_ZERO;

/// A column.
#[derive(Debug, Clone)]
pub(super) struct CardColumn {
    keyword: String,
    /// The comment of the card, which cubes keep as the value of a card of their own.
    comment: &'static str,
    value: Value,
    /// Whether a frame without world coordinates lacks it.
    is_of_wcs: bool,
}

/// What the rows have.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Real(f64),
    /// What is another one in each frame.
    Own(Own),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Own {
    Start,
    End,
    StartDate,
    EndDate,
    Correction,
    Quality,
    Sum,
    File,
}

/// All columns of the cube of a detector.
pub(super) fn of(detector: &Detector, frames: &Frames) -> Vec<CardColumn> {
    let plain = |(keyword, value, comment): cards::Card| CardColumn {
        keyword,
        comment,
        value,
        is_of_wcs: false,
    };
    let of_wcs = |card| CardColumn {
        is_of_wcs: true,
        ..plain(card)
    };
    let before = cards::before_wcs(detector, frames).into_iter().map(plain);
    let wcs = cards::wcs(detector).into_iter().map(of_wcs);
    before
        .chain(wcs)
        .chain(cards::after_wcs().into_iter().map(plain))
        .collect()
}

impl CardColumn {
    /// As it is declared.
    pub(super) fn declared(&self) -> Column {
        let form = match (self.width(), &self.value) {
            (Some(width), _) => format!("{width}A"),
            (None, Value::Integer(_) | Value::Own(Own::Quality)) => "J".to_owned(),
            (None, _) => "D".to_owned(),
        };
        Column::new(&*self.keyword, form)
    }

    /// The card with the comment, if the header of a table does not have the keyword already.
    pub(super) fn described(&self) -> Option<Card> {
        let is_of_table = ["XTENSION", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "PCOUNT", "GCOUNT"];
        (!is_of_table.contains(&&*self.keyword)).then(|| Card::new(&*self.keyword, self.comment, ""))
    }

    /// Bytes of a text.
    fn width(&self) -> Option<usize> {
        match &self.value {
            Value::Text(text) => Some(text.len()),
            Value::Own(Own::StartDate | Own::EndDate) => Some(24),
            Value::Own(Own::Sum) => Some(16),
            Value::Own(Own::File) => Some(38),
            _ => None,
        }
    }

    /// Appends what a frame has.
    pub(super) fn append(&self, frames: &Frames, frame: &Frame, out: &mut Vec<u8>) {
        let mut cells = Cells::new(out);
        let is_missing = self.is_of_wcs && !frame.has_wcs;
        let mut text = |text: &str| cells.text(if is_missing { "" } else { text }, self.width().unwrap_or(0));
        match &self.value {
            Value::Text(given) => text(given),
            Value::Own(Own::StartDate) => text(&date(frame.start)),
            Value::Own(Own::EndDate) => text(&date(frame.end)),
            Value::Own(Own::Sum) => text(&format!("{:016X}", frame.start.to_bits())),
            Value::Own(Own::File) => text(&frames.file(frame)),
            Value::Integer(_) if is_missing => cells.int32(0),
            Value::Integer(given) => cells.int32(*given as i32),
            Value::Own(Own::Quality) => cells.int32(frame.quality),
            Value::Real(_) if is_missing => cells.float64(f64::NAN),
            Value::Real(given) => cells.float64(*given),
            Value::Own(Own::Start) => cells.float64(frame.start - TESS_ZERO),
            Value::Own(Own::End) => cells.float64(frame.end - TESS_ZERO),
            Value::Own(Own::Correction) => cells.float64(frame.correction),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}
