//! The real Python packages and our program against the same sandbox, in a virtual environment of their own.

mod packages;
mod summary;

use std::process::{Command, Stdio};

use clap::Subcommand;

use self::packages::{CATALOGUES, CUTTERS, ENVIRONMENT, LIGHTKURVE, OLD_CUTTER, PACKAGES, READERS, WORLD_COORDINATES};
use self::summary::Summary;
use crate::python;
use crate::run::{build, built, passthrough, target, teed};
use crate::sandbox::Sandbox;

/// The parts; without one, all run but `catalog`, and `files`, `lightkurve`, `wcs` and `cutout`, which need Python 3.12.
#[derive(Clone, Subcommand)]
pub(crate) enum Part {
    /// The unmodified Python clients work with the sandbox
    Walkthrough,
    /// The same searches and downloads by Python and by us give the same tables, manifests and bytes, but for what is listed
    Search {
        /// How many searches to draw from the grid, besides the fixed ones
        #[arg(long, default_value_t = 180)]
        queries: u32,
        /// Another seed draws other searches
        #[arg(long, default_value_t = 1161)]
        seed: u64,
        /// Write both tables of each search into this folder
        #[arg(long, value_name = "FOLDER")]
        keep: Option<String>,
        /// Alter one cell of ours, which must make the task fail
        #[arg(long, hide = true)]
        sabotage: bool,
    },
    /// The shared settings and the directories as both see them, from every place that sets them
    Settings,
    /// Every HDU, card, column and cell as astropy reads it: of the files that the sandbox makes, or of a folder with others
    Fits {
        /// A folder of FITS files, plain, packed or in zips
        folder: Option<String>,
    },
    /// Real catalogue clients work with the sandbox; lksearch.catalogsearch and our program give the same, but for what is listed; stars move as
    /// astropy moves them
    Catalog,
    /// Every FITS file verified, drawn and exported in five formats, which pandas, polars, duckdb, pyarrow, astropy and stilts read back; of the
    /// files that the sandbox makes, and of folders with others
    Files {
        /// Folders of FITS files, plain, packed or in zips
        folders: Vec<String>,
    },
    /// The files that the sandbox makes, and those of folders, opened by lightkurve as what they stand for
    Lightkurve {
        /// Folders of FITS files, plain, packed or in zips
        folders: Vec<String>,
    },
    /// Pixels to positions and back by us, astropy and wcslib: the archived headers of all CCDs of TESS, and headers that are made at random
    Wcs,
    /// Target pixel files of cubes against those of astrocut 1.4.0, astrocut 0.11.1 and tesscube: pixels, cells and cards, of cubes that astrocut makes, and
    /// of the sandbox's over HTTP
    Cutout {
        /// How many cutouts
        #[arg(long, default_value_t = 2_100)]
        cases: u32,
        /// Another seed draws other cutouts
        #[arg(long, default_value_t = 24)]
        seed: u64,
        /// Put our files into this folder
        #[arg(long, value_name = "FOLDER")]
        keep: Option<String>,
    },
}

/// Downloads that bring every kind of file that the sandbox makes.
const KINDS: [&[&str]; 8] = [
    &["k2", "K2-18"],
    &[
        "tess",
        "TOI 1161",
        "--sector",
        "14",
        "--kind",
        "all",
        "--cutout-size",
        "5",
    ],
    &["tess", "AU Mic", "--sector", "27", "--exptime", "20"],
    &["kepler", "Kepler-137", "--quarter", "7"],
    &["kepler", "Kepler-137", "--hlsps"],
    &["kepler", "Kepler-137", "--kind", "dvreports"],
    &["tess", "TOI 1161", "--sector", "15", "--hlsps"],
    &["tess", "TOI 1161", "--sector", "74", "--pipeline", "QLP"],
];

