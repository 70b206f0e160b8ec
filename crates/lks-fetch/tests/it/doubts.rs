//! Files whose own checksums are wrong: damage at one place, or how the product is published.

use lks_cache::{Level, Lookup};
use lks_fetch::{Event, FailureKind, ManifestRow, Policy, Remark, Source, Status};
use lks_sandbox::{BodyFraming, Fault, Matcher};

use crate::bench::{Bench, LIGHT_CURVE, files, in_parts, product, sized_product, small_parts};

const CLOUD: &str = "/stpubdata/";
const ARCHIVE: &str = "/api/v0.1/Download";

/// One bit of the file is wrong, and no checksum of the transport tells.
fn flipped(offset: u64) -> Fault {
    Fault {
        etag: Some("\"0123456789-2\"".to_owned()),
        ..Fault::flip_bit(offset)
    }
}

/// An archive and a mirror that serve the light curve with these faults.
fn bench(cloud: impl IntoIterator<Item = Fault>, archive: impl IntoIterator<Item = Fault>) -> Bench {
    let bench = Bench::without_redirect();
    bench.sandbox.script(Matcher::path(CLOUD), cloud);
    bench.sandbox.script(Matcher::path(ARCHIVE), archive);
    bench
}

async fn fetch(bench: &Bench, policy: &Policy) -> ManifestRow {
    bench.fetch(vec![product(LIGHT_CURVE)], policy).await.rows.remove(0)
}

fn warnings(bench: &Bench) -> Vec<String> {
    let mut events = bench.events.0.lock().expect("the events");
    let told = events.drain(..).filter_map(|event| match event {
        Event::Warning(text) => Some(text),
        _ => None,
    });
    told.collect()
}

fn note(bench: &Bench) -> Option<String> {
    let store = lks_fetch::store_at(bench.directory.path());
    let found = store.lookup_uri(LIGHT_CURVE, Level::Sha256, std::time::SystemTime::now());
    match found.expect("looked up") {
        Lookup::Hit(entry) => entry.record.expect("a record").note,
        Lookup::Miss(reason) => panic!("{reason:?}"),
    }
}

fn archive_first() -> Policy {
    Policy::default().with_prefer_cloud(false)
}

fn cloud_only() -> Policy {
    Policy::default().with_cloud_only(true)
}

#[tokio::test]
async fn a_damaged_copy_is_not_taken_where_a_good_one_is() {
    let bad = || [flipped(30_000).always()];
    let here = Bench::with(
        lks_sandbox::SandboxOptions {
            redirect_to_cloud: false,
            ..Default::default()
        },
        in_parts(),
    );
    here.sandbox.script(Matcher::path(CLOUD), bad());
    let size = here.truth(LIGHT_CURVE).len() as u64;
    for (name, bench, policy, size, source, from) in [
        (
            "cloud",
            bench(bad(), []),
            Policy::default(),
            None,
            Source::Mast,
            "cloud",
        ),
        ("parts", here, Policy::default(), Some(size), Source::Mast, "cloud"),
        (
            "archive",
            bench([], bad()),
            archive_first(),
            None,
            Source::Cloud,
            "mast",
        ),
    ] {
        let products = vec![sized_product(LIGHT_CURVE, size)];
        let row = bench.fetch(products, &policy).await.rows.remove(0);
        assert_eq!(
            (row.status, row.source),
            (Status::Complete, Some(source)),
            "{name}: {row:?}"
        );
        let file = std::fs::read(bench.path(&product(LIGHT_CURVE))).expect("the file");
        assert!(file == bench.truth(LIGHT_CURVE), "{name}");
        let expected = format!(
            "the copy from {from} was not used: the checksum in the file is wrong for HDU 1: right sums prove bytes "
        );
        let message = row.message.expect("a message");
        assert!(message.starts_with(&expected), "{name}: {message}");
        assert_eq!(row.remark, Some(Remark::Refused(message.clone())));
        assert_eq!(
            warnings(&bench),
            [format!("{}: {message}", product(LIGHT_CURVE).filename())],
            "{name}"
        );
        assert_eq!(note(&bench), None, "it is not the product's");
        assert!(bench.leftovers().is_empty(), "{name}");
    }
}

#[tokio::test]
async fn what_every_place_serves_is_told_once_and_kept() {
    let bench = bench([flipped(30_000).always()], [flipped(30_000).always()]);
    let row = fetch(&bench, &Policy::default()).await;
    assert_eq!((row.status, row.attempts), (Status::Complete, 2), "{row:?}");
    let message = row.message.expect("a message");
    assert!(
        message.starts_with("the checksum in the file is wrong for HDU 1: ")
            && message.ends_with("; the archive serves it so"),
        "{message}"
    );
    assert_eq!(note(&bench), Some(message.clone()));
    assert_eq!(
        warnings(&bench),
        [format!("{}: {message}", product(LIGHT_CURVE).filename())]
    );
    let num_fetches = bench.num_fetches();
    assert_eq!(num_fetches, 2);
    for verify in Level::ALL {
        let policy = Policy::default().with_verify(verify);
        let row = fetch(&bench, &policy).await;
        assert_eq!((row.source, row.message), (Some(Source::Cache), None), "{verify:?}");
        assert!(warnings(&bench).is_empty(), "{verify:?}");
    }
    assert_eq!(bench.num_fetches(), num_fetches);
    assert!(files(&bench.directory.path().join(".lks/v1/quarantine")).is_empty());
}

