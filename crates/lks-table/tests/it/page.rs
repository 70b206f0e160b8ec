//! A synthetic page of archive rows: 60 columns, 45 of them text, nulls and lengths as in recorded pages.

/// The JSON of the array of rows.
pub(crate) fn json(num_rows: usize) -> String {
    let mut out = String::from("[");
    for row in 0..num_rows {
        if row > 0 {
            out.push_str(",\n");
        }
        out.push('{');
        for column in 0..60 {
            if column > 0 {
                out.push(',');
            }
            out.push_str(&format!(
                "\"{}_{column}\":{}",
                NAMES[column % NAMES.len()],
                cell(row, column)
            ));
        }
        out.push('}');
    }
    out.push(']');
    out
}

const NAMES: [&str; 8] = [
    "productDescription",
    "obs_collection",
    "dataproduct_type",
    "proposal_id",
    "s_region",
    "target_name",
    "wavelength_region",
    "provenance_name",
];

fn cell(row: usize, column: usize) -> String {
    match column % 12 {
        0 => format!("{}", 60_000_000 + row * 7 + column),
        1 => format!("{}.{:09}", (row + column) % 360, row * 12_345 % 1_000_000_000),
        2 if row.is_multiple_of(3) => "null".to_owned(),
        2 => format!("{}", (row * column) % 100_000),
        3 => format!("\"mast:TESS/product/tess2019198215352-s0014-{row:016}-0150-s_lc.fits\""),
        4 if row.is_multiple_of(2) => "null".to_owned(),
        5 => format!("\"{row}\""),
        6 => "\"Light curves\"".to_owned(),
        7 => "\"TESS\"".to_owned(),
        8 => format!("\"CIRCLE {}.5 -{}.25 0.00138889\"", row % 360, row % 90),
        _ => "\"science\"".to_owned(),
    }
}
