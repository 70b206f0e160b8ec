use super::*;

const URI: &str = "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
const PATH: &str =
    "TESS/tess2019198215352-s0014-0000000158324245-0150-s/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
const HASH: &str = "9b1e0c2d9b1e0c2d9b1e0c2d9b1e0c2d9b1e0c2d9b1e0c2d9b1e0c2d9b1e0c2d";

fn locked(uri: &str, path: &str) -> LockedProduct {
    let components: Vec<&str> = path.split('/').collect();
    LockedProduct {
        product: Product::of_record(uri, &components).expect("a product").with_size(2880),
        content: Content {
            size: 2880,
            sha256: HASH.to_owned(),
            etag: Some("\"ab\\c\"".to_owned()),
            last_modified: None,
        },
        source: Some("cloud".to_owned()),
        note: Some("its checksum is wrong; π serves it so \u{202e}".to_owned()),
    }
}

fn whole() -> Lock {
    let cutout = "tess-s0014-4-1_290.000000_51.000000_10x10_astrocut.fits";
    let cutout = locked(&format!("tesscut:{cutout}"), &format!("TESSCut/{cutout}"));
    Lock::new(
        "lksearch 0.1.0",
        "2026-11-30T07:00:00Z",
        ["lksearch lock tess 'TOI 1161'"],
        [locked(URI, PATH), cutout],
    )
}

#[test]
fn a_lock_is_read_as_it_was_written() {
    let (lock, text) = (whole(), whole().to_text());
    assert_eq!(Lock::parse(text.as_bytes()).expect("a lock"), lock);
    assert!(text.is_ascii() || text.contains('π'), "{text}");
    assert!(!text.contains('\u{202e}'), "what reorders text is spelled out: {text}");
    let uris: Vec<&str> = lock.products().iter().map(|locked| locked.product.uri()).collect();
    assert!(uris.is_sorted(), "{uris:?}");
    let empty = Lock::default().to_text();
    assert_eq!(Lock::parse(empty.as_bytes()).expect("a lock"), Lock::default());
}

#[test]
fn what_a_later_program_adds_is_passed_over() {
    let text = whole().to_text();
    let more = text
        .replace("[[product]]\n", "[[product]]\nblake3 = \"x\"\ntags = [1, 2]\n")
        .replace(
            "# end\n",
            "[origin]\nhost = \"x\"\n\n[[author.name]]\nfirst = 1\n\n# end\n",
        )
        .replace("date = ", "mood = 3\ndate = ");
    assert_eq!(Lock::parse(more.as_bytes()).expect("a lock"), whole());
}

#[test]
fn two_locks_of_one_state_differ_in_two_lines() {
    let later = Lock::new(
        "lksearch 9.9.9",
        "2036-01-01T00:00:00Z",
        whole().questions,
        whole().products,
    );
    assert!(later.is_same_state(&whole()));
    let (old, new) = (whole().to_text(), later.to_text());
    let differ: Vec<(&str, &str)> = old.lines().zip(new.lines()).filter(|(a, b)| a != b).collect();
    assert_eq!(
        (old.lines().count(), differ.len()),
        (new.lines().count(), 2),
        "{differ:?}"
    );
    let reordered = Lock::new("", "", whole().questions, whole().products.into_iter().rev());
    assert_eq!(reordered.products, whole().products);
}

