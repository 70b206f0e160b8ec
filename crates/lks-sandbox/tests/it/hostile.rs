//! Pages of the web and other users of the machine reach loopback, too.

use lks_sandbox::{Sandbox, SandboxOptions};
use serde_json::json;

use crate::client::{Answer, connect, control, exchange, get, request};
use crate::start;

const SCRIPT: &str = r#"{"faults": [{"status": 503, "times": 9}]}"#;

fn post(sandbox: &Sandbox, headers: &[&str], script: &str) -> Answer {
    exchange(
        &mut connect(sandbox),
        &request("POST", "/_sandbox/script", headers, script),
    )
}

#[test]
fn what_a_page_in_a_browser_can_send_scripts_nothing() {
    let sandbox = start();
    for headers in [
        &["Content-Type: text/plain"][..],
        &["Content-Type: application/x-www-form-urlencoded"],
        &["Content-Type: multipart/form-data; boundary=x"],
        &[],
    ] {
        assert_eq!(post(&sandbox, headers, SCRIPT).status, 415, "{headers:?}");
    }
    let is_json = &["Content-Type: application/json; charset=utf-8"];
    for (method, target, body) in [
        ("POST", "/_sandbox/script", SCRIPT),
        ("DELETE", "/_sandbox/script", ""),
        ("GET", "/_sandbox/log", ""),
        ("DELETE", "/_sandbox/log", ""),
    ] {
        let asked = request(method, target, is_json, body);
        for (host, status) in [
            ("Host: rebound.example.org:8765", 403),
            ("Host: 127.0.0.1.example.org", 403),
            ("Host: localhost\r\nHost: rebound.example.org", 403),
            ("X-Host: none", 403),
            ("Host: LOCALHOST:9000", 200),
        ] {
            let answer = exchange(&mut connect(&sandbox), &asked.replace("Host: 127.0.0.1", host));
            assert_eq!(answer.status, status, "{method} {target} {host}");
        }
    }
}

#[test]
fn without_its_control_it_is_an_archive_and_nothing_else() {
    let options = SandboxOptions {
        control: false,
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options).expect("a free port is there");
    assert_eq!(control(&sandbox, SCRIPT).status, 404);
    assert_eq!(get(&sandbox, "/_sandbox/log", &[]).status, 404);
    assert_eq!(get(&sandbox, "/whoami", &[]).status, 200);
}

#[test]
fn no_script_makes_it_take_the_machines_memory() {
    let sandbox = start();
    for length in [1_u64 << 62, u64::MAX, (256 << 20) + 1] {
        let answer = control(
            &sandbox,
            &json!({"faults": [{"resize": length, "times": 9}]}).to_string(),
        );
        assert_eq!(answer.status, 400, "{length}");
        assert!(answer.text().contains("resize"), "{}", answer.text());
    }
    let endless = json!({"match": {"path": "/whoami"}, "faults": [{"extra_bytes": u64::MAX, "cut_at": 10}]});
    assert_eq!(control(&sandbox, &endless.to_string()).status, 200);
    assert_eq!(get(&sandbox, "/whoami", &[]).body.len(), 10);
    let large = json!({"match": {"path": "/never"}, "faults": [{"body": "x".repeat(12 << 20)}]}).to_string();
    let statuses: Vec<u16> = (0..7).map(|_| control(&sandbox, &large).status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 413, 413]);
    assert_eq!(get(&sandbox, "/whoami", &[]).status, 200);
}
