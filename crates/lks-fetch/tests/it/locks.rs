//! A lock brings exactly the bytes that it names: on a fresh machine, from a store that holds them somewhere, or not at all.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use lks_cache::{Facts, Key};
use lks_fetch::{DATA_DIRECTORY, FailureKind, Here, Lock, Manifest, Policy, Quiet, Source, Status, Upstream, store_at};
use lks_mast::{CutoutSize, Product};
use lks_sandbox::{Fault, Matcher, SandboxOptions};

use crate::bench::{Bench, EVEREST, LIGHT_CURVE, Patience, files, product, small_parts};

/// So many light curves of one sector, in the archive of a bench with as many bulk targets.
fn bulk(num: u64) -> Vec<Product> {
    let name = |n: u64| format!("tess2018206045859-s0001-{:016}-0120-s", 9_000_000_000 + n);
    let one = |n: u64| {
        let (name, file) = (name(n), format!("{}_lc.fits", name(n)));
        Product::new(format!("mast:TESS/product/{file}"), "TESS", name, file)
    };
    (0..num).map(one).collect()
}

fn bench_of(num: usize) -> Bench {
    let sandbox = SandboxOptions {
        bulk: num,
        ..SandboxOptions::default()
    };
    Bench::with(sandbox, small_parts())
}

async fn lock_of(bench: &Bench, products: &[Product]) -> Lock {
    let manifest = bench.fetch(products.to_vec(), &Policy::default()).await;
    let table = manifest.to_table().expect("a table");
    let locking = bench
        .fetcher
        .lock(&table, CutoutSize::default(), &Policy::default(), &Quiet)
        .await;
    assert_eq!(locking.left_out, []);
    let lock = Lock::new("test", "now", ["what"], locking.products);
    // What is synced is always what was written and read again.
    Lock::parse(lock.to_text().as_bytes()).expect("a lock")
}

async fn sync(bench: &Bench, lock: &Lock) -> Manifest {
    let plan = bench.fetcher.plan_sync(lock, &Policy::default()).await;
    bench.fetcher.run(plan, &bench.events).await
}

fn hashes(lock: &Lock) -> Vec<Option<String>> {
    lock.products()
        .iter()
        .map(|locked| Some(locked.content.sha256.clone()))
        .collect()
}

/// Every file below a directory, with its bytes.
fn contents(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let name = |path: &Path| path.strip_prefix(directory).expect("below it").display().to_string();
    files(directory)
        .into_iter()
        .map(|path| (name(&path), std::fs::read(&path).expect("a file")))
        .collect()
}

/// Another machine before the same archive.
fn elsewhere(bench: &Bench) -> Bench {
    Bench::of(bench.sandbox.clone(), small_parts(), Patience::Usual)
}

/// From now on the archive and the mirror serve another edition of these.
fn change(bench: &Bench, products: &[&Product]) {
    for product in products {
        let named = Matcher::contains(product.filename());
        bench.sandbox.script(named, [Fault::edition(1).always()]);
    }
}

/// What each row has, read from its file, is what the archive served when the lock was made.
fn assert_exact(bench: &Bench, lock: &Lock, manifest: &Manifest) {
    assert_eq!(manifest.rows.len(), lock.products().len());
    for (row, locked) in manifest.rows.iter().zip(lock.products()) {
        assert_eq!(row.status, Status::Complete, "{row:?}");
        assert_eq!(row.sha256.as_ref(), Some(&locked.content.sha256));
        let bytes = std::fs::read(row.local_path.as_ref().expect("a path")).expect("a file");
        assert!(bytes == bench.truth(locked.product.uri()), "{}", locked.product.uri());
    }
}

#[tokio::test]
async fn fifty_products_come_equal_to_a_fresh_machine() {
    let bench = bench_of(50);
    let lock = lock_of(&bench, &bulk(50)).await;
    assert_eq!(lock.products().len(), 50);
    let fresh = elsewhere(&bench);
    fresh.sandbox.clear_log();
    let manifest = sync(&fresh, &lock).await;
    assert_exact(&fresh, &lock, &manifest);
    assert_eq!(
        (fresh.num_fetches(), fresh.num_lookups()),
        (50, 2),
        "nothing is searched"
    );
    assert_eq!(
        hashes(&lock),
        manifest.rows.iter().map(|row| row.sha256.clone()).collect::<Vec<_>>()
    );
    fresh.sandbox.clear_log();
    let again = sync(&fresh, &lock).await;
    assert_exact(&fresh, &lock, &again);
    assert!(fresh.sandbox.log().is_empty(), "what is here is not asked for");
    assert_eq!(
        lock_of(&fresh, &bulk(50)).await.products(),
        lock.products(),
        "what was synced is locked alike"
    );
}

