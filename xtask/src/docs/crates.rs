//! The page of the published crates: what each is for, its features, and how many packages it is built from.

use std::fmt::Write;

use cargo_metadata::Package;

use crate::{layers, size};

/// The page. It is the same on every machine: packages are counted for one platform.
pub(crate) fn page() -> Result<String, String> {
    let metadata = layers::metadata()?;
    let mut published: Vec<&Package> = metadata.workspace_packages();
    published.retain(|package| package.publish.as_deref() != Some(&[]));
    let mut rows = String::new();
    for package in published {
        let all = size::num_packages(&package.name, true)?;
        let least = size::num_packages(&package.name, false)?;
        let counts = match all == least {
            true => all.to_string(),
            false => format!("{all}, without features {least}"),
        };
        let features: Vec<String> = package.features.keys().map(|name| format!("`{name}`")).collect();
        let description = package.description.as_deref().unwrap_or_default();
        // Writing into a string cannot fail.
        let _ = writeln!(
            rows,
            "| `{}` | {description} | {} | {counts} |",
            package.name,
            features
                .iter()
                .filter(|name| *name != "`default`")
                .cloned()
                .collect::<Vec<_>>()
                .join(", "),
        );
    }
    let oldest = published_version(&metadata.workspace_packages());
    Ok(format!(
        "\
         # The crates\n\n\
         This page is generated from `cargo metadata` and `cargo tree` by `cargo xtask docs`. Each crate can be used alone. Packages are those that end\n\
         up in a program, on Linux (x86-64), with the default features or without them; the crate itself is not counted.\n\n\
         | crate | what it is | features | packages |\n|---|---|---|---|\n{rows}\n\
         The program has {:.1} MB (`cargo install --path crates/lks-cli --profile dist`, Linux x86-64, stripped); `cargo xtask size` builds it, measures it, and\n\
         fails if this page is wrong or the program has more than {} MB. The oldest supported Rust is {oldest}, which is also the one that everything is\n\
         built with.\n",
        size::MEASURED as f64 / 1e6,
        size::MOST / 1_000_000,
    ))
}

fn published_version(packages: &[&Package]) -> String {
    packages
        .iter()
        .find_map(|package| package.rust_version.as_ref())
        .map(ToString::to_string)
        .unwrap_or_default()
}
