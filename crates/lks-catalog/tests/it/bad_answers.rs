//! Services that answer wrongly.

use lks_catalog::{Cone, Epoch, Error, StarCatalog};
use lks_mast::{ArcSeconds, Position};
use lks_sandbox::{Fault, Matcher};

use crate::Services;

/// What the client says of a cone when the rows come like this.
async fn told(fault: Fault) -> Error {
    let services = Services::start();
    services.sandbox.script(Matcher::contains("CONTAINS"), [fault.always()]);
    let position = Position::icrs(285.679_388_3, 50.241_305_7).unwrap();
    let cone = Cone::new(StarCatalog::Tic, position, ArcSeconds(60.0));
    services.client.cone(&cone).await.unwrap_err()
}

fn body(text: &str) -> Fault {
    Fault {
        body: Some(text.to_owned()),
        ..Fault::default()
    }
}

fn votable(content: &str) -> String {
    format!("<VOTABLE><RESOURCE type=\"results\">{content}</RESOURCE></VOTABLE>")
}

#[tokio::test]
async fn a_page_for_people_is_no_table() {
    let error = told(Fault::html()).await;
    assert!(matches!(error, Error::Answer { .. }), "{error}");
    assert!(error.to_string().contains("a page instead of data"), "{error}");
}

#[tokio::test]
async fn an_error_with_status_200_is_told_in_its_words() {
    for words in [
        "<INFO name=\"QUERY_STATUS\" value=\"ERROR\">disk full</INFO>",
        "<TABLE><FIELD name=\"TIC\" datatype=\"int\"/></TABLE><INFO name=\"QUERY_STATUS\" value=\"ERROR\">disk full</INFO>",
    ] {
        let error = told(body(&votable(words))).await;
        assert_eq!(error.to_string(), "VizieR reports an error: disk full");
    }
}

#[tokio::test]
async fn a_refusal_is_told_in_its_words() {
    let words = "<INFO name=\"QUERY_STATUS\" value=\"ERROR\">Incorrect ADQL query</INFO>";
    let error = told(Fault {
        status: Some(400),
        ..body(&votable(words))
    })
    .await;
    assert_eq!(error.to_string(), "VizieR reports an error: Incorrect ADQL query");
}

#[tokio::test]
async fn a_table_without_positions_is_an_error() {
    let table = "<TABLE><FIELD name=\"TIC\" datatype=\"long\"/><FIELD name=\"RAJ2000\" datatype=\"double\"/><DATA><TABLEDATA><TR><TD>1</TD><TD>2</TD></TR></TABLEDATA></DATA></TABLE>";
    let error = told(body(&votable(table))).await;
    assert!(matches!(error, Error::SchemaChanged { .. }), "{error}");
    assert!(error.to_string().contains("'DEJ2000'"), "{error}");
}

#[tokio::test]
async fn an_answer_that_ends_early_is_an_error() {
    let error = told(Fault::cut_at(600)).await;
    assert!(matches!(error, Error::Http { .. }), "{error}");
    let error = told(body(
        "<VOTABLE><RESOURCE type=\"results\"><TABLE><FIELD name=\"TIC\" datatype=\"long\"/>",
    ))
    .await;
    assert!(error.to_string().contains("cannot be read"), "{error}");
}

#[tokio::test]
async fn a_service_that_always_cuts_answers_off_is_an_error() {
    let table =
        "<TABLE><FIELD name=\"TIC\" datatype=\"long\"/></TABLE><INFO name=\"QUERY_STATUS\" value=\"OVERFLOW\"/>";
    let error = told(body(&votable(table))).await;
    assert!(matches!(error, Error::TooManyRows { .. }), "{error}");
}

/// A service may have no list of its columns.
#[tokio::test]
async fn without_a_schema_the_known_names_are_asked_for() {
    let services = Services::start();
    services
        .sandbox
        .script(Matcher::contains("TAP_SCHEMA"), [body("nothing here").always()]);
    let found = services
        .client
        .look_up(&["TIC 377780790".parse().unwrap()], Epoch::J2000)
        .await
        .unwrap();
    assert_eq!(found.table.row(0).text("kic"), Some("KIC 11904151"));
}
