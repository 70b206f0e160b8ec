//! Our answers have the shape of the recorded ones.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::client::{get, invoke, send};
use crate::{URI, start};

/// A recorded answer; `None`, with a line that says so, where the recordings are not at hand.
#[allow(clippy::print_stdout, reason = "a skipped comparison must be seen")]
fn recorded(name: &str) -> Option<Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/json/astroquery_fixtures");
    match std::fs::read(folder.join(name)) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).expect("recordings are JSON")),
        Err(_) => {
            println!("skipped: no recording {name}");
            None
        }
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key.as_str())
        .collect()
}

/// The declared types of the columns.
fn types(answer: &Value) -> BTreeMap<&str, &str> {
    let fields = answer["fields"].as_array().into_iter().flatten();
    fields
        .filter_map(|field| Some((field["name"].as_str()?, field["type"].as_str()?)))
        .collect()
}

/// Whether a column holds numbers, text or truth values, wherever it is not null.
fn kinds(answer: &Value) -> BTreeMap<&str, &'static str> {
    let rows = answer["data"].as_array().into_iter().flatten();
    let cells = rows.flat_map(|row| row.as_object().into_iter().flatten());
    let kind = |value: &Value| match value {
        Value::Number(_) => Some("number"),
        Value::String(_) => Some("text"),
        Value::Bool(_) => Some("truth value"),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    cells
        .filter_map(|(column, value)| Some((column.as_str(), kind(value)?)))
        .collect()
}

fn check_rows(ours: &Value, theirs: &Value) {
    assert_eq!(keys(&ours["paging"]), keys(&theirs["paging"]));
    let (our_types, our_kinds) = (types(ours), kinds(ours));
    let mut num_compared = 0;
    for (column, kind) in types(theirs) {
        let Some(own) = our_types.get(column) else { continue };
        assert_eq!(*own, kind, "declared type of {column}");
        num_compared += 1;
    }
    for (column, kind) in kinds(theirs) {
        let Some(own) = our_kinds.get(column) else { continue };
        assert_eq!(*own, kind, "values of {column}");
    }
    assert!(num_compared > 14, "only {num_compared} columns in common");
}

#[test]
fn observations_and_products_have_the_recorded_types() {
    let sandbox = start();
    let position = json!({"columns": "*", "filters": [], "position": "286.971254, 46.868263, 0.01"});
    let cone = json!({"ra": 286.971254, "dec": 46.868263, "radius": 0.01});
    let observations = invoke(
        &sandbox,
        &json!({"service": "Mast.Caom.Filtered.Position", "params": position}),
    );
    let in_cone = invoke(&sandbox, &json!({"service": "Mast.Caom.Cone", "params": cone}));
    let filtered = invoke(
        &sandbox,
        &json!({"service": "Mast.Caom.Filtered", "params": {"filters": []}}),
    );
    let obsid = observations["data"][0]["obsid"].clone();
    let products = invoke(
        &sandbox,
        &json!({"service": "Mast.Caom.Products", "params": {"obsid": obsid}}),
    );
    for (ours, name) in [
        (&observations, "advSearchPos.json"),
        (&in_cone, "caom.json"),
        (&filtered, "advSearch.json"),
        (&products, "products.json"),
    ] {
        if let Some(theirs) = recorded(name) {
            check_rows(ours, &theirs);
        }
    }
    // Of these, only the recording of the cone keeps the order of the keys as it was sent.
    if let Some(theirs) = recorded("caom.json") {
        assert_eq!(keys(&in_cone), keys(&theirs));
    }
    let counted = json!({"service": "Mast.Caom.Filtered", "params": {"columns": "COUNT_BIG(*)", "filters": []}});
    if let Some(theirs) = recorded("countsResp.json") {
        let ours = invoke(&sandbox, &counted);
        assert_eq!(
            (keys(&ours), &ours["fields"], &ours["paging"]),
            (keys(&theirs), &theirs["fields"], &theirs["paging"])
        );
        assert_eq!(kinds(&ours), kinds(&theirs));
    }
}

#[test]
fn the_other_services_have_the_recorded_keys() {
    let sandbox = start();
    if let Some(theirs) = recorded("resolver.json") {
        let target = "/Santa-war/query?name=TIC+158324245&outputFormat=json&resolveAll=True";
        let ours = get(&sandbox, target, &[]).json();
        assert_eq!(keys(&ours), keys(&theirs));
        let known: Vec<&str> = theirs["resolvedCoordinate"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(keys)
            .collect();
        let rows = ours["resolvedCoordinate"].as_array().expect("rows");
        assert!(!rows.is_empty());
        assert!(rows.iter().flat_map(keys).all(|key| known.contains(&key)), "{rows:?}");
        assert_eq!(keys(&rows[0])[..3], keys(&theirs["resolvedCoordinate"][0])[..3]);
    }
    if let Some(theirs) = recorded("mast_relative_path.json") {
        let target = format!("/api/v0.1/path_lookup/?uri={URI}&uri=mast:none");
        let ours = get(&sandbox, &target, &[]).json();
        let theirs = theirs.as_object().expect("an object");
        let absent = theirs.values().find(|entry| entry["path"].is_null());
        assert_eq!(Some(&ours["mast:none"]), absent);
        assert!(theirs.values().all(|entry| keys(entry) == keys(&ours[URI])));
    }
    if let Some(theirs) = recorded("tess_sector.json") {
        let ours = get(
            &sandbox,
            "/tesscut/api/v0.1/sector?ra=286.971254&dec=46.868263&radius=0m",
            &[],
        )
        .json();
        assert_eq!(keys(&ours), keys(&theirs));
        assert_eq!(keys(&ours["results"][0]), keys(&theirs["results"][0]));
    }
    if let Some(theirs) = recorded("columnsconfig.json") {
        let config = "/portal/Mashup/Mashup.asmx/columnsconfig";
        let ours = send(&sandbox, "POST", config, "colConfigId=Mast.Caom.Cone").json();
        for key in ["vot.datatype", "separator"] {
            for column in keys(&ours).iter().filter(|column| theirs.get(**column).is_some()) {
                assert_eq!(ours[*column].get(key), theirs[*column].get(key), "{key} of {column}");
            }
        }
    }
}
