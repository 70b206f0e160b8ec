//! Answers that were kept: the same question is not asked twice, an older answer stands in for a service that fails, and offline there is what was asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use http::StatusCode;
use lks_answers::{Answers, Directory};
use lks_http::HttpClient;
use lks_mast::{
    ArcSeconds, Endpoints, Error, Located, MastClient, Mission, Resolution, SearchResult, Service, Warning,
};
use lks_table::Format;
use serde_json::json;
use tempfile::TempDir;

use crate::archive::{Archive, BY_ID, Log, PATHS, PRODUCTS, RESOLVER, SECTORS, json_answer, status};
use crate::search::search;

const DAY: Duration = Duration::from_secs(86_400);

pub(crate) fn directory(place: &TempDir) -> Directory {
    Directory::at(place.path().join("answers"))
}

pub(crate) fn answers(place: &TempDir) -> Answers {
    Answers::in_directory(directory(place), DAY)
}

pub(crate) fn always(place: &TempDir) -> Answers {
    Answers::in_directory(directory(place), Duration::ZERO)
}

pub(crate) fn place() -> TempDir {
    tempfile::tempdir().unwrap()
}

pub(crate) fn keeping(archive: Archive, answers: Answers) -> (MastClient, Log) {
    let (client, log) = archive.client();
    (client.with_answers(answers), log)
}

/// A client that may not send anything.
pub(crate) fn offline(place: &TempDir) -> MastClient {
    let endpoints = Endpoints::parse("http://127.0.0.1:1", "http://127.0.0.1:1").unwrap();
    MastClient::new(HttpClient::offline("it is said so"), endpoints).with_answers(answers(place).with_offline(true))
}