#[tokio::test]
async fn what_changed_upstream_is_named_and_nothing_is_lost() {
    let bench = bench_of(50);
    let products = bulk(50);
    let lock = lock_of(&bench, &products).await;
    let changed = [&products[3], &products[20], &products[49]];
    let newer = elsewhere(&bench);
    change(&bench, &changed);
    let latest = newer
        .fetch(changed.into_iter().cloned().collect(), &Policy::default())
        .await;
    assert!(
        latest.rows.iter().all(|row| row.status == Status::Complete),
        "{latest:?}"
    );
    let before = contents(&newer.directory.path().join(DATA_DIRECTORY));
    for machine in [elsewhere(&bench), newer] {
        let manifest = sync(&machine, &lock).await;
        let failed: Vec<_> = manifest
            .rows
            .iter()
            .filter(|row| row.status != Status::Complete)
            .collect();
        let names: Vec<_> = failed.iter().filter_map(|row| row.filename.as_deref()).collect();
        assert_eq!(names, changed.map(Product::filename));
        for row in failed {
            assert_eq!((row.status, row.failure), (Status::Error, Some(FailureKind::Changed)));
            let message = row.message.as_deref().unwrap_or_default();
            assert!(
                message.contains("other bytes than the lock has are served now"),
                "{message}"
            );
        }
        assert!(machine.leftovers().is_empty(), "{:?}", machine.leftovers());
        let after = contents(&machine.directory.path().join(DATA_DIRECTORY));
        for (name, bytes) in before.iter().filter(|(name, _)| after.contains_key(*name)) {
            assert!(after[name] == *bytes, "{name} was replaced");
        }
    }
}

#[tokio::test]
async fn a_store_that_holds_the_old_bytes_gives_them() {
    let bench = bench_of(20);
    let products = bulk(20);
    let lock = lock_of(&bench, &products).await;
    let changed = [&products[3], &products[7], &products[19]];
    change(&bench, &changed);
    bench.sandbox.clear_log();
    assert_exact(&bench, &lock, &sync(&bench, &lock).await);
    assert!(bench.sandbox.log().is_empty());
    let newer = bench
        .fetch(
            changed.into_iter().cloned().collect(),
            &Policy::default().with_force(true),
        )
        .await;
    assert!(newer.rows.iter().all(|row| row.status == Status::Complete), "{newer:?}");
    bench.sandbox.clear_log();
    let manifest = sync(&bench, &lock).await;
    assert_exact(&bench, &lock, &manifest);
    assert!(bench.sandbox.log().is_empty(), "they had been set aside here");
    let told: Vec<_> = manifest.rows.iter().filter_map(|row| row.message.as_deref()).collect();
    assert_eq!(told, ["the locked version had been set aside, and was put back"; 3]);
    let kept = contents(&bench.directory.path().join(".lks/v1/quarantine"));
    for row in &newer.rows {
        let hash = row.sha256.as_deref().expect("a hash");
        let store = store_at(bench.directory.path());
        let holding = store.contents().find(hash, row.bytes.expect("a size")).expect("looked");
        assert!(
            holding.is_some_and(|it| it.is_set_aside),
            "the newer version is kept too: {:?}",
            kept.keys()
        );
    }
}

