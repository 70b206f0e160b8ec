use serde_json::json;

use super::*;

const QUESTION: &str = "Mast.Caom.Filtered";

fn read(body: impl AsRef<[u8]>) -> Result<Reply<Page>, Error> {
    mashup(body.as_ref(), Answer::Observations, QUESTION)
}

fn page(body: impl AsRef<[u8]>) -> Page {
    match read(body).unwrap() {
        Reply::Complete(page) => page,
        Reply::Executing => panic!("the answer is still being made"),
    }
}

fn problem(body: impl AsRef<[u8]>) -> AnswerProblem {
    match read(body).unwrap_err() {
        Error::Answer { problem, .. } => problem,
        other => panic!("{other:?}"),
    }
}

fn whole() -> String {
    let row = json!({ "obsid": 60829534, "obs_collection": "TESS", "target_name": "158324245", "distance": 0, "t_exptime": 120 });
    json!({ "status": "COMPLETE", "msg": "", "data": [row], "fields": [], "paging": { "rowsFiltered": 1, "pagesFiltered": 1 } }).to_string()
}

#[test]
fn ids_sent_as_numbers_are_text_and_integers_are_floats() {
    let page = page(whole());
    let row = page.table.row(0);
    assert_eq!(row.text("obsid"), Some("60829534"));
    assert_eq!(
        (row.float("distance"), row.float("t_exptime")),
        (Some(0.0), Some(120.0))
    );
    assert_eq!((page.rows_filtered, page.pages), (Some(1), Some(1)));
    assert_eq!(row.cell("s_ra"), None);
}

#[test]
fn a16_text_that_is_not_utf8_is_an_error() {
    assert_eq!(
        problem(b"{\"status\":\"COMPLETE\",\"msg\":\"\xe9\",\"data\":[]}"),
        AnswerProblem::Encoding
    );
    assert_eq!(page(format!("\u{feff}{}", whole())).table.num_rows(), 1);
}

#[test]
fn a17_truncated_json_is_an_error_never_a_shorter_table() {
    let whole = whole();
    for cut in 0..whole.len() {
        assert!(matches!(read(&whole[..cut]), Err(Error::Answer { .. })), "cut at {cut}");
    }
}

#[test]
fn a18_deeply_nested_json_is_an_error() {
    let deep = "[".repeat(100_000);
    assert!(read(&deep).is_err());
    assert!(read(format!("{{\"status\":\"COMPLETE\",\"data\":[{{\"obsid\":{deep}")).is_err());
    let closed = format!("{deep}{}", "]".repeat(100_000));
    let body = format!(
        "{{\"status\":\"COMPLETE\",\"data\":[{{\"obsid\":1,\"obs_collection\":\"a\",\"target_name\":\"b\",\"x\":{closed}}}]}}"
    );
    assert!(read(body).is_err());
}

#[test]
fn a20_unexpected_types_and_unknown_columns_are_read() {
    let row = json!({
        "obsid": "60829534", "obs_collection": "TESS", "target_name": 158324245, "sequence_number": "14", "t_exptime": "120.0",
        "s_ra": "not a number", "calib_level": 3.0, "mtFlag": "true", "brand_new": [1, 2], "_selected_": null,
    });
    let page = page(json!({ "status": "COMPLETE", "data": [row] }).to_string());
    let row = page.table.row(0);
    assert_eq!(
        (row.text("target_name"), row.integer("sequence_number")),
        (Some("158324245"), Some(14))
    );
    assert_eq!(
        (row.float("t_exptime"), row.float("s_ra"), row.integer("calib_level")),
        (Some(120.0), None, Some(3))
    );
    assert_eq!(row.boolean("mtFlag"), Some(true));
    assert!(page.table.has_column("brand_new") && !page.table.has_column("_selected_"));
}

#[test]
fn a20_short_rows_have_nulls() {
    let rows = json!([
        { "obsid": 1, "obs_collection": "TESS", "target_name": "a", "s_ra": 1.5 },
        { "obsid": 2, "obs_collection": "TESS", "target_name": "b" },
    ]);
    let page = page(json!({ "status": "COMPLETE", "data": rows }).to_string());
    assert_eq!(
        (page.table.row(0).float("s_ra"), page.table.row(1).float("s_ra")),
        (Some(1.5), None)
    );
}

