use super::*;

fn order(table: &Table, keys: &[SortKey]) -> Vec<i64> {
    table
        .sort(keys)
        .unwrap()
        .rows()
        .map(|row| row.integer("n").unwrap())
        .collect()
}

#[test]
fn numbers_sort_as_numbers_and_equal_rows_stay_in_order() {
    let table = Table::empty()
        .with_integer("sector", [Some(100), Some(99), None, Some(9), Some(99)])
        .unwrap();
    let table = table.with_integer("n", (0..5).map(Some)).unwrap();
    assert_eq!(order(&table, &[SortKey::ascending("sector")]), [3, 1, 4, 0, 2]);
    assert_eq!(order(&table, &[SortKey::descending("sector")]), [0, 1, 4, 3, 2]);
    let nulls_first = SortKey {
        nulls_last: false,
        ..SortKey::descending("sector")
    };
    assert_eq!(order(&table, &[nulls_first]), [2, 0, 1, 4, 3]);
    assert_eq!(order(&table, &[]), [0, 1, 2, 3, 4]);
}

#[test]
fn a_column_of_nulls_decides_nothing() {
    let nulls = arrow_array::new_null_array(&arrow_schema::DataType::Null, 2);
    let table = Table::empty()
        .with_integer("n", [Some(2), Some(1)])
        .unwrap()
        .with_column("a", nulls)
        .unwrap();
    assert_eq!(order(&table, &[SortKey::ascending("a")]), [2, 1]);
    assert_eq!(
        order(&table, &[SortKey::ascending("a"), SortKey::ascending("n")]),
        [1, 2]
    );
}