#[tokio::test]
async fn equal_bytes_of_another_product_are_copied() {
    let bench = Bench::new();
    let lock = lock_of(&bench, &[product(LIGHT_CURVE), product(EVEREST)]).await;
    let machine = elsewhere(&bench);
    let store = store_at(machine.directory.path());
    let key = Key::new("mast:TESS/other", "TESS/other/other.fits".parse().expect("a path"));
    let mut writer = store.begin(&key, None).expect("begun");
    writer.append(&bench.truth(LIGHT_CURVE)).expect("written");
    writer
        .commit(Facts::from_source("test"), SystemTime::now())
        .expect("committed");
    // And one that another program left, of which nothing is on record.
    let left = machine.path(&product(EVEREST));
    std::fs::create_dir_all(left.parent().expect("a directory")).expect("made");
    std::fs::write(&left, bench.truth(EVEREST)).expect("left");
    bench.sandbox.clear_log();
    let manifest = sync(&machine, &lock).await;
    assert_exact(&bench, &lock, &manifest);
    assert!(
        manifest.rows.iter().all(|row| row.source == Some(Source::Cache)),
        "{manifest:?}"
    );
    assert!(bench.sandbox.log().is_empty());
    let again = lock_of(&machine, &[product(LIGHT_CURVE), product(EVEREST)]).await;
    assert_eq!(again.products(), lock.products(), "with what the lock says of them");
}

#[tokio::test]
async fn damage_on_the_way_is_not_taken_for_a_change() {
    for one_route in [true, false] {
        let bench = Bench::without_redirect();
        let lock = lock_of(&bench, &[product(LIGHT_CURVE)]).await;
        let machine = elsewhere(&bench);
        // Without a tag nothing of the transport tells, and this byte is in no checksum of the file.
        let flipped = Fault::flip_bit(9000).header("ETag", "");
        bench.sandbox.script(Matcher::path("/stpubdata/"), [flipped]);
        let policy = Policy::default().with_cloud_only(one_route);
        let plan = machine.fetcher.plan_sync(&lock, &policy).await;
        let manifest = machine.fetcher.run(plan, &Quiet).await;
        assert_exact(&bench, &lock, &manifest);
    }
}

#[tokio::test]
async fn checking_asks_for_heads_and_writes_nothing() {
    let bench = bench_of(6);
    let products = bulk(6);
    let lock = lock_of(&bench, &[&products[..], &[product(EVEREST)]].concat()).await;
    std::fs::remove_file(bench.path(&products[0])).expect("removed");
    std::fs::write(bench.path(&products[1]), b"SIMPLE  = other").expect("replaced");
    change(&bench, &[&products[2], &product(EVEREST)]);
    let before = (contents(bench.directory.path()), modified(&bench));
    bench.sandbox.clear_log();
    let checked = bench.fetcher.check(&lock, true).await;
    assert_eq!(before, (contents(bench.directory.path()), modified(&bench)));
    let log = bench.sandbox.log();
    let fetched = log
        .iter()
        .filter(|it| it.method != "HEAD" && !it.path.contains("path_lookup"));
    assert_eq!(fetched.count(), 0, "{log:?}");
    assert_eq!(log.iter().filter(|it| it.method == "HEAD").count(), 7);
    let of = |wanted: &Product| {
        let at = lock
            .products()
            .iter()
            .position(|locked| locked.product.uri() == wanted.uri());
        &checked[at.expect("it is locked")]
    };
    assert_eq!(of(&products[0]).here, Here::Missing);
    assert!(matches!(of(&products[1]).here, Here::Other(_)));
    for equal in [&products[2], &products[3], &product(EVEREST)] {
        assert!(matches!(of(equal).here, Here::Equal(_)), "{:?}", of(equal));
    }
    for changed in [&products[2], &product(EVEREST)] {
        assert!(
            matches!(of(changed).upstream, Upstream::Changed(_)),
            "{:?}",
            of(changed)
        );
    }
    for same in [&products[0], &products[1], &products[5]] {
        assert_eq!(of(same).upstream, Upstream::Same);
    }
    bench.sandbox.clear_log();
    let offline = bench.fetcher.check(&lock, false).await;
    assert!(
        offline
            .iter()
            .zip(&checked)
            .all(|(off, on)| off.here == on.here && off.upstream == Upstream::NotAsked)
    );
    assert!(bench.sandbox.log().is_empty());
    assert_eq!(before, (contents(bench.directory.path()), modified(&bench)));
}

