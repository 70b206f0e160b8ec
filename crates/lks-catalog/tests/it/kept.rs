//! Answers of catalogues that were kept: nothing is asked twice, offline there is what was asked, and a service that fails is replaced by what it said.

use std::time::Duration;

use lks_answers::{Answers, Directory};
use lks_catalog::{CatalogClient, CatalogEndpoints, Cone, Epoch, Error, StarCatalog, StarId};
use lks_http::HttpClient;
use lks_mast::{ArcSeconds, MastClient, Mission, Position, Search};
use lks_sandbox::{Fault, Matcher};
use tempfile::TempDir;

use crate::Services;

const DAY: Duration = Duration::from_secs(86_400);

fn place() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn answers(place: &TempDir, max_age: Duration) -> Answers {
    Answers::in_directory(Directory::at(place.path()), max_age)
}

fn offline(place: &TempDir) -> CatalogClient {
    let endpoints = CatalogEndpoints::public().with_name("the sandbox");
    let answers = answers(place, DAY).with_offline(true);
    CatalogClient::new(HttpClient::offline("it is said so"), &endpoints).with_answers(&answers)
}

/// What each verb answers, as text.
async fn everything(client: &CatalogClient) -> Result<Vec<String>, Error> {
    let kic: StarId = "KIC 11904151".parse()?;
    let around = Position::icrs(285.679_388_3, 50.241_305_7)?;
    let mut told = Vec::new();
    for catalogue in [StarCatalog::Tic, StarCatalog::Kic, StarCatalog::GaiaDr3] {
        let stars = client.cone(&Cone::new(catalogue, around, ArcSeconds(60.0))).await?;
        told.push(csv(&stars.table));
    }
    told.push(csv(&client.look_up(&[kic], Epoch::J2000).await?.table));
    told.push(csv(&client
        .look_up_in(&[kic], StarCatalog::GaiaDr3, Epoch::J2000)
        .await?
        .table));
    told.push(format!("{:?}", client.names(&["Kepler-10", "no such star"]).await?));
    told.push(format!("{:?}", client.cross_match(&[kic], StarCatalog::Tic).await?));
    told.push(format!(
        "{:?}",
        client.place(&"Barnard's star".parse()?, Epoch::J2000).await?
    ));
    Ok(told)
}

fn csv(table: &lks_table::Table) -> String {
    let mut bytes = Vec::new();
    lks_table::Format::Csv.write(table, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn the_same_questions_again_ask_nothing_nor_do_they_offline() {
    let (services, place) = (Services::start(), place());
    let client = || services.anew().with_answers(&answers(&place, DAY));
    let asking = client();
    let first = everything(&asking).await.unwrap();
    let num_queries = services.num_queries();
    assert!(num_queries > 5);

    let other_process = client();
    assert_eq!(everything(&other_process).await.unwrap(), first);
    assert_eq!(services.num_queries(), num_queries);
    let (kept, warnings) = other_process.reused();
    let mut names: Vec<String> = kept.iter().map(|kept| kept.service.to_string()).collect();
    names.sort();
    assert_eq!(names, ["SIMBAD", "VizieR", "the Gaia archive"]);
    assert_eq!((warnings.len(), other_process.reused().0.len()), (0, 0));

    assert_eq!(everything(&offline(&place)).await.unwrap(), first);
    let anew = services.anew().with_answers(&answers(&place, Duration::ZERO));
    assert_eq!(everything(&anew).await.unwrap(), first);
    assert!(services.num_queries() > num_queries && anew.reused().0.is_empty());
}

#[tokio::test]
async fn offline_an_unknown_question_says_which_it_is() {
    let place = place();
    let error = offline(&place).names(&["Kepler-10", "Kepler-11"]).await.unwrap_err();
    let words = error.to_string();
    assert_eq!(
        words,
        "SIMBAD was never asked for the names of Kepler-10, Kepler-11, and it is said so"
    );
    let cone = Cone::new(StarCatalog::Tic, Position::icrs(10.0, 20.0).unwrap(), ArcSeconds(60.0));
    let error = offline(&place).cone(&cone).await.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("VizieR was never asked for the columns of IV/39/tic82"),
        "{error}"
    );
}

#[tokio::test]
async fn an_older_answer_stands_in_for_a_service_that_fails() {
    let (services, place) = (Services::start(), place());
    let asking = services.anew().with_answers(&answers(&place, DAY));
    let first = everything(&asking).await.unwrap();
    for fault in [Fault::status(503), Fault::html(), Fault::cut_at(40)] {
        services.sandbox.clear_scripts();
        services.sandbox.script(Matcher::contains("/sync"), [fault.always()]);
        let asking = services.anew().with_answers(&answers(&place, Duration::ZERO));
        assert_eq!(everything(&asking).await.unwrap(), first);
        let (kept, warnings) = asking.reused();
        assert_eq!((kept.len(), warnings.len()), (3, 3));
        assert!(
            warnings
                .iter()
                .all(|warning| warning.to_string().contains("because it fails now"))
        );
        let error = asking.names(&["never asked"]).await.unwrap_err();
        assert!(!matches!(error, Error::NotKept { .. }), "{error}");
    }
}

#[tokio::test]
async fn damaged_answers_are_asked_for_again_and_failures_are_not_kept() {
    let (services, place) = (Services::start(), place());
    let client = || services.anew().with_answers(&answers(&place, DAY));
    services
        .sandbox
        .script(Matcher::contains("/sync"), [Fault::html().always()]);
    everything(&client()).await.unwrap_err();
    assert!(Directory::at(place.path()).list().unwrap().is_empty());
    services.sandbox.clear_scripts();

    let first = everything(&client()).await.unwrap();
    let files = Directory::at(place.path()).list().unwrap();
    assert!(files.iter().all(|file| file.kind.as_deref() == Some("catalog")));
    for (number, file) in files.iter().enumerate() {
        let whole = std::fs::read(&file.path).unwrap();
        let damaged = match number % 3 {
            0 => whole[..whole.len() / 2].to_vec(),
            1 => whole.iter().map(|byte| byte ^ 1).collect(),
            _ => std::fs::read(&files[0].path).unwrap(),
        };
        std::fs::write(&file.path, damaged).unwrap();
    }
    let num_queries = services.num_queries();
    let again = client();
    assert_eq!(everything(&again).await.unwrap(), first);
    assert_eq!(services.num_queries(), num_queries + files.len());
    assert!(again.reused().0.is_empty());
}

#[tokio::test]
async fn a_search_of_all_missions_says_what_catalogues_said_earlier() {
    let (services, place) = (Services::start(), place());
    let answers = answers(&place, DAY);
    let archive = lks_mast::Endpoints::parse(&services.sandbox.url(), &services.sandbox.url()).unwrap();
    let http = HttpClient::new(&lks_http::HttpOptions::default()).unwrap();
    let archive = MastClient::new(http, archive).with_answers(answers.clone());
    let client = services.anew().with_answers(&answers);
    let search = Search::new(Mission::Mast, "Kepler-10".parse().unwrap());
    let first = client.search_all(&archive, &search).await.unwrap();
    assert!(first.kept.is_empty() && !first.is_empty());
    let num_queries = services.num_queries();
    let again = client.search_all(&archive, &search).await.unwrap();
    assert_eq!(csv(&again.table), csv(&first.table));
    assert_eq!(services.num_queries(), num_queries);
    assert!(again.kept.iter().any(|kept| kept.service.to_string() == "SIMBAD"));
}
