//! The parts of a search, set one after the other. Each method sets one field of [`Search`] or of its [`Filters`]; what is set twice holds
//! as it was set last.

use std::ops::RangeInclusive;

use lks_table::Expression;

use super::{Provenance, Search};
use crate::filter::{Campaigns, Description, Exptime, Filters, Numbers, TextFilter};
use crate::kind::KindFilter;
use crate::position::ArcSeconds;

impl Search {
    /// Also of neighbours within this distance.
    pub fn with_radius(mut self, radius: ArcSeconds) -> Self {
        self.radius = Some(radius);
        self
    }

    /// Only products of these kinds: `Kind::Timeseries`, `[Kind::Cubedata, Kind::TessCut]`, [`KindFilter::All`].
    pub fn with_kind(mut self, kind: impl Into<KindFilter>) -> Self {
        self.kind = kind.into();
        self
    }

    /// Only the mission's own products, or only what others made of its data.
    pub fn with_provenance(mut self, provenance: Provenance) -> Self {
        self.provenance = provenance;
        self
    }

    /// Only these TESS sectors: `14`, `[14, 15]`, `14..=20`. Of a multi-sector observation the last one counts.
    ///
    /// ```
    /// # use lks_mast::{Kind, Mission, Numbers, Search};
    /// let search = Search::new(Mission::Tess, "TOI 1161".parse()?).with_sector(14..=20).with_exptime(20);
    /// assert_eq!(search.filters.sector, Some(Numbers::range(14.0, 20.0)));
    /// # Ok::<(), lks_mast::Error>(())
    /// ```
    pub fn with_sector(mut self, sector: impl Into<Numbers>) -> Self {
        self.filters.sector = Some(sector.into());
        self
    }

    /// Only these Kepler quarters.
    pub fn with_quarter(mut self, quarter: impl Into<Numbers>) -> Self {
        self.filters.quarter = Some(quarter.into());
        self
    }

    /// Only these months, 1 to 3, of a quarter's short cadence; nothing else is divided into months.
    pub fn with_month(mut self, month: impl Into<Numbers>) -> Self {
        self.filters.month = Some(month.into());
        self
    }

    /// Only these K2 campaigns: `9`, `[9, 10]`, `1..=5`, or as a text with halves, `"9a".parse::<Campaigns>()?`.
    pub fn with_campaign(mut self, campaign: impl Into<Campaigns>) -> Self {
        self.filters.campaign = Some(campaign.into());
        self
    }

    /// Only observations of these years.
    pub fn with_year(mut self, year: impl Into<Numbers>) -> Self {
        self.filters.year = Some(year.into());
        self
    }

    /// Only these exposure times, in seconds or as a word: `20`, `[20, 120]`, `Exptime::Shortest`.
    pub fn with_exptime(mut self, exptime: impl Into<Exptime>) -> Self {
        self.filters.exptime = Some(exptime.into());
        self
    }

    /// Only products of these pipelines: `"SPOC"`, `["SPOC", "QLP"]`; a leading `!` excludes one.
    pub fn with_pipeline(mut self, pipeline: impl Into<TextFilter>) -> Self {
        self.filters.pipeline = Some(pipeline.into());
        self
    }

    /// Only products whose descriptions contain these words.
    pub fn with_description(mut self, description: Description) -> Self {
        self.filters.description = Some(description);
        self
    }

    /// All filters at once, replacing those set before.
    pub fn with_filters(mut self, filters: Filters) -> Self {
        self.filters = filters;
        self
    }

    /// Only rows for which the expression is true.
    pub fn with_query(mut self, query: Expression) -> Self {
        self.query = Some(query);
        self
    }

    /// At most this many rows.
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }
}

impl From<Numbers> for Exptime {
    fn from(seconds: Numbers) -> Self {
        Self::Seconds(seconds)
    }
}

impl From<i64> for Exptime {
    fn from(seconds: i64) -> Self {
        Self::Seconds(seconds.into())
    }
}

impl From<f64> for Exptime {
    fn from(seconds: f64) -> Self {
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
