//! What the program tells of its requests, and what keeps it from making any.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

use crate::home::{HLSPS_OF_K2_18, Home, line};

#[test]
fn verbose_prints_one_line_per_request() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    archive.script(Matcher::contains("everest").method("GET"), [Fault::hang_up()]);
    archive.script(Matcher::path("/api/v0.1/Download"), [Fault::status(500)]);
    let run = home.run_against(&archive, &[&HLSPS_OF_K2_18[..], &["-v"]].concat());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let told: Vec<&str> = run.stderr.lines().filter(|line| line.contains("method=")).collect();
    let log = archive.log();
    assert_eq!(told.len(), log.len(), "{}", run.stderr);
    for line in &told {
        let has_answer = line.contains("status=") || line.contains("failure=");
        assert!(
            has_answer && ["url=http", "bytes=", "ms="].iter().all(|word| line.contains(word)),
            "{line}"
        );
    }
    let num_answers = |status: u16| {
        let answered = log.iter().filter(|request| request.status == Some(status)).count();
        let word = format!("status={status} ");
        (answered, told.iter().filter(|line| line.contains(&word)).count())
    };
    for status in [200, 500] {
        let (answered, told) = num_answers(status);
        assert!(answered > 0 && answered == told, "{status}: {answered} {told}");
    }
    let num_bytes = log.iter().map(|request| request.bytes).max().unwrap();
    let of_that_many = format!("bytes={num_bytes} ");
    assert!(told.iter().any(|line| line.contains(&of_that_many)), "{}", run.stderr);

    let quiet = home.run_against(&archive, &HLSPS_OF_K2_18);
    assert!(!quiet.stderr.contains("method="), "{}", quiet.stderr);
}

#[test]
fn a_proxy_that_is_no_address_is_named_before_any_request() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let url = archive.url();
    for name in ["HTTPS_PROXY", "http_proxy", "ALL_PROXY"] {
        let variables = [
            ("LKSEARCH_ENDPOINTS__MAST", url.as_str()),
            ("LKSEARCH_ENDPOINTS__RESOLVER", &url),
            ("LKSEARCH_ENDPOINTS__S3", &url),
            (name, "::::"),
        ];
        home.run_with(&HLSPS_OF_K2_18, &variables)
            .failed(2, &[name, "::::", "http://"]);
    }
    assert_eq!(archive.log().len(), 0);
}

#[test]
fn requests_go_through_the_proxy_and_a_failure_names_it() {
    let home = Home::new();
    for (variable, scheme, greeting) in [
        ("HTTPS_PROXY", "http", &b"CONNECT mastresolver.stsci.edu:443 "[..]),
        ("ALL_PROXY", "socks5h", b"\x05"),
    ] {
        let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("{scheme}://{}", proxy.local_addr().unwrap());
        let said = std::thread::spawn(move || {
            let mut said = vec![0; greeting.len()];
            proxy.accept().unwrap().0.read_exact(&mut said).unwrap();
            said
        });
        let words = ["--set", "network.retries=0", "search", "k2", "K2-18"];
        let run = home.run_with(&words, &[(variable, &address)]);
        if run.stderr.contains("ca-certificates") {
            return println!("skipped: no certificates on this machine");
        }
        run.failed(4, &["no connection", "the proxy that", variable]);
        assert_eq!(said.join().unwrap(), greeting);
    }
}

/// A proxy that answers every request to connect with this status, and counts them.
fn refusing_proxy(status: &'static str) -> (String, Arc<AtomicUsize>) {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    std::thread::spawn(move || {
        for connection in proxy.incoming() {
            let mut connection = connection.unwrap();
            let mut said = Vec::new();
            while !said.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if connection.read(&mut byte).unwrap_or(0) == 0 {
                    break;
                }
                said.push(byte[0]);
            }
            counted.fetch_add(1, Ordering::SeqCst);
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            // Whoever asked may be gone.
            drop(connection.write_all(answer.as_bytes()));
        }
    });
    (address, asked)
}

#[test]
fn a_proxy_that_wants_a_password_is_asked_once() {
    let home = Home::new();
    for (status, code, num_asked, told) in [
        ("407 Proxy Authentication Required", 2, 1, "`user:password@`"),
        ("403 Forbidden", 4, 2, "no connection (tunnel error"),
    ] {
        let (address, asked) = refusing_proxy(status);
        let words = ["--set", "network.retries=1", "search", "k2", "K2-18"];
        let run = home.run_with(&words, &[("HTTPS_PROXY", &address)]);
        if run.stderr.contains("ca-certificates") {
            return println!("skipped: no certificates on this machine");
        }
        run.failed(code, &["the proxy that HTTPS_PROXY names", told]);
        assert_eq!(asked.load(Ordering::SeqCst), num_asked, "{status}");
    }
}

#[test]
fn a_host_that_needs_no_proxy_is_not_told_of_one() {
    let (home, (address, asked)) = (Home::new(), refusing_proxy("407 Proxy Authentication Required"));
    let variables = [("HTTPS_PROXY", address.as_str()), ("NO_PROXY", "127.0.0.1")];
    let words = line("--set network.retries=0 fits info https://127.0.0.1:1/x.fits");
    let run = home.run_with(&words, &variables);
    assert!(!run.stderr.contains("proxy"), "{}", run.stderr);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn missing_certificates_are_reported_with_their_variable() {
    let home = Home::new();
    std::fs::write(home.path("junk.pem"), "no certificate").unwrap();
    for (path, why) in [
        ("absent.pem", "cannot be read"),
        ("junk.pem", "no certificate that can be read"),
    ] {
        let path = home.path(path).display().to_string();
        let words = ["fits", "info", "https://127.0.0.1:1/x.fits"];
        let run = home.run_with(&words, &[("SSL_CERT_FILE", &path)]);
        run.failed(2, &["SSL_CERT_FILE", &path, why, "unset it"]);
        assert!(!run.stderr.contains("package ca-certificates"), "{}", run.stderr);
    }
}
