use url::Url;

use super::{check_scheme, target};

fn check(from: &str, location: Option<&str>, expected: Option<&str>) {
    let from = Url::parse(from).expect("a URL");
    let allowed = ["*.stsci.edu", "stpubdata.s3.us-east-1.amazonaws.com"].map(str::to_owned);
    let got = target(&from, location, &allowed);
    assert_eq!(
        got.as_ref().ok().map(Url::as_str),
        expected,
        "{from} -> {location:?}: {got:?}"
    );
}

#[test]
fn only_known_hosts_are_followed() {
    let mast = "https://mast.stsci.edu/api/v0.1/Download/file?uri=mast:TESS/product/a.fits";
    let s3 = "https://stpubdata.s3.us-east-1.amazonaws.com/tess/a.fits";
    check(mast, Some(s3), Some(s3));
    check(mast, Some("/elsewhere"), Some("https://mast.stsci.edu/elsewhere"));
    check(
        mast,
        Some("https://archive.stsci.edu/x"),
        Some("https://archive.stsci.edu/x"),
    );
    check(mast, Some("https://evil.example/stsci.edu"), None);
    check(mast, Some("https://evilstsci.edu/x"), None);
    check(
        mast,
        Some("https://stpubdata.s3.us-east-1.amazonaws.com.evil.example/x"),
        None,
    );
    check(mast, None, None);
    check(mast, Some("http://[bad"), None);
}

#[test]
fn no_redirect_leaves_https_or_reaches_inside() {
    let mast = "https://mast.stsci.edu/x";
    for location in [
        "http://mast.stsci.edu/x",
        "file:///etc/passwd",
        "ftp://mast.stsci.edu/x",
        "http://127.0.0.1/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "http://mast.localhost/x",
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/latest/meta-data",
    ] {
        check(mast, Some(location), None);
    }
    check(
        "http://127.0.0.1:1/x",
        Some("http://127.0.0.1:2/y"),
        Some("http://127.0.0.1:2/y"),
    );
    check("http://127.0.0.1:1/x", Some("https://mast.stsci.edu/y"), None);
}

#[test]
fn plain_http_is_for_loopback_only() {
    for (text, good) in [
        ("https://mast.stsci.edu", true),
        ("http://127.0.0.1:8765", true),
        ("http://localhost:8765", true),
        ("http://LOCALHOST", true),
        ("http://[::1]:8765", true),
        ("http://127.1", true),
        ("http://mast.localhost:8765", false),
        ("http://localhost.", false),
        ("http://0.0.0.0", false),
        ("http://[::ffff:127.0.0.1]", false),
        ("http://mast.stsci.edu", false),
        ("http://127.0.0.1.evil.example", false),
        ("ftp://127.0.0.1", false),
        ("file:///etc/passwd", false),
    ] {
        assert_eq!(check_scheme(&Url::parse(text).expect("a URL")).is_ok(), good, "{text}");
    }
}

#[test]
fn a_redirect_that_is_not_followed_is_told_without_secrets() {
    let from = Url::parse("https://mast.stsci.edu/x?code=S3CR3T").expect("a URL");
    for location in [
        "http://u:S3CR3T@[bad?code=S3CR3T",
        "https://u:S3CR3T@evil.example/?code=S3CR3T#S3CR3T",
        "http://u:S3CR3T@mast.stsci.edu/?jwt=S3CR3T",
        "https://u:S3CR3T@127.0.0.1/?session=S3CR3T",
        "ftp://u:S3CR3T@mast.stsci.edu/?key=S3CR3T",
    ] {
        let refused = target(&from, Some(location), &[]).expect_err(location);
        assert!(!refused.contains("S3CR3T"), "{refused}");
    }
}
