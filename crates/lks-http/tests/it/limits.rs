//! Limits per host, and the pause a host asks for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use http::header::AUTHORIZATION;
use lks_http::{BoxError, ByteStream, Cause, Class, Coding, HttpClient, Lane, Outage, Request, Transport};

use crate::server::{Act, Server, client, options, respond, send};

const FILE: Lane = Lane::new("file", 4, 6);

#[tokio::test]
async fn retry_after_holds_back_every_request_to_that_host() {
    let server = Server::start(vec![
        respond("429 Too Many\r\nRetry-After: 1", ""),
        respond("200 OK", "good"),
    ]);
    let client = client();
    let (first, other) = (client.bytes(Request::get(server.url("/a")), 10), async {
        while client.pause_of(&server.url("/")).is_none() {
            tokio::task::yield_now().await;
        }
        client.bytes(Request::get(server.url("/b")).with_lane(FILE), 10).await
    });
    let (first, other) = futures::join!(first, other);
    assert!(first.is_ok() && other.is_ok());
    let times = server.times();
    assert_eq!(times.len(), 3);
    for later in &times[1..] {
        assert!(
            later.duration_since(times[0]) >= Duration::from_millis(990),
            "{times:?}"
        );
    }
}

#[tokio::test]
async fn a_pause_of_a_day_is_reported_at_once_and_remembered() {
    let server = Server::start(vec![respond("503 x\r\nRetry-After: 86400", "")]);
    let client = client();
    for num_attempts in [1, 0] {
        let error = client
            .bytes(Request::get(server.url("/a")), 10)
            .await
            .expect_err("a day is too long");
        assert!(
            matches!(error.cause(), Cause::RateLimited { wait } if wait.as_secs() > 86_390),
            "{error}"
        );
        assert_eq!(
            (error.class(), error.attempts()),
            (Class::Permanent, num_attempts),
            "{error}"
        );
    }
    assert_eq!(server.requests().len(), 1);
}

/// Counts how many bodies are under way at once.
struct Counting {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Transport for Counting {
    fn call(&self, _: Request, _: Coding) -> BoxFuture<'static, Result<http::Response<ByteStream>, BoxError>> {
        let (now, most) = (self.now.clone(), self.most.clone());
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let body = futures::stream::once(async move {
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
                now.fetch_sub(1, Ordering::SeqCst);
                Ok(bytes::Bytes::from_static(b"x"))
            });
            Ok(http::Response::new(Box::pin(body) as ByteStream))
        }
        .boxed()
    }
}

#[tokio::test]
async fn a_host_never_gets_more_at_once_than_its_lane_allows() {
    let most = Arc::new(AtomicUsize::new(0));
    let service = Counting {
        now: Arc::default(),
        most: most.clone(),
    };
    let lanes = vec![FILE.with_limit(3, 5)];
    let client = HttpClient::from_transport_with(service, &options().with_lanes(lanes));
    let url = url::Url::parse("https://mast.stsci.edu/x").expect("a URL");
    let all = (0..60).map(|_| client.bytes(Request::get(url.clone()).with_lane(FILE), 10));
    assert!(join_all(all).await.iter().all(Result::is_ok));
    assert_eq!(most.load(Ordering::SeqCst), 5);
    assert_eq!(client.requests_made(), 60);
}

#[tokio::test]
async fn the_lanes_of_a_host_have_limits_of_their_own() {
    let most = Arc::new(AtomicUsize::new(0));
    let service = Counting {
        now: Arc::default(),
        most: most.clone(),
    };
    let client = HttpClient::from_transport_with(service, &options());
    let url = url::Url::parse("https://archive.example.org/x").expect("a URL");
    let lanes = [Lane::new("one", 1, 1), Lane::new("other", 1, 1), Lane::DEFAULT];
    let all = (0..30).map(|n| client.bytes(Request::get(url.clone()).with_lane(lanes[n % 3]), 10));
    assert!(join_all(all).await.iter().all(Result::is_ok));
    assert_eq!(most.load(Ordering::SeqCst), 4);
}

/// With 504, which is a failure of the host in other lanes.
#[tokio::test]
async fn a_busy_service_does_not_take_its_host_down() {
    let outage = Outage::default().with_failures(2).with_urls(1);
    for (lane, is_down) in [(FILE, true), (FILE.with_busy_statuses(&[504]), false)] {
        let server = Server::start(vec![respond("504 x", "")]);
        let client = HttpClient::new(&options().with_outage(outage)).expect("a client");
        for _ in 0..3 {
            let request = Request::get(server.url("/x")).with_lane(lane);
            client.stream(request).await.expect_err("504");
        }
        assert_eq!(server.requests().len(), if is_down { 2 } else { 3 });
    }
}

