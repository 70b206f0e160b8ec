//! The store outside astronomy: keeps pages of a cook book and survives someone scribbling into one of them.
//!
//! `cargo run -p lks-cache --example recipes`

#![allow(clippy::print_stdout, reason = "a program")]

use std::error::Error;
use std::io::{self, Write};
use std::time::SystemTime;

use lks_cache::{Assurance, Facts, Key, Level, Store};

fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let store = Store::new(directory.path());
    let key = Key::new("https://example.org/bread", "recipes/bread.txt".parse()?);

    println!("first:  {}", recipe(&store, &key)?);
    println!("again:  {}", recipe(&store, &key)?);
    std::fs::write(store.path_of(&key.path), "500 g salt")?;
    println!("spoilt: {}", recipe(&store, &key)?);

    for aside in std::fs::read_dir(store.state_directory("quarantine"))? {
        println!(
            "kept:   {}",
            std::fs::read_to_string(aside?.path().join("why.json"))?.trim()
        );
    }
    Ok(())
}

/// The recipe, from the store if what is there is still what came in, else downloaded.
fn recipe(store: &Store, key: &Key) -> Result<String, Box<dyn Error>> {
    let mut how = "from the store";
    let entry = store.get_or_fetch(key, Level::Stat, SystemTime::now, |writer| {
        how = "downloaded";
        let downloaded = b"500 g flour";
        writer.write_all(downloaded)?;
        let facts = Facts::from_source("example.org").with_length(downloaded.len() as u64);
        Ok::<_, io::Error>(facts.with_assurance(Assurance::Length))
    })?;
    Ok(format!("{} ({how})", io::read_to_string(entry.file)?))
}
