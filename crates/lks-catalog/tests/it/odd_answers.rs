//! Answers in forms that no standard has, or that it allows and nobody expects.

use lks_catalog::{Cone, Epoch, Error, LookUp, StarCatalog, StarId, Tic};
use lks_mast::{ArcSeconds, Position};
use lks_sandbox::{Fault, Matcher};

use crate::Services;

const FIELDS: &str = "<FIELD name=\"TIC\" datatype=\"long\"/><FIELD name=\"RAJ2000\" datatype=\"double\" unit=\"deg\"/>\
    <FIELD name=\"DEJ2000\" datatype=\"double\" unit=\"deg\"/><FIELD name=\"Teff\" datatype=\"float\" unit=\"K\"/>";

/// A table of these fields with these rows, whose cells are parted by blanks.
fn table(fields: &str, rows: &[&str]) -> String {
    let cells = |row: &&str| {
        row.split(' ')
            .map(|cell| format!("<TD>{cell}</TD>"))
            .collect::<String>()
    };
    let rows: String = rows.iter().map(|row| format!("<TR>{}</TR>", cells(row))).collect();
    format!("<TABLE>{fields}<DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE>")
}

fn votable(content: &str) -> String {
    format!("<VOTABLE><RESOURCE type=\"results\">{content}</RESOURCE></VOTABLE>")
}

/// What is found of these stars, and told of the answer, when the service answers with this.
async fn found(content: &str, ids: &[u64]) -> Result<(LookUp, Vec<String>), Error> {
    let fault = Fault {
        body: Some(votable(content)),
        ..Fault::default()
    };
    found_by(fault, ids).await
}

async fn found_by(fault: Fault, ids: &[u64]) -> Result<(LookUp, Vec<String>), Error> {
    let services = Services::start();
    services.sandbox.script(Matcher::contains("TIC IN"), [fault.always()]);
    let ids: Vec<StarId> = ids.iter().map(|id| Tic(*id).into()).collect();
    let found = services.client.look_up(&ids, Epoch::J2000).await?;
    let (_, warnings) = services.client.reused();
    Ok((found, warnings.iter().map(ToString::to_string).collect()))
}

fn texts<'a>(found: &'a LookUp, column: &'a str) -> Vec<Option<&'a str>> {
    found.table.texts(column).collect()
}

#[tokio::test]
async fn rows_in_another_order_and_repeats_change_nothing() {
    let rows = ["9 1.5 2 5000", "7 3 4 6000", "7 3 4 6000", "8 5 6 7000"];
    let (found, _) = found(&table(FIELDS, &rows), &[7, 8, 9, 7, 10]).await.unwrap();
    assert_eq!(
        texts(&found, "id"),
        [Some("TIC 7"), Some("TIC 8"), Some("TIC 9"), Some("TIC 7"), None]
    );
    assert_eq!(texts(&found, "match")[..2], [Some("unique"), Some("unique")]);
    assert_eq!(found.missing, [Tic(10).into()]);
}

#[tokio::test]
async fn ids_may_be_text_and_one_beyond_all_numbers_is_an_error() {
    let fields = FIELDS.replacen("long\"", "char\" arraysize=\"*\"", 1);
    let (found, _) = found(&table(&fields, &["7 1 2 3", "8 4 5 6"]), &[8, 7]).await.unwrap();
    assert_eq!(texts(&found, "id"), [Some("TIC 8"), Some("TIC 7")]);
    let error = self::found(&table(&fields, &["9223372036854775808 1 2 3"]), &[7])
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("'9223372036854775808' in its column 'TIC'"),
        "{error}"
    );
}

#[tokio::test]
async fn rows_of_which_none_has_a_number_are_an_error() {
    let error = found(&table(FIELDS, &["-1 1 2 3", "-2 4 5 6"]), &[7])
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Answer { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains("none has the number of a star in its column 'TIC'"),
        "{error}"
    );
}

#[tokio::test]
async fn of_two_tables_the_first_has_the_rows() {
    let both = table(FIELDS, &["7 1 2 3"]) + &table(FIELDS, &["7 50 60 3"]);
    let (found, _) = found(&both, &[7]).await.unwrap();
    assert_eq!(found.table.row(0).float("ra"), Some(1.0));
}

#[tokio::test]
async fn what_a_table_says_of_its_length_is_not_believed() {
    let content = table(FIELDS, &["7 1 2 3"]).replace("<TABLE>", "<TABLE nrows=\"99999999999999999999\">");
    let (found, _) = found(&content, &[7]).await.unwrap();
    assert_eq!(found.table.num_rows(), 1);
}

