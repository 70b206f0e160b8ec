//! `/_sandbox/…`: scripts and the log for clients in other languages. These requests are neither logged nor spoiled.

use serde::Deserialize;
use serde_json::{Value, json};

use super::reply::Reply;
use super::request::Request;
use super::state::State;
use crate::fault::{Fault, Matcher};

const PREFIX: &str = "/_sandbox/";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    #[serde(rename = "match", default)]
    matcher: Matcher,
    faults: Vec<Fault>,
}

pub(super) fn owns(request: &Request) -> bool {
    request.path.starts_with(PREFIX)
}

pub(super) fn answer(state: &State, request: &Request) -> Reply {
    match (request.method.as_str(), &request.path[PREFIX.len()..]) {
        ("POST", "script") => match serde_json::from_slice::<Script>(&request.body) {
            Ok(script) => {
                state.scripts().add(script.matcher, script.faults);
                Reply::json(200, &json!({"status": "ok"}))
            }
            Err(error) => Reply::json(400, &json!({"status": "error", "msg": error.to_string()})),
        },
        ("DELETE", "script") => {
            state.scripts().clear();
            Reply::json(200, &json!({"status": "ok"}))
        }
        ("GET", "log") => Reply::json(200, &log(state)),
        ("DELETE", "log") => {
            state.log().clear();
            Reply::json(200, &json!({"status": "ok"}))
        }
        _ => Reply::page(404),
    }
}

fn log(state: &State) -> Value {
    let log = state.log();
    let (connections, requests) = log.peaks();
    let entries: Vec<Value> = log
        .entries()
        .iter()
        .map(|entry| {
            json!({
                "method": entry.method, "path": entry.path, "query": entry.query, "range": entry.range, "body": entry.body,
                "status": entry.status, "bytes": entry.bytes, "at": entry.at.as_secs_f64(), "scripted": entry.scripted,
            })
        })
        .collect();
    json!({"requests": entries, "peak_connections": connections, "peak_requests": requests})
}
