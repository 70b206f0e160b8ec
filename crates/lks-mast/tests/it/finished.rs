//! Finished tables: the same search again reads one table, which is the one that would be made anew, and never an older one.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lks_http::{HttpClient, HttpOptions};
use lks_mast::{ArcSeconds, Endpoints, Kind, KindFilter, MastClient, Mission, Provenance, Search, SearchResult};
use lks_sandbox::{Sandbox, SandboxOptions};
use tempfile::TempDir;

use crate::archive::{Archive, BY_POSITION, Log, PRODUCTS, SECTORS, json_answer, status};
use crate::kept::{always, answers, directory, keeping, offline, place, same};
use crate::search::search;

/// The files of one kind, or of all others.
fn files(place: &TempDir, kind: &str) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let listed = directory(place).list().unwrap();
    let (mine, others): (Vec<_>, Vec<_>) = listed.into_iter().partition(|file| file.kind.as_deref() == Some(kind));
    let paths = |files: Vec<lks_answers::ListedAnswer>| files.into_iter().map(|file| file.path).collect();
    (paths(mine), paths(others))
}

/// Makes the answers unreadable below their heads, so that only a finished table can be read.
fn spoil(paths: &[PathBuf]) {
    for path in paths {
        let mut file = fs::read(path).unwrap();
        let last = file.len() - 1;
        file[last] ^= 1;
        fs::write(path, file).unwrap();
    }
}

/// Searches of every mission, form of target and kind of filter.
fn searches() -> Vec<Search> {
    let mut searches = Vec::new();
    for (mission, target) in [
        (Mission::Tess, "TOI 1161"),
        (Mission::Tess, "TIC 158324245"),
        (Mission::Tess, "TOI 270"),
        (Mission::Tess, "beta Pic"),
        (Mission::Tess, "285.6794 50.2413"),
        (Mission::Kepler, "Kepler-137"),
        (Mission::Kepler, "KIC 11904151"),
        (Mission::K2, "K2-18"),
        (Mission::Mast, "TOI 1161"),
        (Mission::Mast, "KIC 11904151"),
    ] {
        let all = || search(mission, target);
        searches.extend([
            all(),
            all().with_kind(KindFilter::All),
            all().with_kind(Kind::Timeseries),
            all().with_provenance(Provenance::MissionProducts),
            all().with_provenance(Provenance::Hlsps).with_limit(3),
            all().with_query("exptime < 600".parse().unwrap()),
            all().with_radius(ArcSeconds(60.0)),
        ]);
    }
    let tess = || search(Mission::Tess, "TOI 1161");
    searches.extend([
        tess().with_sector(14),
        tess().with_sector([14, 74]).with_pipeline("SPOC"),
        tess().with_kind(Kind::TessCut).with_sector(14..=26),
        tess().with_exptime(lks_mast::Exptime::Shortest),
        search(Mission::Kepler, "Kepler-137").with_quarter([7, 17]),
        search(Mission::K2, "K2-18").with_year(2014),
    ]);
    searches
}

#[tokio::test]
async fn it_equals_the_table_made_anew_cell_by_cell() {
    let sandbox = Sandbox::start(SandboxOptions::default()).unwrap();
    let mirror = format!("{}/stpubdata", sandbox.url()).parse().ok();
    let endpoints = || {
        Endpoints::parse(&sandbox.url(), &sandbox.url())
            .unwrap()
            .with_mirror(mirror.clone())
    };
    let asking = || MastClient::new(HttpClient::new(&HttpOptions::default()).unwrap(), endpoints());
    let (mut num_cells, mut num_empty) = (0, 0);
    for search in searches() {
        let place = place();
        let made = asking().search(&search).await.unwrap();
        let first = asking().with_answers(answers(&place)).search(&search).await.unwrap();
        let (tables, others) = files(&place, "table");
        if made.is_empty() {
            assert!(tables.is_empty(), "{search:?}");
            num_empty += 1;
            continue;
        }
        assert_eq!(tables.len(), 1, "{search:?}");
        let from_answers = {
            fs::rename(&tables[0], place.path().join("aside")).unwrap();
            let client = MastClient::new(HttpClient::offline("it is said so"), endpoints());
            let found = client.with_answers(answers(&place)).search(&search).await.unwrap();
            fs::rename(place.path().join("aside"), &tables[0]).unwrap();
            found
        };
        spoil(&others);
        let client = MastClient::new(HttpClient::offline("it is said so"), endpoints());
        let finished = client.with_answers(answers(&place)).search(&search).await.unwrap();
        for other in [&first, &from_answers, &finished] {
            same(&made, other);
            assert!(made.table == other.table, "{search:?}");
            for (field, twin) in made.table.schema().fields().iter().zip(other.table.schema().fields()) {
                assert_eq!((field, field.metadata()), (twin, twin.metadata()), "{search:?}");
            }
        }
        let services = |found: &SearchResult| {
            let mut services: Vec<String> = found.kept.iter().map(|kept| kept.service.to_string()).collect();
            services.sort();
            services
        };
        assert_eq!(services(&finished), services(&from_answers), "{search:?}");
        num_cells += made.len() * made.table.schema().fields().len();
    }
    println!("{num_cells} cells compared three times; {num_empty} searches found nothing");
    assert!(
        num_cells > 200_000 && num_empty < 10,
        "{num_cells} cells, {num_empty} empty"
    );
}

