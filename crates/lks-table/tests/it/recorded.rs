//! Answers recorded from the real archive, where they lie beside the workspace; excerpts of the same facts always.

use std::fs;
use std::path::Path;

use lks_table::{ColumnType, ColumnTypes, Format, JoinOptions, Table, decode, join};
use serde_json::value::RawValue;

/// What the archive's `fields` block says wrongly: ids are declared text and sent as integers.
fn known() -> ColumnTypes {
    let text = ["obsid", "obsID", "objID", "objID1", "parent_obsid", "Column1"].map(|name| (name, ColumnType::Text));
    let float = ["t_exptime", "em_min", "em_max", "distance", "srcDen"].map(|name| (name, ColumnType::Float));
    ColumnTypes::new(
        text.into_iter()
            .chain(float)
            .chain([("size", ColumnType::Integer), ("mtFlag", ColumnType::Boolean)]),
    )
}

fn recorded(name: &str) -> Option<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/json")
        .join(name);
    let bytes = fs::read(&path).ok();
    if bytes.is_none() {
        println!("skipped: {name} is not here");
    }
    bytes
}

/// The rows below one key of a document, and the same decoded to a tree, to compare with.
fn decoded(document: &[u8], key: &str) -> (Table, Vec<serde_json::Map<String, serde_json::Value>>) {
    let document: std::collections::HashMap<String, &RawValue> = serde_json::from_slice(document).unwrap();
    let rows = document[key].get();
    (
        decode::rows(rows.as_bytes(), &known()).unwrap(),
        serde_json::from_str(rows).unwrap(),
    )
}

/// Every value of the tree is in the table, and nothing else.
fn check(table: &Table, tree: &[serde_json::Map<String, serde_json::Value>]) {
    assert_eq!(table.num_rows(), tree.len());
    for (row, expected) in table.rows().zip(tree) {
        for name in table.column_names() {
            let found = row.cell(name).map(|cell| cell.to_string());
            let wanted = match expected.get(name) {
                None | Some(serde_json::Value::Null) => None,
                Some(serde_json::Value::String(text)) => Some(text.clone()),
                Some(serde_json::Value::Number(number)) if number.is_f64() => {
                    Some(lks_table::Cell::Float(number.as_f64().unwrap()).to_string())
                }
                Some(other) => Some(other.to_string()),
            };
            assert_eq!(found, wanted, "{name}");
        }
        assert!(expected.keys().all(|key| table.has_column(key)));
    }
}

#[test]
fn recorded_pages_decode_to_exactly_their_values() {
    for (name, key, num_rows) in [
        ("astroquery_fixtures/caom.json", "data", 19),
        ("astroquery_fixtures/products.json", "data", 22),
        ("astroquery_fixtures/advSearch.json", "data", 3),
        ("astroquery_fixtures/advSearchPos.json", "data", 12),
        ("astroquery_fixtures/countsResp.json", "data", 1),
        ("astroquery_fixtures/resolver.json", "resolvedCoordinate", 1),
        ("astroquery_fixtures/tess_sector.json", "results", 1),
        ("kepler_k2_rows.json", "rows", 1),
    ] {
        let Some(bytes) = recorded(name) else { continue };
        let (table, tree) = decoded(&bytes, key);
        check(&table, &tree);
        assert!(table.num_rows() >= num_rows, "{name}: {} rows", table.num_rows());
        for format in Format::ALL {
            let mut out = Vec::new();
            format.write(&table, &mut out).unwrap();
            let again = format.read(&out, &known()).unwrap();
            assert!(again.column_names().eq(table.column_names()), "{name} as {format}");
            assert_eq!(again.num_rows(), table.num_rows(), "{name} as {format}");
        }
    }
}

#[test]
fn a_recorded_page_cut_at_any_byte_is_an_error() {
    let Some(bytes) = recorded("astroquery_fixtures/advSearch.json") else {
        return;
    };
    let document: std::collections::HashMap<String, &RawValue> = serde_json::from_slice(&bytes).unwrap();
    let rows = document["data"].get().as_bytes();
    for end in 0..rows.len() {
        assert!(decode::rows(&rows[..end], &known()).is_err(), "cut at {end}");
    }
}

