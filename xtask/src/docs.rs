//! The generated pages of `docs/`: written from the code that they describe, and compared with it in CI.

mod crates;
mod figure;

use std::fs;

use crate::layers;
use crate::run::{build, built, captured, root};

/// A page and what it is made from.
struct Page {
    path: &'static str,
    text: Text,
}

enum Text {
    /// This text of the example `reference` of `lks-config`.
    Settings(&'static str),
    /// The figure of the crates, from `cargo metadata`.
    Figure,
    /// The table of the crates, from `cargo metadata` and `cargo tree`.
    Crates,
    /// The page as it is, with the section of this name filled by the example `tables` of `lks-mast`.
    Section(&'static str),
}

/// What prints them.
const EXAMPLES: [&str; 2] = ["reference", "tables"];

const PAGES: &[Page] = &[
    Page {
        path: "docs/reference/settings.md",
        text: Text::Settings("reference"),
    },
    Page {
        path: "docs/reference/lksearch.toml",
        text: Text::Settings("template"),
    },
    Page {
        path: "docs/reference/lksearch.schema.json",
        text: Text::Settings("schema"),
    },
    Page {
        path: "docs/crates.svg",
        text: Text::Figure,
    },
    Page {
        path: "docs/reference/crates.md",
        text: Text::Crates,
    },
    Page {
        path: "docs/reference/program.md",
        text: Text::Section("columns"),
    },
    Page {
        path: "docs/guide/reading-files.md",
        text: Text::Section("pipelines"),
    },
];

/// Writes every generated page.
pub(crate) fn write() -> Result<(), String> {
    build(&EXAMPLES)?;
    for page in PAGES {
        let text = made(page)?;
        fs::write(root().join(page.path), text).map_err(|error| format!("cannot write {}: {error}", page.path))?;
        println!("wrote {}", page.path);
    }
    Ok(())
}

/// Compares every generated page with what is there.
pub(crate) fn check() -> Result<(), String> {
    build(&EXAMPLES)?;
    for page in PAGES {
        let expected = made(page)?;
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

fn made(page: &Page) -> Result<String, String> {
    match page.text {
        Text::Crates => crates::page(),
        Text::Figure => Ok(figure::svg(&layers::actual_arrows(&layers::metadata()?))),
        Text::Settings(text) => printed("reference", text),
        Text::Section(name) => {
            let text = fs::read_to_string(root().join(page.path));
            let text = text.map_err(|error| format!("cannot read {}: {error}", page.path))?;
            with_section(&text, name, &printed("tables", name)?).ok_or_else(|| {
                let (begin, end) = marks(name);
                format!("{} has no section between {begin} and {end}", page.path)
            })
        }
    }
}

/// What an example prints.
fn printed(example: &str, text: &str) -> Result<String, String> {
    captured(&built(&format!("examples/{example}")), &[text])
}

/// The lines around a section.
fn marks(name: &str) -> (String, String) {
    (
        format!("<!-- {name}: written by `cargo xtask docs` -->"),
        format!("<!-- end of {name} -->"),
    )
}

/// The page with another text in its section.
fn with_section(page: &str, name: &str, text: &str) -> Option<String> {
    let (begin, end) = marks(name);
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n\n{}\n\n{end}{after}", text.trim()))
}
