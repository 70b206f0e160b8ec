use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

use super::*;
use crate::tap::tests::client;

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

/// A service may cut an answer off at that number without a word.
#[tokio::test]
async fn an_answer_with_as_many_rows_as_were_asked_for_is_asked_for_in_strips() {
    let sandbox = Sandbox::start(SandboxOptions::default()).unwrap();
    let mut client = client(&sandbox);
    let (cone, expected) = (crowd(), client.cone(&crowd()).await.unwrap().table);
    let schema = client.schema(cone.catalogue).await.unwrap();
    let query = Query::new("", adql::cone(&schema, &cone.question()));
    let num_rows = client.vizier.ask(&query).await.unwrap().table.num_rows();
    for (most_rows, num_more) in [(num_rows + 1, 1), (num_rows, 3)] {
        client.vizier.limits.most_rows = most_rows;
        let before = num_cones(&sandbox);
        assert_eq!(client.cone(&crowd()).await.unwrap().table, expected);
        assert_eq!(num_cones(&sandbox) - before, num_more, "{most_rows} of {num_rows}");
    }
}

/// A strip that cannot become narrower would be asked for over and over again.
#[tokio::test]
async fn a_circle_of_which_each_part_has_as_many_rows_as_were_asked_for_comes_to_an_end() {
    let sandbox = Sandbox::start(SandboxOptions::default()).unwrap();
    let mut client = client(&sandbox);
    client.schema(StarCatalog::Tic).await.unwrap();
    client.vizier.limits.most_rows = 1;
    let error = client.cone(&crowd()).await.unwrap_err();
    assert!(matches!(error, Error::Answer { .. }), "{error}");
    assert!(error.to_string().contains("cuts its answers off"), "{error}");
    assert!(num_cones(&sandbox) < 40, "{}", num_cones(&sandbox));
}
