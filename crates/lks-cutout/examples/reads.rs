//! Which bytes of a TESS cube hold a cutout: `reads DATA_OFFSET FRAMES X Y COLUMNS ROWS`, the position in pixels of the cube counted from 0. Printed are the
//! pixels and, for each of their rows, the bytes to ask for.
//!
//! `cargo run -p lks-cutout --example reads -- 5760 1282 1044.2 -0.3 3 3`

#![allow(clippy::print_stdout, reason = "what it prints is its purpose")]

use std::error::Error;

use lks_cutout::{CubeLayout, cutout_window};
use lks_wcs::PixelPosition;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [offset, frames, x, y, columns, rows] = &words[..] else {
        return Err("usage: reads DATA_OFFSET FRAMES X Y COLUMNS ROWS".into());
    };
    let frames: i64 = frames.parse()?;
    let cube = CubeLayout::from_header(offset.parse()?, |keyword| match keyword {
        "BITPIX" => Some(-32),
        "NAXIS" => Some(4),
        "NAXIS1" => Some(2),
        "NAXIS2" => Some(frames),
        "NAXIS3" => Some(2136),
        "NAXIS4" => Some(2078),
        _ => None,
    })?;
    let position = PixelPosition {
        x: x.parse()?,
        y: y.parse()?,
    };
    let window = cutout_window(position, [columns.parse()?, rows.parse()?])?;
    println!(
        "{} × {} pixels from column {}, row {}",
        window.width, window.height, window.x, window.y
    );
    for row in 0..window.height {
        match cube.range(&window, row) {
            Some((_, _, bytes)) => println!("row {row}: {} bytes from {}", bytes.end - bytes.start, bytes.start),
            None => println!("row {row}: not on the CCD"),
        }
    }
    Ok(())
}
