//! From a light curve to plain vectors: time, flux and quality flags of a file, read where it lies.
//!
//! `cargo run -p lksearch --example flux -- mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits`

#![allow(clippy::print_stdout, reason = "a program")]

use lksearch::blocking::Client;
use lksearch::fits::{Selection, floats, integers};
use lksearch::load_settings;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let place = std::env::args()
        .nth(1)
        .ok_or("name a light curve: s3://…, https://…, mast:… or a path")?;
    let client = Client::new(&load_settings()?)?;

    let file = client.open(&place)?;
    let columns = Selection::columns(["TIME", "PDCSAP_FLUX", "QUALITY"]);
    let rows = client.wait(file.table(file.find("LIGHTCURVE")?, &columns))?;
    let (time, flux) = (floats(&rows, "TIME")?, floats(&rows, "PDCSAP_FLUX")?);
    let quality = integers(&rows, "QUALITY")?;

    let is_good = |row: &usize| quality[*row] == Some(0) && flux[*row].is_finite();
    let good: Vec<usize> = (0..time.len()).filter(is_good).collect();
    let mean = good.iter().map(|row| flux[*row]).sum::<f64>() / good.len() as f64;
    println!(
        "{} of {} cadences are good; their mean flux is {mean:.1}",
        good.len(),
        time.len()
    );
    if let (Some(first), Some(last)) = (good.first(), good.last()) {
        println!("from {:.4} to {:.4}", time[*first], time[*last]);
    }
    Ok(())
}
