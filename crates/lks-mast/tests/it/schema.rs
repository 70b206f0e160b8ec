//! Each column of an answer dropped, null, of another type or new, one at a time: what cannot be done without is a typed error, the rest works.

use lks_mast::{Error, KindFilter, Mission};
use serde_json::{Map, Value, json};

use crate::archive::{Archive, rows};
use crate::search::search;

type Change = fn(&mut Map<String, Value>, &str);

const CHANGES: [(&str, Change); 4] = [
    ("dropped", |row, name| drop(row.remove(name))),
    ("null", |row, name| drop(row.insert(name.to_owned(), Value::Null))),
    ("another type", |row, name| {
        let other = match &row[name] {
            Value::String(_) => json!(7),
            Value::Number(number) => json!(number.to_string()),
            _ => json!({ "nested": [1, "two", null] }),
        };
        row.insert(name.to_owned(), other);
    }),
    ("joined by a new one", |row, name| {
        drop(row.insert(format!("new_{name}"), json!([1, { "two": 3 }])))
    }),
];

const REQUIRED_OBSERVATION: [&str; 3] = ["obsid", "obs_collection", "target_name"];
const REQUIRED_PRODUCT: [&str; 4] = ["obs_collection", "obs_id", "productFilename", "dataURI"];

/// Searches an archive of which one column was changed.
async fn outcome(answer: &str, name: &str, change: Change) -> Result<usize, Error> {
    let mut archive = Archive::default();
    let changed = if answer == "observations" {
        &mut archive.observations
    } else {
        &mut archive.products
    };
    changed.iter_mut().for_each(|row| change(row, name));
    // The fake archive filters by some columns itself; what matters here is what it sends.
    let (observations, products) = (archive.observations.clone(), archive.products.clone());
    archive.instead = Box::new(move |asked| {
        let rows = match asked.service() {
            "Mast.Caom.Filtered.Position" => &observations,
            "Mast.Caom.Products" => &products,
            _ => return None,
        };
        Some(crate::archive::json_answer(
            &json!({ "status": "COMPLETE", "data": rows }),
        ))
    });
    let found = archive
        .client()
        .0
        .search(&search(Mission::Tess, "TOI 1161").with_kind(KindFilter::All))
        .await?;
    Ok(found.table.num_rows())
}

#[tokio::test]
async fn every_column_may_change_but_the_required_ones() {
    let mut num_cases = 0;
    for (answer, required) in [
        ("observations", &REQUIRED_OBSERVATION[..]),
        ("products", &REQUIRED_PRODUCT[..]),
    ] {
        let names: Vec<String> = rows(answer)[0].keys().cloned().collect();
        for name in &names {
            for (what, change) in CHANGES {
                let outcome = outcome(answer, name, change).await;
                let missing = required.contains(&name.as_str()) && matches!(what, "dropped" | "null");
                match outcome {
                    Err(Error::SchemaChanged { field, .. }) => {
                        assert!(missing && field == *name, "{answer}.{name} {what}: {field}")
                    }
                    Err(other) => panic!("{answer}.{name} {what}: {other:?}"),
                    Ok(num_rows) => assert!(!missing && num_rows > 0, "{answer}.{name} {what}"),
                }
                num_cases += 1;
            }
        }
    }
    assert_eq!(num_cases, (33 + 20) * 4);
}

#[tokio::test]
async fn products_without_any_link_to_an_observation_are_an_error() {
    let mut archive = Archive::default();
    let mut products = archive.products.clone();
    for row in &mut products {
        row.remove("parent_obsid");
        row.remove("obsID");
    }
    archive.instead = Box::new(move |asked| {
        (asked.service() == "Mast.Caom.Products")
            .then(|| crate::archive::json_answer(&json!({ "status": "COMPLETE", "data": products })))
    });
    let error = archive
        .client()
        .0
        .search(&search(Mission::Tess, "TOI 1161"))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::SchemaChanged { field, .. } if field == "parent_obsid"),
        "{error:?}"
    );
}

#[tokio::test]
async fn archive_columns_named_like_ours_take_nothing_away() {
    let mut archive = Archive::default();
    for row in archive.observations.iter_mut().chain(&mut archive.products) {
        for name in ["exptime", "pipeline", "mission", "kind", "year", "quarter"] {
            row.insert(name.to_owned(), json!("theirs"));
        }
    }
    let found = archive
        .client()
        .0
        .search(&search(Mission::Kepler, "KIC 8644288"))
        .await
        .unwrap();
    assert_eq!(found.table.num_rows(), 11);
    let row = found.table.row(0);
    assert_eq!(
        (row.text("mission"), row.text("kind"), row.integer("quarter")),
        (Some("Kepler"), Some("timeseries"), Some(3))
    );
    assert!(found.table.has_column("mast_kind_obs") && found.table.has_column("mast_kind_prod"));
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    fn anything() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
            "(kplr|ktwo|Q|-c|mast:)[0-9]{0,14}(_lc.fits|-targ.fits.gz)?".prop_map(Value::from),
            Just(json!([1, { "two": null }])),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn any_values_end_in_a_table_or_a_typed_error(
            values in proptest::collection::vec(anything(), 60),
            mission in prop_oneof![Just(Mission::Tess), Just(Mission::Kepler), Just(Mission::K2), Just(Mission::Mast)],
        ) {
            let mut archive = Archive::default();
            let mut values = values.into_iter().cycle();
            for row in archive.observations.iter_mut().chain(&mut archive.products) {
                for value in row.values_mut().step_by(3) {
                    *value = values.next().unwrap();
                }
            }
            let (observations, products) = (archive.observations.clone(), archive.products.clone());
            archive.instead = Box::new(move |asked| {
                let rows = match asked.service() {
                    "Mast.Caom.Filtered.Position" => &observations,
                    "Mast.Caom.Products" => &products,
                    _ => return None,
                };
                Some(crate::archive::json_answer(&json!({ "status": "COMPLETE", "data": rows })))
            });
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let question = search(mission, "TOI 1161").with_kind(KindFilter::All);
            match runtime.block_on(archive.client().0.search(&question)) {
                Ok(found) => prop_assert!(found.table.is_empty() == found.empty_reason.is_some()),
                Err(Error::SchemaChanged { .. }) => {}
                Err(other) => prop_assert!(false, "{other:?}"),
            }
        }
    }
}
