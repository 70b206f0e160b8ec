//! Damages small FITS files at random and reads them; a panic or endless work is a fault: `… --example fuzz -- SECONDS [SEED]`.

#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

use lks_fits::write::{Cells, Checksum, Column, Hdu, Pixel};
use lks_fits::{FitsFile, OpenOptions, Selection, verify};

/// No damaged file of this size may take longer.
const LIMIT: Duration = Duration::from_secs(5);

/// A small generator (splitmix64), so that a seed gives the same files everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

fn seed_file() -> Result<Vec<u8>, lks_fits::Error> {
    let mut bytes = Hdu::primary()
        .card("NEXTEND", 2, "")
        .card("LONG", "long ".repeat(40), "")
        .checksum(Checksum::Hdu)
        .bytes()?;
    let columns = [
        Column::new("TIME", "D").unit("d"),
        Column::new("FLUX", "4E").dimensions(&[2, 2]),
        Column::new("NAME", "8A"),
        Column::new("FLAGS", "11X"),
        Column::new("COUNT", "I").scale(1.0, 32_768.0).null(-1),
        Column::new("LIST", "PJ(3)"),
    ];
    Hdu::table(columns, 8)
        .heap(64)
        .checksum(Checksum::HduAndData)
        .append_with(&mut bytes, |out| {
            for row in 0..8 {
                let mut cells = Cells::new(out);
                cells.float64(f64::from(row));
                cells.float32s(&[1.0, f32::NAN, 2.0, 3.0]);
                cells.text("name", 8);
                cells.int16(0x55);
                cells.int16(-1);
                cells.descriptor32(row % 3, 4 * row);
            }
            out.resize(out.len() + 64, 7);
        })?;
    Hdu::image(Pixel::Int16, &[4, 4])
        .card("BLANK", 0, "")
        .append_to(&mut bytes, &[0; 32])?;
    // The writer makes no ASCII tables.
    let cards = [
        "XTENSION= 'TABLE   '",
        "BITPIX  = 8",
        "NAXIS   = 2",
        "NAXIS1  = 24",
        "NAXIS2  = 3",
        "PCOUNT  = 0",
        "GCOUNT  = 1",
        "TFIELDS = 3",
        "TFORM1  = 'A6'",
        "TBCOL1  = 1",
        "TFORM2  = 'I4'",
        "TBCOL2  = 7",
        "TNULL2  = '-99'",
        "TFORM3  = 'D14.7'",
        "TBCOL3  = 11",
        "TSCAL3  = 0.5",
        "END",
    ];
    bytes.extend(cards.iter().flat_map(|card| format!("{card:80}").into_bytes()));
    bytes.resize(bytes.len().next_multiple_of(2880), b' ');
    for row in [
        "first   -7 1.5000000D+03",
        " 42    -99-1.5000000D-30",
        "x                    NAN",
    ] {
        bytes.extend(row.bytes());
    }
    bytes.resize(bytes.len().next_multiple_of(2880), b' ');
    Ok(bytes)
}

fn damage(random: &mut Random, bytes: &mut Vec<u8>) {
    const VALUES: [&[u8]; 10] = [
        b"9223372036854775807",
        b"-1                 ",
        b"18446744073709551615",
        b"'PE(99)  '",
        b"T",
        b"1E400",
        b"''",
        b"0",
        b"999",
        b"2",
    ];
    for _ in 0..=random.below(6) {
        let position = random.below(bytes.len());
        match random.below(6) {
            0 => bytes[position] ^= 1 << random.below(8),
            1 => bytes[position] = random.next() as u8,
            2 => bytes[position] = 0x20 + random.below(95) as u8,
            3 => {
                // Another value in some card.
                let (card, value) = (position / 80 * 80, VALUES[random.below(VALUES.len())]);
                if let Some(field) = bytes.get_mut(card + 10..card + 10 + value.len()) {
                    field.copy_from_slice(value);
                }
            }
            4 => bytes.truncate(position.max(1)),
            _ => {
                // One card over another.
                let (from, to) = (position / 80 * 80, random.below(bytes.len()) / 80 * 80);
                if from + 80 <= bytes.len() && to + 80 <= bytes.len() {
                    bytes.copy_within(from..from + 80, to);
                }
            }
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let number = |index| {
        std::env::args()
            .nth(index)
            .map(|text: String| text.parse::<u64>())
            .transpose()
    };
    let seconds = number(1)?.unwrap_or(10);
    let mut random = Random(number(2)?.unwrap_or(1));
    let seed = seed_file()?;
    let start = Instant::now();
    let (mut num_files, mut num_opened, mut num_salvaged, mut num_whole) = (0u64, 0u64, 0u64, 0u64);
    while start.elapsed() < Duration::from_secs(seconds) {
        let mut bytes = seed.clone();
        damage(&mut random, &mut bytes);
        let (state, began) = (random.0, Instant::now());
        let report = verify::examine(&bytes[..])?;
        num_whole += u64::from(report.is_whole());
        let by_structure = verify::structure(std::io::Cursor::new(&bytes), None);
        if by_structure.is_err() && report.is_whole() {
            return Err(format!("structure and sums disagree, state {state:#x}").into());
        }
        if let Ok((file, damage)) = FitsFile::salvage(bytes, OpenOptions::default()).await {
            num_opened += u64::from(damage.is_none());
            num_salvaged += u64::from(damage.is_some());
            for index in 0..file.hdus().len() {
                // Either outcome is right, as long as there is one.
                let _ = file.table(index, &Selection::default()).await;
                let _ = file.image(index).await;
            }
        }
        if began.elapsed() > LIMIT {
            return Err(format!("a file took {:?}, state {state:#x}", began.elapsed()).into());
        }
        num_files += 1;
    }
    println!(
        "{num_files} files, {num_opened} could be opened, of {num_salvaged} something was left, {num_whole} whole, no panic in {seconds} s"
    );
    Ok(())
}
