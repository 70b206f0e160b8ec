use serde_json::{Value, json};

use lks_sandbox::{Fault, Matcher, Paging, Sandbox, SandboxOptions};

use crate::client::{control, get, invoke, send};
use crate::{KEY, URI, start};

/// A file that is on MAST and not in the bucket.
fn uri_without_key(sandbox: &Sandbox) -> String {
    let filters = json!([{"paramName": "provenance_name", "values": ["EVEREST"]}]);
    let found = invoke(
        sandbox,
        &json!({"service": "Mast.Caom.Filtered", "params": {"columns": "*", "filters": filters}}),
    );
    let obsid = found["data"][0]["obsid"].to_string();
    let products = invoke(
        sandbox,
        &json!({"service": "Mast.Caom.Products", "params": {"obsid": obsid}}),
    );
    let uris = products["data"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|row| row["dataURI"].as_str());
    uris.filter(|uri| uri.starts_with("mast:HLSP"))
        .find(|uri| uri.ends_with(".fits"))
        .expect("EVEREST has a light curve")
        .to_owned()
}

fn filtered(sandbox: &Sandbox, mashup: &Value) -> Value {
    let mut request = json!({"service": "Mast.Caom.Filtered", "format": "json"});
    request
        .as_object_mut()
        .expect("an object")
        .extend(mashup.as_object().cloned().unwrap_or_default());
    invoke(sandbox, &request)
}

#[test]
fn the_envelope_is_that_of_mashup() {
    let sandbox = start();
    let params = json!({"columns": "*", "filters": [{"paramName": "sequence_number", "values": ["14"]}]});
    let answer = filtered(&sandbox, &json!({"params": params}));
    let keys: Vec<_> = answer.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["status", "msg", "data", "fields", "paging"]);
    assert_eq!(answer["status"], "COMPLETE");
    let num_rows = answer["data"].as_array().map_or(0, Vec::len);
    assert!(num_rows > 0);
    assert_eq!(
        answer["paging"],
        json!({"page": 1, "pageSize": 50000, "pagesFiltered": 1, "rows": num_rows, "rowsFiltered": num_rows, "rowsTotal": num_rows})
    );
    let names: Vec<_> = answer["fields"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|field| field["name"].as_str().unwrap_or_default())
        .collect();
    let columns: Vec<_> = answer["data"][0]
        .as_object()
        .expect("a row")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names, columns);
    assert!(answer["data"][0]["obsid"].is_u64());
    assert!(
        answer["fields"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|field| *field == json!({"name": "obsid", "type": "string"}))
    );

    let count = filtered(
        &sandbox,
        &json!({"params": {"columns": "COUNT_BIG(*)", "filters": params["filters"]}}),
    );
    assert_eq!(
        (&count["data"], &count["fields"]),
        (
            &json!([{"Column1": num_rows}]),
            &json!([{"name": "Column1", "type": "string"}])
        )
    );
}

#[test]
fn pages_part_the_rows() {
    let sandbox = Sandbox::start(SandboxOptions {
        bulk: 10,
        ..SandboxOptions::default()
    })
    .expect("a free port is there");
    let params = json!({"columns": "obsid", "filters": []});
    let all = filtered(&sandbox, &json!({"params": params}));
    let num_rows = all["data"].as_array().map_or(0, Vec::len);
    let mut paged = Vec::new();
    for page in 1.. {
        let answer = filtered(&sandbox, &json!({"params": params, "pagesize": 7, "page": page}));
        assert_eq!(answer["paging"]["pagesFiltered"], num_rows.div_ceil(7));
        paged.extend(answer["data"].as_array().cloned().unwrap_or_default());
        if page >= num_rows.div_ceil(7) {
            break;
        }
    }
    assert_eq!(Value::from(paged), all["data"]);
    let beyond = filtered(&sandbox, &json!({"params": params, "page": 99}));
    assert_eq!((&beyond["status"], &beyond["data"]), (&json!("COMPLETE"), &json!([])));
}