#[test]
fn ids_sent_as_numbers_are_text_and_whole_floats_are_floats() {
    let json = br#"[{"obsid":15000804761,"distance":0,"em_min":134,"mtFlag":false,"size":null,"srcDen":5885},
        {"obsid":"2003584548","distance":24.393940669256285,"em_min":134.5,"mtFlag":null,"size":207360,"srcDen":null}]"#;
    let table = decode::rows(json, &known()).unwrap();
    assert_eq!(
        table.texts("obsid").collect::<Vec<_>>(),
        [Some("15000804761"), Some("2003584548")]
    );
    assert_eq!(table.row(0).float("distance"), Some(0.0));
    assert_eq!(table.column_type("distance"), Some(ColumnType::Float));
    assert_eq!(
        (table.row(1).integer("size"), table.row(1).boolean("mtFlag")),
        (Some(207_360), None)
    );
}

#[test]
fn each_column_may_be_gone_null_or_of_another_type() {
    let columns = [
        ("obsid", "7"),
        ("distance", "0.5"),
        ("size", "3"),
        ("mtFlag", "true"),
        ("filters", "\"TESS\""),
    ];
    let mut num_cases = 0;
    for broken in 0..columns.len() {
        for replacement in ["", "null", "\"x\"", "1", "1.5", "true", "[1]", "{\"a\":1}"] {
            let cells: Vec<String> = columns
                .iter()
                .enumerate()
                .filter(|(number, _)| *number != broken || !replacement.is_empty())
                .map(|(number, (name, value))| {
                    format!("\"{name}\":{}", if number == broken { replacement } else { value })
                })
                .collect();
            let json = format!("[{{{}}}]", cells.join(","));
            let table = decode::rows(json.as_bytes(), &known()).unwrap();
            for (number, (name, value)) in columns.iter().enumerate().filter(|(number, _)| *number != broken) {
                let found = table.row(0).cell(name).map(|cell| cell.to_string());
                assert_eq!(
                    found.as_deref(),
                    Some(value.trim_matches('"')),
                    "{json} column {number}"
                );
            }
            num_cases += 1;
        }
    }
    assert_eq!(num_cases, 40);
}

#[test]
fn a_page_takes_less_memory_than_its_json() {
    let json = crate::page::json(2_000);
    let table = decode::rows(json.as_bytes(), &ColumnTypes::none()).unwrap();
    assert_eq!((table.num_rows(), table.schema().fields().len()), (2_000, 60));
    let share = table.memory_size() as f64 / json.len() as f64;
    assert!(share < 0.7, "{share:.2} of the JSON's size");
}

/// Products name their observation by number in `parent_obsid`; some belong to none of those asked for.
#[test]
fn products_find_their_observation_and_orphans_stay() {
    let observations = br#"[{"obsid":60000001,"obs_id":"tess-s0014","project":"TESS"}]"#;
    let products = br#"[{"parent_obsid":60000001,"obs_id":"tess-s0014_dvt","project":"TESS","dataURI":"mast:a"},
        {"parent_obsid":60000001,"obs_id":"hlsp","project":"TICA","dataURI":"mast:b"},
        {"parent_obsid":60000002,"obs_id":"other","project":"TESS","dataURI":"mast:a"}]"#;
    let observations = decode::rows(observations, &known()).unwrap();
    let (products, removed) = decode::rows(products, &known())
        .unwrap()
        .distinct_by("dataURI")
        .unwrap();
    assert_eq!((products.num_rows(), removed), (2, 1));
    let options = JoinOptions::on("parent_obsid", "obsid").with_suffixes("_prod", "_obs");
    let joined = join(&products, &observations, &options).unwrap();
    assert_eq!(joined.texts("obs_id_obs").collect::<Vec<_>>(), [Some("tess-s0014"); 2]);
    let orphans = join(&products, &observations.slice(0, 0), &options).unwrap();
    assert_eq!((orphans.num_rows(), orphans.row(0).text("obs_id_obs")), (2, None));
}
