use lks_http::{HttpClient, HttpOptions};
use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

use super::*;
use crate::client::CatalogEndpoints;

fn client(sandbox: &Sandbox) -> CatalogClient {
    let url = |path: &str| format!("{}{path}", sandbox.url());
    let endpoints =
        CatalogEndpoints::parse(&url("/TAPVizieR/tap"), &url("/simbad/sim-tap"), &url("/tap-server/tap")).unwrap();
    CatalogClient::new(
        HttpClient::new(&HttpOptions::default().with_retries(0)).unwrap(),
        &endpoints,
    )
}

fn crowd() -> Cone {
    Cone::new(
        StarCatalog::Tic,
        Position::icrs(150.0, -40.0).unwrap(),
        ArcSeconds(600.0),
    )
}

fn num_cones(sandbox: &Sandbox) -> usize {
    sandbox.count(&Matcher::contains("CONTAINS"))
}

/// No row is there twice, and none is lost: the table is that of one answer.
#[tokio::test]
async fn an_answer_that_is_too_large_comes_in_strips() {
    let sandbox = Sandbox::start(SandboxOptions::default()).unwrap();
    let mut client = client(&sandbox);
    let expected = client.cone(&crowd()).await.unwrap().table;
    assert!(expected.num_rows() > 500 && num_cones(&sandbox) == 1);

    client.vizier.limits.largest_answer = 20_000;
    assert_eq!(client.cone(&crowd()).await.unwrap().table, expected);
    let num_asked = num_cones(&sandbox) - 1;
    assert!(num_asked > 5, "{num_asked}");
}

#[tokio::test]
async fn endless_answers_come_to_an_end() {
    let sandbox = Sandbox::start(SandboxOptions::default()).unwrap();
    let mut client = client(&sandbox);
    client.vizier.limits.largest_answer = 20_000;
    let endless = Fault {
        extra_bytes: 1 << 20,
        framing: Some(lks_sandbox::BodyFraming::UntilClose),
        ..Fault::default()
    };
    sandbox.script(Matcher::contains("CONTAINS"), [endless.always()]);
    let error = client.cone(&crowd()).await.unwrap_err();
    assert!(matches!(error, Error::Http { .. }), "{error}");
    assert!(num_cones(&sandbox) < 12, "{}", num_cones(&sandbox));
}

#[tokio::test]
async fn a_circle_is_not_asked_for_in_parts_for_ever() {
    let options = SandboxOptions {
        most_rows: Some(3),
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options).unwrap();
    let mut client = client(&sandbox);
    client.vizier.limits.most_parts = 50;
    let error = client.cone(&crowd()).await.unwrap_err();
    assert!(error.to_string().contains("smaller radius"), "{error}");
    assert_eq!(num_cones(&sandbox), 50);
}
