use super::*;

fn table() -> Table {
    let pipeline = [Some("SPOC"), Some("TESS-SPOC"), Some("QLP"), None];
    let table = Table::empty()
        .with_integer("sector", [Some(14), Some(15), Some(100), None])
        .unwrap();
    let table = table
        .with_float("exptime", [Some(120.0), Some(600.0), Some(20.0), Some(120.0)])
        .unwrap();
    let table = table.with_text("pipeline", pipeline).unwrap();
    let table = table
        .with_text("target_name", [Some("158"), Some("159"), Some("(x|y)"), Some("Ä")])
        .unwrap();
    let table = table
        .with_boolean("mtFlag", [Some(true), Some(false), None, Some(false)])
        .unwrap();
    let table = table
        .with_text("Local Path", [Some("/a"), None, Some("/b"), None])
        .unwrap();
    let days = [Some(0), Some(86_400_000_000), None, Some(2 * 86_400_000_000)];
    let table = table.with_timestamp("start", days).unwrap();
    table
        .with_column("empty", arrow_array::new_null_array(&arrow_schema::DataType::Null, 4))
        .unwrap()
}

#[track_caller]
fn check(text: &str, expected: &[usize]) {
    let mask = text
        .parse::<Expression>()
        .and_then(|expression| expression.evaluate(&table()));
    let mask = mask.unwrap_or_else(|error| panic!("{text}: {error}"));
    let chosen: Vec<usize> = mask
        .iter()
        .enumerate()
        .filter(|(_, holds)| *holds == Some(true))
        .map(|(i, _)| i)
        .collect();
    assert_eq!(chosen, expected, "{text}");
}

