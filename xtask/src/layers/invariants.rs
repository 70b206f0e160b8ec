//! What "Always true" in `docs/ARCHITECTURE.md` says of the sources. What it says of dependencies is checked with the arrows.

mod rules;

use std::fs;
use std::path::Path;

use super::Member;
use super::names::Names;
use crate::run::root;
use rules::{Crates, Forbidden, RULES, Rule};

/// The program and what automates are not libraries.
const PROGRAMS: [&str; 3] = ["lks-cli", "xtask", "lks-tests"];

/// Types by which a value that is borrowed can change. `OnceLock` and `LazyLock` are set once, before anybody has read them.
const CHANGEABLE: [&str; 7] = ["mut", "Mutex", "RwLock", "Cell", "RefCell", "UnsafeCell", "OnceCell"];

/// The facade has fewer lines of code: it wires and forwards.
pub(crate) const FACADE: (&str, usize) = ("lksearch", 1000);

/// A source file of a crate.
pub(crate) struct Source {
    /// Below `src`, with slashes.
    path: String,
    num_lines: usize,
    pub names: Names,
}

/// What holds, and all that breaks the rules, for the crates of the workspace.
pub(crate) fn check(members: &[Member]) -> (String, Vec<String>) {
    let mut breaches = Vec::new();
    let mut num_files = 0;
    for Member {
        name,
        directory,
        sources,
    } in members
    {
        num_files += sources.len();
        let broken = broken(name, sources);
        let place = directory
            .strip_prefix(root())
            .unwrap_or(directory)
            .display()
            .to_string();
        breaches.extend(broken.into_iter().map(|breach| format!("{place}/src/{breach}")));
    }
    let summary = format!("{num_files} source files keep {} rules", RULES.len());
    (summary, breaches)
}

fn broken(name: &str, sources: &[Source]) -> Vec<String> {
    let mut breaches = Vec::new();
    let num_lines: usize = sources.iter().map(|source| source.num_lines).sum();
    if name == FACADE.0 && num_lines >= FACADE.1 {
        breaches.push(format!(
            "lib.rs: the facade has {num_lines} lines of code, against rule 5 of \"Always true\": move logic to the crate that owns it"
        ));
    }
    for rule in RULES.iter().filter(|rule| rule.is_about(name)) {
        let mut files = sources
            .iter()
            .filter(|source| rule.only.is_empty() || is_below(&source.path, rule.only))
            .peekable();
        if files.peek().is_none() {
            breaches.push(format!(
                "{}: there is no such module, so rule {} guards nothing",
                rule.only.join(", "),
                rule.number
            ));
        }
        for source in files.filter(|source| !is_below(&format!("{name}/{}", source.path), rule.except)) {
            for (found, line) in rule.forbidden.in_names(&source.names) {
                breaches.push(format!(
                    "{}:{line}: names `{found}`, against rule {} of \"Always true\": {}",
                    source.path, rule.number, rule.instead
                ));
            }
        }
    }
    breaches
}

impl Rule {
    fn is_about(&self, name: &str) -> bool {
        match self.crates {
            Crates::Of(names) => names.contains(&name),
            Crates::LibrariesBut(names) => !names.contains(&name) && !PROGRAMS.contains(&name),
        }
    }
}

impl Forbidden {
    fn in_names<'a>(&self, names: &'a Names) -> Vec<(&'a str, usize)> {
        let of = |found: &'a [(String, usize)], is_forbidden: &dyn Fn(&str) -> bool| -> Vec<(&'a str, usize)> {
            let forbidden = found.iter().filter(|(name, _)| is_forbidden(name));
            forbidden.map(|(name, line)| (name.as_str(), *line)).collect()
        };
        match self {
            Self::Words(words) => of(&names.words, &|word| words.contains(&word)),
            Self::MutableStatics => of(&names.statics, &|declared| {
                let mut words = declared.split(' ');
                words.any(|word| CHANGEABLE.contains(&word) || word.starts_with("Atomic"))
            }),
            Self::Paths(paths) => {
                let is_forbidden = |name: &str| paths.iter().any(|path| has_in_a_row(name, path));
                [of(&names.paths, &is_forbidden), of(&names.macros, &is_forbidden)].concat()
            }
        }
    }
}

/// Whether a line is more than a comment, a document or nothing.
fn is_code(line: &str) -> bool {
    !line.trim().is_empty() && !line.trim_start().starts_with("//")
}

fn has_in_a_row(path: &str, wanted: &str) -> bool {
    let components: Vec<&str> = path.split("::").collect();
    let wanted: Vec<&str> = wanted.split("::").collect();
    components.windows(wanted.len()).any(|window| window == wanted)
}

/// Whether a file is one of these modules, or below one.
fn is_below(path: &str, modules: &[&str]) -> bool {
    modules.iter().any(|module| {
        path.strip_prefix(module)
            .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    })
}

/// The sources below a directory, without the files of tests.
pub(crate) fn sources(src: &Path) -> Result<Vec<Source>, String> {
    let mut found = Vec::new();
    let mut open = vec![src.to_owned()];
    while let Some(directory) = open.pop() {
        let entries = fs::read_dir(&directory).map_err(|error| format!("{}: {error}", directory.display()))?;
        for entry in entries {
            let path = entry
                .map_err(|error| format!("{}: {error}", directory.display()))?
                .path();
            let is_of_tests = path.file_stem().is_some_and(|name| name == "tests");
            if path.is_dir() && !is_of_tests {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !is_of_tests {
                let at = |error| format!("{}: {error}", path.display());
                let text = fs::read_to_string(&path).map_err(|error| at(error.to_string()))?;
                let below = path.strip_prefix(src).unwrap_or(&path).display().to_string();
                found.push(Source {
                    path: below.replace('\\', "/"),
                    num_lines: text.lines().filter(|line| is_code(line)).count(),
                    names: Names::of(&text).map_err(at)?,
                });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

#[cfg(test)]
mod tests;
