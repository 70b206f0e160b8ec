use super::*;

fn read(text: &str) -> Layers {
    let mut layers = Layers::default();
    gather(text, Path::new("f.cfg"), &mut layers);
    layers
}

#[track_caller]
fn check(text: &str, values: &[&str], remarks: &[&str], problems: &[&str]) {
    let found = read(text);
    let entries: Vec<_> = found
        .entries
        .iter()
        .map(|entry| format!("{}={}", entry.declaration.key, entry.value))
        .collect();
    assert_eq!(entries, values, "{text}");
    assert_eq!(
        found.remarks.iter().map(Problem::to_string).collect::<Vec<_>>(),
        remarks,
        "{text}"
    );
    assert_eq!(
        found.problems.iter().map(Problem::to_string).collect::<Vec<_>>(),
        problems,
        "{text}"
    );
}

#[test]
fn unknown_keys_and_sections_are_remarks() {
    check(
        "PREFER_CLOUDS = True\nfoo = 1\nfetch.jobs = 3\noffline = True\n[other]\nx = 1\nbroken\n[config]\ncache_dir=/c\n",
        &["cache_dir=/c"],
        &[
            "f.cfg:1: `PREFER_CLOUDS`: unknown key, left out; did you mean `prefer_cloud`?",
            "f.cfg:2: `foo`: unknown key, left out; known are search_result_display_extra_columns, cache_dir, cloud_only, \
             prefer_cloud, download_cloud, check_cached_file_sizes",
            "f.cfg:3: `fetch.jobs`: left out: it is a key of lksearch.toml, not of this file",
            "f.cfg:4: `offline`: left out: it is a key of lksearch.toml, not of this file",
            "f.cfg:5: the section `[other]` is unknown and left out; known is `[config]`",
        ],
        &[],
    );
}

#[test]
fn wrong_values_and_lines_are_all_reported() {
    check(
        "CLOUD_ONLY = maybe\nPREFER_CLOUD\nDOWNLOAD_CLOUD =\nCHECK_CACHED_FILE_SIZES = None # x\n",
        &[],
        &[],
        &[
            "f.cfg:1: `cloud_only`: found `maybe`, expected true or false",
            "f.cfg:2: found `PREFER_CLOUD`, expected `KEY = VALUE`, `[config]` or a comment",
            "f.cfg:3: `download_cloud`: found nothing, expected true or false",
            "f.cfg:4: `check_cached_file_sizes`: found `None # x`, expected true or false",
        ],
    );
}

#[test]
fn the_later_of_two_lines_wins_and_says_so() {
    check(
        "cache_dir = /a\n[config]\ncache_dir = /b\n",
        &["cache_dir=/a", "cache_dir=/b"],
        &["f.cfg:3: `cache_dir`: it wins over f.cfg:1"],
        &[],
    );
}

#[test]
fn quotes_and_comments_are_told_apart() {
    for (value, path) in [
        ("/x#y", "/x"),
        ("\"/x#y\" # z", "/x#y"),
        ("'/x y'", "/x y"),
        ("/it's#1", "/it's"),
        ("'''/t'''", "/t"),
        ("/a,b", "/a,b"),
        ("0123", "0123"),
        ("\"None\"", ""),
        ("None", ""),
        ("", ""),
    ] {
        check(
            &format!("cache_dir = {value}"),
            &[&format!("cache_dir={path}")],
            &[],
            &[],
        );
    }
    check(
        "cache_dir = '''/one\ntwo''' # x\nCLOUD_ONLY = 1",
        &["cache_dir=/one\ntwo", "cloud_only=true"],
        &[],
        &[],
    );
}