/// Makes the environment below the target directory if it is not there, starts the sandbox and runs the parts.
pub(crate) fn run(part: Option<Part>) -> Result<(), String> {
    build(&["serve"])?;
    let sandbox = Sandbox::start(&[])?;
    match &part {
        None => {
            let python = environment()?;
            let program = built("lksearch");
            let parts = [
                ("walkthrough.py", vec![&*sandbox.url]),
                ("search.py", vec![&*sandbox.url, &*program]),
                ("settings.py", vec![&*program]),
            ];
            let mut summary = Summary::default();
            for (name, arguments) in parts {
                summary.add(name, heard(&python, name, &arguments)?);
            }
            let folder = fits_files(None)?;
            let arguments = [&*built("examples/dump"), &*folder];
            summary.add("fits.py", heard(&python, "fits.py", &arguments)?);
            summary.print()
        }
        Some(Part::Settings) => script(&environment()?, "settings.py", &[&built("lksearch")]),
        Some(Part::Catalog) => {
            build(&["motion"])?;
            let python = python::environment("parity-catalog", &CATALOGUES)?;
            let arguments = [&*sandbox.url, &*built("lksearch"), &*built("examples/motion")];
            script(&python, "catalog.py", &arguments)
        }
        Some(Part::Fits { folder }) => fits(&environment()?, folder.as_deref()),
        Some(Part::Files { folders }) => {
            let python = python::environment("parity-files", &READERS)?;
            let (program, made) = (built("lksearch"), made_files()?);
            let folders = folders.iter().map(String::as_str);
            let arguments: Vec<&str> = [&*program, &*made].into_iter().chain(folders).collect();
            script(&python, "files.py", &arguments)
        }
        Some(Part::Lightkurve { folders }) => {
            let python = python::environment("parity-lightkurve", &LIGHTKURVE)?;
            let made = made_files()?;
            let arguments: Vec<&str> = std::iter::once(&*made)
                .chain(folders.iter().map(String::as_str))
                .collect();
            script(&python, "opened.py", &arguments)
        }
        Some(Part::Wcs) => {
            build(&["convert"])?;
            let python = python::environment("parity-wcs", &WORLD_COORDINATES)?;
            script(&python, "wcs.py", &[&built("examples/convert")])
        }
        Some(Part::Cutout { cases, seed, keep }) => {
            build(&["cut"])?;
            let python = python::environment("parity-cutout", &CUTTERS)?;
            let old = python::environment("parity-cutout-old", &OLD_CUTTER)?;
            let (cut, cases, seed) = (built("examples/cut"), cases.to_string(), seed.to_string());
            let mut arguments = vec![&*cut, &*old, "--cases", &cases, "--seed", &seed];
            if let Some(folder) = keep {
                arguments.extend(["--keep", folder]);
            }
            script(&python, "cutout.py", &arguments)?;
            script(&python, "cutout_http.py", &[&*sandbox.url, &*built("lksearch")])
        }
        Some(Part::Walkthrough) => script(&environment()?, "walkthrough.py", &[&sandbox.url]),
        Some(Part::Search {
            queries,
            seed,
            keep,
            sabotage,
        }) => {
            let program = built("lksearch");
            let (queries, seed) = (queries.to_string(), seed.to_string());
            let mut arguments = vec![&*sandbox.url, &*program, "--queries", &queries, "--seed", &seed];
            if let Some(folder) = keep {
                arguments.extend(["--keep", folder]);
            }
            if *sabotage {
                arguments.push("--sabotage");
            }
            script(&environment()?, "search.py", &arguments)
        }
    }
}

/// The settings, searches and downloads, where Python with the packages is; nothing is installed for it.
pub(crate) fn quick() -> Result<(), String> {
    let Some(python) = present() else {
        println!("SKIPPED: {} are not installed for python3", PACKAGES.join(" and "));
        return Ok(());
    };
    build(&["serve"])?;
    let sandbox = Sandbox::start(&[])?;
    let program = built("lksearch");
    script(&python, "settings.py", &[&program])?;
    script(&python, "search.py", &[&sandbox.url, &program])
}

/// A Python that has the very packages: of the environment if it was made, else the system's.
fn present() -> Option<String> {
    let check = "import sys; from importlib.metadata import version; \
        sys.exit(any(version(name) != wanted for name, wanted in (word.split('==') for word in sys.argv[1:])))";
    let has_packages = |python: &String| {
        let mut command = Command::new(python);
        command.args(["-c", check]).args(PACKAGES).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let made = target().join(ENVIRONMENT).join("bin/python").display().to_string();
    [made, "python3".to_owned()].into_iter().find(has_packages)
}

/// Compares what we read of FITS files with what astropy reads.
fn fits(python: &str, folder: Option<&str>) -> Result<(), String> {
    let folder = fits_files(folder)?;
    script(python, "fits.py", &[&built("examples/dump"), &folder])
}

/// Builds what prints our reading; the folder, or one with every kind of file that the sandbox makes.
fn fits_files(folder: Option<&str>) -> Result<String, String> {
    build(&["dump"])?;
    folder.map_or_else(made_files, |folder| Ok(folder.to_owned()))
}

/// A folder with every kind of file that the sandbox makes.
fn made_files() -> Result<String, String> {
    let made = target().join("parity-fits").display().to_string();
    for words in KINDS {
        let mut arguments = vec!["--sandbox", "--quiet", "download", "--dir", &made, "-o", "/dev/null"];
        arguments.extend_from_slice(words);
        passthrough(&built("lksearch"), &arguments, &[])?;
    }
    // Where the program keeps what is made up.
    Ok(format!("{made}/sandbox"))
}

/// The Python that has the packages.
pub(crate) fn environment() -> Result<String, String> {
    python::environment(ENVIRONMENT, &PACKAGES)
}

pub(crate) fn script(python: &str, name: &str, arguments: &[&str]) -> Result<(), String> {
    let path = format!("xtask/parity/{name}");
    let words: Vec<&str> = std::iter::once(path.as_str())
        .chain(arguments.iter().copied())
        .collect();
    passthrough(python, &words, &[("PYTHONDONTWRITEBYTECODE", "1")])
}

/// The same, with what it printed and how it ended.
pub(crate) fn heard(python: &str, name: &str, arguments: &[&str]) -> Result<(Vec<String>, Result<(), String>), String> {
    let path = format!("xtask/parity/{name}");
    let words: Vec<&str> = std::iter::once(path.as_str())
        .chain(arguments.iter().copied())
        .collect();
    let environment = [("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONUNBUFFERED", "1")];
    teed(python, &words, &environment)
}
