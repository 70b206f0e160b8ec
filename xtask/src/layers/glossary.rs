//! One name, one meaning: what the library crates export, against each other and against the glossary.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::run::root;

/// The page that says which term of the field lives where.
const GLOSSARY: &str = "docs/reference/glossary.md";

/// Each crate has its own error type, as Rust libraries do.
const SHARED: &[&str] = &["Error"];

/// Every name that two library crates export, and every path of the glossary that leads nowhere.
pub(super) fn breaches() -> Result<Vec<String>, String> {
    let mut exports = BTreeMap::new();
    for entry in fs::read_dir(root().join("crates")).map_err(|error| format!("crates: {error}"))? {
        let directory = entry.map_err(|error| format!("crates: {error}"))?.path();
        let file = directory.join("src/lib.rs");
        let name = directory.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Ok(text) = fs::read_to_string(file) {
            exports.insert(name.replace('-', "_"), exported(&text));
        }
    }
    let glossary = fs::read_to_string(root().join(GLOSSARY)).map_err(|error| format!("{GLOSSARY}: {error}"))?;
    let mut breaches = doubled(&exports);
    breaches.extend(unknown(&glossary, declares));
    Ok(breaches)
}

/// The names of a `lib.rs` after `pub use`: types and functions of the crate itself, by their last name.
fn exported(lib: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for statement in lib.split("\npub use ").skip(1) {
        let Some((path, _)) = statement.split_once(';') else {
            continue;
        };
        // What is handed on from another crate of the workspace is that crate's.
        if path.starts_with("lks_") {
            continue;
        }
        let list = path.split_once('{').map_or(path, |(_, list)| list);
        for word in list.trim_end_matches('}').split(',') {
            let word = word.rsplit(" as ").next().unwrap_or(word);
            let name = word.rsplit("::").next().unwrap_or(word).trim();
            if !name.is_empty() {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// Types that two crates export; functions may share a verb, and the facade forwards names of the others.
fn doubled(exports: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (crate_name, names) in exports.iter().filter(|(name, _)| *name != "lksearch") {
        let types = names
            .iter()
            .filter(|name| is_type(name) && !SHARED.contains(&name.as_str()));
        for name in types {
            owners.entry(name).or_default().push(crate_name);
        }
    }
    owners
        .iter()
        .filter(|(_, crates)| crates.len() > 1)
        .map(|(name, crates)| {
            format!(
                "`{name}` names two things: {} export it; rename one",
                crates.join(" and ")
            )
        })
        .collect()
}

fn is_type(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.chars().any(char::is_lowercase)
}

/// The paths such as `lks_mast::Product` of the glossary that no crate declares.
fn unknown(glossary: &str, declares: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let words = glossary.split('`').skip(1).step_by(2);
    let paths = words.filter_map(|word| word.split_once("::"));
    paths
        .filter(|(crate_name, item)| !declares(crate_name, item.rsplit("::").next().unwrap_or(item)))
        .map(|(crate_name, item)| format!("{GLOSSARY} names `{crate_name}::{item}`, which is not declared there"))
        .collect()
}

/// Whether a crate declares the item anywhere in its sources.
fn declares(crate_name: &str, item: &str) -> bool {
    let sources = root().join("crates").join(crate_name.replace('_', "-")).join("src");
    any_file(&sources, &|text| {
        ["struct", "enum", "trait", "type", "fn", "const"]
            .iter()
            .any(|keyword| {
                text.match_indices(&format!("{keyword} {item}")).any(|(start, found)| {
                    let next = text[start + found.len()..].chars().next();
                    next.is_none_or(|next| !next.is_alphanumeric() && next != '_')
                })
            })
    })
}

fn any_file(directory: &Path, is_it: &dyn Fn(&str) -> bool) -> bool {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| {
        if path.is_dir() {
            return any_file(&path, is_it);
        }
        path.extension().is_some_and(|extension| extension == "rs")
            && fs::read_to_string(&path).is_ok_and(|text| is_it(&text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_two_crates_is_told() {
        let exports = BTreeMap::from([
            ("lks_a".to_owned(), exported("\npub use x::{Error, Origin, parse};\n")),
            (
                "lks_b".to_owned(),
                exported("\npub use y::Error;\npub use y::{z::Origin, parse};\n"),
            ),
            ("lksearch".to_owned(), exported("\npub use lks_a::Origin;\n")),
        ]);
        let told = doubled(&exports);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].contains("`Origin`") && told[0].contains("lks_a and lks_b"),
            "{told:?}"
        );
    }

    #[test]
    fn an_export_counts_under_the_name_it_is_given() {
        let names = exported("\npub use x::y as cloud;\npub use report::{\n    Row as ManifestRow, Status,\n};\n");
        assert_eq!(names, ["ManifestRow", "Status", "cloud"].map(str::to_owned).into());
    }

    #[test]
    fn a_path_of_the_glossary_that_leads_nowhere_is_told() {
        let page = "| product | a file | `lks_a::Product`, `lks_a::room::Gone` and `plain` |";
        let told = unknown(page, |_, item| item == "Product");
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("lks_a::room::Gone"), "{told:?}");
    }
}
