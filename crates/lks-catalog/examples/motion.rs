//! Moves stars: `ra,dec,pm_ra,pm_dec,parallax,radial_velocity,epoch,to_epoch` as each argument, or on each line of stdin (degrees, mas/yr, mas, km/s, Julian years; empty
//! is unknown), `ra,dec` on each line of stdout.
//!
//! `cargo run -p lks-catalog --example motion -- 269.452077,4.693365,-801.551,10362.394,546.9759,,2000,2016`

#![allow(clippy::print_stdout, reason = "what it prints is its purpose")]

use std::io::BufRead;

use lks_catalog::{Astrometry, Epoch};
use lks_mast::Position;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let lines = match arguments.is_empty() {
        true => std::io::stdin().lock().lines().collect::<Result<_, _>>()?,
        false => arguments,
    };
    for line in lines {
        let cells: Vec<Option<f64>> = line.split(',').map(|cell| cell.trim().parse().ok()).collect();
        let cell = |number: usize| cells.get(number).copied().flatten();
        let needed =
            |number: usize| cell(number).ok_or_else(|| format!("column {} of '{line}' is no number", number + 1));
        let star = Astrometry {
            position: Position::icrs(needed(0)?, needed(1)?)?,
            epoch: Epoch::year(needed(6)?)?,
            proper_motion: cell(2).zip(cell(3)),
            parallax: cell(4),
            radial_velocity: cell(5),
        };
        let moved = star.at(Epoch::year(needed(7)?)?)?;
        println!("{:?},{:?}", moved.ra(), moved.dec());
    }
    Ok(())
}
