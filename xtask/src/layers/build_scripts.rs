//! Which packages run code of their own while the workspace is built, and which of them compile C.

use std::collections::BTreeSet;
use std::fmt;

use cargo_metadata::{DependencyKind, Metadata, TargetKind};

use super::Rules;
use crate::run::captured;

/// Crates by which a build script compiles C.
const COMPILERS: [&str; 2] = ["cc", "cmake"];

/// The packages with a build script, by name.
pub(crate) struct BuildScripts {
    all: BTreeSet<String>,
    compile_c: BTreeSet<String>,
}

/// The build scripts of what is built for any of the targets. `cargo tree` is asked which packages those are, because the metadata's graph
/// also holds optional dependencies that no feature turns on.
pub(crate) fn of(metadata: &Metadata, targets: &[String]) -> Result<BuildScripts, String> {
    let mut words = vec!["tree", "--workspace", "--all-features", "--edges", "normal,build"];
    words.extend(["--prefix", "none", "--format", "{p}"]);
    words.extend(targets.iter().flat_map(|target| ["--target", target]));
    let tree = captured("cargo", &words)?;
    let built: BTreeSet<(&str, &str)> = tree.lines().filter_map(name_and_version).collect();
    let scripts = metadata.packages.iter().filter(|package| {
        let has_script = package
            .targets
            .iter()
            .any(|target| target.kind.contains(&TargetKind::CustomBuild));
        has_script && built.contains(&(package.name.as_str(), package.version.to_string().as_str()))
    });
    let mut found = BuildScripts {
        all: BTreeSet::new(),
        compile_c: BTreeSet::new(),
    };
    for package in scripts {
        found.all.insert(package.name.to_string());
        let mut needed = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind == DependencyKind::Build);
        if needed.any(|dependency| COMPILERS.contains(&dependency.name.as_str())) {
            found.compile_c.insert(package.name.to_string());
        }
    }
    Ok(found)
}

impl BuildScripts {
    /// What `deny.toml` does not name, and what it names in vain.
    pub(super) fn compare(&self, rules: &Rules) -> Vec<String> {
        let allowed: BTreeSet<String> = rules.bans.build.allowed.iter().cloned().collect();
        let may_compile: BTreeSet<String> = rules
            .bans
            .deny
            .iter()
            .filter(|ban| COMPILERS.contains(&ban.name.as_str()))
            .flat_map(|ban| ban.wrappers.iter().cloned())
            .collect();
        let new = self.all.difference(&allowed).map(|name| {
            format!("{name} runs a build script and is not in `allow-build-scripts` of deny.toml; name it there if it is worth it")
        });
        let gone = allowed
            .difference(&self.all)
            .map(|name| format!("{name} is in `allow-build-scripts` of deny.toml and runs no build script"));
        let compiles = self.compile_c.difference(&may_compile).map(|name| {
            format!("{name} compiles C and is not among the wrappers of `cc` in deny.toml; that needs a decision page")
        });
        new.chain(gone).chain(compiles).collect()
    }
}

impl fmt::Display for BuildScripts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let compile_c: Vec<&str> = self.compile_c.iter().map(String::as_str).collect();
        write!(
            f,
            "{} packages run build scripts, {} of which compile C ({})",
            self.all.len(),
            compile_c.len(),
            compile_c.join(", ")
        )
    }
}

/// `name v1.2.3 (proc-macro)` without what follows the version.
fn name_and_version(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once(" v")?;
    Some((name, rest.split(' ').next()?))
}

#[cfg(test)]
mod tests;
