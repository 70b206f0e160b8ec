//! Times header listing, three columns, the whole table and the sums of a local file; prints the best of several runs in
//! milliseconds as JSON: `cargo run --release -p lks-fits --example measure -- FILE [HDU]`.

#![allow(clippy::print_stdout)]

use std::fs::File;
use std::path::Path;
use std::time::Instant;

use lks_fits::{FitsFile, Selection, verify};

const N_RUNS: usize = 15;

/// Best of the runs, in milliseconds.
fn best(mut run: impl FnMut() -> Result<(), lks_fits::Error>) -> Result<f64, lks_fits::Error> {
    let mut best = f64::INFINITY;
    for _ in 0..N_RUNS {
        let start = Instant::now();
        run()?;
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(best)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: measure FILE [HDU]")?;
    let path = Path::new(&path);
    let hdu: usize = std::env::args().nth(2).map_or(Ok(1), |text| text.parse())?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let names: Vec<String> = runtime
        .block_on(FitsFile::open(path))?
        .columns(hdu)?
        .into_iter()
        .take(3)
        .map(|column| column.name)
        .collect();
    let three = Selection::columns(names);
    let read = |selection: &Selection| {
        runtime.block_on(async { FitsFile::open(path).await?.table(hdu, selection).await.map(drop) })
    };
    let headers = best(|| runtime.block_on(FitsFile::open(path)).map(drop))?;
    let columns = best(|| read(&three))?;
    let table = best(|| read(&Selection::default()))?;
    let sums = best(|| {
        let file = File::open(path).map_err(|source| lks_fits::Error::Read {
            operation: "open the file".to_owned(),
            source,
        })?;
        verify::examine_file(&file).map(drop)
    })?;
    println!(
        "{}",
        serde_json::json!({ "headers": headers, "columns": columns, "table": table, "sums": sums })
    );
    Ok(())
}
