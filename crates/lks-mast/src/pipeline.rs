//! The pipelines: how MAST spells each, how a file of it is recognised, and which of its columns hold flux, error, time and
//! quality. A new pipeline is one entry of [`ARCHIVED`]. Pure.

mod table;

pub use table::GENERIC;
use table::{ARCHIVED, OTHERS};

/// A pipeline, and how its tables are read.
///
/// ```
/// use lks_mast::Pipeline;
///
/// let found = Pipeline::of_file("hlsp_tglc_tess_ffi_gaiaid-1-s0001-cam2-ccd1_tess_v1_llc.fits", |_| None, &[]);
/// assert_eq!(found.map(|pipeline| pipeline.flux[0].name), Some("cal_psf_flux"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pipeline {
    /// MAST's spelling (`provenance_name`), else the name that the program or mission gives to itself.
    pub name: &'static str,
    /// What tells that a file is of this pipeline: all signs of one of these lists.
    marks: &'static [&'static [Sign]],
    /// Columns of flux or magnitude, the one that is looked at first before the others.
    pub flux: &'static [FluxColumn],
    /// Columns of times, in the order in which they are looked for.
    pub time: &'static [&'static str],
    /// Columns of quality; a cadence is good only if each of them says so.
    pub quality: &'static [QualityColumn],
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
    ) -> Option<&'static Pipeline> {
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
        let is_marked = |one: &&Pipeline| one.marks.iter().any(|signs| signs.iter().all(shows));
        by_name.or_else(|| ARCHIVED.iter().chain(OTHERS).find(is_marked))
    }

    /// The pipeline that MAST holds products of under this name, in any case.
    pub(crate) fn archived(name: &str) -> Option<&'static Pipeline> {
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
