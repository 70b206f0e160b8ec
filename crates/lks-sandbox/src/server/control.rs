//! `/_sandbox/…`: scripts and the log for clients in other languages. These requests are neither logged nor spoiled.
//!
//! Pages of the web reach loopback through the browser of whoever reads them. A page cannot say `application/json` unasked, and its requests
//! carry the name it reached us by, so both are looked at.

use serde::Deserialize;
use serde_json::{Value, json};

use super::reply::Reply;
use super::request::Request;
use super::state::State;
use crate::fault::{Fault, LARGEST_RESIZE, Matcher};

const PREFIX: &str = "/_sandbox/";
/// Bytes of scripts that are held at the same time.
const MOST_BYTES: usize = 64 << 20;

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
    if !is_loopback(request) {
        return refusal(403, "ask 127.0.0.1 or localhost: no other Host is answered");
    }
    match (request.method.as_str(), &request.path[PREFIX.len()..]) {
        ("POST", "script") => take(state, request),
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

/// Whether every `Host` is this machine; the port is that of whoever forwards to us.
fn is_loopback(request: &Request) -> bool {
    let mut hosts = request
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("host"))
        .peekable();
    hosts.peek().is_some()
        && hosts.all(|(_, host)| {
            let name = host.split_once(':').map_or(host.as_str(), |(name, _)| name);
            name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost")
        })
}

fn take(state: &State, request: &Request) -> Reply {
    let media_type = request.header("content-type").unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return refusal(415, "send the script as JSON, with `Content-Type: application/json`");
    }
    let script = match serde_json::from_slice::<Script>(&request.body) {
        Ok(script) => script,
        Err(error) => return refusal(400, &error.to_string()),
    };
    if script
        .faults
        .iter()
        .any(|fault| fault.resize.is_some_and(|length| length > LARGEST_RESIZE))
    {
        return refusal(400, &format!("`resize` goes up to {LARGEST_RESIZE} bytes"));
    }
    let mut scripts = state.scripts();
    if scripts.num_bytes() + request.body.len() > MOST_BYTES {
        return refusal(413, "too many scripts; DELETE them first");
    }
    scripts.add(script.matcher, script.faults, request.body.len());
    Reply::json(200, &json!({"status": "ok"}))
}

fn refusal(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({"status": "error", "msg": message}))
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
                "status": entry.status, "bytes": entry.bytes, "at": entry.at.as_secs_f64(),
                "ended": entry.ended.map(|ended| ended.as_secs_f64()), "scripted": entry.scripted,
            })
        })
        .collect();
    json!({"requests": entries, "forgotten": log.num_forgotten(), "peak_connections": connections, "peak_requests": requests})
}
