use super::Certificates;

/// That of `tests/it/tls`, which nobody trusts.
const DER: &[u8] = include_bytes!("../../tests/it/tls/cert.der");

fn pem() -> String {
    use base64::Engine;

    let text = base64::prelude::BASE64_STANDARD.encode(DER);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

#[test]
fn a_path_that_leads_to_none_is_named_with_the_reason() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let junk = directory.path().join("junk.pem");
    std::fs::write(&junk, "no certificate").expect("because the directory is there");
    let absent = directory.path().join("absent.pem");
    let none = Certificates::default;
    for (certificates, path, why) in [
        (
            none().with_file(&absent, "SSL_CERT"),
            &absent,
            "cannot be read: No such file",
        ),
        (
            none().with_file(&junk, "SSL_CERT"),
            &junk,
            "no certificate that can be read",
        ),
        (
            none().with_directory(&absent, "SSL_CERT"),
            &absent,
            "cannot be read: No such file",
        ),
    ] {
        let wrong = certificates.read().expect_err("there is none");
        for part in ["the variable SSL_CERT ", &path.display().to_string(), why, "unset it"] {
            assert!(wrong.contains(part), "{wrong}");
        }
    }
    assert!(none().read().expect("nothing is named").is_none());
}

#[test]
fn files_and_directories_are_read_together() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("proxy.pem");
    std::fs::write(&file, pem()).expect("written");
    std::fs::write(directory.path().join("junk.pem"), "no certificate").expect("written");
    let of_file = Certificates::default().with_file(&file, "SSL_CERT_FILE");
    let of_both = of_file.clone().with_directory(directory.path(), "SSL_CERT_DIR");
    for (certificates, num_found) in [(of_file, 1), (of_both, 2)] {
        let found = certificates.read().expect("one is there").expect("something is named");
        assert_eq!(found.len(), num_found);
    }
}
