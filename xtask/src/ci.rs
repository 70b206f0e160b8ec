//! What must hold before a change lands, cheapest first.

use crate::run::{AS_TESTED, has_subcommand, passthrough};
use crate::{docs, faults, layers, parity, scale, wheel};

/// Runs every check and stops at the first that fails.
pub(crate) fn run() -> Result<(), String> {
    passthrough("cargo", &["fmt", "--all", "--check"], &[])?;
    layers::run()?;
    passthrough(
        "cargo",
        &["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"],
        &[],
    )?;
    // What the README's first command compiles, and who only searches; `cargo xtask features` has all combinations.
    for part in [&["lks-cli", "--features", "sandbox,download"][..], &["lksearch"]] {
        let words = [
            &["clippy", "--no-default-features", "--package"],
            part,
            &["--", "--deny", "warnings"],
        ]
        .concat();
        passthrough("cargo", &words, &[])?;
    }
    // The README's test command.
    passthrough("cargo", &["test", "--workspace"], &[])?;
    docs::check()?;
    quick()?;
    wheel::if_possible()?;
    passthrough(
        "cargo",
        &["doc", "--workspace", "--no-deps"],
        &[("RUSTDOCFLAGS", "--deny warnings")],
    )?;
    if has_subcommand("deny") {
        passthrough("cargo", &["deny", "check", "bans", "licenses", "sources"], &[])?;
        advisories()?;
    } else {
        println!("cargo-deny is not installed; `cargo xtask layers` has held the workspace to the rules of deny.toml");
    }
    Ok(())
}

/// Known vulnerabilities of dependencies, where the database of them can be had.
fn advisories() -> Result<(), String> {
    if passthrough("cargo", &["deny", "fetch", "db"], &[]).is_err() {
        println!("advisories were not checked: the database of RustSec cannot be fetched from here");
        return Ok(());
    }
    passthrough("cargo", &["deny", "check", "--disable-fetch", "advisories"], &[])
}

/// The quick part of what proves and measures; all of it is `cargo xtask bench`, `faults` and `parity`.
fn quick() -> Result<(), String> {
    let benches = ["page", "record", "read"].map(|name| ["--bench", name]);
    // Unoptimised and without `--bench`: each benchmark is tried once.
    let words = [&["test", "--quiet"], &AS_TESTED[..], benches.as_flattened()].concat();
    passthrough("cargo", &words, &[])?;
    faults::quick()?;
    scale::run()?;
    parity::quick()
}
