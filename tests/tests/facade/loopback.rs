//! Which hosts are this machine is decided twice, because settings and requests do not know each other: alike.

use lksearch::config::{Sources, load};
use lksearch::http::{Cause, HttpClient, Request};

#[tokio::test]
async fn settings_and_requests_agree_which_hosts_are_this_machine() {
    for (host, is_here) in [
        ("localhost", true),
        ("LocalHost:8765", true),
        ("127.0.0.1:1", true),
        ("127.255.255.254", true),
        ("127.1", true),
        ("0x7f.1", true),
        ("2130706433", true),
        ("[::1]:80", true),
        ("[0:0:0:0:0:0:0:1]", true),
        ("mast.localhost", false),
        ("localhost.", false),
        ("localhost.example.org", false),
        ("localhost.localdomain", false),
        ("xlocalhost", false),
        ("127.0.0.1.example.org", false),
        ("128.0.0.1", false),
        ("0.0.0.0", false),
        ("[::]", false),
        ("[::ffff:127.0.0.1]", false),
        ("169.254.169.254", false),
        ("ip6-localhost", false),
        ("mast.stsci.edu", false),
    ] {
        let address = format!("http://{host}");
        let loaded = load(&Sources::isolated().with_override("endpoints.mast", &address, "test"));
        assert_eq!(loaded.is_ok(), is_here, "settings: {address}");
        let client = HttpClient::from_transport(|_| Err(std::io::Error::from(std::io::ErrorKind::NotConnected)));
        let request = Request::get(address.parse().expect("a URL"));
        let error = client.stream(request).await.map(drop).expect_err("nobody answers");
        let is_refused = matches!(error.cause(), Cause::Refused(_));
        assert_eq!(!is_refused, is_here, "requests: {address}: {error}");
    }
}
