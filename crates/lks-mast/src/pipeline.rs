//! The pipelines: how MAST spells each, whose data it takes, how a file of it is recognised, where the archive holds it, and which of
//! its columns hold flux, error, time and quality. A new pipeline is one entry of [`ARCHIVED`]. Pure.

mod table;

use crate::search::Mission;
pub use table::GENERIC;
use table::{ARCHIVED, OTHERS};

/// The place in a result of what has none of its own.
const LAST: u8 = 9;

/// A pipeline, and how its tables are read.
///
/// ```
/// use lks_mast::Pipeline;
///
/// let found = Pipeline::of_file("hlsp_tglc_tess_ffi_gaiaid-1-s0001-cam2-ccd1_tess_v1_llc.fits", |_| None, &[]);
/// assert_eq!(found.map(|pipeline| pipeline.flux[0].name), Some("cal_psf_flux"));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Pipeline {
    /// MAST's spelling (`provenance_name`), else the name that the program or mission gives to itself.
    pub name: &'static str,
    /// The missions whose data it is made from; empty where that is not a mission of this archive.
    pub missions: &'static [Mission],
    /// What it belongs together with.
    pub family: Family,
    /// How a file of this pipeline is recognised: by all signs of one of these lists.
    marks: &'static [&'static [Sign]],
    /// Columns of flux or magnitude, the one that is looked at first before the others.
    pub flux: &'static [FluxColumn],
    /// Columns of times, in the order in which they are looked for.
    pub time: &'static [&'static str],
    /// Columns of quality; a cadence is good only if each of them says so.
    pub quality: &'static [QualityColumn],
    /// Its place among the pipelines of its mission in a result.
    place: u8,
    /// The `dataURI` of a file, by its name.
    data_uri: Option<fn(&str) -> Option<String>>,
}

/// Pipelines that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Family {
    /// The missions' own, from pixels around chosen targets.
    Mission,
    /// The mission's software, from full-frame images.
    MissionFullFrame,
    /// All stars of TESS's full-frame images down to some magnitude.
    TessSurvey,
    /// Stars that TESS observed, chosen for a purpose, such as members of clusters.
    TessSelected,
    /// From Kepler's data.
    Kepler,
    /// From K2's data.
    K2,
    /// Everything else.
    Other,
}

/// A column of flux.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FluxColumn {
    /// Its name; tables may write it in another case.
    pub name: &'static str,
    /// The column of its standard error, where the pipeline gives one.
    pub error: Option<&'static str>,
    /// Whether the values are magnitudes, of which the smaller is the brighter.
    pub is_magnitude: bool,
}

/// A column that says which cadences are good.
///
/// Of numbers 0 is good and any other a set of flags, of truth values false is good; of words those in `good`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct QualityColumn {
    /// Its name; tables may write it in another case.
    pub name: &'static str,
    /// The words of a good cadence, where the column holds words.
    pub good: &'static [&'static str],
}

/// Something that a file shows of its pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// The value of a header keyword contains this text, in any case.
    Keyword(&'static str, &'static str),
    /// One of the tables has all these columns.
    Columns(&'static [&'static str]),
}

impl Pipeline {
    /// The pipeline that made a file: by its name if it is called `hlsp_<pipeline>_…`, else by its keywords and columns.
    ///
    /// `keyword` gives the value of a header keyword as text; `tables` are the column names of each table.
    pub fn of_file(
        filename: &str,
        keyword: impl Fn(&str) -> Option<String>,
        tables: &[Vec<&str>],
    ) -> Option<&'static Self> {
        let filename = filename.to_ascii_lowercase();
        let named = filename.strip_prefix("hlsp_").and_then(|rest| rest.split('_').next());
        let by_name = named.and_then(|name| ARCHIVED.iter().find(|one| one.name.eq_ignore_ascii_case(name)));
        let shows = |sign: &Sign| match sign {
            Sign::Keyword(name, part) => {
                keyword(name).is_some_and(|value| value.to_lowercase().contains(&part.to_lowercase()))
            }
            Sign::Columns(names) => tables.iter().any(|table| {
                let has = |name: &&str| table.iter().any(|column| column.eq_ignore_ascii_case(name));
                names.iter().all(has)
            }),
        };
        let is_marked = |one: &&Self| one.marks.iter().any(|signs| signs.iter().all(shows));
        by_name.or_else(|| Self::all().find(is_marked))
    }

    /// All pipelines that are known: those that MAST holds products of, and what else makes such files.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        ARCHIVED.iter().chain(OTHERS)
    }

    /// The mission's own pipelines, whose products are `mission_product`s.
    pub(crate) fn own(mission: Mission) -> impl Iterator<Item = &'static str> {
        let own = Self::archived_for(mission).filter(|known| known.family == Family::Mission);
        own.map(|known| known.name)
    }

    /// The place of a pipeline's products in a result for the mission. Among all missions' only their own come first.
    pub(crate) fn place(name: &str, mission: Mission) -> u8 {
        let known = Self::all().find(|known| known.name == name);
        let place = known.filter(|known| match mission {
            Mission::Mast | Mission::All => known.family == Family::Mission,
            Mission::Tess | Mission::Kepler | Mission::K2 => known.missions.contains(&mission),
        });
        place.map_or(LAST, |known| known.place)
    }

    /// The `dataURI` under which MAST holds a file of this name, where the name tells.
    pub(crate) fn data_uri(&self, filename: &str) -> Option<String> {
        (self.data_uri?)(filename)
    }

    /// The pipelines whose products the archive files under their names, of these missions.
    pub(crate) fn archived_for(mission: Mission) -> impl Iterator<Item = &'static Self> {
        ARCHIVED
            .iter()
            .filter(move |known| mission.is_several() || known.missions.contains(&mission))
    }

    /// The pipeline that MAST holds products of under this name, in any case.
    pub(crate) fn archived(name: &str) -> Option<&'static Self> {
        ARCHIVED.iter().find(|known| known.name.eq_ignore_ascii_case(name))
    }
}

impl QualityColumn {
    /// Whether a word of the column stands for a good cadence.
    pub fn accepts(&self, word: &str) -> bool {
        self.good.contains(&word.trim())
    }
}

#[cfg(test)]
mod tests;
