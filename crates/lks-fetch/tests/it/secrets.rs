//! What signs an address opens doors: it is used, and never written down or shown.

use lks_fetch::{Policy, Status};
use lks_sandbox::{Fault, Matcher};

use crate::bench::{Bench, LIGHT_CURVE, files, product};

const SECRETS: [&str; 8] = [
    "fe5f80",
    "AKIDEXAMPLE",
    "sts-words",
    "cdn-words",
    "code-words",
    "jwt-words",
    "session-words",
    "key-words",
];

fn signed(address: &str) -> String {
    let [signature, credential, token, other, code, jwt, session, key] = SECRETS;
    format!(
        "{address}/stpubdata/moved.fits?X-Amz-Expires=60&X-Amz-Credential={credential}%2F20260101&X-Amz-Security-Token={token}&X-Amz-Signature={signature}&token={other}&code={code}&jwt={jwt}&session={session}&key={key}&versionId=3#{key}"
    )
}

/// Everything that is left of a run: the list, what was told, and every file.
async fn traces(bench: &Bench) -> (lks_fetch::Manifest, String) {
    let archive = Policy::default().with_prefer_cloud(false);
    let manifest = bench.fetch(vec![product(LIGHT_CURVE)], &archive).await;
    let mut traces = format!("{manifest:?}{:?}", bench.events.0.lock().expect("the events"));
    for file in files(bench.directory.path()) {
        traces += &format!("{}\n", file.display());
        traces += &String::from_utf8_lossy(&std::fs::read(&file).expect("a file"));
    }
    (manifest, traces)
}

fn check(traces: &str) {
    for secret in SECRETS {
        assert!(!traces.contains(secret), "{secret} stands in {traces}");
    }
}

#[tokio::test]
async fn a_signed_address_is_used_but_stands_nowhere() {
    let bench = Bench::without_redirect();
    let to = signed(&bench.sandbox.url());
    let archive = Matcher::contains("Download/file");
    let body = bench.truth(LIGHT_CURVE);
    bench.sandbox.script(archive, [Fault::redirect(to)]);
    let file = Fault {
        body_bytes: Some(body),
        ..Fault::status(200)
    };
    bench.sandbox.script(Matcher::path("/stpubdata/moved.fits"), [file]);
    let (manifest, traces) = traces(&bench).await;
    assert_eq!(manifest.rows[0].status, Status::Complete, "{manifest:?}");
    assert!(
        bench
            .sandbox
            .log()
            .iter()
            .any(|request| request.query.contains(SECRETS[0]))
    );
    let url = manifest.rows[0].url.as_deref().unwrap_or_default();
    assert!(
        url.ends_with(
            "/moved.fits?X-Amz-Expires=***&X-Amz-Credential=***&X-Amz-Security-Token=***&X-Amz-Signature=***&token=***&code=***&jwt=***&session=***&key=***&versionId=3#***"
        ),
        "{url}"
    );
    check(&traces);
}

#[tokio::test]
async fn a_signed_address_that_fails_is_told_without_what_signs_it() {
    let not_allowed = "https://elsewhere.example.org";
    let refusals = [Fault::status(403), Fault::status(503), Fault::hang_up()];
    for refusal in refusals {
        let bench = Bench::without_redirect();
        let to = signed(&bench.sandbox.url());
        let archive = Matcher::contains("Download/file");
        bench.sandbox.script(archive, [Fault::redirect(to.clone()).always()]);
        let refusal = Fault {
            body: Some(format!("<SignatureProvided>{}</SignatureProvided> {to}", SECRETS[0])),
            ..refusal
        };
        bench.sandbox.script(Matcher::path("/stpubdata/"), [refusal.always()]);
        let (manifest, traces) = traces(&bench).await;
        assert_eq!(manifest.rows[0].status, Status::Error, "{manifest:?}");
        assert!(traces.contains("moved.fits"), "{manifest:?}");
        check(&traces);
    }
    let addresses = [not_allowed, "http://[bad", "ftp://elsewhere.example.org"];
    for to in addresses.map(signed) {
        let bench = Bench::without_redirect();
        let archive = Matcher::contains("Download/file");
        bench.sandbox.script(archive, [Fault::redirect(to).always()]);
        bench
            .sandbox
            .script(Matcher::path("/stpubdata/"), [Fault::status(404).always()]);
        let (manifest, traces) = traces(&bench).await;
        assert_eq!(manifest.rows[0].status, Status::Error, "{manifest:?}");
        check(&traces);
    }
}
