//! Which answers something was made of.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::question::Question;

/// The last second of the year 9999, beyond which no date can be written.
const LAST: Duration = Duration::from_secs(253_402_300_799);

/// An answer that something was made of: to which question, and of which date. To the nanosecond, so that two answers to one question are told apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct UsedAnswer {
    kind: String,
    key: String,
    date: SystemTime,
}

impl UsedAnswer {
    /// The answer to this question that was given at that time.
    pub fn new(question: &Question, date: SystemTime) -> Self {
        Self {
            kind: question.kind().to_owned(),
            key: question.key().to_owned(),
            date,
        }
    }

    /// Of which kind the question was.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// When it was given.
    pub fn date(&self) -> SystemTime {
        self.date
    }

    /// The key of the question.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }
}

/// As it is in a file.
#[derive(Serialize, Deserialize)]
struct Written {
    kind: String,
    key: String,
    date: String,
}

impl From<UsedAnswer> for Written {
    fn from(used: UsedAnswer) -> Self {
        Self {
            kind: used.kind,
            key: used.key,
            date: date_to_text(used.date),
        }
    }
}

impl TryFrom<Written> for UsedAnswer {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        // It becomes the name of a file.
        let is_key = written.key.len() == 64 && written.key.bytes().all(|byte| byte.is_ascii_hexdigit());
        let date = date_of(&written.date).filter(|_| is_key);
        Ok(Self {
            kind: written.kind,
            key: written.key,
            date: date.ok_or("not an answer that can have been used")?,
        })
    }
}

/// A date as it is written.
pub(crate) fn date_to_text(date: SystemTime) -> String {
    humantime::format_rfc3339_nanos(date.clamp(UNIX_EPOCH, UNIX_EPOCH + LAST)).to_string()
}

/// A date that was written, to the second by earlier versions.
pub(crate) fn date_of(text: &str) -> Option<SystemTime> {
    humantime::parse_rfc3339(text).ok()
}
