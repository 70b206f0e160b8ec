//! Text in which nothing steers a terminal, changes the direction of what follows or hides: what would becomes an escape that is seen.

use std::borrow::Cow;
use std::fmt::{self, Display, Write};

use anstyle::Style;

/// Text that may be shown to people. Whatever is written into it goes through the filter; only our own colours do not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Visible(String);

impl Visible {
    /// The text in lines, as it has them.
    pub(crate) fn of(shown: impl Display) -> Self {
        let mut text = Self::default();
        text.push(shown);
        text
    }

    /// The text in one line, with its end.
    pub(crate) fn line(shown: impl Display) -> Self {
        Self(line(&shown.to_string()).into_owned() + "\n")
    }

    /// Adds text in lines, as it has them.
    pub(crate) fn push(&mut self, shown: impl Display) {
        // Writing into a string cannot fail.
        let _ = write!(self, "{shown}");
    }

    /// Adds text in a colour of ours.
    pub(crate) fn styled(&mut self, style: Style, shown: &str) {
        self.0.push_str(&format!("{style}{}{style:#}", text(shown)));
    }

    /// Adds what has been through the filter.
    pub(crate) fn append(&mut self, other: &Self) {
        self.0.push_str(&other.0);
    }

    /// Drops the blanks at the end.
    pub(crate) fn trim_end(&mut self) {
        self.0.truncate(self.0.trim_end().len());
    }

    /// With the codes of its colours.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Write for Visible {
    fn write_str(&mut self, shown: &str) -> fmt::Result {
        self.0.push_str(&text(shown));
        Ok(())
    }
}

impl FromIterator<Self> for Visible {
    fn from_iter<T: IntoIterator<Item = Self>>(parts: T) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect())
    }
}

/// The text with its lines and tabs.
pub(crate) fn text(shown: &str) -> Cow<'_, str> {
    escaped(shown, |c| !matches!(c, '\n' | '\t') && steers(c))
}

/// The text in one line: ends of lines and tabs are escaped too.
pub(crate) fn line(shown: &str) -> Cow<'_, str> {
    escaped(shown, steers)
}

fn escaped(shown: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !shown.contains(&is_escaped) {
        return Cow::Borrowed(shown);
    }
    let mut text = String::with_capacity(2 * shown.len());
    for c in shown.chars() {
        match is_escaped(c) {
            true => text.extend(c.escape_default()),
            false => text.push(c),
        }
    }
    Cow::Owned(text)
}

/// Whether a terminal, or what else shows text, takes the character for an order, or shows nothing at all of it. Joiners and marks that letters and
/// signs are made of are not among these.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            // Directions and their isolation (Unicode Standard Annex 9), and what else of formatting once stood beside them.
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            // Ends of lines and paragraphs.
            | '\u{2028}' | '\u{2029}'
            // Without width: a space, byte order marks, anchors of annotations, tags.
            | '\u{200b}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
            // No characters; XML cannot hold them.
            | '\u{fffe}' | '\u{ffff}'
        )
}

#[cfg(test)]
mod tests;
