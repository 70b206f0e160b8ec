use std::ffi::OsString;

use super::wrong;

#[test]
fn what_is_no_address_is_named_and_passwords_are_not_shown() {
    for (value, good) in [
        ("", true),
        ("http://proxy.example.org:3128", true),
        ("http://proxy.example.org:3128/", true),
        ("https://user:secret@proxy.example.org", true),
        ("proxy.example.org:3128", true),
        ("10.0.0.1:8080", true),
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
        for name in ["HTTPS_PROXY", "http_proxy", "ALL_PROXY"] {
            let told = wrong(|asked| (asked == name).then(|| OsString::from(value)));
            assert_eq!(told.is_none(), good, "{name}={value}: {told:?}");
            if let Some(told) = told {
                assert!(told.contains(name) && !told.contains("secret"), "{told}");
            }
        }
    }
    assert_eq!(wrong(|_| None), None);
}
