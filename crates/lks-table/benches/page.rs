//! One page of 50,000 rows by 60 columns, and the work done on half a million products.
//!
//! `cargo bench -p lks-table` also prints how much memory the decoded page keeps for each byte of its JSON; without `--bench` everything
//! is tried once, with little data.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking and prints its figures"
)]

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use lks_table::{ColumnType, ColumnTypes, Expression, JoinOptions, SortKey, Table, decode, join};

#[path = "../tests/it/page.rs"]
mod page;

/// Rows of the page, and products.
fn sizes() -> (usize, usize) {
    match is_timed() {
        true => (50_000, 500_000),
        false => (50, 500),
    }
}

/// Cargo says so when it builds with optimisation.
fn is_timed() -> bool {
    std::env::args().any(|word| word == "--bench")
}

fn main() {
    if !is_timed() {
        return divan::main();
    }
    let json = page::json(sizes().0);
    let table = decode::rows(json.as_bytes(), &ColumnTypes::none()).unwrap();
    let (kept, sent) = (table.memory_size() as f64 / 1e6, json.len() as f64 / 1e6);
    println!(
        "page: {sent:.1} MB of JSON, {kept:.1} MB kept, {:.2} of it",
        kept / sent
    );
    divan::main();
    // On a busy machine the clock tells more of the others than of this.
    if let Some(seconds) = processor_time(|| decode::rows(json.as_bytes(), &ColumnTypes::none()).unwrap()) {
        println!("decode_page: {:.0} MB per second of CPU", sent / seconds);
    }
    let (products, observations) = (products(), observations());
    if let Some(seconds) = processor_time(|| joined_filtered_sorted(&products, &observations)) {
        println!("join_filter_sort: {seconds:.3} s of CPU");
    }
}

/// Seconds of this thread's CPU time that a call takes, the median of seven; `None` where the system does not tell.
fn processor_time<T>(work: impl Fn() -> T) -> Option<f64> {
    let nanoseconds = || -> Option<f64> {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split_whitespace().next()?.parse().ok()
    };
    let mut taken = Vec::new();
    for _ in 0..7 {
        let before = nanoseconds()?;
        let result = black_box(work());
        taken.push((nanoseconds()? - before) / 1e9);
        drop(result);
    }
    taken.sort_by(f64::total_cmp);
    Some(taken[3])
}

#[divan::bench(sample_count = 10)]
fn decode_page(bencher: Bencher<'_, '_>) {
    let json = page::json(sizes().0);
    let types = ColumnTypes::new([("productDescription_0", ColumnType::Text)]);
    bencher
        .counter(BytesCount::of_str(&json))
        .bench(|| decode::rows(black_box(json.as_bytes()), &types).unwrap());
}

fn products() -> Table {
    let (_, num_products) = sizes();
    let ids = || (0..num_products).map(move |n| n * 7919 % num_products);
    let table = Table::empty()
        .with_text("parent_obsid", ids().map(|n| Some((n / 5).to_string())))
        .unwrap();
    let names = ids().map(|n| Some(format!("tess-{n:016}_lc.fits")));
    let table = table.with_text("productFilename", names).unwrap();
    let table = table
        .with_integer("size", ids().map(|n| (n % 11 > 0).then_some(n as i64)))
        .unwrap();
    let pipelines = ids().map(|n| Some(["SPOC", "QLP", "TESS-SPOC"][n % 3]));
    table.with_text("pipeline", pipelines).unwrap()
}

fn observations() -> Table {
    let ids = || 0..sizes().1 / 5;
    let table = Table::empty()
        .with_text("obsid", ids().map(|n| Some(n.to_string())))
        .unwrap();
    let table = table
        .with_float("distance", ids().map(|n| Some((n % 50) as f64)))
        .unwrap();
    table
        .with_integer("sector", ids().map(|n| (n % 17 > 0).then_some(n as i64 % 90)))
        .unwrap()
}

#[divan::bench(sample_count = 5)]
fn join_alone(bencher: Bencher<'_, '_>) {
    let (products, observations) = (products(), observations());
    let options = JoinOptions::on("parent_obsid", "obsid");
    bencher
        .counter(ItemsCount::new(sizes().1))
        .bench(|| join(&products, &observations, &options).unwrap());
}

#[divan::bench(sample_count = 5)]
fn filter_alone(bencher: Bencher<'_, '_>) {
    let products = products();
    let expression = "size > 1000 & pipeline in ['SPOC', 'QLP']"
        .parse::<Expression>()
        .unwrap();
    bencher
        .counter(ItemsCount::new(sizes().1))
        .bench(|| products.filter(&expression.evaluate(&products).unwrap()).unwrap());
}

#[divan::bench(sample_count = 5)]
fn sort_alone(bencher: Bencher<'_, '_>) {
    let products = products();
    let keys = ["pipeline", "size", "productFilename"].map(SortKey::ascending);
    bencher
        .counter(ItemsCount::new(sizes().1))
        .bench(|| products.sort(&keys).unwrap());
}

#[divan::bench(sample_count = 5)]
fn join_filter_sort(bencher: Bencher<'_, '_>) {
    let (products, observations) = (products(), observations());
    bencher
        .counter(ItemsCount::new(sizes().1))
        .bench(|| joined_filtered_sorted(&products, &observations));
}

fn joined_filtered_sorted(products: &Table, observations: &Table) -> Table {
    let options = JoinOptions::on("parent_obsid", "obsid");
    let expression = "sector < 80 & pipeline in ['SPOC', 'QLP']"
        .parse::<Expression>()
        .unwrap();
    let keys = ["distance", "sector", "pipeline", "productFilename"].map(SortKey::ascending);
    let joined = join(products, observations, &options).unwrap();
    joined
        .filter(&expression.evaluate(&joined).unwrap())
        .unwrap()
        .sort(&keys)
        .unwrap()
}