/// A change of the text, the line that the error names, and a part of what it says.
type Harm = (fn(&str) -> String, usize, &'static str);

fn line_of(text: &str, part: &str) -> usize {
    text.lines().position(|line| line.contains(part)).expect("the line") + 1
}

#[test]
fn a_harmed_lock_is_refused_with_its_line() {
    let text = whole().to_text();
    let (head, uri) = (2, line_of(&text, "uri = \"mast:"));
    let (path, size, hash) = (uri + 1, uri + 2, uri + 3);
    let last = text.lines().count();
    let harms: &[Harm] = &[
        (|_| String::new(), 1, "nothing in it"),
        (|_| "\n".repeat(50), 50, "cut"),
        (|text| text[..text.len() / 2].to_owned(), 0, "cut within this line"),
        (
            |text| text.replace("# end\n", ""),
            last - 1,
            "`# end`, which is not here",
        ),
        (|text| format!("{text}uri = \"x\"\n"), last + 1, "after the last line"),
        (|text| text.replace('\n', "\r\n"), 1, "CR LF"),
        (|text| format!("\u{feff}{text}"), 1, "byte order mark"),
        (
            |text| text.replace("version = 1", "version = 2"),
            head,
            "a newer lksearch wrote it",
        ),
        (|text| text.replace("version = 1", "version = 0"), head, "no version 0"),
        (
            |text| text.replace("version = 1\n", ""),
            head,
            "begins with `version = 1`",
        ),
        (
            |text| text.replace("version = 1", "version = 1\nversion = 1"),
            head + 1,
            "second time, after line 2",
        ),
        (
            |_| "[[product]]\nuri = \"x\"\n# end\n".to_owned(),
            1,
            "begins with `version = 1`",
        ),
        (|_| "revision = 3\n".to_owned(), 1, "another program"),
        (
            |text| text.replace("mast:TESS", "file:TESS"),
            uri,
            "not the URI of a product",
        ),
        (
            |text| text.replace("mast:TESS", "https://evil/TESS"),
            uri,
            "not the URI of a product",
        ),
        (
            |text| text.replace(URI, &format!("mast:{}", "x".repeat(3000))),
            uri,
            "at most 2048 bytes",
        ),
        (
            |text| text.replace("tesscut:tess", "tess"),
            0,
            "not the URI of a product",
        ),
        (|text| text.replace("\"TESS/", "\"../"), path, "directory reference"),
        (
            |text| text.replace("\"TESS/", "\"/TESS/"),
            path,
            "<collection>/<observation>/<file>",
        ),
        (|text| text.replace("\"TESS/", "\"~/"), path, "unsafe name"),
        (
            |text| text.replace("\"TESS/", "\"a/TESS/"),
            path,
            "<collection>/<observation>/<file>",
        ),
        (
            |text| text.replace(&format!("path = \"{PATH}"), "path = \""),
            path,
            "the path of this product is <collection>/<observation>/<file>, not \"\"",
        ),
        (
            |text| text.replace(PATH, &PATH.replace("_lc.fits", "_tp.fits")),
            path,
            "<observation>/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits, not",
        ),
        (
            |text| text.replace("\"TESSCut/", "\"TESS/cut/"),
            0,
            "the path of this product is TESSCut/",
        ),
        (
            |text| text.replace("TESS/tess2019198215352", "TESS/C:\\\\tess"),
            path,
            "path separator",
        ),
        (
            |text| text.replace("TESS/tess2019198215352", "TESS/\\u0000"),
            path,
            "control character",
        ),
        (
            |text| text.replace("TESS/tess2019198215352", "TESS/\\u202E"),
            path,
            "control character",
        ),
        (|text| text.replace("size = 2880", "size = -1"), 0, "not a whole number"),
        (
            |text| text.replace("size = 2880", "size = 99999999999999999999"),
            0,
            "not a whole number",
        ),
        (
            |text| text.replace("size = 2880", "size = \"2880\""),
            0,
            "not a whole number",
        ),
        (|text| text.replacen("size = 2880\n", "", 2), 0, "has no `size`"),
        (|text| text.replace(HASH, &HASH[..40]), 0, "64 hexadecimal digits"),
        (
            |text| text.replace(HASH, &HASH.to_uppercase()),
            0,
            "64 hexadecimal digits in lower case",
        ),
        (
            |text| text.replace(HASH, &format!("sha256:{HASH}")),
            0,
            "64 hexadecimal digits",
        ),
        (
            |text| text.replace(&format!("\"{HASH}\""), HASH),
            0,
            "not text in double quotes",
        ),
        (|text| text.replace(HASH, "\\q"), 0, "not text in double quotes"),
        (
            |text| text.replace("source = \"cloud\"", "source = \"clo\"ud\""),
            0,
            "not text in double quotes",
        ),
        (|text| text.replace("[[product]]", "[product]"), 0, "two brackets"),
        (
            |text| text.replace("[[product]]", "[[product"),
            0,
            "not the header of a section",
        ),
        (
            |text| text.replace("uri = \"mast", "uri=\"mast"),
            uri,
            "neither `key = value` nor a comment",
        ),
        (
            |text| text.replace("path = ", "<<<<<<< HEAD\npath = "),
            0,
            "conflict of a merge",
        ),
        (
            |text| text.replace("path = ", "\u{1b}[2Jpath = "),
            0,
            "control character",
        ),
        (
            |text| text.replace("text = ", &format!("words = \"{}\"\ntext = ", "x".repeat(20_000))),
            0,
            "more than 16384 bytes",
        ),
    ];
    for (n, (harm, line, says)) in harms.iter().enumerate() {
        let harmed = harm(&text);
        assert_ne!(harmed, text, "{n} {says}: nothing was changed");
        let error = Lock::parse(harmed.as_bytes()).expect_err(says);
        let Error::Lock { line: found, reason } = &error else {
            panic!("{n}: {error}");
        };
        assert!(reason.contains(says), "{n}: {error} does not say {says:?}");
        assert!(*line == 0 || line == found, "{n} {says}: line {found} and not {line}");
        assert!((1..=harmed.lines().count().max(1)).contains(found), "{n}: {error}");
    }
    assert_eq!((size, hash), (line_of(&text[..], "uri = \"mast:") + 2, uri + 3));
    let not_text = [text.as_bytes(), b"\xff\n"].concat();
    let error = Lock::parse(&not_text).expect_err("not UTF-8").to_string();
    assert_eq!(error, format!("line {}: the line is not UTF-8", last + 1));
}

#[test]
fn a_product_stands_in_a_lock_once() {
    let text = whole().to_text();
    let first = line_of(&text, "uri = \"mast:");
    let begin = text.find("\n[[product]]\nuri = \"mast:").expect("its block");
    let block = &text[begin..text.find("\n\n[[product]]\nuri = \"tesscut").expect("the next")];
    let twice = text.replace("\n# end", &format!("{block}\n\n# end"));
    let error = Lock::parse(twice.as_bytes()).expect_err("twice").to_string();
    assert!(
        error.ends_with(&format!("stands here a second time, after line {first}")),
        "{error}"
    );
    let other_uri = twice.replacen("mast:TESS/product", "mast:TESS/other", 1);
    let error = Lock::parse(other_uri.as_bytes()).expect_err("one path").to_string();
    assert!(
        error.contains("\"TESS/tess2019")
            && error.contains("stands here a second time")
            && error.ends_with(&format!("line {}", first + 1)),
        "{error}"
    );
}

#[test]
fn a_million_lines_are_read_or_refused_soon() {
    let many = format!("version = 1\n{}# end\n", "# nothing\n".repeat(1_000_000));
    assert_eq!(Lock::parse(many.as_bytes()).expect("comments"), Lock::default());
    let sections = format!("version = 1\n{}", "[[product]]\n".repeat(1_000_000));
    let error = Lock::parse(sections.as_bytes())
        .expect_err("empty products")
        .to_string();
    assert_eq!(error, "line 2: what begins here has no `uri`");
    let keys = format!("version = 1\n[x]\n{}", "a = 1\n".repeat(1_000_000));
    let error = Lock::parse(keys.as_bytes()).expect_err("no end").to_string();
    assert!(error.starts_with("line 1000002: the lock is cut"), "{error}");
}
