//! Requests to the mirror that carry a signature, and those that never do.

use std::sync::Arc;

use lks_fetch::{AwsCredential, Options, Policy, Source, Status};
use lks_sandbox::{Fault, Logged, Matcher};
use object_store::ObjectStoreExt;

use crate::bench::{Bench, EVEREST, LIGHT_CURVE, PIXELS, in_parts, product, sized_product, small_parts};

fn with_key(options: Options) -> Options {
    options.with_access_key(Some(Arc::new(AwsCredential {
        key_id: "AKIDEXAMPLE".to_owned(),
        secret_key: "never to be seen".to_owned(),
        token: Some("a token".to_owned()),
    })))
}

fn header<'a>(request: &'a Logged, name: &str) -> Option<&'a str> {
    let mut headers = request.headers.iter();
    headers
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| &**value)
}

#[tokio::test]
async fn a_key_signs_what_is_asked_of_the_bucket_and_nothing_else() {
    for options in [small_parts(), in_parts()] {
        let bench = Bench::with(lks_sandbox::SandboxOptions::default(), with_key(options));
        let size = bench.truth(LIGHT_CURVE).len() as u64;
        let products = vec![sized_product(LIGHT_CURVE, Some(size)), product(EVEREST)];
        let manifest = bench.fetch(products, &Policy::default()).await;
        assert_eq!(manifest.counts().get(&Status::Complete), Some(&2), "{manifest:?}");
        let mut num_signed = 0;
        for request in bench.sandbox.log() {
            let (signature, token) = (
                header(&request, "authorization"),
                header(&request, "x-amz-security-token"),
            );
            if request.path.starts_with("/stpubdata/") {
                let signature = signature.unwrap_or_else(|| panic!("not signed: {request:?}"));
                assert!(
                    signature.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"),
                    "{signature}"
                );
                assert!(signature.contains("/us-east-1/s3/aws4_request"), "{signature}");
                assert_eq!(token, Some("a token"));
                // Such a header would have to be signed, too.
                assert_eq!(header(&request, "x-amz-checksum-mode"), None);
                num_signed += 1;
            } else {
                assert_eq!((signature, token), (None, None), "{request:?}");
            }
            assert!(!format!("{request:?}").contains("never to be seen"));
        }
        assert!(num_signed > 0);
    }
}

#[tokio::test]
async fn without_a_key_nothing_is_signed() {
    let bench = Bench::new();
    bench
        .fetch(vec![product(LIGHT_CURVE), product(PIXELS)], &Policy::default())
        .await;
    let log = bench.sandbox.log();
    assert!(log.iter().any(|request| request.path.starts_with("/stpubdata/")));
    assert!(
        log.iter().all(|request| header(request, "authorization").is_none()),
        "{log:?}"
    );
}

#[tokio::test]
async fn a_signature_does_not_follow_a_redirect_to_another_host() {
    let (bench, other) = (
        Bench::with(lks_sandbox::SandboxOptions::default(), with_key(small_parts())),
        Bench::new(),
    );
    let plan = bench
        .fetcher
        .plan(vec![Ok(product(LIGHT_CURVE))], &Policy::default())
        .await;
    let lks_fetch::Action::Fetch { routes } = &plan.steps[0].action else {
        panic!("{plan:?}");
    };
    let lks_fetch::Route::Cloud { key } = &routes[0] else {
        panic!("{routes:?}");
    };
    let elsewhere = format!("{}/stpubdata/{key}", other.sandbox.url());
    bench
        .sandbox
        .script(Matcher::path("/stpubdata/"), [Fault::redirect(elsewhere)]);
    let manifest = bench.fetcher.run(plan, &bench.events).await;
    assert_eq!(manifest.rows[0].source, Some(Source::Cloud), "{manifest:?}");
    let log = other.sandbox.log();
    assert_eq!(log.len(), 1);
    for name in ["authorization", "x-amz-security-token"] {
        assert_eq!(header(&log[0], name), None);
    }
}

#[tokio::test]
async fn a_request_that_is_tried_again_is_signed_anew() {
    let bench = Bench::with(lks_sandbox::SandboxOptions::default(), with_key(small_parts()));
    let lks_fits::Location::Object { store, path } = bench.locate("s3://stpubdata/not/there.fits").await else {
        panic!("an object");
    };
    let busy = Fault::status(503).retry_after(1);
    bench.sandbox.script(Matcher::path("/stpubdata/"), [busy]);
    let object = store.get(&path).await;
    assert!(
        matches!(object, Err(object_store::Error::NotFound { .. })),
        "{object:?}"
    );
    let log = bench.sandbox.log();
    let signed = |name| log.iter().map(|request| header(request, name)).collect::<Vec<_>>();
    for name in ["x-amz-date", "authorization"] {
        let values = signed(name);
        assert!(values.len() == 2 && values[0].is_some() && values[1].is_some());
        assert_ne!(values[0], values[1], "{name}");
    }
}
