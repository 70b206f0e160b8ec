//! Keywords of a header by what they mean, of an image or of a column of images.

use crate::error::Error;

/// What a header says for a keyword.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum KeywordValue<'a> {
    /// An integer or a real number.
    Number(f64),
    /// A string; trailing spaces mean nothing.
    Text(&'a str),
}

/// Where the image is, which decides how keywords are spelled.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Spelling {
    /// The image of an HDU.
    Image,
    /// The images in a column of a table, by its number, counted from 1. Source: Greisen & Calabretta 2002, table 2, and Calabretta & Greisen 2002, table 2.
    Column(usize),
}

/// A header, asked by what keywords mean.
pub(crate) struct Keywords<'a, 'f> {
    pub(crate) spelling: Spelling,
    look_up: &'f mut dyn FnMut(&str) -> Option<KeywordValue<'a>>,
}

impl<'a, 'f> Keywords<'a, 'f> {
    pub(crate) fn new(spelling: Spelling, look_up: &'f mut dyn FnMut(&str) -> Option<KeywordValue<'a>>) -> Self {
        Self { spelling, look_up }
    }

    /// `CRPIX1`, or `1CRPX5` for column 5.
    pub(crate) fn of_axis(&self, image: &str, column: &str, axis: u8) -> String {
        match self.spelling {
            Spelling::Image => format!("{image}{axis}"),
            Spelling::Column(number) => format!("{axis}{column}{number}"),
        }
    }

    /// `CD1_2`, or `12CD5` for column 5.
    pub(crate) fn of_axes(&self, name: &str, row: u8, column: u8) -> String {
        match self.spelling {
            Spelling::Image => format!("{name}{row}_{column}"),
            Spelling::Column(number) => format!("{row}{column}{name}{number}"),
        }
    }

    /// `PV1_2`, or `1PV5_2` for column 5.
    pub(crate) fn of_parameter(&self, axis: u8, parameter: u8) -> String {
        match self.spelling {
            Spelling::Image => format!("PV{axis}_{parameter}"),
            Spelling::Column(number) => format!("{axis}PV{number}_{parameter}"),
        }
    }

    /// `LONPOLE`, or `LONP5` for column 5.
    pub(crate) fn of_whole(&self, image: &str, column: &str) -> String {
        match self.spelling {
            Spelling::Image => image.to_owned(),
            Spelling::Column(number) => format!("{column}{number}"),
        }
    }

    pub(crate) fn number(&mut self, keyword: &str) -> Result<Option<f64>, Error> {
        match (self.look_up)(keyword) {
            None => Ok(None),
            Some(KeywordValue::Number(value)) if value.is_finite() => Ok(Some(value)),
            Some(KeywordValue::Number(value)) => Err(wrong(keyword, value, "a finite number")),
            Some(KeywordValue::Text(text)) => Err(wrong(keyword, format!("{text:?}"), "a number")),
        }
    }

    pub(crate) fn required(&mut self, keyword: &str) -> Result<f64, Error> {
        self.number(keyword)?.ok_or_else(|| missing(keyword))
    }

    pub(crate) fn text(&mut self, keyword: &str) -> Result<Option<&'a str>, Error> {
        match (self.look_up)(keyword) {
            None => Ok(None),
            Some(KeywordValue::Text(text)) => Ok(Some(text.trim_end_matches(' '))),
            Some(KeywordValue::Number(value)) => Err(wrong(keyword, value, "a string")),
        }
    }
}

pub(crate) fn missing(keyword: &str) -> Error {
    Error::MissingKeyword {
        keyword: keyword.to_owned(),
    }
}

/// As [`wrong`], of a string.
pub(crate) fn wrong_text(keyword: &str, text: &str, expected: &'static str) -> Error {
    wrong(keyword, format!("'{}'", text.escape_debug()), expected)
}

pub(crate) fn wrong(keyword: &str, value: impl ToString, expected: &'static str) -> Error {
    Error::WrongKeyword {
        keyword: keyword.to_owned(),
        value: value.to_string(),
        expected,
    }
}
