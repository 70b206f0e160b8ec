//! The short way to write a search. Each verb sets one field of [`Search`] or of its [`Filters`](crate::Filters), and nothing else; a verb
//! that is used twice holds as it was said last.

use std::ops::RangeInclusive;

use super::{Provenance, Search};
use crate::error::Error;
use crate::filter::{Campaigns, Exptime, Numbers, Words};
use crate::kind::{Kind, KindFilter};

impl Search {
    /// Only these TESS sectors: `14`, `[14, 15]`, `14..=20`. Of a multi-sector observation the last one counts.
    ///
    /// ```
    /// # use lks_mast::{Kind, Mission, Numbers, Search, Target};
    /// let search = Search::new(Mission::Tess, Target::parse("TOI 1161")?).sector(14..=20).exptime(20).kind(Kind::Timeseries);
    /// assert_eq!(search.filters.sector, Some(Numbers::range(14.0, 20.0)));
    /// # Ok::<(), lks_mast::Error>(())
    /// ```
    #[must_use]
    pub fn sector(mut self, sector: impl Into<Numbers>) -> Self {
        self.filters.sector = Some(sector.into());
        self
    }

    /// Only these Kepler quarters.
    #[must_use]
    pub fn quarter(mut self, quarter: impl Into<Numbers>) -> Self {
        self.filters.quarter = Some(quarter.into());
        self
    }

    /// Only these months, 1 to 3, of a quarter's short cadence; long cadence rows pass.
    #[must_use]
    pub fn month(mut self, month: impl Into<Numbers>) -> Self {
        self.filters.month = Some(month.into());
        self
    }

    /// Only these K2 campaigns, as [`Campaigns::parse`] reads them: `"9"`, `"9a"`, `"1..5"`.
    ///
    /// # Errors
    /// If a word is no campaign.
    pub fn campaign(mut self, campaign: &str) -> Result<Self, Error> {
        self.filters.campaign = Some(Campaigns::parse(campaign)?);
        Ok(self)
    }

    /// Only observations of these years.
    #[must_use]
    pub fn year(mut self, year: impl Into<Numbers>) -> Self {
        self.filters.year = Some(year.into());
        self
    }

    /// Only these exposure times, in seconds or as a word: `20`, `[20, 120]`, `Exptime::Shortest`.
    #[must_use]
    pub fn exptime(mut self, exptime: impl Into<Exptime>) -> Self {
        self.filters.exptime = Some(exptime.into());
        self
    }

    /// Only products of these pipelines: `"SPOC"`, `["SPOC", "QLP"]`; a leading `!` excludes one.
    #[must_use]
    pub fn pipeline(mut self, pipeline: impl Into<Words>) -> Self {
        self.filters.pipeline = Some(pipeline.into());
        self
    }

    /// Only products of this kind.
    #[must_use]
    pub fn kind(self, kind: Kind) -> Self {
        self.with_kind(KindFilter::Only(kind))
    }

    /// Only the mission's own products.
    #[must_use]
    pub fn mission_products(self) -> Self {
        self.with_provenance(Provenance::MissionProducts)
    }

    /// Only what the community made: high-level science products, and cutouts as in lksearch.
    #[must_use]
    pub fn hlsps(self) -> Self {
        self.with_provenance(Provenance::Hlsps)
    }
}

impl<const N: usize> From<[i64; N]> for Numbers {
    fn from(numbers: [i64; N]) -> Self {
        numbers.into_iter().collect()
    }
}

impl From<RangeInclusive<i64>> for Numbers {
    fn from(range: RangeInclusive<i64>) -> Self {
        Self::range(*range.start() as f64, *range.end() as f64)
    }
}

impl From<i64> for Exptime {
    fn from(seconds: i64) -> Self {
        Self::Seconds(seconds.into())
    }
}

impl<const N: usize> From<[i64; N]> for Exptime {
    fn from(seconds: [i64; N]) -> Self {
        Self::Seconds(seconds.into())
    }
}

impl From<RangeInclusive<i64>> for Exptime {
    fn from(seconds: RangeInclusive<i64>) -> Self {
        Self::Seconds(seconds.into())
    }
}

impl From<&str> for Words {
    fn from(word: &str) -> Self {
        Self::new([word])
    }
}

impl<const N: usize> From<[&str; N]> for Words {
    fn from(words: [&str; N]) -> Self {
        Self::new(words)
    }
}
