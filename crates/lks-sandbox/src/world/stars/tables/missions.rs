//! The input catalogues of the missions, as VizieR has them.

use super::Datatype::{Char, Double, Float, Int, Long};
use super::{
    Cell, Datatype, Table, Value, dec2000, gravity, magnitude, number, parallax, pm_dec, pm_ra, ra2000, size, table,
    temperature, text,
};

pub(super) fn tic() -> Table {
    let columns: [(&str, Datatype, &'static str, Value); 20] = [
        ("TIC", Long, "", |star| number(star.tic)),
        ("RAJ2000", Double, "deg", ra2000),
        ("DEJ2000", Double, "deg", dec2000),
        ("HIP", Int, "", |_| Cell::Null),
        ("2MASS", Char, "", |star| {
            let name = star.names.iter().find_map(|name| name.strip_prefix("2MASS J"));
            text(name)
        }),
        ("GAIA", Long, "", |star| number(star.dr2)),
        ("KIC", Int, "", |star| number(star.kic)),
        ("S/G", Char, "", |_| text(Some("STAR"))),
        ("pmRA", Double, "mas/yr", pm_ra),
        ("pmDE", Double, "mas/yr", pm_dec),
        ("Plx", Double, "mas", parallax),
        ("Gmag", Double, "mag", |star| magnitude(star, 0.5)),
        ("Tmag", Double, "mag", |star| magnitude(star, 0.0)),
        ("Teff", Float, "K", temperature),
        ("logg", Float, "[cm/s2]", gravity),
        ("Rad", Float, "Rsun", size),
        ("Mass", Float, "Msun", size),
        ("Disp", Char, "", |star| text(star.disposition)),
        ("m_TIC", Long, "", |star| number(star.duplicate_of)),
        ("Prior", Double, "", |_| Cell::Null),
    ];
    table("IV/39/tic82", &columns, |star| star.tic.is_some())
}

pub(super) fn kic() -> Table {
    let columns: [(&str, Datatype, &'static str, Value); 10] = [
        ("KIC", Int, "", |star| number(star.kic)),
        ("RAJ2000", Double, "deg", ra2000),
        ("DEJ2000", Double, "deg", dec2000),
        ("pmRA", Double, "mas/yr", pm_ra),
        ("pmDE", Double, "mas/yr", pm_dec),
        ("Plx", Double, "mas", parallax),
        ("kepmag", Double, "mag", |star| magnitude(star, 0.45)),
        ("Teff", Int, "K", |star| match star.temperature {
            Some(kelvin) => Cell::Integer(kelvin as i64),
            None => Cell::Null,
        }),
        ("logg", Double, "[cm/s2]", gravity),
        ("Radius", Double, "Rsun", size),
    ];
    // The duplicate is the TIC's.
    table("V/133/kic", &columns, |star| {
        star.kic.is_some() && star.disposition != Some("DUPLICATE")
    })
}

pub(super) fn epic() -> Table {
    let columns: [(&str, Datatype, &'static str, Value); 11] = [
        ("ID", Int, "", |star| number(star.epic)),
        ("RAJ2000", Double, "deg", ra2000),
        ("DEJ2000", Double, "deg", dec2000),
        ("pmRA", Double, "mas/yr", pm_ra),
        ("pmDEC", Double, "mas/yr", pm_dec),
        ("plx", Double, "mas", parallax),
        ("Kpmag", Double, "mag", |star| magnitude(star, 0.45)),
        ("Teff", Double, "K", temperature),
        ("logg", Double, "[cm/s2]", gravity),
        ("Rad", Double, "Rsun", size),
        ("Mass", Double, "Msun", size),
    ];
    table("IV/34/epic", &columns, |star| star.epic.is_some())
}
