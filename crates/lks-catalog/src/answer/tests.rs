use super::*;

fn document(content: &str) -> String {
    format!("<?xml version='1.0'?><VOTABLE><RESOURCE type='results'>{content}</RESOURCE></VOTABLE>")
}

const TABLE: &str =
    "<TABLE><FIELD name='TIC' datatype='long'/><DATA><TABLEDATA><TR><TD>7</TD></TR></TABLEDATA></DATA></TABLE>";

fn status(value: &str, words: &str) -> String {
    format!("<INFO name='QUERY_STATUS' value='{value}'>{words}</INFO>")
}

#[test]
fn the_status_counts_wherever_it_stands() {
    for (content, is_cut) in [
        (TABLE.to_owned(), false),
        (status("OK", "") + TABLE, false),
        (status("ok", "") + TABLE, false),
        (status("OK", "") + TABLE + &status("OVERFLOW", ""), true),
        (status("OVERFLOW", "") + TABLE, true),
    ] {
        let answer = read(CatalogService::Vizier, document(&content).as_bytes()).unwrap();
        assert_eq!((answer.table.num_rows(), answer.is_cut), (1, is_cut), "{content}");
    }
}

#[test]
fn an_error_after_the_rows_is_an_error() {
    for content in [
        status("ERROR", "out of &lt;time&gt;"),
        TABLE.to_owned() + &status("ERROR", "out of &lt;time&gt;"),
        status("OK", "") + TABLE + &status("error", "out of &lt;time&gt;"),
    ] {
        let error = read(CatalogService::Vizier, document(&content).as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "VizieR reports an error: out of <time>");
    }
}

#[test]
fn json_and_csv_are_read_whatever_they_are_called() {
    for body in [
        r#"{"metadata": [{"name": "TIC"}, {"name": "Tmag"}], "data": [[9007199254740993, 10.39]]}"#,
        r#"{"data": [[9007199254740993, 10.39]], "status": "OK", "columns": ["TIC", "Tmag"], "more": {"x": [1]}}"#,
        "TIC,Tmag\n9007199254740993,10.39\n",
    ] {
        let answer = read(CatalogService::Vizier, body.as_bytes()).unwrap();
        let row = answer.table.row(0);
        assert_eq!(
            (row.integer("TIC"), row.float("Tmag")),
            (Some(9_007_199_254_740_993), Some(10.39))
        );
    }
}

#[test]
fn what_is_not_a_table_is_told_as_what_it_is() {
    for (body, expected) in [
        ("", "nothing"),
        ("   ", "nothing"),
        ("<html><title>Sorry</title></html>", "a page instead of data ('Sorry')"),
        (
            "CatalogService temporarily unavailable, try later",
            "something else than a table",
        ),
        ("busy", "something else than a table"),
        ("{\"error\": 1}", "no rows"),
        (
            "{\"metadata\": [{\"name\": \"a\"}], \"data\": [[1, 2]]}",
            "a row of 1 cells",
        ),
        ("{\"metadata\"", "damaged JSON"),
        (
            "{\"metadata\": [{\"name\": \"a\"}], \"data\": [[]]}",
            "a row of 1 cells",
        ),
        ("{\"metadata\": [\"a\", \"a\"], \"data\": []}", "`a` occurs twice"),
        ("<VOTABLE><RESOURCE>", "cannot be read"),
        ("<VOTABLE/>", "without a table"),
    ] {
        let error = read(CatalogService::Simbad, body.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{body}: {error}");
    }
}
