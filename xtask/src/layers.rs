//! The arrows between crates against the table in `docs/ARCHITECTURE.md`, all dependencies against `deny.toml`, and the sources against
//! what "Always true" says of them.

mod build_scripts;
mod glossary;
mod invariants;
mod licences;
mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, PackageId};
use serde::Deserialize;

use self::invariants::Source;
use crate::run::root;

const REGISTRY: &str = "registry+";

/// Crates that other tools take alone, and what must not come with them.
const LIGHT: &[(&str, &[&str])] = &[
    ("lks-config", &["tokio", "reqwest", "arrow-array", "object_store"]),
    (
        "lks-cache",
        &["tokio", "reqwest", "arrow-array", "object_store", "figment"],
    ),
];

/// Reads both sources of rules and reports every breach at once.
pub(crate) fn run() -> Result<(), String> {
    let metadata = metadata()?;
    let plan = fs::read_to_string(root().join("docs/ARCHITECTURE.md"))
        .map_err(|error| format!("docs/ARCHITECTURE.md: {error}"))?;
    let rules = fs::read_to_string(root().join("deny.toml")).map_err(|error| format!("deny.toml: {error}"))?;
    let rules: Rules = toml::from_str(&rules).map_err(|error| format!("deny.toml: {error}"))?;

    let allowed = allowed_arrows(&plan)?;
    let actual = actual_arrows(&metadata);
    let mut breaches = compare(&allowed, &actual);
    breaches.extend(
        LIGHT
            .iter()
            .flat_map(|(source, unwanted)| dragged_in(&metadata, source, unwanted)),
    );
    breaches.extend(banned(&metadata, &rules));
    breaches.extend(licences::unlicensed(&metadata, &rules));
    breaches.extend(unknown_sources(&metadata));
    let scripts = build_scripts::of(&metadata, &rules.graph.targets)?;
    breaches.extend(scripts.compare(&rules));
    let members = members(&metadata)?;
    breaches.extend(glossary::breaches(&members)?);
    let (sources, broken) = invariants::check(&members);
    breaches.extend(broken);
    if breaches.is_empty() {
        let num_arrows: usize = actual.values().map(BTreeSet::len).sum();
        println!(
            "layers: {} crates, {num_arrows} arrows, {} packages are as planned",
            actual.len(),
            metadata.packages.len()
        );
        println!("layers: {scripts}");
        println!("layers: {sources}");
        return Ok(());
    }
    Err(format!("the workspace is not as planned:\n  {}", breaches.join("\n  ")))
}

/// The workspace and all that it is built from, with every feature, so that optional dependencies count too.
pub(crate) fn metadata() -> Result<Metadata, String> {
    MetadataCommand::new()
        .current_dir(root())
        .features(CargoOpt::AllFeatures)
        .exec()
        .map_err(|error| format!("cannot read the workspace's metadata: {error}"))
}

/// A crate of the workspace.
pub(crate) struct Member {
    name: String,
    directory: PathBuf,
    sources: Vec<Source>,
}

/// The crates of the workspace.
fn members(metadata: &Metadata) -> Result<Vec<Member>, String> {
    let packages = metadata.workspace_packages().into_iter();
    let place = |package: &cargo_metadata::Package| package.manifest_path.parent().map(PathBuf::from);
    packages
        .filter_map(|package| Some((package.name.to_string(), place(package)?)))
        .map(|(name, directory)| {
            let sources = invariants::sources(&directory.join("src"))?;
            Ok(Member {
                name,
                directory,
                sources,
            })
        })
        .collect()
}

/// The crates of the workspace, and which of them each depends on.
pub(crate) type Arrows = BTreeMap<String, BTreeSet<String>>;

/// Reads the rows ``| `crate` | its job | `may`, `depend` |`` of the plan. "all above" is every crate of the rows before; a row may name
/// several crates.
fn allowed_arrows(plan: &str) -> Result<Arrows, String> {
    let mut arrows = Arrows::new();
    for line in plan.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [crates, _job, targets] = cells[..] else { continue };
        let sources = code_words(crates);
        if sources.is_empty() || !line.starts_with('|') {
            continue;
        }
        let targets: BTreeSet<String> = if targets.contains("all above") {
            arrows.keys().cloned().collect()
        } else {
            code_words(targets).into_iter().collect()
        };
        for source in sources {
            arrows.insert(source, targets.clone());
        }
    }
    if arrows.is_empty() {
        Err("docs/ARCHITECTURE.md has no table of crates".to_owned())
    } else {
        Ok(arrows)
    }
}

