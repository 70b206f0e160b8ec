//! What to acknowledge and to cite for products: the words that the missions ask for, and the DOIs of collections. Facts are those of two
//! files, which name the source of each; nothing is guessed, and a collection without a known DOI is named as such. Pure.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::cutout::TESSCUT;
use crate::kind::Kind;
use crate::naming::pipeline_of;
use crate::pipeline::Pipeline;
use crate::product::Product;
use crate::search::Mission;

/// Collections and their DOIs.
const CITATIONS: &str = include_str!("../data/citations.txt");
/// What the missions ask for.
const ACKNOWLEDGEMENTS: &str = include_str!("../data/acknowledgements.txt");

static COLLECTIONS: LazyLock<Vec<Collection>> =
    LazyLock::new(|| records(CITATIONS).filter_map(Collection::read).collect());

/// A collection that has a DOI.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Collection {
    /// The pipeline that made it, in MAST's spelling.
    pub pipeline: &'static str,
    /// The kind of products that the DOI stands for, if it does not stand for all.
    pub kind: Option<Kind>,
    /// The DOI, such as `10.17909/t9-nmc8-f686`.
    pub doi: &'static str,
    /// The year it was published, if it is known.
    pub year: Option<&'static str>,
    /// Who made it; empty where MAST itself is named.
    pub authors: Vec<&'static str>,
    /// Its title.
    pub title: &'static str,
    /// Where it is said that this is its DOI.
    pub source: &'static str,
}

/// What a mission asks to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Acknowledgement {
    /// The mission.
    pub mission: &'static str,
    /// The words.
    pub text: &'static str,
    /// Where they are asked for.
    pub source: &'static str,
}

/// Products of which no DOI is known.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uncited {
    /// The pipeline that made them, as far as their names tell.
    pub pipeline: String,
    /// Their kind.
    pub kind: Kind,
    /// How many they are.
    pub num_products: usize,
    /// Where to look for a citation.
    pub page: String,
}

/// What to acknowledge and to cite.
///
/// ```
/// use lks_mast::{Citations, Product};
///
/// let name = "hlsp_tglc_tess_ffi_gaiaid-1-s0001-cam2-ccd1_tess_v1_llc.fits";
/// let cited = Citations::of(&[Product::new(format!("mast:HLSP/tglc/{name}"), "HLSP", "tglc", name)]);
/// assert_eq!(cited.collections[0].0.doi, "10.17909/610m-9474");
/// assert!(cited.to_bibtex().contains("doi = {10.17909/610m-9474}"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Citations {
    /// Of the missions that the data come from.
    pub acknowledgements: Vec<Acknowledgement>,
    /// Of the collections that the products belong to, with the number of products.
    pub collections: Vec<(&'static Collection, usize)>,
    /// Products of which no DOI is known.
    pub uncited: Vec<Uncited>,
}

fn records(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.split('|').map(str::trim).collect())
}

impl Collection {
    fn read(fields: Vec<&'static str>) -> Option<Self> {
        let [pipeline, kind, doi, year, authors, title, source] = fields[..] else {
            return None;
        };
        Some(Self {
            pipeline,
            kind: Kind::ALL.into_iter().find(|known| known.name() == kind),
            doi,
            year: Some(year).filter(|year| !year.is_empty()),
            authors: authors.split(" and ").filter(|author| !author.is_empty()).collect(),
            title,
            source,
        })
    }

    /// All collections whose DOI is known.
    pub fn all() -> &'static [Self] {
        &COLLECTIONS
    }
}

