//! Whether each crate compiles with none of its features, with each one alone, and with all; what it is built from with none; and what
//! a program that was built without some tells who asks for them.

mod left_out;

use cargo_metadata::Package;

use crate::run::{captured, passthrough};
use crate::{layers, size};

const MACOS: &str = "aarch64-apple-darwin";

/// Crates that another system can check, because no C is compiled for them; what is particular to a system is in these.
const WITHOUT_C: [&str; 3] = ["lks-config", "lks-cache", "lks-fits"];

/// What must not come with a crate that is used without its features.
const LIGHT: [(&str, &[&str]); 6] = [
    ("lks-fits", &["tokio", "object_store", "hyper", "icu_normalizer"]),
    ("lks-http", &["rustls", "aws-lc-sys", "ring"]),
    ("lks-table", &["parquet", "arrow-ipc", "arrow-cast", "zstd-sys"]),
    ("lks-mast", &["parquet", "zstd-sys", "rustls", "lks-fits"]),
    ("lks-catalog", &["parquet", "zstd-sys", "rustls", "lks-fits"]),
    (
        "lksearch",
        &["parquet", "zstd-sys", "rustls", "lks-fits", "object_store"],
    ),
];

/// Checks every combination, each crate alone, so that no neighbour lends a feature.
pub(crate) fn run() -> Result<(), String> {
    let metadata = layers::metadata()?;
    let mut num_checked = 0;
    let mut failed = Vec::new();
    for package in metadata.workspace_packages() {
        for chosen in combinations(package) {
            let words: Vec<&str> = ["check", "--quiet", "--package", package.name.as_str()]
                .into_iter()
                .chain(chosen.iter().map(String::as_str))
                .collect();
            num_checked += 1;
            if passthrough("cargo", &words, &[("RUSTFLAGS", "--deny warnings")]).is_err() {
                failed.push(format!("cargo {}", words.join(" ")));
            }
        }
    }
    for (name, unwanted) in LIGHT {
        let found = size::packages(name, false, "normal,build")?;
        let found: Vec<&str> = found.iter().filter_map(|package| package.split(' ').next()).collect();
        num_checked += 1;
        if let Some(unwanted) = unwanted.iter().find(|unwanted| found.contains(unwanted)) {
            failed.push(format!("{name} without features brings {unwanted}"));
        }
    }
    if is_installed(MACOS)? {
        for name in WITHOUT_C {
            let words = ["check", "--quiet", "--package", name, "--target", MACOS];
            num_checked += 1;
            if passthrough("cargo", &words, &[("RUSTFLAGS", "--deny warnings")]).is_err() {
                failed.push(format!("cargo {}", words.join(" ")));
            }
        }
    } else {
        println!("skipped: what is particular to macOS; `rustup target add {MACOS}` brings the target");
    }
    let (num_answers, unclear) = left_out::run()?;
    num_checked += num_answers;
    failed.extend(unclear);
    println!("features: {num_checked} checks, {} failed", failed.len());
    match failed.is_empty() {
        true => Ok(()),
        false => Err(format!("not as planned:\n  {}", failed.join("\n  "))),
    }
}

fn is_installed(target: &str) -> Result<bool, String> {
    let libraries = captured("rustc", &["--print", "target-libdir", "--target", target])?;
    Ok(std::path::Path::new(libraries.trim()).is_dir())
}

/// The words for cargo: none, each, all; once for a crate without features.
fn combinations(package: &Package) -> Vec<Vec<String>> {
    let named = package.features.keys().filter(|name| *name != "default");
    let none = vec!["--no-default-features".to_owned()];
    let each = named.map(|name| [&none[..], &["--features".to_owned(), name.clone()]].concat());
    let mut all: Vec<Vec<String>> = each.collect();
    if !all.is_empty() {
        all.push(vec!["--all-features".to_owned()]);
    }
    all.insert(0, none);
    all
}
