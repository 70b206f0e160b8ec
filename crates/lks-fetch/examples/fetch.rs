//! Brings files of the archive into a directory: `cargo run -p lks-fetch --example fetch -- DIRECTORY mast:…`.
//!
//! `MAST` and `S3` in the environment name other services, such as those of `lksearch sandbox`.

#![allow(clippy::print_stdout, reason = "a program")]

use lks_fetch::{Fetcher, Options, Policy, Quiet, store_at};
use lks_http::HttpClient;
use lks_mast::{Endpoints, MastClient, Product, http_options};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().ok_or("usage: fetch DIRECTORY URI…")?;
    let rows: Vec<_> = arguments
        .filter_map(|uri| {
            let filename = uri.rsplit('/').next()?.to_owned();
            Some(Ok(Product::new(uri, "files", "of-the-archive", filename)))
        })
        .collect();

    let mast = std::env::var("MAST").unwrap_or_else(|_| "https://mast.stsci.edu".to_owned());
    let http = HttpClient::new(&http_options())?;
    let archive = MastClient::new(http.clone(), Endpoints::parse(&mast, &mast)?);
    let options = Options::default().with_s3(std::env::var("S3").ok());
    let fetcher = Fetcher::new(http, archive, store_at(directory), options)?;

    let plan = fetcher.plan(rows, &Policy::default()).await;
    for row in fetcher.run(plan, &Quiet).await.rows {
        let source = row.source.map_or("nowhere", |source| source.word());
        println!(
            "{} from {source}, {} bytes {}",
            row.status.word(),
            row.bytes.unwrap_or(0),
            row.message.unwrap_or_default()
        );
    }
    Ok(())
}