/// The words in back-ticks that name a crate; `tests` is the package `lks-tests`; notes in brackets are passed over.
fn code_words(cell: &str) -> Vec<String> {
    let before_note = cell.split('(').next().unwrap_or(cell);
    let words = before_note.split('`').skip(1).step_by(2);
    words
        .map(|word| {
            if word == "tests" {
                "lks-tests".to_owned()
            } else {
                word.to_owned()
            }
        })
        .collect()
}

/// The arrows that are there; development dependencies do not count.
pub(crate) fn actual_arrows(metadata: &Metadata) -> Arrows {
    let members: BTreeSet<String> = metadata
        .workspace_packages()
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    let mut arrows = Arrows::new();
    for package in metadata.workspace_packages() {
        let targets = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind == DependencyKind::Normal);
        let targets = targets
            .map(|dependency| dependency.name.clone())
            .filter(|name| members.contains(name));
        arrows.insert(package.name.to_string(), targets.collect());
    }
    arrows
}

fn compare(allowed: &Arrows, actual: &Arrows) -> Vec<String> {
    let mut breaches = Vec::new();
    for (source, targets) in actual {
        let Some(permitted) = allowed.get(source) else {
            breaches.push(format!("crate {source} is not in the table of docs/ARCHITECTURE.md"));
            continue;
        };
        for target in targets.difference(permitted) {
            breaches.push(format!(
                "{source} -> {target} is not an arrow of docs/ARCHITECTURE.md; a new arrow needs a decision page"
            ));
        }
    }
    for source in allowed.keys().filter(|name| !actual.contains_key(*name)) {
        breaches.push(format!(
            "crate {source} is in the table of docs/ARCHITECTURE.md and not in the workspace"
        ));
    }
    breaches
}

/// The unwanted packages among all that a crate is built with, directly or not.
fn dragged_in(metadata: &Metadata, source: &str, unwanted: &[&str]) -> Vec<String> {
    let Some(resolve) = &metadata.resolve else {
        return vec!["the metadata names no resolved dependencies".to_owned()];
    };
    let node = |id: &PackageId| resolve.nodes.iter().find(|node| node.id == *id);
    let mut open: Vec<&PackageId> = metadata
        .packages
        .iter()
        .filter(|package| package.name == source)
        .map(|package| &package.id)
        .collect();
    let mut seen: BTreeSet<&PackageId> = open.iter().copied().collect();
    while let Some(id) = open.pop() {
        let edges = node(id).into_iter().flat_map(|node| &node.deps);
        let normal = edges.filter(|edge| edge.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
        open.extend(normal.map(|edge| &edge.pkg).filter(|id| seen.insert(*id)));
    }
    let names: BTreeSet<String> = seen.into_iter().map(|id| metadata[id].name.to_string()).collect();
    let found = unwanted.iter().filter(|name| names.contains(**name));
    found
        .map(|name| format!("{source} is built with {name}, which must not come with it"))
        .collect()
}

#[derive(Deserialize)]
struct Rules {
    graph: Graph,
    bans: Bans,
    licenses: Licenses,
}

#[derive(Deserialize)]
struct Graph {
    targets: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
    build: BuildScripts,
}

#[derive(Deserialize)]
struct BuildScripts {
    #[serde(rename = "allow-build-scripts")]
    allowed: Vec<String>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    #[serde(default)]
    wrappers: Vec<String>,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

/// Every package that names a banned one without being one of its wrappers; development dependencies may.
fn banned(metadata: &Metadata, rules: &Rules) -> Vec<String> {
    let mut breaches = Vec::new();
    for ban in &rules.bans.deny {
        for package in &metadata.packages {
            let names_it = package
                .dependencies
                .iter()
                .any(|dependency| dependency.name == ban.name && dependency.kind == DependencyKind::Normal);
            if names_it
                && !ban.wrappers.contains(&package.name.to_string())
                && is_resolved(metadata, package, &ban.name)
            {
                breaches.push(format!("{} may not depend on {} (deny.toml)", package.name, ban.name));
            }
        }
    }
    breaches
}

fn is_resolved(metadata: &Metadata, package: &cargo_metadata::Package, name: &str) -> bool {
    let Some(resolve) = &metadata.resolve else { return true };
    let node = resolve.nodes.iter().find(|node| node.id == package.id);
    node.is_some_and(|node| {
        node.deps
            .iter()
            .any(|dependency| metadata[&dependency.pkg].name.as_str() == name)
    })
}

fn unknown_sources(metadata: &Metadata) -> Vec<String> {
    let foreign = metadata.packages.iter().filter(|package| {
        package
            .source
            .as_ref()
            .is_some_and(|source| !source.repr.starts_with(REGISTRY))
    });
    foreign
        .map(|package| format!("{} {} does not come from the registry", package.name, package.version))
        .collect()
}

#[cfg(test)]
mod tests;
