//! Pages that overlap, lose rows or never come, and answers that are still being made.

use std::num::NonZeroUsize;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::StatusCode;
use lks_mast::{AnswerProblem, Error, Filters, KindFilter, MastClient, Mission, TextFilter};
use serde_json::{Map, Value, json};

use crate::archive::{Archive, Asked, BY_ID, BY_POSITION, Log, PRODUCTS, body, json_answer, status};
use crate::search::{column, found, search};

fn question() -> lks_mast::Search {
    let filters = Filters {
        pipeline: Some(TextFilter::new(["SPOC"])),
        ..Filters::default()
    };
    search(Mission::Tess, "TIC 158324245")
        .with_kind(KindFilter::All)
        .with_filters(filters)
}

/// A client that asks for pages of fifty rows.
fn client(archive: Archive) -> (MastClient, Log) {
    let (client, log) = archive.client();
    (client.with_rows_per_page(NonZeroUsize::new(50).unwrap()), log)
}

/// An archive whose product pages hold `rows(page, page size)` of `total` rows.
fn paged(total: usize, rows: impl Fn(usize, usize) -> Vec<Map<String, Value>> + Send + Sync + 'static) -> Archive {
    Archive::instead(move |asked: &Asked| {
        (asked.service() == PRODUCTS).then(|| {
            let (page, size) = (
                asked.mashup["page"].as_u64().unwrap() as usize,
                asked.mashup["pagesize"].as_u64().unwrap() as usize,
            );
            json_answer(&json!({
                "status": "COMPLETE", "data": rows(page, size),
                "paging": { "page": page, "pagesFiltered": total.div_ceil(size).max(3), "rowsFiltered": total },
            }))
        })
    })
}

/// Rows of products that differ in their file only.
fn product(number: usize) -> Map<String, Value> {
    static ROW: LazyLock<Map<String, Value>> = LazyLock::new(|| {
        let mut row = crate::archive::rows("products").remove(0);
        row.retain(|name, _| ["parent_obsid", "obs_collection", "obs_id"].contains(&name.as_str()));
        row
    });
    let mut row = ROW.clone();
    row.insert("dataURI".into(), json!(format!("mast:TESS/product/{number}_lc.fits")));
    row.insert("productFilename".into(), json!(format!("{number}_lc.fits")));
    row
}

const TOTAL: usize = 120;

#[tokio::test]
async fn a25_pages_are_put_together() {
    let pages = paged(TOTAL, |page, size| {
        (0..TOTAL).skip((page - 1) * size).take(size).map(product).collect()
    });
    let (client, log) = client(pages);
    let found = client.search(&question()).await.unwrap();
    assert_eq!((found.table.num_rows(), log.count(PRODUCTS)), (TOTAL, 3));
}

#[tokio::test]
async fn a25_pages_that_overlap_and_lose_rows_are_asked_for_as_one() {
    let pages = paged(60, |page, size| match size {
        50 => (0..60)
            .skip((page - 1) * 40)
            .take(if page == 1 { 45 } else { 10 })
            .map(product)
            .collect(),
        _ => (0..60).map(product).collect(),
    });
    let (client, log) = client(pages);
    let found = client.search(&question()).await.unwrap();
    assert_eq!(found.table.num_rows(), 60);
    assert_eq!(log.count(PRODUCTS), 3);
    assert_eq!(log.all().last().unwrap().mashup["pagesize"], 1060);
}

#[tokio::test]
async fn a25_rows_that_never_come_are_an_error() {
    for (mode, total) in [("repeated", 60), ("empty", 60), ("repeated", 60_000), ("empty", 60_000)] {
        let pages = paged(total, move |page, _| match (mode, page) {
            ("empty", 2..) => Vec::new(),
            _ => (0..10).map(product).collect(),
        });
        let (client, log) = client(pages);
        let error = client.search(&question()).await.unwrap_err();
        assert!(
            matches!(
                &error,
                Error::Answer {
                    problem: AnswerProblem::Paging { got: 10, expected },
                    ..
                } if *expected == total
            ),
            "{mode}: {error}"
        );
        // Nobody asks for thousands of pages of which the second is the first.
        assert!(log.count(PRODUCTS) < 10, "{mode}: {}", log.count(PRODUCTS));
    }
}

#[tokio::test]
async fn a25_everything_in_the_first_page_ends_the_questions() {
    let (client, log) = client(paged(60, |_, _| (0..60).map(product).collect()));
    assert_eq!(client.search(&question()).await.unwrap().table.num_rows(), 60);
    assert_eq!(log.count(PRODUCTS), 1);
}

