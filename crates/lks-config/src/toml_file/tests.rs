use super::*;

/// Values by key, and problems, of a text.
fn read(text: &str) -> (Vec<String>, Vec<String>) {
    let mut layers = Layers::default();
    gather(text, Path::new("f.toml"), &mut layers);
    let entries = layers.entries.iter();
    (
        entries
            .map(|entry| format!("{} {} = {}", entry.origin, entry.declaration.key, entry.value))
            .collect(),
        layers.problems.iter().map(Problem::to_string).collect(),
    )
}

#[track_caller]
fn check_problem(text: &str, expected: &str) {
    let (_, problems) = read(text);
    assert_eq!(problems, [expected], "{text}");
}

#[test]
fn tables_inline_tables_and_dotted_keys_mean_the_same() {
    for text in [
        "fetch.jobs = 3",
        "fetch = { jobs = 3 }",
        "fetch.jobs = 0x3",
        "\"fetch\".'jobs' = 3",
    ] {
        assert_eq!(read(text), (vec!["f.toml:1 fetch.jobs = 3".into()], vec![]), "{text}");
    }
    assert_eq!(read("[fetch]\n\njobs = 3\n").0, ["f.toml:3 fetch.jobs = 3"]);
}

#[test]
fn wrong_values_name_line_key_found_and_allowed() {
    let count = "expected a whole number from 1 to 256";
    for found in [
        "0",
        "-1",
        "1e9",
        "nan",
        "inf",
        "1.0",
        "99999999999999999999",
        "\"8\"",
        "true",
        "[8]",
        "1979-05-27",
    ] {
        check_problem(
            &format!("\nfetch.jobs = {found}"),
            &format!("f.toml:2: `fetch.jobs`: found `{found}`, {count}"),
        );
    }
    for found in ["1", "\"true\"", "\"\"", "[true]"] {
        let expected = format!("f.toml:1: `cloud_only`: found `{found}`, expected true or false");
        check_problem(&format!("cloud_only = {found}"), &expected);
    }
    check_problem("cache_dir = 123", "f.toml:1: `cache_dir`: found `123`, expected a path");
    check_problem(
        "search_result_display_extra_columns = [\"a\", 1]",
        "f.toml:1: `search_result_display_extra_columns`: found `[\"a\", 1]`, expected a list of texts",
    );
    check_problem(
        "[cloud_only]\nx = 1",
        "f.toml:1: `cloud_only`: found `[cloud_only]`, expected true or false",
    );
    check_problem(
        "endpoints.bucket = \"\"",
        "f.toml:1: `endpoints.bucket`: found `\"\"`, expected a name of letters, digits, `.`, `-` and `_`",
    );
}

#[test]
fn unknown_keys_name_the_nearest() {
    for (text, key, nearest) in [
        ("prefer_clod = true", "prefer_clod", "prefer_cloud"),
        ("CLOUD_ONLY = true", "CLOUD_ONLY", "cloud_only"),
        ("jobs = 3", "jobs", "fetch.jobs"),
        ("[fetch]\njob = 3", "fetch.job", "fetch.jobs"),
        (
            "[network]\nread_timeout = \"1s\"",
            "network.read_timeout",
            "network.head_timeout",
        ),
        ("cache-dir = \"x\"", "cache-dir", "cache_dir"),
    ] {
        let line = text.lines().count();
        check_problem(
            text,
            &format!("f.toml:{line}: `{key}`: unknown key; did you mean `{nearest}`?"),
        );
    }
    let (_, problems) = read("entirely_different = 1");
    assert!(
        problems[0].contains("unknown key; known are cloud_only, "),
        "{problems:?}"
    );
    let (_, problems) = read("fetch = 3");
    assert!(
        problems[0].starts_with("f.toml:1: `fetch`: unknown key"),
        "{problems:?}"
    );
}

#[test]
fn every_problem_of_a_file_is_reported_in_order_of_lines() {
    let (entries, problems) = read("fetch.jobs = 0\nx y\ncloud_only = 3\noffline = true\ncache_dir = 0123\n");
    let places: Vec<_> = problems
        .iter()
        .map(|problem| problem.split(": ").next().unwrap_or_default())
        .collect();
    assert_eq!(
        places,
        ["f.toml:1", "f.toml:2:3", "f.toml:3", "f.toml:5:13"],
        "{problems:#?}"
    );
    assert!(entries.contains(&"f.toml:4 offline = true".to_owned()), "{entries:?}");
}

#[test]
fn an_empty_text_unsets_what_is_optional() {
    assert_eq!(read("cache_dir = \"\"").0, ["f.toml:1 cache_dir = "]);
    assert_eq!(
        read("search_result_display_extra_columns = []").0,
        ["f.toml:1 search_result_display_extra_columns = "]
    );
}

#[test]
fn what_is_broken_to_the_end_of_the_file_is_reported() {
    for text in [
        "a = [1,\n",
        "a = \"\"\"\nx = 1\n",
        "[fetch\n",
        "fetch = {\n",
        "cloud_only =\n",
        "cloud_only",
        "= 1",
        "a = '\n\n",
        "\"a",
    ] {
        assert!(!read(text).1.is_empty(), "{text:?}");
    }
    assert_eq!(
        read("cloud_only = true\ncloud_only = false\n").1,
        ["f.toml:2:1: duplicate key"]
    );
    assert_eq!(read("é = [\n\ncloud_only = 1\n").1.len(), 2);
}

#[test]
fn lines_of_a_broken_text_are_not_settings() {
    for quotes in ["\"\"\"", "'''"] {
        let (_, problems) = read(&format!(
            "cache dir = {quotes}/x\nprefer_clod = 1\n{quotes}\noffline = 1"
        ));
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("f.toml:1:"), "{problems:?}");
    }
}
