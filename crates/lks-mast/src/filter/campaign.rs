//! K2 campaigns, three of which were split in two halves.

use std::fmt;

use super::ends;
use crate::error::Error;

/// A K2 campaign, or one half of a split one (9, 10 and 11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Campaign {
    /// The number, 0 to 19.
    pub number: i64,
    /// Which half, where the campaign was split and the product belongs to one half.
    pub half: Option<Half>,
}

/// The halves of a split campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Half {
    /// The first, `91`, `101` or `111` in file names.
    A,
    /// The second, `92`, `102` or `112` in file names.
    B,
}

impl Half {
    /// The letter.
    pub fn letter(self) -> &'static str {
        match self {
            Half::A => "a",
            Half::B => "b",
        }
    }
}

impl Campaign {
    /// The campaign that a number in a file name, a header or a description stands for: `91` is the first half of campaign 9.
    pub fn from_code(code: i64) -> Self {
        match code {
            91 | 101 | 111 => Self {
                number: code / 10,
                half: Some(Half::A),
            },
            92 | 102 | 112 => Self {
                number: code / 10,
                half: Some(Half::B),
            },
            number => Self { number, half: None },
        }
    }

    /// Reads `9`, `09`, `9a`, `10b`, `C05` or a code such as `91`.
    ///
    /// # Errors
    /// For anything else.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refuse = || {
            Error::invalid(format!(
                "'{text}' is not a K2 campaign; write '9', '9a', '10b' or '1..5'"
            ))
        };
        let lower = text.trim().to_ascii_lowercase();
        let word = lower.strip_prefix('c').unwrap_or(&lower);
        let (digits, half) = match word.strip_suffix('a') {
            Some(digits) => (digits, Some(Half::A)),
            None => match word.strip_suffix('b') {
                Some(digits) => (digits, Some(Half::B)),
                None => (word, None),
            },
        };
        if digits.is_empty() || digits.len() > 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refuse());
        }
        let code = digits.parse().map_err(|_| refuse())?;
        match half {
            None => Ok(Self::from_code(code)),
            half if matches!(code, 9..=11) => Ok(Self { number: code, half }),
            Some(_) => Err(Error::invalid(format!(
                "campaign {code} has no halves; only 9, 10 and 11 were split"
            ))),
        }
    }
}

impl fmt::Display for Campaign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.number, self.half.map_or("", Half::letter))
    }
}

/// Campaigns and ranges of them, some of them excluded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Campaigns(Vec<Term>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Term {
    excluded: bool,
    first: Campaign,
    last: Campaign,
}

impl Term {
    fn holds(&self, value: Campaign) -> bool {
        if self.first == self.last {
            return value.number == self.first.number && (self.first.half.is_none() || value.half == self.first.half);
        }
        (self.first.number..=self.last.number).contains(&value.number)
    }
}

impl Campaigns {
    /// One of the campaigns; one without a half takes both halves.
    pub fn one_of(campaigns: impl IntoIterator<Item = Campaign>) -> Self {
        Self(
            campaigns
                .into_iter()
                .map(|campaign| Term {
                    excluded: false,
                    first: campaign,
                    last: campaign,
                })
                .collect(),
        )
    }

    /// Reads campaigns separated by commas or blanks: `9`, `9a`, `10b`, `1..5`, each excluded by a leading `!`.
    ///
    /// # Errors
    /// When a term is not one of these, or a range ends before it begins.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut terms = Vec::new();
        for word in text.split([',', ' ', ';']).filter(|word| !word.is_empty()) {
            let (excluded, word) = word.strip_prefix('!').map_or((false, word), |rest| (true, rest));
            let (first, last) = ends(word, Campaign::parse)?;
            terms.push(Term { excluded, first, last });
        }
        if terms.is_empty() {
            return Err(Error::invalid(
                "no K2 campaign is given; write '9', '9a', '10b' or '1..5'",
            ));
        }
        Ok(Self(terms))
    }

    /// Whether a row of this campaign passes; one without a campaign passes only when nothing is asked for.
    pub fn accepts(&self, value: Option<Campaign>) -> bool {
        let mut wanted = self.0.iter().filter(|term| !term.excluded).peekable();
        let Some(value) = value else {
            return wanted.peek().is_none();
        };
        (wanted.peek().is_none() || wanted.any(|term| term.holds(value)))
            && !self.0.iter().any(|term| term.excluded && term.holds(value))
    }
}
