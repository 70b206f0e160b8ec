use super::*;

const COUNT: ValueKind = ValueKind::Count { min: 1, max: 256 };
const SIZE: ValueKind = ValueKind::Size {
    min: 1,
    max: bytesize::EIB,
};
const TIME: ValueKind = ValueKind::Duration {
    min: Duration::from_millis(1),
    max: Duration::from_secs(86_400),
};

/// What is read from `text` and how it is printed; `None` if it is refused.
fn check(kind: &ValueKind, text: &str, printed: Option<&str>) {
    let value = kind.parse_text(text);
    assert_eq!(
        value.as_ref().ok().map(Value::to_string).as_deref(),
        printed,
        "{text:?}"
    );
    if let Ok(value) = value {
        assert_eq!(
            kind.parse_text(&value.to_string()),
            Ok(value),
            "{text:?} does not read back"
        );
    }
}

#[test]
fn numbers_are_whole_and_in_range() {
    for (text, printed) in [("1", Some("1")), (" 256 ", Some("256")), ("007", Some("7"))] {
        check(&COUNT, text, printed);
    }
    for text in [
        "0",
        "257",
        "-1",
        "1e9",
        "1.0",
        "NaN",
        "inf",
        "abc",
        "99999999999999999999",
        "0x10",
        "8 files",
    ] {
        check(&COUNT, text, None);
    }
}

#[test]
fn sizes_print_exactly_and_read_back() {
    for (text, printed) in [
        ("8 MiB", "8 MiB"),
        ("8MiB", "8 MiB"),
        ("8388608", "8 MiB"),
        ("8 MB", "8 MB"),
        ("1.5 GiB", "1536 MiB"),
        ("1 KiB", "1 KiB"),
        ("1023", "1023 B"),
        ("8388609", "8388609 B"),
        ("1 EiB", "1 EiB"),
    ] {
        check(&SIZE, text, Some(printed));
    }
    for text in [
        "0",
        "-1",
        "1e9",
        "NaN",
        "8 Mibs",
        "MiB",
        "2 EiB",
        "99999999999999999999 EiB",
        "1,5 MiB",
    ] {
        check(&SIZE, text, None);
    }
}

#[test]
fn durations_print_in_one_unit_and_read_back() {
    for (text, printed) in [
        ("10s", "10s"),
        ("60s", "60s"),
        ("1m", "60s"),
        ("2min", "2min"),
        ("90s", "90s"),
        ("1h 30m", "90min"),
        ("2h", "2h"),
        ("1day", "24h"),
        ("500ms", "500ms"),
        ("1s 500ms", "1500ms"),
        ("1s 1us", "1s 1us"),
    ] {
        check(&TIME, text, Some(printed));
    }
    for text in [
        "10",
        "0s",
        "-1s",
        "NaN",
        "1e9s",
        "2days",
        "99999999999999999999y",
        "soon",
    ] {
        check(&TIME, text, None);
    }
}

#[test]
fn addresses_are_https_or_loopback() {
    for text in [
        "https://mast.stsci.edu",
        "http://127.0.0.1:8765",
        "http://127.1.2.3",
        "http://[::1]:80/x",
        "http://localhost:1/stpubdata",
    ] {
        check(&ValueKind::Url, text, Some(text));
    }
    for text in [
        "http://mast.stsci.edu",
        "http://128.0.0.1",
        "http://localhost.example.com",
        "http://mast.localhost",
        "http://localhost.",
        "http://[::ffff:127.0.0.1]",
        "http://127.0.0.1.example.com",
        "ftp://127.0.0.1",
        "mast.stsci.edu",
        "127.0.0.1:8765",
        "https://",
        "https://user:word@mast.stsci.edu",
        "https://mast.stsci.edu?x=1",
        "https://mast.stsci.edu#x",
        "file:///etc/passwd",
    ] {
        check(&ValueKind::Url, text, None);
    }
}

#[test]
fn lists_keep_quoted_commas() {
    for (text, items) in [
        ("a, b", vec!["a", "b"]),
        ("a, b,", vec!["a", "b"]),
        (",", vec![]),
        ("[]", vec![]),
        ("['a', \"b,c\"]", vec!["a", "b,c"]),
        ("a b,c", vec!["a b", "c"]),
    ] {
        let items = Value::List(items.into_iter().map(str::to_owned).collect());
        assert_eq!(ValueKind::List.parse_text(text), Ok(items.clone()), "{text}");
        assert_eq!(ValueKind::List.parse_text(&format!("{items},")), Ok(items), "{text}");
    }
}

#[test]
fn words_names_headers_and_switches_are_checked() {
    let choice = ValueKind::Choice(&["exists", "stat"]);
    check(&choice, "STAT", Some("stat"));
    check(&choice, "sha1", None);
    check(&ValueKind::Name, "us-east-1", Some("us-east-1"));
    for text in ["a/b", "../x", "a b", "é"] {
        check(&ValueKind::Name, text, None);
    }
    check(&ValueKind::Header, "me/1.0 (a@b)", Some("me/1.0 (a@b)"));
    check(&ValueKind::Header, "a\r\nX: y", None);
    for (text, printed) in [
        ("True", "true"),
        ("YES", "true"),
        ("on", "true"),
        ("0", "false"),
        ("Off", "false"),
    ] {
        check(&ValueKind::Switch, text, Some(printed));
    }
    for text in ["2", "maybe", "None", "t"] {
        check(&ValueKind::Switch, text, None);
    }
    check(&ValueKind::Path, "/data/0123", Some("/data/0123"));
    check(&ValueKind::Path, " a ", Some(" a "));
    check(&ValueKind::Path, "a\0b", None);
}
