//! `lksearch cache adopt`: taking over what other programs left.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use lksearch::cache::{self, Adoption, Key, Refusal, RelativePath, Store};
use lksearch::fetch::{DATA_DIRECTORY, check_foreign, cutout_of_file, key_of, key_of_foreign};
use lksearch::{Cutout, Error, Product};

use crate::output;
use crate::session::Session;
use crate::visible::Visible;

/// Where lightkurve keeps cutouts, below its cache.
const CUTOUTS: &str = "tesscut";

/// Takes over what lies in the cache itself, and names lightkurve's caches.
pub(super) fn own(store: &Store, session: &Session) -> Result<(), Error> {
    adopt(store, store.root(), session)?;
    for directory in caches_of_lightkurve() {
        session.ui.note(format!(
            "lightkurve has a cache too, {}; `lksearch cache adopt --lightkurve` copies what is complete in it",
            directory.display()
        ));
    }
    Ok(())
}

/// Takes over what lies in a directory that the user names.
pub(super) fn tree(store: &Store, directory: &Path, session: &Session) -> Result<(), Error> {
    std::fs::metadata(directory).map_err(|error| {
        Error::Input(format!(
            "{}: {error}; give the directory that holds mastDownload or a cutout",
            directory.display()
        ))
    })?;
    let is_empty = loose_files(directory).is_empty() && !directory.join(DATA_DIRECTORY).is_dir();
    if is_empty && directory != store.root() {
        let caches = caches_of_lightkurve();
        let known = match caches.is_empty() {
            true => String::new(),
            false => format!("; lightkurve's cache here is {}", listed(&caches)),
        };
        return Err(Error::Input(format!(
            "in {} is neither {DATA_DIRECTORY} nor a cutout (`…_astrocut.fits`); give the directory that holds them{known}",
            directory.display()
        )));
    }
    adopt(store, directory, session)
}

/// Takes over what lies in lightkurve's caches, and says which there are.
pub(super) fn lightkurve(store: &Store, session: &Session) -> Result<(), Error> {
    let caches = caches_of_lightkurve();
    if caches.is_empty() {
        return Err(Error::Input(format!(
            "lightkurve has no cache here; looked at {}. If its `cache_dir` is set, give that directory",
            listed(&places_of_lightkurve())
        )));
    }
    for directory in caches {
        session.ui.note(format!("lightkurve's cache {}:", directory.display()));
        adopt(store, &directory, session)?;
    }
    Ok(())
}

fn listed(places: &[PathBuf]) -> String {
    let places: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
    places.join(", ")
}

fn caches_of_lightkurve() -> Vec<PathBuf> {
    let places = places_of_lightkurve();
    places.into_iter().filter(|directory| directory.is_dir()).collect()
}

/// Where lightkurve keeps files if nobody told it otherwise: below astropy's cache since astropy 8, in a directory of its own before, and
/// in another one in lightkurve 1.
fn places_of_lightkurve() -> Vec<PathBuf> {
    let variable = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let home = variable("HOME");
    let below_home = |place: &str| home.as_ref().map(|home| home.join(place));
    let places = [
        variable("ASTROPY_CACHE_DIR").map(|path| path.join("lightkurve")),
        variable("XDG_CACHE_HOME").map(|path| path.join("lightkurve")),
        below_home(".cache/lightkurve"),
        below_home(".lightkurve/cache"),
        below_home(".lightkurve-cache"),
    ];
    let mut places: Vec<PathBuf> = places.into_iter().flatten().collect();
    places.dedup();
    places
}

/// How archives end in which the MAST portal and TESScut hand files out.
const ARCHIVES: [&str; 4] = [".zip", ".tar", ".tar.gz", ".tgz"];

/// Cutouts that lie in no tree, and archives: in the directory itself and where lightkurve keeps cutouts, in the order of their paths.
fn loose_files(directory: &Path) -> Vec<PathBuf> {
    let is_cutout = |path: &PathBuf| path.to_str().is_some_and(|path| path.ends_with(Cutout::NAME_ENDING));
    let is_wanted = |path: &PathBuf| is_cutout(path) || is_archive(path);
    let places = [directory.to_owned(), directory.join(CUTOUTS)];
    let entries = places
        .iter()
        .filter_map(|place| std::fs::read_dir(place).ok())
        .flatten();
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(is_wanted)
        .collect();
    files.sort();
    files
}

fn is_archive(path: &Path) -> bool {
    let path = path.to_string_lossy().to_lowercase();
    ARCHIVES.iter().any(|ending| path.ends_with(ending))
}

/// What became of the files, in lines and in numbers.
#[derive(Default)]
struct Report {
    lines: Visible,
    num_adopted: usize,
    num_known: usize,
    num_left: usize,
}

impl Report {
    /// Of the file at `path`.
    fn file(&mut self, path: &Path, outcome: Result<Adoption, cache::Error>) {
        let what = match outcome {
            Ok(Adoption::Known(_)) => {
                self.num_known += 1;
                return;
            }
            Ok(Adoption::Adopted(entry)) => {
                self.num_adopted += 1;
                match entry.record.and_then(|record| record.note) {
                    Some(odd) => format!("adopted; {odd}"),
                    None => "adopted".to_owned(),
                }
            }
            Ok(Adoption::Refused(refusal)) => {
                self.num_left += 1;
                format!("left alone: {refusal}")
            }
            Ok(_) => {
                self.num_left += 1;
                "left alone".to_owned()
            }
            Err(error) => {
                self.num_left += 1;
                format!("left alone: {error}")
            }
        };
        self.lines
            .append(&Visible::line(format_args!("{}: {what}", path.display())));
    }
}

/// Takes over what other programs left in a directory; tells of each file what became of it.
fn adopt(store: &Store, directory: &Path, session: &Session) -> Result<(), Error> {
    let path_and_uri = |entry: cache::Listed| Some((store.parse_location(&entry.path).ok()?, entry.record?.uri));
    let known: HashMap<RelativePath, String> = store
        .entries()?
        .filter_map(|entry| entry.map(path_and_uri).transpose())
        .collect::<Result<_, _>>()?;
    let product_of = |path: &RelativePath| match known.get(path) {
        Some(uri) => Some(Key::new(uri, path.clone())),
        None => key_of_foreign(directory, path),
    };
    let mut report = Report::default();
    let shown = |path: &Path| path.strip_prefix(directory).unwrap_or(path).to_owned();
    store.adopt_tree(directory, &product_of, &check_foreign, SystemTime::now(), &mut |file| {
        report.file(&shown(&file.path), file.outcome);
    })?;
    for path in loose_files(directory) {
        if is_archive(&path) {
            let packed = "files in an archive are not looked at; unpack it there and adopt again".to_owned();
            report.file(&shown(&path), Ok(Adoption::Refused(Refusal::Content(packed))));
            continue;
        }
        let key = cutout_of_file(&path).map(|cutout| key_of(&Product::from(cutout?)).ok());
        let outcome = match key {
            Ok(Some(key)) => store.adopt_file(&path, &key, &check_foreign, SystemTime::now()),
            Ok(None) => Ok(Adoption::Refused(Refusal::Unknown)),
            Err(reason) => Ok(Adoption::Refused(Refusal::Content(reason))),
        };
        report.file(&shown(&path), outcome);
    }
    store.sync_batch()?;
    output::print(&report.lines)?;
    session.ui.note(format!(
        "{} adopted, {} known before, {} left alone",
        report.num_adopted, report.num_known, report.num_left
    ));
    Ok(())
}
