//! Asks the archive about a target and prints the products as JSON: `cargo run -p lks-mast --example search -- tess "TOI 1161" [EXPRESSION]`.
//!
//! `MAST` and `RESOLVER` in the environment name other services, such as those of `lksearch sandbox`.

#![allow(clippy::print_stderr, reason = "an example shows what it found")]

use std::io;

use lks_http::HttpClient;
use lks_mast::{Endpoints, Expression, MastClient, Mission, Search, Target, http_options};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [mission, target, rest @ ..] = words.as_slice() else {
        return Err("give a mission (tess, kepler, k2, mast) and a target".into());
    };
    let mut search = Search::new(mission.parse::<Mission>()?, target.parse::<Target>()?);
    if let Some(expression) = rest.first() {
        search = search.with_query(expression.parse::<Expression>()?);
    }
    let service = |name: &str, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.to_owned());
    let endpoints = Endpoints::parse(
        &service("MAST", "https://mast.stsci.edu"),
        &service("RESOLVER", "https://mastresolver.stsci.edu"),
    )?;
    let client = MastClient::new(HttpClient::new(&http_options())?, endpoints);
    let found = client.search(&search).await?;
    for warning in &found.warnings {
        eprintln!("warning: {warning}");
    }
    if let Some(reason) = &found.empty_reason {
        eprintln!("nothing found: {reason}");
    }
    lks_table::write::json(&found.table, io::stdout())?;
    Ok(())
}
