//! The store outside astronomy: keeps pages of a cook book and survives someone scribbling into one of them.
//!
//! `cargo run -p lks-cache --example recipes`

#![allow(clippy::print_stdout, reason = "a program")]

use std::error::Error;
use std::io::Read;
use std::time::SystemTime;

use lks_cache::{Assurance, Facts, Key, Level, Lookup, Store};

fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let store = Store::new(directory.path());
    let key = Key::new("https://example.org/recipes/bread.txt", "recipes/bread.txt".parse()?);

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

/// The recipe from the store, or "downloaded" and stored.
fn recipe(store: &Store, key: &Key) -> Result<String, Box<dyn Error>> {
    let now = SystemTime::now();
    let (how, mut entry) = match store.lookup(key, Level::Stat, now)? {
        Lookup::Hit(entry) => ("from the store", entry),
        Lookup::Miss(_) => {
            let downloaded = b"500 g flour";
            let mut writer = store.begin(key, Some(downloaded.len() as u64))?;
            writer.write(downloaded)?;
            let facts = Facts {
                source: "example.org".to_owned(),
                length: Some(downloaded.len() as u64),
                assurance: Assurance::Length,
                ..Facts::default()
            };
            ("downloaded", writer.commit(facts, now)?)
        }
    };
    let mut text = String::new();
    entry.file.read_to_string(&mut text)?;
    Ok(format!("{text} ({how})"))
}
