//! The generated pages of `docs/`: written from the code that they describe, and compared with it in CI.

use std::fs;

use crate::run::{captured, root};

/// A page and the name of its text in the example `reference` of `lks-config`.
struct Page {
    path: &'static str,
    text: &'static str,
}

const PAGES: &[Page] = &[
    Page {
        path: "docs/reference/settings.md",
        text: "reference",
    },
    Page {
        path: "docs/reference/lksearch.toml",
        text: "template",
    },
    Page {
        path: "docs/reference/lksearch.schema.json",
        text: "schema",
    },
];

/// Writes every generated page.
pub fn write() -> Result<(), String> {
    for page in PAGES {
        let text = printed(page)?;
        fs::write(root().join(page.path), text).map_err(|error| format!("cannot write {}: {error}", page.path))?;
        println!("wrote {}", page.path);
    }
    Ok(())
}

/// Compares every generated page with what is there.
pub fn check() -> Result<(), String> {
    for page in PAGES {
        let expected = printed(page)?;
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

fn printed(page: &Page) -> Result<String, String> {
    let example = [
        "run",
        "--quiet",
        "--package",
        "lks-config",
        "--example",
        "reference",
        "--",
        page.text,
    ];
    captured("cargo", &example)
}