/// When everything below the store was written last.
fn modified(bench: &Bench) -> Vec<(String, SystemTime)> {
    let files = files(bench.directory.path()).into_iter();
    let mut seen: Vec<_> = files
        .flat_map(|path| path.ancestors().map(Path::to_owned).collect::<Vec<_>>())
        .filter(|path| path.starts_with(bench.directory.path()))
        .map(|path| {
            let modified = path.symlink_metadata().and_then(|seen| seen.modified()).expect("seen");
            (path.display().to_string(), modified)
        })
        .collect();
    seen.sort();
    seen.dedup();
    seen
}

#[tokio::test]
async fn a_manifest_is_locked_without_its_files() {
    let bench = bench_of(4);
    let manifest = bench
        .fetch(bulk(4), &Policy::default())
        .await
        .to_table()
        .expect("a table");
    let here = lock_of(&bench, &bulk(4)).await;
    let elsewhere = elsewhere(&bench);
    bench.sandbox.clear_log();
    let locking = elsewhere
        .fetcher
        .lock(&manifest, CutoutSize::default(), &Policy::default(), &Quiet)
        .await;
    assert!(bench.sandbox.log().is_empty() && locking.left_out.is_empty());
    let lock = Lock::new("test", "now", ["what"], locking.products);
    for (there, here) in lock.products().iter().zip(here.products()) {
        assert_eq!(there.product, here.product);
        assert_eq!(
            (&there.content.sha256, there.content.size),
            (&here.content.sha256, here.content.size)
        );
        assert_eq!((&there.source, &there.content.etag), (&Some("cloud".to_owned()), &None));
    }
    assert_exact(&bench, &lock, &sync(&elsewhere, &lock).await);
}

#[tokio::test]
async fn rows_that_cannot_be_locked_are_left_out_with_the_reason() {
    let bench = Bench::new();
    let table = lks_table::Table::empty()
        .with_text(
            "dataURI",
            [
                Some(LIGHT_CURVE),
                None,
                Some("mast:TESS/product/none_lc.fits"),
                Some("mast:TESS/a\u{7}_lc.fits"),
            ],
        )
        .and_then(|table| table.with_text("obs_collection", [Some("TESS"); 4]))
        .and_then(|table| table.with_text("obs_id", [Some("a"), Some("b"), Some("c"), Some("..")]))
        .and_then(|table| {
            table.with_text(
                "productFilename",
                [Some("a.fits"), Some("b"), Some("c.fits"), Some("d.fits")],
            )
        })
        .expect("a table");
    let locking = bench
        .fetcher
        .lock(&table, CutoutSize::default(), &Policy::default(), &Quiet)
        .await;
    assert_eq!(locking.products.len(), 1);
    let left_out: Vec<_> = locking
        .left_out
        .iter()
        .map(|left| (left.row, left.reason.as_str()))
        .collect();
    let rows: Vec<usize> = left_out.iter().map(|(row, _)| *row).collect();
    assert_eq!(rows, [1, 2, 3], "{left_out:?}");
    assert_eq!(left_out[0].1, "MAST names no dataURI for this product");
    assert!(left_out[2].1.contains("directory reference"), "{left_out:?}");
    assert_eq!(locking.manifest.rows.len(), 4);
}

#[tokio::test]
async fn a_cutout_is_brought_only_as_it_was_locked() {
    let bench = Bench::new();
    let cutout = lks_mast::Cutout {
        ra: 285.679422,
        dec: 50.241306,
        size: CutoutSize::default(),
        sector: 14,
        detector: None,
    };
    let product = Product::from(cutout);
    let lock = lock_of(&bench, std::slice::from_ref(&product)).await;
    let manifest = sync(&elsewhere(&bench), &lock).await;
    assert_eq!(hashes(&lock), [manifest.rows[0].sha256.clone()], "{manifest:?}");
    let checked = bench.fetcher.check(&lock, true).await;
    assert!(matches!(&checked[0].upstream, Upstream::Unknown(reason) if reason.contains("anew")));
    let mut other = lock.products()[0].clone();
    other.content.sha256 = "0".repeat(64);
    let other = Lock::new("", "", ["what"], [other]);
    let manifest = sync(&bench, &other).await;
    assert_eq!(manifest.rows[0].failure, Some(FailureKind::Changed), "{manifest:?}");
    assert!(bench.path(&product).exists(), "and the file that is here stays");
}