impl Citations {
    /// Those of these products, each collection and each mission once, in the order of their names.
    pub fn of<'a>(products: impl IntoIterator<Item = &'a Product>) -> Self {
        let mut missions: Vec<&str> = Vec::new();
        let mut counts: BTreeMap<(String, &str), (Kind, usize)> = BTreeMap::new();
        for product in products {
            let (pipeline, kind) = made_by(product);
            missions.extend(missions_of(&pipeline, product));
            // Light curves of 20 s are a collection of their own.
            let is_fast = product.filename().contains("fast-lc");
            let word = if is_fast { "fast" } else { kind.name() };
            counts.entry((pipeline, word)).or_insert((kind, 0)).1 += 1;
        }
        let asked = records(ACKNOWLEDGEMENTS).filter_map(|fields| match fields[..] {
            [mission, text, source] => Some(Acknowledgement { mission, text, source }),
            _ => None,
        });
        let mut cited: Vec<(&Collection, usize)> = Vec::new();
        let mut uncited = Vec::new();
        for ((pipeline, word), (kind, num_products)) in counts {
            let is_meant = |known: &&Collection| {
                known.pipeline.eq_ignore_ascii_case(&pipeline) && known.kind.is_none_or(|kind| kind.name() == word)
            };
            match Collection::all().iter().find(is_meant) {
                Some(found) => match cited.iter_mut().find(|(known, _)| *known == found) {
                    Some((_, count)) => *count += num_products,
                    None => cited.push((found, num_products)),
                },
                None => uncited.push(Uncited {
                    page: page(&pipeline),
                    pipeline,
                    kind,
                    num_products,
                }),
            }
        }
        Self {
            acknowledgements: asked.filter(|asked| missions.contains(&asked.mission)).collect(),
            collections: cited,
            uncited,
        }
    }

    /// Words for the acknowledgements and the DOIs, with the source of each, for people.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let mut push = |line: std::fmt::Arguments<'_>| text.push_str(&format!("{line}\n"));
        for (n, asked) in self.acknowledgements.iter().enumerate() {
            if n == 0 {
                push(format_args!("Acknowledge:\n"));
            }
            push(format_args!(
                "  {}\n  ({}: {})\n",
                asked.text, asked.mission, asked.source
            ));
        }
        for (n, (found, num_products)) in self.collections.iter().enumerate() {
            if n == 0 {
                push(format_args!("Cite:\n"));
            }
            let by = match found.authors[..] {
                [] => "STScI/MAST".to_owned(),
                [one] => one.to_owned(),
                [one, other] => format!("{one} and {other}"),
                [first, ..] => format!("{first} et al."),
            };
            let year = found.year.map_or(String::new(), |year| format!(" ({year})"));
            push(format_args!(
                "  {by}{year}, {}: https://doi.org/{}",
                found.title, found.doi
            ));
            push(format_args!("  ({}; {})\n", counted(*num_products), found.source));
        }
        for (n, none) in self.uncited.iter().enumerate() {
            if n == 0 {
                push(format_args!("No DOI is known to this program:\n"));
            }
            let (count, page) = (counted(none.num_products), &none.page);
            push(format_args!(
                "  {} {}: {count}; look at {page}",
                none.pipeline, none.kind
            ));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }

    /// The DOIs as entries of a bibliography, and the rest as comments.
    pub fn to_bibtex(&self) -> String {
        let mut text = String::new();
        let mut push = |line: std::fmt::Arguments<'_>| text.push_str(&format!("{line}\n"));
        for asked in &self.acknowledgements {
            push(format_args!(
                "% Acknowledge ({}, {}): {}",
                asked.mission, asked.source, asked.text
            ));
        }
        for (found, num_products) in &self.collections {
            let name: String = found.pipeline.chars().filter(char::is_ascii_alphanumeric).collect();
            push(format_args!("\n% {}; {}", counted(*num_products), found.source));
            push(format_args!(
                "@misc{{mast-{}-{},",
                name.to_lowercase(),
                found.doi.replace(['.', '/'], "-")
            ));
            if !found.authors.is_empty() {
                push(format_args!("  author = {{{}}},", found.authors.join(" and ")));
            }
            push(format_args!("  title = {{{{{}}}}},", found.title));
            if let Some(year) = found.year {
                push(format_args!("  year = {{{year}}},"));
            }
            push(format_args!("  publisher = {{STScI/MAST}},"));
            push(format_args!("  doi = {{{}}},", found.doi));
            push(format_args!("  url = {{https://doi.org/{}}},\n}}", found.doi));
        }
        for none in &self.uncited {
            let (count, page) = (counted(none.num_products), &none.page);
            push(format_args!(
                "\n% No DOI is known to this program: {} {}: {count}; look at {page}",
                none.pipeline, none.kind
            ));
        }
        text
    }
}

fn counted(num_products: usize) -> String {
    match num_products {
        1 => "1 product".to_owned(),
        several => format!("{several} products"),
    }
}

fn made_by(product: &Product) -> (String, Kind) {
    if product.cutout().is_some() {
        return (TESSCUT.to_owned(), Kind::TessCut);
    }
    let pipeline = pipeline_of(product.collection(), product.filename());
    let pipeline = pipeline.unwrap_or_else(|| product.collection().to_owned());
    (pipeline, Kind::of_filename(product.filename()))
}

/// The missions whose data a product is made from.
fn missions_of(pipeline: &str, product: &Product) -> Vec<&'static str> {
    let named = |mission: &Mission| match mission {
        Mission::Tess => Some("TESS"),
        Mission::Kepler => Some("Kepler"),
        Mission::K2 => Some("K2"),
        Mission::Mast | Mission::All => None,
    };
    let known = Pipeline::all().find(|known| known.name.eq_ignore_ascii_case(pipeline));
    if let Some(known) = known.filter(|known| !known.missions.is_empty()) {
        return known.missions.iter().filter_map(named).collect();
    }
    // `hlsp_<pipeline>_<observatory>_…`, or the collection itself.
    let observatory = product
        .filename()
        .strip_prefix("hlsp_")
        .and_then(|rest| rest.split('_').nth(1));
    let word = observatory.unwrap_or(product.collection());
    let missions = [Mission::Tess, Mission::Kepler, Mission::K2].iter().filter_map(named);
    missions.filter(|mission| mission.eq_ignore_ascii_case(word)).collect()
}

fn page(pipeline: &str) -> String {
    let is_of_mission = ["SPOC", "Kepler", "K2", TESSCUT]
        .iter()
        .any(|own| own.eq_ignore_ascii_case(pipeline));
    match is_of_mission {
        true => "https://archive.stsci.edu/publishing/data-use".to_owned(),
        false => format!("https://archive.stsci.edu/hlsp/{}", pipeline.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests;
