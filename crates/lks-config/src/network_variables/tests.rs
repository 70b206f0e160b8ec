use std::path::PathBuf;

use super::NetworkVariables;
use crate::sources::Sources;

fn with(variables: &[(&str, &str)]) -> NetworkVariables {
    let sources = variables.iter().fold(Sources::isolated(), |sources, (name, value)| {
        sources.with_variable(*name, *value)
    });
    NetworkVariables::of(&sources)
}

#[test]
fn proxies_are_those_that_curl_would_use() {
    for (variables, https, http) in [
        (&[][..], None, None),
        (&[("HTTPS_PROXY", "a"), ("https_proxy", "b")], Some("HTTPS_PROXY"), None),
        (&[("https_proxy", "b")], Some("https_proxy"), None),
        (
            &[("ALL_PROXY", "a"), ("http_proxy", "b")],
            Some("ALL_PROXY"),
            Some("http_proxy"),
        ),
        (&[("all_proxy", "a")], Some("all_proxy"), Some("all_proxy")),
        // An empty one says that there is none, whatever the other spelling says.
        (&[("HTTPS_PROXY", ""), ("https_proxy", "b")], None, None),
        (
            &[("HTTP_PROXY", ""), ("ALL_PROXY", "a")],
            Some("ALL_PROXY"),
            Some("ALL_PROXY"),
        ),
        (&[("HTTP_PROXY", "a"), ("REQUEST_METHOD", "GET")], None, None),
    ] {
        let found = with(variables);
        let name = |variable: Option<super::Variable>| variable.map(|variable| variable.name);
        assert_eq!(
            (name(found.https_proxy), name(found.http_proxy)),
            (https, http),
            "{variables:?}"
        );
    }
}

#[test]
fn certificates_are_a_file_and_directories() {
    let found = with(&[
        ("SSL_CERT_FILE", "/a.pem"),
        ("SSL_CERT_DIR", "/b:/c:"),
        ("no_proxy", "10.0.0.0/8"),
    ]);
    assert_eq!(
        found.certificate_file.map(|file| file.text()),
        Some("/a.pem".to_owned())
    );
    let directories = found.certificate_directories.map(|directories| directories.paths());
    #[cfg(unix)]
    assert_eq!(directories, Some(["/b", "/c"].map(PathBuf::from).to_vec()));
    assert_eq!(found.no_proxy.map(|hosts| hosts.text()), Some("10.0.0.0/8".to_owned()));
}

#[test]
fn a_password_is_not_printed() {
    let found = with(&[("HTTPS_PROXY", "http://u:S3CR3T@proxy")]);
    let printed = format!("{found:?}");
    assert!(
        printed.contains("HTTPS_PROXY") && !printed.contains("S3CR3T"),
        "{printed}"
    );
}
