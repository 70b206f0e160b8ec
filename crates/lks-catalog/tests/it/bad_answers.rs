//! Services that answer wrongly.

use lks_catalog::{Cone, Epoch, Error, StarCatalog, StarId, Tic};
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

fn rows(fields: &str, cells: &str) -> String {
    votable(&format!(
        "<TABLE>{fields}<DATA><TABLEDATA><TR>{cells}</TR></TABLEDATA></DATA></TABLE>"
    ))
}

/// The star would be left out of the circle, as if it had no place.
#[tokio::test]
async fn a_column_of_another_type_is_an_error() {
    for (fields, cells, expected) in [
        (
            "<FIELD name=\"TIC\" datatype=\"long\"/><FIELD name=\"RAJ2000\" datatype=\"double\"/><FIELD name=\"DEJ2000\" datatype=\"double\"/>",
            "<TD>7</TD><TD>19h02m43s</TD><TD>50.2</TD>",
            "'19h02m43s' in its column 'RAJ2000'",
        ),
        (
            "<FIELD name=\"TIC\" datatype=\"char\" arraysize=\"*\"/><FIELD name=\"RAJ2000\" datatype=\"double\"/><FIELD name=\"DEJ2000\" datatype=\"double\"/>",
            "<TD>TIC 7</TD><TD>285.6</TD><TD>50.2</TD>",
            "'TIC 7' in its column 'TIC'",
        ),
        (
            "<FIELD name=\"TIC\" datatype=\"double\"/><FIELD name=\"RAJ2000\" datatype=\"double\"/><FIELD name=\"DEJ2000\" datatype=\"double\"/>",
            "<TD>2132155017099178624</TD><TD>285.6</TD><TD>50.2</TD>",
            "in its column 'TIC'",
        ),
        (
            "<FIELD name=\"TIC\" datatype=\"long\"/><FIELD name=\"RAJ2000\" datatype=\"double\"/><FIELD name=\"DEJ2000\" datatype=\"double\"/>",
            "<TD>7</TD><TD>285.6</TD><TD>95</TD>",
            "not on the sky",
        ),
        (
            "<FIELD name=\"TIC\" datatype=\"long\"/><FIELD name=\"TIC\" datatype=\"long\"/>",
            "<TD>7</TD><TD>7</TD>",
            "the column `TIC` occurs twice",
        ),
    ] {
        let error = told(body(&rows(fields, cells))).await;
        assert!(matches!(error, Error::Answer { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

/// Numbers as text are numbers all the same.
#[tokio::test]
async fn a_table_deep_within_resources_is_read() {
    let services = Services::start();
    let table = "<TABLE><FIELD name=\"TIC\" datatype=\"char\" arraysize=\"*\"/><FIELD name=\"RAJ2000\" datatype=\"char\" arraysize=\"*\"/><FIELD name=\"DEJ2000\" datatype=\"double\"/><DATA><TABLEDATA><TR><TD> 7 </TD><TD>285.6793883</TD><TD>50.2413057</TD></TR></TABLEDATA></DATA></TABLE>";
    let nested = format!(
        "<VOTABLE>{}{table}{}</VOTABLE>",
        "<RESOURCE>".repeat(10),
        "</RESOURCE>".repeat(10)
    );
    services
        .sandbox
        .script(Matcher::contains("CONTAINS"), [body(&nested).always()]);
    let position = Position::icrs(285.679_388_3, 50.241_305_7).unwrap();
    let stars = services
        .client
        .cone(&Cone::new(StarCatalog::Tic, position, ArcSeconds(60.0)))
        .await
        .unwrap();
    assert_eq!(stars.table.row(0).text("id"), Some("TIC 7"));
}

/// A row of `BINARY2` begins with a bit for each field: nine fields take two bytes, and here is one.
#[tokio::test]
async fn a_null_mask_that_is_cut_short_is_an_error() {
    let fields: String = (0..9)
        .map(|number| format!("<FIELD name=\"c{number}\" datatype=\"unsignedByte\"/>"))
        .collect();
    for stream in ["AA==", "AAAB"] {
        let table = format!(
            "<TABLE>{fields}<DATA><BINARY2><STREAM encoding=\"base64\">{stream}</STREAM></BINARY2></DATA></TABLE>"
        );
        let error = told(body(&votable(&table))).await.to_string();
        assert!(error.contains("ends within a row"), "{error}");
    }
}

/// A list is asked for in halves down to one id, and then is an error.
#[tokio::test]
async fn a_list_that_is_always_cut_off_is_an_error() {
    let services = Services::start();
    let cut = votable(
        "<TABLE><FIELD name=\"TIC\" datatype=\"long\"/></TABLE><INFO name=\"QUERY_STATUS\" value=\"OVERFLOW\"/>",
    );
    services
        .sandbox
        .script(Matcher::contains("TIC IN"), [body(&cut).always()]);
    let ids: Vec<StarId> = (1..=500).map(|number| Tic(number).into()).collect();
    let error = services.client.look_up(&ids, Epoch::J2000).await.unwrap_err();
    assert!(matches!(error, Error::Answer { .. }), "{error}");
    assert!(
        error.to_string().contains("cuts its answers off, however little"),
        "{error}"
    );
    assert!(services.num_queries() < 15, "{}", services.num_queries());
}

/// A service may take shorter queries only, and say so in words of its own.
#[tokio::test]
async fn a_long_list_that_is_refused_is_asked_for_in_halves() {
    let services = Services::start();
    let words = "<INFO name=\"QUERY_STATUS\" value=\"ERROR\">Too many expressions</INFO>";
    let refusal = Fault {
        status: Some(400),
        times: 2,
        ..body(&votable(words))
    };
    services.sandbox.script(Matcher::contains("TIC IN"), [refusal.clone()]);
    let ids: Vec<StarId> = (0..2000).map(|number| Tic(2_000_000_000 + number).into()).collect();
    let found = services.client.look_up(&ids, Epoch::J2000).await.unwrap();
    assert_eq!((found.table.num_rows(), found.missing.len()), (2000, 0));
    // A short one that is refused is wrong.
    services.sandbox.script(Matcher::contains("TIC IN"), [refusal.always()]);
    let num_before = services.num_queries();
    let error = services.client.look_up(&ids[..500], Epoch::J2000).await.unwrap_err();
    assert!(error.to_string().contains("Too many expressions"), "{error}");
    assert_eq!(services.num_queries() - num_before, 1);
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
    assert!(matches!(error, Error::Answer { .. }), "{error}");
    assert!(error.to_string().contains("ask again later"), "{error}");
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
