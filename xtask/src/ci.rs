//! What must hold before a change lands, cheapest first.

use crate::run::passthrough;
use crate::{docs, layers};

/// Runs every check and stops at the first that fails.
pub fn run() -> Result<(), String> {
    passthrough("cargo", &["fmt", "--all", "--check"], &[])?;
    layers::run()?;
    passthrough(
        "cargo",
        &["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"],
        &[],
    )?;
    // The README's test command.
    passthrough("cargo", &["test", "--workspace"], &[])?;
    docs::check()?;
    passthrough(
        "cargo",
        &["doc", "--workspace", "--no-deps"],
        &[("RUSTDOCFLAGS", "--deny warnings")],
    )?;
    if passthrough("cargo", &["deny", "--version"], &[]).is_ok() {
        passthrough("cargo", &["deny", "check", "bans", "licenses", "sources"], &[])?;
    } else {
        println!("cargo-deny is not installed; `cargo xtask layers` has held the workspace to the rules of deny.toml");
    }
    Ok(())
}
