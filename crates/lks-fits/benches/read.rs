//! Reading a file that is in memory: walking through its headers, decoding some or all columns of a table, and examining all of it.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use bytes::Bytes;
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use lks_fits::write::{Cells, Checksum, Column, Hdu};
use lks_fits::{FitsFile, Selection, verify};
use tokio::runtime::{Builder, Runtime};

const N_HDUS: usize = 100;
const N_ROWS: u64 = 100_000;

fn main() {
    divan::main();
}

fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

/// A light curve with the kinds of columns that TESS has: `D`, `E`, `J`.
fn curve(num_rows: u64) -> Vec<u8> {
    let mut columns = vec![Column::new("TIME", "D").unit("BJD - 2457000, days")];
    columns.extend((0..15).map(|i| Column::new(format!("FLUX_{i}"), "E").unit("e-/s")));
    columns.extend([Column::new("CADENCENO", "J"), Column::new("QUALITY", "J")]);
    let table = Hdu::table(columns, num_rows)
        .card("EXTNAME", "LIGHTCURVE", "name of extension")
        .checksum(Checksum::Hdu);
    let mut file = Hdu::primary().checksum(Checksum::Hdu).bytes().unwrap();
    let rows = |out: &mut Vec<u8>| {
        for row in 0..num_rows {
            let mut cells = Cells::new(out);
            cells.float64(1325.29 + 0.001 * row as f64);
            (0..15).for_each(|i| cells.float32(row as f32 + i as f32));
            cells.int32(row as i32);
            cells.int32(0);
        }
    };
    table.append_with(&mut file, rows).unwrap();
    file
}

#[divan::bench]
fn walk_headers(bencher: Bencher<'_, '_>) {
    let mut file = Hdu::primary().bytes().unwrap();
    for i in 0..N_HDUS {
        let mut hdu = Hdu::table([Column::new("TIME", "D")], 100);
        for n in 0..100 {
            hdu = hdu.card(format!("KEY{n}"), i as i64, "one of many");
        }
        hdu.append_to(&mut file, &[0; 800]).unwrap();
    }
    let (runtime, file) = (runtime(), Bytes::from(file));
    bencher.counter(ItemsCount::new(N_HDUS)).bench(|| {
        let opened = runtime.block_on(FitsFile::open(black_box(file.clone()))).unwrap();
        assert_eq!(opened.hdus().len(), N_HDUS + 1);
    });
}

fn decode(bencher: Bencher<'_, '_>, selection: &Selection, row_bytes: u64) {
    let runtime = runtime();
    let file = runtime.block_on(FitsFile::open(curve(N_ROWS))).unwrap();
    bencher
        .counter(BytesCount::new(N_ROWS * row_bytes))
        .bench(|| runtime.block_on(file.table(1, black_box(selection))).unwrap());
}

#[divan::bench(sample_count = 20)]
fn decode_three_columns(bencher: Bencher<'_, '_>) {
    decode(bencher, &Selection::columns(["TIME", "FLUX_3", "QUALITY"]), 8 + 4 + 4);
}

#[divan::bench(sample_count = 20)]
fn decode_all_columns(bencher: Bencher<'_, '_>) {
    decode(bencher, &Selection::default(), 8 + 17 * 4);
}

#[divan::bench(sample_count = 20)]
fn examine(bencher: Bencher<'_, '_>) {
    let file = curve(N_ROWS);
    bencher
        .counter(BytesCount::of_slice(&file))
        .bench(|| verify::examine(black_box(&*file)).unwrap());
}
