//! Python environments with the packages that ours is compared with, made below the target directory when they are first needed.

use crate::run::{passthrough, target};

const NEEDED: &str = "this task needs `python3`, version 3.11 or later (3.12 for the newest astropy and pandas; PYTHON=python3.12 names another), with its module \
    venv (Debian and Ubuntu: apt-get install python3-venv)";
const INDEX: &str = "without a package index, PIP_NO_INDEX=1 and PIP_FIND_LINKS=FOLDER take the packages from a folder";

/// The interpreter of the environment of that name, which has the packages; they are installed anew if others are asked for.
pub(crate) fn environment(name: &str, packages: &[&str]) -> Result<String, String> {
    let folder = target().join(name);
    let python = folder.join("bin/python").display().to_string();
    let ready = folder.join("ready");
    if std::fs::read_to_string(&ready).is_ok_and(|made| made == packages.join(" ")) {
        return Ok(python);
    }
    let make = ["-m", "venv", "--clear", &folder.display().to_string()];
    passthrough(&interpreter(), &make, &[]).map_err(|error| format!("{error}; {NEEDED}"))?;
    let install = [&["-m", "pip", "install", "--quiet"], packages].concat();
    passthrough(&python, &install, &[]).map_err(|error| format!("{error}; {INDEX}"))?;
    std::fs::write(&ready, packages.join(" ")).map_err(|error| format!("cannot write {}: {error}", ready.display()))?;
    Ok(python)
}

/// The interpreter that makes environments.
pub(crate) fn interpreter() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
}
