//! How much a file must pass before it is handed out, and how these levels are written.

use std::fmt;
use std::str::FromStr;

/// How much a file must pass before it is handed out. Each level includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// `exists`: a regular file is there. Says nothing of its content.
    Exists,
    /// `stat`: it is recorded, and was not written since: size, modification time and inode are those on record. If one of them differs,
    /// its SHA-256 decides.
    Stat,
    /// `sha256`: its SHA-256 is the recorded one. The whole file is read.
    Sha256,
    /// `fits`: the same, and the store's own [check](crate::Store::with_check) of content is run: on each file without a record, and
    /// once about each with one. What it finds in a file that has its recorded SHA-256 was there when the file came in: it is noted in
    /// the record, and is not damage.
    Content,
}

impl Level {
    /// All levels, weakest first.
    pub const ALL: [Self; 4] = [Self::Exists, Self::Stat, Self::Sha256, Self::Content];

    /// The level as it is written in settings and on command lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exists => "exists",
            Self::Stat => "stat",
            Self::Sha256 => "sha256",
            Self::Content => "fits",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(text: &str) -> Result<Self, UnknownLevel> {
        let named = Self::ALL.into_iter().find(|level| level.as_str() == text);
        named.ok_or_else(|| UnknownLevel(text.to_owned()))
    }
}

/// A text that is not the name of a [`Level`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown level '{0}'; known are {known}", known = Level::ALL.map(Level::as_str).join(", "))]
pub struct UnknownLevel(String);

#[cfg(test)]
mod tests {
    use super::Level;

    #[test]
    fn a_level_is_read_as_it_is_written() {
        for level in Level::ALL {
            assert_eq!(level.to_string().parse(), Ok(level));
        }
        assert!(Level::ALL.is_sorted());
        let unknown = "Stat".parse::<Level>().expect_err("another spelling").to_string();
        assert_eq!(unknown, "unknown level 'Stat'; known are exists, stat, sha256, fits");
    }
}
