use url::Url;

use super::{Proxies, Proxy};

#[test]
fn a_wrong_address_is_named_without_its_password() {
    for (value, good) in [
        ("http://proxy.example.org:3128", true),
        ("http://proxy.example.org:3128/", true),
        ("https://user:secret@proxy.example.org", true),
        ("proxy.example.org:3128", true),
        (" 10.0.0.1:8080 ", true),
        ("http://[::1]:3128", true),
        ("socks5://127.0.0.1:1080", true),
        ("::::", false),
        ("http://", false),
        ("http://host:port", false),
        ("http://proxy.example.org:99999", false),
        ("ftp://proxy.example.org", false),
        ("a proxy", false),
        ("user:secret@:::", false),
    ] {
        let proxy = || Proxy::new(value, "ALL_PROXY");
        for proxies in [
            Proxies::default().with_https(proxy()),
            Proxies::default().with_http(proxy()),
        ] {
            let wrong = proxies.wrong();
            assert_eq!(wrong.is_none(), good, "{value}: {wrong:?}");
            if let Some(wrong) = wrong {
                assert!(wrong.contains("ALL_PROXY") && !wrong.contains("secret"), "{wrong}");
            }
            assert!(!format!("{proxies:?}").contains("secret"));
            // What is found to be good, the HTTP library takes.
            assert!(!good || proxies.for_reqwest().is_ok(), "{value}");
        }
    }
    assert_eq!(Proxies::default().wrong(), None);
}

#[test]
fn each_scheme_has_its_proxy_and_exceptions_have_none() {
    let proxies = Proxies::default()
        .with_https(Proxy::new("https.example.org:1", "HTTPS_PROXY"))
        .with_http(Proxy::new("socks5h://user:secret@127.0.0.1:2", "http_proxy"))
        .with_exceptions("example.com, 10.0.0.0/8");
    let matcher = proxies.matcher();
    for (url, variable) in [
        ("https://archive.example.org/x", Some("HTTPS_PROXY")),
        ("http://archive.example.org/x", Some("http_proxy")),
        ("https://data.example.com/x", None),
        ("https://10.1.2.3/x", None),
    ] {
        let found = proxies.variable_for(&matcher, &Url::parse(url).expect("a URL"));
        assert_eq!(found.as_deref(), variable, "{url}");
    }
}