#[test]
fn a21_a_page_for_people_is_told_from_data() {
    let html = "<html><head><title>504 Gateway Time-out</title></head></html>";
    assert!(matches!(problem(html), AnswerProblem::NotJson { excerpt } if excerpt.contains("504 Gateway")));
    assert!(matches!(problem(""), AnswerProblem::NotJson { .. }));
}

#[test]
fn a22_an_error_of_the_service_comes_with_its_words() {
    let error = read(r#"{"status":"ERROR","msg":"Cannot open database","data":null}"#).unwrap_err();
    assert!(
        matches!(&error, Error::Remote { message, .. } if message == "Cannot open database"),
        "{error:?}"
    );
    assert!(
        read(r#"{"status":"ERROR","msg":null}"#)
            .unwrap_err()
            .to_string()
            .contains("gives no reason")
    );
}

#[test]
fn a23_an_answer_in_the_making_is_no_result() {
    assert!(matches!(
        read(r#"{"status":"EXECUTING","msg":"","percent complete":12}"#).unwrap(),
        Reply::Executing
    ));
}

#[test]
fn a24_an_unknown_status_is_not_taken_as_complete() {
    let rows = whole().replace("COMPLETE", "PARTIAL");
    assert_eq!(problem(rows), AnswerProblem::Status("PARTIAL".to_owned()));
}

#[test]
fn a26_the_answer_to_another_question_is_noticed() {
    let body = r#"{"status":"COMPLETE","data":[],"service":"Mast.Caom.Cone"}"#;
    assert!(matches!(problem(body), AnswerProblem::Mismatch(what) if what.contains("Mast.Caom.Cone")));
}

#[test]
fn the_shape_that_other_clients_ask_for_is_a_changed_schema() {
    let error = read(r#"{"status":"COMPLETE","data":{"Tables":[{"Columns":[],"Rows":[]}]}}"#).unwrap_err();
    assert!(
        matches!(&error, Error::SchemaChanged { field, .. } if field == "data"),
        "{error:?}"
    );
}

#[test]
fn no_rows_have_all_columns_all_the_same() {
    let page = page(r#"{"status":"COMPLETE","msg":"","data":[],"fields":[],"paging":{"rowsFiltered":0}}"#);
    assert!(page.table.is_empty());
    assert!(page.table.has_column("obsid") && page.table.has_column("distance"));
}

#[test]
fn sectors_are_read_padded_or_not_each_once() {
    let body = br#"{"results":[{"sectorName":"tess-s0004-4-3","sector":"0004","camera":"4","ccd":"3"},
        {"sectorName":"tess-s0001-1-3","sector":"1","camera":"1","ccd":"3"},{"sectorName":"tess-s0004-4-4","sector":4,"camera":4,"ccd":4}]}"#;
    let seen = sectors(body).unwrap();
    assert_eq!(seen.iter().map(|row| row.sector).collect::<Vec<_>>(), [1, 4]);
    assert_eq!(
        seen[1],
        SectorSeen {
            sector: 4,
            camera: Some(4),
            ccd: Some(3)
        }
    );
    assert!(sectors(br#"{"results":[]}"#).unwrap().is_empty());
    for changed in [
        &br#"{}"#[..],
        br#"{"results":[{"sectorName":"tess-s0004-4-3"}]}"#,
        br#"{"results":null}"#,
    ] {
        assert!(matches!(sectors(changed), Err(Error::SchemaChanged { .. })));
    }
}

#[test]
fn paths_are_read_with_those_that_are_not_there() {
    let body = br#"{"mast:A":{"status_code":200,"path":"/a"},"mast:B":{"status_code":404,"path":null},"mast:C":null}"#;
    let paths = paths(body).unwrap();
    assert_eq!(paths["mast:A"].as_deref(), Some("/a"));
    assert_eq!((&paths["mast:B"], &paths["mast:C"]), (&None, &None));
}

#[test]
fn a_resolver_without_positions_has_changed() {
    assert!(
        resolved(br#"{"resolvedCoordinate":[],"status":""}"#)
            .unwrap()
            .is_empty()
    );
    assert!(resolved(br#"{"status":""}"#).unwrap().is_empty());
    let renamed =
        br#"{"resolvedCoordinate":[{"searchString":"m1","resolver":"NED","ra":83.6,"dec":22.0}],"status":""}"#;
    assert!(matches!(resolved(renamed), Err(Error::SchemaChanged { .. })));
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
            let _ = sectors(&bytes);
            let _ = resolved(&bytes);
            let _ = paths(&bytes);
        }
    }
}
