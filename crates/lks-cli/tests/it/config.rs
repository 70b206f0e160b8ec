//! `lksearch config`: where each value came from, and changing it.

use crate::home::{Home, line};

#[test]
fn show_names_file_and_line_variable_flag_and_default() {
    let home = Home::new();
    assert_eq!(home.run(&["config", "set", "fetch.jobs", "3"]).code, Some(0));
    let shown = home.run_with(
        &["--set", "prefer_cloud=false", "config", "show", "--origin"],
        &[("LKSEARCH_ENDPOINTS__MAST", "http://127.0.0.1:8765")],
    );
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let line_of = |key: &str| {
        let found = shown
            .stdout
            .lines()
            .find(|line| line.split_whitespace().next() == Some(key));
        found.unwrap_or_else(|| panic!("{key} in {}", shown.stdout)).to_owned()
    };
    assert!(
        line_of("fetch.jobs").contains("lksearch.toml:"),
        "{}",
        line_of("fetch.jobs")
    );
    assert!(line_of("endpoints.mast").ends_with("LKSEARCH_ENDPOINTS__MAST"));
    assert!(line_of("prefer_cloud").ends_with("--set prefer_cloud=false"));
    assert!(line_of("cache.verify").ends_with("default"));
}

#[test]
fn show_names_the_cache_that_is_used_where_nobody_set_one() {
    let home = Home::new();
    let cache = |variables: &[(&str, &str)]| {
        let shown = home.run_with(&["config", "show", "--origin"], variables).stdout;
        let line = shown.lines().find(|line| line.starts_with("cache_dir ")).unwrap();
        line.split_whitespace().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let path = |below: &str| home.path(below).display().to_string();
    assert_eq!(cache(&[]), [path(".lksearch/cache"), "default".to_owned()]);
    std::fs::create_dir_all(home.path("xdg/lksearch")).unwrap();
    let variables = [("XDG_CACHE_HOME", path("xdg"))];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(cache(&variables), [path("xdg/lksearch"), "XDG_CACHE_HOME".to_owned()]);
}

#[test]
fn get_prints_the_bare_value_and_nothing_for_what_is_not_set() {
    let home = Home::new();
    for (key, expected) in [
        ("prefer_cloud", "true\n"),
        ("fetch.jobs", "8\n"),
        ("network.user_agent", ""),
    ] {
        assert_eq!(home.run(&["config", "get", key]).stdout, expected, "{key}");
    }
    home.run(&["config", "get", "fetch.job"])
        .failed(2, &["fetch.job", "fetch.jobs"]);
}

#[test]
fn init_writes_the_template_once_and_refuses_to_overwrite_it() {
    let home = Home::new();
    let first = home.run(&["config", "init"]);
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    let path = home.run(&["config", "path"]).stdout.trim().to_owned();
    assert_eq!(first.stdout.trim(), path);
    assert!(std::fs::read_to_string(&path).unwrap().contains("prefer_cloud"));
    home.run(&["config", "init"]).failed(2, &["--force"]);
    assert_eq!(home.run(&["config", "init", "--force"]).code, Some(0));
}

#[test]
fn set_keeps_the_comments_of_the_file() {
    let home = Home::new();
    home.run(&["config", "init"]);
    assert_eq!(home.run(&["config", "set", "prefer_cloud", "false"]).code, Some(0));
    assert_eq!(home.run(&["config", "get", "prefer_cloud"]).stdout, "false\n");
    let text = std::fs::read_to_string(home.path(".lksearch/config/lksearch.toml")).unwrap();
    assert!(text.lines().filter(|line| line.starts_with('#')).count() > 20, "{text}");
    home.run(&["config", "set", "fetch.jobs", "many"])
        .failed(2, &["fetch.jobs", "many"]);
}

#[test]
fn the_python_packages_settings_count_and_toml_wins() {
    let home = Home::new();
    std::fs::create_dir_all(home.path(".lksearch/config")).unwrap();
    std::fs::write(
        home.path(".lksearch/config/lksearch.cfg"),
        "CLOUD_ONLY = True\nPREFER_CLOUD = False\n",
    )
    .unwrap();
    assert_eq!(home.run(&["config", "get", "cloud_only"]).stdout, "true\n");
    home.run(&["config", "set", "cloud_only", "false"]);
    assert_eq!(home.run(&["config", "get", "cloud_only"]).stdout, "false\n");
    assert_eq!(home.run(&["config", "get", "prefer_cloud"]).stdout, "false\n");
}

#[test]
fn only_what_keeps_files_needs_a_home_and_says_why_it_has_none() {
    let home = Home::new();
    let made = line("--sandbox download k2 K2-18 --hlsps --kind timeseries --limit 1 --dir files");
    let made = home.run(&[&made[..], &["--format", "json"]].concat()).rows();
    let file = made[0]["Local Path"].as_str().unwrap();
    let nowhere = home.path("nowhere").display().to_string();
    for (variables, why) in [
        (&[][..], "HOME is not set"),
        (&[("HOME", "/")], "HOME is /, where nothing of ours belongs"),
        (&[("HOME", nowhere.as_str())], "nowhere, which is not a directory"),
    ] {
        for words in [
            &["--sandbox", "search", "k2", "K2-18", "--limit", "1"][..],
            &["--sandbox", "resolve", "K2-18"],
            &[
                "--sandbox",
                "fits",
                "info",
                "mast:K2/url/missions/k2/lightcurves/c1/201900000/12000/ktwo201912552-c01_llc.fits",
            ],
            &["fits", "info", file],
            &["fits", "verify", file],
            &["fits", "table", file, "--rows", ":2"],
            &["plot", file, "-o", "star.svg"],
            &["config", "show"],
        ] {
            let run = home.run_homeless(words, variables);
            assert_eq!(run.code, Some(0), "{words:?} with {variables:?}: {}", run.stderr);
        }
        for words in [
            &["--sandbox", "download", "k2", "K2-18"][..],
            &["cache", "info"],
            &["config", "path"],
        ] {
            let run = home.run_homeless(words, variables);
            run.failed(2, &["there is no directory for", why, "set "]);
        }
        let there = home.path("cache").display().to_string();
        let words = [
            "--sandbox",
            "download",
            "k2",
            "K2-18",
            "--hlsps",
            "--limit",
            "1",
            "--cache-dir",
            there.as_str(),
        ];
        let run = home.run_homeless(&words, variables);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
    }
}

#[test]
fn unset_restores_the_default_and_keeps_the_file() {
    let home = Home::new();
    home.run(&["config", "init"]);
    let file = home.path(".lksearch/config/lksearch.toml");
    let template = std::fs::read_to_string(&file).unwrap();
    home.run(&["config", "set", "fetch.jobs", "3"]);
    let unset = home.run(&["config", "unset", "fetch.jobs"]);
    assert_eq!((unset.code, unset.stderr.as_str()), (Some(0), ""));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), template);
    assert_eq!(home.run(&["config", "get", "fetch.jobs"]).stdout, "8\n");
    let again = home.run(&["config", "unset", "fetch.jobs"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert!(again.stderr.contains("fetch.jobs is not set in "), "{}", again.stderr);
    home.run(&["config", "unset", "fetch.job"]).failed(2, &["fetch.jobs"]);
}

#[test]
fn show_and_path_are_tables_for_programs() {
    let home = Home::new();
    home.run(&["config", "set", "fetch.jobs", "3"]);
    let shown = home.run(&["config", "show", "--format", "json"]).rows();
    let row = |key: &str| shown.iter().find(|row| row["key"] == key).unwrap().clone();
    assert_eq!(row("fetch.jobs")["value"], "3");
    assert!(
        row("fetch.jobs")["origin"]
            .as_str()
            .unwrap()
            .ends_with("lksearch.toml:1")
    );
    assert!(row("network.user_agent")["value"].is_null());
    let path = home.run(&["config", "path", "--format", "json"]).rows();
    let plain = home.run(&["config", "path"]).stdout;
    assert_eq!(path[0]["path"], plain.trim());
    assert_eq!(path[0]["exists"], true);
}
