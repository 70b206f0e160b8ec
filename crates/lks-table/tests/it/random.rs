//! Random tables: what is decoded, written, sorted, joined and filtered is what a simple implementation says.

use std::collections::HashSet;

use lks_table::{
    Cell, ColumnType, ColumnTypes, Expression, Format, JoinOptions, SortKey, Table, concat, decode, join, read,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn shown(cell: Option<Cell<'_>>) -> Option<String> {
    cell.map(|cell| cell.to_string())
}

/// A JSON value of any kind that may stand in a cell.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1000_i64..1000).prop_map(Value::from),
        any::<f64>()
            .prop_filter("JSON has no NaN", |f| f.is_finite())
            .prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[0-9]{1,10}".prop_map(Value::from),
        vec(any::<i8>(), 0..3).prop_map(|list| json!({ "k": list })),
    ]
}

fn rows() -> impl Strategy<Value = Vec<Map<String, Value>>> {
    let row = vec(("[abcdé\"]{1,2}", value()), 0..6).prop_map(|pairs| pairs.into_iter().collect());
    vec(row, 0..20)
}

/// The canonical text of a JSON value, as a column that holds several kinds shows it.
fn canonical(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(match (number.as_i64(), number.as_u64()) {
            (Some(integer), _) => integer.to_string(),
            (None, Some(large)) => large.to_string(),
            (None, None) => Cell::Float(number.as_f64().unwrap_or(f64::NAN)).to_string(),
        }),
        other => Some(other.to_string()),
    }
}

fn any_table() -> impl Strategy<Value = Table> {
    let text = option::of("\\PC{0,8}|[0-9]{1,5}|true|NaN|-?1e3|[ ,\"\n\r]{1,3}|1970-01-01T00:00:00Z");
    let float = option::of(prop_oneof![
        any::<f64>().prop_filter("NaN", |f| !f.is_nan()),
        Just(120.0),
        Just(-0.0)
    ]);
    let moment = option::of(-60_000_000_000_000_000_i64..200_000_000_000_000_000);
    let row = (option::of(any::<i64>()), float, option::of(any::<bool>()), text, moment);
    vec(row, 1..20).prop_map(|rows| {
        let table = Table::empty().with_integer("i", rows.iter().map(|row| row.0)).unwrap();
        let table = table.with_float("f,\"x\"", rows.iter().map(|row| row.1)).unwrap();
        let table = table.with_boolean("b", rows.iter().map(|row| row.2)).unwrap();
        let table = table.with_text("t", rows.iter().map(|row| row.3.as_ref())).unwrap();
        table.with_timestamp("m", rows.iter().map(|row| row.4)).unwrap()
    })
}