/// An archive whose last products go when it is told so.
fn shrinking() -> (Archive, Arc<AtomicBool>) {
    let is_less = Arc::new(AtomicBool::new(false));
    let less = is_less.clone();
    let few = crate::archive::rows("products");
    let archive = Archive::instead(move |asked| {
        let is_asked = asked.service() == PRODUCTS && less.load(Ordering::Relaxed);
        is_asked.then(|| {
            let groups = asked.mashup["params"]["obsid"].as_str().unwrap();
            let listed = few.iter().filter(|row| {
                let parent = crate::archive::text(&row["parent_obsid"]);
                groups.split(',').any(|group| group == parent)
            });
            let rows: Vec<_> = listed.take(2).collect();
            json_answer(&serde_json::json!({
                "status": "COMPLETE", "msg": "", "data": rows, "fields": [],
                "paging": { "page": 1, "pageSize": 50_000, "pagesFiltered": 1, "rows": rows.len(),
                            "rowsFiltered": rows.len(), "rowsTotal": rows.len() },
            }))
        })
    });
    (archive, is_less)
}

#[tokio::test]
async fn an_answer_that_another_search_refreshed_ends_it() {
    let place = place();
    let (archive, is_less) = shrinking();
    let (client, log) = archive.client();
    let one = search(Mission::Tess, "TIC 158324245");
    let other = one.clone().with_query("exptime < 1000".parse().unwrap());
    let first = client.clone().with_answers(answers(&place)).search(&one).await.unwrap();
    is_less.store(true, Ordering::Relaxed);
    let fewer = client
        .clone()
        .with_answers(always(&place))
        .search(&other)
        .await
        .unwrap();
    let num_asked = log.services().len();
    let again = client.clone().with_answers(answers(&place)).search(&one).await.unwrap();
    assert!(
        fewer.len() < again.len() && again.len() < first.len(),
        "{}",
        again.len()
    );
    same(&again, &offline(&place).search(&one).await.unwrap());
    assert_eq!(log.services().len(), num_asked);
    let (tables, _) = files(&place, "table");
    assert_eq!(tables.len(), 2);
}

#[tokio::test]
async fn what_became_too_old_is_asked_for_again() {
    let place = place();
    let (client, log) = keeping(Archive::default(), answers(&place));
    let asked = search(Mission::Tess, "TOI 1161");
    let first = client.search(&asked).await.unwrap();
    let num_asked = log.services().len();
    let young = client.clone().with_answers(always(&place));
    assert!(young.search(&asked).await.unwrap().kept.is_empty());
    assert_eq!(log.services().len(), 2 * num_asked);
    same(&first, &client.search(&asked).await.unwrap());
    assert_eq!(log.services().len(), 2 * num_asked);
}

#[tokio::test]
async fn a_damaged_or_foreign_table_is_made_anew_of_the_answers() {
    let place = place();
    let (client, log) = keeping(Archive::default(), answers(&place));
    let asked = search(Mission::Tess, "TIC 158324245");
    let first = client.search(&asked).await.unwrap();
    let (tables, _) = files(&place, "table");
    let path = tables[0].clone();
    client.search(&search(Mission::Kepler, "KIC 8644288")).await.unwrap();
    let num_asked = log.services().len();
    let whole = fs::read(&path).unwrap();
    let (tables, _) = files(&place, "table");
    let other = fs::read(tables.iter().find(|table| **table != path).unwrap()).unwrap();
    let mut damaged: Vec<Vec<u8>> = (0..40).map(|n| whole[..whole.len() * n / 40].to_vec()).collect();
    damaged.extend((0..40).map(|n| {
        let mut flipped = whole.clone();
        flipped[whole.len() * n / 40] ^= 16;
        flipped
    }));
    // Half of it, then another one's; and another one as a whole.
    damaged.push([&whole[..whole.len() / 2], &other[other.len() / 2..]].concat());
    damaged.push(other);
    for (number, damaged) in damaged.into_iter().enumerate() {
        fs::write(&path, damaged).unwrap();
        let again = client.search(&asked).await.unwrap();
        same(&first, &again);
        assert!(first.table == again.table, "damage {number}");
        assert_eq!(log.services().len(), num_asked, "damage {number}");
        assert_eq!(fs::read(&path).unwrap().len(), whole.len(), "it is kept once more");
    }
}

#[tokio::test]
async fn what_is_incomplete_is_not_kept_as_finished() {
    let down = |service: &'static str| {
        Archive::instead(move |asked| {
            (asked.service() == service).then(|| status(http::StatusCode::SERVICE_UNAVAILABLE, "no"))
        })
    };
    for (service, target) in [(SECTORS, "TIC 158324245"), (BY_POSITION, "TIC 158324245")] {
        let place = place();
        let (client, _) = keeping(down(service), answers(&place));
        let found = client.search(&search(Mission::Tess, target)).await.unwrap();
        assert!(!found.is_empty() && !found.warnings.is_empty(), "{service}");
        assert!(files(&place, "table").0.is_empty(), "{service}");
        let (client, log): (MastClient, Log) = keeping(Archive::default(), answers(&place));
        let whole = client.search(&search(Mission::Tess, target)).await.unwrap();
        assert_eq!((whole.warnings.len(), log.count(service)), (0, 1), "{service}");
        assert_eq!(files(&place, "table").0.len(), 1, "{service}");
    }
}

#[tokio::test]
async fn where_nothing_can_be_kept_it_is_found_all_the_same() {
    let place = place();
    fs::write(place.path().join("answers"), "in the way").unwrap();
    let (client, log) = keeping(Archive::default(), answers(&place));
    let asked = search(Mission::Tess, "TIC 158324245");
    let first = client.search(&asked).await.unwrap();
    let num_asked = log.services().len();
    same(&first, &client.search(&asked).await.unwrap());
    assert_eq!(log.services().len(), 2 * num_asked);
}
