//! In place of the display of downloads, in a program that is built without them.

use super::Ui;

/// A line that is not drawn.
pub(crate) struct Line;

impl Ui {
    pub(crate) fn line(&self) -> Line {
        Line
    }
}

impl Line {
    pub(crate) fn set_message(&self, _text: &str) {}

    pub(crate) fn end(&self) {}
}