proptest! {
    #[test]
    fn decoding_keeps_every_value(rows in rows()) {
        let json = serde_json::to_vec(&rows).unwrap();
        let table = decode::rows(&json, &ColumnTypes::none()).unwrap();
        prop_assert_eq!(table.num_rows(), rows.len());
        let names: HashSet<&str> = rows.iter().flat_map(|row| row.keys().map(String::as_str)).collect();
        prop_assert_eq!(table.column_names().collect::<HashSet<_>>(), names);
        for (row, expected) in table.rows().zip(&rows) {
            for name in table.column_names() {
                let wanted = expected.get(name).and_then(canonical);
                let found = row.cell(name);
                // A float column shows 1e300 as such; in a mixed column the same digits stand as text.
                prop_assert_eq!(shown(found), wanted, "{}", name);
            }
        }
    }

    #[test]
    fn pages_decoded_apart_are_the_page_decoded_whole(rows in rows(), cut in 0_usize..20) {
        let cut = cut.min(rows.len());
        let decoded = |rows: &[Map<String, Value>]| {
            decode::rows(&serde_json::to_vec(rows).unwrap(), &ColumnTypes::none()).unwrap()
        };
        let apart = concat(&[decoded(&rows[..cut]), decoded(&rows[cut..])]).unwrap();
        prop_assert_eq!(apart, decoded(&rows));
    }

    #[test]
    fn damaged_json_is_a_table_or_an_error(rows in rows(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut json = serde_json::to_vec(&rows).unwrap();
        let at = at.index(json.len());
        json[at] = byte;
        let _ = decode::rows(&json, &ColumnTypes::new([("a", ColumnType::Text), ("b", ColumnType::Timestamp)]));
    }

    #[test]
    fn sorting_is_stable_and_total(rows in vec((option::of(0_i64..4), option::of("[ab]{0,1}")), 0..40), cut in 0_usize..40,
            descending in any::<bool>(), nulls_last in any::<bool>()) {
        let table = pages(&rows, cut);
        let key = if descending { SortKey::descending("k") } else { SortKey::ascending("k") };
        let keys = [if nulls_last { key } else { key.with_nulls_first() }, SortKey::ascending("t")];
        let sorted = table.sort(&keys).unwrap();
        let mut expected: Vec<usize> = (0..rows.len()).collect();
        expected.sort_by(|a, b| {
            let place = |row: &usize| (rows[*row].0.is_none() == nulls_last, rows[*row].0);
            let numbers = |a: &usize, b: &usize| {
                let order = place(a).1.cmp(&place(b).1);
                if descending { order.reverse() } else { order }
            };
            let texts = |row: &usize| (rows[*row].1.is_none(), rows[*row].1.clone());
            match (rows[*a].0.is_none(), rows[*b].0.is_none()) {
                (false, false) => numbers(a, b),
                (true, true) => std::cmp::Ordering::Equal,
                _ => place(a).0.cmp(&place(b).0),
            }
            .then_with(|| texts(a).cmp(&texts(b)))
        });
        let found: Vec<i64> = sorted.rows().filter_map(|row| row.integer("n")).collect();
        prop_assert_eq!(found, expected.iter().map(|row| *row as i64).collect::<Vec<_>>());
    }

    #[test]
    fn joining_is_every_pair_of_equal_keys(left in vec((option::of(0_i64..5), option::of("[ab]")), 0..12),
            right in vec((option::of(0_i64..5), option::of("[ab]")), 0..12),
            cut in 0_usize..12, keep_left in any::<bool>(), keep_right in any::<bool>()) {
        let options = JoinOptions::on("k", "k").with_orphans(keep_left, keep_right);
        let joined = join(&pages(&left, cut), &pages(&right, cut), &options).unwrap();
        let mut expected = Vec::new();
        for (l, (left_key, _)) in left.iter().enumerate() {
            let matching = right.iter().enumerate().filter(|(_, (key, _))| key.is_some() && key == left_key);
            let before = expected.len();
            expected.extend(matching.map(|(r, _)| (*left_key, Some(l as i64), Some(r as i64))));
            if expected.len() == before && keep_left {
                expected.push((*left_key, Some(l as i64), None));
            }
        }
        if keep_right {
            let unmatched = |key: &Option<i64>| key.is_none() || left.iter().all(|(other, _)| other != key);
            let orphans = right.iter().enumerate().filter(|(_, (key, _))| unmatched(key));
            expected.extend(orphans.map(|(r, (key, _))| (*key, None, Some(r as i64))));
        }
        let found: Vec<_> =
            joined.rows().map(|row| (row.integer("k"), row.integer("n_left"), row.integer("n_right"))).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn filtering_chooses_the_rows_of_which_it_is_true(rows in vec((option::of(0_i64..9), option::of("[ab]{0,2}")), 0..40),
            cut in 0_usize..40, low in 0_i64..9, high in 0_i64..9) {
        let table = pages(&rows, cut);
        let text = format!("{low} <= k < {high} or not (t.str.contains('a') & k != {low})");
        let mask = text.parse::<Expression>().unwrap().evaluate(&table).unwrap();
        let expected = |(k, t): &(Option<i64>, Option<String>)| {
            let between = k.map(|k| low <= k && k < high);
            let contains = t.as_ref().map(|t| t.contains('a'));
            let both = match (contains, k.map(|k| k != low)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
            between == Some(true) || both == Some(false)
        };
        let chosen: Vec<i64> = table.filter(&mask).unwrap().rows().filter_map(|row| row.integer("n")).collect();
        let wanted: Vec<i64> = (0_i64..).zip(&rows).filter(|(_, row)| expected(row)).map(|(n, _)| n).collect();
        prop_assert_eq!(chosen, wanted);
    }

    #[test]
    fn the_first_of_each_value_stays(rows in vec((option::of(0_i64..5), option::of("[ab]")), 0..30), cut in 0_usize..30) {
        let (distinct, removed) = pages(&rows, cut).distinct_by("k").unwrap();
        let mut seen = HashSet::new();
        let kept = (0_i64..).zip(&rows).filter(|(_, (k, _))| k.is_none_or(|k| seen.insert(k))).map(|(n, _)| n);
        let kept: Vec<i64> = kept.collect();
        prop_assert_eq!(removed, rows.len() - kept.len());
        prop_assert_eq!(distinct.rows().filter_map(|row| row.integer("n")).collect::<Vec<_>>(), kept);
    }
}

proptest! {
    // Several files are written and read for each case.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_table_saved_and_loaded_is_the_same(table in any_table()) {
        let kinds = [("i", ColumnType::Integer), ("f,\"x\"", ColumnType::Float), ("b", ColumnType::Boolean)];
        let types = ColumnTypes::new(kinds.into_iter().chain([("t", ColumnType::Text), ("m", ColumnType::Timestamp)]));
        for format in [Format::Csv, Format::Parquet, Format::Arrow, Format::Json, Format::Ndjson] {
            // Infinity has no word in JSON.
            let infinite = |row: lks_table::Row<'_>| row.float("f,\"x\"").is_some_and(f64::is_infinite);
            if matches!(format, Format::Json | Format::Ndjson) && table.rows().any(infinite) {
                continue;
            }
            let mut out = Vec::new();
            format.write(&table, &mut out).unwrap();
            prop_assert_eq!(&format.read(&out, &types).unwrap(), &table, "{}", format);
        }
    }

    #[test]
    fn a_file_read_in_place_is_the_table(table in any_table(), start in 0_usize..130, at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = vec![b' '; start];
        Format::Arrow.write(&table, &mut bytes).unwrap();
        prop_assert_eq!(&read::arrow_in_place(bytes.clone(), start).unwrap(), &table);
        let at = at.index(bytes.len());
        let _ = read::arrow_in_place(bytes[..at].to_vec(), start);
        bytes[at] = byte;
        let _ = read::arrow_in_place(bytes, start);
    }

    #[test]
    fn csv_tells_text_from_numbers_without_being_told(table in any_table()) {
        let mut out = Vec::new();
        Format::Csv.write(&table, &mut out).unwrap();
        let read = Format::Csv.read(&out, &ColumnTypes::none()).unwrap();
        let types = table.column_names().filter_map(|name| Some((name, table.column_type(name)?)));
        prop_assert_eq!(read.with_missing(&ColumnTypes::new(types)).unwrap(), table);
    }

    #[test]
    fn damaged_files_are_tables_or_errors(table in any_table(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        for format in Format::ALL {
            let mut out = Vec::new();
            format.write(&table, &mut out).unwrap();
            let at = at.index(out.len());
            out[at] = byte;
            let _ = format.read(&out, &ColumnTypes::none());
        }
    }
}

/// The rows as two pages, with their number as `n`.
fn pages(rows: &[(Option<i64>, Option<String>)], cut: usize) -> Table {
    let page = |from: usize, to: usize| {
        let rows = &rows[from..to];
        let table = Table::empty().with_integer("k", rows.iter().map(|row| row.0)).unwrap();
        let table = table.with_text("t", rows.iter().map(|row| row.1.as_ref())).unwrap();
        table.with_integer("n", (from as i64..to as i64).map(Some)).unwrap()
    };
    let cut = cut.min(rows.len());
    concat(&[page(0, cut), page(cut, rows.len())]).unwrap()
}

#[test]
fn a_long_file_read_in_place_is_the_table() {
    let numbers = 0..50_000_i64;
    let table = Table::empty().with_integer("n", numbers.clone().map(Some)).unwrap();
    let texts = numbers.map(|n| (n % 3 > 0).then(|| format!("text {n}")));
    let table = table.with_text("t", texts).unwrap();
    let mut bytes = Vec::new();
    Format::Arrow.write(&table, &mut bytes).unwrap();
    assert_eq!(read::arrow_in_place(bytes, 0).unwrap(), table);
}
