use super::*;

#[track_caller]
fn check(text: &str, picked: &[i64]) {
    let table = Table::empty().with_integer("n", (1..=9).map(Some)).unwrap();
    let rows = Rows::parse(text).unwrap().of(&table).unwrap();
    let found: Vec<i64> = rows.rows().filter_map(|row| row.integer("n")).collect();
    assert_eq!(found, picked, "{text}");
}

#[track_caller]
fn check_error(text: &str, said: &str) {
    let table = Table::empty().with_integer("n", (1..=9).map(Some)).unwrap();
    let error = Rows::parse(text)
        .and_then(|rows| rows.of(&table))
        .unwrap_err()
        .to_string();
    assert!(error.contains(said), "{text}: {error}");
}

#[test]
fn row_numbers_and_ranges_pick_each_row_once_in_order() {
    check("3", &[3]);
    check("3,5-7", &[3, 5, 6, 7]);
    check("7, 1 ,6-8", &[1, 6, 7, 8]);
    check("5..7", &[5, 6, 7]);
    check("9:9", &[9]);
}

#[test]
fn what_names_no_row_is_an_error_that_says_what_would() {
    for text in [
        "0",
        "",
        "3,",
        "-2",
        "a",
        "3-",
        "1.5",
        "0-3",
        "!3",
        "99999999999999999999999",
    ] {
        check_error(text, "'3' or '3,5-7'");
    }
    check_error("7-5", "write '5-7'");
    check_error("10", "no row 10; the table has 9");
    check_error("1-18446744073709551615", "the table has 9");
}
