//! Limits per host, and the pause a host asks for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use lks_http::{
    BoxError, ByteStream, Class, Coding, HttpClient, HttpOptions, Kind, Lane, LaneLimits, Limit, Request, Service,
};

use crate::server::{Server, client, options, respond};

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
        client
            .bytes(Request::get(server.url("/b")).with_lane(Lane::File), 10)
            .await
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
    for n_attempts in [1, 0] {
        let error = client
            .bytes(Request::get(server.url("/a")), 10)
            .await
            .expect_err("a day is too long");
        assert!(
            matches!(error.kind(), Kind::RateLimited { wait } if wait.as_secs() > 86_390),
            "{error}"
        );
        assert_eq!(
            (error.class(), error.attempts()),
            (Class::Permanent, n_attempts),
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

impl Service for Counting {
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
    let limits = LaneLimits {
        file: Limit { start: 3, most: 5 },
        ..LaneLimits::default()
    };
    let client = HttpClient::from_service_with(service, &HttpOptions { limits, ..options() });
    let url = url::Url::parse("https://mast.stsci.edu/x").expect("a URL");
    let all = (0..60).map(|_| client.bytes(Request::get(url.clone()).with_lane(Lane::File), 10));
    assert!(join_all(all).await.iter().all(Result::is_ok));
    assert_eq!(most.load(Ordering::SeqCst), 5);
    assert_eq!(client.requests_made(), 60);
}

#[tokio::test]
async fn a_dropped_body_gives_its_place_back() {
    let server = Server::start(vec![respond("200 OK", "body")]);
    let limits = LaneLimits {
        api: Limit { start: 1, most: 1 },
        ..LaneLimits::default()
    };
    let client = HttpClient::new(&HttpOptions { limits, ..options() }).expect("a client");
    for _ in 0..3 {
        drop(
            client
                .stream(Request::get(server.url("/x")))
                .await
                .expect("a place is free"),
        );
    }
}
