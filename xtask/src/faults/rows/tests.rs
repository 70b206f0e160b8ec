use super::*;

#[test]
fn a_row_is_covered_by_a_test_or_a_campaign_and_else_excused() {
    let text = "\
| row | fault | held by |
|---|---|---|
| D1 | no space | `crashdrv` ENOSPC |
| D2 | links | `obstacles::links_are_never_followed`, `another_name_of_a_file` |
| D3 | clock | not done: `Writer::finish` waits |
";
    let rows = parse(text, "D");
    assert_eq!(rows.covered, ["D1", "D2"]);
    assert_eq!(
        rows.excused,
        [("D3".to_owned(), "not done: `Writer::finish` waits".to_owned())]
    );
    assert_eq!(rows.tests, ["links_are_never_followed", "another_name_of_a_file"]);
    assert_eq!(parse(text, "C"), Rows::default());
}

#[test]
fn a_name_counts_only_where_it_is_a_test() {
    let source = "#[test]\nfn this_is_a_test() {}\n\nfn this_is_a_tool() {}\n";
    assert!(has_test(source, "this_is_a_test"));
    assert!(!has_test(source, "this_is_a_tool"));
    assert!(!has_test(source, "this_is_a"));
}

#[test]
fn the_tables_are_complete_and_name_existing_tests() {
    let read = read().unwrap();
    assert_eq!(
        read.iter().map(|(letter, _)| *letter).collect::<Vec<_>>(),
        ["D", "C", "K"]
    );
}
