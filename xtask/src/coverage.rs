//! Which lines the tests run: `cargo xtask coverage` counts them for each crate, with the tools of `rustup component add llvm-tools`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::run::{captured, command, passthrough, root, target};

/// Compiles our crates, and not those of others, with counters.
const WRAPPER: &str = "xtask/coverage/rustc";

/// What `llvm-cov export -summary-only` says, as far as it is needed.
#[derive(Debug, Deserialize)]
struct Export {
    data: Vec<Data>,
}

#[derive(Debug, Deserialize)]
struct Data {
    files: Vec<File>,
}

#[derive(Debug, Deserialize)]
struct File {
    filename: String,
    summary: Summary,
}

#[derive(Debug, Deserialize)]
struct Summary {
    lines: Lines,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
struct Lines {
    count: u64,
    covered: u64,
}

/// Builds all tests with counters, runs them, and prints a table of the lines that ran; tests and examples themselves do not count.
pub(crate) fn run() -> Result<(), String> {
    let tools = PathBuf::from(captured("rustc", &["--print", "target-libdir"])?.trim()).with_file_name("bin");
    let [merge, report] = ["llvm-profdata", "llvm-cov"].map(|name| tools.join(name).display().to_string());
    if !Path::new(&merge).exists() {
        return Err("llvm-profdata is missing: `rustup component add llvm-tools` installs it".to_owned());
    }
    let folder = target().join("coverage");
    let counts = folder.join("counts");
    let failed = |error: std::io::Error| format!("cannot use {}: {error}", counts.display());
    if counts.exists() {
        std::fs::remove_dir_all(&counts).map_err(failed)?;
    }
    std::fs::create_dir_all(&counts).map_err(failed)?;
    let programs = test(&folder, &counts)?;

    let each: Vec<String> = std::fs::read_dir(&counts)
        .map_err(failed)?
        .filter_map(|entry| Some(entry.ok()?.path().display().to_string()))
        .collect();
    let (list, merged) = (folder.join("counts.txt"), folder.join("counts.profdata"));
    std::fs::write(&list, each.join("\n")).map_err(failed)?;
    let (list, merged) = (list.display().to_string(), merged.display().to_string());
    // Programs that a test kills leave counts that end in the middle.
    let lenient = "--failure-mode=all";
    captured(&merge, &["merge", "-sparse", lenient, "-f", &list, "-o", &merged])?;

    let profile = format!("-instr-profile={merged}");
    let mut words = vec!["export", "-summary-only", &profile];
    for program in &programs {
        words.extend(["-object", program]);
    }
    let export: Export = serde_json::from_str(&captured(&report, &words)?)
        .map_err(|error| format!("cannot read what llvm-cov says: {error}"))?;
    print(&by_crate(&export, &root().display().to_string()));
    Ok(())
}

/// Runs the tests; a test that fails is told, and what ran still counts. Gives back the programs with counters.
fn test(folder: &Path, counts: &Path) -> Result<Vec<String>, String> {
    let pattern = counts.join("%p-%m.profraw").display().to_string();
    let wrapper = root().join(WRAPPER).display().to_string();
    let place = folder.display().to_string();
    let environment = [
        ("RUSTC_WORKSPACE_WRAPPER", &*wrapper),
        ("CARGO_TARGET_DIR", &*place),
        ("LLVM_PROFILE_FILE", &*pattern),
    ];
    // A test runs them and takes those that it finds; without this, old ones.
    passthrough(
        "cargo",
        &["build", "--workspace", "--exclude", "xtask", "--examples"],
        &environment,
    )?;
    let kinds = ["--workspace", "--exclude", "xtask", "--lib", "--bins", "--tests"];
    let listed = command(
        "cargo",
        &[&["test", "--no-run", "--message-format", "json"][..], &kinds].concat(),
        &environment,
    )
    .stderr(std::process::Stdio::inherit())
    .output()
    .map_err(|error| format!("cannot build the tests: {error}"))?;
    if !listed.status.success() {
        return Err(format!("the tests cannot be built: {}", listed.status));
    }
    let programs = executables(&String::from_utf8_lossy(&listed.stdout));
    let status = Command::new("cargo")
        .args([&["test", "--quiet", "--no-fail-fast"][..], &kinds].concat())
        .envs(environment)
        .current_dir(root())
        .status()
        .map_err(|error| format!("cannot run the tests: {error}"))?;
    if !status.success() {
        println!("some tests failed; what they ran counts");
    }
    Ok(programs)
}

/// The paths of programs in cargo's messages.
fn executables(messages: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Message {
        executable: Option<String>,
    }
    let read = |line| serde_json::from_str::<Message>(line).ok()?.executable;
    messages.lines().filter_map(read).collect()
}

/// Adds up the lines of each crate's own source.
fn by_crate(export: &Export, root: &str) -> BTreeMap<String, Lines> {
    let mut crates: BTreeMap<String, Lines> = BTreeMap::new();
    for file in export.data.iter().flat_map(|data| &data.files) {
        let Some(path) = file
            .filename
            .strip_prefix(root)
            .and_then(|path| path.strip_prefix("/crates/"))
        else {
            continue;
        };
        let Some((name, source)) = path.split_once("/src/") else {
            continue;
        };
        if source.ends_with("/tests.rs") || source.contains("/tests/") {
            continue;
        }
        let sum = crates.entry(name.to_owned()).or_default();
        sum.count += file.summary.lines.count;
        sum.covered += file.summary.lines.covered;
    }
    crates
}

fn print(crates: &BTreeMap<String, Lines>) {
    println!("| crate | lines | run by tests | |\n|---|---:|---:|---:|");
    let mut all = Lines::default();
    for (name, lines) in crates {
        println!("| {name} | {} | {} | {} |", lines.count, lines.covered, percent(*lines));
        all.count += lines.count;
        all.covered += lines.covered;
    }
    println!("| all | {} | {} | {} |", all.count, all.covered, percent(all));
}

fn percent(lines: Lines) -> String {
    match lines.count {
        0 => "–".to_owned(),
        count => format!("{:.1} %", 100.0 * lines.covered as f64 / count as f64),
    }
}

#[cfg(test)]
mod tests;
