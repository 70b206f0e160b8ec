//! The cards that describe a column of a binary table (FITS 4.0, section 7.3).

use crate::card::{Card, CardValue};

/// A column to be written.
#[derive(Debug, Clone)]
pub struct Column {
    pub(super) name: String,
    form: String,
    description: String,
    unit: Option<(String, String)>,
    display: Option<String>,
    dimensions: Vec<u64>,
    null: Option<i64>,
    scale: Option<(f64, f64)>,
    more: Vec<Card>,
}

impl Column {
    /// A column by its name (`TTYPE`) and format (`TFORM`), as `D`, `16A`, `121E` or `PE(20)`.
    pub fn new(name: impl Into<String>, form: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            form: form.into(),
            description: String::new(),
            unit: None,
            display: None,
            dimensions: Vec::new(),
            null: None,
            scale: None,
            more: Vec::new(),
        }
    }

    /// The comment of the name, as "column title: data time stamps".
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = text.into();
        self
    }

    /// `TUNIT`.
    #[must_use]
    pub fn unit(self, unit: impl Into<String>) -> Self {
        self.unit_described(unit, "column units")
    }

    /// `TUNIT` with a comment, as "column units: electrons per second".
    #[must_use]
    pub fn unit_described(mut self, unit: impl Into<String>, comment: impl Into<String>) -> Self {
        self.unit = Some((unit.into(), comment.into()));
        self
    }

    /// `TDISP`.
    #[must_use]
    pub fn display(mut self, format: impl Into<String>) -> Self {
        self.display = Some(format.into());
        self
    }

    /// `TDIM`, the fastest axis first.
    #[must_use]
    pub fn dimensions(mut self, axes: &[u64]) -> Self {
        self.dimensions = axes.to_vec();
        self
    }

    /// `TNULL`: the integer that means "unknown".
    #[must_use]
    pub fn null(mut self, value: i64) -> Self {
        self.null = Some(value);
        self
    }

    /// `TSCAL` and `TZERO`: the value is `zero + scale × stored`.
    #[must_use]
    pub fn scale(mut self, scale: f64, zero: f64) -> Self {
        self.scale = Some((scale, zero));
        self
    }

    /// Cards that follow those of the column, as its world coordinates; keywords are taken as they are.
    #[must_use]
    pub fn cards(mut self, cards: impl IntoIterator<Item = Card>) -> Self {
        self.more.extend(cards);
        self
    }

    /// Bytes of one cell; 0 if the format is not valid.
    pub fn width(&self) -> u64 {
        crate::form::Form::parse(&self.form).map_or(0, |form| form.width())
    }

    pub(crate) fn append_cards(self, number: usize, cards: &mut Vec<Card>) {
        let format = match self
            .form
            .trim_start_matches(|character: char| character.is_ascii_digit())
            .chars()
            .next()
        {
            Some('L') => "column format: logical",
            Some('X') => "column format: bits",
            Some('B') => "column format: unsigned 8-bit integer",
            Some('I') => "column format: signed 16-bit integer",
            Some('J') => "column format: signed 32-bit integer",
            Some('K') => "column format: signed 64-bit integer",
            Some('E') => "column format: 32-bit floating point",
            Some('D') => "column format: 64-bit floating point",
            Some('A') => "column format: character string",
            _ => "column format",
        };
        let mut add = |prefix: &str, value: CardValue, comment: &str| {
            cards.push(Card::new(format!("{prefix}{number}"), value, comment));
        };
        add("TTYPE", self.name.into(), &self.description);
        add("TFORM", self.form.into(), format);
        if let Some((unit, comment)) = self.unit {
            add("TUNIT", unit.into(), &comment);
        }
        if let Some(display) = self.display {
            add("TDISP", display.into(), "column display format");
        }
        if !self.dimensions.is_empty() {
            let axes: Vec<_> = self.dimensions.iter().map(u64::to_string).collect();
            add(
                "TDIM",
                format!("({})", axes.join(",")).into(),
                "column dimensions: pixel aperture array",
            );
        }
        if let Some((scale, zero)) = self.scale {
            add("TSCAL", scale.into(), "factor of the stored value");
            add("TZERO", zero.into(), "value of stored zero");
        }
        if let Some(null) = self.null {
            add("TNULL", null.into(), "column null value indicator");
        }
        cards.extend(self.more);
    }
}