#[tokio::test]
async fn a23_a_question_is_repeated_until_it_is_answered() {
    let num_asked = AtomicUsize::new(0);
    let slow = Archive::instead(move |asked| {
        (asked.service() == BY_ID && num_asked.fetch_add(1, Ordering::Relaxed) < 5)
            .then(|| json_answer(&json!({ "status": "EXECUTING" })))
    });
    let (client, log) = slow.client();
    let table = client.search(&question()).await.unwrap().table;
    assert_eq!(table.num_rows(), found(&question()).await.table.num_rows());
    let questions: Vec<Value> = log
        .all()
        .into_iter()
        .filter(|asked| asked.service() == BY_ID)
        .map(|asked| asked.mashup)
        .collect();
    assert!(questions.len() == 6 && questions.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn a23_waiting_ends() {
    let never =
        Archive::instead(|asked| (asked.service() == BY_ID).then(|| json_answer(&json!({ "status": "EXECUTING" }))));
    let error = never.client().0.search(&question()).await.unwrap_err();
    assert!(matches!(error, Error::StillExecuting { .. }), "{error}");
}

#[tokio::test]
async fn a21_a_page_for_people_is_asked_for_twice_more() {
    let archive = |num_pages: usize| {
        let num_asked = AtomicUsize::new(0);
        Archive::instead(move |asked| {
            (asked.service() == BY_ID && num_asked.fetch_add(1, Ordering::Relaxed) < num_pages)
                .then(|| body("<html>504 Gateway Time-out</html>"))
        })
    };
    assert!(archive(2).client().0.search(&question()).await.is_ok());
    let (client, log) = archive(usize::MAX).client();
    let error = client.search(&question()).await.unwrap_err();
    assert!(
        matches!(
            &error,
            Error::Answer {
                problem: AnswerProblem::NotJson { .. },
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(log.count(BY_ID), 3);
}

#[tokio::test]
async fn a19_an_answer_that_never_ends_is_given_up() {
    let (client, _) =
        Archive::instead(|asked| (asked.path.contains("Santa-war")).then(|| body(vec![b' '; (16 << 20) + 1]))).client();
    let error = client.resolve(&["x"]).await.unwrap_err();
    assert!(matches!(&error, Error::Http { .. }), "{error}");
}

/// An archive of so many observations of one star, with one product each.
fn wide(num_observations: usize) -> Archive {
    let mut archive = Archive::default();
    let (observation, product) = (archive.observations[0].clone(), archive.products[0].clone());
    let numbered = |row: &Map<String, Value>, name: &str, value: Value| {
        let mut row = row.clone();
        row.insert(name.into(), value);
        row
    };
    archive.observations = (1..=num_observations)
        .map(|number| numbered(&observation, "obsid", json!(number)))
        .collect();
    archive.products = (1..=num_observations)
        .map(|number| {
            let row = numbered(&product, "parent_obsid", json!(number));
            numbered(&row, "dataURI", json!(format!("mast:TESS/product/{number}_lc.fits")))
        })
        .collect();
    archive
}

fn num_groups(asked: &Asked) -> usize {
    asked.mashup["params"]["obsid"]
        .as_str()
        .map_or(0, |groups| groups.split(',').count())
}

#[tokio::test]
async fn product_requests_are_limited_and_halved_on_timeouts() {
    let archive = Archive {
        instead: Box::new(|asked| {
            assert!(num_groups(asked) <= 500);
            (num_groups(asked) > 200).then(|| status(StatusCode::GATEWAY_TIMEOUT, ""))
        }),
        ..wide(1_200)
    };
    let (client, log) = archive.client();
    let found = client.search(&question()).await.unwrap();
    assert_eq!(found.table.num_rows(), 1_200);
    // 500 + 500 + 200; each 500 fails whole and in halves.
    assert_eq!(log.count(PRODUCTS), 1 + 2 * (1 + 2 + 4));
}

#[tokio::test]
async fn a_service_that_is_down_is_not_asked_again_and_again() {
    for (code, most) in [(StatusCode::SERVICE_UNAVAILABLE, 1), (StatusCode::GATEWAY_TIMEOUT, 31)] {
        let archive = Archive {
            instead: Box::new(move |asked| (num_groups(asked) > 0).then(|| status(code, ""))),
            ..wide(500)
        };
        let (client, log) = archive.client();
        assert!(client.search(&question()).await.is_err());
        assert!(log.count(PRODUCTS) <= most, "{code}: {}", log.count(PRODUCTS));
    }
}

#[tokio::test]
async fn a_question_that_is_wrong_is_not_halved() {
    let wrong = Archive::instead(|asked| (asked.service() == PRODUCTS).then(|| status(StatusCode::BAD_REQUEST, "no")));
    let (client, log) = wrong.client();
    assert!(client.search(&question()).await.is_err());
    assert_eq!(log.count(PRODUCTS), 1);
}

#[tokio::test]
async fn a_position_that_many_stars_share_is_asked_for_once() {
    let (client, log) = Archive::default().client();
    let found = client.search(&search(Mission::Tess, "TOI 1161")).await.unwrap();
    assert_eq!((log.count(BY_POSITION), log.count(PRODUCTS)), (1, 1));
    assert!(column(&found, "match").iter().all(|word| word == "Text(\"position\")"));
}