#[test]
fn positions_add_their_columns() {
    let sandbox = start();
    let toi = &get(
        &sandbox,
        "/Santa-war/query?name=TOI+1161&outputFormat=json&resolveAll=False",
        &[],
    )
    .json()["resolvedCoordinate"][0];
    assert_eq!(toi["searchString"], "toi 1161");
    let position = format!("{}, {}, 0.0001", toi["ra"], toi["decl"]);
    let params = json!({"columns": "*", "filters": [], "position": position});
    let answer = invoke(
        &sandbox,
        &json!({"service": "Mast.Caom.Filtered.Position", "params": params}),
    );
    let columns: Vec<_> = answer["data"][0]
        .as_object()
        .expect("a row")
        .keys()
        .rev()
        .take(2)
        .cloned()
        .collect();
    assert_eq!(columns, ["distance", "objID1"]);
    let cone = invoke(
        &sandbox,
        &json!({"service": "Mast.Caom.Cone", "params": {"ra": toi["ra"], "dec": toi["decl"], "radius": 0.0001}}),
    );
    let columns: Vec<_> = cone["data"][0]
        .as_object()
        .expect("a row")
        .keys()
        .rev()
        .take(2)
        .cloned()
        .collect();
    assert_eq!(columns, ["_selected_", "distance"]);
    assert_eq!(
        cone["data"].as_array().map(Vec::len),
        answer["data"].as_array().map(Vec::len)
    );
}

#[test]
fn what_mashup_cannot_answer_is_an_error_with_status_200() {
    let sandbox = start();
    let check = |mashup: Value, part: &str| {
        let answer = invoke(&sandbox, &mashup);
        assert_eq!(answer["status"], "ERROR", "{mashup}");
        assert!(answer["msg"].as_str().unwrap_or_default().contains(part), "{answer}");
    };
    check(json!({"service": "Mast.Nothing"}), "unknown service");
    check(
        json!({"service": "Mast.Caom.Filtered", "params": {"filters": [{"paramName": "colour", "values": ["red"]}]}}),
        "Invalid column name 'colour'",
    );
    check(
        json!({"service": "Mast.Caom.Filtered.Position", "params": {"position": "here"}}),
        "position",
    );
    check(
        json!({"service": "Mast.Caom.Products", "params": {"obsid": "tess2019198215352"}}),
        "bigint",
    );
    assert_eq!(
        send(&sandbox, "POST", "/api/v0/invoke", "request=nonsense").json()["status"],
        "ERROR"
    );
}

#[test]
fn a_script_lets_mashup_work_for_a_while() {
    let sandbox = start();
    let error = Fault {
        mashup_error: Some("Cannot open database".into()),
        ..Fault::default()
    };
    sandbox.script(
        Matcher::contains("Mast.Caom.Filtered"),
        [Fault::executing().times(2), error],
    );
    let states: Vec<_> = (0..4)
        .map(|_| filtered(&sandbox, &json!({"params": {"filters": []}}))["status"].clone())
        .collect();
    assert_eq!(states, ["EXECUTING", "EXECUTING", "ERROR", "COMPLETE"]);
}

#[test]
fn rows_hold_what_a_script_wants() {
    let sandbox = start();
    let fault = Fault {
        without_columns: vec!["target_name".into()],
        ..Fault::cell("obs_id", "../../etc")
    };
    sandbox.script(Matcher::contains("Mast.Caom.Filtered"), [fault]);
    let answer = filtered(&sandbox, &json!({"params": {"filters": []}}));
    let rows = answer["data"].as_array().expect("rows");
    assert!(
        rows.iter()
            .all(|row| row["obs_id"] == "../../etc" && row.get("target_name").is_none())
    );
    let script = json!({"faults": [{"cells": [{"column": "obs_id", "value": null, "row": 1}]}]});
    assert_eq!(control(&sandbox, &script.to_string()).status, 200);
    let answer = filtered(&sandbox, &json!({"params": {"filters": []}}));
    assert!(answer["data"][0]["obs_id"].is_string() && answer["data"][1]["obs_id"].is_null());
}

#[test]
fn pages_go_wrong_as_scripted() {
    let sandbox = start();
    let ids = |page: usize, paging: Option<Paging>| {
        sandbox.script(
            Matcher::default(),
            [Fault {
                paging,
                ..Fault::default()
            }],
        );
        let answer = filtered(
            &sandbox,
            &json!({"params": {"columns": "obsid", "filters": []}, "pagesize": 3, "page": page}),
        );
        answer["data"].as_array().cloned().unwrap_or_default()
    };
    let (first, second) = (ids(1, None), ids(2, None));
    assert_eq!(ids(2, Some(Paging::Repeated)), first);
    assert_eq!(ids(2, Some(Paging::Overlapping)), [&first[2..], &second[..2]].concat());
    assert!(ids(2, Some(Paging::Ignored)).len() > 6);
}

