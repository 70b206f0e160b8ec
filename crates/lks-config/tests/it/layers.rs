//! Five layers times every key: the highest that speaks wins, and is named.

use lks_config::{Error, Origin, Settings, Sources, get, keys, load};

use crate::Home;

/// What the four layers above the defaults say: each differs from the one below it.
const VALUES: &[(&str, [&str; 4])] = &[
    ("cloud_only", ["true", "false", "true", "false"]),
    ("prefer_cloud", ["false", "true", "false", "true"]),
    ("download_cloud", ["false", "true", "false", "true"]),
    ("check_cached_file_sizes", ["false", "true", "false", "true"]),
    (
        "cache_dir",
        ["/from/legacy", "/from/file", "/from/variable", "/from/flag"],
    ),
    ("search_result_display_extra_columns", ["a", "a, b", "c", "d, e f"]),
    ("offline", ["true", "false", "true", "false"]),
    ("share", ["1/2", "1/3", "3/8", "1/1"]),
    ("search.max_age", ["0s", "3h", "48h", "72h"]),
    (
        "endpoints.mast",
        ["https://a", "https://b/c", "http://127.0.0.1:1", "http://localhost:2"],
    ),
    (
        "endpoints.resolver",
        ["https://a", "https://b/c", "http://127.0.0.1:1", "http://[::1]:2"],
    ),
    (
        "endpoints.tap",
        [
            "https://a/tap",
            "https://b/tap",
            "http://127.0.0.1:1/tap",
            "http://[::1]:2",
        ],
    ),
    (
        "endpoints.simbad",
        [
            "https://a/tap",
            "https://b/tap",
            "http://127.0.0.1:1/tap",
            "http://[::1]:2",
        ],
    ),
    (
        "endpoints.gaia",
        [
            "https://a/tap",
            "https://b/tap",
            "http://127.0.0.1:1/tap",
            "http://[::1]:2",
        ],
    ),
    (
        "endpoints.s3",
        ["https://a", "https://b/c", "http://127.0.0.1:1", "http://127.9.9.9:2"],
    ),
    ("endpoints.bucket", ["a", "b", "c", "d"]),
    ("endpoints.region", ["a", "eu-west-1", "us-west-2", "d"]),
    ("endpoints.signed", ["true", "false", "true", "false"]),
    ("network.connect_timeout", ["1s", "2s", "3min", "250ms"]),
    ("network.head_timeout", ["1s", "2s", "3min", "4h"]),
    ("network.idle_timeout", ["1s", "2s", "3min", "4h"]),
    ("network.retries", ["1", "0", "2", "3"]),
    ("network.user_agent", ["a/1", "b/2", "c d", "e"]),
    ("fetch.jobs", ["1", "2", "3", "256"]),
    ("fetch.part_size", ["1 MiB", "2 MiB", "3 MB", "4096 B"]),
    ("fetch.split_above", ["1 MiB", "0 B", "3 MB", "4 KiB"]),
    ("fetch.checks", ["all", "enough", "all", "enough"]),
    ("cache.verify", ["exists", "sha256", "fits", "stat"]),
];
const LEGACY_KEYS: usize = 6;

/// A value as the TOML file has it.
fn in_toml(key: &str, value: &str) -> String {
    match key {
        "search_result_display_extra_columns" => {
            let items: Vec<_> = value.split(", ").map(|item| format!("\"{item}\"")).collect();
            format!("[{}]", items.join(", "))
        }
        _ if value == "true" || value == "false" || value.parse::<u64>().is_ok() => value.to_owned(),
        _ => format!("\"{value}\""),
    }
}

#[test]
fn the_highest_layer_wins_for_every_key() {
    let mut num_cases = 0;
    assert!(VALUES.iter().map(|(key, _)| *key).eq(keys()), "the table has every key");
    for (key, values) in VALUES {
        let is_legacy = !key.contains('.') && !["offline", "share"].contains(key);
        // Each subset of the layers above the defaults, bit 0 the legacy file.
        for present in (0..16_u8).filter(|present| is_legacy || present & 1 == 0) {
            let home = Home::new();
            let has = |layer: usize| present & (1 << layer) != 0;
            let mut sources = home.sources();
            let mut expected = (get(&Settings::default(), key).unwrap(), Origin::Default);
            if has(0) {
                let path = home.write(
                    "lksearch.cfg",
                    &format!("# talk\n{} = {}\n", key.to_uppercase(), values[0]),
                );
                expected = (values[0].to_owned(), Origin::LegacyFile { path, line: 2 });
            }
            if has(1) {
                let text = format!("# talk\n\n{key} = {}\n", in_toml(key, values[1]));
                let path = home.write("lksearch.toml", &text);
                expected = (values[1].to_owned(), Origin::File { path, line: 3 });
            }
            if has(2) {
                let variable = format!("LKSEARCH_{}", key.to_uppercase().replace('.', "__"));
                sources = sources.with_variable(&variable, values[2]);
                expected = (values[2].to_owned(), Origin::Environment { variable });
            }
            if has(3) {
                let set = format!("{key}={}", values[3]);
                sources = sources.with_set(&set);
                let flag = format!("--set {set}");
                expected = (values[3].to_owned(), Origin::Override { flag });
            }
            let expected = (expected.0.replace("4096 B", "4 KiB"), expected.1);
            let loaded = load(&sources).unwrap();
            assert_eq!(
                (get(&loaded.settings, key).unwrap(), loaded.origins.of(key).clone()),
                expected,
                "{key} {present:04b}"
            );
            let others = loaded.show().into_iter().filter(|row| row.key != *key);
            assert!(
                others.into_iter().all(|row| row.origin == Origin::Default),
                "{key} {present:04b}"
            );
            assert_eq!(loaded.warnings, []);
            num_cases += 1;
        }
    }
    assert_eq!(num_cases, LEGACY_KEYS * 16 + (VALUES.len() - LEGACY_KEYS) * 8);
}

