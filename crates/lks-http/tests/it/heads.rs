//! Statuses, redirects, broken heads: what is Ok, what is tried again, what is refused.

use std::time::Duration;

use http::{HeaderValue, StatusCode, header};
use lks_http::{Cause, Class, HttpClient, Request, TimeLimit};
use url::Url;

use crate::server::{Act, Server, client, options, respond, send};

/// Scripts, the number of requests expected, and the body or the words of the error.
async fn check(scripts: Vec<Vec<Act>>, num_requests: usize, expected: Result<&str, &str>) {
    let server = Server::start(scripts);
    let got = client().bytes(Request::get(server.url("/x")), 1000).await;
    match (&got, expected) {
        (Ok(answer), Ok(body)) => assert_eq!(answer.body, body.as_bytes()),
        (Err(error), Err(words)) => assert!(error.to_string().contains(words), "{error} does not say {words:?}"),
        _ => panic!("{got:?} instead of {expected:?}"),
    }
    assert_eq!(server.requests().len(), num_requests, "{got:?}");
}

#[tokio::test]
async fn passing_failures_are_tried_again_and_lasting_ones_are_not() {
    let ok = || respond("200 OK", "good");
    check(vec![ok()], 1, Ok("good")).await;
    for status in [
        "408 x",
        "425 x",
        "429 x",
        "500 x",
        "502 x",
        "503 Slow Down",
        "504 x",
        "522 x",
    ] {
        check(vec![respond(status, "bad"), ok()], 2, Ok("good")).await;
    }
    for status in [
        "400 x", "401 x", "403 x", "404 x", "405 x", "407 x", "410 x", "412 x", "414 x", "416 x", "451 x",
    ] {
        check(vec![respond(status, "why"), ok()], 1, Err("why")).await;
    }
    for status in ["304 Not Modified", "501 x", "505 x", "511 x"] {
        check(
            vec![respond(status, ""), ok()],
            1,
            Err(status.split(' ').next().expect("a word")),
        )
        .await;
    }
    check(vec![respond("500 Oops", "broken")], 5, Err("after 5 attempts")).await;
}