#[tokio::test]
async fn a_missing_column_is_null_and_told() {
    let fields = FIELDS.replace("Teff", "Temperature");
    let (found, warnings) = found(&table(&fields, &["7 1 2 3"]), &[7]).await.unwrap();
    assert_eq!(found.table.row(0).float("temperature"), None);
    let told = |what: &str| warnings.iter().any(|warning| warning.contains(what));
    assert!(
        told("the column 'Teff' of VizieR is left out: it is not in the answer"),
        "{warnings:?}"
    );
}

#[tokio::test]
async fn units_are_converted_or_told_and_never_guessed() {
    let of = |column: &str, unit: &str| {
        let (before, after) = FIELDS.split_once(&format!("\"{column}\"")).unwrap();
        let (datatype, rest) = after.split_once("unit=\"").unwrap();
        let (_, rest) = rest.split_once('"').unwrap();
        format!("{before}\"{column}\"{datatype}unit=\"{unit}\"{rest}")
    };
    let rows = ["7 1 2 3"];
    let (hours, _) = found(&table(&of("RAJ2000", "h"), &rows), &[7]).await.unwrap();
    assert_eq!(hours.table.row(0).float("ra"), Some(15.0));
    let (odd, warnings) = found(&table(&of("Teff", "100K"), &rows), &[7]).await.unwrap();
    assert_eq!(odd.table.row(0).float("temperature"), None);
    assert!(
        warnings
            .iter()
            .any(|warning| warning.contains("'Teff'") && warning.contains("'100K'")),
        "{warnings:?}"
    );
    let error = found(&table(&of("RAJ2000", "furlong"), &rows), &[7]).await.unwrap_err();
    assert!(error.to_string().contains("'RAJ2000' in 'furlong'"), "{error}");
}

#[tokio::test]
async fn a_star_of_a_cone_comes_once() {
    let cone = async |rows: &[&str]| {
        let services = Services::start();
        let body = Some(votable(&table(FIELDS, rows)));
        let fault = Fault {
            body,
            ..Fault::default()
        };
        services.sandbox.script(Matcher::contains("CONTAINS"), [fault.always()]);
        let position = Position::icrs(1.0, 2.0).unwrap();
        services
            .client
            .cone(&Cone::new(StarCatalog::Tic, position, ArcSeconds(9.0)))
            .await
    };
    let stars = cone(&["7 1 2 3", "7 1 2 3", "8 1.0001 2 3"]).await.unwrap();
    assert_eq!(stars.table.num_rows(), 2);
    let error = cone(&["7 1 2 3", "7 1.001 2 3"]).await.unwrap_err();
    assert!(
        error.to_string().contains("several stars that are all called TIC 7"),
        "{error}"
    );
}

#[tokio::test]
async fn bytes_that_are_cut_or_of_an_unknown_type_are_an_error() {
    let stream = |fields: &str, base64: &str| {
        format!("<TABLE>{fields}<DATA><BINARY2><STREAM encoding=\"base64\">{base64}</STREAM></BINARY2></DATA></TABLE>")
    };
    for (fields, base64, expected) in [
        (FIELDS, "AAAAAAAAAAAHP/AAAAAAAABAAAAAAAAAAEAA", "ends within a row"),
        (FIELDS, "AAAAAAAAAAAH#/AAAAAAAABAAAAAAAAAAEB", "its stream is damaged"),
        (
            "<FIELD name=\"TIC\" datatype=\"quad\"/>",
            "AAAAAAAAAAAH",
            "the datatype 'quad'",
        ),
        (
            "<FIELD name=\"TIC\" datatype=\"long\" arraysize=\"*x3\"/>",
            "AAAA",
            "'*x3' is not the size of an array",
        ),
    ] {
        let error = found(&stream(fields, base64), &[7]).await.unwrap_err();
        assert!(matches!(error, Error::Answer { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn an_answer_whose_compression_ends_early_is_an_error() {
    let fault = Fault {
        gzip: true,
        cut_at: Some(60),
        body: Some(votable(&table(FIELDS, &["7 1 2 3"; 500]))),
        ..Fault::default()
    };
    let error = found_by(fault, &[7]).await.unwrap_err();
    assert!(matches!(error, Error::Http { .. }), "{error}");
}
