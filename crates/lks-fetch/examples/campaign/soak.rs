//! Random faults, kills, restarts and damage over many products; afterwards everything must be there, and nothing wrong ever.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use fastrand::Rng;
use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

use crate::mischief;
use crate::program::{Bench, Product, light_curves};

const N_PRODUCTS: u64 = 200;
const SEED: u64 = 20_261_122;

#[derive(Default)]
struct Counts {
    num_rounds: usize,
    num_runs: usize,
    num_killed: usize,
    num_interrupted: usize,
    num_requests: usize,
    num_faults: usize,
    num_removed: usize,
    num_damaged: usize,
    num_files_read: usize,
    num_wrong: usize,
}

pub(crate) fn run(program: &str, lasting: Duration) -> Result<(), String> {
    let mut random = Rng::with_seed(SEED);
    let options = SandboxOptions {
        bulk: N_PRODUCTS as usize,
        ..SandboxOptions::default()
    };
    let archive = Sandbox::start(options).map_err(|error| error.to_string())?;
    let truth = |uri: &str| archive.body(uri, 0).unwrap_or_default();
    let products = light_curves(N_PRODUCTS, |uri| truth(uri).len() as u64);
    let truths: Vec<_> = products.iter().map(|product| truth(&product.uri)).collect();
    let bench = Bench::new(program, archive.url(), &std::env::temp_dir())?;
    let table = bench.table("table.csv", &products)?;

    let (begun, mut counts) = (Instant::now(), Counts::default());
    while begun.elapsed() < lasting {
        counts.num_rounds += 1;
        for path in ["/stpubdata/", "/api/v0.1/Download", "/api/v0.1/Download"] {
            let faults: Vec<Fault> = (0..random.usize(50..400)).map(|_| fault(&mut random)).collect();
            archive.script(Matcher::path(path), faults);
        }
        disturb(&bench, &products, &mut random, &mut counts);
        let mut children = Vec::new();
        for _ in 0..random.usize(1..4) {
            counts.num_runs += 1;
            children.push(bench.download(&table, "cache", "manifest.json", &words(&mut random))?);
        }
        for mut child in children {
            let until = Instant::now() + Duration::from_millis(random.u64(50..4000));
            let mut ended = false;
            while !ended && Instant::now() < until {
                ended = child.try_wait().map_err(|error| error.to_string())?.is_some();
                std::thread::sleep(Duration::from_millis(5));
            }
            if !ended && random.u8(0..4) == 0 {
                counts.num_interrupted += 1;
                let _sent = Command::new("kill").arg("-INT").arg(child.id().to_string()).status();
            } else if !ended {
                counts.num_killed += 1;
                child.kill().map_err(|error| error.to_string())?;
            }
            child.wait().map_err(|error| error.to_string())?;
        }
        look(&bench, &products, &truths, &mut counts);
        let log = archive.log();
        counts.num_requests += log.len();
        counts.num_faults += log.iter().filter(|it| it.scripted).count();
        archive.clear_scripts();
        archive.clear_log();
    }

    let ended = bench.download(&table, "cache", "manifest.json", &[])?.wait();
    let ended = ended.map_err(|error| error.to_string())?;
    let manifest = fs::read_to_string(bench.path("manifest.json")).map_err(|error| error.to_string())?;
    let num_complete =
        manifest.matches(r#""Status":"COMPLETE""#).count() + manifest.matches(r#""Status": "COMPLETE""#).count();
    let before = counts.num_files_read;
    look(&bench, &products, &truths, &mut counts);
    let num_there = counts.num_files_read - before;
    let Counts {
        num_rounds,
        num_runs,
        num_killed,
        num_interrupted,
        num_requests,
        num_faults,
        num_removed,
        num_damaged,
        num_files_read,
        num_wrong,
    } = counts;
    println!(
        "soak over {N_PRODUCTS} products for {} s, seed {SEED}: {num_rounds} rounds, {num_runs} runs, {num_killed} killed, {num_interrupted} interrupted; \
         {num_requests} requests, {num_faults} of them with a scripted answer; {num_removed} files removed, {num_damaged} cut short",
        begun.elapsed().as_secs()
    );
    println!("{num_files_read} files compared between the rounds: {num_wrong} with a wrong byte");
    println!(
        "after the faults stopped: {num_complete} of {N_PRODUCTS} rows COMPLETE, {num_there} files there, {ended}"
    );
    if num_wrong > 0 || num_complete as u64 != N_PRODUCTS || num_there as u64 != N_PRODUCTS || !ended.success() {
        return Err("the soak found something".to_owned());
    }
    Ok(())
}

/// Removes some files and cuts others short, as users and disks do.
fn disturb(bench: &Bench, products: &[Product], random: &mut Rng, counts: &mut Counts) {
    for product in products {
        let path = bench.file("cache", product);
        match random.u8(0..20) {
            0..4 => counts.num_removed += usize::from(fs::remove_file(path).is_ok()),
            4 => {
                let cut = fs::File::options().write(true).open(path);
                let cut = cut.and_then(|file| file.set_len(random.u64(0..product.size)));
                counts.num_damaged += usize::from(cut.is_ok());
            }
            _ => {}
        }
    }
}

/// Compares every file with the truth. One that was cut short here and not asked for since is not the program's.
fn look(bench: &Bench, products: &[Product], truths: &[bytes::Bytes], counts: &mut Counts) {
    for (product, truth) in products.iter().zip(truths) {
        let Ok(file) = fs::read(bench.file("cache", product)) else {
            continue;
        };
        counts.num_files_read += 1;
        let is_cut = file.len() < truth.len() && truth.starts_with(&file);
        if file != *truth && !is_cut {
            counts.num_wrong += 1;
            println!("WRONG: {}", product.filename);
        }
    }
}

fn words(random: &mut Rng) -> Vec<&'static str> {
    let mut words = Vec::new();
    if random.bool() {
        words.extend(["--set", "fetch.split_above=0", "--set", "fetch.part_size=256KiB"]);
    }
    match random.u8(0..4) {
        0 => words.push("--no-cloud"),
        1 => words.push("--cloud-only"),
        _ => {}
    }
    if random.u8(0..6) == 0 {
        words.push("--force");
    }
    words
}

/// What the tests do to answers, and what takes longer than a test may.
fn fault(random: &mut Rng) -> Fault {
    match random.u8(0..24) {
        0..16 => mischief::fault(random),
        16 => Fault::slow(random.u64(200_000..3_000_000)),
        17 => Fault::status(429).retry_after(1),
        _ => Fault::default(),
    }
}
