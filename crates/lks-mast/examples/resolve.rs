//! Tells where some objects are, and whether the services agree: `cargo run -p lks-mast --example resolve -- "beta Pic" "TOI 1161"`.
//!
//! `RESOLVER` in the environment names another service, such as that of `lksearch sandbox`.

#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use lks_http::HttpClient;
use lks_mast::{Endpoints, MastClient, http_options};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let resolver = std::env::var("RESOLVER").unwrap_or_else(|_| "https://mastresolver.stsci.edu".to_owned());
    let endpoints = Endpoints::parse("https://mast.stsci.edu", &resolver)?;
    let client = MastClient::new(HttpClient::new(&http_options())?, endpoints);
    for resolution in client.resolve(&names).await? {
        println!("{resolution}");
        if let Some((other, separation)) = resolution.disagreement() {
            println!("  but {} has it {separation} away", other.resolver);
        }
    }
    Ok(())
}
