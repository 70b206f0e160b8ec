//! Whether the tests notice a changed line: `cargo xtask mutants` alters what publishes, verifies, resumes and plans, with cargo-mutants.

use crate::run::{has_subcommand, passthrough, target};

/// What is altered, with the crate whose own tests must notice it.
const FILES: [(&str, &str); 7] = [
    ("lks-cache", "crates/lks-cache/src/publish.rs"),
    ("lks-cache", "crates/lks-cache/src/write.rs"),
    ("lks-cache", "crates/lks-cache/src/write/finished.rs"),
    ("lks-cache", "crates/lks-cache/src/write/running_hash.rs"),
    ("lks-cache", "crates/lks-cache/src/verify.rs"),
    ("lks-cache", "crates/lks-cache/src/resume.rs"),
    ("lks-fetch", "crates/lks-fetch/src/plan/decide.rs"),
];

/// Seconds after which a test that hangs counts as having noticed.
const PATIENCE: &str = "120";

/// Alters a copy of the workspace, one thing at a time; an error if a test did not notice one. `only` is a part of a file's name.
pub(crate) fn run(only: Option<&str>) -> Result<(), String> {
    if !has_subcommand("mutants") {
        return Err("cargo-mutants is missing: `cargo install --locked cargo-mutants` installs it".to_owned());
    }
    let mut survived = Vec::new();
    for (package, file) in FILES {
        if only.is_some_and(|part| !file.contains(part)) {
            continue;
        }
        let folder = target().join("mutants").join(file.replace('/', "-"));
        std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        let folder = folder.display().to_string();
        let words = [
            "mutants",
            "--package",
            package,
            "--file",
            file,
            "--timeout",
            PATIENCE,
            "--output",
            &folder,
        ];
        // The planner is pure: its own tests must do.
        let tests: &[&str] = match package {
            "lks-fetch" => &["--cargo-arg=--lib"],
            _ => &["--cargo-arg=--lib", "--cargo-arg=--test", "--cargo-arg=it"],
        };
        let quick = [("PROPTEST_CASES", "16"), ("CARGO_PROFILE_DEV_DEBUG", "0")];
        let outcome = passthrough("cargo", &[&words[..], tests].concat(), &quick);
        survived.extend(outcome.err().map(|message| format!("{file}: {message}")));
    }
    if survived.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "{}; docs/measured.md says which may survive",
            survived.join("; ")
        ))
    }
}
