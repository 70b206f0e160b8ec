//! The tables of SIMBAD.

use super::Datatype::{Char, Double, Float, Int, Long};
use super::{Cell, Table, dec2000, of_rows, parallax, pm_dec, pm_ra, ra2000, text};
use crate::world::stars::{SkyStar, sky};

/// The stars that SIMBAD has, with their numbers there.
fn in_simbad() -> impl Iterator<Item = (i64, &'static SkyStar)> {
    let stars = sky().iter().filter(|star| !star.names.is_empty());
    (1..).zip(stars)
}

pub(super) fn basic() -> Table {
    let columns = [
        ("oid", Long, ""),
        ("main_id", Char, ""),
        ("ra", Double, "deg"),
        ("dec", Double, "deg"),
        ("coo_err_maj", Float, "mas"),
        ("coo_err_min", Float, "mas"),
        ("coo_err_angle", Int, "deg"),
        ("coo_wavelength", Char, ""),
        ("coo_bibcode", Char, ""),
        ("pmra", Double, "mas.yr-1"),
        ("pmdec", Double, "mas.yr-1"),
        ("plx_value", Double, "mas"),
        ("otype", Char, ""),
    ];
    let rows = in_simbad().map(|(oid, star)| {
        vec![
            Cell::Integer(oid),
            Cell::Text(star.names[0].clone()),
            ra2000(star),
            dec2000(star),
            Cell::Float(0.02),
            Cell::Float(0.02),
            Cell::Integer(90),
            text(Some("O")),
            text(Some("2020yCat.1350....0G")),
            pm_ra(star),
            pm_dec(star),
            parallax(star),
            text(Some("*")),
        ]
    });
    of_rows("basic", &columns, rows.collect())
}

pub(super) fn ident() -> Table {
    let mut rows = Vec::new();
    for (oid, star) in in_simbad() {
        let mut names = star.names.clone();
        let numbered = [
            ("TIC", star.tic),
            ("KIC", star.kic),
            ("EPIC", star.epic),
            ("Gaia DR2", star.dr2),
            ("Gaia DR3", star.dr3.first().map(|(id, _)| *id)),
        ];
        let numbered = numbered
            .into_iter()
            .filter_map(|(label, id)| Some(format!("{label} {}", id?)));
        names.extend(numbered);
        rows.extend(names.into_iter().map(|name| vec![Cell::Text(name), Cell::Integer(oid)]));
    }
    of_rows("ident", &[("id", Char, ""), ("oidref", Long, "")], rows)
}
