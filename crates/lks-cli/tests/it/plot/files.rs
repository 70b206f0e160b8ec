//! Small files as pipelines write them.

use lksearch::fits::write::{Cells, Column, Hdu};

use crate::home::Home;

/// What a column holds in row `row`.
#[derive(Clone, Copy)]
pub(super) enum Role {
    /// 1500 and a row each, as `D`.
    Time,
    /// 10, 11, 12, 10, …, as `E`.
    Flux,
    /// 0, as `E`.
    Other,
    /// 8 in row 1, else 0, as `J`.
    Bits,
    /// True in row 1, as `L`.
    Gap,
    /// `X` in row 1, else `G`, as `2A`.
    Letter,
}
use Role::{Bits, Flux, Gap, Letter, Other, Time};

pub(super) type Keywords<'a> = &'a [(&'a str, &'a str)];
pub(super) type Columns<'a> = &'a [(&'a str, Role)];

/// Writes a file with one table of six rows.
pub(super) fn write(home: &Home, name: &str, primary: Keywords, table: Keywords, columns: Columns) {
    let mut bytes = hdu(Hdu::primary(), primary)
        .bytes()
        .expect("because the cards can be written");
    append(&mut bytes, table, columns, 0.0);
    std::fs::write(home.path(name), bytes).expect("because the home is there");
}

/// Adds a table whose times begin so much later.
pub(super) fn append(bytes: &mut Vec<u8>, keywords: Keywords, columns: Columns, later: f64) {
    let form = |role: Role| match role {
        Time => "D",
        Flux | Other => "E",
        Bits => "J",
        Gap => "L",
        Letter => "2A",
    };
    let declared = columns.iter().map(|(name, role)| Column::new(*name, form(*role)));
    hdu(Hdu::table(declared, 6), keywords)
        .append_with(bytes, |out| {
            let mut cells = Cells::new(out);
            for row in 0..6_u8 {
                for (_, role) in columns {
                    match role {
                        Time => cells.float64(1500.0 + later + f64::from(row)),
                        Flux => cells.float32(10.0 + f32::from(row % 3)),
                        Other => cells.float32(0.0),
                        Bits => cells.int32(if row == 1 { 8 } else { 0 }),
                        Gap => cells.logical(Some(row == 1)),
                        Letter => cells.text(if row == 1 { "X" } else { "G" }, 2),
                    }
                }
            }
        })
        .expect("because the columns can be written");
}

fn hdu(hdu: Hdu, keywords: Keywords) -> Hdu {
    keywords
        .iter()
        .fold(hdu, |hdu, (keyword, value)| match (value.parse::<i64>(), *value) {
            (Ok(number), _) => hdu.card(*keyword, number, ""),
            (Err(_), "T") => hdu.card(*keyword, true, ""),
            (Err(_), text) => hdu.card(*keyword, text, ""),
        })
}