#[test]
fn the_columns_config_says_what_is_a_range() {
    let sandbox = start();
    let config = send(
        &sandbox,
        "POST",
        "/portal/Mashup/Mashup.asmx/columnsconfig",
        "colConfigId=Mast.Caom.Cone",
    )
    .json();
    assert_eq!(config["t_exptime"]["vot.datatype"], "double");
    assert_eq!(config["sequence_number"]["vot.datatype"], "int");
    let products = send(
        &sandbox,
        "POST",
        "/portal/Mashup/Mashup.asmx/columnsconfig",
        "colConfigId=Mast.Caom.Products",
    )
    .json();
    assert!(products["dataURI"].is_object());
}

#[test]
fn names_resolve_in_json_and_xml() {
    let sandbox = start();
    let unknown = get(&sandbox, "/Santa-war/query?name=no+such+star&outputFormat=json", &[]).json();
    assert_eq!(unknown, json!({"resolvedCoordinate": [], "status": ""}));
    let two = get(
        &sandbox,
        "/Santa-war/query?name=TOI+1161&name=no+such&name=TOI+270&outputFormat=json",
        &[],
    )
    .json();
    let names: Vec<_> = two["resolvedCoordinate"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| row["searchString"].clone())
        .collect();
    assert_eq!(names, ["toi 1161", "toi 270"]);
    assert!(
        get(&sandbox, "/Santa-war/query?name=TOI+1161", &[])
            .text()
            .starts_with("<?xml")
    );
    let position = get(&sandbox, "/Santa-war/query?name=286.97,+-46.8&outputFormat=json", &[]).json();
    let row = &position["resolvedCoordinate"][0];
    assert_eq!(
        (&row["searchString"], &row["ra"], &row["decl"]),
        (&json!("286.97, -46.8"), &json!(286.97), &json!(-46.8))
    );
    let lookup = invoke(
        &sandbox,
        &json!({"service": "Mast.Name.Lookup", "params": {"input": "TOI 1161", "format": "json"}}),
    );
    assert_eq!(lookup["resolvedCoordinate"][0]["searchString"], "toi 1161");
}

#[test]
fn paths_are_looked_up() {
    let sandbox = start();
    let hlsp = uri_without_key(&sandbox);
    let unknown = "mast:TESS/product/none.fits";
    let query = |extra: &str| {
        let target = format!("/api/v0.1/path_lookup/?uri={URI}&uri={hlsp}&uri={unknown}{extra}");
        get(&sandbox, &target, &[]).json()
    };
    let nothing = json!({"status_code": 404, "path": null});
    let cloud = query("&use_cloud_path=True");
    assert_eq!(
        cloud,
        json!({URI: {"status_code": 200, "path": format!("/{KEY}")}, &hlsp: nothing, unknown: nothing})
    );
    // The archive's own disks have every science product.
    assert!(
        query("")[&hlsp]["path"]
            .as_str()
            .unwrap_or_default()
            .starts_with("/hlsp_local/public/hlsp/")
    );
    let many: String = (0..51).map(|n| format!("&uri=mast:{n}")).collect();
    assert_eq!(
        get(&sandbox, &format!("/api/v0.1/path_lookup/?{many}"), &[]).status,
        414
    );
    let long = format!("/api/v0.1/path_lookup/?uri=mast:{}", "x".repeat(8200));
    assert_eq!(get(&sandbox, &long, &[]).status, 414);
}

#[test]
fn downloads_come_from_the_archive_or_are_sent_to_the_bucket() {
    let sandbox = start();
    let target = format!("/api/v0.1/Download/file?uri={URI}");
    let redirect = get(&sandbox, &target, &[]);
    assert_eq!(redirect.status, 302);
    assert_eq!(
        redirect.header("location"),
        Some(format!("http://127.0.0.1/stpubdata/{KEY}").as_str())
    );

    let uri = uri_without_key(&sandbox);
    let truth = sandbox.body(&uri, 0).expect("it is there");
    let whole = get(&sandbox, &format!("/api/v0.1/Download/file?uri={uri}"), &[]);
    assert!(whole.status == 200 && whole.body == truth);
    let part = get(
        &sandbox,
        &format!("/api/v0.1/Download/file/?uri={}", uri.replace(':', "%3A")),
        &["Range: bytes=2880-"],
    );
    assert!(part.status == 206 && part.body == truth[2880..]);
    assert_eq!(get(&sandbox, "/api/v0.1/Download/file?uri=mast:none", &[]).status, 404);
    assert_eq!(get(&sandbox, "/api/v0.1/Download/file", &[]).status, 400);

    let direct = Sandbox::start(SandboxOptions {
        redirect_to_cloud: false,
        ..SandboxOptions::default()
    })
    .expect("a free port is there");
    assert_eq!(get(&direct, &target, &["Range: bytes=0-0"]).status, 206);
}
