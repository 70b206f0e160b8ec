//! The numbered faults of what the archive says and sends: names, sizes, URIs, and files that are not what they should be.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use lks_fetch::{FailureKind, Policy, Status};
use lks_mast::Product;
use lks_sandbox::{Fault, Matcher};

use crate::bench::{Bench, EVEREST, LIGHT_CURVE, PIXELS, files, product, sized_product, with_filename, with_obs_id};

/// A name that must not become a path, with the row of the list it stands for.
const UNSAFE: [(&str, &str); 16] = [
    ("A7", "../x"),
    ("A7", "a/../../x"),
    ("A7", "/etc/x"),
    ("A7", "C:\\x"),
    ("A7", "\\\\srv\\s"),
    ("A7", "..\\x"),
    ("A7", "."),
    ("A7", ".."),
    ("A7", ""),
    ("A7", "CON"),
    ("A7", "x."),
    ("A7", "x "),
    ("A9", "a\0b"),
    ("A9", "a\nb"),
    ("A9", "a\u{1b}[2Jb"),
    ("A9", "a\u{202e}b"),
];

#[tokio::test]
async fn unsafe_names_are_refused_without_a_request() {
    let bench = Bench::new();
    let good = product(EVEREST);
    let (long, huge) = ("a".repeat(256), "a".repeat(200_000));
    let too_long = [("A10", long.as_str()), ("A12", &huge)];
    for (number, name) in UNSAFE.into_iter().chain(too_long) {
        for part in ["filename", "obs_id", "collection"] {
            let (collection, obs_id, filename) = match part {
                "filename" => (good.collection(), good.obs_id(), name),
                "obs_id" => (good.collection(), name, good.filename()),
                _ => (name, good.obs_id(), good.filename()),
            };
            let bad = Product::new(good.uri(), collection, obs_id, filename);
            let row = bench.fetch(vec![bad], &Policy::default()).await.rows.remove(0);
            assert_eq!(row.failure, Some(FailureKind::UnsafeName), "{number} {part}: {row:?}");
            let message = row.message.expect("a reason");
            assert!(
                message.len() < 1000 && !message.contains(['\0', '\n', '\u{1b}', '\u{202e}']),
                "{number} {part}: {message:?}"
            );
        }
    }
    assert_eq!(bench.num_fetches(), 0);
    assert!(files(bench.directory.path()).is_empty());
}

#[tokio::test]
async fn a_name_of_255_bytes_is_fine() {
    let bench = Bench::new();
    let filename = format!("{}_lc.fits", "a".repeat(247));
    let product = with_filename(&product(EVEREST), &filename);
    let row = bench.fetch(vec![product], &Policy::default()).await.rows.remove(0);
    assert_eq!(row.status, Status::Complete, "{row:?}");
}

#[tokio::test]
async fn a_product_in_many_rows_is_fetched_once() {
    let bench = Bench::new();
    let one = product(EVEREST);
    let other = Product::new(LIGHT_CURVE, one.collection(), one.obs_id(), one.filename());
    let elsewhere = with_obs_id(&other.clone(), "elsewhere");
    let products = vec![one.clone(), one.clone(), one.clone(), other, elsewhere.clone()];
    let manifest = bench.fetch(products, &Policy::default()).await;
    let statuses: Vec<Status> = manifest.rows.iter().map(|row| row.status).collect();
    let complete = Status::Complete;
    assert_eq!(
        statuses,
        [complete, complete, complete, Status::Error, complete],
        "{manifest:?}"
    );
    assert_eq!(bench.num_fetches(), 2);
    assert!(std::fs::read(bench.path(&one)).expect("the file") == bench.truth(EVEREST));
    assert!(std::fs::read(bench.path(&elsewhere)).expect("the file") == bench.truth(LIGHT_CURVE));
}

#[tokio::test]
async fn the_size_of_the_table_may_be_anything() {
    let truth = Bench::new().truth(EVEREST).len() as u64;
    for size in [None, Some(0), Some(1), Some(truth - 1), Some(truth + 1), Some(u64::MAX)] {
        let bench = Bench::new();
        let row = bench
            .fetch(vec![sized_product(EVEREST, size)], &Policy::default())
            .await
            .rows
            .remove(0);
        assert_eq!(row.status, Status::Complete, "{size:?}: {row:?}");
        assert_eq!(row.message.is_some(), size.is_some_and(|size| size != truth), "{row:?}");
    }
    let bench = Bench::new();
    bench
        .sandbox
        .script(Matcher::path("/api/v0.1/Download"), [Fault::empty().always()]);
    let row = bench
        .fetch(vec![sized_product(EVEREST, Some(0))], &Policy::default())
        .await
        .rows
        .remove(0);
    assert_eq!(row.failure, Some(FailureKind::Corrupt), "A14: {row:?}");
}

fn block(cards: &[&str]) -> Vec<u8> {
    let mut bytes: Vec<u8> = cards
        .iter()
        .flat_map(|card| format!("{card:80}").into_bytes())
        .collect();
    bytes.resize(bytes.len().next_multiple_of(2880), b' ');
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("packed");
    packer.finish().expect("packed")
}

