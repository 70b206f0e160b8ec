//! What goes wrong with the data frames of the Python package, one test each: here it does not. The numbers are those of
//! the list of its faults.

use lks_table::arrow_array::BooleanArray;
use lks_table::{ColumnTypes, Error, Expression, JoinOptions, SortKey, Table, concat, decode, join};

fn search() -> Table {
    let json = br#"[{"dataURI":"mast:a","year":2012,"distance":0,"description":"PDC (short)"},
        {"dataURI":"mast:b","year":2013,"distance":12,"description":null},
        {"dataURI":"mast:c","year":2012,"distance":3.5,"description":"DV [summary]"},
        {"dataURI":"mast:d","year":null,"distance":0,"description":"Target pixels"}]"#;
    decode::rows(json, &ColumnTypes::none()).unwrap()
}

fn chosen(table: &Table, expression: &str) -> Table {
    table
        .filter(&expression.parse::<Expression>().unwrap().evaluate(table).unwrap())
        .unwrap()
}

fn uris(table: &Table) -> Vec<&str> {
    table.texts("dataURI").flatten().collect()
}

#[test]
fn b8_cloud_addresses_put_into_one_table_leave_the_other_alone() {
    let table = search();
    let cloud = table
        .with_text("dataURI", (0..4).map(|n| Some(format!("s3://{n}"))))
        .unwrap();
    assert_eq!(uris(&cloud), ["s3://0", "s3://1", "s3://2", "s3://3"]);
    assert_eq!(uris(&table), ["mast:a", "mast:b", "mast:c", "mast:d"]);
}

#[test]
fn b9_every_column_is_of_the_filtered_rows() {
    let table = chosen(&search(), "year == 2012");
    assert!(table.column_names().all(|name| table.column(name).unwrap().len() == 2));
    assert_eq!(uris(&table), ["mast:a", "mast:c"]);
}

#[test]
fn b10_rows_are_taken_by_position_as_often_as_asked() {
    let table = search();
    assert_eq!(uris(&table.take(&[2, 0, 2]).unwrap()), ["mast:c", "mast:a", "mast:c"]);
    // As many positions as rows are still positions, and a name of as many letters as rows is still a name.
    assert_eq!(
        uris(&table.take(&[3, 2, 1, 0]).unwrap()),
        ["mast:d", "mast:c", "mast:b", "mast:a"]
    );
    assert_eq!(table.select(&["year"]).unwrap().num_rows(), 4);
    assert_eq!(uris(&chosen(&table, "year == 2013").take(&[0]).unwrap()), ["mast:b"]);
    assert!(matches!(table.take(&[4]), Err(Error::Shape(_))));
}

#[test]
fn b11_positions_of_a_filtered_table_start_at_zero() {
    let table = chosen(&search(), "distance > 0");
    assert_eq!(
        (0..table.num_rows())
            .filter_map(|row| table.row(row).text("dataURI"))
            .collect::<Vec<_>>(),
        uris(&table)
    );
    assert_eq!(uris(&table.slice(1, 1)), ["mast:c"]);
}

#[test]
fn b12_filtering_many_times_adds_no_columns() {
    let mut table = search();
    for _ in 0..5 {
        table = table.filter(&BooleanArray::from(vec![true; table.num_rows()])).unwrap();
        table = table.sort(&[SortKey::ascending("dataURI")]).unwrap();
        table = concat(&[table.slice(0, 1), table.slice(1, 9)]).unwrap();
    }
    assert_eq!(table, search());
}

#[test]
fn b13_the_join_loses_no_product_and_multiplies_none() {
    let products = br#"[{"parent_obsid":1,"obs_id":"a_lc","uri":"1"},{"parent_obsid":1,"obs_id":"other","uri":"2"},
        {"parent_obsid":9,"obs_id":"b","uri":"3"}]"#;
    let observations =
        br#"[{"obsid":1,"obs_id":"a"},{"obsid":1,"obs_id":"a"},{"obsid":2,"obs_id":"without products"}]"#;
    let products = decode::rows(products, &ColumnTypes::none()).unwrap();
    let (observations, removed) = decode::rows(observations, &ColumnTypes::none())
        .unwrap()
        .distinct_by("obsid")
        .unwrap();
    let joined = join(&products, &observations, &JoinOptions::on("parent_obsid", "obsid")).unwrap();
    assert_eq!(
        (removed, joined.texts("uri").flatten().collect::<Vec<_>>()),
        (1, vec!["1", "2", "3"])
    );
    assert_eq!(
        joined.texts("obs_id_right").collect::<Vec<_>>(),
        [Some("a"), Some("a"), None]
    );
}

#[test]
fn b33_an_unknown_number_is_null_and_the_others_stay_numbers() {
    let table = search();
    assert_eq!(
        table.rows().map(|row| row.integer("year")).collect::<Vec<_>>(),
        [Some(2012), Some(2013), Some(2012), None]
    );
}

#[test]
fn b35_numbers_of_two_digits_sort_after_those_of_one() {
    let table = Table::empty()
        .with_integer("campaign", [10, 3, 16, 5, 100, 99].map(Some))
        .unwrap();
    let sorted = table.sort(&[SortKey::ascending("campaign")]).unwrap();
    assert_eq!(
        sorted
            .rows()
            .filter_map(|row| row.integer("campaign"))
            .collect::<Vec<_>>(),
        [3, 5, 10, 16, 99, 100]
    );
}

#[test]
fn b39_whole_numbers_compare_with_floats_and_brackets_are_text() {
    let table = search();
    assert_eq!(uris(&chosen(&table, "distance <= 3")), ["mast:a", "mast:d"]);
    assert_eq!(
        uris(&chosen(&table, "year in [2012, 2013]")),
        ["mast:a", "mast:b", "mast:c"]
    );
    assert_eq!(uris(&chosen(&table, "description.str.contains('(')")), ["mast:a"]);
    assert_eq!(
        uris(&chosen(&table, "description.str.contains('[SUM', case=False)")),
        ["mast:c"]
    );
}

#[test]
fn b40_nothing_found_is_a_table_too() {
    let none = chosen(&search(), "year == 1999");
    assert_eq!((none.num_rows(), none.schema()), (0, search().schema()));
    let sorted = none.sort(&[SortKey::ascending("year")]).unwrap();
    assert_eq!(sorted.slice(0, 5).distinct_by("dataURI").unwrap().0, none);
}
