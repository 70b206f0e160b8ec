//! Releases of Gaia, as VizieR and as its own archive have them.

use super::Datatype::{Char, Double, Float, Int, Long};
use super::{Cell, Table, dec2000, gravity, magnitude, number, of_rows, parallax, pm_dec, pm_ra, ra2000, temperature};
use crate::world::stars::{SkyStar, sky};

/// A release of Gaia as VizieR has it: positions at its epoch, and others that VizieR moved to 2000.
pub(super) fn gaia(name: &str, epoch: f64) -> Table {
    let is_dr3 = epoch > 2015.9;
    let columns = [
        ("DR3Name", Char, ""),
        ("RA_ICRS", Double, "deg"),
        ("DE_ICRS", Double, "deg"),
        ("Source", Long, ""),
        ("Plx", Double, "mas"),
        ("pmRA", Double, "mas/yr"),
        ("pmDE", Double, "mas/yr"),
        ("Gmag", Double, "mag"),
        ("BPmag", Double, "mag"),
        ("RPmag", Double, "mag"),
        ("RV", Double, "km/s"),
        ("Teff", Double, "K"),
        ("logg", Double, "[cm/s2]"),
        ("RAJ2000", Double, "deg"),
        ("DEJ2000", Double, "deg"),
    ];
    let source = |star: &SkyStar| match is_dr3 {
        true => star.dr3.first().map(|(source, _)| *source),
        false => star.dr2,
    };
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for star in sky() {
        let Some(source) = source(star) else { continue };
        if star.disposition.is_some() && star.disposition != Some("SPLIT") {
            continue;
        }
        let [ra, dec] = star.at(epoch);
        rows.push(vec![
            Cell::Text(format!("Gaia DR3 {source}")),
            Cell::Float(ra),
            Cell::Float(dec),
            number(Some(source)),
            parallax(star),
            pm_ra(star),
            pm_dec(star),
            magnitude(star, 0.5),
            magnitude(star, 0.9),
            magnitude(star, 0.02),
            Cell::Null,
            temperature(star),
            gravity(star),
            ra2000(star),
            dec2000(star),
        ]);
    }
    // A source that two stars are matched with is one source.
    let mut seen = std::collections::HashSet::new();
    rows.retain(|row| matches!(row[3], Cell::Integer(id) if seen.insert(id)));
    of_rows(name, &columns, rows)
}

/// A release of Gaia as its own archive has it.
pub(super) fn gaia_source(name: &str, epoch: f64) -> Table {
    let columns = [
        ("source_id", Long, ""),
        ("ref_epoch", Double, "yr"),
        ("ra", Double, "deg"),
        ("dec", Double, "deg"),
        ("parallax", Double, "mas"),
        ("pmra", Double, "mas.yr**-1"),
        ("pmdec", Double, "mas.yr**-1"),
        ("phot_g_mean_mag", Float, "mag"),
        ("phot_bp_mean_mag", Float, "mag"),
        ("phot_rp_mean_mag", Float, "mag"),
        ("teff_gspphot", Float, "K"),
        ("logg_gspphot", Float, "log(cm.s**-2)"),
        ("radial_velocity", Float, "km.s**-1"),
    ];
    let stars = sky().iter().filter(|star| !star.dr3.is_empty());
    let rows = stars.map(|star| {
        let [ra, dec] = star.at(epoch);
        vec![
            number(star.dr3.first().map(|(source, _)| dr4(*source))),
            Cell::Float(epoch),
            Cell::Float(ra),
            Cell::Float(dec),
            parallax(star),
            pm_ra(star),
            pm_dec(star),
            magnitude(star, 0.5),
            magnitude(star, 0.9),
            magnitude(star, 0.02),
            temperature(star),
            gravity(star),
            Cell::Null,
        ]
    });
    of_rows(name, &columns, rows.collect())
}

/// The numbers of the next release are others.
fn dr4(dr3: u64) -> u64 {
    dr3 + 4
}

pub(super) fn neighbourhood(name: &str, ids: [&str; 2]) -> Table {
    let columns = [
        (ids[0], Long, ""),
        (ids[1], Long, ""),
        ("angular_distance", Float, "mas"),
        ("magnitude_difference", Float, "mag"),
        ("proper_motion_propagation", Int, ""),
    ];
    let is_next = ids[0].starts_with("dr3");
    let mut rows = Vec::new();
    for star in sky() {
        let pairs: Vec<(Option<u64>, u64, f64)> = match is_next {
            true => star
                .dr3
                .first()
                .map(|(id, _)| (Some(*id), dr4(*id), 0.02))
                .into_iter()
                .collect(),
            false => star
                .dr3
                .iter()
                .map(|(id, distance)| (star.dr2, *id, *distance))
                .collect(),
        };
        for (from, to, distance) in pairs.into_iter().filter(|(from, _, _)| from.is_some()) {
            let (difference, is_propagated) = (Cell::Float(0.01), Cell::Integer(1));
            rows.push(vec![
                number(from),
                number(Some(to)),
                Cell::Float(distance),
                difference,
                is_propagated,
            ]);
        }
    }
    of_rows(name, &columns, rows)
}
