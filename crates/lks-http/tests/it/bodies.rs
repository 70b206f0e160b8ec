//! When a body is complete, and when it is not.

use std::time::{Duration, Instant};

use lks_http::{Cause, Class, Error, Framing, HttpClient, Request, TimeLimit};

use crate::server::{Act, Server, client, options, respond, send};

async fn read(client: &HttpClient, server: &Server) -> (Option<Framing>, Vec<u8>, Result<(), Error>) {
    let mut read = Vec::new();
    let mut response = match client.stream(Request::get(server.url("/x"))).await {
        Ok(response) => response,
        Err(error) => return (None, read, Err(error)),
    };
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => read.extend_from_slice(&chunk),
            Ok(None) => return (Some(response.framing()), read, Ok(())),
            Err(error) => {
                let after = response.chunk().await;
                assert!(after.is_err(), "a body that failed has no complete end");
                return (Some(response.framing()), read, Err(error));
            }
        }
    }
}

#[tokio::test]
async fn a_body_is_complete_only_at_its_announced_end() {
    let head = "HTTP/1.1 200 OK\r\n";
    for (name, acts, good) in [
        (
            "length met",
            vec![send(&format!("{head}Content-Length: 4\r\n\r\nbody"))],
            true,
        ),
        (
            "more than announced",
            vec![send(&format!("{head}Content-Length: 4\r\n\r\nbody and more"))],
            true,
        ),
        (
            "length not met",
            vec![send(&format!("{head}Content-Length: 5\r\n\r\nbody"))],
            false,
        ),
        (
            "reset",
            vec![send(&format!("{head}Content-Length: 5\r\n\r\nbody")), Act::Reset],
            false,
        ),
        (
            "chunked",
            vec![send(&format!(
                "{head}Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
            ))],
            true,
        ),
        (
            "last chunk missing",
            vec![send(&format!("{head}Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n"))],
            false,
        ),
        (
            "until close",
            vec![send(&format!("{head}Connection: close\r\n\r\nbody"))],
            true,
        ),
    ] {
        let server = Server::start(vec![acts]);
        let (framing, body, end) = read(&client(), &server).await;
        assert_eq!(end.is_ok(), good, "{name}: {end:?}");
        if good {
            assert_eq!(body, b"body", "{name}");
        }
        if let Err(error) = end {
            assert_eq!(error.class(), Class::Transient, "{name}: {error}");
            assert!(matches!(error.cause(), Cause::Broken(_)), "{name}: {error:?}");
        }
        let expected = match name {
            "until close" => Framing::Close,
            "chunked" | "last chunk missing" => Framing::Chunked,
            "length met" | "more than announced" => Framing::Length(4),
            _ => Framing::Length(5),
        };
        assert_eq!(framing, Some(expected), "{name}");
    }
}

#[tokio::test]
async fn a_file_that_is_gzip_stays_gzip_and_a_document_does_not() {
    let gzipped: &[u8] = &[
        0x1f, 0x8b, 0x8, 0x0, 0x0, 0x0, 0x0, 0x0, 0x2, 0x3, 0x4b, 0xca, 0x4f, 0xa9, 0x4, 0x0, 0xb2, 0xb, 0xa8, 0xdb,
        0x4, 0x0, 0x0, 0x0,
    ];
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        gzipped.len()
    );
    let whole = Act::Send([head.as_bytes(), gzipped].concat());
    let server = Server::start(vec![vec![whole]]);
    let (_, body, end) = read(&client(), &server).await;
    assert!(end.is_ok(), "{end:?}");
    assert_eq!(body, gzipped);
    assert!(
        server.requests()[0]
            .to_lowercase()
            .contains("accept-encoding: identity")
    );
    let document = client().bytes(Request::get(server.url("/x")), 1000).await;
    assert_eq!(document.expect("decoded").body, b"body".as_ref());
}

#[tokio::test]
async fn a_stalled_body_is_cut_by_the_idle_limit() {
    let server = Server::start(vec![vec![
        send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbody"),
        Act::Stall,
    ]]);
    let (_, body, end) = read(&client(), &server).await;
    assert_eq!(body, b"body");
    assert!(matches!(
        end.expect_err("stalled").cause(),
        Cause::TimedOut(TimeLimit::Idle)
    ));
}

#[tokio::test]
async fn a_trickle_is_cut_and_a_slow_honest_body_is_not() {
    let trickle = |n, pause| {
        vec![
            send("HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"),
            Act::Trickle(n, pause),
        ]
    };
    let server = Server::start(vec![trickle(400, Duration::from_millis(10))]);
    let (_, _, end) = read(&client(), &server).await;
    assert!(matches!(
        end.expect_err("100 bytes a second").cause(),
        Cause::TimedOut(TimeLimit::Throughput)
    ));
    // Longer than any of the limits in all, and still a success.
    let mut patient = options();
    patient.throughput.bytes_per_second = 50;
    let server = Server::start(vec![trickle(400, Duration::from_millis(2))]);
    let begun = Instant::now();
    let (_, body, end) = read(&HttpClient::new(&patient).expect("a client"), &server).await;
    assert!(end.is_ok(), "{end:?}");
    assert_eq!(body.len(), 400);
    assert!(begun.elapsed() > patient.idle_timeout);
}

#[tokio::test]
async fn a_broken_document_is_fetched_again_whole() {
    let cut = vec![send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbo")];
    let server = Server::start(vec![cut, respond("200 OK", "body")]);
    let answer = client()
        .bytes(Request::get(server.url("/x")), 100)
        .await
        .expect("the second is whole");
    assert_eq!((answer.body.as_ref(), server.requests().len()), (b"body".as_ref(), 2));
}

#[tokio::test]
async fn a_document_beyond_the_limit_is_not_read() {
    let chunked = vec![send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    )];
    for script in [respond("200 OK", "hello"), chunked] {
        let server = Server::start(vec![script]);
        let error = client()
            .bytes(Request::get(server.url("/x")), 4)
            .await
            .expect_err("five bytes are too many");
        assert!(matches!(error.cause(), Cause::TooLarge { limit: 4 }), "{error}");
        assert_eq!(server.requests().len(), 1);
    }
}
