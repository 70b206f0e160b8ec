//! How large the program is, and how many packages each crate is built from.

use std::collections::BTreeSet;
use std::fs;

use crate::layers;
use crate::run::{captured, passthrough};

/// The largest that the program may be, in bytes.
const MOST: u64 = 20_000_000;

/// Builds the program as it is handed out, and counts.
pub fn run() -> Result<(), String> {
    let metadata = layers::metadata()?;
    for package in metadata.workspace_packages() {
        let listed = captured(
            "cargo",
            &[
                "tree",
                "--package",
                &package.name,
                "--edges",
                "normal",
                "--prefix",
                "none",
            ],
        )?;
        // A package of the tree is its name and its version; the crate itself is not counted.
        let packages: BTreeSet<String> = listed
            .lines()
            .map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
            .collect();
        println!("{:12} {:4} packages", package.name, packages.len() - 1);
    }
    passthrough("cargo", &["build", "--profile", "dist", "--package", "lks-cli"], &[])?;
    let program = metadata.target_directory.join("dist/lksearch");
    let size = fs::metadata(&program)
        .map_err(|error| format!("cannot look at {program}: {error}"))?
        .len();
    println!("lksearch     {:.1} MB", size as f64 / 1e6);
    match size <= MOST {
        true => Ok(()),
        false => Err(format!("the program has {size} bytes, more than {MOST}")),
    }
}
