//! Lists the HDUs of a file, then says whether it is complete: `cargo run -p lks-fits --example info -- FILE`.

#![allow(clippy::print_stdout)]

use std::fs::File;
use std::path::Path;

use lks_fits::{FitsFile, verify};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: info FILE")?;
    let report = verify::examine(File::open(&path)?)?;
    for finding in &report.damage {
        println!(
            "damaged: HDU {} at byte {}: {}",
            finding.hdu, finding.offset, finding.reason
        );
    }
    for hdu in &report.hdus {
        if let Some(sums) = &hdu.sums {
            println!(
                "HDU {}: CHECKSUM {:?}, DATASUM {:?}",
                hdu.info.index, sums.checksum, sums.datasum
            );
        }
    }
    let file = FitsFile::open(Path::new(&path)).await?;
    for info in file.hdus() {
        println!(
            "{:>3} {:<12} {:>3} {:<12} {:>5} {:?} {} {} {}",
            info.index,
            info.name,
            info.version,
            info.kind.to_string(),
            info.num_cards,
            info.shape,
            info.header_offset,
            info.data_offset,
            info.data_span
        );
    }
    Ok(())
}