const SIMPLE: &str = "SIMPLE  =                    T";
const NO_DATA: [&str; 4] = [
    SIMPLE,
    "BITPIX  =                    8",
    "NAXIS   =                    0",
    "END",
];

/// What comes instead of a file, and whether it may be kept.
fn bodies() -> Vec<(&'static str, &'static str, Vec<u8>, bool)> {
    let whole = block(&NO_DATA);
    let with = |more: &[u8]| [&whole[..], more].concat();
    let changed = |at_end: usize| {
        let mut packed = gzip(&whole);
        let at = packed.len() - at_end;
        packed[at] ^= 1;
        packed
    };
    vec![
        ("A32 no SIMPLE", EVEREST, block(&NO_DATA[1..]), false),
        ("A32 no END", EVEREST, block(&NO_DATA[..3]), false),
        (
            "A32 overflow",
            EVEREST,
            block(&[
                SIMPLE,
                "BITPIX  =                   64",
                "NAXIS   =                    2",
                "NAXIS1  =  9223372036854775807",
                "NAXIS2  =  9223372036854775807",
                "END",
            ]),
            false,
        ),
        ("A32 not a block", EVEREST, whole[..2879].to_vec(), false),
        (
            "A32 data cut",
            EVEREST,
            block(&[
                SIMPLE,
                "BITPIX  =                    8",
                "NAXIS   =                    1",
                "NAXIS1  =                 9000",
                "END",
            ]),
            false,
        ),
        (
            "A32 BITPIX",
            EVEREST,
            block(&[
                SIMPLE,
                "BITPIX  =                    7",
                "NAXIS   =                    0",
                "END",
            ]),
            false,
        ),
        ("A33 zeros", EVEREST, with(&[0; 2880]), true),
        ("A33 a page", EVEREST, with(b"<html>error</html>"), false),
        ("A34 whole", PIXELS, gzip(&whole), true),
        (
            "A34 two members",
            PIXELS,
            [gzip(&whole[..1000]), gzip(&whole[1000..])].concat(),
            true,
        ),
        ("A34 crc", PIXELS, changed(8), false),
        ("A34 isize", PIXELS, changed(1), false),
        (
            "A34 trailing",
            PIXELS,
            [gzip(&whole), b"and more".to_vec()].concat(),
            false,
        ),
        ("A34 cut", PIXELS, gzip(&whole)[..20].to_vec(), false),
        (
            "A30 instead of a file",
            EVEREST,
            br#"{"msg": "No data found"}"#.to_vec(),
            false,
        ),
    ]
}

