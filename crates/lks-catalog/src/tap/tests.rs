use lks_http::{HttpClient, HttpOptions};
use lks_sandbox::{Matcher, Sandbox, SandboxOptions};

use crate::client::{CatalogClient, CatalogEndpoints};
use crate::error::Error;
use crate::ids::{StarId, Tic};
use crate::motion::Epoch;

/// A client that asks the services of this sandbox once.
pub(crate) fn client(sandbox: &Sandbox) -> CatalogClient {
    let url = |path: &str| format!("{}{path}", sandbox.url());
    let endpoints =
        CatalogEndpoints::parse(&url("/TAPVizieR/tap"), &url("/simbad/sim-tap"), &url("/tap-server/tap")).unwrap();
    CatalogClient::new(
        HttpClient::new(&HttpOptions::default().with_retries(0)).unwrap(),
        &endpoints,
    )
}

fn some_ids(num_ids: u64) -> Vec<StarId> {
    (0..num_ids).map(|number| Tic(2_000_000_000 + number).into()).collect()
}

/// A service may cut an answer off at that number without a word; one row less is all that there is.
#[tokio::test]
async fn an_answer_with_as_many_rows_as_were_asked_for_is_asked_for_in_halves() {
    let sandbox = Sandbox::start(SandboxOptions::default()).unwrap();
    let mut client = client(&sandbox);
    client.schema(crate::StarCatalog::Tic).await.unwrap();
    client.vizier.limits.most_rows = 60;
    let num_queries = || sandbox.count(&Matcher::contains("/sync"));
    for (num_ids, num_asked) in [(59, 1), (60, 3), (61, 3), (240, 15)] {
        let before = num_queries();
        let found = client.look_up(&some_ids(num_ids), Epoch::J2000).await.unwrap();
        assert_eq!((found.table.num_rows() as u64, found.missing.len()), (num_ids, 0));
        assert_eq!(num_queries() - before, num_asked, "{num_ids} ids");
    }
}

/// One item cannot be halved.
#[tokio::test]
async fn a_list_of_which_each_item_has_as_many_rows_as_were_asked_for_comes_to_an_end() {
    let sandbox = Sandbox::start(SandboxOptions::default()).unwrap();
    let mut client = client(&sandbox);
    client.schema(crate::StarCatalog::Tic).await.unwrap();
    client.vizier.limits.most_rows = 1;
    let error = client.look_up(&some_ids(4), Epoch::J2000).await.unwrap_err();
    assert!(matches!(error, Error::Answer { .. }), "{error}");
    assert!(error.to_string().contains("cuts its answers off"), "{error}");
    assert!(sandbox.count(&Matcher::contains("/sync")) <= 4);
}

/// What is not in it would be taken for missing in the catalogue.
#[tokio::test]
async fn a_list_of_columns_that_is_cut_off_is_not_taken_for_whole() {
    let sandbox = Sandbox::start(SandboxOptions {
        most_rows: Some(5),
        ..SandboxOptions::default()
    });
    let sandbox = sandbox.unwrap();
    let client = client(&sandbox);
    let ids = ["TIC 377780790".parse().unwrap()];
    let found = client.look_up(&ids, Epoch::J2000).await.unwrap();
    assert_eq!(found.table.row(0).text("kic"), Some("KIC 11904151"));
    let (_, warnings) = client.reused();
    assert!(warnings.is_empty(), "{warnings:?}");
}
