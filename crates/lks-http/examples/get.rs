//! Asks for URLs one after the other and prints what came: `cargo run -p lks-http --example get -- URL…`.

#![allow(clippy::print_stdout, reason = "a program")]

use lks_http::{HttpClient, HttpOptions, Request};
use url::Url;

/// Larger documents are refused.
const LIMIT: u64 = 1 << 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = HttpClient::new(&HttpOptions::default())?;
    for url in std::env::args().skip(1) {
        match client.bytes(Request::get(Url::parse(&url)?), LIMIT).await {
            Ok(answer) => println!("{}, {} bytes", answer.status, answer.body.len()),
            Err(error) => println!("{:?}: {error}", error.class()),
        }
    }
    println!("{} requests", client.requests_made());
    Ok(())
}
