//! Writes a small light curve: `cargo run -p lks-fits --example write -- FILE`.

use lks_fits::write::{Cells, Checksum, Column, Hdu, Pixel};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: write FILE")?;
    let mut rows = Vec::new();
    for cadence in 0..100 {
        let mut cells = Cells::new(&mut rows);
        cells.float64(1325.293 + 0.001_388_9 * f64::from(cadence));
        cells.int32(cadence);
        cells.float32s(&[1000.0 + cadence as f32, f32::NAN, 3.0, 4.0]);
    }
    let columns = [
        Column::new("TIME", "D")
            .description("column title: data time stamps")
            .unit("BJD - 2457000, days")
            .display("D14.7"),
        Column::new("CADENCENO", "J")
            .description("column title: unique cadence number")
            .null(-1),
        Column::new("FLUX", "4E")
            .unit_described("e-/s", "column units: electrons per second")
            .dimensions(&[2, 2]),
    ];
    let mut file = Hdu::primary()
        .card("EXTNAME", "PRIMARY", "name of extension")
        .card("OBJECT", "TIC 25155310", "string version of target id")
        .card(
            "LONGTEXT",
            "a text that is longer than one card can hold, and goes on in the cards after it: ".repeat(2),
            "",
        )
        .checksum(Checksum::Hdu)
        .bytes()?;
    Hdu::table(columns, 100)
        .card("EXTNAME", "LIGHTCURVE", "name of extension")
        .pad_to_blocks(5)
        .checksum(Checksum::Hdu)
        .checksum_comment("HDU checksum updated 2018-09-27T02:10:43Z")
        .append_to(&mut file, &rows)?;
    Hdu::image(Pixel::Int32, &[2, 2])
        .card("EXTNAME", "APERTURE", "name of extension")
        .checksum(Checksum::HduAndData)
        .append_with(&mut file, |out| Cells::new(out).int32s(&[1, 3, 1, 1]))?;
    std::fs::write(path, file)?;
    Ok(())
}