#[tokio::test]
async fn a_redirect_changes_the_lane_only_below_its_address() {
    let server = Server::start(vec![
        respond("307 x\r\nLocation: /mirror/a", ""),
        respond("200 OK", "a"),
        respond("307 x\r\nLocation: /elsewhere", ""),
        respond("200 OK", "a"),
    ]);
    // A lane that is full holds up whoever is sent to it.
    let full = Lane::new("full", 1, 1);
    let client = HttpClient::new(&options()).expect("a client");
    let mut request = Request::get(server.url("/a"));
    request.redirect_lane = Some((server.url("/mirror/"), full));
    let held = client.stream(request.clone()).await.expect("a body that nobody reads");
    assert!(
        client.stream(request.clone()).await.is_ok(),
        "this redirect leads elsewhere"
    );
    let sent_to_full = tokio::time::timeout(Duration::from_millis(100), client.stream(request.with_lane(full)));
    assert!(sent_to_full.await.is_err(), "the lane is full");
    drop(held);
}

#[tokio::test]
async fn a_dropped_body_gives_its_place_back() {
    let server = Server::start(vec![respond("200 OK", "body")]);
    let lanes = vec![Lane::DEFAULT.with_limit(1, 1)];
    let client = HttpClient::new(&options().with_lanes(lanes)).expect("a client");
    for _ in 0..3 {
        drop(
            client
                .stream(Request::get(server.url("/x")))
                .await
                .expect("a place is free"),
        );
    }
}

#[tokio::test]
async fn each_request_is_signed_anew_and_only_for_its_host() {
    let other = Server::start(vec![respond("200 OK", "good")]);
    let server = Server::start(vec![
        respond("503 x", ""),
        respond("307 x\r\nLocation: /b", ""),
        respond(&format!("307 x\r\nLocation: {}", other.url("/c")), ""),
    ]);
    let num_signed = Arc::new(AtomicUsize::new(0));
    let mut request = Request::get(server.url("/a"));
    request.sign = Some(Arc::new({
        let num_signed = num_signed.clone();
        move |request: &mut Request| {
            let n = num_signed.fetch_add(1, Ordering::Relaxed);
            let signature = format!("{n} of {}", request.url.path());
            request.headers.insert(AUTHORIZATION, signature.parse()?);
            Ok(())
        }
    }));
    let answer = client().bytes(request, 10).await.expect("an answer");
    assert_eq!(answer.url, other.url("/c"));
    let signatures = |server: &Server| -> Vec<Option<String>> {
        let heads = server.requests().into_iter();
        heads
            .map(|head| {
                let lines = head.lines();
                let mut signatures = lines.filter_map(|line| line.strip_prefix("authorization: "));
                signatures.next().map(str::to_owned)
            })
            .collect()
    };
    let signed = ["0 of /a", "1 of /a", "2 of /b"].map(|it| Some(it.to_owned()));
    assert_eq!(signatures(&server), signed);
    assert_eq!(signatures(&other), [None]);
}

#[tokio::test]
async fn the_host_behind_a_redirect_is_the_one_that_is_down() {
    let broken = Server::start(vec![respond("500 x", "")]);
    let server = Server::start(vec![respond(&format!("307 x\r\nLocation: {}", broken.url("/x")), "")]);
    let outage = Outage::default()
        .with_failures(3)
        .with_urls(1)
        .with_pause(Duration::from_secs(3600));
    let client = HttpClient::new(&options().with_outage(outage)).expect("a client");
    for n in 0..3 {
        let error = client.stream(Request::get(server.url(&format!("/{n}")))).await.err();
        assert_eq!(error.and_then(|error| error.status()).map(|it| it.as_u16()), Some(500));
    }
    // The one that sends us there is asked all the same, and what was sent to it counts.
    let error = client
        .stream(Request::get(server.url("/3")))
        .await
        .expect_err("it is down");
    assert!(matches!(error.cause(), Cause::Down { .. }), "{error}");
    assert_eq!((error.url(), error.attempts()), (Some(&broken.url("/x")), 1));
    let error = client
        .stream(Request::get(broken.url("/y")))
        .await
        .expect_err("it is down");
    assert!(matches!(error.cause(), Cause::Down { .. }), "{error}");
    assert_eq!(error.attempts(), 0);
    assert_eq!((server.requests().len(), broken.requests().len()), (4, 3));
}

#[tokio::test]
async fn an_address_that_signs_is_not_shown_by_what_failed() {
    let secret = "fe5f80";
    let to = format!("/x?X-Amz-Expires=9&X-Amz-Signature={secret}");
    let redirect = respond(&format!("307 x\r\nLocation: {to}"), "");
    for failure in [
        respond("403 x", &format!("<SignatureProvided>{secret}</SignatureProvided>")),
        respond(&format!("404 x\r\nSet-Cookie: session={secret}"), ""),
        vec![Act::Reset],
        vec![send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"), Act::Reset],
        vec![send("nonsense\r\n\r\n")],
    ] {
        let server = Server::start(vec![redirect.clone(), failure]);
        let client = client();
        let reading = async {
            let mut response = client.stream(Request::get(server.url("/a"))).await?;
            while response.chunk().await?.is_some() {}
            Ok::<_, lks_http::Error>(())
        };
        let error = reading.await.expect_err("no answer");
        let mut shown = format!("{error} {error:?}");
        let mut causes = std::error::Error::source(&error);
        while let Some(cause) = causes {
            shown += &format!(" {cause} {cause:?}");
            causes = cause.source();
        }
        assert!(
            shown.contains("X-Amz-Signature=***") && !shown.contains(secret),
            "{shown}"
        );
    }
}