#[tokio::test]
async fn what_is_noticed_only_later_is_told_then_and_only_then() {
    let bench = bench([flipped(30_000).always()], [flipped(30_000).always()]);
    fetch(&bench, &Policy::default()).await;
    // As an earlier version would have left it.
    let store = lks_cache::Store::new(bench.directory.path());
    let mut without = store.records().next().expect("a record").expect("readable");
    without.note = None;
    let shard = store.state_directory("rec").join(&without.key[..2]);
    std::fs::create_dir_all(&shard).expect("made");
    std::fs::write(shard.join(format!("{}.json", without.key)), without.to_text()).expect("written");
    let policy = Policy::default().with_verify(Level::Content);
    warnings(&bench);
    for times in 0..2 {
        let row = fetch(&bench, &policy).await;
        assert_eq!(row.source, Some(Source::Cache), "{row:?}");
        let told = row
            .message
            .as_deref()
            .is_some_and(|text| text.ends_with("; it came so"));
        assert_eq!((told, warnings(&bench).len()), (times == 0, usize::from(times == 0)));
    }
}

/// Faults of the cloud and of the archive, what comes of it, and in how many requests.
type Case<'a> = (
    &'a str,
    Vec<Fault>,
    Vec<Fault>,
    Policy,
    Result<Option<&'a str>, FailureKind>,
    usize,
);

#[tokio::test]
async fn only_bytes_that_all_places_give_are_believed() {
    let (bad, other) = (|| flipped(30_000).always(), || flipped(40_000).always());
    let gone = || Fault::status(404).always();
    let cases: [Case<'_>; 8] = [
        (
            "different bytes",
            vec![bad()],
            vec![other()],
            Policy::default(),
            Err(FailureKind::Corrupt),
            4,
        ),
        (
            "not in the archive",
            vec![bad()],
            vec![gone()],
            Policy::default(),
            Ok(Some("the cloud")),
            3,
        ),
        (
            "not on the cloud",
            vec![gone()],
            vec![bad()],
            archive_first(),
            Ok(Some("the archive")),
            3,
        ),
        ("one place", vec![bad()], vec![], cloud_only(), Ok(Some("the cloud")), 2),
        (
            "one place, once",
            vec![flipped(30_000)],
            vec![],
            cloud_only(),
            Ok(None),
            2,
        ),
        (
            "once, then no other",
            vec![flipped(30_000)],
            vec![gone()],
            Policy::default(),
            Ok(None),
            3,
        ),
        (
            "damaged on the way",
            vec![flipped(40_000), bad()],
            vec![bad()],
            Policy::default(),
            Ok(Some("the archive")),
            4,
        ),
        (
            "down",
            vec![bad()],
            vec![Fault::status(503).always()],
            Policy::default(),
            Err(FailureKind::Unavailable),
            7,
        ),
    ];
    for (name, cloud, archive, policy, expected, num_requests) in cases {
        let bench = bench(cloud, archive);
        let row = fetch(&bench, &policy).await;
        match expected {
            Ok(whose) => {
                assert_eq!(row.status, Status::Complete, "{name}: {row:?}");
                let so = whose.map(|whose| format!("; {whose} serves it so"));
                assert_eq!(note(&bench).is_some(), so.is_some(), "{name}");
                assert!(
                    note(&bench).unwrap_or_default().ends_with(&so.unwrap_or_default()),
                    "{name}: {row:?}"
                );
            }
            Err(kind) => {
                assert_eq!(row.failure, Some(kind), "{name}: {row:?}");
                assert!(files(&bench.directory.path().join("mastDownload")).is_empty(), "{name}");
                let message = row.message.expect("a message");
                let has_hint = message.ends_with("try again when it answers");
                assert_eq!(has_hint, kind == FailureKind::Unavailable, "{name}: {message}");
            }
        }
        assert_eq!(bench.num_fetches(), num_requests, "{name}: {:?}", bench.sandbox.log());
        assert!(bench.leftovers().is_empty(), "{name}");
    }
}

