//! Texts that must be equal, and words that a description must contain.

use std::convert::Infallible;

use super::{Terms, same};

/// Texts one of which must match, ignoring case, and texts none of which may match.
///
/// ```
/// use lks_mast::TextFilter;
///
/// let pipelines = TextFilter::new(["!QLP"]);
/// assert!(pipelines.accepts(Some("SPOC")) && !pipelines.accepts(Some("qlp")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextFilter(pub(crate) Terms<String>);

impl TextFilter {
    /// One of the given texts; a leading `!` excludes.
    pub fn new<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self(Terms::of_words(texts))
    }

    /// Whether a value passes; a missing one passes only if the filter is empty.
    pub fn accepts(&self, value: Option<&str>) -> bool {
        self.0.accept(|text| value.is_some_and(|value| same(text, value)))
    }

    /// The same filter of other texts.
    pub(crate) fn map(&self, change: impl Fn(&str) -> String) -> Self {
        let Ok(terms) = self.0.map(|text| Ok::<_, Infallible>(change(text)));
        Self(terms)
    }

    /// Whether texts are asked for, and all of them are such.
    pub(crate) fn wants_only(&self, is_such: impl Fn(&str) -> bool) -> bool {
        !self.0.wanted.is_empty() && self.0.wanted.iter().all(|text| is_such(text))
    }
}

impl From<&str> for TextFilter {
    fn from(text: &str) -> Self {
        Self::new([text])
    }
}

impl<const N: usize> From<[&str; N]> for TextFilter {
    fn from(texts: [&str; N]) -> Self {
        Self::new(texts)
    }
}

impl From<&[&str]> for TextFilter {
    fn from(texts: &[&str]) -> Self {
        Self::new(texts)
    }
}

impl From<Vec<String>> for TextFilter {
    fn from(texts: Vec<String>) -> Self {
        Self::new(texts)
    }
}

/// Words that a description contains. They are plain text, not patterns; a leading `!` excludes.
///
/// ```
/// use lks_mast::Description;
///
/// let pixels = Description::All(["target", "pixel"].into());
/// assert!(pixels.accepts(Some("Target pixel files")) && !pixels.accepts(Some("Light curves")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Description {
    /// At least one of the words, and none of the excluded ones.
    Any(TextFilter),
    /// Every word, and none of the excluded ones.
    All(TextFilter),
}

impl Description {
    /// Whether a description passes; a missing one contains nothing.
    pub fn accepts(&self, value: Option<&str>) -> bool {
        let value = value.unwrap_or_default().to_lowercase();
        let contains = |word: &String| value.contains(&word.to_lowercase());
        match self {
            Self::Any(words) => words.0.accept(contains),
            Self::All(words) => words.0.accept_all(contains),
        }
    }
}