#[tokio::test]
async fn an_error_tells_method_url_status_headers_and_body() {
    let server = Server::start(vec![respond("404 Not Found\r\nX-Id: 7", "<html>no such\nfile</html>")]);
    let error = client()
        .bytes(Request::get(server.url("/a?b=c")), 1000)
        .await
        .expect_err("404 is not Ok");
    assert_eq!(error.class(), Class::NotFound);
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    assert_eq!(
        error.headers().and_then(|headers| headers.get("x-id")),
        Some(&HeaderValue::from_static("7"))
    );
    assert_eq!(error.excerpt(), Some("<html>no such file</html>"));
    assert_eq!(error.url().map(url::Url::as_str), Some(server.url("/a?b=c").as_str()));
    assert_eq!(error.attempts(), 1);
    assert!(error.to_string().starts_with("GET http://127.0.0.1:"), "{error}");
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_head_is_tried_again() {
    let ok = || respond("200 OK", "good");
    check(vec![vec![], ok()], 2, Ok("good")).await;
    check(vec![vec![Act::Reset], ok()], 2, Ok("good")).await;
    check(vec![vec![Act::Stall], ok()], 2, Ok("good")).await;
    check(vec![vec![send("SSH-2.0-OpenSSH_9.6\r\n")], ok()], 2, Ok("good")).await;
    check(
        vec![vec![send("HTTP/1.1 200 OK\r\nContent-Le"), Act::Reset], ok()],
        2,
        Ok("good"),
    )
    .await;
}

#[tokio::test]
async fn lengths_that_contradict_are_no_answer() {
    for lengths in [
        "Content-Length: 4\r\nContent-Length: 5",
        "Content-Length: -4",
        "Content-Length: 1e9",
    ] {
        let bad = vec![send(&format!(
            "HTTP/1.1 200 OK\r\n{lengths}\r\nConnection: close\r\n\r\ngood"
        ))];
        check(vec![bad], 5, Err("")).await;
    }
}

#[tokio::test]
async fn nobody_listening_is_a_connect_error_after_all_attempts() {
    let address = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a port");
    let url = url::Url::parse(&format!("http://{address}/")).expect("a URL");
    let error = client()
        .bytes(Request::get(url), 1000)
        .await
        .expect_err("nobody listens");
    assert!(matches!(error.cause(), Cause::Connect), "{error:?}");
    assert_eq!((error.class(), error.attempts()), (Class::Transient, 5));
}

#[tokio::test]
async fn redirects_are_followed_within_limits() {
    let to = |location: &str| respond(&format!("302 Found\r\nLocation: {location}"), "");
    check(vec![to("/y"), respond("200 OK", "there")], 2, Ok("there")).await;
    check(vec![to("/y")], 6, Err("more than 5")).await;
    check(vec![respond("302 Found", "")], 1, Err("does not say where")).await;
    check(vec![to("https://evil.example/x")], 1, Err("redirect not followed")).await;
    check(vec![to("http://169.254.169.254/x")], 1, Err("redirect not followed")).await;
    check(vec![to("file:///etc/passwd")], 1, Err("redirect not followed")).await;
}

#[tokio::test]
async fn secrets_do_not_follow_to_another_host_and_ranges_do() {
    let target = Server::start(vec![respond("206 Partial Content", "part")]);
    let server = Server::start(vec![respond(
        &format!("307 Temporary Redirect\r\nLocation: {}", target.url("/k")),
        "",
    )]);
    let request = Request::get(server.url("/x"))
        .with_header(header::AUTHORIZATION, HeaderValue::from_static("token secret"))
        .with_header(header::RANGE, HeaderValue::from_static("bytes=0-3"));
    let response = client().stream(request).await.expect("redirected");
    assert_eq!(
        (response.status, response.url.as_str()),
        (StatusCode::PARTIAL_CONTENT, target.url("/k").as_str())
    );
    let (first, second) = (server.requests()[0].to_lowercase(), target.requests()[0].to_lowercase());
    assert!(first.contains("authorization: token secret"));
    assert!(
        !second.contains("authorization") && second.contains("range: bytes=0-3"),
        "{second}"
    );
}

#[tokio::test]
async fn a_part_nobody_asked_for_is_no_answer() {
    check(
        vec![respond("206 Partial Content", "part")],
        5,
        Err("206 for a request without Range"),
    )
    .await;
}

#[tokio::test]
async fn plain_http_to_a_foreign_host_is_never_sent() {
    let client = HttpClient::from_transport(|_| Ok(http::Response::new(bytes::Bytes::new())));
    for url in ["http://mast.stsci.edu/x", "ftp://127.0.0.1/x"] {
        let request = Request::get(url::Url::parse(url).expect("a URL"));
        let error = client.bytes(request, 10).await.expect_err("refused");
        assert!(matches!(error.cause(), Cause::Refused(_)), "{error}");
    }
    assert_eq!(client.requests_made(), 0);
}

#[tokio::test]
async fn a_closure_is_a_service() {
    let client = HttpClient::from_transport(|request: Request| {
        assert_eq!(request.body, "a=1%262&b=x+y".replace('+', "%20").as_bytes());
        Ok(http::Response::new(bytes::Bytes::from_static(b"{}")))
    });
    let url = url::Url::parse("https://mast.stsci.edu/api").expect("a URL");
    let answer = client
        .bytes(Request::post_form(url, &[("a", "1&2"), ("b", "x y")]), 10)
        .await
        .expect("answered");
    assert_eq!((answer.body.as_ref(), client.requests_made()), (b"{}".as_ref(), 1));
}

/// N3: a listener whose queue is full swallows the opening of connections.
#[tokio::test]
async fn a_connection_without_an_answer_is_retried() {
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket
        .bind("127.0.0.1:0".parse().expect("an address"))
        .expect("a free port");
    let listener = socket.listen(1).expect("a listener");
    let address = listener.local_addr().expect("an address");
    let mut queued = Vec::new();
    let full = Duration::from_millis(300);
    while let Ok(connected) = tokio::time::timeout(full, tokio::net::TcpStream::connect(address)).await {
        queued.push(connected);
        if queued.len() > 64 {
            return println!("skipped: this system queues without end");
        }
    }
    let client = HttpClient::new(
        &options()
            .with_connect_timeout(Duration::from_millis(200))
            .with_retries(1),
    );
    let url = Url::parse(&format!("http://{address}/")).expect("a URL");
    let error = client
        .expect("a client")
        .bytes(Request::get(url), 10)
        .await
        .expect_err("no connection");
    assert!(
        matches!(error.cause(), Cause::TimedOut(TimeLimit::Connect)),
        "{error:?}"
    );
    assert_eq!((error.class(), error.attempts()), (Class::Transient, 2), "{error}");
}

/// N4: the server leaves in the middle of the handshake.
#[tokio::test]
async fn a_handshake_that_breaks_off_is_tried_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let leaving = tokio::spawn(async move {
        let mut num_left = 0;
        while let Ok(Ok((stream, _))) = tokio::time::timeout(Duration::from_secs(1), listener.accept()).await {
            num_left += 1;
            drop(stream);
        }
        num_left
    });
    let url = Url::parse(&format!("https://{address}/")).expect("a URL");
    let error = client().bytes(Request::get(url), 10).await.expect_err("no handshake");
    if matches!(error.cause(), Cause::Setup(_)) {
        return println!("skipped: no certificates on this machine");
    }
    assert_eq!((error.class(), error.attempts()), (Class::Transient, 5), "{error:?}");
    assert_eq!(leaving.await.expect("a count"), 5);
}

