//! The generated pages of `docs/`: written from the code that they describe, and compared with it in CI.

use std::fs;

use crate::run::{captured, root};

/// A page and the program whose output it is.
struct Page {
    path: &'static str,
    arguments: &'static [&'static str],
}

const PAGES: &[Page] = &[Page {
    path: "docs/reference/settings.md",
    arguments: &["run", "--quiet", "--package", "lks-config", "--example", "reference"],
}];

/// Writes every generated page.
pub fn write() -> Result<(), String> {
    for page in PAGES {
        let text = captured("cargo", page.arguments)?;
        fs::write(root().join(page.path), text).map_err(|error| format!("cannot write {}: {error}", page.path))?;
        println!("wrote {}", page.path);
    }
    Ok(())
}

/// Compares every generated page with what is there.
pub fn check() -> Result<(), String> {
    for page in PAGES {
        let expected = captured("cargo", page.arguments)?;
        let found = fs::read_to_string(root().join(page.path))
            .map_err(|error| format!("cannot read {}: {error}", page.path))?;
        if found != expected {
            return Err(format!(
                "{} is not current; run `cargo xtask docs` and commit the result",
                page.path
            ));
        }
    }
    println!("docs: {} generated page(s) are current", PAGES.len());
    Ok(())
}
