use super::*;

#[track_caller]
fn check(text: &str, key: &str, value: &str, expected: &str) {
    let declaration = find(key).unwrap();
    let value = declaration.parse_text(value).unwrap().to_toml();
    assert_eq!(edited(text, Path::new("f.toml"), declaration, value).unwrap(), expected);
}

#[test]
fn a_new_key_goes_where_it_belongs() {
    check("", "cloud_only", "yes", "cloud_only = true\n");
    check("", "fetch.jobs", "3", "fetch.jobs = 3\n");
    check("[fetch]\n", "cloud_only", "yes", "cloud_only = true\n[fetch]\n");
    check("[cache]\n", "fetch.jobs", "3", "fetch.jobs = 3\n[cache]\n");
    check(
        "fetch.jobs = 1 # x\n",
        "fetch.part_size",
        "1MiB",
        "fetch.jobs = 1 # x\nfetch.part_size = \"1 MiB\"\n",
    );
    check("fetch = { jobs = 1 }\n", "fetch.jobs", "3", "fetch = { jobs = 3 }\n");
    check("", "cache_dir", "C:\\a \"b\"", "cache_dir = 'C:\\a \"b\"'\n");
    check(
        "",
        "search_result_display_extra_columns",
        "a, 'b,c'",
        "search_result_display_extra_columns = [\"a\", \"b,c\"]\n",
    );
}

#[test]
fn a_commented_setting_is_un_commented_and_talk_is_not() {
    check(
        "# a\n#fetch.jobs = 8 # x\n# b\n",
        "fetch.jobs",
        "3",
        "# a\nfetch.jobs = 3\n# b\n",
    );
    check("# fetch.jobs = 8\r\n", "fetch.jobs", "3", "fetch.jobs = 3\r\n");
    check(
        "# fetch.jobs = 8 was too slow\n",
        "fetch.jobs",
        "3",
        "fetch.jobs = 3\n# fetch.jobs = 8 was too slow\n",
    );
    check(
        "[fetch]\n# fetch.jobs = 8\n",
        "fetch.jobs",
        "3",
        "[fetch]\njobs = 3\n# fetch.jobs = 8\n",
    );
    check(
        "# fetch.jobs = 8\n[fetch]\n",
        "fetch.jobs",
        "3",
        "# fetch.jobs = 8\n[fetch]\njobs = 3\n",
    );
    let text = "network.user_agent = '''\n# fetch.jobs = 8\n'''\n";
    check(text, "fetch.jobs", "3", &format!("{text}fetch.jobs = 3\n"));
}

#[track_caller]
fn unset(text: &str, key: &str, expected: Option<&str>) {
    let found = without(text, Path::new("f.toml"), find(key).unwrap()).unwrap();
    assert_eq!(found.as_deref(), expected, "{text}");
}

#[test]
fn an_unset_key_becomes_a_comment_with_the_default() {
    unset("", "fetch.jobs", None);
    unset("[fetch]\n# jobs = 3\n", "fetch.jobs", None);
    unset(
        "# mine\nfetch.jobs = 3 # few\r\ncloud_only = true\n",
        "fetch.jobs",
        Some("# mine\n# fetch.jobs = 8 # few\r\ncloud_only = true\n"),
    );
    unset("[fetch]\n  jobs = 3", "fetch.jobs", Some("[fetch]\n#   jobs = 8"));
    unset(
        "fetch = { jobs = 1, part_size = 9000000 }\n",
        "fetch.jobs",
        Some("fetch = { part_size = 9000000 }\n"),
    );
    let list = "search_result_display_extra_columns = [\n  \"a\", # one\n  \"b\",\n]\ncloud_only = true\n";
    let expected = "# search_result_display_extra_columns = []\ncloud_only = true\n";
    unset(list, "search_result_display_extra_columns", Some(expected));
    unset("cache_dir = '/data'\n", "cache_dir", Some("# cache_dir = \"\"\n"));
}

#[test]
fn a_key_set_and_unset_leaves_the_template() {
    for declaration in crate::declaration::DECLARATIONS {
        let value = declaration.default_value().to_toml();
        let set = edited(&template(), Path::new("f.toml"), declaration, value).unwrap();
        unset(&set, declaration.key, Some(&template()));
    }
}