#[tokio::test]
async fn missing_extensions_are_a_note_where_the_length_is_known() {
    let primary = lks_fits::write::Hdu::primary().card("NEXTEND", 2, "");
    let bytes = primary.bytes().expect("a file");
    let body = || Fault {
        body_bytes: Some(bytes.clone()),
        etag: Some("\"0123456789-2\"".to_owned()),
        ..Fault::status(200)
    };
    let endless = || Fault {
        framing: Some(BodyFraming::UntilClose),
        ..body()
    };
    let size = bytes.len() as u64;
    let gone = || Fault::status(404);
    for (cloud, archive, size, num_requests) in [
        (body(), body(), None, 1),
        (body(), body(), Some(size), 1),
        // The table has another size: both places are heard.
        (body(), body(), Some(size + 2880), 2),
        // Nothing says where it ends but the table, or a second answer.
        (gone(), endless(), Some(size), 2),
        (gone(), endless(), None, 3),
    ] {
        let bench = bench([cloud.always()], [archive.always()]);
        let products = vec![sized_product(LIGHT_CURVE, size)];
        let row = bench.fetch(products, &Policy::default()).await.rows.remove(0);
        assert_eq!(
            (row.status, bench.num_fetches()),
            (Status::Complete, num_requests),
            "{row:?}"
        );
        let expected = "the primary header announces 2 extensions (NEXTEND), the file has 0; the archive serves it so";
        assert_eq!(note(&bench).as_deref(), Some(expected));
        assert!(row.message.is_some_and(|message| message.ends_with(expected)));
        assert_eq!(warnings(&bench).len(), 1);
    }
}

#[tokio::test]
async fn a_copy_that_lacks_its_extensions_yields_to_a_whole_one() {
    let whole = bench([], []).truth(LIGHT_CURVE);
    let primary = lks_fits::verify::examine(&mut &whole[..]).expect("a FITS file").hdus[1]
        .info
        .header_offset;
    let cut = Fault {
        resize: Some(primary),
        etag: Some("\"0123456789-2\"".to_owned()),
        ..Fault::default()
    };
    for (cloud, archive, policy, source) in [
        (vec![cut.clone().always()], vec![], Policy::default(), Source::Mast),
        (vec![], vec![cut.always()], archive_first(), Source::Cloud),
    ] {
        let bench = bench(cloud, archive);
        let products = vec![sized_product(LIGHT_CURVE, Some(whole.len() as u64))];
        let row = bench.fetch(products, &policy).await.rows.remove(0);
        assert_eq!((row.status, row.source), (Status::Complete, Some(source)), "{row:?}");
        assert!(std::fs::read(bench.path(&product(LIGHT_CURVE))).expect("the file") == whole);
        assert!(matches!(row.remark, Some(Remark::Refused(_))), "{row:?}");
    }
}

#[tokio::test]
async fn a_doubtful_foreign_file_is_kept_if_the_archive_serves_it() {
    let bench = bench([flipped(30_000).always()], [flipped(30_000).always()]);
    let mut bytes = bench.truth(LIGHT_CURVE);
    bytes[30_000] ^= 1;
    let path = bench.path(&product(LIGHT_CURVE));
    std::fs::create_dir_all(path.parent().expect("a directory")).expect("made");
    std::fs::write(&path, &bytes).expect("written");
    let an_hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let file = std::fs::File::options().write(true).open(&path).expect("opened");
    file.set_modified(an_hour_ago).expect("set");
    let row = fetch(&bench, &Policy::default()).await;
    assert_eq!(row.status, Status::Complete, "{row:?}");
    let message = row.message.expect("a message");
    assert!(
        message.contains("a file that another program left: the checksum in the file is wrong"),
        "{message}"
    );
    assert_eq!(
        file.metadata().expect("still there").modified().expect("a time"),
        an_hour_ago
    );
    assert!(std::fs::read(&path).expect("the file") == bytes);
    assert!(files(&bench.directory.path().join(".lks/v1/quarantine")).is_empty());
    assert!(note(&bench).is_some());
    let policy = Policy::default().with_verify(Level::Content);
    assert_eq!(fetch(&bench, &policy).await.source, Some(Source::Cache));
}

#[tokio::test]
async fn many_odd_files_are_one_warning() {
    let uris = ["a_lc.fits", "b_lc.fits", "c_lc.fits"].map(|name| format!("mast:HLSP/{name}"));
    let primary = lks_fits::write::Hdu::primary().card("NEXTEND", 2, "");
    let body = Fault {
        body_bytes: Some(primary.bytes().expect("a file")),
        ..Fault::status(200)
    };
    let bench = Bench::with(
        lks_sandbox::SandboxOptions {
            redirect_to_cloud: false,
            ..Default::default()
        },
        small_parts(),
    );
    bench.sandbox.script(Matcher::path(ARCHIVE), [body.always()]);
    let rows = bench
        .fetch(uris.iter().map(|uri| product(uri)).collect(), &Policy::default())
        .await
        .rows;
    assert!(rows.iter().all(|row| row.message.is_some()), "{rows:?}");
    let told = warnings(&bench);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("a_lc.fits and 2 more: the primary header announces"),
        "{told:?}"
    );
}