#[tokio::test]
async fn a_file_that_is_not_what_it_should_be_is_not_kept() {
    for (name, uri, body, is_good) in bodies() {
        let bench = Bench::without_redirect();
        let fault = Fault {
            body_bytes: Some(body.clone()),
            ..Fault::default()
        };
        bench
            .sandbox
            .script(Matcher::path("/api/v0.1/Download"), [fault.always()]);
        bench
            .sandbox
            .script(Matcher::contains("path_lookup"), [Fault::status(404).always()]);
        let row = bench.fetch(vec![product(uri)], &Policy::default()).await.rows.remove(0);
        if is_good {
            assert_eq!(row.status, Status::Complete, "{name}: {row:?}");
            assert!(
                std::fs::read(bench.path(&product(uri))).expect("the file") == body,
                "{name}"
            );
        } else {
            assert_eq!(row.failure, Some(FailureKind::Corrupt), "{name}: {row:?}");
            assert!(files(&bench.directory.path().join("mastDownload")).is_empty(), "{name}");
        }
        assert!(bench.leftovers().is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_uri_is_encoded_once() {
    let bench = Bench::without_redirect();
    let uri = "mast:HLSP/a b+c%2Fd#e?f&g=h/\u{e9}_lc.fits";
    let bad = with_filename(&product(uri), "e_lc.fits");
    let row = bench.fetch(vec![bad], &Policy::default()).await.rows.remove(0);
    assert_eq!(row.failure, Some(FailureKind::NotFound), "{row:?}");
    let log = bench.sandbox.log();
    let asked = log.iter().find(|it| it.path.contains("Download")).expect("a request");
    let pairs: Vec<_> = url::form_urlencoded::parse(asked.query.as_bytes())
        .into_owned()
        .collect();
    assert_eq!(pairs, [("uri".to_owned(), uri.to_owned())]);
}

/// Rows that tests elsewhere cover: the file below `crates`, and the test's name.
const ELSEWHERE: [(u32, &str, &str); 23] = [
    (
        1,
        "lks-fetch/tests/it/routes.rs",
        "rows_that_cannot_be_fetched_do_not_disturb_the_others",
    ),
    (
        3,
        "lks-fetch/tests/it/runs.rs",
        "a_file_of_two_observations_is_fetched_once_and_kept_twice",
    ),
    (
        11,
        "lks-cache/src/path/tests.rs",
        "names_that_are_not_one_plain_component_are_refused",
    ),
    (
        16,
        "lks-mast/src/response/tests.rs",
        "a16_text_that_is_not_utf8_is_an_error",
    ),
    (
        17,
        "lks-mast/src/response/tests.rs",
        "a17_truncated_json_is_an_error_never_a_shorter_table",
    ),
    (
        18,
        "lks-mast/src/response/tests.rs",
        "a18_deeply_nested_json_is_an_error",
    ),
    (
        19,
        "lks-mast/tests/it/paging.rs",
        "a19_an_answer_that_never_ends_is_given_up",
    ),
    (
        20,
        "lks-mast/src/response/tests.rs",
        "a20_unexpected_types_and_unknown_columns_are_read",
    ),
    (
        21,
        "lks-mast/src/response/tests.rs",
        "a21_a_page_for_people_is_told_from_data",
    ),
    (
        22,
        "lks-mast/src/response/tests.rs",
        "a22_an_error_of_the_service_comes_with_its_words",
    ),
    (
        23,
        "lks-mast/src/response/tests.rs",
        "a23_an_answer_in_the_making_is_no_result",
    ),
    (
        24,
        "lks-mast/src/response/tests.rs",
        "a24_an_unknown_status_is_not_taken_as_complete",
    ),
    (
        25,
        "lks-mast/tests/it/paging.rs",
        "a25_rows_that_never_come_are_an_error",
    ),
    (
        26,
        "lks-mast/src/response/tests.rs",
        "a26_the_answer_to_another_question_is_noticed",
    ),
    (
        27,
        "lks-fetch/src/receive/unzip/tests.rs",
        "no_harmful_name_and_no_second_candidate_is_accepted",
    ),
    (28, "lks-fetch/src/receive/unzip/tests.rs", "a_bomb_is_cut"),
    (
        29,
        "lks-fetch/src/receive/unzip/tests.rs",
        "a_damaged_zip_is_refused_wherever_it_is_damaged",
    ),
    (
        30,
        "lks-fetch/src/receive/unzip/tests.rs",
        "what_is_not_a_zip_says_what_it_is",
    ),
    (
        31,
        "lks-fetch/src/receive/unzip/tests.rs",
        "what_is_not_a_zip_says_what_it_is",
    ),
    (32, "lks-fits/src/verify/tests.rs", "hostile_headers_are_refused"),
    (35, "lks-fetch/tests/it/faults.rs", "bodies_that_are_something_else"),
    (
        36,
        "lks-fetch/tests/it/resumed.rs",
        "what_changed_meanwhile_is_fetched_from_its_beginning",
    ),
    (
        37,
        "lks-fetch/tests/it/routes.rs",
        "the_second_place_is_asked_when_the_first_has_nothing",
    ),
];

/// Rows of this file that are not in a list.
const HERE: [(u32, &str); 10] = [
    (2, "a_product_in_many_rows_is_fetched_once"),
    (4, "a_product_in_many_rows_is_fetched_once"),
    (5, "a_product_in_many_rows_is_fetched_once"),
    (10, "unsafe_names_are_refused_without_a_request"),
    (12, "unsafe_names_are_refused_without_a_request"),
    (8, "unsafe_names_are_refused_without_a_request"),
    (13, "the_size_of_the_table_may_be_anything"),
    (14, "the_size_of_the_table_may_be_anything"),
    (15, "the_size_of_the_table_may_be_anything"),
    (38, "a_uri_is_encoded_once"),
];

/// Rows that no test makes happen, and why.
const NOT_MADE: [(u32, &str); 1] = [(6, "the disks that tests run on tell names apart by case")];

/// Prints what is covered: `cargo test -p lks-fetch --test it every_numbered -- --nocapture`.
#[test]
#[allow(clippy::print_stdout)]
fn every_numbered_fault_is_covered_or_excused() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut covered: BTreeMap<u32, usize> = BTreeMap::new();
    let bodies = bodies();
    let listed = UNSAFE.iter().map(|(name, _)| *name).chain(bodies.iter().map(|it| it.0));
    let number = |name: &str| -> u32 {
        let digits = name.split(' ').next().and_then(|word| word.strip_prefix('A'));
        digits.and_then(|digits| digits.parse().ok()).expect("a number")
    };
    let here = HERE.map(|(row, _)| row);
    for row in listed.map(number).chain(here) {
        *covered.entry(row).or_default() += 1;
    }
    for (row, file, test) in ELSEWHERE {
        let source = std::fs::read_to_string(crates.join(file));
        assert!(
            source.is_ok_and(|text| text.contains(test)),
            "A{row}: {test} is not in {file}"
        );
        *covered.entry(row).or_default() += 1;
    }
    for (row, reason) in NOT_MADE {
        assert!(
            covered.insert(row, 0).is_none(),
            "A{row} is excused ({reason}) and covered"
        );
        println!("not made: A{row}: {reason}");
    }
    let missing: Vec<u32> = (1..=38).filter(|row| !covered.contains_key(row)).collect();
    println!(
        "faults A1-A38: {} covered in {} cases, {} excused",
        38 - NOT_MADE.len() - missing.len(),
        covered.values().sum::<usize>(),
        NOT_MADE.len()
    );
    assert!(missing.is_empty(), "not covered: {missing:?}");
}