#[track_caller]
fn check_error(text: &str, message: &str, column: usize) {
    let result = text
        .parse::<Expression>()
        .and_then(|expression| expression.evaluate(&table()));
    match result {
        Err(Error::Expression {
            message: found,
            column: at,
            ..
        }) => assert_eq!((found.as_str(), at), (message, column)),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn what_people_write_for_pandas_works() {
    check("sector == 14 & exptime <= 120", &[0]);
    check("(sector == 14) | (sector == 15)", &[0, 1]);
    check("sector == 14 or sector > 99", &[0, 2]);
    check("sector == 14 or sector == 15 and exptime > 600", &[0]);
    check("not sector == 14", &[1, 2]);
    check("~(pipeline == 'SPOC') & exptime < 700", &[1, 2]);
    check("sector in [14, 100]", &[0, 2]);
    check("sector not in [14, 100]", &[1]);
    check("sector in (14, 100)", &[0, 2]);
    check("sector == [14, 15]", &[0, 1]);
    check("sector != [14, 15,]", &[2]);
    check("sector in []", &[]);
    check("14 < sector <= 100", &[1, 2]);
    check("14 < sector <= 100 != exptime", &[1, 2]);
    check("exptime.between(20, 120)", &[0, 2, 3]);
    check("pipeline.isin(['QLP', \"SPOC\"])", &[0, 2]);
    check("`Local Path` == '/b'", &[2]);
    check("exptime == 1.2e2 and sector >= 1_4", &[0]);
    check("exptime * 2 - sector > 200", &[0, 1]);
    check("sector / 2 == 7.5 or sector % 50 == 0", &[1, 2]);
    check("-sector < -99", &[2]);
    check("start > '1970-01-01' and start < \"1970-01-02T12:00:00\"", &[1]);
    check("1 == 1", &[0, 1, 2, 3]);
}

#[test]
fn text_is_searched_literally() {
    check("pipeline.str.contains('SPOC')", &[0, 1]);
    check("pipeline.str.contains('spoc', case=False)", &[0, 1]);
    check("pipeline.str.contains('spoc')", &[]);
    check("pipeline.str.startswith('TESS')", &[1]);
    check("pipeline.str.endswith(\"spoc\", case=False, na=False)", &[0, 1]);
    check(
        "pipeline.str.lower() in ['spoc', 'qlp'] and pipeline.str.lower().str.upper() == pipeline",
        &[0, 2],
    );
    check("target_name.str.contains('(x|')", &[2]);
    check("target_name.str.contains('ä', case=False)", &[3]);
    check(r"target_name == '\'' or target_name == '158'", &[0]);
    check("~pipeline.str.contains('SPOC') & sector > 1", &[2]);
}

#[test]
fn null_is_neither_true_nor_false() {
    check("pipeline != 'SPOC'", &[1, 2]);
    check("not pipeline == 'SPOC'", &[1, 2]);
    check("pipeline.isnull()", &[3]);
    check("pipeline.notna() and sector > 14", &[1, 2]);
    check("sector > 0 or exptime == 120", &[0, 1, 2, 3]);
    check("mtFlag", &[0]);
    check("not mtFlag", &[1, 3]);
    check("mtFlag == False", &[1, 3]);
    check("empty > 3 or empty == 'x' or empty", &[]);
    check("empty.isnull()", &[0, 1, 2, 3]);
}

#[test]
fn zero_has_no_sign_and_nan_is_above_every_number() {
    check("exptime * 0 == exptime * 0 * -1", &[0, 1, 2, 3]);
    check("exptime * 0 * -1 >= 0", &[0, 1, 2, 3]);
    check("exptime * 0 / (exptime * 0) > 1e308", &[0, 1, 2, 3]);
    check(
        "exptime * 0 / (exptime * 0) == exptime * 0 / (exptime * 0)",
        &[0, 1, 2, 3],
    );
}

#[test]
fn errors_point_at_the_place() {
    check_error("sectr == 14", "no column named `sectr`; did you mean `sector`?", 1);
    check_error("sector == 14 and zzz > 1", "no column named `zzz`", 18);
    check_error(
        "target_name == 158",
        "cannot compare text with integer; `target_name` is text, so the value goes in quotes",
        16,
    );
    check_error(
        "sector == '14'",
        "cannot compare integer with text; `sector` is integer, so the value goes without quotes",
        11,
    );
    check_error(
        "sector in [14, 'x']",
        "cannot compare integer with text; `sector` is integer, so the value goes without quotes",
        16,
    );
    check_error("start > 'soon'", "not a date; write for example \"2019-07-18\"", 9);
    check_error(
        "sector",
        "this is integer, not a condition; compare it with something",
        1,
    );
    check_error("sector = 14", "`=` does not compare; write `==`", 8);
    check_error("sector == ", "the expression ends where a value should be", 11);
    check_error("  ", "the expression is empty; write for example `sector == 14`", 3);
    check_error("(sector == 14", "this bracket is not closed", 1);
    check_error("sector == 14)", "this bracket was not opened", 13);
    check_error("sector == [14", "this list is not closed", 11);
    check_error("sector == 14 exptime", "expected `and`, `or` or a comparison here", 14);
    check_error("target_name == \"x", "this text is not closed by a quote", 16);
    check_error("`Local Path == 1", "this name is not closed by a backtick", 1);
    check_error(
        "sector == 14d",
        "`14d` is not a number; text goes in quotes, odd names in backticks",
        11,
    );
    check_error(
        "sector == @x",
        "`@` means nothing here; there are no variables here, write the value",
        11,
    );
    check_error(
        "sector == None",
        "nothing equals `None`; write `column.isnull()` or `.notnull()`",
        11,
    );
    check_error("sector.str.contains('1')", "`.str` wants text, and this is integer", 1);
    check_error(
        "pipeline.str.contains('x', regex=True)",
        "patterns are not supported: the text is taken literally",
        28,
    );
    check_error(
        "pipeline.str.match('x')",
        "no method `str.match`; there are str.contains, str.startswith, str.endswith, str.lower, str.upper, isnull, notnull, between, isin",
        10,
    );
    check_error("target_name == 'Ä' and ö == 1", "no column named `ö`", 24);
    check_error("sector % 0 == 1", "14 % 0: division by 0", 10);
    check_error("pipeline + 1 > 2", "cannot calculate with text", 1);
    check_error("sector in 14", "`in` wants a list: [14, 15]", 11);
}

#[test]
fn the_caret_stands_under_the_place() {
    let error = "sector == 14 &\n& x".parse::<Expression>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected a value, not `&`\n  sector == 14 & & x\n                 ^"
    );
}

#[test]
fn wrong_names_are_wrong_without_rows_too() {
    let none = table().slice(0, 0);
    assert!("sectr == 1".parse::<Expression>().unwrap().evaluate(&none).is_err());
    assert_eq!(
        "sector == 1 and 1 == 1"
            .parse::<Expression>()
            .unwrap()
            .evaluate(&none)
            .unwrap()
            .len(),
        0
    );
}

#[test]
fn every_page_is_evaluated() {
    let pages = crate::concat(&[table(), table()]).unwrap();
    let mask = "sector == 14".parse::<Expression>().unwrap().evaluate(&pages).unwrap();
    assert_eq!((mask.len(), mask.true_count()), (8, 2));
}

#[test]
fn depth_is_limited_and_length_is_not() {
    let deep = format!("{}sector == 1{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(
        deep.parse::<Expression>()
            .unwrap_err()
            .to_string()
            .contains("nested more than 64 deep")
    );
    assert!("~".repeat(100_000).parse::<Expression>().is_err());
    assert!("-".repeat(100_000).parse::<Expression>().is_err());
    assert!(
        format!("a{}", ".isnull()".repeat(100_000))
            .parse::<Expression>()
            .is_err()
    );
    let long = vec!["sector == 14"; 5_000].join(" or ");
    check(&long, &[0]);
}

proptest::proptest! {
    #[test]
    fn any_text_is_an_expression_or_an_error(text in "[a-z0-9 .=<>&|~!()\\[\\],'\"`+*/%-]{0,40}|\\PC{0,30}") {
        if let Ok(expression) = text.parse::<Expression>() {
            let _ = expression.evaluate(&table());
        }
    }
}