/// N5: a certificate that nobody trusts, made for this test alone: `openssl req -x509 -newkey ec -days 36500 -subj "/CN=nobody trusts this"`.
#[cfg(feature = "ring")]
#[tokio::test]
async fn an_untrusted_certificate_is_refused_once() {
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

    let certificate = CertificateDer::from(include_bytes!("tls/cert.der").to_vec());
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(include_bytes!("tls/key.der").to_vec()));
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![certificate], key));
    let config = std::sync::Arc::new(config.expect("a server"));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let num_asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = num_asked.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let mut connection = rustls::ServerConnection::new(config.clone()).expect("a connection");
            // The client leaves when it has seen the certificate.
            let _left = connection.complete_io(&mut stream);
        }
    });
    let url = Url::parse(&format!("https://{address}/")).expect("a URL");
    let error = client().bytes(Request::get(url), 10).await.expect_err("not trusted");
    if matches!(error.cause(), Cause::Setup(_)) {
        return println!("skipped: no certificates on this machine");
    }
    assert!(matches!(error.cause(), Cause::Certificate), "{error:?}");
    assert_eq!((error.class(), error.attempts()), (Class::Denied, 1), "{error}");
    assert_eq!(num_asked.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn localhost_is_this_machine_and_no_name_below_it_is_asked() {
    let server = Server::start(vec![respond("200 OK", "good")]);
    let named = |name: &str| {
        let mut url = server.url("/x");
        url.set_host(Some(name)).expect("a host");
        url
    };
    let answer = client().bytes(Request::get(named("localhost")), 1000).await;
    assert_eq!(answer.expect("an answer").body, "good");
    let refused = client().bytes(Request::get(named("mast.localhost")), 1000).await;
    let refused = refused.expect_err("another machine, for what we know");
    assert!(matches!(refused.cause(), Cause::Refused(_)), "{refused}");
    assert_eq!(server.requests().len(), 1);
}
