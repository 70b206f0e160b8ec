//! K2 campaigns, three of which were split in two halves.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::{Terms, ends};
use crate::error::Error;

/// A K2 campaign, or one half of a split one (9, 10 and 11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Campaign {
    /// The number, 0 to 19.
    pub number: i64,
    /// Which half, where the campaign was split and the product belongs to one half.
    pub half: Option<CampaignHalf>,
}

/// The halves of a split campaign. Closed on purpose: K2 has ended, and a campaign was split in two at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CampaignHalf {
    /// The first, `91`, `101` or `111` in file names.
    A,
    /// The second, `92`, `102` or `112` in file names.
    B,
}

impl CampaignHalf {
    /// The letter.
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }
}

impl Campaign {
    /// The campaign that a number in a file name, a header or a description stands for: `91` is the first half of campaign 9.
    pub fn from_code(code: i64) -> Self {
        match code {
            91 | 101 | 111 => Self {
                number: code / 10,
                half: Some(CampaignHalf::A),
            },
            92 | 102 | 112 => Self {
                number: code / 10,
                half: Some(CampaignHalf::B),
            },
            number => Self { number, half: None },
        }
    }
}

/// Reads `9`, `09`, `9a`, `10b`, `C05` or a code such as `91`.
impl FromStr for Campaign {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse = || {
            Error::invalid(format!(
                "'{text}' is not a K2 campaign; write '9', '9a', '10b' or '1..5'"
            ))
        };
        let lower = text.trim().to_ascii_lowercase();
        let word = lower.strip_prefix('c').unwrap_or(&lower);
        let (digits, half) = match word.strip_suffix('a') {
            Some(digits) => (digits, Some(CampaignHalf::A)),
            None => match word.strip_suffix('b') {
                Some(digits) => (digits, Some(CampaignHalf::B)),
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
        write!(f, "{}{}", self.number, self.half.map_or("", CampaignHalf::letter))
    }
}

/// Campaigns and ranges of them, some of them excluded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Campaigns(Terms<Span>);

/// Campaigns from one to another; of a single one the ends are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    first: Campaign,
    last: Campaign,
}

impl Span {
    fn holds(&self, value: Campaign) -> bool {
        if self.first == self.last {
            return value.number == self.first.number && (self.first.half.is_none() || value.half == self.first.half);
        }
        (self.first.number..=self.last.number).contains(&value.number)
    }
}

/// Reads campaigns separated by commas or blanks: `9`, `9a`, `10b`, `1..5`, each excluded by a leading `!`. A range that ends before it
/// begins is refused.
impl FromStr for Campaigns {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let missing = || Error::invalid("no K2 campaign is given; write '9', '9a', '10b' or '1..5'");
        let words = Terms::of_list(text).ok_or_else(missing)?;
        let spans = words.map(|word| ends(word, str::parse).map(|(first, last)| Span { first, last }));
        spans.map(Self)
    }
}

impl Campaigns {
    /// One of the campaigns; one without a half takes both halves.
    pub fn one_of(campaigns: impl IntoIterator<Item = Campaign>) -> Self {
        let spans = campaigns.into_iter().map(|campaign| Span {
            first: campaign,
            last: campaign,
        });
        Self(Terms::wanted(spans))
    }

    /// Whether a row of this campaign passes; one without a campaign passes only if the filter is empty.
    pub fn accepts(&self, value: Option<Campaign>) -> bool {
        self.0.accept(|span| value.is_some_and(|value| span.holds(value)))
    }
}

impl From<Campaign> for Campaigns {
    fn from(campaign: Campaign) -> Self {
        Self::one_of([campaign])
    }
}

/// Both halves of a campaign that was split. As in [`Campaign::from_code`], `91` is the first half of campaign 9.
impl From<i64> for Campaigns {
    fn from(number: i64) -> Self {
        [number].into()
    }
}

impl<const N: usize> From<[i64; N]> for Campaigns {
    fn from(numbers: [i64; N]) -> Self {
        Self::one_of(numbers.map(Campaign::from_code))
    }
}

impl From<RangeInclusive<i64>> for Campaigns {
    fn from(range: RangeInclusive<i64>) -> Self {
        let whole = |number| Campaign { number, half: None };
        Self(Terms::wanted([Span {
            first: whole(*range.start()),
            last: whole(*range.end()),
        }]))
    }
}
