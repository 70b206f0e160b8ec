//! The types that fields of `Settings` have, and their one-to-one translation to [`Value`].

use std::fmt;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::value::Value;

/// What an open file of the cache must pass, as the setting `cache.verify` says it. A new level is a new decision of whoever translates
/// settings, so the enum is exhaustive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verify {
    /// It is there.
    Exists,
    /// Its size and time are as recorded.
    Stat,
    /// Its content has the recorded SHA-256.
    Sha256,
    /// Its content is as recorded and its FITS structure is complete.
    Fits,
}

impl Verify {
    pub(crate) const WORDS: &[&str] = &["exists", "stat", "sha256", "fits"];
    /// All of them, the weakest first.
    pub const ALL: [Self; 4] = [Self::Exists, Self::Stat, Self::Sha256, Self::Fits];
}

/// As it is written in settings.
impl fmt::Display for Verify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::WORDS[*self as usize])
    }
}

/// Which checksums of a file that comes are compared, as the setting `fetch.checks` says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Checks {
    /// One that proves all of the file.
    Enough,
    /// Each that there is.
    All,
}

impl Checks {
    pub(crate) const WORDS: &[&str] = &["enough", "all"];
    /// All of them, the weakest first.
    pub const ALL: [Self; 2] = [Self::Enough, Self::All];
}

/// As it is written in settings.
impl fmt::Display for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::WORDS[*self as usize])
    }
}

/// A part of a whole, more than nothing and at most all of it, as the setting `share` says it: `1/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fraction {
    part: NonZeroU32,
    of: NonZeroU32,
}

impl Fraction {
    pub(crate) const ALLOWED: &'static str = "a part of a whole, such as `1/8` for one of eight workers";

    /// One part of so many.
    pub fn one_of(of: NonZeroU32) -> Self {
        let part = NonZeroU32::MIN;
        Self { part, of }
    }

    /// So many parts …
    pub fn part(self) -> NonZeroU32 {
        self.part
    }

    /// … of so many.
    pub fn of(self) -> NonZeroU32 {
        self.of
    }
}

/// As it is written in settings.
impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

/// The error is what is allowed.
impl FromStr for Fraction {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('/');
        let parts = parts.and_then(|(part, of)| Some((part.trim().parse().ok()?, of.trim().parse().ok()?)));
        match parts {
            Some((part, of)) if part <= of => Ok(Self { part, of }),
            _ => Err(Self::ALLOWED),
        }
    }
}

/// A type that a setting can have.
pub(crate) trait Field: Sized {
    fn to_value(&self) -> Value;
    /// `None` if the value is of another kind than the field's declaration says.
    fn try_from_value(value: Value) -> Option<Self>;
}

/// The field's value of a checked value.
pub(crate) fn from_value<T: Field>(value: Value) -> T {
    T::try_from_value(value).expect("because each kind gives the values that its field takes; a test walks every key")
}

macro_rules! fields {
    ($($type:ty { $to:expr, $($pattern:pat => $from:expr),+ $(,)? })*) => {
        $(impl Field for $type {
            fn to_value(&self) -> Value {
                let to: fn(&Self) -> Value = $to;
                to(self)
            }

            fn try_from_value(value: Value) -> Option<Self> {
                match value {
                    $($pattern => $from,)+
                    _ => None,
                }
            }
        })*
    };
}

fields! {
    bool { |field| Value::Switch(*field), Value::Switch(on) => Some(on) }
    u32 { |field| Value::Count((*field).into()), Value::Count(count) => count.try_into().ok() }
    u64 { |field| Value::Size(*field), Value::Size(bytes) => Some(bytes) }
    NonZeroUsize {
        |field| Value::Count(field.get() as u64),
        Value::Count(count) => usize::try_from(count).ok().and_then(NonZeroUsize::new),
    }
    Duration { |field| Value::Duration(*field), Value::Duration(time) => Some(time) }
    String { |field| Value::Text(field.clone()), Value::Text(text) => Some(text) }
    Option<String> {
        |field| field.clone().map_or(Value::Unset, Value::Text),
        Value::Text(text) => Some(Some(text)),
        Value::Unset => Some(None),
    }
    Option<PathBuf> {
        |field| field.clone().map_or(Value::Unset, |path| Value::Path(path.into())),
        Value::Path(path) => Some(Some(path.into())),
        Value::Unset => Some(None),
    }
    Option<Fraction> {
        |field| field.map_or(Value::Unset, |fraction| Value::Text(fraction.to_string())),
        Value::Text(text) => text.parse().ok().map(Some),
        Value::Unset => Some(None),
    }
    Vec<String> { |field| Value::List(field.clone()), Value::List(items) => Some(items) }
    Checks {
        |field| Value::Text(field.to_string()),
        Value::Text(word) => Checks::ALL.into_iter().find(|checks| checks.to_string() == word),
    }
    Verify {
        |field| Value::Text(field.to_string()),
        Value::Text(word) => Verify::ALL.into_iter().find(|verify| verify.to_string() == word),
    }
}
