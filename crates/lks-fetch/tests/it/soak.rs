//! Random faults and cancelled runs, the same ones each time: never a wrong byte, and all is well once the faults stop.

use std::time::Duration;

use fastrand::Rng;
use lks_fetch::{Policy, Status};
use lks_mast::Product;
use lks_sandbox::{Fault, Matcher};

use crate::bench::{Bench, in_parts, sized_product, with_obs_id};
use crate::mischief::fault;

const N_FILES: u64 = 10;
const N_ROUNDS: u64 = 10;

fn uri(n: u64) -> String {
    format!(
        "mast:TESS/product/tess2018206045859-s0001-{:016}-0120-s_lc.fits",
        9_000_000_000 + n
    )
}

#[tokio::test]
async fn nothing_wrong_is_ever_there_and_everything_is_in_the_end() {
    let mut random = Rng::with_seed(20_261_122);
    let sandbox = lks_sandbox::SandboxOptions {
        bulk: N_FILES as usize,
        ..Default::default()
    };
    let bench = Bench::with(sandbox, in_parts());
    let truths: Vec<Vec<u8>> = (0..N_FILES).map(|n| bench.truth(&uri(n))).collect();
    let products: Vec<Product> = (0..N_FILES)
        .map(|n| sized_product(&uri(n), (n % 2 == 0).then_some(truths[n as usize].len() as u64)))
        .map(|product| with_obs_id(&product, product.filename()))
        .collect();
    let num_whole = |round: u64| {
        let there = products
            .iter()
            .zip(&truths)
            .filter_map(|(product, truth)| Some((std::fs::read(bench.path(product)).ok()?, truth)));
        there
            .inspect(|(file, truth)| assert!(file == *truth, "round {round}: wrong bytes"))
            .count()
    };
    for round in 0..N_ROUNDS {
        for path in ["/stpubdata/", "/api/v0.1/Download"] {
            let faults: Vec<Fault> = (0..60).map(|_| fault(&mut random)).collect();
            bench.sandbox.script(Matcher::path(path), faults);
        }
        let limit = Duration::from_millis(random.u64(20..400));
        let policy = Policy::default().with_force(round % 3 == 2);
        // Whether the time is enough makes no difference to what may be there.
        let _ended = tokio::time::timeout(limit, bench.fetch(products.clone(), &policy)).await;
        num_whole(round);
        bench.sandbox.clear_scripts();
    }
    let manifest = bench.fetch(products.clone(), &Policy::default()).await;
    assert_eq!(
        manifest.counts().get(&Status::Complete),
        Some(&products.len()),
        "{manifest:?}"
    );
    assert_eq!(num_whole(N_ROUNDS), products.len());
}