#[test]
fn isolated_sources_give_the_defaults() {
    let loaded = load(&Sources::isolated()).unwrap();
    assert_eq!(loaded.settings, Settings::default());
    assert!(loaded.show().iter().all(|row| row.origin == Origin::Default));
    assert!(loaded.directories.config_file().is_err() && loaded.cache_dir().is_err());
}

#[test]
fn a_named_file_stands_for_both_files() {
    let home = Home::new();
    home.write("lksearch.cfg", "CLOUD_ONLY = True\n");
    home.write("lksearch.toml", "fetch.jobs = 2\n");
    let other = home.write("other.toml", "network.retries = 0\n");
    let flag = home.write("flag.toml", "network.retries = 1\n");
    let sources = home.sources().with_variable("LKSEARCH_CONFIG", &other);
    let loaded = load(&sources).unwrap();
    assert_eq!(loaded.settings.network.retries, 0);
    assert!(!loaded.settings.cloud_only && loaded.settings.fetch.jobs.get() == 8);
    assert_eq!(loaded.directories.config_file().unwrap(), other);
    assert_eq!(
        load(&sources.with_config_file(&flag)).unwrap().settings.network.retries,
        1
    );
    let legacy = home.config("lksearch.cfg");
    assert!(
        load(&home.sources().with_config_file(legacy))
            .unwrap()
            .settings
            .cloud_only
    );
}

#[test]
fn all_problems_of_all_layers_come_at_once() {
    let home = Home::new();
    home.write("lksearch.cfg", "CLOUD_ONLY = maybe\n");
    home.write("lksearch.toml", "prefer_clod = true\nfetch.jobs = 0\n");
    let sources = home
        .sources()
        .with_variable("LKSEARCH_NETWORK__RETRIES", "-1")
        .with_variable("LKSEARCH_FETCH_JOBS", "2")
        .with_variable("OTHER", "x")
        .with_set("cache.verify")
        .with_override("cache_dirs", "/x", "--cache-dir");
    let Err(Error::Invalid(problems)) = load(&sources) else {
        panic!("expected problems")
    };
    let directory = home.config("");
    let lines: Vec<_> = problems
        .iter()
        .map(|problem| problem.to_string().replace(directory.to_str().unwrap(), ""))
        .collect();
    assert_eq!(
        lines,
        [
            "lksearch.cfg:1: `cloud_only`: found `maybe`, expected true or false",
            "lksearch.toml:1: `prefer_clod`: unknown key; did you mean `prefer_cloud`?",
            "lksearch.toml:2: `fetch.jobs`: found `0`, expected a whole number from 1 to 256",
            "LKSEARCH_NETWORK__RETRIES: `network.retries`: found `-1`, expected a whole number from 0 to 100",
            "LKSEARCH_FETCH_JOBS: unknown key; did you mean `LKSEARCH_FETCH__JOBS`?",
            "--set cache.verify: expected KEY=VALUE, such as `fetch.jobs=2`",
            "--cache-dir: `cache_dirs`: unknown key; did you mean `cache_dir`?",
        ]
    );
}

#[test]
fn a_new_value_is_passed_on_and_nothing_is_remembered() {
    let changed = load(&Sources::isolated().with_set("prefer_cloud=false"))
        .unwrap()
        .settings;
    assert!(!changed.prefer_cloud);
    assert!(load(&Sources::isolated()).unwrap().settings.prefer_cloud);
}

#[test]
fn an_empty_text_unsets_what_a_lower_layer_set() {
    let home = Home::new();
    home.write("lksearch.toml", "endpoints.s3 = \"https://a\"\ncache_dir = \"/x\"\n");
    let sources = home
        .sources()
        .with_variable("LKSEARCH_ENDPOINTS__S3", "")
        .with_variable("LKSEARCH_CACHE_DIR", "");
    let loaded = load(&sources).unwrap();
    assert_eq!(loaded.settings.endpoints.s3, None);
    assert_eq!(
        loaded.cache_dir().unwrap().to_str(),
        Some("/x"),
        "an empty variable of a directory is not a value"
    );
    let loaded = load(&sources.with_set("cache_dir=")).unwrap();
    assert_eq!(loaded.settings.cache_dir, None);
    assert_eq!(loaded.cache_dir().unwrap(), home.path().join(".lksearch/cache"));
}

#[test]
fn an_access_key_is_used_only_if_asked_for_and_not_printed() {
    let key = Sources::isolated()
        .with_variable("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .with_variable("AWS_SECRET_ACCESS_KEY", "never to be seen");
    let loaded = |sources: &Sources, set: &str| load(&sources.clone().with_set(set)).unwrap();
    let (asked, not_asked) = ("endpoints.signed=true", "endpoints.signed=false");
    assert_eq!(loaded(&key, not_asked).credentials().unwrap(), None);
    let with_key = loaded(&key, asked);
    assert_eq!(with_key.credentials().unwrap().unwrap().key_id, "AKIDEXAMPLE");
    assert!(!format!("{with_key:?}").contains("never to be seen"));
    let error = loaded(&Sources::isolated(), asked)
        .credentials()
        .unwrap_err()
        .to_string();
    assert!(error.contains("AWS_SECRET_ACCESS_KEY"), "{error}");
}
