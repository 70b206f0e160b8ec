//! Without an async runtime: what there is of a star, and the header of its light curve read where it lies.
//!
//! `cargo run -p lksearch --example blocking -- "TOI 1161"`

#![allow(clippy::print_stdout, reason = "a program")]

use lksearch::blocking::Client;
use lksearch::{Kind, Provenance, load_settings, tess};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let target = std::env::args().nth(1).ok_or("name a target")?;
    let client = Client::new(&load_settings()?)?;
    let found = client.search(
        &tess(&target)?
            .with_sector(14)
            .with_kind(Kind::Timeseries)
            .with_provenance(Provenance::MissionProducts),
    )?;
    println!("{found}");
    for uri in found.table.texts("dataURI").flatten() {
        let file = client.open(uri)?;
        for hdu in file.hdus() {
            println!("{} {:?}", hdu.name, hdu.shape);
        }
    }
    Ok(())
}
