//! One name, one meaning: what the library crates export, against each other and against the glossary.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::Member;
use super::invariants::FACADE;
use crate::run::root;

/// The page that says which term of the field lives where.
const GLOSSARY: &str = "docs/reference/glossary.md";

/// Each crate has its own error type, as Rust libraries do.
const SHARED: &[&str] = &["Error"];

/// Every name that two library crates export, and every path of the glossary that leads nowhere.
pub(super) fn breaches(members: &[Member]) -> Result<Vec<String>, String> {
    let mut exports = BTreeMap::new();
    for member in members {
        // Programs export nothing.
        if let Ok(lib) = fs::read_to_string(member.directory.join("src/lib.rs")) {
            exports.insert(member.name.replace('-', "_"), exported(&lib));
        }
    }
    let declares = |crate_name: &str, item: &str| {
        let mut crates = members
            .iter()
            .filter(|member| member.name.replace('-', "_") == crate_name);
        crates.any(|member| {
            let mut sources = member.sources.iter();
            sources.any(|source| source.names.items.contains(item))
        })
    };
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
    for (crate_name, names) in exports.iter().filter(|(name, _)| *name != FACADE.0) {
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
