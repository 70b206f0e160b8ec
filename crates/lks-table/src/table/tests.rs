use arrow_array::BooleanArray;
use arrow_schema::DataType;

use super::*;

fn pages() -> Table {
    let first = Table::empty().with_integer("id", [Some(1), Some(2)]).unwrap();
    let first = first.with_text("name", [Some("a"), None]).unwrap();
    let second = Table::empty().with_float("id", [Some(2.5)]).unwrap();
    let second = second.with_boolean("extra", [Some(true)]).unwrap();
    concat(&[first, Table::empty(), second]).unwrap()
}

#[test]
fn pages_stay_separate_and_their_columns_are_united() {
    let table = pages();
    assert_eq!((table.num_rows(), table.batches().len()), (3, 2));
    assert_eq!(table.column_names().collect::<Vec<_>>(), ["id", "name", "extra"]);
    assert_eq!(
        table.rows().map(|row| row.float("id")).collect::<Vec<_>>(),
        [Some(1.0), Some(2.0), Some(2.5)]
    );
    assert_eq!(table.texts("name").collect::<Vec<_>>(), [Some("a"), None, None]);
    assert_eq!(table.row(2).boolean("extra"), Some(true));
    assert_eq!(table.column("id").unwrap().len(), 3);
    assert!(table.column("nothing").is_none());
}

#[test]
fn a_page_of_nulls_takes_the_type_of_the_others() {
    let nulls = Table::empty()
        .with_column("id", new_null_array(&DataType::Null, 2))
        .unwrap();
    assert_eq!(nulls.column_type("id"), None);
    let both = concat(&[nulls, Table::empty().with_integer("id", [Some(7)]).unwrap()]).unwrap();
    assert_eq!(both.column_type("id"), Some(ColumnType::Integer));
    assert_eq!(both.row(2).integer("id"), Some(7));
}

#[test]
fn tables_are_equal_by_columns_units_and_values() {
    let table = pages();
    let whole = Table::from_batches(vec![
        arrow_select::concat::concat_batches(table.schema(), table.batches()).unwrap(),
    ]);
    assert_eq!(whole.unwrap(), table);
    // What another program noted of a column says nothing of its values; a unit does.
    let noted = |key: &str| {
        let field = |field: &FieldRef| field.as_ref().clone().with_metadata([(key.to_owned(), "7".to_owned())]);
        let schema = Arc::new(Schema::new(
            table.schema().fields().iter().map(field).collect::<Vec<_>>(),
        ));
        let batches = table.batches().iter();
        let batches = batches.map(|batch| new_batch(&schema, batch.columns().to_vec(), batch.num_rows()).unwrap());
        Table::from_batches(batches.collect()).unwrap()
    };
    assert_eq!(noted("PARQUET:field_id"), table);
    assert_ne!(noted("unit"), table);
    for other in [
        table.drop(&["extra"]),
        table.rename(&[("extra", "other")]).unwrap(),
        table.with_text("name", [Some("b"), None, None]).unwrap(),
        concat(&[table.clone(), table.clone()]).unwrap(),
    ] {
        assert_ne!(other, table);
    }
}

#[test]
fn columns_are_chosen_renamed_dropped_and_replaced() {
    let table = pages();
    assert_eq!(
        table
            .select(&["extra", "id"])
            .unwrap()
            .column_names()
            .collect::<Vec<_>>(),
        ["extra", "id"]
    );
    assert_eq!(
        table.drop(&["id", "nothing"]).column_names().collect::<Vec<_>>(),
        ["name", "extra"]
    );
    let measured = table.with_units(&[("extra", "s"), ("absent", "m")]).unwrap();
    assert_eq!(
        measured.column_names().collect::<Vec<_>>(),
        table.column_names().collect::<Vec<_>>()
    );
    for field in measured.schema().fields() {
        let unit = field.metadata().get("unit").map(String::as_str);
        assert_eq!(unit, (field.name() == "extra").then_some("s"), "{field:?}");
    }
    let swapped = table.rename(&[("id", "name"), ("name", "id")]).unwrap();
    assert_eq!(swapped.row(0).text("id"), Some("a"));
    assert!(matches!(table.rename(&[("id", "name")]), Err(Error::Shape(_))));
    assert_eq!(
        table.select(&["nam"]).unwrap_err().to_string(),
        "no column named `nam`; did you mean `name`?"
    );
    assert_eq!(table.select(&["zzz"]).unwrap_err().to_string(), "no column named `zzz`");
    let placed = table.rename(&[("name", "s_ra")]).unwrap();
    assert_eq!(
        placed.select(&["RA"]).unwrap_err().to_string(),
        "no column named `RA`; did you mean `s_ra`?"
    );
    let replaced = table.with_text("id", [Some("x"), None, Some("z")]).unwrap();
    assert_eq!(replaced.column_names().collect::<Vec<_>>(), ["id", "name", "extra"]);
    assert_eq!(replaced.row(2).text("id"), Some("z"));
    assert!(matches!(table.with_text("id", [Some("x")]), Err(Error::Shape(_))));
    let displayed = table.with_display("id", [Some(7), None, Some(-1)]).unwrap();
    let as_text = table.with_text("id", [Some("7"), None, Some("-1")]).unwrap();
    assert_eq!(displayed, as_text);
}

