//! The Python package: built as a wheel, installed into fresh environments, tried there.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::python::{environment, interpreter};
use crate::run::{self, captured, passthrough, root, target};
use crate::sandbox::Sandbox;

/// Where it is built and tested.
const ENVIRONMENT: &str = "python-package";
const PACKAGES: [&str; 6] = [
    "maturin==1.16.0",
    "pytest>=8,<10",
    "pytest-timeout>=2.4,<3",
    "numpy>=2",
    "pandas>=2.2",
    "astropy>=6",
];
/// Where the examples run, and what they need besides.
const EXAMPLES: &str = "python-examples";
const OF_EXAMPLES: [&str; 5] = [
    "dask[distributed]>=2026",
    "ray>=2.60",
    "nbclient>=0.11",
    "nbformat>=5.11",
    "ipykernel>=7",
];
/// Where it is measured, with what reads its tables where they lie.
const MEASURED: &str = "python-measured";
const READERS: [&str; 2] = ["polars>=2", "pyarrow>=26"];
/// Where nothing else is.
const BARE: &str = "python-bare";
/// The profile of cargo that tests need.
const DEV: &str = "dev";
/// The longest that `import lksearch_rs` may take, in milliseconds.
const IMPORT: f64 = 30.0;

/// Builds the wheel and tries it: without any other package, then by its tests.
pub(crate) fn run(profile: &str) -> Result<(), String> {
    let python = environment(ENVIRONMENT, &PACKAGES)?;
    let wheel = build(&python, profile)?;
    alone(&wheel)?;
    install(&python, &wheel)?;
    pytest(&python, "crates/lks-python/tests")?;
    println!("python: the wheel is {}", wheel.display());
    Ok(())
}

/// The interpreter of an environment that has the wheel of this profile of cargo, and what reads its tables; the packages need another numpy than lksearch.
pub(crate) fn measured(profile: &str) -> Result<String, String> {
    let python = environment(MEASURED, &[&PACKAGES[..], &READERS].concat())?;
    install(&python, &build(&python, profile)?)?;
    Ok(python)
}

/// The test-suite of the Python package lksearch, which is in this folder, through the alias of that name.
pub(crate) fn suite(tests: &Path) -> Result<(), String> {
    let python = environment(ENVIRONMENT, &PACKAGES)?;
    install(&python, &build(&python, DEV)?)?;
    run::build(&["serve"])?;
    let sandbox = Sandbox::start(&["--python-tests"])?;
    let script = root().join("xtask/python/suite.py").display().to_string();
    passthrough(&python, &[&script, &tests.display().to_string(), &sandbox.url], &[])
}

/// The examples of the Python package, which fetch 2,000 files with Dask and with Ray, and the notebook.
pub(crate) fn examples() -> Result<(), String> {
    let python = environment(EXAMPLES, &[&PACKAGES[..], &OF_EXAMPLES].concat())?;
    install(&python, &build(&python, DEV)?)?;
    for example in ["dask_shards.py", "ray_shards.py"] {
        let path = root().join("crates/lks-python/examples").join(example);
        passthrough(&python, &[&path.display().to_string()], &[])?;
    }
    pytest(&python, "crates/lks-python/tests/compat/test_notebook.py")
}

fn install(python: &str, wheel: &Path) -> Result<(), String> {
    let wheel = wheel.display().to_string();
    let words = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--force-reinstall",
        "--no-deps",
        &wheel,
    ];
    passthrough(python, &words, &[])
}

fn pytest(python: &str, tests: &str) -> Result<(), String> {
    let words = [
        "-m",
        "pytest",
        "--quiet",
        "-p",
        "no:cacheprovider",
        "--timeout=120",
        tests,
    ];
    passthrough(python, &words, &[("PYTHONDONTWRITEBYTECODE", "1")])
}

/// The same where there is a Python that can make environments, and where packages can be had; else it says what it left out.
pub(crate) fn if_possible() -> Result<(), String> {
    if captured(&interpreter(), &["-c", "import ensurepip, venv"]).is_err() {
        println!("SKIPPED: the Python package was not tried: `python3` with its module venv is not here");
        return Ok(());
    }
    match environment(ENVIRONMENT, &PACKAGES) {
        Ok(_) => run(DEV),
        Err(error) => {
            println!("SKIPPED: the Python package was not tried: {error}");
            Ok(())
        }
    }
}

/// The wheel, which is the only one of its folder.
fn build(python: &str, profile: &str) -> Result<PathBuf, String> {
    let folder = target().join("wheels").join(profile);
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(failed)?;
    }
    let out = folder.display().to_string();
    let build = [
        "-m",
        "maturin",
        "build",
        "--quiet",
        "--manifest-path",
        "crates/lks-python/Cargo.toml",
        "--profile",
        profile,
        "--strip",
        "--out",
        &out,
    ];
    passthrough(python, &build, &[])?;
    let wheel = std::fs::read_dir(&folder)
        .map_err(failed)?
        .filter_map(|file| Some(file.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| format!("maturin left no wheel in {out}"))?;
    let bytes = std::fs::metadata(&wheel).map_err(failed)?.len();
    println!("python: {} has {:.1} MB", wheel.display(), bytes as f64 / 1e6);
    Ok(wheel)
}

/// Installs it where no other package is: it must be imported, search and run the program there.
fn alone(wheel: &Path) -> Result<(), String> {
    let folder = target().join(BARE);
    let path = folder.display().to_string();
    passthrough(&interpreter(), &["-m", "venv", "--clear", &path], &[])?;
    let python = folder.join("bin/python").display().to_string();
    let wheel = wheel.display().to_string();
    passthrough(&python, &["-m", "pip", "install", "--quiet", "--no-index", &wheel], &[])?;
    let script = root().join("xtask/python/alone.py").display().to_string();
    passthrough(&python, &[&script], &[])?;
    let begun = Instant::now();
    let program = folder.join("bin/lksearch-rs").display().to_string();
    passthrough(&program, &["--version"], &[])?;
    println!(
        "python: the program says its version after {} ms",
        begun.elapsed().as_millis()
    );
    let took = captured(
        &python,
        &[&root().join("xtask/python/import_time.py").display().to_string()],
    )?;
    let took: f64 = took.trim().parse().map_err(|_| format!("'{took}' is not a time"))?;
    println!("python: `import lksearch_rs` takes {took:.1} ms");
    match took <= IMPORT {
        true => Ok(()),
        false => Err(format!(
            "`import lksearch_rs` takes {took:.1} ms; it may take {IMPORT} ms"
        )),
    }
}
