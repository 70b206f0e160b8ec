//! How large the program is, and how many packages each crate is built from.

use std::collections::BTreeSet;
use std::fs;

use crate::layers;
use crate::run::{captured, passthrough};

/// The largest that the program may be, in bytes.
pub(crate) const MOST: u64 = 20_000_000;

/// What docs/reference/crates.md says that it has, in bytes.
pub(crate) const MEASURED: u64 = 19_770_000;

/// How far the page may be off, in bytes.
const NEAR: u64 = 300_000;

/// Builds the program as it is handed out, and counts.
pub(crate) fn run() -> Result<(), String> {
    let metadata = layers::metadata()?;
    for package in metadata.workspace_packages() {
        println!("{:12} {:4} packages", package.name, num_packages(&package.name, true)?);
    }
    passthrough("cargo", &["build", "--profile", "dist", "--package", "lks-cli"], &[])?;
    let program = metadata.target_directory.join("dist/lksearch");
    let size = fs::metadata(&program)
        .map_err(|error| format!("cannot look at {program}: {error}"))?
        .len();
    println!("lksearch     {:.1} MB", size as f64 / 1e6);
    if size > MOST {
        return Err(format!("the program has {size} bytes, more than {MOST}"));
    }
    match size.abs_diff(MEASURED) <= NEAR {
        true => Ok(()),
        false => Err(format!(
            "the program has {size} bytes, the page says {MEASURED}; change xtask/src/size.rs and run `cargo xtask docs`"
        )),
    }
}

/// How many packages end up in a program that uses this crate, with its default features or without any; the crate itself is not
/// counted. Counted for one platform, so that every machine counts the same.
pub(crate) fn num_packages(name: &str, with_features: bool) -> Result<usize, String> {
    Ok(packages(name, with_features, "normal")?.len() - 1)
}

/// Name and version of the packages that a crate is built from, itself among them, over these edges of `cargo tree`.
pub(crate) fn packages(name: &str, with_features: bool, edges: &str) -> Result<BTreeSet<String>, String> {
    let mut words = vec!["tree", "--package", name, "--edges", edges, "--prefix", "none"];
    words.extend(["--target", "x86_64-unknown-linux-gnu"]);
    if !with_features {
        words.push("--no-default-features");
    }
    // A package of the tree is its name and its version.
    Ok(captured("cargo", &words)?
        .lines()
        .map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
        .collect())
}