fn csv(found: &SearchResult) -> String {
    let mut bytes = Vec::new();
    found.write(Format::Csv, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

pub(crate) fn same(one: &SearchResult, other: &SearchResult) {
    assert_eq!(csv(one), csv(other));
    assert_eq!(one.table.schema(), other.table.schema());
    assert_eq!(
        (&one.warnings, &one.empty_reason, &one.position, one.num_duplicates),
        (
            &other.warnings,
            &other.empty_reason,
            &other.position,
            other.num_duplicates
        )
    );
    let resolved = |found: &SearchResult| found.resolved.clone().into_iter().collect::<Vec<_>>();
    assert_eq!(where_they_are(&resolved(one)), where_they_are(&resolved(other)));
}

const SEARCHES: [(Mission, &str); 6] = [
    (Mission::Tess, "TIC 158324245"),
    (Mission::Tess, "TOI 1161"),
    (Mission::Kepler, "KIC 8644288"),
    (Mission::Mast, "Kepler-137"),
    (Mission::Tess, "285.6794 50.2413"),
    (Mission::K2, "10.0 -80.0"),
];

#[tokio::test]
async fn the_same_search_again_asks_nothing_and_finds_the_same() {
    for (mission, target) in SEARCHES {
        let place = place();
        let (client, log) = keeping(Archive::default(), answers(&place));
        let search = search(mission, target);
        let first = client.search(&search).await.unwrap();
        let num_asked = log.services().len();
        assert!(num_asked > 0 && first.kept.is_empty(), "{target}");

        let again = client.search(&search).await.unwrap();
        assert_eq!(log.services().len(), num_asked, "{target}");
        same(&first, &again);
        assert!(!again.kept.is_empty());
        let age = |date: SystemTime| SystemTime::now().duration_since(date).unwrap();
        assert!(again.kept.iter().all(|kept| age(kept.date) < DAY / 24));

        let (other_process, other_log) = keeping(Archive::default(), answers(&place));
        same(&first, &other_process.search(&search).await.unwrap());
        assert_eq!(other_log.services(), [""; 0]);
        same(&first, &offline(&place).search(&search).await.unwrap());
    }
}

#[tokio::test]
async fn what_shapes_the_answer_is_part_of_the_question() {
    let place = place();
    let (client, log) = keeping(Archive::default(), answers(&place));
    let here = || search(Mission::Tess, "285.6794 50.2413");
    client.search(&here()).await.unwrap();
    for other in [
        here().with_radius(ArcSeconds(30.0)),
        here().with_radius(ArcSeconds(31.0)),
        here().with_sector(14),
        here().with_pipeline("SPOC"),
        search(Mission::Kepler, "285.6794 50.2413"),
        search(Mission::Tess, "285.6795 50.2413"),
    ] {
        let num_asked = log.services().len();
        let found = client.search(&other).await.unwrap();
        assert!(log.services().len() > num_asked, "{other:?}");
        let (fresh, _) = Archive::default().client();
        assert_eq!(csv(&found), csv(&fresh.search(&other).await.unwrap()));
    }
    let elsewhere = Endpoints::parse("http://127.0.0.1:2", "http://127.0.0.1:1").unwrap();
    let error = MastClient::new(HttpClient::offline("it is said so"), elsewhere)
        .with_answers(answers(&place).with_offline(true))
        .search(&here())
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::NotKept {
                service: Service::Observations,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn pages_of_another_size_are_the_same_answer() {
    let place = place();
    let (client, _) = keeping(Archive::default(), answers(&place));
    let search = search(Mission::Tess, "TIC 158324245");
    let first = client.search(&search).await.unwrap();
    let (small, log) = keeping(Archive::default(), answers(&place));
    let small = small.with_rows_per_page(std::num::NonZeroUsize::new(2).unwrap());
    same(&first, &small.search(&search).await.unwrap());
    assert_eq!(log.services(), [""; 0]);
}

#[tokio::test]
async fn an_incomplete_answer_is_not_kept() {
    let place = place();
    let short = Archive::instead(|asked| {
        (asked.service() == BY_ID).then(|| {
            json_answer(&json!({
                "status": "COMPLETE", "msg": "", "fields": [], "data": [],
                "paging": { "page": 1, "pageSize": 10, "pagesFiltered": 1, "rows": 0, "rowsFiltered": 7, "rowsTotal": 7 },
            }))
        })
    });
    let search = search(Mission::Tess, "TIC 158324245");
    let (client, _) = keeping(short, answers(&place));
    client.search(&search).await.unwrap_err();
    let (client, log) = keeping(Archive::default(), answers(&place));
    assert!(!client.search(&search).await.unwrap().is_empty());
    assert_eq!(log.count(BY_ID), 1);
}

#[tokio::test]
async fn an_older_answer_stands_in_for_services_that_fail() {
    let place = place();
    let is_down = Arc::new(AtomicBool::new(false));
    let down = is_down.clone();
    let archive = Archive::instead(move |_| {
        down.load(Ordering::Relaxed)
            .then(|| status(StatusCode::SERVICE_UNAVAILABLE, "back on Monday"))
    });
    let (client, _) = keeping(archive, always(&place));
    let search = search(Mission::Tess, "TOI 1161");
    let first = client.search(&search).await.unwrap();
    is_down.store(true, Ordering::Relaxed);
    let again = client.search(&search).await.unwrap();
    assert_eq!(csv(&first), csv(&again));
    let failed: Vec<Service> = again
        .warnings
        .iter()
        .filter_map(|warning| match warning {
            Warning::OlderAnswer { service, reason, .. } => {
                assert!(reason.contains("503"), "{reason}");
                Some(*service)
            }
            _ => None,
        })
        .collect();
    assert_eq!(failed.len(), 4, "{failed:?}");
    assert_eq!(again.kept.len(), 4);

    let names = client.resolve(&["TOI 1161"]).await.unwrap();
    assert!(names[0].kept.is_some() && names[0].failure.as_ref().unwrap().contains("503"));

    let never = client.search(&search_of("TIC 25155310")).await.unwrap_err();
    assert!(matches!(never, Error::Http { .. }), "{never}");
    is_down.store(false, Ordering::Relaxed);
    assert!(client.search(&search).await.unwrap().kept.is_empty());
}

fn search_of(target: &str) -> lks_mast::Search {
    search(Mission::Tess, target)
}

#[tokio::test]
async fn offline_an_unknown_question_says_which_it_is() {
    let place = place();
    let (client, _) = keeping(Archive::default(), answers(&place));
    client.search(&search_of("TIC 158324245")).await.unwrap();
    for (target, words) in [
        (
            "TIC 25155310",
            "MAST's observation search was never asked for the observations of TIC 25155310",
        ),
        (
            "TOI 1161",
            "the MAST name resolver was never asked for the position of 'TOI 1161'",
        ),
        ("10.5 -20.25", "never asked for the observations at 10.5"),
    ] {
        let error = offline(&place).search(&search_of(target)).await.unwrap_err();
        assert!(matches!(error, Error::NotKept { .. }), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

/// The answers, whenever they were given.
fn where_they_are(names: &[Resolution]) -> Vec<(&str, &[Located])> {
    names
        .iter()
        .map(|it| (it.name.as_str(), it.answers.as_slice()))
        .collect()
}

#[tokio::test]
async fn each_name_is_kept_by_itself_and_unknown_ones_are_not() {
    let place = place();
    let (client, log) = keeping(Archive::default(), answers(&place));
    let first = client.resolve(&["TOI 1161", "nobody knows me"]).await.unwrap();
    assert_eq!(log.count(RESOLVER), 1);
    assert!(first.iter().all(|name| name.kept.is_none()));
    let again = client.resolve(&["TOI 1161"]).await.unwrap();
    assert!(again[0].kept.is_some() && again[0].failure.is_none());
    assert_eq!(where_they_are(&again), where_they_are(&first[..1]));
    assert_eq!(log.count(RESOLVER), 1);
    let both = client
        .resolve(&["Kepler-137", "TOI 1161", "nobody knows me"])
        .await
        .unwrap();
    assert_eq!(where_they_are(&both[1..]), where_they_are(&first));
    let is_kept: Vec<bool> = both.iter().map(|name| name.kept.is_some()).collect();
    assert_eq!(is_kept, [false, true, false]);
    assert_eq!(log.count(RESOLVER), 2);
    let last = log.all().pop().unwrap();
    let asked: Vec<&str> = last
        .query
        .iter()
        .filter(|(key, _)| key == "name")
        .map(|(_, name)| name.as_str())
        .collect();
    assert_eq!(asked, ["Kepler-137", "nobody knows me"]);
}

#[tokio::test]
async fn places_in_the_cloud_are_kept_one_by_one() {
    let place = place();
    let (client, log) = keeping(Archive::default(), answers(&place));
    let uris: Vec<String> = (0..100)
        .map(|n| match n % 4 {
            0 => format!("mast:HLSP/qlp/{n}.fits"),
            _ => format!("mast:TESS/product/{n}_lc.fits"),
        })
        .collect();
    let asked = client.cloud_paths(&uris[..90]).await.unwrap();
    assert_eq!((&asked.kept, &asked.warning), (&None, &None));
    let first = asked.keys;
    assert_eq!((first.len(), log.count(PATHS)), (90, 3));
    let again = client.cloud_paths(&uris[..90]).await.unwrap();
    assert_eq!(again.keys, first);
    assert!(again.kept.is_some_and(|kept| kept.service == Service::PathLookup));
    assert_eq!(client.cloud_paths(&uris[40..60]).await.unwrap().keys.len(), 20);
    assert_eq!(log.count(PATHS), 3);

    let some = client.cloud_paths(&uris).await.unwrap();
    assert!(some.kept.is_some() && some.warning.is_none());
    let all = some.keys;
    assert_eq!(log.count(PATHS), 4);
    let last = log.all().pop().unwrap();
    assert_eq!(last.query.iter().filter(|(key, _)| key == "uri").count(), 10);
    assert!(first.iter().all(|(uri, key)| all.get(uri) == Some(key)));
    client.answers().settle().await;
    assert_eq!(offline(&place).cloud_paths(&uris).await.unwrap().keys, all);
    let error = offline(&place)
        .cloud_paths(&["mast:TESS/other.fits".to_owned()])
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::NotKept {
                service: Service::PathLookup,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_service_that_is_known_offline_and_one_that_is_not() {
    let place = place();
    let archive =
        Archive::instead(|asked| (asked.service() == SECTORS).then(|| status(StatusCode::SERVICE_UNAVAILABLE, "no")));
    let (client, log) = keeping(archive, answers(&place));
    let first = client.search(&search_of("TIC 158324245")).await.unwrap();
    assert!(matches!(first.warnings[..], [Warning::CutoutsUnavailable { .. }]));
    assert!(log.count(PRODUCTS) > 0);
    let again = offline(&place).search(&search_of("TIC 158324245")).await.unwrap();
    assert_eq!(csv(&first), csv(&again));
    let [Warning::CutoutsUnavailable { reason }] = &again.warnings[..] else {
        panic!("{:?}", again.warnings)
    };
    assert!(reason.contains("the sectors that saw"), "{reason}");
}

#[tokio::test]
async fn damaged_and_foreign_answers_are_asked_for_again() {
    let place = place();
    let (client, log) = keeping(Archive::default(), answers(&place));
    let search = search_of("TIC 158324245");
    let first = client.search(&search).await.unwrap();
    let num_asked = log.services().len();
    let files: Vec<_> = directory(&place).list().unwrap();
    let whole: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(&file.path).unwrap()).collect();
    type Damage = fn(usize, &[Vec<u8>]) -> Vec<u8>;
    let damages: [Damage; 4] = [
        |n, files| files[n][..files[n].len() / 2].to_vec(),
        |n, files| {
            let mut flipped = files[n].clone();
            let middle = flipped.len() / 2;
            flipped[middle] ^= 4;
            flipped
        },
        |n, files| files[(n + 1) % files.len()].clone(),
        |_, _| Vec::new(),
    ];
    for damage in damages {
        for (n, file) in files.iter().enumerate() {
            std::fs::write(&file.path, damage(n, &whole)).unwrap();
        }
        let before = log.services().len();
        let again = client.search(&search).await.unwrap();
        assert_eq!(log.services().len(), before + num_asked);
        assert!(again.kept.is_empty());
        same(&first, &again);
    }
}