#[test]
fn rows_are_taken_by_position_in_the_order_asked() {
    let table = pages();
    let ids = |table: &Table| table.rows().map(|row| row.float("id").unwrap()).collect::<Vec<_>>();
    assert_eq!(ids(&table.take(&[2, 0, 2]).unwrap()), [2.5, 1.0, 2.5]);
    assert!(matches!(table.take(&[3]), Err(Error::Shape(_))));
    assert_eq!(ids(&table.slice(1, 9)), [2.0, 2.5]);
    assert_eq!(ids(&table.slice(7, 9)), [] as [f64; 0]);
    let mask = BooleanArray::from(vec![Some(true), None, Some(true)]);
    let filtered = table.filter(&mask).unwrap();
    assert_eq!((ids(&filtered), filtered.batches().len()), (vec![1.0, 2.5], 1));
    assert!(matches!(
        table.filter(&BooleanArray::from(vec![true])),
        Err(Error::Shape(_))
    ));
}

#[test]
fn duplicates_are_dropped_and_counted_nulls_are_not() {
    let table = Table::empty()
        .with_text("uri", [Some("a"), None, Some("b"), Some("a"), None])
        .unwrap();
    let table = table.with_integer("n", (0..5).map(Some)).unwrap();
    let (distinct, removed) = table.distinct_by("uri").unwrap();
    assert_eq!(removed, 1);
    assert_eq!(
        distinct.rows().map(|row| row.integer("n").unwrap()).collect::<Vec<_>>(),
        [0, 1, 2, 4]
    );
}

#[test]
fn missing_columns_are_added_as_typed_nulls() {
    let types = ColumnTypes::new([("id", ColumnType::Text), ("when", ColumnType::Timestamp)]);
    let table = pages().with_missing(&types).unwrap();
    assert_eq!(table.column_type("id"), Some(ColumnType::Float));
    assert_eq!(table.column_type("when"), Some(ColumnType::Timestamp));
    assert_eq!(Table::empty().with_missing(&types).unwrap(), Table::with_types(&types));
    let none = Table::with_types(&types);
    assert_eq!(
        concat(&[none.clone(), none]).unwrap().column_type("when"),
        Some(ColumnType::Timestamp)
    );
}

#[test]
fn foreign_arrow_types_become_the_tables_own() {
    use arrow_array::*;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("i", Arc::new(Int8Array::from(vec![1]))),
        ("u", Arc::new(UInt64Array::from(vec![u64::MAX]))),
        ("f", Arc::new(Float32Array::from(vec![0.5]))),
        ("l", Arc::new(LargeStringArray::from(vec!["x"]))),
        ("v", Arc::new(StringViewArray::from(vec!["y"]))),
        ("d", Arc::new(Date32Array::from(vec![1]))),
        (
            "t",
            Arc::new(TimestampSecondArray::from(vec![5]).with_timezone("+02:00")),
        ),
        (
            "e",
            Arc::new(vec!["a"].into_iter().collect::<DictionaryArray<types::Int32Type>>()),
        ),
        ("b", Arc::new(BinaryArray::from(vec![b"z".as_slice()]))),
    ];
    let table = Table::from_batches(vec![RecordBatch::try_from_iter(columns).unwrap()]).unwrap();
    let shown: Vec<String> = table.row(0).cells().map(|cell| cell.unwrap().to_string()).collect();
    assert_eq!(
        shown,
        [
            "1",
            "18446744073709551615",
            "0.5",
            "x",
            "y",
            "1970-01-02T00:00:00Z",
            "1970-01-01T00:00:05Z",
            "a",
            "7a"
        ]
    );
}

#[test]
fn a_table_knows_a_column_named_twice() {
    let schema = Schema::new(vec![
        Field::new("a", DataType::Int64, true),
        Field::new("a", DataType::Int64, true),
    ]);
    let batch = RecordBatch::new_empty(Arc::new(schema));
    assert!(matches!(Table::from_batches(vec![batch]), Err(Error::Shape(_))));
}
