use std::ffi::OsString;

use super::wrong;

#[test]
fn a_variable_that_leads_to_no_certificates_is_named_with_the_reason() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let junk = directory.path().join("junk.pem");
    std::fs::write(&junk, "no certificate").expect("because the directory is there");
    let absent = directory.path().join("absent.pem");
    for (name, path, why) in [
        ("SSL_CERT_FILE", &absent, "cannot be read: No such file"),
        ("SSL_CERT_FILE", &junk, "no certificate that can be read"),
        ("SSL_CERT_DIR", &absent, "cannot be read: No such file"),
    ] {
        let told = wrong(|asked| (asked == name).then(|| OsString::from(path))).expect("because it is set");
        for part in [name, &path.display().to_string(), why, "unset it"] {
            assert!(told.contains(part), "{told}");
        }
    }
    assert_eq!(wrong(|_| None), None);
}
