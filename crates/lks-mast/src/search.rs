//! The question, as one plain value; the same for Rust, the program and other languages.

mod builder;

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::LazyLock;

use lks_table::Expression;

use crate::columns::Column;
use crate::error::Error;
use crate::filter::Filters;
use crate::kind::{Kind, KindFilter};
use crate::position::ArcSeconds;
use crate::target::{Catalog, Target};

/// Whose data a search is about. It decides which columns the result has, and how the rows are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mission {
    /// TESS: SPOC and all high-level science products, and cutouts of full-frame images.
    Tess,
    /// Kepler's prime mission and the high-level science products made from it.
    Kepler,
    /// K2 and the high-level science products made from it.
    K2,
    /// The products of all three missions' own pipelines, unless pipelines are named.
    Mast,
    /// All three missions, and the high-level science products made from them.
    All,
}

impl Mission {
    /// The missions, and what stands for several of them.
    pub const ALL: [Self; 5] = [Self::Tess, Self::Kepler, Self::K2, Self::Mast, Self::All];

    /// Its name in searches.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tess => "tess",
            Self::Kepler => "kepler",
            Self::K2 => "k2",
            Self::Mast => "mast",
            Self::All => "all",
        }
    }

    /// MAST's `project` of the mission's own observations and of the high-level science products made from them.
    pub(crate) fn projects(self) -> &'static [&'static str] {
        match self {
            Self::Tess => &["TESS"],
            Self::Kepler => &["Kepler"],
            Self::K2 => &["K2"],
            Self::Mast | Self::All => &["Kepler", "K2", "TESS"],
        }
    }

    /// Whether the mission's targets have numbers of this catalogue.
    pub(crate) fn uses(self, catalog: Catalog) -> bool {
        match self {
            Self::Tess => catalog == Catalog::Tic,
            Self::Kepler => catalog == Catalog::Kic,
            Self::K2 => catalog == Catalog::Epic,
            Self::Mast | Self::All => true,
        }
    }

    /// Whether it stands for all three missions.
    pub(crate) fn is_several(self) -> bool {
        match self {
            Self::Tess | Self::Kepler | Self::K2 => false,
            Self::Mast | Self::All => true,
        }
    }

    /// The columns that are shown of a result, in order.
    pub fn display_columns(self) -> &'static [&'static str] {
        static SHOWN: LazyLock<HashMap<Mission, Vec<&'static str>>> = LazyLock::new(|| {
            let shown = |mission| (mission, Column::shown_for(mission));
            Mission::ALL.map(shown).into_iter().collect()
        });
        SHOWN.get(&self).map_or(&[], Vec::as_slice)
    }
}

/// Reads `tess`, `kepler`, `k2`, `mast` or `all`; the error lists these words.
impl FromStr for Mission {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let known = || Self::ALL.map(Self::name).join(", ");
        Self::ALL
            .into_iter()
            .find(|mission| mission.name().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| Error::invalid(format!("unknown mission '{text}'; known are {}", known())))
    }
}

/// Whose products are wanted: the mission's own, or those that others made from its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Provenance {
    /// The mission's own and all high-level science products; for [`Mission::Mast`] the missions' own.
    #[default]
    Any,
    /// No high-level science products are requested; cutouts are (lksearch's `hlsp=False`).
    WithoutHlsps,
    /// Only rows whose `mission_product` is true.
    MissionProducts,
    /// Only rows whose `mission_product` is false; like lksearch's, these hold the cutouts as well.
    Hlsps,
}

/// A question about one target.
///
/// ```
/// # use lks_mast::{Kind, Mission, Numbers, Search};
/// let search = Search::new(Mission::Tess, "TOI 1161".parse()?).with_kind(Kind::Timeseries).with_sector(14);
/// assert_eq!(search.filters.sector, Some(Numbers::from(14)));
/// # Ok::<(), lks_mast::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a search does nothing until a client is asked"]
#[non_exhaustive]
pub struct Search {
    /// The mission whose data are searched.
    pub mission: Mission,
    /// The target.
    pub target: Target,
    /// Also of neighbours within this distance. Without it a position gives what was observed there, and an id its own rows only; in a
    /// search of all missions with what the others observed at its place, in whose catalogues the star has other numbers.
    pub radius: Option<ArcSeconds>,
    /// Which kinds of products.
    pub kind: KindFilter,
    /// Made by whom.
    pub provenance: Provenance,
    /// The filters that rows must also pass.
    pub filters: Filters,
    /// An expression over the columns that must be true, applied after the filters.
    pub query: Option<Expression>,
    /// At most this many rows, after sorting.
    pub limit: Option<usize>,
}

impl Search {
    /// Everything that lksearch would give for the target.
    pub fn new(mission: Mission, target: Target) -> Self {
        Self {
            mission,
            target,
            radius: None,
            kind: KindFilter::default(),
            provenance: Provenance::default(),
            filters: Filters::default(),
            query: None,
            limit: None,
        }
    }

    /// The same question about another target.
    pub fn about(&self, target: Target) -> Self {
        Self { target, ..self.clone() }
    }

    /// Refuses filters that have no meaning for the mission.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let filters = &self.filters;
        let has = |mission: Mission| self.mission == mission || self.mission.is_several();
        for (given, possible, name, mission) in [
            (filters.sector.is_some(), has(Mission::Tess), "sector", "tess"),
            (filters.quarter.is_some(), has(Mission::Kepler), "quarter", "kepler"),
            (filters.month.is_some(), has(Mission::Kepler), "month", "kepler"),
            (filters.campaign.is_some(), has(Mission::K2), "campaign", "k2"),
        ] {
            if given && !possible {
                let message = format!(
                    "a {name} belongs to a {mission} search, not to a {} search",
                    self.mission.name()
                );
                return Err(Error::invalid(message));
            }
        }
        if self.kind.is_only(Kind::TessCut) && !matches!(self.mission, Mission::Tess | Mission::All) {
            let message = format!(
                "cutouts belong to a tess search, not to a {} search",
                self.mission.name()
            );
            return Err(Error::invalid(message));
        }
        if let Some(month) = &filters.month
            && !(1..=3).any(|value| month.accepts(Some(f64::from(value))))
        {
            return Err(Error::invalid(format!(
                "month '{month}' does not exist; a quarter has months 1, 2 and 3"
            )));
        }
        Ok(())
    }
}
